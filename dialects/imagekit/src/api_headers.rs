//! Headers that every answer of the API carries, success or failure.

use axum::{extract::Request, middleware::Next, response::Response};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use wire::request_id::RequestId;

/// There is no rate limit; clients parse these all the same. Interval and reset in milliseconds.
const RATE: [(HeaderName, HeaderValue); 3] = [
    (HeaderName::from_static("x-ratelimit-limit"), HeaderValue::from_static("1000000")),
    (HeaderName::from_static("x-ratelimit-interval"), HeaderValue::from_static("1000")),
    (HeaderName::from_static("x-ratelimit-reset"), HeaderValue::from_static("1000")),
];

/// For everything but uploads.
pub(crate) async fn api(request: Request, next: Next) -> Response {
    let id = request_id(&request);
    let mut response = next.run(request).await;
    insert_id(response.headers_mut(), id);
    response.headers_mut().extend(RATE);
    response
}

/// For uploads: not limited, and open to scripts of any page, which sign their requests.
pub(crate) async fn upload(request: Request, next: Next) -> Response {
    let id = request_id(&request);
    let mut response = next.run(request).await;
    insert_id(response.headers_mut(), id);
    response
        .headers_mut()
        .insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

fn request_id(request: &Request) -> Option<HeaderValue> {
    request.extensions().get::<RequestId>().map(RequestId::header_value)
}

fn insert_id(headers: &mut HeaderMap, id: Option<HeaderValue>) {
    if let Some(id) = id {
        headers.insert(HeaderName::from_static("x-ik-requestid"), id);
    }
}
