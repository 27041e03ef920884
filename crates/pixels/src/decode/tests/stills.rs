use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use plan::Size;

use super::*;

/// Red, green, blue, white.
const QUADRANTS: [[u8; 3]; 4] = [RED, GREEN, BLUE, WHITE];

#[test]
fn jpeg_baseline_and_progressive() {
    for bytes in [sample!("baseline.jpg"), sample!("progressive.jpg")] {
        let picture = still(bytes);
        assert_eq!((picture.size, picture.layout), (Size::new(32, 32), Layout::Rgb));
        check_quadrants(&picture, QUADRANTS, 6);
    }
}

#[test]
fn jpeg_in_grey_stays_grey() {
    let picture = still(sample!("gray.jpg"));
    assert_eq!(picture.layout, Layout::Gray);
    assert!(pixel(&picture, 24, 24)[0] > 250);
    assert!(pixel(&picture, 8, 8)[0] < 100);
}

#[test]
fn jpeg_in_cmyk_becomes_rgb() {
    let picture = still(sample!("cmyk.jpg"));
    assert_eq!(picture.layout, Layout::Rgb);
    check_quadrants(&picture, QUADRANTS, 8);
}

#[test]
fn jpeg_scaled_in_the_dct_domain_covers_the_source() {
    for (scale, side) in [(1.0, 32), (0.51, 32), (0.5, 16), (0.3, 16), (0.25, 8), (0.1, 4)] {
        let want = Want { scale, ..WHOLE };
        let decoded = read_with(sample!("baseline.jpg"), want, &Limits::default()).unwrap();
        let picture = &decoded.frames[0].picture;
        assert_eq!(picture.size, Size::new(side, side), "{scale}");
        check_quadrants(picture, QUADRANTS, 8);
    }
}

#[test]
fn rows_of_a_jpeg_are_those_of_the_whole() {
    let whole = still(sample!("baseline.jpg"));
    let limits = Limits::default();
    let bytes = sample!("baseline.jpg");
    let mut rows = crate::decode::open_rows(bytes, Format::Jpeg, WHOLE, &limits).unwrap().unwrap();
    let mut data = Vec::new();
    // A number of rows that divides nothing.
    let mut batch = vec![0; 32 * 3 * 5];
    loop {
        let count = rows.read(&mut batch).unwrap() as usize;
        if count == 0 {
            break;
        }
        data.extend_from_slice(&batch[..count * 32 * 3]);
    }
    assert!(data == whole.data);
}

#[test]
fn webp_lossy_lossless_and_scaled() {
    check_quadrants(&still(sample!("lossy.webp")), QUADRANTS, 8);
    for bytes in [sample!("lossless-alpha.webp"), sample!("lossy-alpha.webp")] {
        let picture = still(bytes);
        assert_eq!(picture.layout, Layout::Rgba);
        check_quadrants(&picture, QUADRANTS, 8);
        assert_eq!(pixel(&picture, 4, 4)[3], 255);
        assert!(pixel(&picture, 28, 4)[3].abs_diff(128) < 4);
    }
    let want = Want { scale: 0.4, ..WHOLE };
    let decoded = read_with(sample!("lossy.webp"), want, &Limits::default()).unwrap();
    let picture = &decoded.frames[0].picture;
    assert_eq!(picture.size, Size::new(13, 13));
    check_quadrants(picture, QUADRANTS, 10);
}

#[test]
fn avif_of_every_depth_and_sampling() {
    for bytes in [
        sample!("q8-444.avif"),
        sample!("q10-444.avif"),
        sample!("q12-444.avif"),
        sample!("q8-422.avif"),
        sample!("q8-420.avif"),
        sample!("q8-limited-bt709.avif"),
        sample!("q8-p3.avif"),
    ] {
        let picture = still(bytes);
        assert_eq!((picture.size, picture.layout), (Size::new(32, 32), Layout::Rgb));
        check_quadrants(&picture, QUADRANTS, 6);
    }
    check_quadrants(&still(sample!("q8-lossless-identity.avif")), QUADRANTS, 0);
}

#[test]
fn avif_in_grey_has_the_luma_of_the_colours() {
    let picture = still(sample!("q8-400.avif"));
    check_quadrants(&picture, [[76; 3], [150; 3], [29; 3], [255; 3]], 30);
    let [r, g, b, _] = pixel(&picture, 8, 8);
    assert!(r == g && g == b);
}

#[test]
fn avif_with_alpha_is_straight() {
    for bytes in [sample!("q8-alpha.avif"), sample!("q8-premultiplied.avif")] {
        let picture = still(bytes);
        assert_eq!(picture.layout, Layout::Rgba);
        check_quadrants(&picture, QUADRANTS, 8);
        assert_eq!(pixel(&picture, 4, 4)[3], 255);
        assert!(pixel(&picture, 28, 4)[3].abs_diff(128) < 4);
    }
}

