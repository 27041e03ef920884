//! Names, paths and their two generations.
//!
//! The first generation ("v1": direct, by URL, by form) calls a file by its stem: `cat.png` is `cat`, and is delivered as
//! `cat.png`, by whatever format its bytes have. The second ("v2": in parts) keeps an extension in the name. In the
//! library both lie under what they are delivered as; a v1 file has a short name beside it.

use library::{Asset, FolderPath, Name, Place};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::error::ApiError;

/// Extensions that a v1 name loses.
const MEDIA: [&str; 36] = [
    "jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "tif", "tiff", "avif", "bmp", "ico",
    "heif", "heic", "jxl", "svg", "psd", "pdf", "mp4", "mov", "m4v", "webm", "mkv", "avi", "mp3",
    "m4a", "wav", "ogg", "flac", "aac", "txt", "csv", "json", "xml", "html", "zip",
];

/// Extensions of programs, which nobody may upload.
const REJECTED: [&str; 39] = [
    "action", "app", "bat", "cmd", "command", "cpl", "csh", "gadget", "inf1", "ins", "inx", "ipa",
    "isu", "job", "jse", "ksh", "msc", "msi", "msp", "mst", "osx", "out", "paf", "pif", "prg",
    "ps1", "reg", "rgs", "run", "shb", "shs", "u3p", "vb", "vbe", "vbs", "vbscript", "workflow",
    "ws", "wsf",
];

/// The alphabet of random parts.
const RANDOM: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// What a name becomes so that it is safe in URLs: letters lose their marks, every run of other characters than
/// `[A-Za-z0-9_.-]` is one `_`, and no dot begins it. `None`: nothing is left but `_`.
pub(crate) fn slug(text: &str) -> Option<String> {
    let slug = slug_segment(text);
    slug.chars().any(|c| c != '_').then_some(slug)
}

fn slug_segment(text: &str) -> String {
    let mut slug = String::new();
    let mut is_in_run = false;
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)) {
        let is_kept = c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
        if is_kept {
            slug.push(c);
        } else if !is_in_run {
            slug.push('_');
        }
        is_in_run = !is_kept;
    }
    slug.trim_start_matches('.').to_owned()
}

/// The path of a folder that is written: each segment a slug. `field` is named in faults.
pub(crate) fn folder(text: &str, field: &str) -> Result<FolderPath, ApiError> {
    segments(text, field)?
        .into_iter()
        .try_fold(FolderPath::root(), |folder, segment| {
            let slug = slug_segment(segment);
            folder.join(if slug.is_empty() { "_" } else { &slug }).map_err(library::Error::from)
        })
        .map_err(ApiError::from)
}

/// The same of one to look for, as it is spelled and as a slug. `None`: no folder can have that path.
pub(crate) fn existing_folders(text: &str) -> Vec<FolderPath> {
    let exact = segments(text, "path").ok().and_then(|segments| {
        segments.into_iter().try_fold(FolderPath::root(), |f, segment| f.join(segment).ok())
    });
    let slug = folder(text, "path").ok();
    let mut found: Vec<FolderPath> = exact.into_iter().chain(slug).collect();
    found.dedup();
    found
}

/// Without empty ones.
fn segments<'a>(text: &'a str, field: &str) -> Result<Vec<&'a str>, ApiError> {
    let segments: Vec<&str> = text.split('/').filter(|segment| !segment.is_empty()).collect();
    let is_fine =
        |segment: &str| !matches!(segment, "." | "..") && !segment.chars().any(char::is_control);
    if segments.iter().all(|segment| is_fine(segment)) {
        return Ok(segments);
    }
    Err(ApiError::bad_request(format!(
        "`{field}` expects names separated by slashes, without `.`, `..` and control characters"
    )))
}

/// `a/b`, as this protocol writes folders; empty for the root.
pub(crate) fn shown_folder(folder: &FolderPath) -> &str {
    folder.as_str().trim_start_matches('/')
}

