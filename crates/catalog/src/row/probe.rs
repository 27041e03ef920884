//! What reading the bytes told, in columns; metadata as JSON.

use plan::probe::{Look, Probe, Tag, TagGroup, TagValue};
use plan::{Color, Format, Size};
use sea_orm::Value;
use serde_json::json;

use super::json::read_list;
use super::moments::captured;
use crate::Error;
use crate::error::Result;
use crate::sql::{self, Row};

/// In the order of [`super::VERSION_COLUMNS`] from `format` on. All null for what is no picture.
pub(super) fn values(probe: Option<&Probe>) -> Result<[Value; 15]> {
    let Some(probe) = probe else {
        return Ok(nothing());
    };
    let look = probe.look.as_ref();
    Ok([
        probe.format.name().into(),
        i64::from(probe.size.width).into(),
        i64::from(probe.size.height).into(),
        i64::from(probe.orientation).into(),
        probe.has_alpha.into(),
        i64::from(probe.frames).into(),
        sql::number("the duration", probe.duration_ms)?,
        probe.has_profile.into(),
        probe.density.map(i64::from).into(),
        probe.jpeg_quality.map(i64::from).into(),
        write_tags(&probe.metadata).into(),
        // The same 64 bits, read as a signed number: that is what both databases have.
        look.map(|look| look.phash as i64).into(),
        look.map(|look| look.thumbhash.clone()).into(),
        look.map(|look| write_color(look.dominant)).into(),
        captured(probe).into(),
    ])
}

pub(super) fn read(row: &Row) -> Result<Option<Probe>> {
    let Some(format) = row.get::<Option<String>>("format")? else {
        return Ok(None);
    };
    Ok(Some(Probe {
        format: read_format(&format)?,
        size: Size { width: row.count("width")?, height: row.count("height")? },
        orientation: row.count("orientation")?,
        has_alpha: row.get("has_alpha")?,
        frames: row.count("frames")?,
        duration_ms: row.count("duration_ms")?,
        has_profile: row.get("has_profile")?,
        density: row.count_or_null("density")?,
        jpeg_quality: row.count_or_null("jpeg_quality")?,
        metadata: read_list(&row.get::<String>("metadata")?, read_tag)?,
        look: read_look(row)?,
    }))
}

fn nothing() -> [Value; 15] {
    [
        Value::String(None),
        Value::BigInt(None),
        Value::BigInt(None),
        Value::BigInt(None),
        Value::Bool(None),
        Value::BigInt(None),
        Value::BigInt(None),
        Value::Bool(None),
        Value::BigInt(None),
        Value::BigInt(None),
        Value::String(None),
        Value::BigInt(None),
        Value::Bytes(None),
        Value::BigInt(None),
        Value::BigInt(None),
    ]
}

fn read_format(name: &str) -> Result<Format> {
    let known = Format::ALL.into_iter().find(|format| format.name() == name);
    known.ok_or_else(|| Error::Damaged(format!("unknown format `{name}`")))
}

fn read_look(row: &Row) -> Result<Option<Look>> {
    let Some(phash) = row.get::<Option<i64>>("phash")? else {
        return Ok(None);
    };
    Ok(Some(Look {
        phash: phash as u64,
        thumbhash: row.get("thumbhash")?,
        dominant: read_color(row.count("dominant")?),
    }))
}

/// `0xrrggbbaa`
fn write_color(Color { r, g, b, a }: Color) -> i64 {
    u32::from_be_bytes([r, g, b, a]).into()
}

fn read_color(bits: u32) -> Color {
    let [r, g, b, a] = bits.to_be_bytes();
    Color { r, g, b, a }
}

const GROUPS: [(TagGroup, &str); 7] = [
    (TagGroup::Image, "image"),
    (TagGroup::Thumbnail, "thumbnail"),
    (TagGroup::Exif, "exif"),
    (TagGroup::Gps, "gps"),
    (TagGroup::Interoperability, "interoperability"),
    (TagGroup::Iptc, "iptc"),
    (TagGroup::Xmp, "xmp"),
];

/// `[["exif", "FNumber", 2.8], ["iptc", "Keywords", ["a", "b"]]]`
fn write_tags(tags: &[Tag]) -> String {
    let tags: Vec<serde_json::Value> = tags
        .iter()
        .map(|tag| json!([super::encode(&GROUPS, tag.group), tag.name, write_value(&tag.value)]))
        .collect();
    serde_json::Value::Array(tags).to_string()
}

fn read_tag(tag: &serde_json::Value) -> Option<Tag> {
    Some(Tag {
        group: super::decode(&GROUPS, tag.get(0)?.as_str()?).ok()?,
        name: tag.get(1)?.as_str()?.to_owned(),
        value: read_value(tag.get(2)?)?,
    })
}

fn write_value(value: &TagValue) -> serde_json::Value {
    match value {
        TagValue::Text(text) => json!(text),
        // JSON has no word for infinity and NaN; both become null.
        TagValue::Number(number) => json!(number),
        TagValue::List(values) => values.iter().map(write_value).collect(),
    }
}

fn read_value(value: &serde_json::Value) -> Option<TagValue> {
    Some(match value {
        serde_json::Value::String(text) => TagValue::Text(text.clone()),
        serde_json::Value::Number(number) => TagValue::Number(number.as_f64()?),
        serde_json::Value::Null => TagValue::Number(f64::NAN),
        serde_json::Value::Array(values) => {
            TagValue::List(values.iter().map(read_value).collect::<Option<_>>()?)
        }
        serde_json::Value::Bool(_) | serde_json::Value::Object(_) => return None,
    })
}
