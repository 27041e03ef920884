//! The multipart body: the file on its way to disk, every other known field as text.

use std::collections::BTreeMap;

use axum::body::Body;
use http::HeaderMap;
use library::Library;
use wire::multipart::{Limits, Multipart, MultipartError, Part, TEXT_LIMIT};

use super::{fields::KNOWN, source::Source};
use crate::{auth::Caller, error::ApiError};

/// Text of each field that was sent and is kept; of several of a name the last one counts.
pub(crate) type Texts = BTreeMap<String, String>;

/// What becomes of fields that nobody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unknown {
    Ignore,
    /// Kept, because they are signed.
    Keep,
}

#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) texts: Texts,
    pub(crate) source: Option<Source>,
}

/// Reads the form. Where no `caller` stands in front, only a form can say who asks.
pub(crate) async fn receive(
    library: &Library,
    caller: Option<&Caller>,
    headers: &HeaderMap,
    body: Body,
    unknown: Unknown,
) -> Result<Received, ApiError> {
    // The file as large as it may be, as base64 if need be, and some room for the other fields.
    let limits = Limits {
        body: library.config().limits.upload_bytes / 3 * 4 + (16 << 20),
        ..Limits::default()
    };
    let form = Multipart::from_request(headers, body, limits);
    let mut multipart = form.map_err(|error| match error {
        MultipartError::NotMultipart if caller.is_none() => ApiError::unauthorized(),
        error => error.into(),
    })?;
    let mut received = Received { texts: Texts::new(), source: None };
    while let Some(mut part) = multipart.next_part().await? {
        if part.name == "file" {
            if received.source.is_some() {
                return Err(ApiError::bad_request("`file` is given twice."));
            }
            received.source = Some(Source::receive(library, &mut part).await?);
        } else if unknown == Unknown::Keep || KNOWN.contains(&part.name.as_str()) {
            received.texts.insert(part.name.clone(), part.text(TEXT_LIMIT).await?);
        } else {
            skip(&mut part).await?;
        }
    }
    Ok(received)
}

/// Whatever it holds.
async fn skip(part: &mut Part<'_>) -> Result<(), ApiError> {
    while part.chunk().await?.is_some() {}
    Ok(())
}
