//! `credentials/...`: what plug-ins of other services log in with. Sealed at rest, and shown to nobody.

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
};
use library::PluginCredential;
use serde::Serialize;
use serde_json::Value;
use wire::{json::Object, time::iso};

use crate::{Pixelbin, auth::Caller, error::ApiError};

/// `POST credentials`
pub(crate) async fn add(
    State(app): State<Pixelbin>,
    caller: Caller,
    body: Body,
) -> Result<Json<Credential>, ApiError> {
    let mut body = Object::read(body).await?;
    let credentials = given(&mut body)?;
    let plugin = body.required_text("pluginId")?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    if plugin.len() > 64 || !plugin.chars().all(is_plain) {
        return Err(ApiError::bad_request(
            "`pluginId` expects 1 to 64 letters, digits, `_`, `.` and `-`",
        ));
    }
    let added = app.library.add_plugin_credential(caller.actor, &plugin, &credentials).await?;
    Ok(Json(Credential::new(&added, &caller)))
}

/// `PATCH credentials/{pluginId}`
pub(crate) async fn update(
    State(app): State<Pixelbin>,
    caller: Caller,
    plugin: Result<Path<String>, PathRejection>,
    body: Body,
) -> Result<Json<Credential>, ApiError> {
    let Path(plugin) = plugin.map_err(|_| unknown())?;
    let credentials = given(&mut Object::read(body).await?)?;
    let changed = app.library.change_plugin_credential(caller.actor, &plugin, &credentials).await;
    Ok(Json(Credential::new(&changed.map_err(missing)?, &caller)))
}

/// `DELETE credentials/{pluginId}`
pub(crate) async fn delete(
    State(app): State<Pixelbin>,
    caller: Caller,
    plugin: Result<Path<String>, PathRejection>,
) -> Result<Json<Credential>, ApiError> {
    let Path(plugin) = plugin.map_err(|_| unknown())?;
    let gone = app.library.delete_plugin_credential(caller.actor, &plugin).await;
    Ok(Json(Credential::new(&gone.map_err(missing)?, &caller)))
}

/// Any JSON but null.
fn given(body: &mut Object) -> Result<Value, ApiError> {
    let given = body.take("credentials").filter(|credentials| !credentials.is_null());
    given.ok_or_else(|| ApiError::bad_request("`credentials` is missing"))
}

fn unknown() -> ApiError {
    ApiError::not_found("Credentials not found")
}

fn missing(error: library::Error) -> ApiError {
    match error {
        // A name that is too long to be stored is not there either.
        library::Error::NotFound(_) | library::Error::Invalid(_) => unknown(),
        error => error.into(),
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Credential {
    #[serde(rename = "_id")]
    id: String,
    created_at: String,
    updated_at: String,
    is_active: bool,
    org_id: i64,
    plugin_id: String,
}

impl Credential {
    fn new(credential: &PluginCredential, caller: &Caller) -> Self {
        Self {
            id: credential.id.uuid(),
            created_at: iso(credential.created),
            updated_at: iso(credential.updated),
            is_active: true,
            org_id: caller.organization(),
            plugin_id: credential.plugin.clone(),
        }
    }
}
