//! Saved extensions: extensions with their parameters, which uploads and updates call by their id.

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
};
use http::StatusCode;
use library::{SavedExtension, SavedExtensionId, SavedExtensionPatch};
use serde::Serialize;
use serde_json::Value;

use crate::{
    ImageKit, auth::Caller, error::ApiError, extensions, ids::id, json::Object, time::iso,
};

/// Extensions that can be saved; a saved one is none of them.
const EXTENSIONS: [&str; 5] =
    ["remove-bg", "google-auto-tagging", "aws-auto-tagging", "ai-auto-description", "ai-tasks"];

/// A saved extension as the API shows it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SavedExtensionObject {
    id: String,
    name: String,
    description: String,
    config: Value,
    created_at: String,
    updated_at: String,
}

impl From<SavedExtension> for SavedExtensionObject {
    fn from(extension: SavedExtension) -> Self {
        Self {
            id: extension.id.to_string(),
            name: extension.name,
            description: extension.description,
            config: extension.config,
            created_at: iso(extension.created),
            updated_at: iso(extension.updated),
        }
    }
}

/// `POST /v1/saved-extensions`.
pub(crate) async fn create(
    State(app): State<ImageKit>,
    caller: Caller,
    body: Body,
) -> Result<(StatusCode, Json<SavedExtensionObject>), ApiError> {
    let mut request = Object::read(body).await?;
    let name = request.required_text("name")?;
    let description = request.required_text("description")?;
    let config = config(&mut request)?;
    request.finish()?;
    let config = config.ok_or_else(|| ApiError::bad_request("`config` is missing."))?;
    let added = app.library.add_saved_extension(caller.actor, name, description, config).await?;
    Ok((StatusCode::CREATED, Json(added.into())))
}

/// `GET /v1/saved-extensions`.
pub(crate) async fn list(
    State(app): State<ImageKit>,
    caller: Caller,
) -> Result<Json<Vec<SavedExtensionObject>>, ApiError> {
    let extensions = app.library.saved_extensions(caller.actor).await?;
    Ok(Json(extensions.into_iter().map(SavedExtensionObject::from).collect()))
}

/// `GET /v1/saved-extensions/{id}`.
pub(crate) async fn get(
    State(app): State<ImageKit>,
    caller: Caller,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<SavedExtensionObject>, ApiError> {
    let id: SavedExtensionId = id(path, unknown)?;
    Ok(Json(app.library.saved_extension(caller.actor, id).await.map_err(refused)?.into()))
}

/// `PATCH /v1/saved-extensions/{id}`.
pub(crate) async fn update(
    State(app): State<ImageKit>,
    caller: Caller,
    path: Result<Path<String>, PathRejection>,
    body: Body,
) -> Result<Json<SavedExtensionObject>, ApiError> {
    let id: SavedExtensionId = id(path, unknown)?;
    let mut request = Object::read(body).await?;
    let patch = SavedExtensionPatch {
        name: request.text("name")?,
        description: request.text("description")?,
        config: config(&mut request)?,
    };
    request.finish()?;
    if patch.name.as_ref().is_some_and(|name| name.trim().is_empty()) {
        return Err(ApiError::bad_request("`name` expects a text that is not empty."));
    }
    let changed = app.library.change_saved_extension(caller.actor, id, patch).await;
    Ok(Json(changed.map_err(refused)?.into()))
}

/// `DELETE /v1/saved-extensions/{id}`.
pub(crate) async fn delete(
    State(app): State<ImageKit>,
    caller: Caller,
    path: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let id: SavedExtensionId = id(path, unknown)?;
    app.library.delete_saved_extension(caller.actor, id).await.map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}

/// One extension as an upload would name it.
fn config(request: &mut Object) -> Result<Option<Value>, ApiError> {
    let Some(config) = request.object("config")? else { return Ok(None) };
    let name = config.get("name").and_then(Value::as_str).unwrap_or_default();
    if EXTENSIONS.contains(&name) {
        // Now, and not when an upload asks for it.
        extensions::extension("config", config.clone())?;
        return Ok(Some(Value::Object(config)));
    }
    Err(ApiError::bad_request(format!("`config.name` expects one of {}.", EXTENSIONS.join(", "))))
}

fn refused(error: library::Error) -> ApiError {
    match error {
        library::Error::NotFound(_) => unknown(),
        error => error.into(),
    }
}

fn unknown() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "The requested saved extension does not exist.")
}
