//! `presets/...`: chains of operations by name, with variables.
//!
//! In the library a preset's text is JSON of our own, `{"transformation": "..", "params": {..}}`: both as they were sent,
//! but for variables that nothing uses.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::{Path, RawQuery, State, rejection::PathRejection},
};
use library::{Preset, PresetPatch};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use wire::{json::Object, time::iso};

use crate::{
    Pixelbin,
    auth::Caller,
    error::ApiError,
    page::{Page, Wanted},
    query::{Query, brief},
};

/// Where the library keeps them.
pub(crate) const NAMESPACE: &str = "pixelbin";

/// What a preset's text holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Definition {
    pub(crate) transformation: String,
    /// Declared variables.
    pub(crate) params: Map<String, Value>,
}

impl Definition {
    /// `None` for what is none of ours.
    pub(crate) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// `POST presets`
pub(crate) async fn add(
    State(app): State<Pixelbin>,
    caller: Caller,
    body: Body,
) -> Result<Json<PresetObject>, ApiError> {
    let mut body = Object::read(body).await?;
    let name = body.required_text("presetName")?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if name.len() > 64 || !name.chars().all(is_plain) {
        return Err(ApiError::bad_request(
            "`presetName` expects 1 to 64 letters, digits, `_` and `-`",
        ));
    }
    let transformation = body.required_text("transformation")?;
    let params = body.object("params")?.unwrap_or_default();
    let params = checked::variables(&transformation, params)?;
    let text = serde_json::to_string(&Definition { transformation, params })
        .map_err(|_| ApiError::bad_request("`params` cannot be written as JSON"))?;
    let added = app.library.add_preset(caller.actor, NAMESPACE, name, text, true).await?;
    Ok(Json(PresetObject::new(&added, &caller)))
}

/// `GET presets`
pub(crate) async fn list(
    State(app): State<Pixelbin>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Json<Page<PresetObject>>, ApiError> {
    let query = Query::parse(query.as_deref())?;
    let page = Wanted::read(&query)?;
    let orders = query.list("sort").into_iter().map(Order::read);
    let orders = orders.collect::<Result<Vec<_>, _>>()?;
    let archived = query.flag("archived")?;
    let holds = |part: Option<&str>, text: &str| {
        part.is_none_or(|part| text.to_lowercase().contains(&part.to_lowercase()))
    };
    let mut presets = all(&app, &caller).await?;
    presets.retain(|preset| {
        holds(query.text("name"), &preset.preset_name)
            && holds(query.text("transformation"), &preset.transformation)
            && archived.is_none_or(|archived| preset.archived == archived)
    });
    // Sorting is stable: what comes first decides, what is equal stays newest first.
    for order in orders.iter().rev() {
        presets.sort_by(|one, other| order.compare(one, other));
    }
    Ok(Json(Page::of_all(presets, page)))
}

/// `GET presets/{presetName}`
pub(crate) async fn get(
    State(app): State<Pixelbin>,
    caller: Caller,
    name: Result<Path<String>, PathRejection>,
) -> Result<Json<PresetObject>, ApiError> {
    let preset = find(&app, &caller, name).await?;
    Ok(Json(PresetObject::new(&preset, &caller)))
}

/// `PATCH presets/{presetName}`: archived or not. Archived ones keep working; they only leave the lists that people pick
/// from.
pub(crate) async fn update(
    State(app): State<Pixelbin>,
    caller: Caller,
    name: Result<Path<String>, PathRejection>,
    body: Body,
) -> Result<Json<PresetObject>, ApiError> {
    let archived = Object::read(body).await?.boolean("archived")?;
    let archived =
        archived.ok_or_else(|| ApiError::bad_request("`archived` expects true or false"))?;
    let preset = find(&app, &caller, name).await?;
    let patch = PresetPatch { enabled: Some(!archived), ..PresetPatch::default() };
    let changed = app.library.change_preset(caller.actor, NAMESPACE, preset.id, patch).await;
    Ok(Json(PresetObject::new(&changed.map_err(missing)?, &caller)))
}

/// `DELETE presets/{presetName}`
pub(crate) async fn delete(
    State(app): State<Pixelbin>,
    caller: Caller,
    name: Result<Path<String>, PathRejection>,
) -> Result<Json<PresetObject>, ApiError> {
    let preset = find(&app, &caller, name).await?;
    app.library.delete_preset(caller.actor, NAMESPACE, preset.id).await.map_err(missing)?;
    Ok(Json(PresetObject::new(&preset, &caller)))
}

/// All of them, newest first.
pub(crate) async fn all(app: &Pixelbin, caller: &Caller) -> Result<Vec<PresetObject>, ApiError> {
    let presets = app.library.list_presets(caller.actor, NAMESPACE).await?;
    Ok(presets.iter().rev().map(|preset| PresetObject::new(preset, caller)).collect())
}

async fn find(
    app: &Pixelbin,
    caller: &Caller,
    name: Result<Path<String>, PathRejection>,
) -> Result<Preset, ApiError> {
    let Path(name) = name.map_err(|_| unknown())?;
    let presets = Arc::clone(&app.library.presets(caller.actor.tenant, NAMESPACE).await?);
    presets.find(&name).cloned().ok_or_else(unknown)
}

fn unknown() -> ApiError {
    ApiError::not_found("Preset not found")
}

fn missing(error: library::Error) -> ApiError {
    match error {
        library::Error::NotFound(_) => unknown(),
        error => error.into(),
    }
}

/// One key of an order.
struct Order {
    by: By,
    descending: bool,
}

enum By {
    Created,
    Updated,
    Name,
}

impl Order {
    fn read(text: &str) -> Result<Self, ApiError> {
        let key = text.strip_prefix('-').or_else(|| text.strip_suffix('-'));
        let by = match key.unwrap_or(text) {
            "createdAt" => By::Created,
            "updatedAt" => By::Updated,
            "presetName" => By::Name,
            _ => {
                return Err(ApiError::bad_request(format!(
                    "`sort` expects createdAt, updatedAt or presetName, with `-` for descending, found `{}`",
                    brief(text)
                )));
            }
        };
        Ok(Self { by, descending: key.is_some() })
    }

    fn compare(&self, one: &PresetObject, other: &PresetObject) -> std::cmp::Ordering {
        // Moments of one form are in the order of what they mean.
        let order = match self.by {
            By::Created => one.created_at.cmp(&other.created_at),
            By::Updated => one.updated_at.cmp(&other.updated_at),
            By::Name => one.preset_name.cmp(&other.preset_name),
        };
        if self.descending { order.reverse() } else { order }
    }
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PresetObject {
    #[serde(rename = "_id")]
    id: String,
    created_at: String,
    updated_at: String,
    is_active: bool,
    org_id: i64,
    preset_name: String,
    transformation: String,
    params: Map<String, Value>,
    archived: bool,
}

impl PresetObject {
    fn new(preset: &Preset, caller: &Caller) -> Self {
        let definition = Definition::read(&preset.text);
        let (transformation, params) = definition.map_or_else(
            || (preset.text.clone(), Map::new()),
            |definition| (definition.transformation, definition.params),
        );
        Self {
            id: preset.id.uuid(),
            created_at: iso(preset.created),
            updated_at: iso(preset.updated),
            is_active: true,
            org_id: caller.organization(),
            preset_name: preset.name.clone(),
            transformation,
            params,
            archived: !preset.enabled,
        }
    }
}

mod checked;
