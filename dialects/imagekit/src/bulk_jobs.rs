//! Copying, moving and renaming folders: jobs, and what became of them.

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
};
use http::StatusCode;
use library::{
    COPY_FOLDER, FolderChange, FolderPath, Job, JobId, JobState, MOVE_FOLDER, RENAME_FOLDER,
    Versions,
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{ImageKit, auth::Caller, error::ApiError, json::Object, names};

/// Key of what is noted with a job, and of its status.
const PURGE_REQUEST_ID: &str = "purgeRequestId";

/// A job that was accepted.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Accepted {
    job_id: String,
}

/// What has become of a job. One that failed is completed too, for there is no third word.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Progress {
    job_id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    purge_request_id: Option<String>,
}

/// `POST /v1/bulkJobs/copyFolder`. Versions of the SDK differ in how they call the option about history.
pub(crate) async fn copy(
    State(app): State<ImageKit>,
    caller: Caller,
    body: Body,
) -> Result<Json<Accepted>, ApiError> {
    let mut request = Object::read(body).await?;
    let (source, to) = source_and_destination(&mut request)?;
    let spellings = [request.boolean("includeFileVersions")?, request.boolean("includeVersions")?];
    let versions = if spellings.contains(&Some(true)) { Versions::All } else { Versions::Current };
    accept(&app, &caller, &source, FolderChange::Copy { to, versions }, Value::Null).await
}

/// `POST /v1/bulkJobs/moveFolder`.
pub(crate) async fn relocate(
    State(app): State<ImageKit>,
    caller: Caller,
    body: Body,
) -> Result<Json<Accepted>, ApiError> {
    let (source, to) = source_and_destination(&mut Object::read(body).await?)?;
    accept(&app, &caller, &source, FolderChange::Move { to }, Value::Null).await
}

/// `POST /v1/bulkJobs/renameFolder`.
pub(crate) async fn rename(
    State(app): State<ImageKit>,
    caller: Caller,
    body: Body,
) -> Result<Json<Accepted>, ApiError> {
    let mut request = Object::read(body).await?;
    let path = names::existing_folder(&request.required_text("folderPath")?, "folderPath")?;
    let name = names::clean_renamed_folder(&request.required_text("newFolderName")?);
    let note = if request.boolean("purgeCache")?.unwrap_or_default() {
        let url = format!("{}/*", caller.endpoint.folder_url(&path));
        let id = app.library.purge(caller.actor, &url).await?;
        json!({ PURGE_REQUEST_ID: id.to_string() })
    } else {
        Value::Null
    };
    accept(&app, &caller, &path, FolderChange::Rename { name }, note).await
}

/// `GET /v1/bulkJobs/{jobId}`.
pub(crate) async fn status(
    State(app): State<ImageKit>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Progress>, ApiError> {
    let id: Option<JobId> = id.ok().and_then(|Path(text)| text.parse().ok());
    let job = match id {
        Some(id) => app.library.job(caller.actor, id).await.map_err(no_such_job)?,
        None => return Err(unknown_job()),
    };
    Progress::of(&job).map(Json).ok_or_else(unknown_job)
}

impl Progress {
    /// `None` for jobs of other kinds.
    fn of(job: &Job) -> Option<Self> {
        let kind = match job.kind.as_str() {
            COPY_FOLDER => "COPY_FOLDER",
            MOVE_FOLDER => "MOVE_FOLDER",
            RENAME_FOLDER => "RENAME_FOLDER",
            _ => return None,
        };
        Some(Self {
            job_id: job.id.to_string(),
            kind,
            status: word(job.state),
            purge_request_id: job.payload["note"][PURGE_REQUEST_ID].as_str().map(str::to_owned),
        })
    }
}

/// The vendor's word for how far a job is.
pub(crate) fn word(state: JobState) -> &'static str {
    match state {
        JobState::Waiting | JobState::Running => "Pending",
        JobState::Done | JobState::Failed => "Completed",
    }
}

/// What is to be copied or moved, and into which folder, which may be missing.
fn source_and_destination(request: &mut Object) -> Result<(FolderPath, FolderPath), ApiError> {
    let source = request.required_text("sourceFolderPath")?;
    let to = request.required_text("destinationPath")?;
    Ok((
        names::existing_folder(&source, "sourceFolderPath")?,
        names::folder(&to, "destinationPath")?,
    ))
}

async fn accept(
    app: &ImageKit,
    caller: &Caller,
    path: &FolderPath,
    change: FolderChange,
    note: Value,
) -> Result<Json<Accepted>, ApiError> {
    let is_rename = matches!(change, FolderChange::Rename { .. });
    let job = app.library.change_folder(caller.actor, path, &change, note).await;
    let job = job.map_err(|error| match error {
        library::Error::NotFound(_) if is_rename => {
            ApiError::new(StatusCode::NOT_FOUND, "No folder exists at `folderPath`.")
                .because("FOLDER_NOT_FOUND")
        }
        library::Error::NotFound(_) => {
            ApiError::new(StatusCode::NOT_FOUND, "No folder exists at `sourceFolderPath`.")
                .because("NO_FILES_FOLDER")
        }
        library::Error::Conflict(_) => {
            ApiError::new(StatusCode::CONFLICT, "A folder of the new name exists already.")
                .because("FOLDER_ALREADY_EXISTS")
        }
        library::Error::Invalid(why) => {
            ApiError::bad_request(format!("The folder stays where it is: {why}."))
        }
        error => error.into(),
    })?;
    Ok(Json(Accepted { job_id: job.id.to_string() }))
}

fn no_such_job(error: library::Error) -> ApiError {
    match error {
        library::Error::NotFound(_) => unknown_job(),
        error => error.into(),
    }
}

fn unknown_job() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "The requested job does not exist.")
}