#[test]
fn avif_is_turned_and_put_together_as_the_file_says() {
    // A quarter turn against the clock brings the right side to the top.
    check_quadrants(&still(sample!("q8-rotated.avif")), [GREEN, WHITE, RED, BLUE], 8);
    check_quadrants(&still(sample!("q8-mirrored.avif")), [GREEN, RED, WHITE, BLUE], 8);
    let grid = still(sample!("q8-grid.avif"));
    assert_eq!(grid.size, Size::new(128, 128));
    check_quadrants(&grid, QUADRANTS, 8);
}

#[test]
fn avif_with_wide_primaries_has_a_profile() {
    let profile = |bytes| read(bytes).unwrap().profile;
    let wide = moxcms::ColorProfile::new_from_slice(&profile(sample!("q8-p3.avif")).unwrap());
    assert!(wide.is_ok());
    assert_eq!(profile(sample!("q8-limited-bt709.avif")), None);
}

fn quadrants() -> DynamicImage {
    let color = |x, y| match (x < 8, y < 8) {
        (true, true) => RED,
        (false, true) => GREEN,
        (true, false) => BLUE,
        (false, false) => WHITE,
    };
    let image = RgbaImage::from_fn(16, 16, |x, y| {
        let [r, g, b] = color(x, y);
        Rgba([r, g, b, if x == 0 { 10 } else { 255 }])
    });
    DynamicImage::ImageRgba8(image)
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    image.write_to(&mut file, format).unwrap();
    file.into_inner()
}

#[test]
fn tiff_bmp_qoi_targa_and_icons_keep_alpha() {
    let formats =
        [ImageFormat::Tiff, ImageFormat::Bmp, ImageFormat::Qoi, ImageFormat::Tga, ImageFormat::Ico];
    for format in formats {
        let picture = still(&encoded(&quadrants(), format));
        assert_eq!((picture.size, picture.layout), (Size::new(16, 16), Layout::Rgba), "{format:?}");
        check_quadrants(&picture, QUADRANTS, 0);
        assert_eq!(pixel(&picture, 0, 0)[3], 10, "{format:?}");
    }
}

#[test]
fn pnm_of_every_depth() {
    check_quadrants(
        &still(&encoded(&quadrants().into_rgb8().into(), ImageFormat::Pnm)),
        QUADRANTS,
        0,
    );
    check_quadrants(&still(b"P3 2 2 255 255 0 0  0 255 0  0 0 255  255 255 255\n"), QUADRANTS, 0);
    assert_eq!(still(b"P5\n2 1\n255\n\x07\xF0").data, [7, 240]);
    assert_eq!(still(b"P5\n1 1\n65535\n\x80\x00").data, [128]);
    // One is black.
    assert_eq!(still(b"P1 2 1 1 0\n").data, [0, 255]);
}

#[test]
fn tiff_of_sixteen_bits_is_scaled() {
    let deep = DynamicImage::ImageRgba8(quadrants().into_rgba8()).into_rgb16();
    let picture = still(&encoded(&deep.into(), ImageFormat::Tiff));
    assert_eq!(picture.layout, Layout::Rgb);
    check_quadrants(&picture, QUADRANTS, 0);
}

/// An icon file around encoded pictures: side, bits, data.
fn icon(pictures: &[(u8, u16, Vec<u8>)]) -> Vec<u8> {
    let mut file = vec![0, 0, 1, 0, pictures.len() as u8, 0];
    let mut offset = 6 + 16 * pictures.len();
    for (side, bits, data) in pictures {
        file.extend_from_slice(&[*side, *side, 0, 0, 1, 0]);
        file.extend_from_slice(&bits.to_le_bytes());
        file.extend_from_slice(&(data.len() as u32).to_le_bytes());
        file.extend_from_slice(&(offset as u32).to_le_bytes());
        offset += data.len();
    }
    for (_, _, data) in pictures {
        file.extend_from_slice(data);
    }
    file
}

#[test]
fn of_an_icon_the_largest_picture_is_taken() {
    let png = |side| {
        png::encode(side, side, ::png::ColorType::Rgb, &vec![200; (side * side * 3) as usize])
    };
    let file = icon(&[(16, 32, png(16)), (48, 24, png(48)), (32, 32, png(32))]);
    assert_eq!(still(&file).size, Size::new(48, 48));
    let third = Want { frames: Frames::One(3.try_into().unwrap()), ..WHOLE };
    let decoded = read_with(&file, third, &Limits::default()).unwrap();
    assert_eq!(decoded.frames[0].picture.size, Size::new(32, 32));
}
