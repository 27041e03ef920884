//! Account webhooks: where events are posted. Delivering them is the library's.

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
};
use http::StatusCode;
use library::{Webhook, WebhookId, WebhookPatch};
use serde::Serialize;

use crate::{ImageKit, auth::Caller, error::ApiError, ids::id, json::Object, time::iso};

/// Events that a webhook can ask for.
const EVENTS: [&str; 15] = [
    "video.transformation.accepted",
    "video.transformation.ready",
    "video.transformation.error",
    "upload.pre-transform.success",
    "upload.pre-transform.error",
    "upload.post-transform.success",
    "upload.post-transform.error",
    "file.created",
    "file.updated",
    "file.deleted",
    "file-version.created",
    "file-version.deleted",
    "folder.created",
    "folder.updated",
    "folder.deleted",
];

/// A webhook as the API shows it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WebhookObject {
    id: String,
    endpoint: String,
    enabled: bool,
    events: Vec<String>,
    secret: String,
    created_at: String,
    updated_at: String,
}

impl From<Webhook> for WebhookObject {
    fn from(webhook: Webhook) -> Self {
        Self {
            id: webhook.id.to_string(),
            endpoint: webhook.url,
            enabled: webhook.enabled,
            events: webhook.events,
            secret: webhook.secret,
            created_at: iso(webhook.created),
            updated_at: iso(webhook.updated),
        }
    }
}

/// `POST /v1/accounts/webhooks`.
pub(crate) async fn create(
    State(app): State<ImageKit>,
    caller: Caller,
    body: Body,
) -> Result<(StatusCode, Json<WebhookObject>), ApiError> {
    let mut request = Object::read(body).await?;
    let endpoint = request.required_text("endpoint")?;
    let events = request.texts("events")?;
    let enabled = request.boolean("enabled")?.unwrap_or(true);
    request.finish()?;
    check_endpoint(&endpoint)?;
    let events =
        checked_events(events.ok_or_else(|| ApiError::bad_request("`events` is missing."))?)?;
    let added = app.library.add_webhook(caller.actor, endpoint, events, enabled).await;
    Ok((StatusCode::CREATED, Json(added.map_err(refused)?.into())))
}

/// `GET /v1/accounts/webhooks`.
pub(crate) async fn list(
    State(app): State<ImageKit>,
    caller: Caller,
) -> Result<Json<Vec<WebhookObject>>, ApiError> {
    let webhooks = app.library.webhooks(caller.actor).await?;
    Ok(Json(webhooks.into_iter().map(WebhookObject::from).collect()))
}

/// `GET /v1/accounts/webhooks/{id}`.
pub(crate) async fn get(
    State(app): State<ImageKit>,
    caller: Caller,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<WebhookObject>, ApiError> {
    let id: WebhookId = id(path, unknown)?;
    Ok(Json(app.library.webhook(caller.actor, id).await.map_err(refused)?.into()))
}

/// `PATCH /v1/accounts/webhooks/{id}`. The secret stays.
pub(crate) async fn update(
    State(app): State<ImageKit>,
    caller: Caller,
    path: Result<Path<String>, PathRejection>,
    body: Body,
) -> Result<Json<WebhookObject>, ApiError> {
    let id: WebhookId = id(path, unknown)?;
    let mut request = Object::read(body).await?;
    let patch = WebhookPatch {
        url: request.text("endpoint")?,
        events: request.texts("events")?.map(checked_events).transpose()?,
        enabled: request.boolean("enabled")?,
    };
    request.finish()?;
    patch.url.as_deref().map_or(Ok(()), check_endpoint)?;
    let changed = app.library.change_webhook(caller.actor, id, patch).await;
    Ok(Json(changed.map_err(refused)?.into()))
}

/// `DELETE /v1/accounts/webhooks/{id}`.
pub(crate) async fn delete(
    State(app): State<ImageKit>,
    caller: Caller,
    path: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let id: WebhookId = id(path, unknown)?;
    app.library.delete_webhook(caller.actor, id).await.map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}

fn check_endpoint(endpoint: &str) -> Result<(), ApiError> {
    if crate::url::is_web_address(endpoint) {
        return Ok(());
    }
    Err(ApiError::bad_request("`endpoint` expects a URL that begins with http:// or https://."))
}

/// Each once, in the order given.
fn checked_events(events: Vec<String>) -> Result<Vec<String>, ApiError> {
    if let Some(other) = events.iter().find(|event| !EVENTS.contains(&event.as_str())) {
        let other: String =
            other.chars().take(60).map(|c| if c.is_control() { '?' } else { c }).collect();
        return Err(ApiError::bad_request(format!(
            "`events` expects some of {}, found `{other}`.",
            EVENTS.join(", ")
        )));
    }
    if events.is_empty() {
        return Err(ApiError::bad_request("`events` expects at least one event."));
    }
    let mut once: Vec<String> = Vec::new();
    for event in events {
        if !once.contains(&event) {
            once.push(event);
        }
    }
    Ok(once)
}

fn refused(error: library::Error) -> ApiError {
    match error {
        library::Error::NotFound(_) => unknown(),
        library::Error::Conflict(_) => {
            ApiError::new(StatusCode::CONFLICT, "There is a webhook with this `endpoint` already.")
        }
        error => error.into(),
    }
}

fn unknown() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "The requested webhook does not exist.")
}
