//! Named transformations: transformations that URLs call by a name, as in `tr:n-small`.

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
};
use http::StatusCode;
use library::{Library, Preset, PresetId, PresetPatch};
use serde::Serialize;

use crate::{
    ImageKit,
    auth::Caller,
    error::ApiError,
    ids::id,
    json::Object,
    time::iso,
    transformation::{
        Chain, Hints, Meaning, Names, Place,
        presets::{NAMESPACE, built_in, chain_of},
    },
};

/// A named transformation as the API shows it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NamedTransformation {
    id: String,
    name: String,
    transformation: String,
    enabled: bool,
    created_at: String,
}

impl From<&Preset> for NamedTransformation {
    fn from(preset: &Preset) -> Self {
        Self {
            id: preset.id.to_string(),
            name: preset.name.clone(),
            transformation: preset.text.clone(),
            enabled: preset.enabled,
            created_at: iso(preset.created),
        }
    }
}

/// `POST /v1/named-transformations`.
pub(crate) async fn create(
    State(app): State<ImageKit>,
    caller: Caller,
    body: Body,
) -> Result<(StatusCode, Json<NamedTransformation>), ApiError> {
    let mut request = Object::read(body).await?;
    let name = request.required_text("name")?;
    let text = request.required_text("transformation")?;
    let enabled = request.boolean("enabled")?.unwrap_or(true);
    request.finish()?;
    check_name(&name)?;
    check_transformation(&app.library, &text)?;
    let added = app.library.add_preset(caller.actor, NAMESPACE, name, text, enabled).await;
    let preset = added.map_err(refused)?;
    Ok((StatusCode::CREATED, Json(NamedTransformation::from(&preset))))
}

/// `GET /v1/named-transformations`. Those that every library has are not among them: they cannot be changed.
pub(crate) async fn list(
    State(app): State<ImageKit>,
    caller: Caller,
) -> Result<Json<Vec<NamedTransformation>>, ApiError> {
    let presets = app.library.list_presets(caller.actor, NAMESPACE).await?;
    Ok(Json(presets.iter().map(NamedTransformation::from).collect()))
}

/// `GET /v1/named-transformations/{id}`.
pub(crate) async fn get(
    State(app): State<ImageKit>,
    caller: Caller,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<NamedTransformation>, ApiError> {
    let id: PresetId = id(path, unknown)?;
    let preset = app.library.preset(caller.actor, NAMESPACE, id).await.map_err(refused)?;
    Ok(Json(NamedTransformation::from(&preset)))
}

/// `PATCH /v1/named-transformations/{id}`.
pub(crate) async fn update(
    State(app): State<ImageKit>,
    caller: Caller,
    path: Result<Path<String>, PathRejection>,
    body: Body,
) -> Result<Json<NamedTransformation>, ApiError> {
    let id: PresetId = id(path, unknown)?;
    let mut request = Object::read(body).await?;
    let patch = PresetPatch {
        name: request.text("name")?,
        text: request.text("transformation")?,
        enabled: request.boolean("enabled")?,
    };
    request.finish()?;
    patch.name.as_deref().map_or(Ok(()), check_name)?;
    if let Some(text) = &patch.text {
        check_transformation(&app.library, text)?;
    }
    let changed = app.library.change_preset(caller.actor, NAMESPACE, id, patch).await;
    Ok(Json(NamedTransformation::from(&changed.map_err(refused)?)))
}

/// `DELETE /v1/named-transformations/{id}`.
pub(crate) async fn delete(
    State(app): State<ImageKit>,
    caller: Caller,
    path: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let id: PresetId = id(path, unknown)?;
    app.library.delete_preset(caller.actor, NAMESPACE, id).await.map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}

fn check_name(name: &str) -> Result<(), ApiError> {
    let is_word = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if !is_word {
        return Err(ApiError::bad_request("`name` expects letters, digits and `_`."));
    }
    if built_in(name).is_some() {
        return Err(taken());
    }
    Ok(())
}

/// A transformation means something, and does not call others by name: those could change behind its back.
fn check_transformation(library: &Library, text: &str) -> Result<(), ApiError> {
    let fault = |why: &str| ApiError::bad_request(format!("`transformation`: {why}."));
    let chain = Chain::parse(chain_of(text), Place::Path).map_err(|e| fault(&e.to_string()))?;
    if chain.names_presets() {
        return Err(fault("a named transformation cannot name another one"));
    }
    let meaning = Meaning::of(&chain, &Names::built_in(), &mut Hints::default());
    let meaning = meaning.map_err(|error| fault(&error.to_string()))?;
    meaning.check(Some(library)).map_err(|error| fault(&error.to_string()))?;
    let items: usize = chain.steps.iter().map(Vec::len).sum();
    match meaning.ignored.first() {
        // Single items without effect are no errors in a URL either.
        Some(first) if meaning.ignored.len() >= items => Err(fault(first)),
        None if items == 0 => Err(fault("expected a transformation such as `w-300,h-200`")),
        _ => Ok(()),
    }
}

fn refused(error: library::Error) -> ApiError {
    match error {
        library::Error::NotFound(_) => unknown(),
        library::Error::Conflict(_) => taken(),
        error => error.into(),
    }
}

fn taken() -> ApiError {
    ApiError::new(StatusCode::CONFLICT, "There is a named transformation of this name already.")
}

fn unknown() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "The requested named transformation does not exist.")
}
