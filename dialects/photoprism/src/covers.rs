//! Covers of albums, labels and folders: a thumbnail of the photo that stands for the group.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, Method, StatusCode};
use library::{Actor, CoverOf, Error};

use crate::{
    PhotoPrism,
    error::ApiError,
    icons::Icon,
    ids::uid,
    params::Params,
    sizes::Size,
    thumbs::{self, Picture},
    tokens::Door,
};

/// Another photo may stand for the group soon.
const CACHE_CONTROL: &str = "private, max-age=3600";

/// `GET /albums/{uid}/t/{token}/{size}`.
pub(crate) async fn of_album(
    state: State<PhotoPrism>,
    method: Method,
    Path((album, token, size)): Path<(String, String, String)>,
    params: Params,
    headers: HeaderMap,
) -> Response {
    let wanted = Wanted { of: uid(&album).map(CoverOf::Album), token, size, icon: Icon::Folder };
    answer(state, method, wanted, params, headers).await
}

/// `GET /labels/{uid}/t/{token}/{size}`.
pub(crate) async fn of_label(
    state: State<PhotoPrism>,
    method: Method,
    Path((label, token, size)): Path<(String, String, String)>,
    params: Params,
    headers: HeaderMap,
) -> Response {
    let wanted = Wanted { of: uid(&label).map(CoverOf::Label), token, size, icon: Icon::Label };
    answer(state, method, wanted, params, headers).await
}

/// `GET /folders/t/{uid}/{token}/{size}`.
pub(crate) async fn of_folder(
    state: State<PhotoPrism>,
    method: Method,
    Path((folder, token, size)): Path<(String, String, String)>,
    params: Params,
    headers: HeaderMap,
) -> Response {
    let wanted = Wanted { of: uid(&folder).map(CoverOf::Folder), token, size, icon: Icon::Folder };
    answer(state, method, wanted, params, headers).await
}

/// The same with an empty token in the path.
pub(crate) async fn of_album_without_token(
    state: State<PhotoPrism>,
    method: Method,
    Path((album, size)): Path<(String, String)>,
    params: Params,
    headers: HeaderMap,
) -> Response {
    of_album(state, method, Path((album, String::new(), size)), params, headers).await
}

/// The same with an empty token in the path.
pub(crate) async fn of_label_without_token(
    state: State<PhotoPrism>,
    method: Method,
    Path((label, size)): Path<(String, String)>,
    params: Params,
    headers: HeaderMap,
) -> Response {
    of_label(state, method, Path((label, String::new(), size)), params, headers).await
}

/// The same with an empty token in the path.
pub(crate) async fn of_folder_without_token(
    state: State<PhotoPrism>,
    method: Method,
    Path((folder, size)): Path<(String, String)>,
    params: Params,
    headers: HeaderMap,
) -> Response {
    of_folder(state, method, Path((folder, String::new(), size)), params, headers).await
}

/// A cover as it is asked for.
struct Wanted {
    /// `None`: there can be no such group.
    of: Option<CoverOf>,
    token: String,
    size: String,
    /// Stands where there is no picture.
    icon: Icon,
}

async fn answer(
    State(app): State<PhotoPrism>,
    method: Method,
    wanted: Wanted,
    params: Params,
    headers: HeaderMap,
) -> Response {
    cover(&app, &method, &wanted, &params, &headers)
        .await
        .unwrap_or_else(IntoResponse::into_response)
}

async fn cover(
    app: &PhotoPrism,
    method: &Method,
    wanted: &Wanted,
    params: &Params,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    let token = thumbs::token(&wanted.token, params);
    let Some(tokens) = Door::Preview.open(app, token).await? else {
        return Ok(wanted.icon.response(StatusCode::FORBIDDEN));
    };
    let (Some(size), Some(of)) = (Size::find(&wanted.size), wanted.of) else {
        return Ok(wanted.icon.response(StatusCode::OK));
    };
    let asset = match app.library.cover(Actor::full(app.tenant().await?), of).await {
        Ok(asset) => asset,
        Err(Error::NotFound(_)) => return Ok(wanted.icon.response(StatusCode::OK)),
        Err(error) => return Err(error.into()),
    };
    let extension = if size.is_png() { "png" } else { "jpg" };
    let picture = Picture {
        asset: &asset,
        plan: size.plan(app.config.jpeg_quality, app.config.thumb_limit),
        attachment: thumbs::attachment(params, &asset, extension),
        cache_control: CACHE_CONTROL,
        broken: wanted.icon,
    };
    picture.response(app, method, headers, tokens).await
}
