//! What a probe finds.

// The exemption for tests covers test functions, not what they share.
#![allow(clippy::unwrap_used)]

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, imageops::FilterType};
use pixels::{Limits, probe};
use plan::{
    Color, Format, Size,
    probe::{Depth, Look, Probe, TagGroup, TagValue},
};

macro_rules! sample {
    ($name:literal) => {
        include_bytes!(concat!("files/", $name)).as_slice()
    };
}

fn header(bytes: &[u8]) -> Probe {
    probe(bytes, Depth::Header, &Limits::default()).unwrap()
}

fn look(bytes: &[u8]) -> Look {
    probe(bytes, Depth::Full, &Limits::default()).unwrap().look.unwrap()
}

fn tag(probe: &Probe, group: TagGroup, name: &str) -> Option<TagValue> {
    let found = probe.metadata.iter().find(|tag| tag.group == group && tag.name == name);
    found.map(|tag| tag.value.clone())
}

fn text(text: &str) -> TagValue {
    TagValue::Text(text.to_owned())
}

fn numbers(numbers: &[f64]) -> TagValue {
    TagValue::List(numbers.iter().copied().map(TagValue::Number).collect())
}

#[test]
fn headers_of_every_format() {
    let image = |format| {
        let mut file = Cursor::new(Vec::new());
        DynamicImage::new_rgba8(5, 3).write_to(&mut file, format).unwrap();
        file.into_inner()
    };
    let check = |bytes: &[u8], format, (width, height), has_alpha, frames| {
        let probe = header(bytes);
        let found = (probe.format, probe.size, probe.has_alpha, probe.frames);
        assert_eq!(found, (format, Size::new(width, height), has_alpha, frames));
        assert_eq!(probe.look, None);
    };
    check(sample!("baseline.jpg"), Format::Jpeg, (32, 32), false, 1);
    check(sample!("cmyk.jpg"), Format::Jpeg, (32, 32), false, 1);
    check(sample!("interlaced.png"), Format::Png, (32, 32), false, 1);
    check(sample!("lossy.webp"), Format::Webp, (32, 32), false, 1);
    check(sample!("lossless-alpha.webp"), Format::Webp, (32, 32), true, 1);
    check(sample!("animated.webp"), Format::Webp, (16, 16), false, 2);
    check(sample!("q8-444.avif"), Format::Avif, (32, 32), false, 1);
    check(sample!("q8-alpha.avif"), Format::Avif, (32, 32), true, 1);
    check(sample!("q8-grid.avif"), Format::Avif, (128, 128), false, 1);
    check(&image(ImageFormat::Tiff), Format::Tiff, (5, 3), true, 1);
    check(&image(ImageFormat::Bmp), Format::Bmp, (5, 3), true, 1);
    check(&image(ImageFormat::Ico), Format::Ico, (5, 3), true, 1);
    check(&image(ImageFormat::Qoi), Format::Qoi, (5, 3), true, 1);
    check(&image(ImageFormat::Tga), Format::Tga, (5, 3), true, 1);
    check(b"P6\n5 3\n255\n", Format::Pnm, (5, 3), false, 1);
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 6' width='5'/>";
    check(svg, Format::Svg, (5, 3), true, 1);
    assert_eq!(header(sample!("animated.webp")).duration_ms, 300);
    assert_eq!(header(sample!("lossy.webp")).duration_ms, 0);
    assert!(header(sample!("q8-p3.avif")).has_profile);
}

#[test]
fn exif_has_the_names_and_shapes_of_exiftool() {
    use TagGroup::{Exif, Gps, Image};
    let probe = header(sample!("exif.jpg"));
    assert_eq!((probe.orientation, probe.density), (6, Some(300)));
    assert_eq!(probe.upright_size(), Size::new(32, 32));
    for (group, name, value) in [
        (Image, "Make", text("Halftone")),
        (Image, "Model", text("Camera 1")),
        (Image, "Orientation", TagValue::Number(6.0)),
        (Image, "XResolution", TagValue::Number(300.0)),
        (Image, "ModifyDate", text("2024:02:01 00:00:00")),
        (Exif, "ExposureTime", TagValue::Number(0.004)),
        (Exif, "FNumber", TagValue::Number(2.8)),
        (Exif, "ISO", TagValue::Number(200.0)),
        (Exif, "ExifVersion", text("0232")),
        (Exif, "DateTimeOriginal", text("2024:01:31 12:34:56")),
        (Exif, "CreateDate", text("2024:01:31 12:34:57")),
        (Exif, "ComponentsConfiguration", numbers(&[1.0, 2.0, 3.0, 0.0])),
        (Exif, "ExposureCompensation", TagValue::Number(-0.33)),
        (Exif, "UserComment", text("Hello")),
        (Exif, "FlashpixVersion", text("0100")),
        (Exif, "ColorSpace", TagValue::Number(1.0)),
        (Exif, "LensModel", text("35mm")),
        (Gps, "GPSVersionID", numbers(&[2.0, 3.0, 0.0, 0.0])),
        (Gps, "GPSLatitudeRef", text("N")),
        (Gps, "GPSLatitude", numbers(&[52.0, 30.0, 0.0])),
        (Gps, "GPSAltitude", TagValue::Number(34.0)),
    ] {
        assert_eq!(tag(&probe, group, name), Some(value), "{name}");
    }
    assert!(matches!(tag(&probe, Image, "ExifOffset"), Some(TagValue::Number(_))));
    assert!(matches!(tag(&probe, Image, "GPSInfo"), Some(TagValue::Number(_))));
    assert_eq!(tag(&probe, Image, "DateTime"), None);
}

