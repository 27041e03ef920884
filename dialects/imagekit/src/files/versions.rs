//! The history of a file.

use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
};
use http::StatusCode;
use library::{AssetId, VersionId};

use super::{file_id, no_such_file, response::FileObject};
use crate::{ImageKit, auth::Caller, error::ApiError};

/// `GET /v1/files/{fileId}/versions`: the current one, then the others, newest first.
pub(crate) async fn list(
    State(app): State<ImageKit>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Vec<FileObject>>, ApiError> {
    let versions = app.library.versions(caller.actor, file_id(id)?).await.map_err(no_such_file)?;
    let (current, past) = versions.split_at(1.min(versions.len()));
    let current = current.iter().map(|asset| FileObject::current(asset, &caller.endpoint));
    let past = past.iter().map(|asset| FileObject::past(asset, &caller.endpoint));
    Ok(Json(current.chain(past).collect()))
}

/// `GET /v1/files/{fileId}/versions/{versionId}`.
pub(crate) async fn details(
    State(app): State<ImageKit>,
    caller: Caller,
    ids: Result<Path<(String, String)>, PathRejection>,
) -> Result<Json<FileObject>, ApiError> {
    let (id, version) = version_id(ids)?;
    let found = app.library.version(caller.actor, id, version).await;
    let (asset, is_current) = found.map_err(no_such_version)?;
    Ok(Json(if is_current {
        FileObject::current(&asset, &caller.endpoint)
    } else {
        FileObject::past(&asset, &caller.endpoint)
    }))
}

/// `DELETE /v1/files/{fileId}/versions/{versionId}`: any but the current one.
pub(crate) async fn delete(
    State(app): State<ImageKit>,
    caller: Caller,
    ids: Result<Path<(String, String)>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let (id, version) = version_id(ids)?;
    app.library.delete_version(caller.actor, id, version).await.map_err(|error| match error {
        library::Error::Invalid(_) => ApiError::bad_request(
            "The current version of a file cannot be deleted. Delete the file, or restore another version first.",
        ),
        error => no_such_version(error),
    })?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /v1/files/{fileId}/versions/{versionId}/restore`.
pub(crate) async fn restore(
    State(app): State<ImageKit>,
    caller: Caller,
    ids: Result<Path<(String, String)>, PathRejection>,
) -> Result<Json<FileObject>, ApiError> {
    let (id, version) = version_id(ids)?;
    let restored = app.library.restore_version(caller.actor, id, version).await;
    Ok(Json(FileObject::current(&restored.map_err(no_such_version)?, &caller.endpoint)))
}

/// What cannot be an id belongs to no version.
fn version_id(
    path: Result<Path<(String, String)>, PathRejection>,
) -> Result<(AssetId, VersionId), ApiError> {
    let (id, version) = path.map(|Path(ids)| ids).unwrap_or_default();
    match (id.parse(), version.parse()) {
        (Ok(id), Ok(version)) => Ok((id, version)),
        _ => Err(unknown_version()),
    }
}

fn no_such_version(error: library::Error) -> ApiError {
    match error {
        library::Error::NotFound(_) => unknown_version(),
        error => error.into(),
    }
}

fn unknown_version() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "The requested file or version does not exist.")
}
