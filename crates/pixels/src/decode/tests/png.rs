use std::io::Write;

use ::png::{BitDepth, ColorType, Encoder};
use flate2::{Compression, write::ZlibEncoder};
use plan::Size;

use super::*;

pub(super) fn encode(width: u32, height: u32, color: ColorType, data: &[u8]) -> Vec<u8> {
    deep(width, height, color, BitDepth::Eight, data, |_| {})
}

fn deep(
    width: u32,
    height: u32,
    color: ColorType,
    depth: BitDepth,
    data: &[u8],
    more: impl FnOnce(&mut Encoder<'_, &mut Vec<u8>>),
) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, width, height);
    encoder.set_color(color);
    encoder.set_depth(depth);
    more(&mut encoder);
    encoder.write_header().unwrap().write_image_data(data).unwrap();
    file
}

/// The file with one more chunk behind its header.
fn with_chunk(file: &[u8], name: [u8; 4], content: &[u8]) -> Vec<u8> {
    const HEADER_END: usize = 8 + 25;
    let mut checksum = flate2::Crc::new();
    checksum.update(&name);
    checksum.update(content);
    let mut result = file[..HEADER_END].to_vec();
    result.extend_from_slice(&(content.len() as u32).to_be_bytes());
    result.extend_from_slice(&name);
    result.extend_from_slice(content);
    result.extend_from_slice(&checksum.sum().to_be_bytes());
    result.extend_from_slice(&file[HEADER_END..]);
    result
}

fn deflated(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn depths_below_and_above_eight_are_scaled() {
    let gray = |depth, data: &[u8], width| {
        let picture = still(&deep(width, 1, ColorType::Grayscale, depth, data, |_| {}));
        assert_eq!(picture.layout, Layout::Gray);
        picture.data
    };
    assert_eq!(gray(BitDepth::One, &[0b1010_0000], 3), [255, 0, 255]);
    assert_eq!(gray(BitDepth::Two, &[0b0001_1011], 4), [0, 85, 170, 255]);
    assert_eq!(gray(BitDepth::Four, &[0x0F], 2), [0, 255]);
    assert_eq!(gray(BitDepth::Sixteen, &[0x80, 0x00, 0xFF, 0xFF], 2), [128, 255]);
}

#[test]
fn palettes_and_transparent_colours_are_expanded() {
    let palette = |encoder: &mut Encoder<'_, &mut Vec<u8>>| {
        encoder.set_palette(vec![255, 0, 0, 0, 0, 255]);
    };
    let opaque = still(&deep(2, 1, ColorType::Indexed, BitDepth::One, &[0b0100_0000], palette));
    assert_eq!((opaque.layout, &opaque.data[..]), (Layout::Rgb, &[255, 0, 0, 0, 0, 255][..]));
    let clear = still(&deep(2, 1, ColorType::Indexed, BitDepth::One, &[0b0100_0000], |encoder| {
        palette(encoder);
        encoder.set_trns(vec![0]);
    }));
    assert_eq!(clear.data, [255, 0, 0, 0, 0, 0, 255, 255]);
    let gray = still(&deep(2, 1, ColorType::Grayscale, BitDepth::Eight, &[7, 8], |encoder| {
        encoder.set_trns(vec![0, 7]);
    }));
    assert_eq!(gray.data, [7, 7, 7, 0, 8, 8, 8, 255]);
}

#[test]
fn grey_with_alpha_becomes_rgba() {
    let picture = still(&encode(1, 2, ColorType::GrayscaleAlpha, &[7, 100, 9, 0]));
    assert_eq!(
        (picture.layout, &picture.data[..]),
        (Layout::Rgba, &[7, 7, 7, 100, 9, 9, 9, 0][..])
    );
}

#[test]
fn interlaced_pictures_are_put_together() {
    let file = sample!("interlaced.png");
    let picture = still(file);
    assert_eq!(picture.size, Size::new(32, 32));
    check_quadrants(&picture, [RED, GREEN, BLUE, WHITE], 0);
    // Cut in the middle, the coarse passes fill what the fine ones have not reached.
    let cut = still(&file[..file.len() * 3 / 4]);
    check_quadrants(&cut, [RED, GREEN, BLUE, WHITE], 0);
}

#[test]
fn blocks_are_found_and_inflated() {
    let plain = encode(1, 1, ColorType::Rgb, &[1, 2, 3]);
    let profile = [&b"name\0\0"[..], &deflated(&[7; 3000])].concat();
    assert_eq!(read(&with_chunk(&plain, *b"iCCP", &profile)).unwrap().profile, Some(vec![7; 3000]));
    let xmp = [&b"XML:com.adobe.xmp\0\x01\0\0\0"[..], &deflated(b"<x/>")].concat();
    let metadata = read(&with_chunk(&plain, *b"iTXt", &xmp)).unwrap().metadata;
    assert_eq!(metadata.xmp, Some(b"<x/>".to_vec()));
    let exif = read(&with_chunk(&plain, *b"eXIf", b"II*\0rest")).unwrap().metadata.exif;
    assert_eq!(exif, Some(b"II*\0rest".to_vec()));
    let raw =
        [&b"Raw profile type iptc\0\0"[..], &deflated(b"\niptc\n       3\n1c\n0205\n")].concat();
    let iptc = read(&with_chunk(&plain, *b"zTXt", &raw)).unwrap().metadata.iptc;
    assert_eq!(iptc, Some(vec![0x1C, 2, 5]));
}

#[test]
fn blocks_that_inflate_beyond_the_limits_are_dropped() {
    let plain = encode(1, 1, ColorType::Rgb, &[1, 2, 3]);
    let bomb = deflated(&vec![b'a'; 16 << 20]);
    for (name, head) in [
        (b"iCCP", &b"name\0\0"[..]),
        (b"iTXt", b"XML:com.adobe.xmp\0\x01\0\0\0"),
        (b"zTXt", b"Raw profile type exif\0\0"),
    ] {
        let decoded = read(&with_chunk(&plain, *name, &[head, &bomb].concat())).unwrap();
        assert_eq!(decoded.frames[0].picture.data, [1, 2, 3]);
        assert_eq!((decoded.profile, decoded.metadata), (None, Blocks::default()));
    }
}

#[test]
fn of_an_animation_the_default_image_is_taken() {
    let file = deep(1, 1, ColorType::Rgb, BitDepth::Eight, &[1, 2, 3], |encoder| {
        // Announced are far more than there are.
        encoder.set_animated(1, 0).unwrap();
    });
    assert_eq!(still(&file).data, [1, 2, 3]);
}