#[test]
fn iptc_and_xmp_are_found() {
    let probe = header(sample!("exif.jpg"));
    let words = TagValue::List(["sea", "sky"].map(|word| TagValue::Text(word.to_owned())).into());
    assert_eq!(tag(&probe, TagGroup::Iptc, "Keywords"), Some(words.clone()));
    assert_eq!(tag(&probe, TagGroup::Iptc, "City"), Some(text("Berlin")));
    assert_eq!(tag(&probe, TagGroup::Iptc, "DateCreated"), Some(text("2024:01:31")));
    assert_eq!(tag(&probe, TagGroup::Xmp, "Subject"), Some(words));
    assert_eq!(tag(&probe, TagGroup::Xmp, "Title"), Some(text("Sea")));
    assert_eq!(tag(&probe, TagGroup::Xmp, "Rating"), Some(TagValue::Number(4.0)));
    assert_eq!(tag(&probe, TagGroup::Xmp, "CreateDate"), Some(text("2024:01:31 12:34:57+01:00")));
}

#[test]
fn broken_metadata_is_left_out() {
    let file = sample!("exif.jpg");
    let start = file.windows(6).position(|name| name == b"Exif\0\0").unwrap() + 6;
    for at in start..start + 300 {
        let mut broken = file.to_vec();
        broken[at] ^= 0xFF;
        let probe = probe(&broken, Depth::Full, &Limits::default()).unwrap();
        assert_eq!(probe.size, Size::new(32, 32));
    }
    // One field that points outside the block does not take the others with it.
    let maker = file.windows(8).position(|name| name == b"Halftone").unwrap();
    let entry = file[start..].windows(4).position(|entry| entry == [0x01, 0x0F, 0, 2]).unwrap();
    assert!(maker > start);
    let mut broken = file.to_vec();
    broken[start + entry + 8] = 0x7F;
    let found = header(&broken);
    assert_eq!((found.orientation, tag(&found, TagGroup::Image, "Make")), (6, None));
    let limits = Limits { metadata: 100, ..Limits::default() };
    let probe = probe(file, Depth::Header, &limits).unwrap();
    assert_eq!((probe.orientation, tag(&probe, TagGroup::Xmp, "Title")), (1, None));
}

#[test]
fn jpeg_quality_is_estimated() {
    assert_eq!(header(sample!("baseline.jpg")).jpeg_quality, Some(90));
    assert_eq!(header(sample!("cmyk.jpg")).jpeg_quality, Some(95));
    assert_eq!(header(sample!("interlaced.png")).jpeg_quality, None);
}

/// Soft patches, different for every seed.
fn scene(seed: u32) -> DynamicImage {
    const COLUMNS: u32 = 12;
    const ROWS: u32 = 8;
    let mut state = seed * 7919 + 17;
    let patches = RgbImage::from_fn(COLUMNS, ROWS, |_, _| {
        Rgb([0; 3].map(|_: u8| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        }))
    });
    DynamicImage::ImageRgb8(patches).resize_exact(600, 400, FilterType::CatmullRom)
}

fn png(image: &DynamicImage) -> Vec<u8> {
    let size = Size::new(image.width(), image.height());
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, size.width, size.height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header().unwrap().write_image_data(&image.to_rgb8()).unwrap();
    file
}

fn distance(a: &DynamicImage, b: &DynamicImage) -> u32 {
    (look(&png(a)).phash ^ look(&png(b)).phash).count_ones()
}

#[test]
fn fingerprints_survive_scaling_and_tell_pictures_apart() {
    let scenes: Vec<_> = (0..6).map(scene).collect();
    for (number, image) in scenes.iter().enumerate() {
        assert_eq!(distance(image, image), 0);
        for filter in [FilterType::Triangle, FilterType::Lanczos3] {
            let half = image.resize_exact(300, 200, filter);
            assert!(distance(image, &half) <= 10, "half of {number}");
            let odd = image.resize_exact(777, 518, filter);
            assert!(distance(image, &odd) <= 10, "enlarged {number}");
        }
        let brighter = image.brighten(20);
        assert!(distance(image, &brighter) <= 10, "brighter {number}");
        for (other, second) in scenes.iter().enumerate().skip(number + 1) {
            assert!(distance(image, second) >= 16, "{number} and {other}");
        }
    }
}

#[test]
fn the_dominant_colour_covers_most() {
    let image = RgbImage::from_fn(40, 40, |x, y| {
        if x < 30 || y < 5 { Rgb([10, 120, 200]) } else { Rgb([250, 0, 0]) }
    });
    let look = look(&png(&DynamicImage::ImageRgb8(image)));
    assert_eq!(look.dominant, Color::rgb(10, 120, 200));
}

#[test]
fn placeholders_look_like_the_picture() {
    let look =
        look(&png(&DynamicImage::ImageRgb8(RgbImage::from_pixel(300, 200, Rgb([200, 100, 50])))));
    assert!(look.thumbhash.len() <= 25);
    let (width, height, rgba) = thumbhash::thumb_hash_to_rgba(&look.thumbhash).unwrap();
    assert!(width > height);
    for (channel, expected) in rgba[..3].iter().zip([200u8, 100, 50]) {
        assert!(channel.abs_diff(expected) < 12, "{:?}", &rgba[..4]);
    }
}

#[test]
fn tiny_pictures_have_a_look() {
    for (width, height) in [(1, 1), (1, 500), (3000, 1), (33, 31)] {
        let image = DynamicImage::ImageRgb8(RgbImage::from_pixel(width, height, Rgb([1, 2, 3])));
        assert_eq!(look(&png(&image)).dominant, Color::rgb(1, 2, 3));
    }
}
