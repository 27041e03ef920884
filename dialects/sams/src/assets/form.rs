//! Bodies that may hold a file: forms, and documents without one.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use bytes::Bytes;
use http::{HeaderMap, header};
use library::{Spooled, UploadTurn};
use serde_json::Value;
use wire::multipart::{Limits, Multipart, MultipartError, Part, TEXT_LIMIT};

use crate::{Sams, auth::Caller, body, error::ApiError, eve::Document, query::Parameters};

/// What a body says, and the file that came with it.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) document: Document,
    pub(super) binary: Option<Binary>,
}

#[derive(Debug)]
pub(super) enum Binary {
    Whole(Spooled),
    /// So many bytes, more than anything may have.
    Oversized(u64),
}

impl Binary {
    /// 08004 if it is larger than that, bytes.
    pub(super) fn within(self, limit: u64) -> Result<Spooled, ApiError> {
        match self {
            Self::Whole(bytes) if bytes.blob.size <= limit => Ok(bytes),
            Self::Whole(bytes) => Err(ApiError::too_large(bytes.blob.size, limit)),
            Self::Oversized(size) => Err(ApiError::too_large(size, limit)),
        }
    }
}

/// So long a body waits for others of the same key: its client does not come again.
const PATIENCE: Duration = Duration::from_secs(8);

/// Waits until it is this caller's turn to send something.
pub(super) async fn turn(app: &Sams, caller: &Caller) -> Result<UploadTurn, ApiError> {
    Ok(app.library.next_upload_turn(&caller.key, PATIENCE).await?)
}

/// Room for the other fields of a form.
const FIELDS: u64 = 16 << 20;
/// Bytes of a form without files.
const PLAIN: usize = 2 << 20;

impl Received {
    pub(super) async fn read(
        app: &Sams,
        headers: &HeaderMap,
        body: Body,
    ) -> Result<Self, ApiError> {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.unwrap_or_default().to_ascii_lowercase();
        if kind.starts_with("multipart/form-data") {
            return Self::from_form(app, headers, body).await;
        }
        if kind.starts_with("application/x-www-form-urlencoded") {
            // What the client sends that was given no file.
            return Ok(Self { document: plain_form(body).await?, binary: None });
        }
        Ok(Self { document: body::one(body).await?, binary: None })
    }

    async fn from_form(app: &Sams, headers: &HeaderMap, body: Body) -> Result<Self, ApiError> {
        let limit = app.library.config().limits.upload_bytes;
        let announced = headers.get(header::CONTENT_LENGTH);
        let announced = announced.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if let Some(length) = announced.filter(|&length| length > limit + FIELDS) {
            return Err(ApiError::too_large(length, limit));
        }
        let limits = Limits { body: limit + FIELDS, ..Limits::default() };
        let fault = |error| fault(error, limits.body, limit);
        let mut form = Multipart::from_request(headers, body, limits).map_err(fault)?;
        let mut texts: Vec<(String, String)> = Vec::new();
        let mut binary = None;
        while let Some(mut part) = form.next_part().await.map_err(fault)? {
            if part.name != "binary" {
                texts.push((part.name.clone(), part.text(TEXT_LIMIT).await.map_err(fault)?));
            } else if part.file_name.is_some() && binary.is_none() {
                binary = Some(spool(app, &mut part, limit, fault).await?);
            }
            // A text of that name is no file.
        }
        Ok(Self { document: document(texts), binary })
    }
}

/// A form that announces no length shows on the way that it is longer than any that can be taken.
fn fault(error: MultipartError, most: u64, limit: u64) -> ApiError {
    match error {
        MultipartError::TooLarge { limit: met, .. } if met == most => {
            ApiError::too_large(most, limit)
        }
        error => error.into(),
    }
}

async fn spool(
    app: &Sams,
    part: &mut Part<'_>,
    limit: u64,
    fault: impl Fn(MultipartError) -> ApiError,
) -> Result<Binary, ApiError> {
    let mut spool = Some(app.library.spool()?);
    let mut size = 0;
    while let Some(chunk) = part.chunk().await.map_err(&fault)? {
        let chunk: Bytes = chunk;
        size += chunk.len() as u64;
        if size > limit {
            // It is counted, so that it can be said how large it is, once nothing else is wrong.
            spool = None;
        }
        if let Some(spool) = &mut spool {
            spool.write(chunk).await?;
        }
    }
    match spool {
        Some(spool) => Ok(Binary::Whole(spool.finish().await?)),
        None => Ok(Binary::Oversized(size)),
    }
}

async fn plain_form(body: Body) -> Result<Document, ApiError> {
    let bytes = to_bytes(body, PLAIN).await;
    let bytes = bytes.map_err(|_| ApiError::bad_request("The form is too large."))?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(document(Parameters::parse(Some(&text)).into_pairs()))
}

/// Lists and objects come as JSON text. What comes in several parts is what the client makes of a list that it does not
/// encode, and is none.
fn document(texts: Vec<(String, String)>) -> Document {
    let mut document = Document::new();
    for (field, text) in texts {
        let is_repeated = document.contains_key(&field);
        let value = match field.as_str() {
            "tags" | "extra" if !is_repeated => {
                serde_json::from_str(&text).unwrap_or(Value::String(text))
            }
            _ => Value::String(text),
        };
        document.insert(field, value);
    }
    document
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(texts: &[(&str, &str)], expected: &Value) {
        let texts = texts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        assert_eq!(Value::Object(document(texts.collect())), *expected);
    }

    #[test]
    fn lists_and_objects_are_json() {
        check(&[("name", "a"), ("length", "5")], &json!({"name": "a", "length": "5"}));
        check(
            &[("tags", r#"[{"code":"a","name":"b"}]"#), ("extra", r#"{"x":1}"#)],
            &json!({"tags": [{"code": "a", "name": "b"}], "extra": {"x": 1}}),
        );
        check(&[("tags", "{'code': 'a'}")], &json!({"tags": "{'code': 'a'}"}));
        check(&[("tags", "[]"), ("tags", "[]")], &json!({"tags": "[]"}));
    }
}
