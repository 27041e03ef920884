//! The public file server: bytes of public assets in usable sets, for everybody. It says nothing else.

use axum::{
    extract::{Path, RawQuery, State, rejection::PathRejection},
    response::Response,
};
use http::{HeaderMap, Method, StatusCode};
use library::{Actor, AssetId, SetId};

use super::{Request, is_open, send};
use crate::{Sams, eve, query::Parameters, sets::VIRTUAL_ID};

/// `GET /assets/{set}/{asset}`. Nothing else is there.
pub(crate) async fn file(
    State(app): State<Sams>,
    path: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let request = Request { parameters: Parameters::parse(query.as_deref()), method, headers };
    let Some((set, asset)) = path.ok().and_then(|Path(path)| named(&path)) else {
        return nothing();
    };
    match find(&app, set, asset, &request).await {
        Ok(Some(response)) => response,
        Ok(None) | Err(library::Error::NotFound(_) | library::Error::Denied) => nothing(),
        Err(error) => {
            let mut response = eve::empty(crate::error::ApiError::from(error).status);
            response.headers_mut().insert(http::header::RETRY_AFTER, 1.into());
            response
        }
    }
}

fn named(path: &str) -> Option<(SetId, AssetId)> {
    let (set, asset) = path.split_once('/')?;
    Some((set.parse().ok()?, asset.parse().ok()?))
}

/// The address names no tenant; ids are as good as unique, unless clients chose them.
async fn find(
    app: &Sams,
    set: SetId,
    asset: AssetId,
    request: &Request,
) -> Result<Option<Response>, library::Error> {
    for tenant in app.library.tenants_with(asset).await? {
        let found = match app.library.original(Actor::anonymous(tenant), asset).await {
            Err(library::Error::NotFound(_) | library::Error::Denied) => continue,
            found => found?,
        };
        let (asset, delivery) = found;
        let own = asset.set.map_or(VIRTUAL_ID, |membership| membership.set);
        if own == set && is_open(&delivery) {
            let filename = asset.filename().to_owned();
            let mut response = send(request, &asset, delivery, &filename).await?;
            wire::meter::measure(&app.library, tenant, "", &request.method, &mut response);
            return Ok(Some(response));
        }
    }
    Ok(None)
}

/// Whatever the reason is.
fn nothing() -> Response {
    eve::empty(StatusCode::NOT_FOUND)
}
