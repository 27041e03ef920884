//! `GET /images`: the bytes of an image, by key or by what it is of.

use axum::{
    extract::{OriginalUri, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, Method};
use library::{Accepts, Actor, AssetRef, Deliver, TenantId, What};
use wire::respond::{Extra, respond};

use crate::{
    Glean, address::Address, auth::Caller, error::ApiError, formats, parameters::Parameters,
};

/// The client may keep the bytes, and asks each time whether they are still those: a key goes on to mean what was uploaded
/// last.
const CACHE_CONTROL: &str = "private, no-cache";

pub(crate) async fn images(
    State(app): State<Glean>,
    caller: Caller,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Response {
    let tenant = caller.actor.tenant;
    let answer = find(&app, tenant, uri.query(), &method, &headers).await;
    let mut response = answer.unwrap_or_else(IntoResponse::into_response);
    wire::meter::measure(&app.library, tenant, "", &method, &mut response);
    response
}

async fn find(
    app: &Glean,
    tenant: TenantId,
    query: Option<&str>,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    let id = match Address::parse(Parameters::parse(query))? {
        Address::Key(id) => id,
        Address::Words(words) => app.library.in_slot(tenant, &words.slot()).await?,
    };
    let request = Deliver {
        asset: AssetRef::Id(id.ok_or_else(ApiError::no_image)?),
        version: None,
        fallback: None,
        what: What::Original,
        accepts: Accepts::default(),
        source_limit: None,
    };
    // Images belong to everybody who has a token, but what is hidden elsewhere is so here.
    let delivery = app.library.deliver(Actor::signed(tenant), request).await?;
    if !formats::is_given(&delivery.mime) {
        return Err(ApiError::no_image());
    }
    let extra = Extra {
        public_cache_control: CACHE_CONTROL,
        private_cache_control: CACHE_CONTROL,
        ..Extra::default()
    };
    Ok(respond(delivery, method, headers, extra).await?)
}
