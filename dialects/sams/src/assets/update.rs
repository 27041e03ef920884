//! `PATCH /produce/assets/{id}`

use axum::{
    body::Body,
    extract::{Path, RawQuery, State, rejection::PathRejection},
    response::Response,
};
use http::HeaderMap;
use library::{Asset, AssetPatch, Terms, Undecodable, Upload};
use serde_json::Value;

use super::{
    Target, asset_id, document, fields,
    form::{self, Binary, Received},
    limit, media_type, target, written,
};
use crate::{
    Sams,
    auth::Caller,
    error::ApiError,
    eve::{self, Document},
    query::Parameters,
    sets::VIRTUAL_ID,
};

pub(crate) async fn update(
    State(app): State<Sams>,
    id: Result<Path<String>, PathRejection>,
    caller: Result<Caller, ApiError>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let id = asset_id(id)?;
    let caller = caller?;
    let parameters = Parameters::parse(query.as_deref());
    let _turn = form::turn(&app, &caller).await?;
    let Received { document: mut updates, binary } = Received::read(&app, &headers, body).await?;
    let asset = app.library.asset(caller.actor, id).await?;
    eve::if_match(&headers, &document::etag(&asset))?;
    let own = asset.set.map_or(VIRTUAL_ID, |membership| membership.set).to_string();
    let mut home = target(&app, caller.actor, &own).await?;
    fields::without_computed(&mut updates);
    updates.remove("_id");
    let (goes_to, errors) = checked(&app, &caller, &updates, &own).await?;
    if !errors.is_empty() {
        return Err(ApiError::validation(errors));
    }
    let set = match goes_to {
        None => None,
        Some(id) => {
            home = target(&app, caller.actor, &id).await?;
            Some(home.set)
        }
    };
    let user = parameters.user();
    let asset = match binary {
        None => {
            let media = declared_anew(&asset, &updates);
            let patch = fields::Said::of(&updates).patch(set, media, user);
            let patch = AssetPatch { only_if: Some(asset.stamp()), ..patch };
            app.library.update(caller.actor, id, patch).await?
        }
        Some(binary) => replace(&app, &caller, asset, &updates, set, &home, binary, user).await?,
    };
    let document = written(&app, caller.actor, &asset).await?;
    let link = eve::link("Produce_asset", &format!("produce/assets/{id}"));
    Ok(eve::changed(document, link))
}

/// The set that the asset is to go to, if it is another one, and what is wrong with the rest.
async fn checked(
    app: &Sams,
    caller: &Caller,
    updates: &Document,
    own: &str,
) -> Result<(Option<String>, crate::error::Errors), ApiError> {
    let errors = fields::check(app, caller.actor, updates, false).await?;
    let set = updates.get("set_id").and_then(Value::as_str);
    if set.is_some_and(|id| id.parse::<library::SetId>().is_err()) && errors.len() == 1 {
        // Said as of any other set that is not there.
        return Err(ApiError::unknown_set(set.unwrap_or_default()));
    }
    Ok((set.filter(|id| *id != own).map(str::to_owned), errors))
}

/// Another declared type of the bytes that are there.
fn declared_anew(asset: &Asset, updates: &Document) -> Option<(Option<String>, Option<String>)> {
    let declared = updates.get("mimetype").and_then(Value::as_str)?;
    let sniffed = match asset.media() {
        Some(media) => media.sniffed.clone(),
        None => Some(asset.current.mime.clone()),
    };
    let filename = updates.get("filename").and_then(Value::as_str);
    let filename = filename.unwrap_or_else(|| asset.filename());
    Some((media_type::shown(Some(declared), sniffed.as_deref(), filename), sniffed))
}

/// Other bytes for an asset: what was made of the old ones is not shown any more.
#[expect(clippy::too_many_arguments, reason = "all of it decides on one upload")]
#[expect(
    clippy::option_option,
    reason = "to leave an asset where it is, or to take it out of its set"
)]
async fn replace(
    app: &Sams,
    caller: &Caller,
    asset: Asset,
    updates: &Document,
    set: Option<Option<library::SetId>>,
    home: &Target,
    binary: Binary,
    user: Option<&str>,
) -> Result<Asset, ApiError> {
    let binary = binary.within(limit(app, home))?;
    let said = fields::Said::of(updates);
    let filename = said.filename.as_deref().unwrap_or_else(|| asset.filename());
    let sniffed = app.library.sniff(&binary);
    let shown = media_type::shown(said.media_type.as_deref(), sniffed, filename);
    let media = (shown, sniffed.map(str::to_owned));
    let terms = Terms { id: None, only_if: Some((asset.id, asset.stamp())) };
    let AssetPatch { tags, description, access, visibility, card, .. } =
        said.patch(set, Some(media), user);
    let upload = Upload {
        undecodable: Undecodable::Store,
        tags,
        description,
        access,
        visibility,
        card,
        terms,
        ..Upload::to(asset.folder, asset.name)
    };
    Ok(app.library.upload(caller.actor, upload, binary).await?.asset)
}
