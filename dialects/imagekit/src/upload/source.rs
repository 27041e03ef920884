//! The `file` part: bytes, base64 of bytes, or the URL of bytes.
//!
//! A part with a file name is taken as it is. Without one, because some SDKs send anything as a bare field, the
//! content decides: a known media signature is binary; `http://` or `https://` begins a URL; `data:` a data URI; text
//! made only of the base64 alphabet that decodes is base64; the rest is binary.

mod base64;

use bytes::{Bytes, BytesMut};
use library::{Library, Spool, Spooled};
use percent_encoding::percent_decode_str;
use wire::multipart::Part;

use crate::{ImageKit, delivery, error::ApiError};
use base64::Decoder;

/// Bytes that are looked at to tell what a bare field is.
const HEAD: usize = 4096;
/// Longer texts are no URLs.
const MAX_URL: usize = 8192;

/// Where the bytes of an upload are.
#[derive(Debug)]
pub(crate) enum Source {
    /// Here, complete.
    Here(Box<Spooled>),
    /// Still to be fetched, once the rest of the request has been found right.
    Url(String),
}

impl Source {
    /// Reads the part; nothing is fetched.
    pub(crate) async fn receive(library: &Library, part: &mut Part<'_>) -> Result<Self, ApiError> {
        let (head, is_whole) = head(part).await?;
        if head.is_empty() {
            return Err(ApiError::bad_request("`file` is empty."));
        }
        let content = Content { part, rest_is_empty: is_whole };
        if content.part.file_name.is_some() {
            return content.binary(library, head).await;
        }
        match Kind::of(&head) {
            Kind::Url => content.url(head).await,
            Kind::DataUri => content.data_uri(library, head).await,
            Kind::PerhapsBase64 => content.perhaps_base64(library, head).await,
            Kind::Binary => content.binary(library, head).await,
        }
    }

    /// The bytes, fetched if need be.
    pub(crate) async fn bytes(self, app: &ImageKit) -> Result<Spooled, ApiError> {
        match self {
            Self::Here(bytes) => Ok(*bytes),
            Self::Url(url) => {
                if let Some(bytes) = delivery::own(app, &url).await {
                    return bytes;
                }
                app.library.fetch(&url).await.map_err(|error| {
                    let error = ApiError::from(error);
                    let message = format!("`file` could not be downloaded: {}", error.message);
                    ApiError { message, ..error }
                })
            }
        }
    }
}

/// The first bytes of a part, and whether they are all.
async fn head(part: &mut Part<'_>) -> Result<(Bytes, bool), ApiError> {
    let mut head = BytesMut::new();
    while head.len() < HEAD {
        match part.chunk().await? {
            Some(chunk) => head.extend_from_slice(&chunk),
            None => return Ok((head.freeze(), true)),
        }
    }
    Ok((head.freeze(), false))
}

/// What a bare field looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Url,
    DataUri,
    PerhapsBase64,
    Binary,
}

impl Kind {
    fn of(head: &[u8]) -> Self {
        let begins = |prefix: &str| {
            head.get(..prefix.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
        };
        if MEDIA
            .iter()
            .any(|(offset, magic)| head.get(*offset..).is_some_and(|rest| rest.starts_with(magic)))
        {
            Self::Binary
        } else if begins("http://") || begins("https://") {
            Self::Url
        } else if begins("data:") {
            Self::DataUri
        } else if head.iter().all(|byte| base64::is_in_alphabet(*byte)) {
            Self::PerhapsBase64
        } else {
            Self::Binary
        }
    }
}

/// Signatures of media, at their offset. Most hold bytes that no text has; the others are listed because base64 or a
/// URL could begin like them.
const MEDIA: [(usize, &[u8]); 14] = [
    (0, b"\xff\xd8\xff"),
    (0, b"\x89PNG\r\n"),
    (0, b"GIF87a"),
    (0, b"GIF89a"),
    (8, b"WEBP"),
    (4, b"ftyp"),
    (0, b"II*\0"),
    (0, b"MM\0*"),
    (0, b"BM"),
    (0, b"qoif"),
    (0, b"8BPS"),
    (0, b"%PDF-"),
    (0, b"<svg"),
    (0, b"<?xml"),
];

/// A part whose head has been read.
struct Content<'p, 'f> {
    part: &'p mut Part<'f>,
    rest_is_empty: bool,
}

impl Content<'_, '_> {
    async fn next(&mut self) -> Result<Option<Bytes>, ApiError> {
        if self.rest_is_empty {
            return Ok(None);
        }
        Ok(self.part.chunk().await?)
    }

    async fn binary(mut self, library: &Library, head: Bytes) -> Result<Source, ApiError> {
        let mut spool = library.spool()?;
        spool.write(head).await?;
        while let Some(chunk) = self.next().await? {
            spool.write(chunk).await?;
        }
        Ok(Source::Here(Box::new(spool.finish().await?)))
    }

