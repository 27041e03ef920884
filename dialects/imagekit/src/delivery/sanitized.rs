//! An SVG without its scripts, with an `ETag` of its own.

use axum::{
    body::{Body, to_bytes},
    response::Response,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use library::Delivery;
use wire::respond::{self, Extra, Hot};

use crate::{error::DeliveryError, svg};

/// Ends the `ETag` of a text that was changed.
const SUFFIX: &str = "-safe\"";

/// Answers as [`respond::respond`] does, with other bytes. Ranges of these are not kept, so they are not served.
pub(super) async fn respond(
    delivery: Delivery,
    method: &Method,
    headers: &HeaderMap,
    extra: Extra,
) -> Result<Response, DeliveryError> {
    let mut response =
        respond::respond(delivery, &Method::GET, &conditions(headers), extra).await?;
    response.extensions_mut().remove::<Hot>();
    mark(response.headers_mut());
    if response.status() != StatusCode::OK {
        return Ok(response);
    }
    let (mut head, body) = response.into_parts();
    let bytes = to_bytes(body, svg::MAX_BYTES).await.map_err(|_| cannot())?;
    let clean = svg::sanitize(&bytes).ok_or_else(cannot)?;
    head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(clean.len()));
    let body = if method == Method::HEAD { Body::empty() } else { Body::from(clean) };
    Ok(Response::from_parts(head, body))
}

/// The request's conditions as they hold for the stored bytes: only a tag of ours is one.
fn conditions(headers: &HeaderMap) -> HeaderMap {
    let mut conditions = HeaderMap::new();
    for line in headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok())
    {
        let tags = line.split(',').map(str::trim);
        for tag in
            tags.filter_map(|tag| if tag == "*" { Some(tag.to_owned()) } else { stored_tag(tag) })
        {
            if let Ok(tag) = HeaderValue::try_from(tag) {
                conditions.append(header::IF_NONE_MATCH, tag);
            }
        }
    }
    conditions
}

fn stored_tag(tag: &str) -> Option<String> {
    tag.strip_suffix(SUFFIX).map(|tag| format!("{tag}\""))
}

fn mark(headers: &mut HeaderMap) {
    headers.remove(header::ACCEPT_RANGES);
    let tag = headers
        .get(header::ETAG)
        .and_then(|tag| tag.to_str().ok()?.strip_suffix('"').map(str::to_owned));
    if let Some(tag) = tag.and_then(|tag| HeaderValue::try_from(format!("{tag}{SUFFIX}")).ok()) {
        headers.insert(header::ETAG, tag);
    }
}

fn cannot() -> DeliveryError {
    DeliveryError::bad_request(
        "this SVG cannot be cleaned: it is larger than 10 MB, no valid XML, or declares entities",
    )
}
