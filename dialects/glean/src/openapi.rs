//! `GET /openapi.json`: what this dialect is, for generators of clients.

use axum::{
    Json,
    extract::{OriginalUri, State},
};
use http::HeaderMap;
use serde_json::{Value, json};

use crate::{Glean, base::base, error::ApiError};

/// Written by hand: it is the contract, not what the code happens to do.
const DOCUMENT: &str = include_str!("openapi.json");

/// With the address that it is asked for at. Needs no token: it tells nothing of anybody.
pub(crate) async fn document(
    State(app): State<Glean>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Json<Value>, ApiError> {
    let mut document: Value = serde_json::from_str(DOCUMENT).unwrap_or_default();
    document["servers"] = json!([{"url": base(&app.config, &headers, &uri)}]);
    Ok(Json(document))
}
