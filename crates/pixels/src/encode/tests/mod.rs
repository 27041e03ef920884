//! Encoders against independent decoders. What a whole render looks like is tested in `tests/it/encode.rs`.

mod animation;
mod avif;
mod jpeg;
mod quantize;
mod webp;

use plan::{Format, Output, Quality, Size};

use super::{Extras, animation, encode_still};
use crate::{
    Cancel, Error, Limits,
    picture::{Blocks, Layout, Picture},
};

/// Sizes at which blocks, halved chroma, packed bits and row pairs are incomplete.
pub(in crate::encode) const SIZES: [(u32, u32); 7] =
    [(1, 1), (1, 7), (9, 1), (2, 2), (17, 13), (33, 64), (100, 75)];

/// A picture of smooth colours with a hard edge, different in every channel. Alpha runs from 0 to 255 from left to right.
pub(in crate::encode) fn picture(layout: Layout, width: u32, height: u32) -> Picture {
    let ramp = |at: u32, of: u32| if of < 2 { 0 } else { at * 255 / (of - 1) };
    let mut data = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let (across, down) = (ramp(x, width), ramp(y, height));
            let edge = if x > width / 2 && y > height / 2 { 90 } else { 0 };
            let rgba = [across * 2 / 3 + edge, 255 - down, u32::midpoint(across, down), across];
            match layout {
                Layout::Gray => data.push(rgba[0] as u8),
                Layout::Rgb => data.extend(rgba[..3].iter().map(|&value| value as u8)),
                Layout::Rgba => data.extend(rgba.iter().map(|&value| value as u8)),
            }
        }
    }
    Picture { size: Size::new(width, height), layout, data }
}

pub(in crate::encode) fn flat(layout: Layout, width: u32, height: u32, pixel: &[u8]) -> Picture {
    let size = Size::new(width, height);
    Picture { size, layout, data: pixel.repeat(size.pixels() as usize) }
}

pub(in crate::encode) const NO_BLOCKS: &Blocks = &Blocks { exif: None, xmp: None, iptc: None };

pub(in crate::encode) fn plain(picture: &Picture, format: Format) -> Vec<u8> {
    with(picture, format, &Output::default())
}

pub(in crate::encode) fn with(picture: &Picture, format: Format, output: &Output) -> Vec<u8> {
    let extras = Extras { profile: None, metadata: NO_BLOCKS, loops: 0 };
    encode_still(picture, extras, format, output, &Limits::default()).unwrap()
}

pub(in crate::encode) fn quality(value: u8) -> Output {
    Output { quality: Quality::new(value), ..Output::default() }
}

/// What a profile begins with, as far as anybody here looks, and then counted bytes.
pub(in crate::encode) fn profile(space: [u8; 4], length: usize) -> Vec<u8> {
    let mut profile: Vec<u8> = (0..length).map(|index| (index % 251) as u8).collect();
    profile[..4].copy_from_slice(&(length as u32).to_be_bytes());
    profile[16..20].copy_from_slice(&space);
    profile
}

pub(in crate::encode) fn blocks() -> Blocks {
    Blocks {
        exif: Some(b"II*\0\x08\0\0\0\0\0\0\0\0\0".to_vec()),
        xmp: Some(b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>".to_vec()),
        iptc: Some(b"\x1c\x02\x05\0\x05title".to_vec()),
    }
}

pub(in crate::encode) fn with_extras(
    picture: &Picture,
    format: Format,
    profile: Option<&[u8]>,
    metadata: &Blocks,
) -> Vec<u8> {
    let extras = Extras { profile, metadata, loops: 0 };
    encode_still(picture, extras, format, &Output::default(), &Limits::default()).unwrap()
}

pub(in crate::encode) fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Largest difference of any two samples.
pub(in crate::encode) fn farthest(a: &[u8], b: &[u8]) -> u8 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0)
}

/// Mean difference of all samples.
pub(in crate::encode) fn mean_difference(a: &[u8], b: &[u8]) -> f64 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>() / a.len() as f64
}

#[test]
fn every_encodable_format_is_written_and_no_other() {
    for format in Format::ALL {
        for layout in [Layout::Gray, Layout::Rgb, Layout::Rgba] {
            for (width, height) in SIZES {
                let picture = picture(layout, width, height);
                let extras = Extras { profile: None, metadata: NO_BLOCKS, loops: 0 };
                let result =
                    encode_still(&picture, extras, format, &Output::default(), &Limits::default());
                if format.is_encodable() {
                    assert_eq!(
                        crate::sniff(&result.unwrap()),
                        Some(format),
                        "{format} {layout:?} {width}x{height}"
                    );
                } else {
                    assert_eq!(result, Err(Error::Unsupported(format)));
                }
            }
        }
    }
}

