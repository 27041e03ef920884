//! `folders/...`

use axum::{
    Json,
    body::Body,
    extract::{Path, RawQuery, State, rejection::PathRejection},
};
use library::{Folder, FolderPath};
use serde::Serialize;
use serde_json::{Map, Value};
use wire::{json::Object, time::iso};

use crate::{Pixelbin, auth::Caller, error::ApiError, ids, names, query::Query};

/// `POST folders`: makes a folder, and those above it that are missing.
pub(crate) async fn create(
    State(app): State<Pixelbin>,
    caller: Caller,
    body: Body,
) -> Result<Json<Brief>, ApiError> {
    let mut body = Object::read(body).await?;
    let name = body.required_text("name")?;
    let parent = body.text("path")?.unwrap_or_default();
    let path = names::folder(&format!("{parent}/{name}"), "name")?;
    if path == names::folder(&parent, "path")? {
        return Err(ApiError::bad_request("`name` expects a name, found slashes only"));
    }
    match app.library.create_folder(caller.actor, &path).await? {
        (folder, true) => Ok(Json(Brief::from(&folder))),
        (_, false) => Err(ApiError::conflict(format!(
            "the folder {} already exists",
            names::shown_folder(&path)
        ))),
    }
}

/// `GET folders?path=&name=`
pub(crate) async fn details(
    State(app): State<Pixelbin>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Json<Details>, ApiError> {
    let query = Query::parse(query.as_deref())?;
    let (path, name) = (query.text("path"), query.text("name"));
    let text = format!("{}/{}", path.unwrap_or_default(), name.unwrap_or_default());
    // The root has no name.
    if text.trim_matches('/').is_empty() {
        return Err(ApiError::bad_request("`name` or `path` is missing"));
    }
    let folder = at(&app, &caller, &text).await?;
    Ok(Json(Details::new(&folder, &caller)))
}

/// `PATCH folders/{folderId}`
pub(crate) async fn update(
    State(app): State<Pixelbin>,
    caller: Caller,
    path: Result<Path<String>, PathRejection>,
    body: Body,
) -> Result<Json<Brief>, ApiError> {
    let Path(text) = path.map_err(|_| unknown())?;
    let is_active = Object::read(body).await?.boolean("isActive")?;
    let folder = at(&app, &caller, &text).await?;
    let folder = match is_active {
        None => folder,
        Some(active) => app
            .library
            .set_folder_active(caller.actor, folder.id, active)
            .await
            .map_err(no_such_folder)?,
    };
    Ok(Json(Brief::from(&folder)))
}

/// `DELETE folders/{_id}`: with everything in it, for good.
pub(crate) async fn delete(
    State(app): State<Pixelbin>,
    caller: Caller,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<Brief>, ApiError> {
    let Path(id) = path.map_err(|_| unknown())?;
    let folder = by_id(&app, &caller, &id).await?;
    app.library.delete_folder(caller.actor, folder.path.clone()).await.map_err(no_such_folder)?;
    Ok(Json(Brief::from(&folder)))
}

/// `GET folders/{_id}/ancestors`
pub(crate) async fn ancestors(
    State(app): State<Pixelbin>,
    caller: Caller,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<Ancestors>, ApiError> {
    let Path(text) = path.map_err(|_| unknown())?;
    let id = text.trim_matches('/').strip_suffix("/ancestors");
    let folder = by_id(&app, &caller, id.ok_or_else(ApiError::no_endpoint)?).await?;
    let mut ancestors = Vec::new();
    let mut above = folder.path.parent();
    while let Some(path) = above.filter(|path| !path.is_root()) {
        let ancestor = app.library.folder(caller.actor, &path).await.map_err(no_such_folder)?;
        ancestors.push(Typed::from(&ancestor));
        above = path.parent();
    }
    ancestors.reverse();
    Ok(Json(Ancestors { folder: Typed::from(&folder), ancestors }))
}

/// The folder of this path, as it is spelled or as slugs.
async fn at(app: &Pixelbin, caller: &Caller, text: &str) -> Result<Folder, ApiError> {
    for path in names::existing_folders(text).iter().filter(|path| !path.is_root()) {
        match app.library.folder(caller.actor, path).await {
            Err(library::Error::NotFound(_)) => {}
            found => return found.map_err(ApiError::from),
        }
    }
    Err(unknown())
}

async fn by_id(app: &Pixelbin, caller: &Caller, text: &str) -> Result<Folder, ApiError> {
    let id = ids::parse(text.trim_matches('/')).ok_or_else(unknown)?;
    let folder = app.library.folder_by_id(caller.actor, id).await.map_err(no_such_folder)?;
    // The root is no folder that a client could have heard of.
    if folder.path.is_root() { Err(unknown()) } else { Ok(folder) }
}

fn unknown() -> ApiError {
    ApiError::not_found("Folder not found")
}

fn no_such_folder(error: library::Error) -> ApiError {
    match error {
        library::Error::NotFound(_) => unknown(),
        error => error.into(),
    }
}

/// What lies above, as this protocol writes it.
fn parent(path: &FolderPath) -> String {
    path.parent().map_or_else(String::new, |parent| names::shown_folder(&parent).to_owned())
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Brief {
    #[serde(rename = "_id")]
    id: String,
    name: String,
    path: String,
    is_active: bool,
}

impl From<&Folder> for Brief {
    fn from(folder: &Folder) -> Self {
        Self {
            id: folder.id.uuid(),
            name: folder.path.name().unwrap_or_default().to_owned(),
            path: parent(&folder.path),
            is_active: folder.active,
        }
    }
}

/// In lists that hold files as well, or could.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Typed {
    #[serde(flatten)]
    folder: Brief,
    #[serde(rename = "type")]
    kind: &'static str,
}

impl From<&Folder> for Typed {
    fn from(folder: &Folder) -> Self {
        Self { folder: Brief::from(folder), kind: "folder" }
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct Ancestors {
    folder: Typed,
    /// From the root down.
    ancestors: Vec<Typed>,
}

/// One folder in a listing.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FolderItem {
    #[serde(rename = "_id")]
    id: String,
    name: String,
    path: String,
    #[serde(rename = "type")]
    kind: &'static str,
    created_at: String,
    updated_at: String,
}

impl From<&Folder> for FolderItem {
    fn from(folder: &Folder) -> Self {
        let Brief { id, name, path, .. } = Brief::from(folder);
        Self {
            id,
            name,
            path,
            kind: "folder",
            created_at: iso(folder.created),
            updated_at: iso(folder.updated),
        }
    }
}

/// Clients read the fields of files here too; a folder has nothing to say in them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Details {
    #[serde(rename = "_id")]
    id: String,
    created_at: String,
    updated_at: String,
    is_active: bool,
    org_id: i64,
    #[serde(rename = "type")]
    kind: &'static str,
    name: String,
    path: String,
    file_id: Value,
    format: Value,
    size: Value,
    tags: Value,
    metadata: Value,
    access: Value,
    width: Value,
    height: Value,
    meta: Map<String, Value>,
    kv_store: [Value; 0],
    context: Value,
    asset_type: Value,
}

impl Details {
    fn new(folder: &Folder, caller: &Caller) -> Self {
        let Brief { id, name, path, is_active } = Brief::from(folder);
        Self {
            id,
            created_at: iso(folder.created),
            updated_at: iso(folder.updated),
            is_active,
            org_id: caller.organization(),
            kind: "folder",
            name,
            path,
            file_id: Value::Null,
            format: Value::Null,
            size: Value::Null,
            tags: Value::Null,
            metadata: Value::Null,
            access: Value::Null,
            width: Value::Null,
            height: Value::Null,
            meta: Map::new(),
            kv_store: [],
            context: Value::Null,
            asset_type: Value::Null,
        }
    }
}
