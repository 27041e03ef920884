//! `GET /albums/{uid}/dl`: the photos of an album as one archive.

use axum::{
    extract::{Path, State},
    response::Response,
};
use http::StatusCode;
use library::{Actor, Album, Sort, SortKey};

use super::{ALBUM_NOT_FOUND, missing, uid};
use crate::{
    PhotoPrism,
    archive::{self, Names},
    auth::MaybeCaller,
    error::ApiError,
    names::NameKind,
    params::Params,
    photos::sort,
    tokens::may_download,
};

/// Photos of one archive.
const MOST: usize = 10_000;
/// That are looked up at a time.
const PAGE: u64 = 500;

pub(crate) async fn download(
    State(app): State<PhotoPrism>,
    Path(album): Path<String>,
    params: Params,
    MaybeCaller(caller): MaybeCaller,
) -> Result<Response, ApiError> {
    if !may_download(&app, params.given("t"), caller.as_ref()).await? {
        return Err(ApiError::forbidden());
    }
    if !app.config.downloads {
        return Err(ApiError::new(StatusCode::FORBIDDEN, "Feature disabled"));
    }
    let actor = Actor::full(app.tenant().await?);
    let id = uid(&album).ok_or_else(|| ApiError::not_found().called(ALBUM_NOT_FOUND))?;
    let album = app.library.album(actor, id).await.map_err(missing)?;
    let sort = order(&album.details.order);
    let (mut names, mut files) = (Names::default(), Vec::new());
    while files.len() < MOST {
        let page = [PAGE, files.len() as u64];
        let assets = app.library.album_photos(actor, id, sort, page).await?;
        files.extend(assets.iter().map(|asset| names.member(asset, NameKind::Share)));
        if assets.len() < PAGE as usize {
            break;
        }
    }
    Ok(archive::response(&app.library, actor, &name(&album), files))
}

/// That of the album, where it is one of photos and the same from page to page; else the oldest come first.
fn order(order: &str) -> Sort {
    let known = sort(order).ok().filter(|sort| !order.is_empty() && sort.by != SortKey::Random);
    known.unwrap_or(Sort { by: SortKey::Taken, descending: false })
}

/// A slug of one letter says nothing.
fn name(album: &Album) -> String {
    if album.slug.len() < 2 {
        format!("photoprism-album-{}.zip", album.id.uid())
    } else {
        format!("{}.zip", album.slug)
    }
}
