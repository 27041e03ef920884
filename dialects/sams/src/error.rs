//! Errors as HTTP: one shape, the codes of the reference.

use std::{collections::BTreeMap, time::Duration};

use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use library::SetState;
use serde_json::{Map, Value, json};
use wire::multipart::MultipartError;

use crate::eve;

/// Why documents are not valid: rules or sentences, by field.
pub(crate) type Errors = BTreeMap<String, Vec<Value>>;

/// A refusal: `error`, `name` and `description`, and `errors` where fields are at fault.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    code: Box<str>,
    name: Box<str>,
    description: String,
    errors: Option<Errors>,
    retry_after: Option<Duration>,
}

impl ApiError {
    fn new(status: StatusCode, code: &str, name: &str, description: impl Into<String>) -> Self {
        Self {
            status,
            code: code.into(),
            name: name.into(),
            description: description.into(),
            errors: None,
            retry_after: None,
        }
    }

    /// 400 with a code of the service itself.
    fn refused(code: &str, name: &str, description: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, name, description)
    }

    /// `03nnn`: what the framework of the reference says by itself.
    fn framework(status: StatusCode, description: impl Into<String>) -> Self {
        let name = status.canonical_reason().unwrap_or("Error");
        Self::new(status, &format!("03{}", status.as_u16()), name, description)
    }

    pub(crate) fn bad_request(description: impl Into<String>) -> Self {
        Self::framework(StatusCode::BAD_REQUEST, description)
    }

    pub(crate) fn not_found() -> Self {
        Self::framework(StatusCode::NOT_FOUND, "The requested URL was not found on the server.")
    }

    pub(crate) fn method_not_allowed() -> Self {
        let why = "The method is not allowed for the requested URL.";
        Self::framework(StatusCode::METHOD_NOT_ALLOWED, why)
    }

    pub(crate) fn precondition_required() -> Self {
        let why = "To edit a document its etag must be provided using the If-Match header";
        Self::framework(StatusCode::PRECONDITION_REQUIRED, why)
    }

    pub(crate) fn precondition_failed() -> Self {
        let why = "Client and server etags don't match";
        Self::framework(StatusCode::PRECONDITION_FAILED, why)
    }

    pub(crate) fn unauthorized() -> Self {
        let why = "Please provide proper credentials";
        Self::new(StatusCode::UNAUTHORIZED, "04003", "AuthNotSupplied", why)
    }

    pub(crate) fn validation(errors: Errors) -> Self {
        let error = Self::refused("04001", "ValidationError", "Validation error");
        Self { errors: Some(errors), ..error }
    }

    /// One field is at fault.
    pub(crate) fn invalid(field: &str, why: impl Into<Value>) -> Self {
        Self::validation(Errors::from([(field.to_owned(), vec![why.into()])]))
    }

    pub(crate) fn search() -> Self {
        Self::refused("04002", "InvalidSearchQuery", "Invalid search query")
    }

    pub(crate) fn no_destination(name: &str) -> Self {
        let why = format!("Destination \"{name}\" not registered with the system");
        Self::new(StatusCode::NOT_FOUND, "05001", "NotFound", why)
    }

    pub(crate) fn back_to_draft(from: SetState) -> Self {
        let why = format!("Cannot change state from \"{}\" to draft", crate::sets::state(from));
        Self::refused("07001", "InvalidStateTransition", why)
    }

    pub(crate) fn destination_is_fixed() -> Self {
        let why = "Destination can only be changed in draft state";
        Self::refused("07002", "DestinationChangeNotAllowed", why)
    }

    pub(crate) fn config_is_fixed() -> Self {
        let why = "Destination config can only be changed in draft state";
        Self::refused("07003", "DestinationConfigChangeNotAllowed", why)
    }

    pub(crate) fn unknown_destination(name: &str) -> Self {
        let why = format!("Destination \"{name}\" isnt configured");
        Self::refused("07004", "DestinationNotFound", why)
    }

    pub(crate) fn active_set() -> Self {
        let why = "Can only delete Sets that are in draft state or disabled with no assets";
        Self::refused("07005", "CannotDeleteActiveSet", why)
    }

    pub(crate) fn unknown_set(id: &str) -> Self {
        Self::refused("07006", "SetNotFound", format!("Set with id {id} not found"))
    }

    pub(crate) fn no_binary() -> Self {
        let why = "Asset must contain a binary to upload";
        Self::refused("08001", "BinaryNotSupplied", why)
    }

    pub(crate) fn unknown_asset(id: &str) -> Self {
        let why = format!("Asset with id \"{id}\" not found");
        Self::new(StatusCode::NOT_FOUND, "08002", "AssetNotFound", why)
    }

    pub(crate) fn inactive_set() -> Self {
        let why = "Asset upload is not allowed to an inactive Set";
        Self::refused("08003", "AssetUploadToInactiveSet", why)
    }

    pub(crate) fn too_large(size: u64, limit: u64) -> Self {
        let why = format!(
            "Asset size ({}) exceeds the maximum size for the Set ({})",
            human(size),
            human(limit)
        );
        Self::refused("08004", "AssetExceedsMaximumSizeForSet", why)
    }

    pub(crate) fn no_dimensions() -> Self {
        let why = "Image Rendition requested without supplying a width and/or height";
        Self::refused("10001", "RenditionDimensionsNotProvided", why)
    }
}