/// `a/b/name`
pub(crate) fn joined(folder: &FolderPath, name: &str) -> String {
    match shown_folder(folder) {
        "" => name.to_owned(),
        folder => format!("{folder}/{name}"),
    }
}

/// How a file that is uploaded will be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NewName {
    /// Without an extension; the format follows from the bytes.
    V1(String),
    /// As it is.
    V2(String),
}

impl NewName {
    /// By the name that is asked for, else by that of the file.
    pub(crate) fn v1(name: Option<&str>, original: Option<&str>) -> Result<Self, ApiError> {
        for (field, name) in [("name", name), ("file", original)] {
            reject_programs(field, name.unwrap_or_default())?;
        }
        let wanted = name.filter(|name| !name.is_empty()).or(original).unwrap_or_default();
        no_control(wanted)?;
        Ok(Self::V1(v1_stem(wanted).map_or_else(random_name, Ok)?))
    }

    /// `format`: an extension that is asked for.
    pub(crate) fn v2(name: Option<&str>, format: Option<&str>) -> Result<Self, ApiError> {
        let format =
            format.filter(|format| !format.is_empty()).map(requested_format).transpose()?;
        let name = name.unwrap_or_default();
        reject_programs("name", name)?;
        no_control(name)?;
        let Some(name) = slug(name) else {
            let format = format.as_deref().unwrap_or("jpeg");
            return Ok(Self::V2(format!("{}.{format}", random_name()?)));
        };
        let own = extension(&name);
        Ok(Self::V2(match (own, format) {
            (Some(_), None) => name,
            (Some(own), Some(format)) if same_format(own, &format) => name,
            (_, format) => format!("{name}.{}", format.as_deref().unwrap_or("jpeg")),
        }))
    }

    /// The same with something random, because it is taken.
    pub(crate) fn another(&self) -> Result<Self, ApiError> {
        let suffix = random_word(9)?;
        Ok(match self {
            Self::V1(stem) => Self::V1(format!("{stem}_{suffix}")),
            Self::V2(name) => Self::V2(match name.rsplit_once('.') {
                Some((stem, extension)) => format!("{stem}_{suffix}.{extension}"),
                None => format!("{name}_{suffix}"),
            }),
        })
    }

    /// As clients of this protocol will know it.
    pub(crate) fn shown(&self) -> &str {
        match self {
            Self::V1(name) | Self::V2(name) => name,
        }
    }

    /// Where it lies, once its format is known.
    pub(crate) fn place(&self, folder: FolderPath, format: &str) -> Result<Place, ApiError> {
        let parse = |name: &str| Name::parse(name).map_err(library::Error::from);
        Ok(match self {
            Self::V1(stem) => {
                let name = parse(&with_format(stem, format))?;
                Place { folder, name, short_name: Some(parse(stem)?) }
            }
            Self::V2(name) => Place { folder, name: parse(name)?, short_name: None },
        })
    }
}

/// Where a file goes that gets another name, another folder, or both. It stays of its generation.
pub(crate) fn moved(
    asset: &Asset,
    name: Option<&str>,
    folder: Option<FolderPath>,
) -> Result<Place, ApiError> {
    let folder = folder.unwrap_or_else(|| asset.folder.clone());
    let Some(name) = name else {
        let (name, short_name) = (asset.name.clone(), asset.short_name.clone());
        return Ok(Place { folder, name, short_name });
    };
    if name.is_empty() {
        return Err(ApiError::bad_request("`name` expects a name, found an empty text"));
    }
    reject_programs("name", name)?;
    no_control(name)?;
    let new = if asset.short_name.is_some() {
        NewName::V1(v1_stem(name).map_or_else(random_name, Ok)?)
    } else {
        let slug = slug(name).map_or_else(random_name, Ok)?;
        match (extension(&slug), asset.name.extension()) {
            (None, Some(old)) => NewName::V2(format!("{slug}.{old}")),
            _ => NewName::V2(slug),
        }
    };
    new.place(folder, &format(asset))
}

