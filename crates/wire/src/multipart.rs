//! `multipart/form-data`, part by part, within limits.
//!
//! The parser (`multer`) takes all bytes it can get. So it gets a chunk only when it cannot go on with what it has:
//! however many parts a body has and however large they are, this holds about one chunk of it.
//!
//! To add a limit: a field of [`Limits`] with the reason for its default, and a row in the tests.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::body::Body;
use bytes::Bytes;
use futures_util::{FutureExt, Stream};
use http::{HeaderMap, header};
use parking_lot::Mutex;

use crate::incoming::{IDLE, Incoming, IncomingError};

mod parameter;

/// Largest text part in bytes, for [`Part::text`], where a vendor names no other.
pub const TEXT_LIMIT: u64 = 1 << 20;

/// How much of a form is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the body, all included.
    pub body: u64,
    pub parts: usize,
    /// Bytes of the headers of one part, and of anything before the first part.
    pub part_headers: u64,
    /// Bytes of all parts together that are read with [`Part::text`]: what a request may hold in RAM.
    pub texts: u64,
    /// Longest wait for the next bytes.
    pub idle: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 300 << 20,
            // A vendor's client sends a part for every tag.
            parts: 1000,
            part_headers: 16 << 10,
            // A thousand parts of a megabyte would be one.
            texts: 8 << 20,
            idle: IDLE,
        }
    }
}

/// Why a form cannot be read, by what the caller can do about it. Texts are fit for clients.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MultipartError {
    /// Send a form: the `Content-Type` is missing or another.
    #[error("expected a body of the type multipart/form-data")]
    NotMultipart,
    /// Write it correctly: boundary, headers of a part, names, end.
    #[error("the form is malformed: {0}")]
    Malformed(String),
    /// Send less.
    #[error("{what} is larger than the limit of {limit} {unit}")]
    TooLarge { what: String, limit: u64, unit: &'static str },
    /// Send faster: no byte came for this long.
    #[error("no data arrived for {} seconds", .0.as_secs())]
    TooSlow(Duration),
    /// Send again: the connection broke in the middle.
    #[error("the connection ended before the form did")]
    Interrupted,
}

impl From<IncomingError> for MultipartError {
    fn from(error: IncomingError) -> Self {
        match error {
            IncomingError::TooLarge(limit) => {
                Self::TooLarge { what: "the body".into(), limit, unit: "bytes" }
            }
            IncomingError::TooSlow(pause) => Self::TooSlow(pause),
            IncomingError::Interrupted => Self::Interrupted,
        }
    }
}

pub type Result<T, E = MultipartError> = std::result::Result<T, E>;

/// A form that is being read.
pub struct Multipart {
    parser: multer::Multipart<'static>,
    /// The part that was handed out last, until all of it has been read.
    field: Option<multer::Field<'static>>,
    source: Source,
    /// Parts so far.
    parts: usize,
    /// Bytes of texts so far.
    texts: u64,
}

/// One part of a form. Its content comes in chunks, once; what is not read is skipped.
pub struct Part<'a> {
    pub name: String,
    /// Without it a part is no file.
    pub file_name: Option<String>,
    pub content_type: Option<String>,
    form: &'a mut Multipart,
}

impl Multipart {
    /// Reads no byte yet. Refuses at once what is no form, has no usable boundary, or announces too many bytes.
    pub fn from_request(headers: &HeaderMap, body: Body, limits: Limits) -> Result<Self> {
        let boundary = boundary(headers)?;
        let body = Incoming::new(headers, body, limits.body, limits.idle)?;
        let inlet = Inlet::default();
        Ok(Self {
            parser: multer::Multipart::new(inlet.clone(), boundary),
            field: None,
            source: Source { body, inlet, limits },
            parts: 0,
            texts: 0,
        })
    }

    /// The next part, after skipping what is left of the one before. `None` after the last.
    pub async fn next_part(&mut self) -> Result<Option<Part<'_>>> {
        while self.chunk().await?.is_some() {}
        let Some(field) = self.next_field().await? else { return Ok(None) };
        let limits = self.source.limits;
        self.parts += 1;
        if self.parts > limits.parts {
            return Err(MultipartError::TooLarge {
                what: "the number of parts".into(),
                limit: limits.parts as u64,
                unit: "parts",
            });
        }
        let headers = field.headers();
        let size: usize =
            headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
        if size as u64 > limits.part_headers {
            return Err(headers_too_large(limits.part_headers));
        }
        let disposition =
            headers.get(header::CONTENT_DISPOSITION).map_or(&b""[..], |value| value.as_bytes());
        let Some(name) = parameter::value(disposition, "name") else {
            return Err(MultipartError::Malformed(format!("part {} has no name", self.parts)));
        };
        let file_name = parameter::value(disposition, "filename");
        let content_type = headers
            .get(header::CONTENT_TYPE)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        self.field = Some(field);
        Ok(Some(Part { name, file_name, content_type, form: self }))
    }

    async fn next_field(&mut self) -> Result<Option<multer::Field<'static>>> {
        let before = self.source.body.received();
        let limit = self.source.limits.part_headers;
        loop {
            // The parser never waits for anything but the inlet, so one poll says all.
            if let Some(field) = self.parser.next_field().now_or_never() {
                return field.map_err(malformed);
            }
            if self.source.body.received() - before > limit {
                return Err(if self.parts == 0 {
                    MultipartError::Malformed(format!("no part begins in the first {limit} bytes"))
                } else {
                    headers_too_large(limit)
                });
            }
            self.source.feed().await?;
        }
    }

    /// The next bytes of the current part, never an empty chunk.
    async fn chunk(&mut self) -> Result<Option<Bytes>> {
        while let Some(field) = &mut self.field {
            match field.chunk().now_or_never() {
                Some(Ok(Some(chunk))) if chunk.is_empty() => {}
                Some(Ok(Some(chunk))) => return Ok(Some(chunk)),
                Some(Ok(None)) => self.field = None,
                Some(Err(error)) => return Err(malformed(error)),
                None => self.source.feed().await?,
            }
        }
        Ok(None)
    }
}

