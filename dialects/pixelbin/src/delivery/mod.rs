//! Delivery: `GET`, `HEAD` and `OPTIONS` of everything below `/v1` and `/v2`.

use axum::response::{IntoResponse, Response};

use crate::error::ApiError;

pub(crate) async fn deliver() -> Response {
    let mut response = ApiError::not_found("File not found").into_response();
    wire::cors::allow_any_origin(response.headers_mut());
    response
}
