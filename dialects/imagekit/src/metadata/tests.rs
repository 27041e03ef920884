use plan::{
    Color, Size,
    probe::{Look, Tag},
};
use serde_json::json as value;

use super::*;

fn probe(tags: &[(TagGroup, &str, TagValue)]) -> Probe {
    let tag = |(group, name, value): &(TagGroup, &str, TagValue)| Tag {
        group: *group,
        name: (*name).to_owned(),
        value: value.clone(),
    };
    Probe {
        format: Format::Jpeg,
        size: Size::new(600, 400),
        orientation: 6,
        has_alpha: false,
        frames: 1,
        duration_ms: 0,
        has_profile: true,
        density: Some(300),
        jpeg_quality: Some(92),
        metadata: tags.iter().map(tag).collect(),
        look: Some(Look { phash: 0xff, thumbhash: Vec::new(), dominant: Color::BLACK }),
    }
}

fn text(text: &str) -> TagValue {
    TagValue::Text(text.to_owned())
}

fn numbers(numbers: &[f64]) -> TagValue {
    TagValue::List(numbers.iter().map(|number| TagValue::Number(*number)).collect())
}

#[test]
fn a_picture_has_all_keys() {
    let probe = probe(&[
        (TagGroup::Image, "Make", text("Canon")),
        (TagGroup::Image, "XResolution", TagValue::Number(72.0)),
        (TagGroup::Exif, "ExposureTime", TagValue::Number(0.004)),
        (TagGroup::Exif, "DateTimeOriginal", text("2022:06:16 11:34:09")),
        (TagGroup::Gps, "GPSVersionID", numbers(&[2.0, 2.0, 0.0, 0.0])),
    ]);
    assert_eq!(
        serde_json::to_value(PictureMetadata::of(&probe, 1234)).unwrap(),
        value!({
            "height": 400, "width": 600, "size": 1234, "format": "jpg", "hasColorProfile": true, "quality": 92,
            "density": 300, "hasTransparency": false, "pHash": "00000000000000ff",
            "exif": {
                "image": {"Make": "Canon", "XResolution": 72},
                "thumbnail": {},
                "exif": {"ExposureTime": 0.004, "DateTimeOriginal": "2022:06:16 11:34:09"},
                "gps": {"GPSVersionID": [2, 2, 0, 0]},
                "interoperability": {},
                "makernote": {},
            },
        })
    );
}

#[test]
fn without_exif_the_object_is_empty_but_there() {
    let probe = probe(&[(TagGroup::Xmp, "Title", text("x"))]);
    assert_eq!(serde_json::to_value(PictureMetadata::of(&probe, 1)).unwrap()["exif"], value!({}));
}

#[track_caller]
fn check_embedded(tags: &[(TagGroup, &str, TagValue)], expected: &Value) {
    let mut merged = embedded::merge(&probe(tags));
    merged.remove("ImageWidth");
    merged.remove("ImageHeight");
    assert_eq!(&Value::Object(merged), expected);
}

#[test]
fn blocks_are_merged() {
    check_embedded(&[], &value!({}));
    check_embedded(
        &[
            (TagGroup::Iptc, "Keywords", TagValue::List(vec![text("cat"), text("grass")])),
            (TagGroup::Xmp, "Subject", TagValue::List(vec![text("cat"), text("sun")])),
            (TagGroup::Iptc, "ObjectName", text("from iptc")),
            (TagGroup::Xmp, "Title", text("from xmp")),
            (TagGroup::Image, "ImageDescription", text("from exif")),
            (TagGroup::Iptc, "Caption-Abstract", text("from iptc")),
            (TagGroup::Xmp, "Rights", text("me")),
            (TagGroup::Image, "ExifOffset", TagValue::Number(99.0)),
            (TagGroup::Thumbnail, "Compression", TagValue::Number(6.0)),
        ],
        &value!({
            "Keywords": ["cat", "sun", "grass"], "Title": "from xmp", "Description": "from exif", "Copyright": "me",
        }),
    );
}

#[test]
fn moments_are_iso() {
    check_embedded(
        &[
            (TagGroup::Exif, "DateTimeOriginal", text("2022:06:16 11:34:09")),
            (TagGroup::Exif, "CreateDate", text("never")),
            (TagGroup::Xmp, "ModifyDate", text("2022-06-16T11:34:09+02:00")),
        ],
        &value!({
            "DateTimeOriginal": "2022-06-16T11:34:09.000Z", "CreateDate": "never",
            "ModifyDate": "2022-06-16T11:34:09+02:00",
        }),
    );
    check_embedded(
        &[
            (TagGroup::Iptc, "DateCreated", text("2022:06:16")),
            (TagGroup::Iptc, "TimeCreated", text("11:34:09+02:00")),
        ],
        &value!({
            "DateCreated": "2022-06-16T00:00:00.000Z", "TimeCreated": "11:34:09+02:00",
            "DateTimeCreated": "2022-06-16T11:34:09.000Z",
        }),
    );
}

#[test]
fn the_place_is_in_decimal_degrees() {
    check_embedded(
        &[
            (TagGroup::Gps, "GPSLatitude", numbers(&[48.0, 30.0, 36.0])),
            (TagGroup::Gps, "GPSLatitudeRef", text("S")),
            (TagGroup::Gps, "GPSLongitude", numbers(&[2.0, 15.0, 0.0])),
            (TagGroup::Gps, "GPSLongitudeRef", text("E")),
        ],
        &value!({"LocationTaken": "-48.510000,2.250000"}),
    );
}
