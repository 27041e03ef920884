//! Every EXIF key that dialects promise, in pictures built here.

// The exemption for tests covers test functions, not what they share.
#![allow(clippy::unwrap_used)]

use pixels::{Limits, probe};
use plan::probe::{Depth, Probe, TagGroup, TagValue};

/// Types of a field, by their number in the standard.
enum Field {
    Byte(&'static [u8]),
    Ascii(&'static str),
    Short(&'static [u16]),
    Long(u32),
    Rational(&'static [(u32, u32)]),
    Undefined(&'static [u8]),
    Signed(i32, i32),
    /// Where another directory begins: its place in [`block`].
    Pointer(usize),
}

impl Field {
    /// Type, count and bytes, big-endian.
    fn encoded(&self, starts: &[usize]) -> (u16, usize, Vec<u8>) {
        let longs = |values: &[u32]| values.iter().flat_map(|value| value.to_be_bytes()).collect();
        match self {
            Self::Byte(bytes) => (1, bytes.len(), bytes.to_vec()),
            Self::Ascii(text) => (2, text.len() + 1, [text.as_bytes(), b"\0"].concat()),
            Self::Short(values) => {
                (3, values.len(), values.iter().flat_map(|value| value.to_be_bytes()).collect())
            }
            Self::Long(value) => (4, 1, longs(&[*value])),
            Self::Rational(values) => {
                let parts: Vec<u32> =
                    values.iter().flat_map(|(above, below)| [*above, *below]).collect();
                (5, values.len(), longs(&parts))
            }
            Self::Undefined(bytes) => (7, bytes.len(), bytes.to_vec()),
            Self::Signed(above, below) => {
                (10, 1, [above.to_be_bytes(), below.to_be_bytes()].concat())
            }
            Self::Pointer(directory) => (4, 1, longs(&[starts[*directory] as u32])),
        }
    }
}

type Directory = Vec<(u16, Field)>;

/// A TIFF structure of these directories; the second one follows the first, the others are pointed at.
fn block(directories: &[Directory]) -> Vec<u8> {
    let length = |directory: &Directory| {
        let values = directory.iter().map(|(_, field)| field.encoded(&[0; 8]).2.len());
        2 + directory.len() * 12 + 4 + values.filter(|length| *length > 4).sum::<usize>()
    };
    let starts: Vec<usize> = directories
        .iter()
        .scan(8, |next, directory| Some(std::mem::replace(next, *next + length(directory))))
        .collect();
    let mut block = b"MM\0*\0\0\0\x08".to_vec();
    for (number, directory) in directories.iter().enumerate() {
        let mut values = Vec::new();
        let values_start = starts[number] + 2 + directory.len() * 12 + 4;
        block.extend((directory.len() as u16).to_be_bytes());
        for (tag, field) in directory {
            let (kind, count, mut bytes) = field.encoded(&starts);
            block.extend(tag.to_be_bytes());
            block.extend(kind.to_be_bytes());
            block.extend((count as u32).to_be_bytes());
            if bytes.len() <= 4 {
                bytes.resize(4, 0);
                block.extend(bytes);
            } else {
                block.extend(((values_start + values.len()) as u32).to_be_bytes());
                values.extend(bytes);
            }
        }
        let next = if number == 0 && directories.len() > 1 { starts[1] as u32 } else { 0 };
        block.extend(next.to_be_bytes());
        block.extend(values);
    }
    block
}

/// A JPEG that carries the block.
fn picture(block: &[u8]) -> Probe {
    let file = include_bytes!("files/baseline.jpg");
    let length = (block.len() + 8) as u16;
    let segment = [b"\xFF\xE1".as_slice(), &length.to_be_bytes(), b"Exif\0\0", block].concat();
    let file = [&file[..2], &segment, &file[2..]].concat();
    probe(&file, Depth::Header, &Limits::default()).unwrap()
}

fn number(value: f64) -> TagValue {
    TagValue::Number(value)
}

fn numbers(values: &[f64]) -> TagValue {
    TagValue::List(values.iter().copied().map(TagValue::Number).collect())
}

fn text(text: &str) -> TagValue {
    TagValue::Text(text.to_owned())
}

/// Tag, what is stored, exiftool's name, what is found. `None`: it lies where the file puts it.
type Row = (u16, Field, &'static str, Option<TagValue>);

fn main_directory() -> Vec<Row> {
    vec![
        (0x010E, Field::Ascii("a cat"), "ImageDescription", Some(text("a cat"))),
        (0x010F, Field::Ascii("Halftone"), "Make", Some(text("Halftone"))),
        (0x0110, Field::Ascii("Model 5"), "Model", Some(text("Model 5"))),
        (0x0112, Field::Short(&[6]), "Orientation", Some(number(6.0))),
        (0x011A, Field::Rational(&[(300, 1)]), "XResolution", Some(number(300.0))),
        (0x011B, Field::Rational(&[(601, 2)]), "YResolution", Some(number(300.5))),
        (0x0128, Field::Short(&[2]), "ResolutionUnit", Some(number(2.0))),
        (0x0131, Field::Ascii("1.0"), "Software", Some(text("1.0"))),
        (
            0x0132,
            Field::Ascii("2024:05:17 10:11:12"),
            "ModifyDate",
            Some(text("2024:05:17 10:11:12")),
        ),
        (0x013B, Field::Ascii("somebody"), "Artist", Some(text("somebody"))),
        (0x0213, Field::Short(&[1]), "YCbCrPositioning", Some(number(1.0))),
        (0x8298, Field::Ascii("nobody"), "Copyright", Some(text("nobody"))),
        (0x8769, Field::Pointer(2), "ExifOffset", None),
        (0x8825, Field::Pointer(3), "GPSInfo", None),
    ]
}

fn thumbnail() -> Vec<Row> {
    vec![
        (0x0103, Field::Short(&[6]), "Compression", Some(number(6.0))),
        (0x011A, Field::Rational(&[(72, 1)]), "XResolution", Some(number(72.0))),
        (0x011B, Field::Rational(&[(72, 1)]), "YResolution", Some(number(72.0))),
        (0x0128, Field::Short(&[2]), "ResolutionUnit", Some(number(2.0))),
        (0x0201, Field::Long(1000), "ThumbnailOffset", Some(number(1000.0))),
        (0x0202, Field::Long(2000), "ThumbnailLength", Some(number(2000.0))),
    ]
}

fn exposure() -> Vec<Row> {
    vec![
        (0x829A, Field::Rational(&[(1, 250)]), "ExposureTime", Some(number(0.004))),
        (0x829D, Field::Rational(&[(28, 10)]), "FNumber", Some(number(2.8))),
        (0x8822, Field::Short(&[3]), "ExposureProgram", Some(number(3.0))),
        (0x8827, Field::Short(&[400, 0]), "ISO", Some(number(400.0))),
        (0x9000, Field::Undefined(b"0232"), "ExifVersion", Some(text("0232"))),
        (
            0x9003,
            Field::Ascii("2024:05:17 08:09:10"),
            "DateTimeOriginal",
            Some(text("2024:05:17 08:09:10")),
        ),
        (
            0x9004,
            Field::Ascii("2024:05:17 08:09:11"),
            "CreateDate",
            Some(text("2024:05:17 08:09:11")),
        ),
        (0x9201, Field::Signed(-5, 2), "ShutterSpeedValue", Some(number(-2.5))),
        (0x9202, Field::Rational(&[(3, 1)]), "ApertureValue", Some(number(3.0))),
        (0x9203, Field::Signed(-1, 4), "BrightnessValue", Some(number(-0.25))),
        (0x9204, Field::Signed(-1, 2), "ExposureCompensation", Some(number(-0.5))),
        (0x9205, Field::Rational(&[(2, 1)]), "MaxApertureValue", Some(number(2.0))),
        (0x9207, Field::Short(&[5]), "MeteringMode", Some(number(5.0))),
        (0x9208, Field::Short(&[1]), "LightSource", Some(number(1.0))),
        (0x9209, Field::Short(&[16]), "Flash", Some(number(16.0))),
        (0x920A, Field::Rational(&[(35, 1)]), "FocalLength", Some(number(35.0))),
        (0x9286, Field::Undefined(b"ASCII\0\0\0Hello"), "UserComment", Some(text("Hello"))),
        (0x9290, Field::Ascii("12"), "SubSecTime", Some(text("12"))),
        (0x9291, Field::Ascii("034"), "SubSecTimeOriginal", Some(text("034"))),
        (0x9292, Field::Ascii("56"), "SubSecTimeDigitized", Some(text("56"))),
        (0xA000, Field::Undefined(b"0100"), "FlashpixVersion", Some(text("0100"))),
        (0xA001, Field::Short(&[1]), "ColorSpace", Some(number(1.0))),
        (0xA002, Field::Long(600), "ExifImageWidth", Some(number(600.0))),
        (0xA003, Field::Short(&[400]), "ExifImageHeight", Some(number(400.0))),
        (0xA005, Field::Pointer(4), "InteropOffset", None),
        (0xA20E, Field::Rational(&[(5000, 1)]), "FocalPlaneXResolution", Some(number(5000.0))),
        (0xA20F, Field::Rational(&[(5001, 1)]), "FocalPlaneYResolution", Some(number(5001.0))),
        (0xA210, Field::Short(&[2]), "FocalPlaneResolutionUnit", Some(number(2.0))),
        (0xA217, Field::Short(&[2]), "SensingMethod", Some(number(2.0))),
        (0xA301, Field::Undefined(&[1]), "SceneType", Some(text("1"))),
        (0xA401, Field::Short(&[0]), "CustomRendered", Some(number(0.0))),
        (0xA402, Field::Short(&[1]), "ExposureMode", Some(number(1.0))),
        (0xA403, Field::Short(&[1]), "WhiteBalance", Some(number(1.0))),
        (0xA405, Field::Short(&[52]), "FocalLengthIn35mmFormat", Some(number(52.0))),
        (0xA406, Field::Short(&[2]), "SceneCaptureType", Some(number(2.0))),
        (0xA434, Field::Ascii("35mm"), "LensModel", Some(text("35mm"))),
    ]
}

fn position() -> Vec<Row> {
    vec![
        (0x0000, Field::Byte(&[2, 3, 0, 0]), "GPSVersionID", Some(numbers(&[2.0, 3.0, 0.0, 0.0]))),
        (0x0001, Field::Ascii("N"), "GPSLatitudeRef", Some(text("N"))),
        (
            0x0002,
            Field::Rational(&[(52, 1), (30, 1), (612, 100)]),
            "GPSLatitude",
            Some(numbers(&[52.0, 30.0, 6.12])),
        ),
        (0x0003, Field::Ascii("W"), "GPSLongitudeRef", Some(text("W"))),
        (
            0x0004,
            Field::Rational(&[(13, 1), (24, 1), (0, 1)]),
            "GPSLongitude",
            Some(numbers(&[13.0, 24.0, 0.0])),
        ),
        (0x0005, Field::Byte(&[1]), "GPSAltitudeRef", Some(number(1.0))),
        (0x0006, Field::Rational(&[(341, 10)]), "GPSAltitude", Some(number(34.1))),
        (
            0x0007,
            Field::Rational(&[(8, 1), (9, 1), (10, 1)]),
            "GPSTimeStamp",
            Some(numbers(&[8.0, 9.0, 10.0])),
        ),
        (0x0010, Field::Ascii("T"), "GPSImgDirectionRef", Some(text("T"))),
        (0x0011, Field::Rational(&[(905, 10)]), "GPSImgDirection", Some(number(90.5))),
        (0x001D, Field::Ascii("2024:05:17"), "GPSDateStamp", Some(text("2024:05:17"))),
    ]
}

fn interoperability() -> Vec<Row> {
    vec![
        (0x0001, Field::Ascii("R98"), "InteropIndex", Some(text("R98"))),
        (0x0002, Field::Undefined(b"0100"), "InteropVersion", Some(text("0100"))),
    ]
}

#[test]
fn every_key_has_its_name_and_shape() {
    let groups = [
        (TagGroup::Image, main_directory()),
        (TagGroup::Thumbnail, thumbnail()),
        (TagGroup::Exif, exposure()),
        (TagGroup::Gps, position()),
        (TagGroup::Interoperability, interoperability()),
    ];
    let mut expected = Vec::new();
    let mut directories = Vec::new();
    for (group, rows) in groups {
        let (fields, names): (Directory, Vec<_>) =
            rows.into_iter().map(|(tag, field, name, value)| ((tag, field), (name, value))).unzip();
        directories.push(fields);
        expected.extend(names.into_iter().map(|(name, value)| (group, name, value)));
    }
    let probe = picture(&block(&directories));
    for (group, name, value) in &expected {
        let found: Vec<_> =
            probe.metadata.iter().filter(|tag| tag.group == *group && tag.name == *name).collect();
        assert_eq!(found.len(), 1, "{name}: {found:?}");
        match value {
            Some(value) => assert_eq!(&found[0].value, value, "{name}"),
            None => assert!(matches!(found[0].value, TagValue::Number(_)), "{name}"),
        }
    }
    assert_eq!(probe.metadata.len(), expected.len(), "nothing else: {:?}", probe.metadata);
    assert_eq!((probe.orientation, probe.density), (6, Some(300)));
}

#[test]
fn some_writers_take_another_type_than_the_standard() {
    for scene in [Field::Byte(&[1]), Field::Short(&[1]), Field::Undefined(&[1, 0])] {
        let pointer = vec![(0x8769, Field::Pointer(2))];
        let probe = picture(&block(&[pointer, vec![], vec![(0xA301, scene)]]));
        let scene = probe.metadata.iter().find(|tag| tag.name == "SceneType").unwrap();
        assert_eq!(scene.value, text("1"));
    }
}

#[test]
fn what_has_no_value_is_left_out() {
    let probe = picture(&block(&[vec![
        (0x010F, Field::Ascii("Halftone")),
        // A denominator of zero.
        (0x011A, Field::Rational(&[(72, 0)])),
        // Maker notes name nothing here, and private tags have no name.
        (0xC000, Field::Ascii("private")),
    ]]));
    let names: Vec<_> = probe.metadata.iter().map(|tag| tag.name.as_str()).collect();
    assert_eq!(names, ["Make"]);
}
