//! `PATCH /v1/files/{fileId}/details`.

use std::collections::BTreeMap;

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
};
use library::{Access, AssetPatch, AutoTag, Change, Visibility};
use serde_json::{Map, Value};

use super::{file_id, no_such_file, response::FileObject};
use crate::{
    ImageKit,
    auth::Caller,
    error::ApiError,
    extensions::{self, Requested, settled},
    json::{self, Object},
    tags,
    upload::fields::coordinates,
};

/// Changes what the body names and answers with the file.
pub(crate) async fn update(
    State(app): State<ImageKit>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
    body: Body,
) -> Result<Json<FileObject>, ApiError> {
    let id = file_id(id)?;
    let mut update = Update::parse(Object::read(body).await?)?;
    let requested = std::mem::take(&mut update.extensions);
    let extensions = extensions::resolve(&app, &caller, requested).await?;
    let callback = update.callback.take();
    let known = app.library.asset(caller.actor, id).await.map_err(no_such_file)?;
    let patch = update.into_patch(known.access);
    let asset = app.library.update(caller.actor, id, patch).await.map_err(no_such_file)?;
    // Only now: what the body takes away is gone before an extension adds something.
    let watch = app.library.watch_extensions();
    app.library.extend(caller.actor, &asset, &extensions, callback.as_deref()).await?;
    let (asset, status) = settled(&app, &caller, watch, asset, &extensions).await?;
    Ok(Json(FileObject::current(&asset, &caller.endpoint).with_extensions(status)))
}

/// What a body says, each key checked.
#[derive(Debug, Clone, PartialEq, Default)]
struct Update {
    dropped_auto_tags: Dropped,
    tags: Change<Vec<String>>,
    focus: Change<Option<[u32; 4]>>,
    /// Null takes a key away.
    custom_metadata: BTreeMap<String, Value>,
    description: Change<Option<String>>,
    is_private: Option<bool>,
    is_published: Option<bool>,
    extensions: Vec<Requested>,
    /// `webhookUrl`.
    callback: Option<String>,
}

/// Automatic tags that go.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum Dropped {
    #[default]
    None,
    Named(Vec<String>),
    All,
}

impl Update {
    fn parse(mut body: Object) -> Result<Self, ApiError> {
        if let Some(publish) = body.object("publish")? {
            body.finish().map_err(|_| {
                ApiError::bad_request("`publish` cannot be combined with other keys.")
            })?;
            return publication(publish);
        }
        let update = Self {
            dropped_auto_tags: body.take("removeAITags").map_or(Ok(Dropped::None), dropped)?,
            tags: body.take("tags").map_or(Ok(Change::Keep), tag_list)?,
            focus: body.take("customCoordinates").map_or(Ok(Change::Keep), focus)?,
            custom_metadata: body
                .object("customMetadata")?
                .unwrap_or_default()
                .into_iter()
                .collect(),
            description: body.take("description").map_or(Ok(Change::Keep), description)?,
            is_private: body.boolean("isPrivateFile")?,
            is_published: None,
            extensions: match body.take("extensions") {
                None | Some(Value::Null) => Vec::new(),
                Some(list) => extensions::parse(list)?,
            },
            callback: match body.text("webhookUrl")? {
                None => None,
                Some(text) => extensions::webhook_url(&text)?,
            },
        };
        body.finish()?;
        Ok(update)
    }

    /// `access` is what the file has now: one that is private in a stricter way stays that.
    fn into_patch(self, access: Access) -> AssetPatch {
        let (auto_tags, drop_auto_tags) = match self.dropped_auto_tags {
            Dropped::None => (Change::Keep, Vec::new()),
            Dropped::Named(names) => (Change::Keep, names),
            Dropped::All => (Change::Set(Vec::<AutoTag>::new()), Vec::new()),
        };
        AssetPatch {
            tags: self.tags,
            auto_tags,
            drop_auto_tags,
            description: self.description,
            focus: self.focus,
            edit_metadata: self.custom_metadata,
            access: match self.is_private {
                Some(true) if access == Access::Public => Change::Set(Access::PresetsOnly),
                Some(false) => Change::Set(Access::Public),
                Some(true) | None => Change::Keep,
            },
            visibility: match self.is_published {
                Some(true) => Change::Set(Visibility::Listed),
                Some(false) => Change::Set(Visibility::Draft),
                None => Change::Keep,
            },
            ..AssetPatch::default()
        }
    }
}

/// Whether a file is published is said of all its versions, so `includeFileVersions` has nothing left to say.
fn publication(mut publish: Map<String, Value>) -> Result<Update, ApiError> {
    let mut flag = |key: &str| match publish.remove(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(flag)),
        Some(_) => Err(ApiError::bad_request(format!("`publish.{key}` expects true or false."))),
    };
    let is_published = flag("isPublished")?;
    flag("includeFileVersions")?;
    if is_published.is_none() {
        return Err(ApiError::bad_request("`publish.isPublished` is missing."));
    }
    if publish.is_empty() {
        return Ok(Update { is_published, ..Update::default() });
    }
    Err(ApiError::bad_request("`publish` knows `isPublished` and `includeFileVersions` only."))
}

fn dropped(value: Value) -> Result<Dropped, ApiError> {
    match value {
        Value::Null => Ok(Dropped::None),
        Value::String(word) if word == "all" => Ok(Dropped::All),
        Value::Array(_) => Ok(Dropped::Named(json::texts("removeAITags", value)?)),
        _ => Err(ApiError::bad_request("`removeAITags` expects a list of texts, or `all`.")),
    }
}

fn tag_list(value: Value) -> Result<Change<Vec<String>>, ApiError> {
    match value {
        Value::Null => Ok(Change::Set(Vec::new())),
        value => tags::check("tags", &json::texts("tags", value)?).map(Change::Set),
    }
}

fn focus(value: Value) -> Result<Change<Option<[u32; 4]>>, ApiError> {
    match value {
        Value::Null => Ok(Change::Set(None)),
        Value::String(text) if text.is_empty() => Ok(Change::Set(None)),
        Value::String(text) => coordinates(&text).map(|area| Change::Set(Some(area))),
        _ => Err(ApiError::bad_request("`customCoordinates` expects a text such as 10,10,20,20.")),
    }
}

fn description(value: Value) -> Result<Change<Option<String>>, ApiError> {
    match value {
        Value::Null => Ok(Change::Set(None)),
        Value::String(text) => Ok(Change::Set((!text.is_empty()).then_some(text))),
        _ => Err(ApiError::bad_request("`description` expects a text.")),
    }
}