impl Part<'_> {
    /// The next bytes, `None` at the end of the part. Chunks are as the network brings them, and never empty.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        self.form.chunk().await
    }

    /// The rest of the part as UTF-8, at most `max` bytes of it ([`TEXT_LIMIT`] unless a vendor says
    /// otherwise), and within what [`Limits::texts`] leaves. What may be larger is read in chunks.
    pub async fn text(mut self, max: u64) -> Result<String> {
        let mut text = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            let length = (text.len() + chunk.len()) as u64;
            if length > max {
                let what = format!("the part {}", shown(&self.name));
                return Err(MultipartError::TooLarge { what, limit: max, unit: "bytes" });
            }
            self.form.texts += chunk.len() as u64;
            let limit = self.form.source.limits.texts;
            if self.form.texts > limit {
                let what = "the text of all parts together".into();
                return Err(MultipartError::TooLarge { what, limit, unit: "bytes" });
            }
            text.extend_from_slice(&chunk);
        }
        String::from_utf8(text).map_err(|_| {
            MultipartError::Malformed(format!("the part {} is not UTF-8", shown(&self.name)))
        })
    }
}

impl std::fmt::Debug for Multipart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Multipart")
            .field("parts", &self.parts)
            .field("received", &self.source.body.received())
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Part<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Part")
            .field("name", &self.name)
            .field("file_name", &self.file_name)
            .field("content_type", &self.content_type)
            .finish_non_exhaustive()
    }
}

/// Where bytes come from, and how they get to the parser.
struct Source {
    body: Incoming,
    inlet: Inlet,
    limits: Limits,
}

impl Source {
    /// Hands the parser the next chunk, or the end. Call it only when the parser cannot go on.
    async fn feed(&mut self) -> Result<()> {
        // The parser has seen the end and still waits: it should have said that the form is cut off.
        if matches!(*self.inlet.0.lock(), Fed::End) {
            return Err(cut_off());
        }
        let fed = self.body.chunk().await?.map_or(Fed::End, Fed::Chunk);
        *self.inlet.0.lock() = fed;
        Ok(())
    }
}

/// The stream that the parser reads: what it was fed, then nothing until it is fed again.
#[derive(Clone, Default)]
struct Inlet(Arc<Mutex<Fed>>);

#[derive(Default)]
enum Fed {
    #[default]
    Nothing,
    Chunk(Bytes),
    End,
}

impl Stream for Inlet {
    type Item = Result<Bytes, std::convert::Infallible>;

    /// Registers no waker: the parser is polled again after each feeding.
    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut fed = self.0.lock();
        match std::mem::take(&mut *fed) {
            Fed::Nothing => Poll::Pending,
            Fed::Chunk(chunk) => Poll::Ready(Some(Ok(chunk))),
            Fed::End => {
                *fed = Fed::End;
                Poll::Ready(None)
            }
        }
    }
}

/// The boundary as the `Content-Type` names it, without the two dashes that go before it in the body. It may
/// begin and end with dashes of its own.
fn boundary(headers: &HeaderMap) -> Result<String> {
    /// RFC 2046 section 5.1.1.
    const LONGEST: usize = 70;
    let value = headers.get(header::CONTENT_TYPE).ok_or(MultipartError::NotMultipart)?.as_bytes();
    let end = value.iter().position(|byte| *byte == b';').unwrap_or(value.len());
    if !value[..end].trim_ascii().eq_ignore_ascii_case(b"multipart/form-data") {
        return Err(MultipartError::NotMultipart);
    }
    let fault = match parameter::value(value, "boundary") {
        None => "the Content-Type names no boundary",
        Some(boundary) if boundary.is_empty() => "the boundary is empty",
        Some(boundary) if boundary.len() > LONGEST => "the boundary is longer than 70 characters",
        Some(boundary) if !boundary.bytes().all(|byte| matches!(byte, b' '..=b'~')) => {
            "the boundary holds other characters than ASCII"
        }
        Some(boundary) => return Ok(boundary),
    };
    Err(MultipartError::Malformed(fault.into()))
}

fn malformed(error: multer::Error) -> MultipartError {
    use multer::Error;
    match error {
        Error::IncompleteFieldData { .. } | Error::IncompleteStream => cut_off(),
        Error::IncompleteHeaders
        | Error::ReadHeaderFailed(_)
        | Error::DecodeHeaderName { .. }
        | Error::DecodeHeaderValue { .. } => {
            MultipartError::Malformed("the headers of a part cannot be read".into())
        }
        other => {
            tracing::debug!(error = %other, "a form cannot be read");
            MultipartError::Malformed("its parts cannot be told apart".into())
        }
    }
}

fn cut_off() -> MultipartError {
    MultipartError::Malformed("it ends before the closing boundary".into())
}

fn headers_too_large(limit: u64) -> MultipartError {
    MultipartError::TooLarge { what: "the header of a part".into(), limit, unit: "bytes" }
}

/// A name that a client chose, for its own eyes: short, without control characters.
fn shown(name: &str) -> String {
    format!("{:?}", name.chars().take(60).collect::<String>())
}

#[cfg(test)]
mod tests;
