//! Originals as files: `GET /dl/{hash}` and `GET /photos/{uid}/dl`.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, Method, StatusCode, header};
use library::{Accepts, Actor, Asset, AssetRef, Deliver, Error, What};
use serde_json::json;
use wire::respond::{Extra, respond};

use crate::{
    PhotoPrism, answer,
    auth::MaybeCaller,
    error::ApiError,
    icons::Icon,
    ids::{sha1, uid},
    names::{self, NameKind},
    params::Params,
    tokens::may_download,
};

/// `GET /dl/{hash}`.
pub(crate) async fn by_hash(
    State(app): State<PhotoPrism>,
    method: Method,
    Path(hash): Path<String>,
    params: Params,
    MaybeCaller(caller): MaybeCaller,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    if !may_download(&app, params.given("t"), caller.as_ref()).await? {
        return Ok(Icon::Broken.response(StatusCode::FORBIDDEN));
    }
    let actor = Actor::full(app.tenant().await?);
    let asset = match sha1(&hash) {
        Some(sha1) => app.library.asset_by_sha1(actor, sha1).await,
        None => Err(Error::NotFound("what cannot be a hash".to_owned())),
    };
    match asset {
        Ok(asset) => Ok(original(&app, &asset, &params, (&method, &headers), Icon::Broken).await),
        Err(Error::NotFound(_)) => {
            Ok(answer::json(StatusCode::NOT_FOUND, &json!({ "error": "record not found" })))
        }
        Err(error) => Err(error.into()),
    }
}

/// `GET /photos/{uid}/dl`.
pub(crate) async fn of_photo(
    State(app): State<PhotoPrism>,
    method: Method,
    Path(photo): Path<String>,
    params: Params,
    MaybeCaller(caller): MaybeCaller,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    if !may_download(&app, params.given("t"), caller.as_ref()).await? {
        return Ok(Icon::Broken.response(StatusCode::FORBIDDEN));
    }
    let actor = Actor::full(app.tenant().await?);
    let asset = match uid(&photo) {
        Some(id) => app.library.asset(actor, id).await,
        None => Err(Error::NotFound("what cannot be an id".to_owned())),
    };
    match asset {
        Ok(asset) => Ok(original(&app, &asset, &params, (&method, &headers), Icon::Photo).await),
        Err(Error::NotFound(_)) => Ok(Icon::Photo.response(StatusCode::NOT_FOUND)),
        Err(error) => Err(error.into()),
    }
}

/// The stored bytes; `gone` stands where they are not there any more.
async fn original(
    app: &PhotoPrism,
    asset: &Asset,
    params: &Params,
    (method, headers): (&Method, &HeaderMap),
    gone: Icon,
) -> Response {
    let kind = NameKind::parse(params.given("name"));
    let extra = Extra { attachment: Some(names::of(asset, kind)), ..Extra::default() };
    let delivered = async {
        let delivery = app.library.deliver(Actor::full(asset.tenant), whole(asset)).await?;
        respond(delivery, method, headers, extra).await
    };
    match delivered.await {
        Ok(mut response) => {
            response.headers_mut().remove(header::CACHE_CONTROL);
            response
        }
        Err(error @ Error::Busy { .. }) => ApiError::from(error).into_response(),
        Err(_) => gone.response(StatusCode::NOT_FOUND),
    }
}

/// The stored bytes of an asset, whatever they are.
pub(crate) fn whole(asset: &Asset) -> Deliver {
    Deliver {
        asset: AssetRef::Id(asset.id),
        version: None,
        fallback: None,
        what: What::Original,
        accepts: Accepts::default(),
        source_limit: None,
    }
}
