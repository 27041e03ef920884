//! Custom metadata fields: what assets may carry besides what everybody knows of them.

mod schema;

use axum::{
    Json,
    body::Body,
    extract::{Path, RawQuery, State, rejection::PathRejection},
};
use http::StatusCode;
use library::{CustomField, CustomFieldPatch, CustomFields, FieldId};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    ImageKit, auth::Caller, error::ApiError, ids::id, json::Object, names, options::Options,
};

/// Of the vendor's own field, which no account can define.
const RESERVED: &str = "_internal_original_created_datetime";
/// Characters.
const MAX_DESCRIPTION: usize = 500;

/// A field as the API shows it.
#[derive(Debug, Serialize)]
pub(crate) struct FieldObject {
    id: String,
    name: String,
    label: String,
    schema: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
}

impl From<&CustomField> for FieldObject {
    fn from(field: &CustomField) -> Self {
        Self {
            id: field.id.to_string(),
            name: field.name.clone(),
            label: field.label.clone(),
            schema: Value::Object(schema::show(&field.schema)),
            description: field.description.clone(),
        }
    }
}

/// The schemas of the fields that a file may have values for: of all, in every folder.
pub(crate) fn schemas(fields: &CustomFields) -> Map<String, Value> {
    let live = fields.all().iter().filter(|field| field.deleted.is_none());
    live.map(|field| (field.name.clone(), Value::Object(schema::show(&field.schema)))).collect()
}

/// `POST /v1/customMetadataFields`.
pub(crate) async fn create(
    State(app): State<ImageKit>,
    caller: Caller,
    body: Body,
) -> Result<(StatusCode, Json<FieldObject>), ApiError> {
    let mut request = Object::read(body).await?;
    let name = request.required_text("name")?;
    let label = request.required_text("label")?;
    let description = description(&mut request)?;
    let schema = request.object("schema")?;
    request.finish()?;
    if name == RESERVED {
        return Err(ApiError::bad_request(format!("`name`: `{RESERVED}` is reserved.")));
    }
    let schema = schema.ok_or_else(|| ApiError::bad_request("`schema` is missing."))?;
    let schema = schema::parse(schema)?;
    let description = description.filter(|text| !text.is_empty());
    let field = app.library.add_custom_field(caller.actor, name, label, description, schema).await;
    Ok((StatusCode::CREATED, Json(FieldObject::from(&field.map_err(refused)?))))
}

/// `GET /v1/customMetadataFields`. Every field applies to every folder, so `folderPath` lets all of them through.
pub(crate) async fn list(
    State(app): State<ImageKit>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Json<Vec<FieldObject>>, ApiError> {
    let mut options = Options::parse(query.as_deref().unwrap_or_default())?;
    let includes_deleted = options.boolean("includeDeleted")?.unwrap_or(false);
    if let Some(path) = options.text("folderPath") {
        names::existing_folder(&path, "folderPath")?;
    }
    options.finish()?;
    let fields = app.library.custom_fields(caller.actor.tenant).await?;
    let shown = fields.all().iter().filter(|field| includes_deleted || field.deleted.is_none());
    Ok(Json(shown.map(FieldObject::from).collect()))
}

/// `PATCH /v1/customMetadataFields/{id}`: label, description and the given keys of the schema.
pub(crate) async fn update(
    State(app): State<ImageKit>,
    caller: Caller,
    path: Result<Path<String>, PathRejection>,
    body: Body,
) -> Result<Json<FieldObject>, ApiError> {
    let id: FieldId = id(path, unknown)?;
    let mut request = Object::read(body).await?;
    let label = request.text("label")?;
    let description = description(&mut request)?;
    let changes = request.object("schema")?;
    request.finish()?;
    if label.is_none() && description.is_none() && changes.is_none() {
        return Err(ApiError::bad_request("`label` or `schema` is missing: nothing is to change."));
    }
    if label.as_ref().is_some_and(|label| label.trim().is_empty()) {
        return Err(ApiError::bad_request("`label` expects a text that is not empty."));
    }
    let fields = app.library.custom_fields(caller.actor.tenant).await?;
    let known = fields.all().iter().find(|field| field.id == id && field.deleted.is_none());
    let known = known.ok_or_else(unknown)?;
    let schema = changes.map(|changes| schema::change(&known.schema, changes)).transpose()?;
    let patch = CustomFieldPatch { label, description, schema };
    let field = app.library.change_custom_field(caller.actor, id, patch).await;
    Ok(Json(FieldObject::from(&field.map_err(refused)?)))
}

/// `DELETE /v1/customMetadataFields/{id}`.
pub(crate) async fn delete(
    State(app): State<ImageKit>,
    caller: Caller,
    path: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let id: FieldId = id(path, unknown)?;
    app.library.delete_custom_field(caller.actor, id).await.map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}

fn description(request: &mut Object) -> Result<Option<String>, ApiError> {
    let description = request.text("description")?;
    let is_long = description.as_ref().is_some_and(|it| it.chars().count() > MAX_DESCRIPTION);
    if is_long {
        return Err(ApiError::bad_request(format!(
            "`description` may have {MAX_DESCRIPTION} characters."
        )));
    }
    Ok(description)
}

/// A taken name is a bad value here, and no conflict.
fn refused(error: library::Error) -> ApiError {
    match error {
        library::Error::NotFound(_) => unknown(),
        library::Error::Conflict(what) => {
            ApiError::bad_request(format!("There is {what}, or was one."))
        }
        error => error.into(),
    }
}

fn unknown() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "The requested custom metadata field does not exist.")
}
