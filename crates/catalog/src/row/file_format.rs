//! What kind of file it is, in one word: what people search for.

use plan::Format;

use crate::{Name, Version};

/// Media types whose usual extension is no part of them.
const EXTENSIONS: [(&str, &str); 26] = [
    ("application/pdf", "pdf"),
    ("application/zip", "zip"),
    ("application/gzip", "gz"),
    ("application/json", "json"),
    ("application/ogg", "ogg"),
    ("application/vnd.apple.mpegurl", "m3u8"),
    ("application/xhtml+xml", "xhtml"),
    ("application/xml", "xml"),
    ("audio/flac", "flac"),
    ("audio/mpeg", "mp3"),
    ("audio/wav", "wav"),
    ("font/otf", "otf"),
    ("font/ttf", "ttf"),
    ("font/woff", "woff"),
    ("font/woff2", "woff2"),
    ("image/jpg", "jpeg"),
    ("image/vnd.microsoft.icon", "ico"),
    ("text/css", "css"),
    ("text/csv", "csv"),
    ("text/html", "html"),
    ("text/javascript", "js"),
    ("text/markdown", "md"),
    ("text/plain", "txt"),
    ("video/mp4", "mp4"),
    ("video/quicktime", "mov"),
    ("video/webm", "webm"),
];

/// Longer ones are no extensions.
const LONGEST: usize = 16;

/// The picture's format, else the usual extension of the media type; the name's own extension where the media type is
/// none that we know.
pub(crate) fn file_format(version: &Version, name: &Name) -> Option<String> {
    if let Some(probe) = &version.probe {
        return Some(probe.format.name().to_owned());
    }
    if let Some(format) = Format::ALL.into_iter().find(|format| format.mime() == version.mime) {
        return Some(format.name().to_owned());
    }
    if let Some((_, extension)) = EXTENSIONS.iter().find(|(mime, _)| *mime == version.mime) {
        return Some((*extension).to_owned());
    }
    let extension = name.extension()?.to_lowercase();
    (extension.len() <= LONGEST).then_some(extension)
}
