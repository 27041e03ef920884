//! JSON bodies of requests.

use axum::body::{Body, to_bytes};
use serde::de::DeserializeOwned;

use crate::error::ApiError;

/// Bytes of a JSON body. Nesting is limited to 128 by the parser.
const MAX_BODY: usize = 2 << 20;

/// Reads a JSON body whatever its declared type; an empty one counts as `{}`, because SDKs announce JSON on requests
/// without a body.
pub(crate) async fn read<T: DeserializeOwned>(body: Body) -> Result<T, ApiError> {
    let bytes = to_bytes(body, MAX_BODY).await.map_err(|_| {
        ApiError::bad_request(format!("The body could not be read, or is larger than {MAX_BODY} bytes."))
    })?;
    let text: &[u8] = if bytes.trim_ascii().is_empty() { b"{}" } else { &bytes };
    serde_json::from_slice(text).map_err(|error| ApiError::bad_request(format!("The body is not as expected: {error}.")))
}
