//! Errors as HTTP: one table for the API, uploads and delivery, whose bodies have one shape.

use std::time::Duration;

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use wire::{multipart::MultipartError, retry_after};

/// A refusal: always JSON. Even where the vendor's storage would answer in XML, because clients parse it as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    status: StatusCode,
    message: String,
    code: &'static str,
    exception: &'static str,
    retry_after: Option<Duration>,
}

/// `code` is the older name of `errorCode`; clients of either age look for theirs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorBody<'a> {
    message: &'a str,
    status: u16,
    error_code: &'static str,
    code: &'static str,
    exception: &'static str,
}

impl ApiError {
    fn new(
        status: StatusCode,
        code: &'static str,
        exception: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self { status, message: message.into(), code, exception, retry_after: None }
    }

    /// 400 with a text that names parameter, expectation and what was found.
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "JR-0400", "BadRequestError", message)
    }

    /// 401: no token, or none that is known.
    pub(crate) fn unauthorized() -> Self {
        Self::denied("Invalid authorization token")
    }

    /// 401: a signature is missing, not valid or has expired.
    pub(crate) fn denied(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "JR-0401", "UnauthorizedError", message)
    }

    /// 403: a token without the permission, a form whose policy does not allow it.
    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "JR-0403", "ForbiddenError", message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "JR-0404", "NotFoundError", message)
    }

    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "JR-0409", "ConflictError", message)
    }

    /// 404 for a path that is no endpoint.
    pub(crate) fn no_endpoint() -> Self {
        Self::not_found("There is no API endpoint at this path")
    }

    /// 416: the file is not that long.
    pub(crate) fn range_not_satisfiable() -> Self {
        Self::new(
            StatusCode::RANGE_NOT_SATISFIABLE,
            "JR-0416",
            "RangeNotSatisfiableError",
            "The range lies outside of the file",
        )
    }

    pub(crate) fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "JR-0400",
            "MethodNotAllowedError",
            "This path does not know the request's method",
        )
    }

    /// The same under the name that a client looks for.
    pub(crate) fn called(self, exception: &'static str) -> Self {
        Self { exception, ..self }
    }
}

impl From<library::Error> for ApiError {
    fn from(error: library::Error) -> Self {
        use library::Error as E;
        let message = error.to_string();
        match error {
            E::NotFound(_) => Self::not_found(message),
            E::Conflict(_) | E::Stale(_) => Self::conflict(message),
            E::Invalid(_) | E::TooLarge(_) | E::NotAnImage(_) | E::Unsupported(_) => {
                Self::bad_request(message)
            }
            E::Fields(faults) => {
                let faults: Vec<&str> = faults.values().map(String::as_str).collect();
                Self::bad_request(format!("`metadata` is not valid: {}", faults.join("; ")))
            }
            E::Denied => Self::denied(message),
            E::Busy { retry_after } => Self {
                retry_after: Some(retry_after),
                ..Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "JR-0503",
                    "ServiceUnavailableError",
                    message,
                )
            },
            E::RateLimited { retry_after } => Self {
                retry_after: Some(retry_after),
                ..Self::new(
                    StatusCode::TOO_MANY_REQUESTS,
                    "JR-0429",
                    "TooManyRequestsError",
                    message,
                )
            },
            // The cause has been logged where it happened; clients get no internals.
            E::Unavailable(_) => Self {
                retry_after: Some(Duration::from_secs(1)),
                ..Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "JR-0503",
                    "ServiceUnavailableError",
                    message,
                )
            },
            E::Full => Self::new(
                StatusCode::INSUFFICIENT_STORAGE,
                "JR-0507",
                "InsufficientStorageError",
                message,
            ),
        }
    }
}

impl From<wire::json::Fault> for ApiError {
    fn from(fault: wire::json::Fault) -> Self {
        Self::bad_request(fault.to_string())
    }
}

impl From<MultipartError> for ApiError {
    fn from(error: MultipartError) -> Self {
        // Too large, too slow and malformed alike.
        Self::bad_request(format!("The form could not be read: {error}"))
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = ErrorBody {
            message: &self.message,
            status: self.status.as_u16(),
            error_code: self.code,
            code: self.code,
            exception: self.exception,
        };
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        // What is refused now may be there in a moment.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        retry_after::insert(headers, self.retry_after);
        response
    }
}

#[cfg(test)]
mod tests;
