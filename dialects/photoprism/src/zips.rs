//! Archives of what somebody has picked: named by `POST /zip`, and got by that name once.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};
use http::StatusCode;
use library::{Actor, AssetId, Error};
use parking_lot::Mutex;
use serde_json::json;

use crate::{
    PhotoPrism, answer,
    archive::{self, Names},
    auth::{Caller, MaybeCaller},
    error::ApiError,
    moments,
    names::NameKind,
    params::Params,
    selection::Selection,
    tokens::may_download,
};

/// Whoever does not come for an archive within this time has to name it again.
const PATIENCE: Duration = Duration::from_secs(60 * 60);
/// Archives that wait at a time; the oldest gives way.
const MOST: usize = 1000;

/// What was picked, by the names of the archives.
#[derive(Debug, Default)]
pub(crate) struct Zips(Mutex<HashMap<String, Picked>>);

#[derive(Debug, Clone)]
struct Picked {
    photos: Vec<AssetId>,
    kind: NameKind,
    since: Instant,
}

impl Zips {
    fn keep(&self, name: String, picked: Picked) {
        let mut zips = self.0.lock();
        zips.retain(|_, picked| picked.since.elapsed() < PATIENCE);
        if zips.len() >= MOST
            && let Some(oldest) =
                zips.iter().min_by_key(|(_, picked)| picked.since).map(|(name, _)| name.clone())
        {
            zips.remove(&oldest);
        }
        zips.insert(name, picked);
    }

    fn take(&self, name: &str) -> Option<Picked> {
        self.0.lock().remove(name).filter(|picked| picked.since.elapsed() < PATIENCE)
    }
}

/// `POST /zip`.
pub(crate) async fn create(
    State(app): State<PhotoPrism>,
    caller: Caller,
    params: Params,
    body: Body,
) -> Result<Response, ApiError> {
    if !app.config.downloads {
        return Err(ApiError::new(StatusCode::FORBIDDEN, "Feature disabled"));
    }
    let selection = Selection::read(body).await?;
    let picked = selection.photos(&app, &caller).await?;
    if picked.is_empty() {
        return Err(ApiError::new(StatusCode::BAD_REQUEST, "No items selected"));
    }
    let missing = app.library.missing(caller.actor, &picked).await?;
    let photos: Vec<AssetId> = picked.into_iter().filter(|id| !missing.contains(id)).collect();
    if photos.is_empty() {
        return Err(ApiError::new(StatusCode::NOT_FOUND, "No files available for download"));
    }
    let moment = moments::shared(wire::time::now_millis());
    let name = format!("photoprism-download-{moment}-{}.zip", app.library.random_word()?);
    let kind = NameKind::parse(params.given("name"));
    app.zips.keep(name.clone(), Picked { photos, kind, since: Instant::now() });
    Ok(answer::ok(&json!({
        "code": 200,
        "message": "Zip created in 0 s",
        "filename": name,
    })))
}

/// `GET /zip/{filename}`: once.
pub(crate) async fn get(
    State(app): State<PhotoPrism>,
    Path(name): Path<String>,
    params: Params,
    MaybeCaller(caller): MaybeCaller,
) -> Result<Response, ApiError> {
    if !may_download(&app, params.given("t"), caller.as_ref()).await? {
        return Err(ApiError::forbidden());
    }
    let picked = app.zips.take(&name).ok_or_else(ApiError::not_found)?;
    let kind = params.given("name").map_or(picked.kind, |kind| NameKind::parse(Some(kind)));
    let actor = Actor::full(app.tenant().await?);
    let (mut names, mut files) = (Names::default(), Vec::new());
    for id in picked.photos {
        match app.library.asset(actor, id).await {
            Ok(asset) => files.push(names.member(&asset, kind)),
            Err(Error::NotFound(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(archive::response(&app.library, actor, &name, files))
}
