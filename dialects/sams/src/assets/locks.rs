//! `PATCH /produce/assets/lock/{id}`, `unlock/{id}` and `unlock_user_session`: no `If-Match` is needed.

use axum::{
    body::Body,
    extract::{Path, RawQuery, State, rejection::PathRejection},
    response::Response,
};
use http::StatusCode;
use library::{Asset, AssetId, Lock};
use serde_json::Value;

use super::document;
use crate::{
    Sams,
    auth::Caller,
    body,
    error::ApiError,
    eve::{self, Document},
    query::{Parameters, is_true},
    time::moment,
};

pub(crate) async fn lock(
    State(app): State<Sams>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
    body: Body,
) -> Result<Response, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    let updates = body::object(body).await?;
    let (id, text) = asset_id(id)?;
    let action = match updates.get("lock_action") {
        None | Some(Value::Null) => None,
        Some(Value::String(action)) => Some(action.clone()),
        Some(_) => return Err(ApiError::invalid("lock_action", "must be of string type")),
    };
    let (user, session) = (parameters.user(), parameters.session());
    let locked = app.library.lock(caller.actor, id, action, user, session).await;
    let asset = locked.map_err(|error| unknown(error, &text))??;
    Ok(changes(&asset, user))
}

pub(crate) async fn unlock(
    State(app): State<Sams>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
    body: Body,
) -> Result<Response, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    let updates = body::object(body).await?;
    let (id, text) = asset_id(id)?;
    let force = updates.get("force").is_some_and(is_truthy);
    let (user, session) = (parameters.user(), parameters.session());
    let unlocked = app.library.unlock(caller.actor, id, force, user, session).await;
    let asset = unlocked.map_err(|error| unknown(error, &text))??;
    Ok(changes(&asset, user))
}

pub(crate) async fn unlock_session(
    State(app): State<Sams>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    if let (Some(user), Some(session)) = (parameters.user(), parameters.session()) {
        app.library.unlock_session(caller.actor, user, session).await?;
    }
    Ok(eve::empty(StatusCode::OK))
}

/// What became of the lock, and of what follows every change.
fn changes(asset: &Asset, user: Option<&str>) -> Response {
    let lock = asset.card.as_ref().map_or(Lock::Free, |card| card.lock.clone());
    let mut changes: Document = document::lock(&lock);
    changes.insert("versioncreated".to_owned(), moment(asset.updated).into());
    changes.insert("_updated".to_owned(), moment(asset.updated).into());
    changes.insert("_etag".to_owned(), document::etag(asset).into());
    if let Some(user) = user {
        changes.insert("version_creator".to_owned(), user.into());
    }
    eve::json(StatusCode::OK, &Value::Object(changes))
}

/// As Python understands it.
fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => is_true(text),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
    }
}

/// What cannot be an id belongs to no asset.
fn asset_id(path: Result<Path<String>, PathRejection>) -> Result<(AssetId, String), ApiError> {
    let text = path.map(|Path(text)| text).unwrap_or_default();
    let id = text.parse().map_err(|_| ApiError::unknown_asset(&text))?;
    Ok((id, text))
}

fn unknown(error: library::Error, id: &str) -> ApiError {
    match error {
        library::Error::NotFound(_) => ApiError::unknown_asset(id),
        error => error.into(),
    }
}
