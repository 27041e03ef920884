//! `POST upload/direct`: a form with the file in it.

use axum::{Json, body::Body, extract::State};
use http::HeaderMap;
use library::{Library, Spooled};
use wire::multipart::{Limits, Multipart, Part, TEXT_LIMIT};

use super::{Incoming, fields::Given, store, turn};
use crate::{
    Pixelbin, auth::Caller, error::ApiError, files::response::UploadedFile, names::NewName,
    query::brief,
};

pub(crate) async fn upload(
    State(app): State<Pixelbin>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<UploadedFile>, ApiError> {
    let _turn = turn(&app, &caller).await?;
    let received = receive(&app.library, &headers, body).await?;
    let (bytes, original) =
        received.file.ok_or_else(|| ApiError::bad_request("`file` is missing"))?;
    let given = received.given;
    let name = NewName::v1(given.name.as_deref(), original.as_deref())?;
    let fields = given.named(name, "direct")?;
    let incoming = Incoming { bytes, original, format: None, receipt: None };
    let asset = store(&app, caller.actor, fields, incoming).await?;
    Ok(Json(UploadedFile::new(&asset, &caller.base)))
}

#[derive(Debug, Default)]
struct Received {
    given: Given,
    file: Option<(Spooled, Option<String>)>,
}

async fn receive(library: &Library, headers: &HeaderMap, body: Body) -> Result<Received, ApiError> {
    let mut multipart = Multipart::from_request(headers, body, form_limits(library))?;
    let mut received = Received::default();
    let mut tags = Vec::new();
    while let Some(mut part) = multipart.next_part().await? {
        let given = &mut received.given;
        match part.name.as_str() {
            "file" if received.file.is_some() => {
                return Err(ApiError::bad_request("`file` is given twice"));
            }
            "file" => {
                let original = part.file_name.clone();
                received.file = Some((spool(library, &mut part).await?, original));
            }
            "path" => given.path = Some(part.text(TEXT_LIMIT).await?),
            "name" => given.name = Some(part.text(TEXT_LIMIT).await?),
            "access" => given.access = Some(part.text(TEXT_LIMIT).await?),
            "tags" | "tags[]" => tags.push(part.text(TEXT_LIMIT).await?),
            "metadata" => given.metadata = metadata(&part.text(TEXT_LIMIT).await?)?,
            "overwrite" => given.overwrite = flag("overwrite", &part.text(TEXT_LIMIT).await?)?,
            "filenameOverride" => {
                given.filename_override = flag("filenameOverride", &part.text(TEXT_LIMIT).await?)?;
            }
            _ => while part.chunk().await?.is_some() {},
        }
    }
    received.given.tags = read_tags(tags)?;
    Ok(received)
}

/// The file as large as it may be, and some room for the other fields.
pub(crate) fn form_limits(library: &Library) -> Limits {
    Limits { body: library.config().limits.upload_bytes + (16 << 20), ..Limits::default() }
}

pub(crate) async fn spool(library: &Library, part: &mut Part<'_>) -> Result<Spooled, ApiError> {
    let mut spool = library.spool()?;
    while let Some(chunk) = part.chunk().await? {
        spool.write(chunk).await?;
    }
    Ok(spool.finish().await?)
}

/// A part for each; or one part with a JSON list, or with commas.
fn read_tags(parts: Vec<String>) -> Result<Vec<String>, ApiError> {
    match &parts[..] {
        [list] if list.trim_start().starts_with('[') => serde_json::from_str(list)
            .map_err(|_| ApiError::bad_request("`tags` expects a JSON list of texts")),
        [list] => Ok(list.split(',').map(|tag| tag.trim().to_owned()).collect()),
        _ => Ok(parts),
    }
}

fn metadata(text: &str) -> Result<std::collections::BTreeMap<String, serde_json::Value>, ApiError> {
    if text.trim().is_empty() {
        return Ok(std::collections::BTreeMap::new());
    }
    serde_json::from_str(text).map_err(|error| {
        ApiError::bad_request(format!("`metadata` expects a JSON object: {error}"))
    })
}

fn flag(field: &str, text: &str) -> Result<bool, ApiError> {
    match text {
        "" => Ok(false),
        flag if flag.eq_ignore_ascii_case("true") => Ok(true),
        flag if flag.eq_ignore_ascii_case("false") => Ok(false),
        other => Err(ApiError::bad_request(format!(
            "`{field}` expects true or false, found `{}`",
            brief(other)
        ))),
    }
}
