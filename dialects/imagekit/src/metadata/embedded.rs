//! `embeddedMetadata`: one flat object merged from EXIF, IPTC and XMP.
//!
//! Where two blocks say the same, EXIF wins over XMP and XMP over IPTC; keywords of all are joined. Names that differ
//! between the blocks are brought together under the vendor's.

use library::Version;
use plan::probe::{Probe, Tag, TagGroup, TagValue};
use serde_json::{Map, Value};

use super::json;

/// In order of precedence. Thumbnails and the like are not about the picture.
const GROUPS: [TagGroup; 4] = [TagGroup::Image, TagGroup::Exif, TagGroup::Xmp, TagGroup::Iptc];

/// Other names for the same.
const NAMES: [(TagGroup, &str, &str); 7] = [
    (TagGroup::Image, "ImageDescription", "Description"),
    (TagGroup::Xmp, "Subject", "Keywords"),
    (TagGroup::Xmp, "Rights", "Copyright"),
    (TagGroup::Iptc, "ObjectName", "Title"),
    (TagGroup::Iptc, "Caption-Abstract", "Description"),
    (TagGroup::Iptc, "CopyrightNotice", "Copyright"),
    (TagGroup::Iptc, "By-line", "Artist"),
];

/// Offsets inside the file: they mean nothing to anybody else.
const POINTERS: [&str; 5] =
    ["ExifOffset", "GPSInfo", "InteropOffset", "ThumbnailOffset", "ThumbnailLength"];

const DATES: [&str; 5] =
    ["DateTimeOriginal", "CreateDate", "ModifyDate", "DateCreated", "DateTimeCreated"];

/// Empty for files without such blocks.
pub(crate) fn embedded(version: &Version) -> Map<String, Value> {
    version.probe.as_ref().map(merge).unwrap_or_default()
}

pub(super) fn merge(probe: &Probe) -> Map<String, Value> {
    let mut merged = Map::new();
    for group in GROUPS {
        for tag in probe.metadata.iter().filter(|tag| tag.group == group) {
            add(&mut merged, tag);
        }
    }
    if let Some(location) = location(probe) {
        merged.insert("LocationTaken".to_owned(), Value::String(location));
    }
    if let Some(moment) = moment_of_iptc(probe) {
        merged.entry("DateTimeCreated").or_insert(Value::String(moment));
    }
    if !merged.is_empty() {
        merged.entry("ImageWidth").or_insert(probe.size.width.into());
        merged.entry("ImageHeight").or_insert(probe.size.height.into());
    }
    merged
}

fn add(merged: &mut Map<String, Value>, tag: &Tag) {
    if POINTERS.contains(&tag.name.as_str()) {
        return;
    }
    let other = NAMES.iter().find(|(group, name, _)| *group == tag.group && *name == tag.name);
    let name = other.map_or(tag.name.as_str(), |(_, _, name)| name);
    if name == "Keywords" {
        add_keywords(merged, &tag.value);
        return;
    }
    let value = match &tag.value {
        TagValue::Text(text) if DATES.contains(&name) => Value::String(iso(text)),
        value => json(value),
    };
    merged.entry(name).or_insert(value);
}

fn add_keywords(merged: &mut Map<String, Value>, value: &TagValue) {
    let new = match json(value) {
        Value::Array(values) => values,
        one => vec![one],
    };
    if let Value::Array(known) =
        merged.entry("Keywords").or_insert_with(|| Value::Array(Vec::new()))
    {
        for keyword in new {
            if !known.contains(&keyword) {
                known.push(keyword);
            }
        }
    }
}

/// `2022:06:16 11:34:09` as `2022-06-16T11:34:09.000Z`. EXIF knows no zones, so the camera's clock counts as UTC; a
/// text that names one keeps it, and a text of another form stays as it is.
fn iso(text: &str) -> String {
    let mut form: Vec<u8> = text.trim().bytes().collect();
    let is_shaped = form.len() >= 10
        && form[..10].iter().enumerate().all(|(place, byte)| match place {
            4 | 7 => matches!(byte, b':' | b'-'),
            _ => byte.is_ascii_digit(),
        });
    if !is_shaped || !text.is_ascii() {
        return text.to_owned();
    }
    form[4] = b'-';
    form[7] = b'-';
    if form.len() > 10 {
        form[10] = b'T';
    }
    let form = String::from_utf8_lossy(&form).into_owned();
    match form.len() {
        10 => format!("{form}T00:00:00.000Z"),
        19 => format!("{form}.000Z"),
        _ => form,
    }
}

/// IPTC keeps date and time apart: `20220616` or `2022:06:16`, `113409+0200` or `11:34:09+02:00`.
fn moment_of_iptc(probe: &Probe) -> Option<String> {
    let digits = |name: &str| {
        let tag =
            probe.metadata.iter().find(|tag| tag.group == TagGroup::Iptc && tag.name == name)?;
        let TagValue::Text(text) = &tag.value else { return None };
        let clock = text.split(['+', '-', 'Z']).next().unwrap_or_default();
        let digits: String = clock.chars().filter(char::is_ascii_digit).collect();
        Some(digits)
    };
    let date = digits("DateCreated").filter(|date| date.len() == 8)?;
    let time =
        digits("TimeCreated").filter(|time| time.len() == 6).unwrap_or_else(|| "000000".to_owned());
    Some(format!(
        "{}-{}-{}T{}:{}:{}.000Z",
        &date[..4],
        &date[4..6],
        &date[6..],
        &time[..2],
        &time[2..4],
        &time[4..]
    ))
}

/// `latitude,longitude` in decimal degrees.
fn location(probe: &Probe) -> Option<String> {
    let find = |name: &str| {
        let tag =
            probe.metadata.iter().find(|tag| tag.group == TagGroup::Gps && tag.name == name)?;
        Some(&tag.value)
    };
    let coordinate = |name: &str, reference: &str, negative: char| {
        let degrees = degrees(find(name)?)?;
        let is_negative = matches!(find(reference), Some(TagValue::Text(text)) if text.to_ascii_uppercase().starts_with(negative));
        Some(if is_negative { -degrees.abs() } else { degrees })
    };
    let latitude = coordinate("GPSLatitude", "GPSLatitudeRef", 'S')?;
    let longitude = coordinate("GPSLongitude", "GPSLongitudeRef", 'W')?;
    (latitude.is_finite() && longitude.is_finite()).then(|| format!("{latitude:.6},{longitude:.6}"))
}

/// Degrees, minutes and seconds, or degrees alone.
fn degrees(value: &TagValue) -> Option<f64> {
    match value {
        TagValue::Number(number) => Some(*number),
        TagValue::Text(_) => None,
        TagValue::List(parts) => {
            parts.iter().zip([1.0, 60.0, 3600.0]).try_fold(0.0, |sum, (part, unit)| match part {
                TagValue::Number(number) => Some(sum + number / unit),
                _ => None,
            })
        }
    }
}
