//! EXIF fields under exiftool's names.
//!
//! Rationals are plain numbers, enumerations stay numeric, dates keep their text. Fields that name
//! nothing (maker notes, padding, tables of offsets) are left out.

use exif::{Context, Field, In, Tag as Number, Value};
use plan::probe::{Tag, TagGroup, TagValue};

use super::tiff::{self, Directory, EXIF, GPS, INTEROP};

/// All fields of a TIFF structure that can be read; broken ones are left out.
pub(super) fn read(block: &[u8]) -> Vec<Tag> {
    if !tiff::is_bounded(block) {
        return Vec::new();
    }
    let mut tags = offsets(block);
    if block.len() > COPIED {
        let fields = exif::parse_exif(block).map(|(fields, _)| fields).unwrap_or_default();
        tags.extend(fields.iter().filter_map(tag));
    } else {
        let fields = exif::Reader::new().continue_on_error(true).read_raw(block.to_vec());
        if let Ok(fields) = fields.or_else(|error| error.distill_partial_result(|_| {})) {
            tags.extend(fields.fields().filter_map(tag));
        }
    }
    // Offsets of directories belong to their group; a stable sort keeps the order of the file.
    tags.sort_by_key(|tag| tag.group);
    tags
}

/// Up to this many bytes are copied for a reader that goes on after errors. Whole TIFF files are larger.
const COPIED: usize = 8 << 20;

fn tag(field: &Field) -> Option<Tag> {
    let group = match (field.tag.context(), field.ifd_num) {
        (Context::Tiff, In::PRIMARY) => TagGroup::Image,
        (Context::Tiff, In::THUMBNAIL) => TagGroup::Thumbnail,
        (Context::Exif, _) => TagGroup::Exif,
        (Context::Gps, _) => TagGroup::Gps,
        (Context::Interop, _) => TagGroup::Interoperability,
        _ => return None,
    };
    let value = match value(field)? {
        // The sensitivity may be given in several ways; readers expect one number.
        TagValue::List(mut values) if field.tag == Number::PhotographicSensitivity => {
            values.swap_remove(0)
        }
        // A text, as in `undefined`, whatever it is stored as.
        TagValue::Number(scene) if field.tag == Number::SceneType => {
            TagValue::Text(scene.to_string())
        }
        value => value,
    };
    Some(Tag { group, name: name(field.tag)?, value })
}

/// exiftool's name, where it differs from that of the standard.
fn name(tag: Number) -> Option<String> {
    let name = match (tag, tag.number()) {
        (Number::MakerNote, _) => return None,
        (Number::DateTime, _) => "ModifyDate",
        (Number::DateTimeDigitized, _) => "CreateDate",
        (Number::PhotographicSensitivity, _) => "ISO",
        (Number::ExposureBiasValue, _) => "ExposureCompensation",
        (Number::PixelXDimension, _) => "ExifImageWidth",
        (Number::PixelYDimension, _) => "ExifImageHeight",
        (Number::ImageLength, _) => "ImageHeight",
        (Number::JPEGInterchangeFormat, _) => "ThumbnailOffset",
        (Number::JPEGInterchangeFormatLength, _) => "ThumbnailLength",
        (Number::FocalLengthIn35mmFilm, _) => "FocalLengthIn35mmFormat",
        (Number::CameraOwnerName, _) => "OwnerName",
        (Number::BodySerialNumber, _) => "SerialNumber",
        (Number::LensSpecification, _) => "LensInfo",
        (Number::OECF, _) => "Opto-ElectricConvFactor",
        (Number::InteroperabilityIndex, _) => "InteropIndex",
        (Number::InteroperabilityVersion, _) => "InteropVersion",
        // Not in the standard, but written by Windows.
        (Number(Context::Tiff, _), 0x4746) => "Rating",
        (Number(Context::Tiff, _), 0x4749) => "RatingPercent",
        (Number(Context::Tiff, _), 0x9C9B) => "XPTitle",
        (Number(Context::Tiff, _), 0x9C9C) => "XPComment",
        (Number(Context::Tiff, _), 0x9C9D) => "XPAuthor",
        (Number(Context::Tiff, _), 0x9C9E) => "XPKeywords",
        (Number(Context::Tiff, _), 0x9C9F) => "XPSubject",
        // The library knows the rest of the standard; what it does not know has no description.
        _ => return tag.description().map(|_| tag.to_string()),
    };
    Some(name.to_owned())
}

