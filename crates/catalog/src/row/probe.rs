//! What reading the bytes told, in columns; metadata as JSON.

use plan::probe::{Look, Probe, Tag, TagGroup, TagValue};
use plan::{Color, Format, Size};
use sea_orm::Value;
use serde_json::json;

use super::json::read_list;
use crate::error::Result;
use crate::sql::{self, Row};
use crate::{Error, Millis};

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

/// When the picture was taken, by its own word, in milliseconds since 1970: EXIF's `DateTimeOriginal` with its fraction
/// and its offset from UTC. Without an offset the clock of the camera is taken for UTC, as every sorter does.
pub(super) fn captured(probe: &Probe) -> Option<Millis> {
    let text = |name: &str| {
        probe.metadata.iter().find(|tag| tag.name == name).and_then(|tag| text_of(&tag.value))
    };
    let seconds = seconds_of(text("DateTimeOriginal").or_else(|| text("CreateDate"))?)?;
    let fraction = text("SubSecTimeOriginal").and_then(thousandths_of).unwrap_or(0);
    let offset = text("OffsetTimeOriginal").and_then(offset_of).unwrap_or(0);
    Some((seconds - offset) * 1000 + fraction)
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

fn text_of(value: &TagValue) -> Option<&str> {
    match value {
        TagValue::Text(text) => Some(text.trim()),
        TagValue::Number(_) | TagValue::List(_) => None,
    }
}

/// Seconds since 1970 of `2024:05:06 07:08:09`, also with `-` in the date and `T` in the middle.
fn seconds_of(text: &str) -> Option<i64> {
    let mut numbers =
        text.get(..19)?.split([':', '-', ' ', 'T']).map(|part| part.parse::<u16>().ok());
    let mut next = || numbers.next().flatten();
    let (year, month, day) = (next()?, next()?, next()?);
    let (hour, minute, second) = (next()?, next()?, next()?);
    let month = time::Month::try_from(u8::try_from(month).ok()?).ok()?;
    let day = u8::try_from(day).ok()?;
    let date = time::Date::from_calendar_date(i32::from(year), month, day).ok()?;
    let (hour, minute, second) =
        (u8::try_from(hour).ok()?, u8::try_from(minute).ok()?, u8::try_from(second).ok()?);
    Some(date.with_hms(hour, minute, second).ok()?.assume_utc().unix_timestamp())
}

/// Milliseconds of the decimal fraction `5` (500), `123` or `0621`.
fn thousandths_of(text: &str) -> Option<i64> {
    let digits = text
        .get(..text.len().min(3))
        .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
    format!("{digits:0<3}").parse().ok()
}

/// Seconds of `+02:00` or `-03:30`.
fn offset_of(text: &str) -> Option<i64> {
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = digits.split_once(':')?;
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours <= 14 && (0..60).contains(&minutes) && hours >= 0)
        .then_some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests;
