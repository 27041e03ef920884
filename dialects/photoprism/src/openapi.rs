//! `GET /openapi.json`: the API described for programs that make clients of it.
//!
//! The document is written by hand, in the vendor's names of operations: clients that were made of the vendor's own have
//! the same methods. Its paths are held to the routes by a test.

use axum::{extract::State, response::Response};
use serde_json::{Value, json};

use crate::{Config, PhotoPrism, answer, error::ApiError};

const DOCUMENT: &str = include_str!("openapi.json");

pub(crate) async fn document(State(app): State<PhotoPrism>) -> Result<Response, ApiError> {
    let mut document: Value = serde_json::from_str(DOCUMENT).map_err(|_| ApiError::not_found())?;
    document["info"]["version"] = json!(env!("CARGO_PKG_VERSION"));
    document["servers"] = json!([{ "url": format!("{}{}", app.config.public_url, Config::MOUNT) }]);
    Ok(answer::ok(&document))
}
