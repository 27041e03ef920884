//! Browsers ask before they send: `OPTIONS`.

use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::no_body::no_body;

/// Methods of a delivery.
pub const DELIVERY: &str = "GET, HEAD, OPTIONS";
/// Methods of an upload from a browser.
pub const UPLOAD: &str = "POST, OPTIONS";

/// The answer to a preflight, and to any other `OPTIONS`: 204 and what is allowed. Nothing of the request comes back.
///
/// `methods` is a comma list such as [`DELIVERY`].
pub fn options(methods: &'static str) -> Response {
    let mut response = Response::new(no_body());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(header::ALLOW, HeaderValue::from_static(methods));
    allow_any_origin(headers);
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(methods));
    // `*` does not cover `Authorization`, and older browsers do not know it at all.
    let allowed = "Accept, Authorization, Content-Type, If-Modified-Since, If-None-Match, Range, X-Requested-With, *";
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(allowed));
    // A day; browsers cut it to what they like.
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    response
}

/// Lets scripts of any origin read the answer. Never combined with credentials of the browser.
pub fn allow_any_origin(headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_name_methods_and_headers() {
        let response = options(UPLOAD);
        assert_eq!(response.status(), StatusCode::NO_CONTENT);
        assert_eq!(response.headers()["allow"], "POST, OPTIONS");
        assert_eq!(response.headers()["access-control-allow-methods"], "POST, OPTIONS");
        assert_eq!(response.headers()["access-control-allow-origin"], "*");
        let allowed = response.headers()["access-control-allow-headers"].to_str().unwrap();
        assert!(allowed.contains("Authorization"), "{allowed}");
        assert!(!response.headers().contains_key("access-control-allow-credentials"));
    }
}
