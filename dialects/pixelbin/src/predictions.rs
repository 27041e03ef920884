//! `predictions/...`: jobs of models. This server has none of its own, and none are connected yet: what is known is
//! refused as not available, what is not is 404, and the list of what can be used is empty.

use axum::{
    Json,
    extract::{Path, rejection::PathRejection},
};
use serde_json::Value;

use crate::{auth::Caller, error::ApiError, modules};

/// `GET /service/public/transformation/v1.0/predictions`: what can be used.
pub(crate) async fn list() -> Json<[Value; 0]> {
    Json([])
}

/// `GET .../schema/{name}`
pub(crate) async fn schema(
    name: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, ApiError> {
    let Path(name) = name.map_err(|_| unknown())?;
    let is_known = name.split_once('_').is_some_and(|(plugin, method)| is_known(plugin, method));
    if is_known { Err(unavailable()) } else { Err(unknown()) }
}

/// `POST .../predictions/{plugin}/{operation}`
pub(crate) async fn create(
    _: Caller,
    name: Result<Path<(String, String)>, PathRejection>,
) -> Result<Json<Value>, ApiError> {
    let Path((plugin, method)) = name.map_err(|_| unknown())?;
    if is_known(&plugin, &method) { Err(unavailable()) } else { Err(unknown()) }
}

/// `GET .../predictions/{id}`
pub(crate) async fn get(_: Caller) -> Result<Json<Value>, ApiError> {
    Err(ApiError::not_found("Prediction not found"))
}

fn unknown() -> ApiError {
    ApiError::not_found("Prediction model not found")
}

fn unavailable() -> ApiError {
    ApiError::bad_request("plugin not available")
}

/// Whether it is an operation of a module that needs a model.
fn is_known(plugin: &str, method: &str) -> bool {
    let plugin = modules::plugin(plugin).filter(|plugin| plugin.identifier != modules::BASIC);
    plugin.is_some_and(|plugin| plugin.operation(method).is_some())
}
