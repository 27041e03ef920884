//! JSON bodies of requests.

use axum::body::{Body, to_bytes};
use serde_json::{Map, Value};

use crate::error::ApiError;

/// Bytes of a JSON body. Nesting is limited to 128 by the parser.
const MAX_BODY: usize = 2 << 20;

/// A JSON object whose fields are taken one by one, so that a fault names its field and not a type of ours.
#[derive(Debug)]
pub(crate) struct Object(Map<String, Value>);

impl Object {
    /// Reads a body whatever its declared type; an empty one counts as `{}`, because SDKs announce JSON on requests
    /// without a body.
    pub(crate) async fn read(body: Body) -> Result<Self, ApiError> {
        let bytes = to_bytes(body, MAX_BODY).await.map_err(|_| {
            ApiError::bad_request(format!(
                "The body could not be read, or is larger than {MAX_BODY} bytes."
            ))
        })?;
        let text: &[u8] = if bytes.trim_ascii().is_empty() { b"{}" } else { &bytes };
        serde_json::from_slice(text)
            .map(Self)
            .map_err(|error| ApiError::bad_request(format!("The body is no JSON object: {error}.")))
    }

    /// A text; `None` if it is missing or `null`.
    pub(crate) fn text(&mut self, field: &str) -> Result<Option<String>, ApiError> {
        match self.0.remove(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(ApiError::bad_request(format!("`{field}` expects a text."))),
        }
    }
}
