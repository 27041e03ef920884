//! Calls on many files: all of them or, if one does not exist, none.

use std::collections::HashSet;

use axum::{
    Json,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use library::{AssetId, Bulk, TagChange};
use serde::Serialize;
use serde_json::json;

use crate::{
    ImageKit,
    auth::Caller,
    error::{ApiError, HELP},
    json::Object,
    tags::{self, MOST_CHARACTERS},
};

/// Most files of one call. The vendor documents 100 for deleting and 50 for tags.
const MOST_FILES: usize = 1000;

/// `POST /v1/files/batch/deleteByFileIds`.
pub(crate) async fn delete(
    State(app): State<ImageKit>,
    caller: Caller,
    body: Body,
) -> Result<Response, ApiError> {
    let ids = Ids::take(&mut Object::read(body).await?)?;
    let known = ids.known(&app, &caller).await?;
    let outcome = app.library.delete_all(caller.actor, known).await?;
    ids.answer(outcome, "successfullyDeletedFileIds")
}

/// `POST /v1/files/addTags`.
pub(crate) async fn add_tags(
    State(app): State<ImageKit>,
    caller: Caller,
    body: Body,
) -> Result<Response, ApiError> {
    let mut request = Object::read(body).await?;
    let ids = Ids::take(&mut request)?;
    let tags = tags::check("tags", &list(&mut request, "tags")?)?;
    let change = TagChange::Add { tags, most_characters: MOST_CHARACTERS };
    ids.change(&app, &caller, change).await
}

/// `POST /v1/files/removeTags`.
pub(crate) async fn remove_tags(
    State(app): State<ImageKit>,
    caller: Caller,
    body: Body,
) -> Result<Response, ApiError> {
    let mut request = Object::read(body).await?;
    let ids = Ids::take(&mut request)?;
    let change = TagChange::Remove(list(&mut request, "tags")?);
    ids.change(&app, &caller, change).await
}

/// `POST /v1/files/removeAITags`.
pub(crate) async fn remove_ai_tags(
    State(app): State<ImageKit>,
    caller: Caller,
    body: Body,
) -> Result<Response, ApiError> {
    let mut request = Object::read(body).await?;
    let ids = Ids::take(&mut request)?;
    let change = TagChange::RemoveAuto(list(&mut request, "AITags")?);
    ids.change(&app, &caller, change).await
}

/// The files of a call, as they were named, each once.
struct Ids(Vec<String>);

impl Ids {
    fn take(request: &mut Object) -> Result<Self, ApiError> {
        let mut ids = list(request, "fileIds")?;
        let mut seen = HashSet::new();
        ids.retain(|id| seen.insert(id.clone()));
        if ids.len() > MOST_FILES {
            return Err(ApiError::bad_request(format!(
                "`fileIds` expects at most {MOST_FILES} ids, found {}.",
                ids.len()
            )));
        }
        Ok(Self(ids))
    }

    /// As ids of files. What cannot be an id is missing like any that nothing has.
    async fn known(&self, app: &ImageKit, caller: &Caller) -> Result<Vec<AssetId>, ApiError> {
        let ids: Vec<AssetId> = self.0.iter().filter_map(|id| id.parse().ok()).collect();
        if ids.len() == self.0.len() {
            return Ok(ids);
        }
        Err(self.missing(&app.library.missing(caller.actor, &ids).await?))
    }

    async fn change(
        &self,
        app: &ImageKit,
        caller: &Caller,
        change: TagChange,
    ) -> Result<Response, ApiError> {
        let known = self.known(app, caller).await?;
        let outcome = app.library.change_tags(caller.actor, known, change).await?;
        self.answer(outcome, "successfullyUpdatedFileIds")
    }

    /// `done` is the key of the ids that were changed.
    fn answer(&self, outcome: Bulk, done: &'static str) -> Result<Response, ApiError> {
        let refused = match outcome {
            Bulk::Missing(missing) => return Err(self.missing(&missing)),
            Bulk::Done { refused } if refused.is_empty() => {
                return Ok(Json(json!({ (done): self.0 })).into_response());
            }
            Bulk::Done { refused } => spelt(&refused),
        };
        let changed: Vec<&String> = self.0.iter().filter(|id| !refused.contains(*id)).collect();
        let error = format!("The file would have more than {MOST_CHARACTERS} characters of tags.");
        let errors = self.0.iter().filter(|id| refused.contains(*id));
        let errors: Vec<Fault<'_>> =
            errors.map(|file_id| Fault { file_id, error: &error }).collect();
        let body = json!({
            (done): changed,
            "errors": errors,
            "message": "The request could not be carried out for some of the files.",
            "help": HELP,
        });
        Ok((StatusCode::MULTI_STATUS, Json(body)).into_response())
    }

    /// 404, and nothing has changed.
    fn missing(&self, missing: &[AssetId]) -> ApiError {
        let missing = spelt(missing);
        let is_missing = |id: &&String| missing.contains(*id) || id.parse::<AssetId>().is_err();
        ApiError {
            missing_file_ids: self.0.iter().filter(is_missing).cloned().collect(),
            ..ApiError::new(StatusCode::NOT_FOUND, "The requested file(s) does not exist.")
        }
    }
}

/// One file for which the call could not be carried out.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Fault<'a> {
    file_id: &'a str,
    error: &'a str,
}

fn spelt(ids: &[AssetId]) -> HashSet<String> {
    ids.iter().map(AssetId::to_string).collect()
}

/// A list of texts that must hold something.
fn list(request: &mut Object, field: &str) -> Result<Vec<String>, ApiError> {
    let texts = request.texts(field)?.unwrap_or_default();
    if texts.is_empty() {
        return Err(ApiError::bad_request(format!("`{field}` is missing or empty.")));
    }
    Ok(texts)
}
