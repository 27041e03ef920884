//! Errors as HTTP: one table. Bodies are problem details (RFC 9457) with a word for programs.

use std::time::Duration;

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use wire::{incoming::IncomingError, retry_after};

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    status: StatusCode,
    code: &'static str,
    pub(crate) detail: String,
    retry_after: Option<Duration>,
}

#[derive(Debug, Serialize)]
struct Problem<'a> {
    /// The status says all that there is to say about the kind of problem.
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    detail: &'a str,
    code: &'static str,
}

impl ApiError {
    /// 400 with a text that names parameter, expectation and what was found.
    pub(crate) fn invalid(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", detail)
    }

    /// 401: no token, or none that is valid for this.
    pub(crate) fn unauthorized(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "authentication_required", detail)
    }

    pub(crate) fn no_image() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "there is no such image")
    }

    pub(crate) fn no_endpoint() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "there is no endpoint at this path")
    }

    pub(crate) fn method_not_allowed() -> Self {
        let detail = "this endpoint does not know the request's method";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail)
    }

    fn unavailable(detail: impl Into<String>, retry_after: Duration) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "service_unavailable", detail)
        }
    }

    fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), retry_after: None }
    }
}

impl From<library::Error> for ApiError {
    fn from(error: library::Error) -> Self {
        use library::Error as E;
        let detail = error.to_string();
        match error {
            // Whatever was looked for is not repeated: it may be there, and not for this dialect.
            E::NotFound(_) => Self::no_image(),
            E::Denied => Self::unauthorized("this token is for reading only"),
            E::Invalid(_)
            | E::Fields(_)
            | E::Conflict(_)
            | E::Stale(_)
            | E::TooLarge(_)
            | E::NotAnImage(_)
            | E::Unsupported(_) => Self::invalid(detail),
            E::RateLimited { retry_after } => Self {
                retry_after: Some(retry_after),
                ..Self::new(StatusCode::TOO_MANY_REQUESTS, "rate_limit_exceeded", detail)
            },
            E::Busy { retry_after } => Self::unavailable(detail, retry_after),
            // The cause has been logged where it happened; clients get no internals.
            E::Unavailable(_) => Self::unavailable(detail, Duration::from_secs(1)),
            E::Full => Self::new(StatusCode::INSUFFICIENT_STORAGE, "insufficient_storage", detail),
        }
    }
}

impl From<IncomingError> for ApiError {
    fn from(error: IncomingError) -> Self {
        // Too large as well: 413 is not among the statuses that clients know.
        Self::invalid(error.to_string())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let problem = Problem {
            kind: "about:blank",
            title: self.status.canonical_reason().unwrap_or_default(),
            status: self.status.as_u16(),
            detail: &self.detail,
            code: self.code,
        };
        let mut response = (self.status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        // What is refused now may be there in a moment.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        retry_after::insert(headers, self.retry_after);
        response
    }
}

#[cfg(test)]
mod tests;