#[test]
fn the_same_picture_gives_the_same_bytes() {
    let picture = picture(Layout::Rgba, 100, 75);
    for format in Format::ALL.into_iter().filter(|format| format.is_encodable()) {
        assert_eq!(plain(&picture, format), plain(&picture, format), "{format}");
    }
}

#[test]
fn a_side_that_the_format_cannot_express_is_refused_with_its_limit() {
    for (format, longest) in [
        (Format::Webp, 16_383),
        (Format::Jpeg, 65_500),
        (Format::Gif, 65_535),
        (Format::Avif, 32_768),
    ] {
        let extras = Extras { profile: None, metadata: NO_BLOCKS, loops: 0 };
        for (width, height) in [(longest + 1, 1), (1, longest + 1)] {
            let picture = flat(Layout::Gray, width, height, &[7]);
            let result =
                encode_still(&picture, extras, format, &Output::default(), &Limits::default());
            let Err(Error::TooLarge(message)) = result else { panic!("{format}: {result:?}") };
            assert_eq!(
                message,
                format!(
                    "{format} holds at most {longest} pixels a side, the picture has {width}x{height}"
                )
            );
        }
    }
}

#[test]
fn a_thrown_switch_stops_every_encoder() {
    let limits = Limits { cancel: Cancel::default(), ..Limits::default() };
    limits.cancel.cancel();
    let picture = picture(Layout::Rgb, 40, 30);
    let extras = Extras { profile: None, metadata: NO_BLOCKS, loops: 0 };
    let output = Output::default();
    for format in Format::ALL.into_iter().filter(|format| format.is_encodable()) {
        let stopped = encode_still(&picture, extras, format, &output, &limits);
        assert_eq!(stopped, Err(Error::Cancelled), "{format}");
        if format.holds_animation() {
            let mut encoder = animation(format, picture.size, extras, &output, &limits).unwrap();
            assert_eq!(encoder.add(&picture, 10), Err(Error::Cancelled), "{format}");
        }
    }
}

#[test]
fn what_shines_through_is_the_flattening_colour_where_a_format_holds_no_alpha() {
    let red = plan::Color::rgb(255, 0, 0);
    let output = Output { flatten: Some(red), ..quality(100) };
    let mut half = flat(Layout::Rgba, 16, 16, &[0, 0, 255, 0]);
    half.data[3] = 255;
    assert_eq!(super::flatten(&half, red)[..6], [0, 0, 255, 255, 0, 0]);
    let translucent = flat(Layout::Rgba, 1, 1, &[0, 0, 255, 128]);
    assert_eq!(super::flatten(&translucent, red), [127, 0, 128]);

    let bmp = with(&half, Format::Bmp, &output);
    // The last row comes first, blue before red.
    assert_eq!(bmp[bmp.len() - 6..], [0, 0, 255, 0, 0, 255]);
}

#[test]
fn a_profile_for_other_samples_is_left_out() {
    let (gray, color) = (profile(*b"GRAY", 200), profile(*b"RGB ", 200));
    for format in [Format::Jpeg, Format::Tiff, Format::Avif] {
        for (layout, fits, does_not) in
            [(Layout::Gray, &gray, &color), (Layout::Rgb, &color, &gray)]
        {
            let picture = picture(layout, 20, 20);
            let bytes = |profile: &[u8]| with_extras(&picture, format, Some(profile), NO_BLOCKS);
            assert!(contains(&bytes(fits), fits), "{format} {layout:?}");
            assert!(!contains(&bytes(does_not), does_not), "{format} {layout:?}");
        }
    }
    // A WebP has no grey.
    assert!(!contains(
        &with_extras(&picture(Layout::Gray, 20, 20), Format::Webp, Some(&gray), NO_BLOCKS),
        &gray
    ));
}

#[test]
fn tiff_carries_profile_xmp_iptc_and_density() {
    let profile = profile(*b"RGB ", 200);
    let blocks = blocks();
    let bytes = with_extras(&picture(Layout::Rgb, 20, 20), Format::Tiff, Some(&profile), &blocks);
    assert!(contains(&bytes, &profile));
    assert!(contains(&bytes, &blocks.xmp.unwrap()));
    assert!(contains(&bytes, &blocks.iptc.unwrap()));
    let output = Output { density: Some(plan::Density::Dpi(144)), ..Output::default() };
    let bytes = with(&picture(Layout::Rgb, 20, 20), Format::Tiff, &output);
    assert!(contains(&bytes, &[144, 0, 0, 0, 1, 0, 0, 0]));
}
