//! `POST /uploadimage`: the bytes of an image, which the query says what it is of.

use axum::{
    Json,
    body::Body,
    extract::{OriginalUri, State},
};
use http::{HeaderMap, header};
use library::{
    Access, AssetId, CardPatch, Change, Filling, FolderPath, FollowUp, KnownAs, Name, OnConflict,
    Spooled, Terms, Undecodable, Upload, Visibility,
};
use serde::Serialize;
use wire::incoming::{IDLE, Incoming};

use crate::{
    Glean,
    address::{ImageType, Words},
    auth::Caller,
    base::base,
    error::ApiError,
    formats,
    parameters::Parameters,
};

#[derive(Debug, Serialize)]
pub(crate) struct UploadImageResponse {
    url: String,
    metadata: ImageMetadata,
}

/// What was stored; what is absent is left out.
#[derive(Debug, Serialize)]
pub(crate) struct ImageMetadata {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ds: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cid: Option<String>,
    ext: &'static str,
}

pub(crate) async fn upload(
    State(app): State<Glean>,
    caller: Caller,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<UploadImageResponse>, ApiError> {
    let mut words = Words::parse(Parameters::parse(uri.query()))?;
    if words.id.is_none() && words.kind.needs_an_id() {
        words.id = Some(AssetId::generate().to_string());
    }
    let _turn = app.library.upload_turn(&caller.key)?;
    let bytes = receive(&app, &headers, body).await?;
    let ext = extension(&app, &bytes)?;
    let filling = Filling { slot: words.slot(), uploader: caller.user };
    let upload = to_upload(words.kind, ext)?;
    let stored = app.library.fill_slot(caller.actor, filling, upload, bytes).await?;
    let base = base(&app.config, &headers, &uri);
    let Words { kind, id, ds, cid } = words;
    Ok(Json(UploadImageResponse {
        // Hex digits need no encoding.
        url: format!("{base}/images?key={}", stored.asset.id),
        metadata: ImageMetadata { kind: kind.name(), id, ds, cid, ext },
    }))
}

/// The declared type is a hint, which most clients do not even give; but a form is no image, and its fields would be
/// ignored.
async fn receive(app: &Glean, headers: &HeaderMap, body: Body) -> Result<Spooled, ApiError> {
    let declared = headers.get(header::CONTENT_TYPE).map_or(&b""[..], |value| value.as_bytes());
    let essence = declared.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    if essence.eq_ignore_ascii_case(b"multipart/form-data") {
        return Err(ApiError::invalid(
            "the body expects the bytes of an image, found a multipart/form-data form",
        ));
    }
    let mut incoming = Incoming::new(headers, body, app.config.upload_bytes, IDLE)?;
    let mut spool = app.library.spool()?;
    while let Some(chunk) = incoming.chunk().await? {
        spool.write(chunk).await?;
    }
    if incoming.received() == 0 {
        return Err(ApiError::invalid("the body expects the bytes of an image, found nothing"));
    }
    Ok(spool.finish().await?)
}

/// By the bytes, whatever they were called.
fn extension(app: &Glean, bytes: &Spooled) -> Result<&'static str, ApiError> {
    let format = app.library.engine().sniff(&bytes.head);
    format.and_then(formats::extension).ok_or_else(|| {
        let found = format.map_or("something else", |format| format.name());
        ApiError::invalid(format!(
            "the body expects an image of one of the types {}, found {found}",
            formats::names()
        ))
    })
}

/// A name that nobody else has: what finds the image is its slot.
fn to_upload(kind: ImageType, ext: &str) -> Result<Upload, ApiError> {
    let folder = format!("/glean/{}", kind.name().to_ascii_lowercase());
    Ok(Upload {
        folder: FolderPath::parse(&folder).map_err(library::Error::from)?,
        name: Name::parse(&format!("{}.{ext}", AssetId::generate()))
            .map_err(library::Error::from)?,
        known_as: KnownAs::Name,
        on_conflict: OnConflict::Reject,
        undecodable: Undecodable::Reject,
        tags: Change::Keep,
        auto_tags: Change::Keep,
        description: Change::Keep,
        focus: Change::Keep,
        custom_metadata: Change::Keep,
        notes: Change::Keep,
        access: Change::Set(Access::Private),
        // Who uploads an image wants it to be seen, also where an earlier one was put away.
        visibility: Change::Set(Visibility::Listed),
        card: CardPatch::default(),
        terms: Terms::default(),
        original_name: Change::Keep,
        follow_up: FollowUp::default(),
        receipt: None,
    })
}
