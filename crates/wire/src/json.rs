//! JSON bodies of requests.

use axum::body::{Body, to_bytes};
use serde_json::{Map, Value};

/// Why a body cannot be read as what was expected. Names the field; each dialect says it in its own shape.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Fault(String);

/// Bytes of a JSON body. Nesting is limited to 128 by the parser.
const MAX_BODY: usize = 2 << 20;

/// A JSON object whose fields are taken one by one, so that a fault names its field and not a type of ours.
#[derive(Debug)]
pub struct Object(Map<String, Value>);

impl Object {
    /// Reads a body whatever its declared type; an empty one counts as `{}`, because SDKs announce JSON on requests
    /// without a body.
    pub async fn read(body: Body) -> Result<Self, Fault> {
        let bytes = to_bytes(body, MAX_BODY).await.map_err(|_| {
            Fault(format!("The body could not be read, or is larger than {MAX_BODY} bytes."))
        })?;
        Self::parse(&bytes)
    }

    /// A body that has been read already.
    pub fn parse(text: &[u8]) -> Result<Self, Fault> {
        let text: &[u8] = if text.trim_ascii().is_empty() { b"{}" } else { text };
        serde_json::from_slice(text)
            .map(Self)
            .map_err(|error| Fault(format!("The body is no JSON object: {error}.")))
    }

    /// A value of any type; `None` if it is missing.
    pub fn take(&mut self, field: &str) -> Option<Value> {
        self.0.remove(field)
    }

    /// A text; `None` if it is missing or `null`.
    pub fn text(&mut self, field: &str) -> Result<Option<String>, Fault> {
        match self.0.remove(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Fault(format!("`{field}` expects a text."))),
        }
    }

    /// A text that must be there and hold something.
    pub fn required_text(&mut self, field: &str) -> Result<String, Fault> {
        let text = self.text(field)?.filter(|text| !text.trim().is_empty());
        text.ok_or_else(|| Fault(format!("`{field}` is missing.")))
    }

    /// `None` if it is missing or `null`.
    pub fn boolean(&mut self, field: &str) -> Result<Option<bool>, Fault> {
        match self.0.remove(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(value)),
            Some(_) => Err(Fault(format!("`{field}` expects true or false."))),
        }
    }

    /// A list of texts; `None` if it is missing or `null`.
    pub fn texts(&mut self, field: &str) -> Result<Option<Vec<String>>, Fault> {
        match self.0.remove(field) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => texts(field, value).map(Some),
        }
    }

    /// An object; `None` if it is missing or `null`.
    pub fn object(&mut self, field: &str) -> Result<Option<Map<String, Value>>, Fault> {
        match self.0.remove(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(object)) => Ok(Some(object)),
            Some(_) => Err(Fault(format!("`{field}` expects an object."))),
        }
    }

    /// Refuses what nobody has taken: a key without effect is one that is misspelt.
    pub fn finish(self) -> Result<(), Fault> {
        match self.0.keys().next() {
            None => Ok(()),
            Some(key) => {
                let key: String =
                    key.chars().take(60).map(|c| if c.is_control() { '?' } else { c }).collect();
                Err(Fault(format!("`{key}` is not a key of this request.")))
            }
        }
    }
}

/// The items of a list that holds texts only.
pub fn texts(field: &str, value: Value) -> Result<Vec<String>, Fault> {
    let fault = || Fault(format!("`{field}` expects a list of texts."));
    let Value::Array(items) = value else { return Err(fault()) };
    let text = |item| match item {
        Value::String(text) => Ok(text),
        _ => Err(fault()),
    };
    items.into_iter().map(text).collect()
}
