//! Assets: read below `consume`, written below `produce`.

mod create;
mod document;
mod fields;
mod form;
mod locks;
mod media_type;
mod update;

pub(crate) use create::create;
pub(crate) use document::{rendition_name, served_type};
pub(crate) use locks::{lock, unlock, unlock_session};
pub(crate) use update::update;

use std::collections::HashMap;

use axum::{
    extract::{Path, RawQuery, State, rejection::PathRejection},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode};
use library::{Actor, Asset, AssetId, Entry, Rendition};

use crate::{
    Sams,
    auth::Caller,
    error::ApiError,
    eve::{self, Document, Resource},
    query::Parameters,
    search,
    sets::VIRTUAL_ID,
};
use document::Shape;

const ASSETS: Resource = Resource { name: "assets", title: "Asset", place: "consume/assets" };

/// `GET /consume/assets`
pub(crate) async fn list(
    State(app): State<Sams>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    let wanted = search::Wanted::parse(&parameters)?;
    let listing = wanted.listing(caller.actor.tenant);
    let found = app.library.list(caller.actor, listing).await?;
    let assets: Vec<Asset> = found
        .entries
        .into_iter()
        .filter_map(|entry| match entry {
            Entry::Asset(asset) => Some(*asset),
            _ => None,
        })
        .collect();
    let total = app.library.count(caller.actor, &wanted.query).await?;
    let modified = assets.iter().map(|asset| asset.updated).max();
    let mut items = documents(&app, caller.actor, &assets).await?;
    for item in &mut items {
        wanted.projection.apply(item);
    }
    let mut page = ASSETS.list(items, total, wanted.paging, &parameters, modified);
    if !wanted.tallies.is_empty() {
        page.body["_aggregations"] = wanted.count(&app.library, caller.actor).await?;
    }
    Ok(page.into_response())
}

/// `GET /consume/assets/{id}`
pub(crate) async fn item(
    State(app): State<Sams>,
    id: Result<Path<String>, PathRejection>,
    caller: Result<Caller, ApiError>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let id = asset_id(id)?;
    let actor = caller?.actor;
    let asset = app.library.asset(actor, id).await?;
    let updated = asset.updated;
    let mut items = documents(&app, actor, &[asset]).await?;
    Ok(ASSETS.item(items.remove(0), updated, &headers))
}

/// `DELETE /produce/assets/{id}`
pub(crate) async fn delete(
    State(app): State<Sams>,
    id: Result<Path<String>, PathRejection>,
    caller: Result<Caller, ApiError>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let id = asset_id(id)?;
    let actor = caller?.actor;
    let asset = app.library.asset(actor, id).await?;
    eve::if_match(&headers, &document::etag(&asset))?;
    app.library.delete_if(actor, id, Some(asset.stamp())).await?;
    Ok(eve::empty(StatusCode::NO_CONTENT))
}

/// As they are read.
async fn documents(app: &Sams, actor: Actor, assets: &[Asset]) -> Result<Vec<Document>, ApiError> {
    let ids: Vec<AssetId> = assets.iter().map(|asset| asset.id).collect();
    let renditions = app.library.renditions(actor, &ids).await?;
    let shape = Shape::Read { public_base: app.config.public_base() };
    Ok(assets
        .iter()
        .map(|asset| document::document(asset, of(&renditions, asset), &shape))
        .collect())
}

/// As it was just written.
async fn written(app: &Sams, actor: Actor, asset: &Asset) -> Result<Document, ApiError> {
    let renditions = app.library.renditions(actor, &[asset.id]).await?;
    Ok(document::document(asset, of(&renditions, asset), &Shape::Written))
}

fn of<'a>(renditions: &'a HashMap<AssetId, Vec<Rendition>>, asset: &Asset) -> &'a [Rendition] {
    renditions.get(&asset.id).map_or(&[], Vec::as_slice)
}

/// Of a document: what cannot be an id is no address.
fn asset_id(path: Result<Path<String>, PathRejection>) -> Result<AssetId, ApiError> {
    let text = path.map(|Path(text)| text).unwrap_or_default();
    text.parse().map_err(|_| ApiError::not_found())
}

/// What an upload into a set, or a change in it, has to know.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Target {
    /// `None`: the set of what belongs to no other.
    set: Option<library::SetId>,
    folder: library::FolderPath,
    /// The largest file that it takes, bytes.
    limit: Option<u64>,
}

/// The set of that id, which takes assets: 07006 or 08003 otherwise.
async fn target(app: &Sams, actor: Actor, id: &str) -> Result<Target, ApiError> {
    let unknown = || ApiError::unknown_set(id);
    let set: library::SetId = id.parse().map_err(|_| unknown())?;
    if set == VIRTUAL_ID {
        if !app.library.has_assets_in_no_set(actor).await? {
            return Err(unknown());
        }
        let folder =
            library::FolderPath::parse(library::SETS_FOLDER).map_err(library::Error::from)?;
        return Ok(Target { set: None, folder, limit: None });
    }
    let set = app.library.set(actor, set).await.map_err(|error| match error {
        library::Error::NotFound(_) => unknown(),
        error => error.into(),
    })?;
    if set.state != library::SetState::Usable {
        return Err(ApiError::inactive_set());
    }
    Ok(Target { set: Some(set.id), limit: set.limit(), folder: set.folder })
}

/// The limit that holds: the server's, or the set's if it is smaller.
fn limit(app: &Sams, target: &Target) -> u64 {
    let server = app.library.config().limits.upload_bytes;
    target.limit.map_or(server, |limit| limit.min(server))
}

/// Renditions are held to the same limit as uploads.
pub(crate) async fn rendition_limit(
    app: &Sams,
    actor: Actor,
    asset: &Asset,
) -> Result<u64, ApiError> {
    let server = app.library.config().limits.upload_bytes;
    let Some(membership) = asset.set else { return Ok(server) };
    let set = app.library.set(actor, membership.set).await?;
    Ok(set.limit().map_or(server, |limit| limit.min(server)))
}
