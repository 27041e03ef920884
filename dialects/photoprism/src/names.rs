//! What files are called: in the library, and when they leave it.

use library::{Asset, slug};
use plan::Format;

use crate::{ids::hex, moments};

/// Which of a file's names is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameKind {
    /// That of the stored file.
    File,
    /// That which it had before it came here.
    Original,
    /// Made of date and title.
    Share,
}

impl NameKind {
    pub(crate) fn parse(text: Option<&str>) -> Self {
        match text {
            Some("original") => Self::Original,
            Some("share") => Self::Share,
            _ => Self::File,
        }
    }
}

pub(crate) fn of(asset: &Asset, kind: NameKind) -> String {
    match kind {
        NameKind::File => asset.name.as_str().to_owned(),
        NameKind::Original => {
            let name = asset.original_name();
            name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned()
        }
        NameKind::Share => share(asset),
    }
}

/// `20240305-101112-Lake-At-Dawn.jpg`.
fn share(asset: &Asset) -> String {
    let title: Vec<String> = slug(&asset.photo_title().text)
        .split('-')
        .filter(|word| !word.is_empty())
        .map(capitalised)
        .collect();
    let extension = extension(asset);
    if title.is_empty() {
        return format!("{}.{extension}", hex(&asset.current.blob.sha1));
    }
    format!("{}-{}.{extension}", moments::shared(asset.taken().local), title.join("-"))
}

/// The same with another extension.
pub(crate) fn with_extension(name: &str, extension: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    format!("{stem}.{extension}")
}

/// By the bytes: `jpg`, `png`, ...; of what is no picture that of its name.
pub(crate) fn extension(asset: &Asset) -> String {
    if let Some(probe) = &asset.current.probe {
        return extension_of(probe.format).to_owned();
    }
    let of_name = asset.name.as_str().rsplit_once('.').map(|(_, extension)| extension);
    of_name.unwrap_or("bin").to_ascii_lowercase()
}

pub(crate) fn extension_of(format: Format) -> &'static str {
    match format {
        Format::Jpeg => "jpg",
        other => other.name(),
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}
