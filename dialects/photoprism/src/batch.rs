//! Changes to many things at once.

use axum::{body::Body, extract::State, response::Response};
use http::StatusCode;
use library::{AssetId, Error, PhotoChange};

use crate::{PhotoPrism, answer, auth::Caller, error::ApiError, selection::Selection};

/// `POST /batch/photos/archive`.
pub(crate) async fn archive(
    app: State<PhotoPrism>,
    caller: Caller,
    body: Body,
) -> Result<Response, ApiError> {
    change(app, caller, body, PhotoChange::Archive, "Selection archived").await
}

/// `POST /batch/photos/restore`.
pub(crate) async fn restore(
    app: State<PhotoPrism>,
    caller: Caller,
    body: Body,
) -> Result<Response, ApiError> {
    change(app, caller, body, PhotoChange::Restore, "Selection restored").await
}

/// `POST /batch/photos/approve`.
pub(crate) async fn approve(
    app: State<PhotoPrism>,
    caller: Caller,
    body: Body,
) -> Result<Response, ApiError> {
    change(app, caller, body, PhotoChange::Approve, "Selection approved").await
}

/// `POST /batch/photos/private`: turns it round for each.
pub(crate) async fn private(
    app: State<PhotoPrism>,
    caller: Caller,
    body: Body,
) -> Result<Response, ApiError> {
    change(app, caller, body, PhotoChange::TogglePrivate, "Selection marked as private").await
}

/// `POST /batch/photos/delete`: for good.
pub(crate) async fn delete(
    State(app): State<PhotoPrism>,
    caller: Caller,
    body: Body,
) -> Result<Response, ApiError> {
    for id in photos(&app, &caller, body).await? {
        match app.library.delete(caller.actor, id).await {
            Ok(()) | Err(Error::NotFound(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(answer::done("Permanently deleted"))
}

/// `POST /batch/albums/delete`.
pub(crate) async fn delete_albums(
    State(app): State<PhotoPrism>,
    caller: Caller,
    body: Body,
) -> Result<Response, ApiError> {
    let albums = Selection::read(body).await?.albums();
    if albums.is_empty() {
        return Err(nothing("No albums selected"));
    }
    for id in albums {
        match app.library.delete_album(caller.actor, id).await {
            Ok(_) | Err(Error::NotFound(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(answer::done("Albums deleted"))
}

/// `POST /batch/labels/delete`.
pub(crate) async fn delete_labels(
    State(app): State<PhotoPrism>,
    caller: Caller,
    body: Body,
) -> Result<Response, ApiError> {
    let labels = Selection::read(body).await?.labels();
    if labels.is_empty() {
        return Err(nothing("No labels selected"));
    }
    for id in labels {
        match app.library.delete_label(caller.actor, id).await {
            Ok(()) | Err(Error::NotFound(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(answer::done("Labels deleted"))
}

async fn change(
    State(app): State<PhotoPrism>,
    caller: Caller,
    body: Body,
    change: PhotoChange,
    message: &str,
) -> Result<Response, ApiError> {
    let photos = photos(&app, &caller, body).await?;
    app.library.change_photos(caller.actor, photos, change).await?;
    Ok(answer::done(message))
}

/// 400: nothing is picked.
async fn photos(app: &PhotoPrism, caller: &Caller, body: Body) -> Result<Vec<AssetId>, ApiError> {
    let photos = Selection::read(body).await?.photos(app, caller).await?;
    if photos.is_empty() { Err(nothing("No items selected")) } else { Ok(photos) }
}

fn nothing(text: &str) -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, text)
}
