//! Labels.

use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};
use library::{Change, Label, LabelEntry, LabelId, LabelListing, LabelPatch};
use serde::Serialize;
use wire::json::Object;

use crate::{
    PhotoPrism, answer,
    auth::Caller,
    error::{ApiError, LABEL_NOT_FOUND},
    ids::{hex, uid},
    listing,
    moments::iso,
    params::Params,
};

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct LabelObject {
    #[serde(rename = "ID")]
    id: i64,
    #[serde(rename = "UID")]
    uid: String,
    thumb: String,
    slug: String,
    custom_slug: String,
    name: String,
    priority: i64,
    favorite: bool,
    description: String,
    notes: String,
    photo_count: u64,
    created_at: String,
    updated_at: String,
}

impl From<&Label> for LabelObject {
    fn from(label: &Label) -> Self {
        Self {
            id: label.number,
            uid: label.id.uid(),
            thumb: String::new(),
            slug: label.slug.clone(),
            custom_slug: label.slug.clone(),
            name: label.name.clone(),
            priority: label.priority,
            favorite: label.is_favorite,
            description: label.description.clone(),
            notes: label.notes.clone(),
            photo_count: 0,
            created_at: iso(label.created),
            updated_at: iso(label.updated),
        }
    }
}

impl From<&LabelEntry> for LabelObject {
    fn from(entry: &LabelEntry) -> Self {
        Self {
            thumb: entry.cover.map(|hash| hex(&hash)).unwrap_or_default(),
            photo_count: entry.photos,
            ..Self::from(&entry.label)
        }
    }
}

/// `GET /labels`.
pub(crate) async fn list(
    State(app): State<PhotoPrism>,
    caller: Caller,
    params: Params,
) -> Result<Response, ApiError> {
    let limit = match params.given("count") {
        Some(_) => params.count(listing::MOST)?,
        None => listing::MOST,
    };
    let wanted = LabelListing {
        ids: params
            .given("uid")
            .into_iter()
            .flat_map(|ids| ids.split('|'))
            .filter_map(uid)
            .collect(),
        text: params.given("q").map(str::to_owned),
        all: params.flag("all"),
        favorites_only: params.flag("favorite"),
        limit,
        skip: params.number("offset")?,
    };
    let names_nothing = params.given("uid").is_some() && wanted.ids.is_empty();
    let entries =
        if names_nothing { Vec::new() } else { app.library.labels(caller.actor, &wanted).await? };
    let labels: Vec<LabelObject> = entries.iter().map(LabelObject::from).collect();
    let mut response = answer::ok(&labels);
    let range = listing::Range { count: labels.len(), limit, offset: wanted.skip };
    listing::insert(response.headers_mut(), &app, &caller, range).await?;
    Ok(response)
}

/// `GET /labels/{uid}`.
pub(crate) async fn get(
    State(app): State<PhotoPrism>,
    caller: Caller,
    Path(label): Path<String>,
) -> Result<Response, ApiError> {
    let label = app.library.label(caller.actor, id(&label)?).await.map_err(missing)?;
    Ok(answer::ok(&LabelObject::from(&label)))
}

/// `PUT /labels/{uid}`.
pub(crate) async fn update(
    State(app): State<PhotoPrism>,
    caller: Caller,
    Path(label): Path<String>,
    body: Body,
) -> Result<Response, ApiError> {
    let id = id(&label)?;
    let mut form = Object::read(body).await?;
    let name = form.text("Name")?.filter(|name| !name.trim().is_empty());
    let patch = LabelPatch {
        name: name.map_or(Change::Keep, Change::Set),
        priority: form
            .take("Priority")
            .and_then(|number| number.as_i64())
            .map_or(Change::Keep, Change::Set),
        is_favorite: form.boolean("Favorite")?.map_or(Change::Keep, Change::Set),
        description: form.text("Description")?.map_or(Change::Keep, Change::Set),
        notes: form.text("Notes")?.map_or(Change::Keep, Change::Set),
    };
    change(&app, &caller, id, patch).await
}

/// `POST /labels/{uid}/like`.
pub(crate) async fn like(
    State(app): State<PhotoPrism>,
    caller: Caller,
    Path(label): Path<String>,
) -> Result<Response, ApiError> {
    let patch = LabelPatch { is_favorite: Change::Set(true), ..LabelPatch::default() };
    change(&app, &caller, id(&label)?, patch).await
}

/// `DELETE /labels/{uid}/like`.
pub(crate) async fn dislike(
    State(app): State<PhotoPrism>,
    caller: Caller,
    Path(label): Path<String>,
) -> Result<Response, ApiError> {
    let patch = LabelPatch { is_favorite: Change::Set(false), ..LabelPatch::default() };
    change(&app, &caller, id(&label)?, patch).await
}

async fn change(
    app: &PhotoPrism,
    caller: &Caller,
    id: LabelId,
    patch: LabelPatch,
) -> Result<Response, ApiError> {
    let label = app.library.update_label(caller.actor, id, patch).await.map_err(missing)?;
    Ok(answer::ok(&LabelObject::from(&label)))
}

fn id(text: &str) -> Result<LabelId, ApiError> {
    uid(text).ok_or_else(|| ApiError::not_found().called(LABEL_NOT_FOUND))
}

fn missing(error: library::Error) -> ApiError {
    ApiError::from(error).called(LABEL_NOT_FOUND)
}