impl From<library::LockFault> for ApiError {
    fn from(fault: library::LockFault) -> Self {
        use library::LockFault as F;
        let (code, name, why) = match fault {
            F::NoUser => ("08005", "ExternalUserIdNotFound", "External User ID not found"),
            F::NoSession => ("08006", "ExternalSessionIdNotFound", "External Session ID not found"),
            F::OtherUser => {
                ("08007", "ExternalUserIdDoNotMatch", "External User ID does not match")
            }
            F::OtherSession => {
                ("08008", "ExternalSessionIdDoNotMatch", "External Session ID does not match")
            }
            F::Locked => {
                ("08009", "LockingAssetLocked", "Can not Lock asset which is already locked")
            }
            F::NotLocked => (
                "08010",
                "UnlockingAssetUnlocked",
                "Can not Unlock asset which is already unlocked",
            ),
        };
        Self::refused(code, name, why)
    }
}

impl From<library::SetFault> for ApiError {
    fn from(fault: library::SetFault) -> Self {
        match fault {
            library::SetFault::BackToDraft(from) => Self::back_to_draft(from),
            library::SetFault::DestinationIsFixed => Self::destination_is_fixed(),
            library::SetFault::ConfigIsFixed => Self::config_is_fixed(),
        }
    }
}

impl From<library::Error> for ApiError {
    fn from(error: library::Error) -> Self {
        use library::Error as E;
        let text = error.to_string();
        match error {
            E::NotFound(_) => Self::not_found(),
            E::Conflict(_) => Self::framework(StatusCode::CONFLICT, text),
            E::Stale(_) => Self::precondition_failed(),
            E::Invalid(_) => Self::bad_request(text),
            E::TooLarge(_) | E::NotAnImage(_) | E::Unsupported(_) => Self::invalid("binary", text),
            E::Fields(errors) => Self::validation(
                errors.into_iter().map(|(field, why)| (field, vec![why.into()])).collect(),
            ),
            E::Denied => Self::unauthorized(),
            E::RateLimited { retry_after } => Self {
                retry_after: Some(retry_after),
                ..Self::framework(StatusCode::TOO_MANY_REQUESTS, text)
            },
            E::Busy { retry_after } => Self {
                retry_after: Some(retry_after),
                ..Self::framework(StatusCode::SERVICE_UNAVAILABLE, text)
            },
            // The cause has been logged where it happened; clients get no internals.
            E::Unavailable(_) => Self {
                retry_after: Some(Duration::from_secs(1)),
                ..Self::framework(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "The server is temporarily unavailable.",
                )
            },
            E::Full => {
                Self::framework(StatusCode::INSUFFICIENT_STORAGE, "The server has no space left.")
            }
        }
    }
}

impl From<MultipartError> for ApiError {
    fn from(error: MultipartError) -> Self {
        Self::bad_request(format!("The form could not be read: {error}."))
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut body = Map::new();
        body.insert("error".to_owned(), String::from(self.code).into());
        body.insert("name".to_owned(), String::from(self.name).into());
        body.insert("description".to_owned(), self.description.into());
        if let Some(errors) = self.errors {
            body.insert("errors".to_owned(), json!(errors));
        }
        let mut response = eve::json(self.status, &Value::Object(body));
        if let Some(after) = self.retry_after {
            let seconds = after.as_secs() + u64::from(after.subsec_nanos() > 0);
            response.headers_mut().insert(header::RETRY_AFTER, seconds.max(1).into());
        }
        response
    }
}

/// For every path that is none.
pub(crate) async fn no_such_path() -> ApiError {
    ApiError::not_found()
}

/// Sizes as the reference writes them: `%.2f` of binary kilobytes and megabytes.
fn human(size: u64) -> String {
    match size {
        ..1024 => format!("{size} bytes"),
        1024..1_048_576 => format!("{:.2} KB", size as f64 / 1024.0),
        _ => format!("{:.2} MB", size as f64 / 1_048_576.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_written_as_the_reference_does() {
        for (size, expected) in [
            (0, "0 bytes"),
            (1023, "1023 bytes"),
            (1024, "1.00 KB"),
            (16_549, "16.16 KB"),
            // 15.625: a tie goes to the even digit.
            (16_000, "15.62 KB"),
            (1_048_575, "1024.00 KB"),
            (1_048_576, "1.00 MB"),
            (314_572_800, "300.00 MB"),
        ] {
            assert_eq!(human(size), expected, "{size}");
        }
    }
}
