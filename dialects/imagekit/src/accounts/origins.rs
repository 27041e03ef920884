//! Origins: other places where files may be. They are kept, and named by URL endpoints; nothing is fetched from them.
//!
//! What each kind is told is a line in [`KINDS`]; secrets go in and never come out.

use std::collections::BTreeMap;

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
};
use http::StatusCode;
use library::{NewOrigin, Origin, OriginId};
use serde_json::{Map, Value};

use crate::{ImageKit, auth::Caller, error::ApiError, ids::id, json::Object};

/// One key of an origin.
#[derive(Debug, Clone, Copy)]
struct Key {
    name: &'static str,
    takes: Takes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// A text that must be there.
    Text,
    /// A text that is empty if it is not there.
    OptionalText,
    /// A URL of the web that must be there.
    Address,
    /// False if it is not there.
    Flag,
    /// A text that must be there and is never shown. Empty where the cloud knows who asks (`useIAMRole`).
    Secret,
}

const fn key(name: &'static str, takes: Takes) -> Key {
    Key { name, takes }
}

/// Of every kind.
const COMMON: [Key; 2] = [key("name", Takes::Text), key("includeCanonicalHeader", Takes::Flag)];

const BUCKET: [Key; 5] = [
    key("accessKey", Takes::Secret),
    key("secretKey", Takes::Secret),
    key("bucket", Takes::Text),
    key("prefix", Takes::OptionalText),
    key("useIAMRole", Takes::Flag),
];

const KINDS: [(&str, &[Key]); 8] = [
    ("S3", &BUCKET),
    (
        "S3_COMPATIBLE",
        &[
            key("accessKey", Takes::Secret),
            key("secretKey", Takes::Secret),
            key("bucket", Takes::Text),
            key("endpoint", Takes::Address),
            key("prefix", Takes::OptionalText),
            key("s3ForcePathStyle", Takes::Flag),
        ],
    ),
    ("CLOUDINARY_BACKUP", &BUCKET),
    (
        "WEB_FOLDER",
        &[key("baseUrl", Takes::Address), key("forwardHostHeaderToOrigin", Takes::Flag)],
    ),
    ("WEB_PROXY", &[]),
    (
        "GCS",
        &[
            key("bucket", Takes::Text),
            key("clientEmail", Takes::Text),
            key("privateKey", Takes::Secret),
            key("prefix", Takes::OptionalText),
        ],
    ),
    (
        "AZURE_BLOB",
        &[
            key("accountName", Takes::Text),
            key("container", Takes::Text),
            key("sasToken", Takes::Secret),
            key("prefix", Takes::OptionalText),
        ],
    ),
    (
        "AKENEO_PIM",
        &[
            key("baseUrl", Takes::Address),
            key("clientId", Takes::Secret),
            key("clientSecret", Takes::Secret),
            key("username", Takes::Secret),
            key("password", Takes::Secret),
        ],
    ),
];

/// Told only if it was given.
const CANONICAL: &str = "baseUrlForCanonicalHeader";

/// `POST /v1/accounts/origins`.
pub(crate) async fn create(
    State(app): State<ImageKit>,
    caller: Caller,
    body: Body,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let origin = parse(Object::read(body).await?)?;
    let origin = app.library.add_origin(caller.actor, origin).await?;
    Ok((StatusCode::CREATED, Json(show(&origin))))
}

/// `GET /v1/accounts/origins`.
pub(crate) async fn list(
    State(app): State<ImageKit>,
    caller: Caller,
) -> Result<Json<Vec<Value>>, ApiError> {
    let origins = app.library.origins(caller.actor).await?;
    Ok(Json(origins.iter().map(show).collect()))
}

/// `GET /v1/accounts/origins/{id}`.
pub(crate) async fn get(
    State(app): State<ImageKit>,
    caller: Caller,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, ApiError> {
    let id: OriginId = id(path, unknown)?;
    Ok(Json(show(&app.library.origin(caller.actor, id).await.map_err(refused)?)))
}

/// `PUT /v1/accounts/origins/{id}`: everything anew, secrets included.
pub(crate) async fn replace(
    State(app): State<ImageKit>,
    caller: Caller,
    path: Result<Path<String>, PathRejection>,
    body: Body,
) -> Result<Json<Value>, ApiError> {
    let id: OriginId = id(path, unknown)?;
    let origin = parse(Object::read(body).await?)?;
    let origin = app.library.set_origin(caller.actor, id, origin).await.map_err(refused)?;
    Ok(Json(show(&origin)))
}

/// `DELETE /v1/accounts/origins/{id}`. One that a URL endpoint names stays.
pub(crate) async fn delete(
    State(app): State<ImageKit>,
    caller: Caller,
    path: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let id: OriginId = id(path, unknown)?;
    app.library.delete_origin(caller.actor, id).await.map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}

fn parse(mut body: Object) -> Result<NewOrigin, ApiError> {
    let kind = body.required_text("type")?;
    let Some((kind, keys)) = KINDS.iter().find(|(name, _)| *name == kind) else {
        let kinds: Vec<&str> = KINDS.iter().map(|(name, _)| *name).collect();
        return Err(ApiError::bad_request(format!("`type` expects one of {}.", kinds.join(", "))));
    };
    let mut origin = NewOrigin {
        name: body.required_text("name")?,
        kind: (*kind).to_owned(),
        parameters: BTreeMap::new(),
        secrets: BTreeMap::new(),
    };
    for Key { name, takes } in keys.iter().chain(&COMMON).filter(|key| key.name != "name") {
        let value: Value = match takes {
            Takes::Text => body.required_text(name)?.into(),
            Takes::OptionalText => body.text(name)?.unwrap_or_default().into(),
            Takes::Address => address(name, body.required_text(name)?)?.into(),
            Takes::Flag => body.boolean(name)?.unwrap_or(false).into(),
            Takes::Secret => {
                let missing = || ApiError::bad_request(format!("`{name}` is missing."));
                let secret = body.text(name)?.ok_or_else(missing)?;
                origin.secrets.insert((*name).to_owned(), secret);
                continue;
            }
        };
        origin.parameters.insert((*name).to_owned(), value);
    }
    if let Some(base) = body.text(CANONICAL)?.filter(|base| !base.is_empty()) {
        origin.parameters.insert(CANONICAL.to_owned(), address(CANONICAL, base)?.into());
    }
    body.finish()?;
    let knows_who_asks = origin.parameters.get("useIAMRole") == Some(&Value::Bool(true));
    let empty = origin.secrets.iter().find(|(_, secret)| secret.is_empty());
    match empty {
        Some((name, _)) if !knows_who_asks => {
            Err(ApiError::bad_request(format!("`{name}` expects a text that is not empty.")))
        }
        _ => Ok(origin),
    }
}

fn address(name: &str, text: String) -> Result<String, ApiError> {
    if crate::url::is_web_address(&text) {
        return Ok(text);
    }
    Err(ApiError::bad_request(format!(
        "`{name}` expects a URL that begins with http:// or https://."
    )))
}

fn show(origin: &Origin) -> Value {
    let mut object = Map::new();
    object.insert("id".to_owned(), origin.id.to_string().into());
    object.insert("type".to_owned(), origin.settings.kind.clone().into());
    object.insert("name".to_owned(), origin.settings.name.clone().into());
    object.extend(origin.settings.parameters.clone());
    Value::Object(object)
}

fn refused(error: library::Error) -> ApiError {
    match error {
        library::Error::NotFound(_) => unknown(),
        error => error.into(),
    }
}

fn unknown() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "The requested origin does not exist.")
}
