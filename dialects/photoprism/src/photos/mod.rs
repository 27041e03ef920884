//! Photos: finding them, looking at one, and changing what is said about it.

pub(crate) mod response;
mod search;
mod update;

mod q;

use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};
use http::StatusCode;
use library::{Actor, Asset, AssetId, AssetPatch, Change, NewLabel, PhotoChange, PhotoPatch};
use serde_json::json;
use wire::json::Object;

use crate::{
    PhotoPrism, answer,
    auth::Caller,
    error::{ApiError, LABEL_NOT_FOUND},
    ids::{sha1, uid},
};
use response::{FileObject, PhotoObject};

pub(crate) use search::{search, sort};
pub(crate) use update::update;

/// `GET /photos/{uid}`.
pub(crate) async fn details(
    State(app): State<PhotoPrism>,
    caller: Caller,
    Path(photo): Path<String>,
) -> Result<Response, ApiError> {
    let asset = find(&app, caller.actor, &photo).await?;
    Ok(answer::ok(&object(&app, caller.actor, &asset).await?))
}

/// `POST /photos/{uid}/like`.
pub(crate) async fn like(
    state: State<PhotoPrism>,
    caller: Caller,
    path: Path<String>,
) -> Result<Response, ApiError> {
    favor(state, caller, path, true).await
}

/// `DELETE /photos/{uid}/like`.
pub(crate) async fn dislike(
    state: State<PhotoPrism>,
    caller: Caller,
    path: Path<String>,
) -> Result<Response, ApiError> {
    favor(state, caller, path, false).await
}

/// `POST /photos/{uid}/approve`.
pub(crate) async fn approve(
    State(app): State<PhotoPrism>,
    caller: Caller,
    Path(photo): Path<String>,
) -> Result<Response, ApiError> {
    let id = find(&app, caller.actor, &photo).await?.id;
    app.library.change_photos(caller.actor, vec![id], PhotoChange::Approve).await?;
    let asset = app.library.asset(caller.actor, id).await?;
    Ok(answer::ok(&json!({ "photo": object(&app, caller.actor, &asset).await? })))
}

/// `POST /photos/{uid}/files/{file}/primary`: a photo has one file, which is that already.
pub(crate) async fn make_primary(
    State(app): State<PhotoPrism>,
    caller: Caller,
    Path((photo, file)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let asset = find(&app, caller.actor, &photo).await?;
    if uid(&file) != Some(asset.current.id) {
        return Err(ApiError::not_found());
    }
    Ok(answer::ok(&object(&app, caller.actor, &asset).await?))
}

/// `POST /photos/{uid}/label`.
pub(crate) async fn label(
    State(app): State<PhotoPrism>,
    caller: Caller,
    Path(photo): Path<String>,
    body: Body,
) -> Result<Response, ApiError> {
    let asset = find(&app, caller.actor, &photo).await?;
    let mut form = Object::read(body).await?;
    let name = form.text("Name")?.unwrap_or_default().trim().to_owned();
    let mut number = |field| form.take(field).and_then(|value| value.as_i64()).unwrap_or_default();
    let (priority, uncertainty) = (number("Priority"), number("Uncertainty"));
    let new = NewLabel {
        name,
        priority,
        source: "manual".to_owned(),
        uncertainty: u8::try_from(uncertainty.clamp(0, 100)).unwrap_or_default(),
    };
    app.library.label_asset(caller.actor, asset.id, new).await?;
    Ok(answer::ok(&object(&app, caller.actor, &asset).await?))
}

/// `DELETE /photos/{uid}/label/{id}`.
pub(crate) async fn unlabel(
    State(app): State<PhotoPrism>,
    caller: Caller,
    Path((photo, label)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let asset = find(&app, caller.actor, &photo).await?;
    let label = label.parse().map_err(|_| ApiError::bad_request())?;
    let taken_off = app.library.unlabel_asset(caller.actor, asset.id, label).await;
    taken_off.map_err(|error| ApiError::from(error).called(LABEL_NOT_FOUND))?;
    Ok(answer::ok(&object(&app, caller.actor, &asset).await?))
}

/// `GET /files/{hash}`: one file, whatever became of its photo.
pub(crate) async fn file(
    State(app): State<PhotoPrism>,
    caller: Caller,
    Path(hash): Path<String>,
) -> Result<Response, ApiError> {
    let sha1 = sha1(&hash).ok_or_else(ApiError::not_found)?;
    let asset = app.library.asset_by_sha1(caller.actor, sha1).await?;
    Ok(answer::ok(&FileObject::from(&asset)))
}

/// The photo of that UID. What is no picture is no photo.
pub(crate) async fn find(app: &PhotoPrism, actor: Actor, photo: &str) -> Result<Asset, ApiError> {
    let id: AssetId = uid(photo).ok_or_else(ApiError::not_found)?;
    let asset = app.library.asset(actor, id).await?;
    if is_photo(&asset) { Ok(asset) } else { Err(ApiError::not_found()) }
}

pub(crate) fn is_photo(asset: &Asset) -> bool {
    asset.current.mime.starts_with("image/")
}

/// With the groups that it is in.
pub(crate) async fn object(
    app: &PhotoPrism,
    actor: Actor,
    asset: &Asset,
) -> Result<PhotoObject, ApiError> {
    let albums = app.library.albums_of(actor, asset.id).await?;
    let labels = app.library.labels_of(actor, asset.id).await?;
    Ok(PhotoObject::new(asset, &albums, &labels))
}

async fn favor(
    State(app): State<PhotoPrism>,
    caller: Caller,
    Path(photo): Path<String>,
    is_favorite: bool,
) -> Result<Response, ApiError> {
    let id = find(&app, caller.actor, &photo).await?.id;
    let photo = PhotoPatch { is_favorite: Change::Set(is_favorite), ..PhotoPatch::default() };
    let patch = AssetPatch { photo, ..AssetPatch::default() };
    let asset = app.library.update(caller.actor, id, patch).await?;
    let photo = object(&app, caller.actor, &asset).await?;
    Ok(answer::json(StatusCode::OK, &json!({ "photo": photo })))
}
