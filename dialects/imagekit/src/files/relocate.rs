//! Copying, moving and renaming one file.

use axum::{
    Json,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use library::{AssetRef, Versions};
use serde_json::json;

use crate::{
    ImageKit,
    auth::Caller,
    error::{ApiError, HELP},
    json::Object,
    names,
};

/// `POST /v1/files/copy`.
pub(crate) async fn copy(
    State(app): State<ImageKit>,
    caller: Caller,
    body: Body,
) -> Result<StatusCode, ApiError> {
    let mut request = Object::read(body).await?;
    let source = request.required_text("sourceFilePath")?;
    let to = names::folder(&request.required_text("destinationPath")?, "destinationPath")?;
    let versions = match request.boolean("includeFileVersions")? {
        Some(true) => Versions::All,
        None | Some(false) => Versions::Current,
    };
    let source = file(&source, source_missing)?;
    let copied = app.library.copy_asset(caller.actor, &source, to, versions).await;
    copied.map_err(not_there)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /v1/files/move`.
pub(crate) async fn relocate(
    State(app): State<ImageKit>,
    caller: Caller,
    body: Body,
) -> Result<StatusCode, ApiError> {
    let mut request = Object::read(body).await?;
    let source = request.required_text("sourceFilePath")?;
    let to = names::folder(&request.required_text("destinationPath")?, "destinationPath")?;
    let source = file(&source, source_missing)?;
    let moved = app.library.move_asset(caller.actor, &source, to).await;
    moved.map_err(not_there)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /v1/files/rename`. The body of the answer holds `purgeRequestId` or nothing, because SDKs take no other key.
pub(crate) async fn rename(
    State(app): State<ImageKit>,
    caller: Caller,
    body: Body,
) -> Result<Response, ApiError> {
    let mut request = Object::read(body).await?;
    let path = request.required_text("filePath")?;
    let name = names::file(&request.required_text("newFileName")?, "newFileName")?;
    let purges = request.boolean("purgeCache")?.unwrap_or_default();
    let source = file(&path, file_missing)?;
    let url = caller.endpoint.url_at(&source);
    let renamed = app.library.rename_asset(caller.actor, &source, name).await;
    renamed.map_err(|error| match error {
        library::Error::Conflict(_) => {
            ApiError::new(StatusCode::CONFLICT, "A file of the new name exists already.")
                .because("FILE_ALREADY_EXISTS")
        }
        library::Error::NotFound(_) => file_missing(),
        error => error.into(),
    })?;
    if !purges {
        return Ok(Json(json!({})).into_response());
    }
    if let Ok(id) = app.library.purge(caller.actor, &url).await {
        return Ok(Json(json!({ "purgeRequestId": id.to_string() })).into_response());
    }
    // The file has its new name all the same.
    let message = "The file was renamed, but its cache could not be purged.";
    let body = json!({ "message": message, "help": HELP, "reason": "PURGE_FAILED" });
    Ok((StatusCode::MULTI_STATUS, Json(body)).into_response())
}

/// What no file can be called is missing.
fn file(path: &str, missing: fn() -> ApiError) -> Result<AssetRef, ApiError> {
    names::existing_file(path).ok_or_else(missing)
}

/// Why a file does not get to where it should.
fn not_there(error: library::Error) -> ApiError {
    match error {
        library::Error::NotFound(_) => source_missing(),
        library::Error::Invalid(why) => ApiError::bad_request(format!("`destinationPath`: {why}.")),
        error => error.into(),
    }
}

fn source_missing() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "No file exists at `sourceFilePath`.")
        .because("SOURCE_FILE_MISSING")
}

fn file_missing() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "No file exists at `filePath`.").because("FILE_MISSING")
}
