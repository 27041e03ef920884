//! Errors as HTTP: one table for the API, one for delivery.

use std::{collections::BTreeMap, time::Duration};

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;
use wire::{multipart::MultipartError, retry_after};

use crate::url::UrlError;

/// Every error carries it; SDKs index it without looking.
pub(crate) const HELP: &str = "For support, see docs/dialects/imagekit.md of your Halftone server and mention the request id.";

/// A refusal of the API: always JSON with `message` and `help`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) message: String,
    /// One text per offending field or key.
    pub(crate) errors: BTreeMap<String, String>,
    /// A word for programs, where the vendor has one.
    pub(crate) reason: Option<&'static str>,
    /// Ids that a call on many files names in vain.
    pub(crate) missing_file_ids: Vec<String>,
    pub(crate) retry_after: Option<Duration>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorBody<'a> {
    message: &'a str,
    help: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    errors: &'a BTreeMap<String, String>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    missing_file_ids: &'a [String],
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            errors: BTreeMap::new(),
            reason: None,
            missing_file_ids: Vec::new(),
            retry_after: None,
        }
    }

    /// The same with a word for programs.
    pub(crate) fn because(self, reason: &'static str) -> Self {
        Self { reason: Some(reason), ..self }
    }

    /// 400 with a text that names field, expectation and what was found.
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// 401: who asks is not said, or not in a way that can be read.
    pub(crate) fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "Your request does not contain a private API key. Send it as the user name of HTTP Basic authentication.",
        )
    }

    /// 403: a key that is unknown, expired or disabled.
    pub(crate) fn unknown_key() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "Your account cannot be authenticated: the private API key is not valid.",
        )
    }

    /// 404 for a path that is no endpoint.
    pub(crate) fn no_endpoint() -> Self {
        Self::new(StatusCode::NOT_FOUND, "There is no API endpoint at this path.")
    }

    pub(crate) fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "This API endpoint does not know the request's method.",
        )
    }
}

impl From<library::Error> for ApiError {
    fn from(error: library::Error) -> Self {
        use library::Error as E;
        let message = error.to_string();
        match error {
            E::NotFound(_) => Self::new(StatusCode::NOT_FOUND, message),
            E::Conflict(_) | E::Stale(_) => Self::new(StatusCode::CONFLICT, message),
            E::Invalid(_) | E::TooLarge(_) | E::NotAnImage(_) | E::Unsupported(_) => {
                Self::bad_request(message)
            }
            E::Fields(errors) => Self {
                errors,
                ..Self::bad_request("`customMetadata` holds values that their fields do not take.")
            },
            E::Denied => Self::new(StatusCode::FORBIDDEN, "This API key may not do that."),
            E::Busy { retry_after } => Self {
                retry_after: Some(retry_after),
                ..Self::new(StatusCode::SERVICE_UNAVAILABLE, message)
            },
            E::RateLimited { retry_after } => Self {
                retry_after: Some(retry_after),
                ..Self::new(
                    StatusCode::TOO_MANY_REQUESTS,
                    "You have sent more requests than this API key may. Try again in a moment.",
                )
            },
            // The cause has been logged where it happened; clients get no internals.
            E::Unavailable(_) => {
                let retry_after = Some(Duration::from_secs(1));
                Self {
                    retry_after,
                    ..Self::new(
                        StatusCode::SERVICE_UNAVAILABLE,
                        "The server is temporarily unavailable.",
                    )
                }
            }
            E::Full => Self::new(StatusCode::INSUFFICIENT_STORAGE, "The server has no space left."),
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
        // Too large, too slow and malformed alike: the vendor knows one status for forms that cannot be read.
        Self::bad_request(format!("Your request could not be read: {error}."))
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = ErrorBody {
            message: &self.message,
            help: HELP,
            reason: self.reason,
            errors: &self.errors,
            missing_file_ids: &self.missing_file_ids,
        };
        let mut response = (self.status, Json(body)).into_response();
        if self.status == StatusCode::CONFLICT {
            // SDKs of the fifth generation would try again, to the same end.
            response.headers_mut().insert(
                HeaderName::from_static("x-should-retry"),
                HeaderValue::from_static("false"),
            );
        }
        if self.status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Basic realm=\"imagekit\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        retry_after::insert(response.headers_mut(), self.retry_after);
        response
    }
}

/// A refusal of delivery: plain text, and `ik-error: CODE - text` on everything that is the client's fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub(crate) struct DeliveryError {
    status: StatusCode,
    code: Code,
    text: String,
    retry_after: Option<Duration>,
}

