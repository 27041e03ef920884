//! `POST /api/v1/files/upload` and `/api/v2/files/upload`.

mod checks;
mod client_auth;
pub(crate) mod fields;
mod receive;
mod response;
mod source;
mod token_auth;
mod transformation;
mod unread;

pub(crate) use unread::discard;

use axum::{Json, body::Body, extract::State, response::Response};
use http::HeaderMap;
use library::{OnConflict, Spooled, Upload};
use plan::Plan;
use wire::cors;

use crate::{
    ImageKit,
    auth::Caller,
    error::ApiError,
    transformation::{Names, presets},
};
use fields::Fields;
use receive::{Received, Unknown, receive};
use response::UploadResponse;
use transformation::Wanted;

/// Takes a file: as bytes, as base64, or as a URL to fetch. Everything that a request says is checked before anything
/// is fetched or stored.
pub(crate) async fn upload(
    State(app): State<ImageKit>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<UploadResponse>, ApiError> {
    let caller = Caller::from_headers(&app, &headers).await?;
    let received = receive(&app.library, &headers, body, Unknown::Ignore).await?;
    let caller = match caller {
        Some(caller) => caller,
        None => client_auth::caller(&app, &received.texts).await?,
    };
    store(&app, caller, received).await
}

/// The second version: the same but for how browsers sign.
pub(crate) async fn upload_v2(
    State(app): State<ImageKit>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<UploadResponse>, ApiError> {
    let caller = Caller::from_headers(&app, &headers).await?;
    let received = receive(&app.library, &headers, body, Unknown::Keep).await?;
    let caller = match caller {
        Some(caller) => caller,
        None => token_auth::caller(&app, &received.texts).await?,
    };
    store(&app, caller, received).await
}

async fn store(
    app: &ImageKit,
    caller: Caller,
    received: Received,
) -> Result<Json<UploadResponse>, ApiError> {
    let fields = Fields::parse(&received.texts)?;
    let presets = app.library.presets(caller.actor.tenant, presets::NAMESPACE).await?;
    let Wanted { pre, .. } = Wanted::of(&fields.transformation, &Names::of(&presets))?;
    let source = received.source;
    let source =
        source.ok_or_else(|| ApiError::bad_request("Your request is missing the `file` field."))?;
    if let Some(values) = &fields.custom_metadata {
        app.library.check_metadata(caller.actor.tenant, values).await?;
    }
    let bytes = source.bytes(app).await?;
    let upload = fields.to_upload()?;
    if let Some(checks) = &fields.checks {
        checks.hold(&upload, &app.library.examined(&upload, &bytes).await?)?;
    }
    let bytes = match pre {
        Some(plan) => prepared(app, &caller, &upload, plan, bytes).await?,
        None => bytes,
    };
    let rejects = upload.on_conflict == OnConflict::Reject;
    let stored = app.library.upload(caller.actor, upload, bytes).await;
    let stored = stored.map_err(|error| match error {
        // Documented as a plain refusal: to the client the name is a bad value, not a race that it lost.
        library::Error::Conflict(what) if rejects => {
            ApiError::bad_request(format!("{what} already exists and `overwriteFile` is false."))
        }
        error => error.into(),
    })?;
    let custom_fields = app.library.custom_fields(caller.actor.tenant).await?;
    let (asset, endpoint) = (&stored.asset, &caller.endpoint);
    Ok(Json(UploadResponse::new(asset, endpoint, &fields.wanted, &custom_fields)))
}

/// What the file becomes before it is stored.
async fn prepared(
    app: &ImageKit,
    caller: &Caller,
    upload: &Upload,
    plan: Plan,
    bytes: Spooled,
) -> Result<Spooled, ApiError> {
    let limit = Some(app.config.source_bytes);
    app.library.prepare(caller.actor, upload, plan, limit, bytes).await.map_err(|error| {
        let error = ApiError::from(error);
        let message = format!("`transformation.pre` could not be carried out: {}", error.message);
        ApiError { message, ..error }
    })
}

/// What browsers ask before they send a form from another origin.
pub(crate) async fn preflight() -> Response {
    cors::options(cors::UPLOAD)
}
