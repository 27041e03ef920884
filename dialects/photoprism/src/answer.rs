//! JSON answers, and what every answer of this dialect carries.

use axum::{
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use serde_json::json;
use wire::{meter::measure, respond::X_ROBOTS_TAG};

use crate::PhotoPrism;

/// Nobody keeps it: what it says depends on who asks.
pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    // Types of ours, of which none can fail to be written.
    let body = serde_json::to_vec(body).unwrap_or_default();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

pub(crate) fn ok(body: &impl Serialize) -> Response {
    json(StatusCode::OK, body)
}

/// `{"code":200,"message":"..."}`
pub(crate) fn done(message: &str) -> Response {
    ok(&json!({ "code": 200, "message": message }))
}

/// Puts onto every answer what the vendor has on every answer.
pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(X_ROBOTS_TAG, HeaderValue::from_static("noindex, nofollow, noarchive"));
    let policy = HeaderValue::from_static("frame-ancestors 'none';");
    // What a stored file may not do in a browser is said already, and is stricter.
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    response
}

/// Counts pictures, files and archives for the usage of whose they are.
pub(crate) async fn count(State(app): State<PhotoPrism>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let mut response = next.run(request).await;
    if let Ok(tenant) = app.tenant().await {
        measure(&app.library, tenant, "", &method, &mut response);
    }
    response
}
