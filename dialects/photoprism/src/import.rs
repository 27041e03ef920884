//! `POST /import` and `POST /index`: files that came to the server by other ways.

use std::{
    path::{Component, Path as FilePath, PathBuf},
    sync::atomic::Ordering,
    time::Instant,
};

use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};
use library::Import;
use wire::json::Object;

use crate::{PhotoPrism, answer, auth::Caller, error::ApiError, upload::into_albums};

/// `POST /import`.
pub(crate) async fn start(
    state: State<PhotoPrism>,
    caller: Caller,
    body: Body,
) -> Result<Response, ApiError> {
    start_below(state, caller, Path(String::new()), body).await
}

/// `POST /import/{path}`: answered when it is done.
pub(crate) async fn start_below(
    State(app): State<PhotoPrism>,
    caller: Caller,
    Path(path): Path<String>,
    body: Body,
) -> Result<Response, ApiError> {
    let began = Instant::now();
    let mut form = Object::read(body).await?;
    let named = form.text("path")?.unwrap_or_default();
    let moves = form.boolean("move")?.unwrap_or(false);
    let albums = form.texts("albums")?.unwrap_or_default();
    let path = if path.is_empty() { named } else { path };
    let directory = below(&app.config.import, &path)?;
    app.cancelled.store(false, Ordering::Relaxed);
    let import = Import { directory, moves };
    let photos = app.library.import(caller.actor, &import, &app.cancelled).await?;
    into_albums(&app, &caller, &albums, &photos).await?;
    let seconds = began.elapsed().as_secs();
    Ok(answer::done(&format!("Import completed in {seconds} s")))
}

/// `DELETE /import`: the one that runs stops after the file that it is at.
pub(crate) async fn cancel(State(app): State<PhotoPrism>, _: Caller) -> Response {
    app.cancelled.store(true, Ordering::Relaxed);
    answer::done("Import canceled")
}

/// `POST /index`: originals are in the library when their upload is answered, so there is nothing to look for.
pub(crate) async fn index(_: Caller, body: Body) -> Result<Response, ApiError> {
    Object::read(body).await?;
    Ok(answer::done("Indexing completed in 0 s"))
}

/// `DELETE /index`.
pub(crate) async fn cancel_index(_: Caller) -> Response {
    answer::done("Indexing canceled")
}

/// A path below the directory, and never outside of it.
fn below(directory: &FilePath, path: &str) -> Result<PathBuf, ApiError> {
    let path = FilePath::new(path.trim_matches('/'));
    let is_inside = path.components().all(|part| matches!(part, Component::Normal(_)));
    if !is_inside || path.as_os_str().as_encoded_bytes().contains(&0) {
        return Err(ApiError::bad_request());
    }
    Ok(directory.join(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        let inside = |path: &str| below(FilePath::new("/import"), path).ok();
        assert_eq!(inside(""), Some("/import/".into()));
        assert_eq!(inside("/"), Some("/import/".into()));
        assert_eq!(inside("/upload/2024/"), Some("/import/upload/2024".into()));
        for path in ["..", "a/../..", "/../etc", "a\0b"] {
            assert_eq!(inside(path), None, "{path}");
        }
    }
}
