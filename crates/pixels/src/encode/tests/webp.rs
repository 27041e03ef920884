//! WebP against libwebp's decoder.

use std::slice;

use libwebp_sys as ffi;
use plan::{Format, Output};

use super::{
    SIZES, blocks, farthest, flat, mean_difference, picture, plain, profile, quality, with,
    with_extras,
};
use crate::{
    encode::quantize::rgba,
    picture::{Blocks, Layout},
};

fn decode(bytes: &[u8]) -> (u32, u32, Vec<u8>) {
    let (mut width, mut height) = (0, 0);
    // SAFETY: the bytes are readable; the answer is null or holds width * height * 4 bytes until it is freed.
    unsafe {
        let pixels =
            ffi::WebPDecodeRGBA(bytes.as_ptr(), bytes.len(), &raw mut width, &raw mut height);
        assert!(!pixels.is_null());
        let copy = slice::from_raw_parts(pixels, (width * height * 4) as usize).to_vec();
        ffi::WebPFree(pixels.cast());
        (width as u32, height as u32, copy)
    }
}

/// Chunk names in order.
fn chunks(bytes: &[u8]) -> Vec<String> {
    assert_eq!(bytes[..4], *b"RIFF");
    assert_eq!(u32::from_le_bytes(bytes[4..8].try_into().unwrap()) as usize, bytes.len() - 8);
    let (mut names, mut at) = (Vec::new(), 12);
    while at < bytes.len() {
        names.push(String::from_utf8(bytes[at..at + 4].to_vec()).unwrap());
        let length = u32::from_le_bytes(bytes[at + 4..at + 8].try_into().unwrap()) as usize;
        at += 8 + length.next_multiple_of(2);
    }
    assert_eq!(at, bytes.len());
    names
}

#[test]
fn lossy_is_near_at_every_size() {
    for layout in [Layout::Gray, Layout::Rgb, Layout::Rgba] {
        for (width, height) in SIZES {
            // Ramps over a few pixels are nothing that halved chroma could hold.
            let picture = if width * height < 200 {
                flat(layout, width, height, &[90, 120, 200, 100][..layout.channels()])
            } else {
                picture(layout, width, height)
            };
            let (got_width, got_height, pixels) =
                decode(&with(&picture, Format::Webp, &quality(95)));
            assert_eq!((got_width, got_height), (width, height));
            // Colour where it is seen; alpha everywhere.
            let seen = |pixels: &[u8]| -> Vec<u8> {
                let over = |value: u8, alpha: u8| (u32::from(value) * u32::from(alpha) / 255) as u8;
                pixels
                    .chunks(4)
                    .flat_map(|p| [over(p[0], p[3]), over(p[1], p[3]), over(p[2], p[3]), p[3]])
                    .collect()
            };
            let difference = mean_difference(&seen(&pixels), &seen(rgba(&picture).as_flattened()));
            assert!(difference < 5.0, "{layout:?} {width}x{height}: {difference}");
        }
    }
}

#[test]
fn lossless_is_exact() {
    let output = Output { lossless: true, ..Output::default() };
    for layout in [Layout::Gray, Layout::Rgb, Layout::Rgba] {
        for (width, height) in SIZES {
            let picture = picture(layout, width, height);
            let (_, _, pixels) = decode(&with(&picture, Format::Webp, &output));
            let pixels: Vec<[u8; 4]> = pixels
                .chunks(4)
                .map(|p| if p[3] == 0 { [0; 4] } else { [p[0], p[1], p[2], p[3]] })
                .collect();
            assert_eq!(pixels, rgba(&picture), "{layout:?} {width}x{height}");
        }
    }
}

#[test]
fn alpha_is_kept_to_the_bit() {
    let picture = picture(Layout::Rgba, 256, 32);
    let (_, _, pixels) = decode(&with(&picture, Format::Webp, &quality(20)));
    let alpha = |pixels: &[u8]| pixels.iter().skip(3).step_by(4).copied().collect::<Vec<_>>();
    assert_eq!(farthest(&alpha(&pixels), &alpha(&picture.data)), 0);
}

#[test]
fn an_alpha_channel_that_hides_nothing_is_not_written() {
    assert_eq!(
        chunks(&plain(&flat(Layout::Rgba, 20, 20, &[1, 2, 3, 255]), Format::Webp)),
        ["VP8 "]
    );
}

#[test]
fn profile_and_metadata_surround_the_picture() {
    let profile = profile(*b"RGB ", 201);
    let blocks = blocks();
    let lossless = Output { lossless: true, ..Output::default() };
    for (layout, output) in [
        (Layout::Rgb, Output::default()),
        (Layout::Rgba, Output::default()),
        (Layout::Rgb, lossless.clone()),
        (Layout::Rgba, lossless),
    ] {
        let picture = picture(layout, 21, 33);
        let extras = crate::encode::Extras { profile: Some(&profile), metadata: &blocks, loops: 0 };
        let bytes = crate::encode::encode_still(
            &picture,
            extras,
            Format::Webp,
            &output,
            &crate::Limits::default(),
        )
        .unwrap();
        let names = chunks(&bytes);
        assert_eq!(names[..2], ["VP8X", "ICCP"]);
        assert_eq!(names[names.len() - 2..], ["EXIF", "XMP "]);
        let alpha = if layout == Layout::Rgba { 0x10 } else { 0 };
        assert_eq!(bytes[20], 0x2c | alpha, "{layout:?} {output:?}");
        assert_eq!(bytes[24..30], [20, 0, 0, 32, 0, 0]);
        assert_eq!(bytes[38..38 + 201], profile);
        // And it still decodes.
        assert_eq!(decode(&bytes).0, 21);
    }
    let bare = with_extras(&picture(Layout::Rgb, 21, 33), Format::Webp, None, &Blocks::default());
    assert_eq!(chunks(&bare), ["VP8 "]);
}
