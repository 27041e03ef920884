//! Errors as HTTP: one table, in the texts of the vendor.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use library::Error;
use serde_json::json;
use wire::{json::Fault, multipart::MultipartError, retry_after};

use crate::answer;

pub(crate) const INVALID_CREDENTIALS: &str = "Invalid credentials";
pub(crate) const ALBUM_NOT_FOUND: &str = "Album not found";
pub(crate) const LABEL_NOT_FOUND: &str = "Label not found";

/// A refusal: `{"code":404,"error":"Entity not found"}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    status: StatusCode,
    error: String,
    retry_after: Option<Duration>,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, error: impl Into<String>) -> Self {
        Self { status, error: error.into(), retry_after: None }
    }

    pub(crate) fn bad_request() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Unable to do that")
    }

    pub(crate) fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Please log in to your account")
    }

    pub(crate) fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "Permission denied")
    }

    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Entity not found")
    }

    pub(crate) fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed")
    }

    /// The same, called what it is where nothing is there.
    pub(crate) fn called(self, error: &str) -> Self {
        if self.status == StatusCode::NOT_FOUND {
            Self { error: error.to_owned(), ..self }
        } else {
            self
        }
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound(_) => Self::not_found(),
            Error::Conflict(_) | Error::Stale(_) => {
                Self::new(StatusCode::CONFLICT, "Already exists")
            }
            Error::Invalid(_) | Error::Fields(_) | Error::NotAnImage(_) | Error::Unsupported(_) => {
                Self::bad_request()
            }
            Error::Denied => Self::forbidden(),
            Error::TooLarge(_) => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "File size exceeds limit")
            }
            Error::Busy { retry_after } => Self {
                retry_after: Some(retry_after),
                ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "Busy, please try again later")
            },
            Error::RateLimited { retry_after } => Self {
                retry_after: Some(retry_after),
                ..Self::new(StatusCode::TOO_MANY_REQUESTS, "rate limit exceeded")
            },
            // The cause has been logged where it happened; clients get no internals.
            Error::Unavailable(_) => Self {
                retry_after: Some(Duration::from_secs(1)),
                ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "Changes could not be saved")
            },
            Error::Full => Self::new(StatusCode::INSUFFICIENT_STORAGE, "Insufficient storage"),
        }
    }
}

impl From<Fault> for ApiError {
    fn from(_: Fault) -> Self {
        Self::bad_request()
    }
}

impl From<MultipartError> for ApiError {
    fn from(error: MultipartError) -> Self {
        match error {
            MultipartError::TooLarge { .. } => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "File size exceeds limit")
            }
            _ => Self::bad_request(),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        // Some of the vendor's answers have no code: clients of these look at the text alone.
        let body = if self.error == INVALID_CREDENTIALS {
            json!({ "error": self.error })
        } else {
            json!({ "code": self.status.as_u16(), "error": self.error })
        };
        let mut response = answer::json(self.status, &body);
        retry_after::insert(response.headers_mut(), self.retry_after);
        response
    }
}