    async fn url(mut self, head: Bytes) -> Result<Source, ApiError> {
        let mut text = BytesMut::from(head);
        while let Some(chunk) = self.next().await? {
            text.extend_from_slice(&chunk);
            if text.len() > MAX_URL {
                break;
            }
        }
        if text.len() > MAX_URL {
            return Err(ApiError::bad_request(format!(
                "`file` is a URL of more than {MAX_URL} bytes."
            )));
        }
        let text = std::str::from_utf8(&text).unwrap_or("\0").trim_end();
        if text.chars().any(char::is_control) {
            return Err(ApiError::bad_request("`file` begins like a URL, but is none."));
        }
        Ok(Source::Url(text.to_owned()))
    }

    /// `data:[type][;parameter][;base64],content`
    async fn data_uri(mut self, library: &Library, head: Bytes) -> Result<Source, ApiError> {
        let comma = head.iter().position(|byte| *byte == b',');
        let comma =
            comma.ok_or_else(|| ApiError::bad_request("`file` is a data URI without a comma."))?;
        let (header, content) = (head.slice(..comma), head.slice(comma + 1..));
        let mut spool = library.spool()?;
        if header.to_ascii_lowercase().ends_with(b";base64") {
            let mut decoder = Decoder::default();
            write_decoded(&mut spool, &mut decoder, &content).await?.ok_or_else(not_base64)?;
            while let Some(chunk) = self.next().await? {
                write_decoded(&mut spool, &mut decoder, &chunk).await?.ok_or_else(not_base64)?;
            }
            spool.write(decoder.finish().ok_or_else(not_base64)?.into()).await?;
        } else {
            // Escapes may be cut by chunks, so this seldom form is read whole; base64 is for large ones.
            let mut text = BytesMut::from(content);
            while let Some(chunk) = self.next().await? {
                text.extend_from_slice(&chunk);
                if text.len() > 1 << 20 {
                    return Err(ApiError::bad_request(
                        "`file` is a data URI of more than 1 MB that is not base64.",
                    ));
                }
            }
            let text = std::str::from_utf8(&text)
                .map_err(|_| ApiError::bad_request("`file` is a malformed data URI."))?;
            spool.write(percent_decode_str(text).collect::<Vec<u8>>().into()).await?;
        }
        Ok(Source::Here(Box::new(spool.finish().await?)))
    }

    /// Only the end of a text tells whether it decodes, and then it is too late to read it again: so it goes to disk
    /// in both readings until one of them is out.
    async fn perhaps_base64(mut self, library: &Library, head: Bytes) -> Result<Source, ApiError> {
        let mut plain = library.spool()?;
        let mut decoded = Some((library.spool()?, Decoder::default()));
        let mut next = Some(head);
        while let Some(chunk) = next {
            let failed = match &mut decoded {
                Some((spool, decoder)) => write_decoded(spool, decoder, &chunk).await?.is_none(),
                None => false,
            };
            if failed {
                decoded = None;
            }
            plain.write(chunk).await?;
            next = self.next().await?;
        }
        if let Some((mut spool, decoder)) = decoded
            && let Some(end) = decoder.finish()
        {
            spool.write(end.into()).await?;
            return Ok(Source::Here(Box::new(spool.finish().await?)));
        }
        Ok(Source::Here(Box::new(plain.finish().await?)))
    }
}

/// `None`: the text is no base64.
async fn write_decoded(
    spool: &mut Spool,
    decoder: &mut Decoder,
    text: &[u8],
) -> library::Result<Option<()>> {
    match decoder.push(text) {
        Some(bytes) => spool.write(bytes.into()).await.map(Some),
        None => Ok(None),
    }
}

fn not_base64() -> ApiError {
    ApiError::bad_request("`file` is a data URI whose content is not valid base64.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_fields_are_told_apart() {
        for (text, expected) in [
            (b"https://example.com/a.jpg".as_slice(), Kind::Url),
            (b"HTTP://example.com/a.jpg", Kind::Url),
            (b"data:image/png;base64,AAAA", Kind::DataUri),
            (b"iVBORw0KGgo=", Kind::PerhapsBase64),
            (b"iVBORw0K\r\nGgo=", Kind::PerhapsBase64),
            (b"\x89PNG\r\n\x1a\n", Kind::Binary),
            (b"GIF89aAAAA", Kind::Binary),
            (b"RIFFAAAAWEBPVP8", Kind::Binary),
            (b"ftp://example.com/a.jpg", Kind::Binary),
            (b"file:///etc/passwd", Kind::Binary),
            (b"hello, world", Kind::Binary),
            (b"<svg xmlns='x'/>", Kind::Binary),
        ] {
            assert_eq!(Kind::of(text), expected, "{}", String::from_utf8_lossy(text));
        }
    }
}
