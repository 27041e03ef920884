//! Headers that every answer of the API carries, success or failure.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use library::Rate;
use wire::request_id::RequestId;

use crate::ImageKit;

/// What clients read as no limit.
const UNLIMITED: u32 = 1_000_000;

/// For everything but uploads. Says how many requests at once a key may make, and after how many milliseconds it may make
/// as many again; clients parse these also where there is no limit.
pub(crate) async fn api(State(app): State<ImageKit>, request: Request, next: Next) -> Response {
    let id = request_id(&request);
    let mut response = next.run(request).await;
    insert_id(response.headers_mut(), id);
    let Rate { interval, burst } = app.config.rate;
    let (limit, millis) = if interval.is_zero() {
        (UNLIMITED, 1000)
    } else {
        (burst, interval.saturating_mul(burst).as_millis().clamp(1, u128::from(u32::MAX)) as u32)
    };
    response.headers_mut().extend([
        (HeaderName::from_static("x-ratelimit-limit"), HeaderValue::from(limit)),
        (HeaderName::from_static("x-ratelimit-interval"), HeaderValue::from(millis)),
        (HeaderName::from_static("x-ratelimit-reset"), HeaderValue::from(millis)),
    ]);
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
