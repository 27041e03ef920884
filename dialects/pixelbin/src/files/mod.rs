//! `files/...`: one file by id or by name, changed, deleted; and many deleted.

pub(crate) mod find;
pub(crate) mod response;

use std::collections::BTreeMap;

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
};
use library::{Access, Asset, AssetId, AssetPatch, Change, Visibility};
use serde_json::Value;
use wire::json::Object;

use crate::{Pixelbin, auth::Caller, error::ApiError, ids, names};
use response::FileObject;

/// Most files that one request deletes.
const MAX_IDS: usize = 1000;

/// `GET files/id/{_id}` and `GET files/{fileId}`. What a client has hidden it must find, to show it again.
pub(crate) async fn get(
    State(app): State<Pixelbin>,
    caller: Caller,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<FileObject>, ApiError> {
    let text = file_id(path)?;
    let asset = match text.strip_prefix("id/") {
        Some(id) if !id.contains('/') => by_id(&app, &caller, id).await?,
        _ => by_name(&app, &caller, &text).await?,
    };
    Ok(Json(FileObject::new(&asset, &caller.base)))
}

/// `PATCH files/{fileId}`: changes what the body names.
pub(crate) async fn update(
    State(app): State<Pixelbin>,
    caller: Caller,
    path: Result<Path<String>, PathRejection>,
    body: Body,
) -> Result<Json<FileObject>, ApiError> {
    let text = file_id(path)?;
    let update = Update::parse(Object::read(body).await?)?;
    let asset = by_name(&app, &caller, &text).await?;
    let asset = match update.into_patch(&asset)? {
        None => asset,
        Some(patch) => {
            app.library.update(caller.actor, asset.id, patch).await.map_err(no_such_file)?
        }
    };
    Ok(Json(FileObject::new(&asset, &caller.base)))
}

/// `DELETE files/{fileId}`: for good.
pub(crate) async fn delete(
    State(app): State<Pixelbin>,
    caller: Caller,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<FileObject>, ApiError> {
    let asset = by_name(&app, &caller, &file_id(path)?).await?;
    app.library.delete(caller.actor, asset.id).await.map_err(no_such_file)?;
    Ok(Json(FileObject::new(&asset, &caller.base)))
}

/// `POST files/delete`: for good, and without those that are not there.
pub(crate) async fn delete_many(
    State(app): State<Pixelbin>,
    caller: Caller,
    path: Result<Path<String>, PathRejection>,
    body: Body,
) -> Result<Json<Vec<FileObject>>, ApiError> {
    if file_id(path)? != "delete" {
        return Err(ApiError::method_not_allowed());
    }
    let ids = Object::read(body).await?.texts("ids")?.unwrap_or_default();
    if ids.is_empty() || ids.len() > MAX_IDS {
        return Err(ApiError::bad_request(format!(
            "`ids` expects a list of 1 to {MAX_IDS} ids, found {}",
            ids.len()
        )));
    }
    let mut deleted = Vec::new();
    for id in ids.iter().filter_map(|id| ids::parse(id)) {
        match delete_one(&app, &caller, id).await {
            Ok(asset) => deleted.push(FileObject::new(&asset, &caller.base)),
            Err(library::Error::NotFound(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Json(deleted))
}

async fn delete_one(app: &Pixelbin, caller: &Caller, id: AssetId) -> library::Result<Asset> {
    let asset = app.library.asset(caller.actor, id).await?;
    app.library.delete(caller.actor, id).await?;
    Ok(asset)
}

async fn by_id(app: &Pixelbin, caller: &Caller, id: &str) -> Result<Asset, ApiError> {
    let id = ids::parse(id).ok_or_else(unknown)?;
    app.library.asset(caller.actor, id).await.map_err(no_such_file)
}

async fn by_name(app: &Pixelbin, caller: &Caller, text: &str) -> Result<Asset, ApiError> {
    find::file(&app.library, caller.actor, text).await.map_err(no_such_file)
}

/// The decoded rest of the path; repeated slashes and those at the ends do not matter.
fn file_id(path: Result<Path<String>, PathRejection>) -> Result<String, ApiError> {
    // What is no UTF-8 can be no name.
    let Path(text) = path.map_err(|_| unknown())?;
    let segments: Vec<&str> = text.split('/').filter(|segment| !segment.is_empty()).collect();
    Ok(segments.join("/"))
}

fn unknown() -> ApiError {
    ApiError::not_found("File not found")
}

/// Names of the client's are not repeated.
pub(crate) fn no_such_file(error: library::Error) -> ApiError {
    match error {
        library::Error::NotFound(_) => unknown(),
        error => error.into(),
    }
}

/// What a body says, each field checked.
#[derive(Debug, Clone, PartialEq, Default)]
struct Update {
    name: Option<String>,
    path: Option<String>,
    access: Option<Access>,
    is_active: Option<bool>,
    tags: Option<Vec<String>>,
    metadata: Option<BTreeMap<String, Value>>,
}

impl Update {
    fn parse(mut body: Object) -> Result<Self, ApiError> {
        Ok(Self {
            name: body.text("name")?,
            path: body.text("path")?,
            access: body.text("access")?.as_deref().map(read_access).transpose()?,
            is_active: body.boolean("isActive")?,
            tags: body.texts("tags")?,
            metadata: body.object("metadata")?.map(|object| object.into_iter().collect()),
        })
    }

    /// `None`: nothing is to be changed.
    fn into_patch(self, asset: &Asset) -> Result<Option<AssetPatch>, ApiError> {
        if self == Self::default() {
            return Ok(None);
        }
        let place = match (&self.name, &self.path) {
            (None, None) => Change::Keep,
            (name, path) => {
                let folder = path.as_deref().map(|path| names::folder(path, "path")).transpose()?;
                Change::Set(names::moved(asset, name.as_deref(), folder)?)
            }
        };
        Ok(Some(AssetPatch {
            place,
            tags: self.tags.map_or(Change::Keep, Change::Set),
            notes: self.metadata.map_or(Change::Keep, Change::Set),
            access: match self.access {
                None => Change::Keep,
                // One that is private in another way stays that.
                Some(Access::Closed) if asset.access != Access::Public => Change::Keep,
                Some(access) => Change::Set(access),
            },
            visibility: match self.is_active {
                None => Change::Keep,
                Some(true) => Change::Set(Visibility::Listed),
                Some(false) => Change::Set(Visibility::Archived),
            },
            ..AssetPatch::default()
        }))
    }
}

pub(crate) fn read_access(text: &str) -> Result<Access, ApiError> {
    match text {
        "public-read" => Ok(Access::Public),
        "private" => Ok(Access::Closed),
        other => Err(ApiError::bad_request(format!(
            "`access` expects public-read or private, found `{}`",
            crate::query::brief(other)
        ))),
    }
}
