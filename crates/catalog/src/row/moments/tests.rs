use plan::probe::Tag;
use plan::{Format, Size};

use super::*;

/// Milliseconds since 1970 of 2024-05-06 07:08:09 UTC.
const THEN: i64 = 1_714_979_289_000;

#[test]
fn time_of_capture() {
    check(&[("DateTimeOriginal", "2024:05:06 07:08:09")], Some(THEN));
    check(&[("DateTimeOriginal", "2024-05-06T07:08:09Z")], Some(THEN));
    check(&[("CreateDate", "2024:05:06 07:08:09")], Some(THEN));
    check(
        &[("CreateDate", "2001:01:01 00:00:00"), ("DateTimeOriginal", "2024:05:06 07:08:09")],
        Some(THEN),
    );
    let original = ("DateTimeOriginal", "2024:05:06 07:08:09");
    check(&[original, ("SubSecTimeOriginal", "5")], Some(THEN + 500));
    check(&[original, ("SubSecTimeOriginal", "0621")], Some(THEN + 62));
    check(&[original, ("SubSecTimeOriginal", "5 x")], Some(THEN));
    check(&[original, ("OffsetTimeOriginal", "+02:00")], Some(THEN - 2 * 3_600_000));
    check(&[original, ("OffsetTimeOriginal", "-03:30")], Some(THEN + 12_600_000));
    check(&[original, ("OffsetTimeOriginal", "+99:00")], Some(THEN));
    check(&[original, ("OffsetTimeOriginal", "Z")], Some(THEN));
    check(&[("DateTimeOriginal", "1969:12:31 23:59:59")], Some(-1000));
}

#[test]
fn no_time_of_capture() {
    check(&[], None);
    for text in [
        "",
        "    :  :     :  :  ",
        "0000:00:00 00:00:00",
        "2024:13:06 07:08:09",
        "2024:02:30 07:08:09",
        "2024:05:06 25:08:09",
        "2024:05:06",
        "größer als neunzehn Zeichen",
    ] {
        check(&[("DateTimeOriginal", text)], None);
    }
}

#[track_caller]
fn check(metadata: &[(&str, &str)], expected: Option<Millis>) {
    let tag = |(name, text): &(&str, &str)| Tag {
        group: TagGroup::Exif,
        name: (*name).to_owned(),
        value: TagValue::Text((*text).to_owned()),
    };
    let probe = Probe {
        format: Format::Jpeg,
        size: Size::new(1, 1),
        orientation: 1,
        has_alpha: false,
        frames: 1,
        duration_ms: 0,
        has_profile: false,
        density: None,
        jpeg_quality: None,
        metadata: metadata.iter().map(tag).collect(),
        look: None,
    };
    assert_eq!(captured(&probe), expected, "{metadata:?}");
}