/// Codes of `ik-error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Code {
    /// No such file.
    Enoent,
    /// Not without a valid signature.
    Eacces,
    /// Over a limit.
    Elimit,
    /// Anything else.
    Unidentified,
}

impl DeliveryError {
    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, Code::Enoent, what)
    }

    pub(crate) fn denied(why: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, Code::Eacces, why)
    }

    pub(crate) fn bad_request(why: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Code::Unidentified, why)
    }

    pub(crate) fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            Code::Unidentified,
            "only GET, HEAD and OPTIONS are known here",
        )
    }

    /// As a fault of an upload that names this URL. A server that is too busy stays that.
    pub(crate) fn into_upload_error(self) -> ApiError {
        let status =
            if self.status.is_client_error() { StatusCode::BAD_REQUEST } else { self.status };
        let message = format!("`file` could not be downloaded: {}", self.text);
        ApiError { retry_after: self.retry_after, ..ApiError::new(status, message) }
    }

    fn new(status: StatusCode, code: Code, text: impl Into<String>) -> Self {
        Self { status, code, text: text.into(), retry_after: None }
    }
}

impl From<UrlError> for DeliveryError {
    fn from(error: UrlError) -> Self {
        match error {
            UrlError::Path => Self::not_found("no file can have this path"),
            UrlError::Transformation(error) => error.into(),
        }
    }
}

impl From<crate::transformation::MeaningError> for DeliveryError {
    fn from(error: crate::transformation::MeaningError) -> Self {
        use crate::transformation::{MeaningError as E, SyntaxError as S};
        let code = match &error {
            E::Syntax(S::TooDeep | S::TooManySteps | S::TooManyLayers) => Code::Elimit,
            _ => Code::Unidentified,
        };
        Self::new(StatusCode::BAD_REQUEST, code, error.to_string())
    }
}

impl From<library::Error> for DeliveryError {
    fn from(error: library::Error) -> Self {
        use library::Error as E;
        let text = error.to_string();
        match error {
            // Whatever path was asked for, it is not repeated: error texts hold no paths.
            E::NotFound(_) => Self::not_found("the requested file does not exist"),
            E::Denied => Self::denied("this file needs a valid signature"),
            E::TooLarge(_) => Self::new(StatusCode::BAD_REQUEST, Code::Elimit, text),
            E::Invalid(_)
            | E::NotAnImage(_)
            | E::Unsupported(_)
            | E::Conflict(_)
            | E::Stale(_)
            | E::Fields(_) => Self::new(StatusCode::BAD_REQUEST, Code::Unidentified, text),
            E::Busy { retry_after } => Self {
                retry_after: Some(retry_after),
                ..Self::new(StatusCode::SERVICE_UNAVAILABLE, Code::Unidentified, text)
            },
            E::RateLimited { retry_after } => Self {
                retry_after: Some(retry_after),
                ..Self::new(StatusCode::TOO_MANY_REQUESTS, Code::Unidentified, text)
            },
            // The cause has been logged where it happened; clients get no internals.
            E::Unavailable(_) => Self {
                retry_after: Some(Duration::from_secs(1)),
                ..Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    Code::Unidentified,
                    "temporarily unavailable",
                )
            },
            E::Full => {
                Self::new(StatusCode::INSUFFICIENT_STORAGE, Code::Unidentified, "no space is left")
            }
        }
    }
}

impl IntoResponse for DeliveryError {
    fn into_response(self) -> Response {
        let body = match self.status {
            StatusCode::NOT_FOUND => "Not Found".to_owned(),
            _ => self.text.clone(),
        };
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        if self.status.is_client_error() {
            let code = match self.code {
                Code::Enoent => "ENOENT",
                Code::Eacces => "EACCES",
                Code::Elimit => "ELIMIT",
                Code::Unidentified => "UNIDENTIFIED",
            };
            headers.insert(
                HeaderName::from_static("ik-error"),
                header_text(&format!("{code} - {}", self.text)),
            );
        }
        // What is refused now may be there in a moment.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers
            .insert(HeaderName::from_static("timing-allow-origin"), HeaderValue::from_static("*"));
        retry_after::insert(headers, self.retry_after);
        response
    }
}

/// A text that may hold what a client wrote, as one header line of printable ASCII.
fn header_text(text: &str) -> HeaderValue {
    let line: String = text
        .chars()
        .take(400)
        .map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '?' })
        .collect();
    HeaderValue::try_from(line).unwrap_or_else(|_| HeaderValue::from_static("UNIDENTIFIED"))
}

#[cfg(test)]
mod tests;
