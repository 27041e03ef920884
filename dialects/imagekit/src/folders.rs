//! Folders.

use axum::{Json, body::Body, extract::State};
use http::StatusCode;
use serde_json::{Map, Value};

use crate::{ImageKit, auth::Caller, error::ApiError, json::Object, names};

/// `POST /v1/folder`. Makes missing parents; one that exists is left as it is. The body must not be empty, because
/// SDKs read it.
pub(crate) async fn create(
    State(app): State<ImageKit>,
    caller: Caller,
    body: Body,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let mut request = Object::read(body).await?;
    let name = request.required_text("folderName")?;
    let parent = request.text("parentFolderPath")?.unwrap_or_default();
    let parent = names::folder(&parent, "parentFolderPath")?;
    let folder = parent
        .join(&names::clean_new_folder(&name))
        .map_err(|error| ApiError::bad_request(format!("`folderName`: {error}.")))?;
    app.library.create_folder(caller.actor, &folder).await?;
    Ok((StatusCode::CREATED, Json(Value::Object(Map::new()))))
}

/// `DELETE /v1/folder`: with everything inside. The body says which.
pub(crate) async fn delete(
    State(app): State<ImageKit>,
    caller: Caller,
    body: Body,
) -> Result<StatusCode, ApiError> {
    let path = Object::read(body).await?.required_text("folderPath")?;
    let path = names::existing_folder(&path, "folderPath")?;
    app.library.delete_folder(caller.actor, path).await.map_err(|error| match error {
        library::Error::NotFound(_) => {
            ApiError::new(StatusCode::NOT_FOUND, "No folder exists at `folderPath`.")
                .because("FOLDER_NOT_FOUND")
        }
        library::Error::Invalid(why) => ApiError::bad_request(format!("`folderPath`: {why}.")),
        error => error.into(),
    })?;
    Ok(StatusCode::NO_CONTENT)
}
