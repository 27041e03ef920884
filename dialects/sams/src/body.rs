//! Bodies of requests.

use axum::body::{Body, to_bytes};
use serde_json::{Map, Value};

use crate::{error::ApiError, eve::Document};

/// Bytes of a JSON body. Nesting is limited to 128 by the parser.
const MOST: usize = 2 << 20;

/// Whatever JSON it is. An empty body is null, as the client sends it where it has nothing to say.
pub(crate) async fn json(body: Body) -> Result<Value, ApiError> {
    let bytes = to_bytes(body, MOST).await;
    let bytes = bytes.map_err(|_| {
        ApiError::bad_request(format!("The body cannot be read, or is larger than {MOST} bytes."))
    })?;
    if bytes.trim_ascii().is_empty() {
        return Ok(Value::Null);
    }
    let value: Result<Value, _> = serde_json::from_slice(&bytes);
    value.map_err(|error| ApiError::bad_request(format!("The body is no JSON: {error}.")))
}

/// One document.
pub(crate) async fn object(body: Body) -> Result<Document, ApiError> {
    match json(body).await? {
        Value::Object(object) => Ok(object),
        Value::Null => Ok(Map::new()),
        _ => Err(ApiError::bad_request("The body expects a JSON object.")),
    }
}

/// One document, or a list that begins with it.
pub(crate) async fn one(body: Body) -> Result<Document, ApiError> {
    match json(body).await? {
        Value::Null => Ok(Map::new()),
        other => Ok(of(other)?.swap_remove(0)),
    }
}

/// One document, or a list of them, which is not empty.
pub(crate) async fn documents(body: Body) -> Result<Vec<Document>, ApiError> {
    of(json(body).await?)
}

/// At least one.
fn of(body: Value) -> Result<Vec<Document>, ApiError> {
    let documents = match body {
        Value::Object(object) => vec![object],
        Value::Array(items) => {
            let object = |item| match item {
                Value::Object(object) => Ok(object),
                _ => Err(ApiError::bad_request("The body expects a list of JSON objects.")),
            };
            items.into_iter().map(object).collect::<Result<Vec<_>, _>>()?
        }
        _ => return Err(ApiError::bad_request("The body expects a JSON object.")),
    };
    if documents.is_empty() {
        return Err(ApiError::bad_request("The body is an empty list."));
    }
    Ok(documents)
}
