//! `GET /playground/plugins` and `/playground/plugins/{identifier}`: the table, for pickers and generators of code.

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::{Map, Value, json};

use super::shape;
use crate::{Pixelbin, auth::Caller, error::ApiError, presets};

pub(crate) async fn all(
    State(app): State<Pixelbin>,
    caller: Caller,
) -> Result<Json<Value>, ApiError> {
    let presets = presets::all(&app, &caller).await?;
    let plugins: Map<String, Value> = super::plugins()
        .map(|plugin| {
            (plugin.identifier.to_owned(), shape(plugin, plugin.is_enabled(&app.library)))
        })
        .collect();
    Ok(Json(json!({
        "delimiters": {"operationSeparator": "~", "parameterSeparator": ","},
        "plugins": plugins,
        "presets": presets,
    })))
}

pub(crate) async fn one(
    State(app): State<Pixelbin>,
    _caller: Caller,
    Path(identifier): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let plugin = super::plugin(&identifier);
    let plugin = plugin.ok_or_else(|| ApiError::not_found("Module not found"))?;
    Ok(Json(shape(plugin, plugin.is_enabled(&app.library))))
}