fn value(field: &Field) -> Option<TagValue> {
    match &field.value {
        Value::Ascii(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| text(part)).collect();
            Some(TagValue::Text(parts.join(" ").trim().to_owned()))
        }
        Value::Byte(bytes) if matches!(field.tag.number(), 0x9C9B..=0x9C9F) => {
            let units = bytes.as_chunks::<2>().0.iter().map(|&unit| u16::from_le_bytes(unit));
            let text: String = char::decode_utf16(units).map_while(Result::ok).collect();
            Some(TagValue::Text(text.trim_end_matches('\0').to_owned()))
        }
        Value::Undefined(bytes, _) => undefined(field.tag, bytes),
        Value::Byte(values) => numbers(values.iter().map(|&value| value.into())),
        Value::SByte(values) => numbers(values.iter().map(|&value| value.into())),
        Value::Short(values) => numbers(values.iter().map(|&value| value.into())),
        Value::SShort(values) => numbers(values.iter().map(|&value| value.into())),
        Value::Long(values) => numbers(values.iter().map(|&value| value.into())),
        Value::SLong(values) => numbers(values.iter().map(|&value| value.into())),
        Value::Float(values) => numbers(values.iter().map(|&value| value.into())),
        Value::Double(values) => numbers(values.iter().copied()),
        Value::Rational(values) => numbers(values.iter().map(exif::Rational::to_f64)),
        Value::SRational(values) => numbers(values.iter().map(exif::SRational::to_f64)),
        Value::Unknown(..) => None,
    }
}

/// One number, or a list. `None` for no number, for tables, and where a denominator is zero.
fn numbers(values: impl ExactSizeIterator<Item = f64>) -> Option<TagValue> {
    /// `SubjectArea` has 4, `ReferenceBlackWhite` 6; beyond are strip offsets and the like.
    const TABLE: usize = 32;
    if values.len() == 0 || values.len() > TABLE {
        return None;
    }
    let mut values: Vec<f64> = values.collect();
    if !values.iter().all(|value| value.is_finite()) {
        return None;
    }
    Some(if values.len() == 1 {
        TagValue::Number(values.remove(0))
    } else {
        TagValue::List(values.into_iter().map(TagValue::Number).collect())
    })
}

/// Bytes whose meaning only the tag tells.
fn undefined(tag: Number, bytes: &[u8]) -> Option<TagValue> {
    match tag {
        Number::UserComment | Number::GPSProcessingMethod | Number::GPSAreaInformation => {
            // Eight bytes name the character set.
            let (set, content) = bytes.split_at_checked(8)?;
            let is_wide = set.starts_with(b"UNICODE");
            let content = if is_wide { wide_text(content) } else { text(content) };
            let content = content.trim().to_owned();
            (!content.is_empty()).then_some(TagValue::Text(content))
        }
        Number::FileSource | Number::ComponentsConfiguration => {
            numbers(bytes.iter().map(|&value| value.into()))
        }
        // SDKs read this one as text, though it is a number like the others.
        Number::SceneType => Some(TagValue::Text(bytes.first()?.to_string())),
        // Versions, and whatever else is text.
        _ => {
            let is_text =
                bytes.iter().all(|byte| byte.is_ascii_graphic() || matches!(byte, b' ' | 0));
            let text = text(bytes);
            (is_text && !text.is_empty()).then_some(TagValue::Text(text))
        }
    }
}

fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).trim_end().to_owned()
}

/// UTF-16 of either order: text in Latin letters has its zeros in the upper bytes.
fn wide_text(bytes: &[u8]) -> String {
    let units = bytes.as_chunks::<2>().0;
    let zeros = |at: usize| units.iter().filter(|unit| unit[at] == 0).count();
    let read = if zeros(0) > zeros(1) { u16::from_be_bytes } else { u16::from_le_bytes };
    char::decode_utf16(units.iter().map(|&unit| read(unit)))
        .map_while(Result::ok)
        .take_while(|&character| character != '\0')
        .collect()
}

/// Where the sub-directories lie; the library follows these fields and does not report them.
fn offsets(block: &[u8]) -> Vec<Tag> {
    let mut tags = Vec::new();
    let Some(tiff) = Directory::first(block) else { return tags };
    let mut add = |group, name: &str, offset: u32| {
        let value = TagValue::Number(offset.into());
        tags.push(Tag { group, name: name.to_owned(), value });
    };
    if let Some(offset) = tiff.pointer(EXIF) {
        add(TagGroup::Image, "ExifOffset", offset);
        let interop = tiff.at(offset).pointer(INTEROP);
        if let Some(offset) = interop {
            add(TagGroup::Exif, "InteropOffset", offset);
        }
    }
    if let Some(offset) = tiff.pointer(GPS) {
        add(TagGroup::Image, "GPSInfo", offset);
    }
    tags
}
