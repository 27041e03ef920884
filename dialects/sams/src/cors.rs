//! Browsers of other origins, and methods that a path does not have.

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use wire::respond::Hot;

use crate::{error::ApiError, eve};

const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PATCH, DELETE, OPTIONS");
const HEADERS: HeaderValue = HeaderValue::from_static("Content-Type, Authorization, If-Match");
const MAX_AGE: HeaderValue = HeaderValue::from_static("86400");

/// Lets the origin that asks read the answer.
pub(crate) async fn answer(request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let mut response = next.run(request).await;
    if let Some(origin) = origin {
        // What is said to one origin is not for the next one that asks.
        response.extensions_mut().remove::<Hot>();
        allow(response.headers_mut(), origin);
    } else if response.extensions().get::<Hot>().is_some() {
        // Everybody gets it as it is, also who asks from another origin the next time.
        let anybody = HeaderValue::from_static("*");
        response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, anybody);
    }
    response
}

fn allow(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
}

/// `OPTIONS` needs no key and says what there is; every other method that a path does not have is 405.
pub(crate) async fn other_method(method: Method) -> Response {
    if method != Method::OPTIONS {
        return ApiError::method_not_allowed().into_response();
    }
    let mut response = eve::empty(StatusCode::OK);
    response.headers_mut().insert(header::ALLOW, METHODS);
    response
}
