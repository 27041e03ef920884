//! Files of the library: list, details, update, delete; more of them in the modules below.

pub(crate) mod bulk;
mod list;
pub(crate) mod relocate;
pub(crate) mod response;
mod update;
pub(crate) mod versions;

pub(crate) use update::update;

use axum::{
    Json,
    extract::{Path, RawQuery, State, rejection::PathRejection},
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, StatusCode};
use library::AssetId;

use crate::{ImageKit, auth::Caller, error::ApiError, search::Scope, time};
use list::Listing;
use response::{FileObject, ListItem};

/// How many entries there are over all pages. Left out where counting would take longer than finding the page.
const TOTAL: HeaderName = HeaderName::from_static("x-total-count");

/// `GET /v1/files`. A bare array; the number of all entries stands in a header.
pub(crate) async fn list(
    State(app): State<ImageKit>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let fields = app.library.custom_fields(caller.actor.tenant).await?;
    let scope = Scope { now: time::now_millis(), fields: Some(&fields) };
    let listing = Listing::parse(query.as_deref().unwrap_or_default(), scope)?;
    let page = app.library.list(caller.actor, listing.of(caller.actor.tenant)).await?;
    let items: Vec<ListItem> =
        page.entries.iter().map(|entry| ListItem::new(entry, &caller.endpoint)).collect();
    let total = page.total.map(|total| [(TOTAL, HeaderValue::from(total))]);
    Ok((total, Json(items)).into_response())
}

/// `GET /v1/files/{fileId}/details`.
pub(crate) async fn details(
    State(app): State<ImageKit>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<FileObject>, ApiError> {
    let asset = app.library.asset(caller.actor, file_id(id)?).await.map_err(no_such_file)?;
    Ok(Json(FileObject::current(&asset, &caller.endpoint)))
}

/// `DELETE /v1/files/{fileId}`: all versions, at once.
pub(crate) async fn delete(
    State(app): State<ImageKit>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    app.library.delete(caller.actor, file_id(id)?).await.map_err(no_such_file)?;
    Ok(StatusCode::NO_CONTENT)
}

/// What cannot be an id belongs to no file.
pub(crate) fn file_id(path: Result<Path<String>, PathRejection>) -> Result<AssetId, ApiError> {
    let text = path.map(|Path(text)| text).unwrap_or_default();
    text.parse().map_err(|_| unknown_file())
}

pub(crate) fn no_such_file(error: library::Error) -> ApiError {
    match error {
        library::Error::NotFound(_) => unknown_file(),
        error => error.into(),
    }
}

fn unknown_file() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "The requested file does not exist.")
}
