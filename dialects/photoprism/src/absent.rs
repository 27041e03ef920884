//! What clients ask for that this library does not have: people, faces, places. They get what they can show: nothing.

use axum::{extract::State, response::Response};
use serde_json::json;

use crate::{PhotoPrism, answer, auth::Caller, client_config, error::ApiError, listing};

/// `GET /subjects` and `GET /faces`.
pub(crate) async fn list(
    State(app): State<PhotoPrism>,
    caller: Caller,
) -> Result<Response, ApiError> {
    let empty: [(); 0] = [];
    let mut response = answer::ok(&empty);
    let range = listing::Range { count: 0, limit: listing::MOST, offset: 0 };
    listing::insert(response.headers_mut(), &app, &caller, range).await?;
    Ok(response)
}

/// `GET /geo`.
pub(crate) async fn geo(_: Caller) -> Response {
    answer::ok(&json!({ "type": "FeatureCollection", "features": [] }))
}

/// `GET /settings`.
pub(crate) async fn settings(State(app): State<PhotoPrism>, _: Caller) -> Response {
    answer::ok(&client_config::settings(&app.config))
}
