//! `GET /v1/files/{fileId}/metadata` and `GET /v1/metadata?url=`.

use axum::{
    Json,
    extract::{Path, RawQuery, State, rejection::PathRejection},
};
use library::{Asset, AssetRef};
use percent_encoding::percent_decode_str;

use super::Metadata;
use crate::{
    Config, ImageKit,
    auth::Caller,
    delivery::Place,
    error::ApiError,
    files::{file_id, no_such_file},
    url::{DeliveryUrl, Target, UrlError, below_mount, decode_value, parameters},
};

/// The metadata of a file's current version.
pub(crate) async fn of_file(
    State(app): State<ImageKit>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Metadata>, ApiError> {
    let asset = app.library.asset(caller.actor, file_id(id)?).await.map_err(no_such_file)?;
    Ok(Json(Metadata::of(&asset)))
}

/// The metadata of the file that a URL of ours is about. Transformations in it have to be right but change nothing: what
/// they make carries no metadata of its own. Its signature does not matter either, because the caller holds the key.
pub(crate) async fn of_url(
    State(app): State<ImageKit>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Json<Metadata>, ApiError> {
    let url = wanted(query.as_deref().unwrap_or_default())?;
    let (path, query) =
        below_mount(&app.config, &url).ok_or_else(|| not_ours(&app.config, &url))?;
    let target = Target::parse(path, query).ok_or_else(no_file)?;
    // Files of other tenants do not exist for this one.
    let tenant = app.library.tenant_name(caller.actor.tenant).await?;
    let is_own = percent_decode_str(target.tenant)
        .decode_utf8()
        .is_ok_and(|name| tenant.is_some_and(|tenant| *tenant == *name));
    if !is_own {
        return Err(no_file());
    }
    let endpoints = app.library.url_endpoints(caller.actor.tenant).await?;
    let place = Place::of(caller.actor.tenant, target, &endpoints);
    let url = DeliveryUrl::parse(place.target).map_err(|error| match error {
        UrlError::Path => no_file(),
        UrlError::Transformation(error) => ApiError::bad_request(format!(
            "`url` holds a transformation that cannot be read: {error}."
        )),
    })?;
    Ok(Json(Metadata::of(&named(&app, &caller, &url).await?)))
}

/// The file that `url` is about, or its version with that in place of the current one.
async fn named(app: &ImageKit, caller: &Caller, url: &DeliveryUrl) -> Result<Asset, ApiError> {
    let AssetRef::At(folder, name) = &url.file else { return Err(no_file()) };
    let asset = app.library.asset_at(caller.actor, folder, name).await.map_err(no_such_file)?;
    let Some(version) = &url.version else { return Ok(asset) };
    let version = version.parse().map_err(|_| no_file())?;
    let found = app.library.version(caller.actor, asset.id, version).await.map_err(no_such_file)?;
    Ok(found.0)
}

/// The one parameter of the query.
fn wanted(query: &str) -> Result<String, ApiError> {
    let mut urls = parameters(query).filter(|(name, _)| *name == "url").map(|(_, value)| value);
    match (urls.next(), urls.next()) {
        (Some(url), None) if !url.is_empty() => Ok(decode_value(url)),
        (_, Some(_)) => Err(ApiError::bad_request("`url` is given twice.")),
        _ => Err(ApiError::bad_request("`url` is missing: it expects the URL of a file.")),
    }
}

fn not_ours(config: &Config, found: &str) -> ApiError {
    // Scheme and host are enough to see the mistake; the rest may be long, or none of our business.
    let end = found.find("://").map_or(0, |scheme| scheme + 3);
    let host = found[end..].find(['/', '?', '#']).map_or(found, |length| &found[..end + length]);
    let host: String = host.chars().filter(|c| !c.is_control()).take(100).collect();
    ApiError::bad_request(format!(
        "`url` expects a URL below `{}{}/`, found one below `{host}`.",
        config.public_url,
        Config::MOUNT
    ))
}

fn no_file() -> ApiError {
    no_such_file(library::Error::NotFound(String::new()))
}
