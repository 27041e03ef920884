//! `POST /produce/assets`

use axum::{
    body::Body,
    extract::{RawQuery, State},
    response::Response,
};
use http::HeaderMap;
use library::{
    Access, AssetId, AssetPatch, Change, Name, OnConflict, Spooled, Terms, Undecodable, Upload,
};
use serde_json::Value;

use super::{
    ASSETS, Target, fields,
    form::{self, Received},
    limit, media_type, target, written,
};
use crate::{Sams, auth::Caller, error::ApiError, eve, eve::Document, query::Parameters};

pub(crate) async fn create(
    State(app): State<Sams>,
    caller: Caller,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    let _turn = form::turn(&app, &caller).await?;
    let Received { mut document, binary } = Received::read(&app, &headers, body).await?;
    fields::without_computed(&mut document);
    let Some(Value::String(set)) = document.get("set_id") else {
        // The first thing that is looked at, and then all else that is wrong is said as well.
        checked(&app, &caller, &mut document).await?;
        return Err(ApiError::invalid("set_id", "required"));
    };
    let target = target(&app, caller.actor, set).await?;
    let binary = binary.ok_or_else(ApiError::no_binary)?;
    let id = checked(&app, &caller, &mut document).await?;
    let binary = binary.within(limit(&app, &target))?;
    let upload = upload(&app, &document, target, id, &binary, parameters.user());
    let stored = app.library.upload(caller.actor, upload, binary).await;
    let stored = stored.map_err(|error| match error {
        library::Error::Conflict(_) => ApiError::invalid("_id", "unique"),
        error => error.into(),
    })?;
    let document = written(&app, caller.actor, &stored.asset).await?;
    Ok(eve::created(&ASSETS, vec![document]))
}

/// The id that the client chose, if it did.
async fn checked(
    app: &Sams,
    caller: &Caller,
    document: &mut Document,
) -> Result<Option<AssetId>, ApiError> {
    let id = document.remove("_id");
    let mut errors = fields::check(app, caller.actor, document, true).await?;
    let mut chosen = None;
    if let Some(id) = id {
        match id.as_str().and_then(|id| id.parse::<AssetId>().ok()) {
            None => {
                errors.insert("_id".to_owned(), vec!["must be of objectid type".into()]);
            }
            Some(id) if app.library.asset(caller.actor, id).await.is_ok() => {
                errors.insert("_id".to_owned(), vec!["unique".into()]);
            }
            Some(id) => chosen = Some(id),
        }
    }
    if errors.is_empty() { Ok(chosen) } else { Err(ApiError::validation(errors)) }
}

fn upload(
    app: &Sams,
    document: &Document,
    target: Target,
    id: Option<AssetId>,
    binary: &Spooled,
    user: Option<&str>,
) -> Upload {
    let said = fields::Said::of(document).or_default();
    let filename = said.filename.clone().unwrap_or_default();
    let sniffed = app.library.sniff(binary);
    let shown = media_type::shown(said.media_type.as_deref(), sniffed, &filename);
    let media = (shown, sniffed.map(str::to_owned));
    let AssetPatch { tags, description, access, visibility, mut card, .. } =
        said.patch(Some(target.set), Some(media), user);
    card.creator.clone_from(&card.editor);
    Upload {
        on_conflict: OnConflict::Rename,
        undecodable: Undecodable::Store,
        tags,
        description,
        access: match access {
            Change::Keep => Change::Set(Access::Private),
            open @ Change::Set(_) => open,
        },
        visibility,
        card,
        terms: Terms { id, only_if: None },
        ..Upload::to(target.folder, Name::cleaned(&filename, "file"))
    }
}
