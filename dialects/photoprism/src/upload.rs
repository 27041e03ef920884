//! Uploads in two steps: files come and wait, then a word makes photos of them.

use std::time::Instant;

use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};
use http::HeaderMap;
use library::{Asset, AssetId, StagedFile};
use wire::{
    json::Object,
    multipart::{Limits, Multipart},
};

use crate::{PhotoPrism, answer, auth::Caller, error::ApiError, ids::uid};

/// Albums of one upload.
const MOST_ALBUMS: usize = 100;

/// `POST /users/{uid}/upload/{token}`.
pub(crate) async fn receive(
    State(app): State<PhotoPrism>,
    caller: Caller,
    Path((user, token)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let whose = whose(&caller, &user, &token)?;
    let began = Instant::now();
    let _turn = app.library.upload_turn(&caller.name())?;
    let limits =
        Limits { body: app.library.config().limits.upload_bytes.max(1), ..Limits::default() };
    let mut form = Multipart::from_request(&headers, body, limits)?;
    let mut files = 0;
    while let Some(mut part) = form.next_part().await? {
        if part.name != "files" {
            continue;
        }
        let name = part.file_name.clone().unwrap_or_default();
        let mut spool = app.library.spool()?;
        while let Some(bytes) = part.chunk().await? {
            spool.write(bytes).await?;
        }
        let bytes = spool.finish().await?;
        app.library.stage(&whose, StagedFile { name, bytes })?;
        files += 1;
    }
    let seconds = began.elapsed().as_secs();
    Ok(answer::done(&format!("{files} files uploaded in {seconds} s")))
}

/// `PUT /users/{uid}/upload/{token}`: what waits there becomes photos, and is in the albums when this is answered.
pub(crate) async fn process(
    State(app): State<PhotoPrism>,
    caller: Caller,
    Path((user, token)): Path<(String, String)>,
    body: Body,
) -> Result<Response, ApiError> {
    let whose = whose(&caller, &user, &token)?;
    let albums = Object::read(body).await?.texts("albums")?.unwrap_or_default();
    let mut photos = Vec::new();
    for file in app.library.take_staged(&whose) {
        photos.extend(app.library.file_photo(caller.actor, file).await?);
    }
    into_albums(&app, &caller, &albums, &photos).await?;
    Ok(answer::done("Upload has been processed"))
}

/// Puts photos into albums, which are named by UID or by title.
pub(crate) async fn into_albums(
    app: &PhotoPrism,
    caller: &Caller,
    albums: &[String],
    photos: &[Asset],
) -> Result<(), ApiError> {
    if albums.len() > MOST_ALBUMS {
        return Err(ApiError::bad_request());
    }
    let photos: Vec<AssetId> = photos.iter().map(|asset| asset.id).collect();
    if photos.is_empty() {
        return Ok(());
    }
    for album in albums.iter().map(|album| album.trim()).filter(|album| !album.is_empty()) {
        let id = match uid(album) {
            Some(id) => app.library.album(caller.actor, id).await.map(|album| album.id).ok(),
            None => None,
        };
        let id = match id {
            Some(id) => id,
            None => app.library.ensure_album(caller.actor, album, false).await?.id,
        };
        app.library.add_to_album(caller.actor, id, photos.clone()).await?;
    }
    Ok(())
}

/// Where the files of an upload wait. 403: nobody uploads for somebody else.
fn whose(caller: &Caller, user: &str, token: &str) -> Result<String, ApiError> {
    const LONGEST: usize = 64;
    if uid(user) != Some(caller.user.uid()) {
        return Err(ApiError::forbidden());
    }
    let is_token = (1..=LONGEST).contains(&token.len())
        && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if !is_token {
        return Err(ApiError::bad_request());
    }
    Ok(format!("{} {token}", caller.name()))
}
