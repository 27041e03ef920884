//! `POST /api/v1/files/upload` and `/api/v2/files/upload`.

mod checks;
mod client_auth;
pub(crate) mod fields;
mod receive;
mod response;
mod source;
mod token_auth;
mod transformation;

pub(crate) use response::UploadResponse;

use axum::{Extension, Json, body::Body, extract::State, response::Response};
use http::HeaderMap;
use library::{Millis, OnConflict, Spooled, Upload};
use plan::Plan;
use serde_json::json;
use wire::{cors, request_id::RequestId};

use crate::{
    ImageKit,
    auth::Caller,
    endpoint::file_path,
    error::ApiError,
    extensions::{self, settled},
    transformation::{Names, presets::NAMESPACE},
};
use fields::Fields;
use receive::{Received, Unknown, receive};
use transformation::Wanted;

/// Takes a file: as bytes, as base64, or as a URL to fetch. Everything that a request says is checked before anything
/// is fetched or stored.
pub(crate) async fn upload(
    State(app): State<ImageKit>,
    Extension(id): Extension<RequestId>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<UploadResponse>, ApiError> {
    let caller = Caller::from_headers(&app, &headers).await?;
    // Whose it is stands in front, or in a form that has to be read first.
    let turn = caller.as_ref().map(|caller| app.library.upload_turn(&caller.key)).transpose()?;
    let received = receive(&app.library, caller.as_ref(), &headers, body, Unknown::Ignore).await?;
    let caller = match caller {
        Some(caller) => caller,
        None => client_auth::caller(&app, &received.texts).await?,
    };
    let _turn = turn.map_or_else(|| app.library.upload_turn(&caller.key), Ok)?;
    store(&app, caller, received, id).await
}

/// The second version: the same but for how browsers sign.
pub(crate) async fn upload_v2(
    State(app): State<ImageKit>,
    Extension(id): Extension<RequestId>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<UploadResponse>, ApiError> {
    let caller = Caller::from_headers(&app, &headers).await?;
    // Whose it is stands in front, or in a form that has to be read first.
    let turn = caller.as_ref().map(|caller| app.library.upload_turn(&caller.key)).transpose()?;
    let received = receive(&app.library, caller.as_ref(), &headers, body, Unknown::Keep).await?;
    let caller = match caller {
        Some(caller) => caller,
        None => token_auth::caller(&app, &received.texts).await?,
    };
    let _turn = turn.map_or_else(|| app.library.upload_turn(&caller.key), Ok)?;
    store(&app, caller, received, id).await
}

async fn store(
    app: &ImageKit,
    caller: Caller,
    received: Received,
    id: RequestId,
) -> Result<Json<UploadResponse>, ApiError> {
    let fields = Fields::parse(&received.texts)?;
    let presets = app.library.presets(caller.actor.tenant, NAMESPACE).await?;
    let wanted = Wanted::of(&fields.transformation, &Names::of(&presets))?;
    let extensions = extensions::resolve(app, &caller, fields.extensions.clone()).await?;
    let source = received.source;
    let source =
        source.ok_or_else(|| ApiError::bad_request("Your request is missing the `file` field."))?;
    if let Some(values) = &fields.custom_metadata {
        app.library.check_metadata(caller.actor.tenant, values).await?;
    }
    let mut upload = fields.to_upload()?;
    if upload.on_conflict == OnConflict::Reject {
        // Before anything is fetched; who comes between this look and the end is refused there.
        let there = app.library.asset_at(caller.actor, &upload.folder, &upload.name).await;
        if there.is_ok() {
            return Err(taken(&file_path(&upload.folder, &upload.name)));
        }
    }
    let bytes = source.bytes(app).await?;
    if let Some(checks) = &fields.checks {
        checks.hold(&upload, &app.library.examined(&upload, &bytes).await?)?;
    }
    let bytes = match wanted.pre {
        Some(ref plan) => {
            prepared(app, &caller, &fields, &mut upload, plan.clone(), bytes, id).await?
        }
        None => bytes,
    };
    upload.follow_up.variants = wanted.variants(&fields.transformation, app, id);
    upload.follow_up.extensions.clone_from(&extensions);
    let watch = app.library.watch_extensions();
    let rejects = upload.on_conflict == OnConflict::Reject;
    let stored = app.library.upload(caller.actor, upload, bytes).await;
    let stored = stored.map_err(|error| match error {
        // Documented as a plain refusal: to the client the name is a bad value, not a race that it lost.
        library::Error::Conflict(what) if rejects => taken(&what),
        error => error.into(),
    })?;
    let custom_fields = app.library.custom_fields(caller.actor.tenant).await?;
    let (asset, status) = settled(app, &caller, watch, stored.asset, &extensions).await?;
    let response = UploadResponse::new(&asset, &caller.endpoint, &fields.wanted, &custom_fields);
    Ok(Json(response.with_extensions(status)))
}

fn taken(path: &str) -> ApiError {
    ApiError::bad_request(format!("{path} already exists and `overwriteFile` is false."))
}

/// What the file becomes before it is stored. Webhooks hear of it, whether it succeeds or not.
async fn prepared(
    app: &ImageKit,
    caller: &Caller,
    fields: &Fields,
    upload: &mut Upload,
    plan: Plan,
    bytes: Spooled,
    id: RequestId,
) -> Result<Spooled, ApiError> {
    let text = fields.transformation.pre.as_ref().map(|pre| pre.text.as_str());
    let mut note = json!({"x_request_id": id.as_str(), "transformation": text});
    let limit = Some(app.config.source_bytes);
    let error = match app.library.prepare(caller.actor, upload, plan, limit, bytes).await {
        Ok(bytes) => {
            upload.follow_up.prepared = Some(note);
            return Ok(bytes);
        }
        Err(error) => ApiError::from(error),
    };
    if error.status.is_client_error() {
        note["name"] = upload.name.as_str().into();
        note["path"] = file_path(&upload.folder, &upload.name).into();
        note["reason"] = error.message.as_str().into();
        app.library.preparation_failed(caller.actor, note).await?;
    }
    let message = format!("`transformation.pre` could not be carried out: {}", error.message);
    Err(ApiError { message, ..error })
}

/// What browsers ask before they send a form from another origin.
pub(crate) async fn preflight() -> Response {
    cors::options(cors::UPLOAD)
}

/// Whether checks mean anything.
pub(crate) fn read_checks(text: &str, now: Millis) -> Result<(), ApiError> {
    checks::Checks::parse(text, now).map(drop)
}
