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

    /// A value of any type; `None` if it is missing.
    pub(crate) fn take(&mut self, field: &str) -> Option<Value> {
        self.0.remove(field)
    }

    /// A text; `None` if it is missing or `null`.
    pub(crate) fn text(&mut self, field: &str) -> Result<Option<String>, ApiError> {
        match self.0.remove(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(ApiError::bad_request(format!("`{field}` expects a text."))),
        }
    }

    /// A text that must be there and hold something.
    pub(crate) fn required_text(&mut self, field: &str) -> Result<String, ApiError> {
        let text = self.text(field)?.filter(|text| !text.trim().is_empty());
        text.ok_or_else(|| ApiError::bad_request(format!("`{field}` is missing.")))
    }

    /// `None` if it is missing or `null`.
    pub(crate) fn boolean(&mut self, field: &str) -> Result<Option<bool>, ApiError> {
        match self.0.remove(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(value)),
            Some(_) => Err(ApiError::bad_request(format!("`{field}` expects true or false."))),
        }
    }

    /// A list of texts; `None` if it is missing or `null`.
    pub(crate) fn texts(&mut self, field: &str) -> Result<Option<Vec<String>>, ApiError> {
        match self.0.remove(field) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => texts(field, value).map(Some),
        }
    }

    /// An object; `None` if it is missing or `null`.
    pub(crate) fn object(&mut self, field: &str) -> Result<Option<Map<String, Value>>, ApiError> {
        match self.0.remove(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(object)) => Ok(Some(object)),
            Some(_) => Err(ApiError::bad_request(format!("`{field}` expects an object."))),
        }
    }

    /// Refuses what nobody has taken: a key without effect is one that is misspelt.
    pub(crate) fn finish(self) -> Result<(), ApiError> {
        match self.0.keys().next() {
            None => Ok(()),
            Some(key) => {
                let key: String =
                    key.chars().take(60).map(|c| if c.is_control() { '?' } else { c }).collect();
                Err(ApiError::bad_request(format!("`{key}` is not a key of this request.")))
            }
        }
    }
}

/// The items of a list that holds texts only.
pub(crate) fn texts(field: &str, value: Value) -> Result<Vec<String>, ApiError> {
    let fault = || ApiError::bad_request(format!("`{field}` expects a list of texts."));
    let Value::Array(items) = value else { return Err(fault()) };
    let text = |item| match item {
        Value::String(text) => Ok(text),
        _ => Err(fault()),
    };
    items.into_iter().map(text).collect()
}
