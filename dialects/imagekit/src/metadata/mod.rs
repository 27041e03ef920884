//! What the bytes of a file tell about themselves.

mod embedded;
mod endpoints;

pub(crate) use embedded::embedded;
pub(crate) use endpoints::{of_file, of_url};

use library::Asset;
use plan::{
    Format,
    probe::{Probe, TagGroup, TagValue},
};
use serde::Serialize;
use serde_json::{Map, Value};

/// The metadata object. Pictures have all keys, other files size and format alone.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Metadata {
    Picture(Box<PictureMetadata>),
    Other { size: u64, format: String },
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PictureMetadata {
    /// Sides as stored, before EXIF rotation.
    height: u32,
    width: u32,
    size: u64,
    format: &'static str,
    has_color_profile: bool,
    /// Estimate for JPEG, 0 if unknown.
    quality: u8,
    /// Dots per inch.
    density: u32,
    has_transparency: bool,
    /// 16 lower-case hex digits.
    p_hash: String,
    exif: Map<String, Value>,
}

impl Metadata {
    pub(crate) fn of(asset: &Asset) -> Self {
        let size = asset.current.blob.size;
        if let Some(probe) = &asset.current.probe {
            return Self::Picture(Box::new(PictureMetadata::of(probe, size)));
        }
        let extension = asset.name.as_str().rsplit_once('.').map(|(_, extension)| extension);
        Self::Other { size, format: extension.unwrap_or_default().to_lowercase() }
    }
}

impl PictureMetadata {
    fn of(probe: &Probe, size: u64) -> Self {
        Self {
            height: probe.size.height,
            width: probe.size.width,
            size,
            format: format_name(probe.format),
            has_color_profile: probe.has_profile,
            quality: probe.jpeg_quality.unwrap_or(0),
            density: probe.density.unwrap_or(72),
            has_transparency: probe.has_alpha,
            p_hash: format!("{:016x}", probe.look.as_ref().map_or(0, |look| look.phash)),
            exif: exif(probe),
        }
    }
}

fn format_name(format: Format) -> &'static str {
    if format == Format::Jpeg { "jpg" } else { format.name() }
}

/// One object per EXIF directory, empty ones included; nothing at all for pictures without EXIF.
fn exif(probe: &Probe) -> Map<String, Value> {
    const DIRECTORIES: [(&str, Option<TagGroup>); 6] = [
        ("image", Some(TagGroup::Image)),
        ("thumbnail", Some(TagGroup::Thumbnail)),
        ("exif", Some(TagGroup::Exif)),
        ("gps", Some(TagGroup::Gps)),
        ("interoperability", Some(TagGroup::Interoperability)),
        // Makers keep these secret; nobody reads them here.
        ("makernote", None),
    ];
    let is_exif = |group: TagGroup| DIRECTORIES.iter().any(|(_, known)| *known == Some(group));
    if !probe.metadata.iter().any(|tag| is_exif(tag.group)) {
        return Map::new();
    }
    let directory = |group: Option<TagGroup>| {
        let tags = probe.metadata.iter().filter(|tag| Some(tag.group) == group);
        Value::Object(tags.map(|tag| (tag.name.clone(), json(&tag.value))).collect())
    };
    DIRECTORIES.iter().map(|(name, group)| ((*name).to_owned(), directory(*group))).collect()
}

/// Whole numbers are written without a fraction; what is no number at all is `null`.
fn json(value: &TagValue) -> Value {
    match value {
        TagValue::Text(text) => Value::String(text.clone()),
        TagValue::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => {
            Value::from(*number as i64)
        }
        TagValue::Number(number) => Value::from(*number),
        TagValue::List(values) => values.iter().map(json).collect(),
    }
}

#[cfg(test)]
mod tests;
