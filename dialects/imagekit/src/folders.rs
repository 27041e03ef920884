//! Folders.

use axum::{Json, body::Body, extract::State};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{ImageKit, auth::Caller, error::ApiError, json, names};

#[derive(Debug, Deserialize)]
struct Create {
    #[serde(rename = "folderName")]
    folder_name: Option<String>,
    #[serde(rename = "parentFolderPath")]
    parent_folder_path: Option<String>,
}

/// `POST /v1/folder`. Makes missing parents; one that exists is left as it is. The body must not be empty, because
/// SDKs read it.
pub(crate) async fn create(
    State(app): State<ImageKit>,
    caller: Caller,
    body: Body,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let request: Create = json::read(body).await?;
    let name = request.folder_name.unwrap_or_default();
    if name.trim().is_empty() {
        return Err(ApiError::bad_request("`folderName` is missing."));
    }
    let parent = names::folder(request.parent_folder_path.as_deref().unwrap_or("/"), "parentFolderPath")?;
    let folder = parent
        .join(&names::clean_new_folder(&name))
        .map_err(|error| ApiError::bad_request(format!("`folderName`: {error}.")))?;
    app.library.create_folder(caller.actor, &folder).await?;
    Ok((StatusCode::CREATED, Json(json!({}))))
}