/// The format of a file: what its bytes are, if they are a picture, else what its name says.
pub(crate) fn format(asset: &Asset) -> String {
    let current = &asset.current;
    if let Some(probe) = &current.probe {
        return shown_format(probe.format).to_owned();
    }
    let known = plan::Format::ALL.into_iter().find(|format| format.mime() == current.mime);
    if let Some(format) = known {
        return shown_format(format).to_owned();
    }
    extension(asset.name.as_str()).map_or_else(|| "bin".to_owned(), str::to_ascii_lowercase)
}

/// This protocol has one word for the pictures of phones.
pub(crate) fn shown_format(format: plan::Format) -> &'static str {
    match format {
        plan::Format::Heic => "heif",
        format => format.name(),
    }
}

/// Whether two extensions mean one format.
pub(crate) fn same_format(one: &str, other: &str) -> bool {
    usual(&one.to_ascii_lowercase()) == usual(&other.to_ascii_lowercase())
}

/// The usual one of several names for a format.
pub(crate) fn usual(format: &str) -> &str {
    match format {
        "jpg" | "jpe" | "jfif" => "jpeg",
        "tif" => "tiff",
        "heic" => "heif",
        other => other,
    }
}

/// What follows the last dot, if it could be an extension.
pub(crate) fn extension(name: &str) -> Option<&str> {
    let (stem, extension) = name.rsplit_once('.')?;
    let is_word = |text: &str| {
        (1..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    (!stem.is_empty() && is_word(extension)).then_some(extension)
}

/// A format that is asked for.
pub(crate) fn requested_format(format: &str) -> Result<String, ApiError> {
    let is_word =
        (1..=10).contains(&format.len()) && format.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !is_word {
        return Err(ApiError::bad_request("`format` expects 1 to 10 letters and digits"));
    }
    let format = format.to_ascii_lowercase();
    reject_programs("format", &format!("x.{format}"))?;
    Ok(format)
}

/// `asset-` and nine random letters and digits.
fn random_name() -> Result<String, ApiError> {
    Ok(format!("asset-{}", random_word(9)?))
}

fn random_word(length: usize) -> Result<String, ApiError> {
    let mut word = String::with_capacity(length);
    while word.len() < length {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)
            .map_err(|_| library::Error::Busy { retry_after: std::time::Duration::from_secs(1) })?;
        // 248 is the largest multiple of 62 in a byte: what lies above would favour the first letters.
        let fair = bytes.iter().filter(|byte| **byte < 248);
        word.extend(fair.map(|byte| char::from(RANDOM[usize::from(byte % 62)])));
    }
    word.truncate(length);
    Ok(word)
}

/// `None`: nothing is left that could be a name.
fn v1_stem(name: &str) -> Option<String> {
    let stem = match name.rsplit_once('.') {
        Some((stem, extension)) if is_media(extension) => stem,
        _ => name,
    };
    slug(stem)
}

fn is_media(extension: &str) -> bool {
    MEDIA.iter().any(|known| known.eq_ignore_ascii_case(extension))
}

fn with_format(stem: &str, format: &str) -> String {
    match stem.rsplit_once('.') {
        Some((_, extension)) if extension.eq_ignore_ascii_case(format) => stem.to_owned(),
        _ => format!("{stem}.{format}"),
    }
}

fn reject_programs(field: &str, name: &str) -> Result<(), ApiError> {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let extension = extension.trim().to_ascii_lowercase();
    if REJECTED.contains(&extension.as_str()) {
        return Err(ApiError::bad_request(format!(
            "`{field}`: files with the extension `{extension}` are not accepted"
        )));
    }
    Ok(())
}

fn no_control(name: &str) -> Result<(), ApiError> {
    if name.chars().any(char::is_control) || matches!(name, "." | "..") {
        return Err(ApiError::bad_request("`name` expects a name without control characters"));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
