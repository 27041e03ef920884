//! `GET /`: what there is.

use axum::response::Response;
use http::{StatusCode, header};
use serde_json::json;

use crate::{auth::Caller, eve};

pub(crate) async fn home(_: Caller) -> Response {
    let child = |href: &str, title: &str| json!({"href": href, "title": title});
    let children = [
        child("admin/sets", "Set"),
        child("admin/destinations", "Destination"),
        child("consume/sets", "Set"),
        child("consume/assets", "Asset"),
        child("produce/assets", "Asset"),
    ];
    let mut response = eve::json(StatusCode::OK, &json!({"_links": {"child": children}}));
    response.headers_mut().insert(header::CACHE_CONTROL, eve::FRESH);
    response
}
