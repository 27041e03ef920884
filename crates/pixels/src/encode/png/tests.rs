//! PNG against the `png` crate's decoder.

use std::io::Cursor;

use plan::{Density, Format, Output};
use png::{BitDepth, ColorType, Decoder, Transformations};

use super::{BY_ROW_FROM_BYTES, Coder, choose, encode, samples::Samples};
use crate::{
    Limits,
    encode::{
        Extras, Still, quantize,
        tests::{
            NO_BLOCKS, SIZES, blocks, flat, mean_difference, picture, plain, profile, with,
            with_extras,
        },
    },
    picture::{Blocks, Layout, Picture},
};

fn header(bytes: &[u8]) -> (ColorType, BitDepth) {
    let reader = Decoder::new(Cursor::new(bytes)).read_info().unwrap();
    (reader.info().color_type, reader.info().bit_depth)
}

/// The pixels as RGBA, whatever the file holds.
fn rgba(bytes: &[u8]) -> Vec<u8> {
    let mut decoder = Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(Transformations::EXPAND | Transformations::ALPHA);
    let mut reader = decoder.read_info().unwrap();
    let mut data = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut data).unwrap();
    data.truncate(info.buffer_size());
    match info.color_type {
        ColorType::Rgba => data,
        ColorType::GrayscaleAlpha => data
            .chunks_exact(2)
            .flat_map(|pixel| [pixel[0], pixel[0], pixel[0], pixel[1]])
            .collect(),
        other => panic!("{other:?}"),
    }
}

/// What a lossless file must show: the picture, cleared where it is fully transparent.
fn shown(picture: &Picture) -> Vec<u8> {
    quantize::rgba(picture).as_flattened().to_vec()
}

#[test]
fn samples_stay_what_they_are_where_that_is_asked_for() {
    let kept = Output { keep_samples: true, ..Output::default() };
    for (layout, color) in [
        (Layout::Gray, ColorType::Grayscale),
        (Layout::Rgb, ColorType::Rgb),
        (Layout::Rgba, ColorType::Rgba),
    ] {
        // Grey, opaque, and of one colour only.
        let picture = flat(layout, 20, 10, &[255; 4][..layout.channels()]);
        let file = with(&picture, Format::Png, &kept);
        assert_eq!(header(&file), (color, BitDepth::Eight));
        assert_eq!(rgba(&file), shown(&picture));
    }
    let reduced = Output { palette: true, ..kept };
    let picture = flat(Layout::Rgb, 20, 10, &[255, 0, 0]);
    assert_eq!(header(&with(&picture, Format::Png, &reduced)).0, ColorType::Indexed);
}

/// No two neighbours alike, more than 256 colours.
fn noise(layout: Layout, width: u32, height: u32) -> Picture {
    let mut state = 1_u32;
    let mut picture = flat(layout, width, height, &[0; 4][..layout.channels()]);
    for sample in &mut picture.data {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *sample = (state >> 24) as u8;
    }
    picture
}

#[test]
fn every_layout_and_size_is_lossless() {
    for layout in [Layout::Gray, Layout::Rgb, Layout::Rgba] {
        for (width, height) in SIZES.into_iter().chain([(300, 200)]) {
            for picture in [picture(layout, width, height), noise(layout, width, height)] {
                assert_eq!(
                    rgba(&plain(&picture, Format::Png)),
                    shown(&picture),
                    "{layout:?} {width}x{height}"
                );
            }
        }
    }
}

#[test]
fn samples_are_no_wider_than_the_picture_needs() {
    let gray_in_rgb = {
        let gray = noise(Layout::Gray, 64, 64);
        Picture {
            layout: Layout::Rgb,
            data: gray.data.iter().flat_map(|&v| [v; 3]).collect(),
            ..gray
        }
    };
    let gray_in_rgba = {
        let noise = noise(Layout::Rgb, 64, 64);
        let data = noise
            .data
            .chunks(3)
            .flat_map(|pixel| [pixel[0], pixel[0], pixel[0], pixel[1]])
            .collect();
        Picture { layout: Layout::Rgba, data, ..noise }
    };
    let opaque_rgba = {
        let noise = noise(Layout::Rgb, 64, 64);
        let data =
            noise.data.chunks(3).flat_map(|pixel| [pixel[0], pixel[1], pixel[2], 255]).collect();
        Picture { layout: Layout::Rgba, data, ..noise }
    };
    for (picture, color) in [
        (noise(Layout::Gray, 64, 64), ColorType::Grayscale),
        (gray_in_rgb, ColorType::Grayscale),
        (gray_in_rgba, ColorType::GrayscaleAlpha),
        (opaque_rgba, ColorType::Rgb),
        (noise(Layout::Rgba, 64, 64), ColorType::Rgba),
    ] {
        let bytes = plain(&picture, Format::Png);
        assert_eq!(header(&bytes), (color, BitDepth::Eight));
        assert_eq!(rgba(&bytes), shown(&picture));
    }
}

#[test]
fn few_colours_become_a_palette_of_as_few_bits() {
    for (colors, depth) in [
        (2, BitDepth::One),
        (3, BitDepth::Two),
        (4, BitDepth::Two),
        (5, BitDepth::Four),
        (16, BitDepth::Four),
        (17, BitDepth::Eight),
        (256, BitDepth::Eight),
    ] {
        // An odd width, so that the last byte of a row is not full.
        let mut picture = flat(Layout::Rgba, 67, 61, &[0; 4]);
        for (index, pixel) in picture.data.chunks_exact_mut(4).enumerate() {
            let color = (index % colors) as u8;
            pixel.copy_from_slice(&[
                color,
                255 - color,
                7,
                if color.is_multiple_of(3) { 128 } else { 255 },
            ]);
        }
        let bytes = plain(&picture, Format::Png);
        assert_eq!(header(&bytes), (ColorType::Indexed, depth), "{colors}");
        assert_eq!(rgba(&bytes), shown(&picture), "{colors}");
    }
    let many = noise(Layout::Rgb, 64, 64);
    assert_eq!(header(&plain(&many, Format::Png)).0, ColorType::Rgb);
}

#[test]
fn opaque_colours_take_no_room_in_the_transparency_of_a_palette() {
    let mut picture = flat(Layout::Rgba, 40, 40, &[200, 100, 50, 255]);
    picture.data[3] = 0;
    let bytes = plain(&picture, Format::Png);
    let reader = Decoder::new(Cursor::new(&bytes)).read_info().unwrap();
    assert_eq!(reader.info().trns.as_deref(), Some(&[0][..]));
}

#[test]
fn a_reduced_picture_has_256_colours_and_looks_the_same() {
    for layout in [Layout::Rgb, Layout::Rgba] {
        let picture = picture(layout, 300, 200);
        let output = Output { palette: true, ..Output::default() };
        let bytes = with(&picture, Format::Png, &output);
        assert_eq!(header(&bytes), (ColorType::Indexed, BitDepth::Eight));
        let reader = Decoder::new(Cursor::new(&bytes)).read_info().unwrap();
        let colors = reader.info().palette.as_ref().unwrap().len() / 3;
        assert!((200..=256).contains(&colors), "{colors}");
        // Alpha is compared by itself, colour by what it adds to white.
        let on_white = |pixels: &[u8]| -> Vec<u8> {
            let over = |value: u8, alpha: u8| (u32::from(value) * u32::from(alpha) / 255) as u8;
            pixels
                .chunks(4)
                .flat_map(|p| [over(p[0], p[3]), over(p[1], p[3]), over(p[2], p[3]), p[3]])
                .collect()
        };
        let difference = mean_difference(&on_white(&rgba(&bytes)), &on_white(&shown(&picture)));
        assert!(difference < 4.0, "{layout:?} {difference}");
        assert!(bytes.len() < plain(&noise(layout, 300, 200), Format::Png).len());
    }
}

#[test]
fn a_reduced_picture_of_few_colours_loses_nothing() {
    let picture = flat(Layout::Rgba, 9, 9, &[10, 20, 30, 40]);
    let output = Output { palette: true, ..Output::default() };
    assert_eq!(rgba(&with(&picture, Format::Png, &output)), picture.data);
}

#[test]
fn all_coders_are_lossless_and_each_is_chosen_for_its_kind() {
    // Sixty-four strokes of ten wild pixels each, in no order.
    let drawing = {
        let strokes = noise(Layout::Rgb, 10, 64);
        let order = noise(Layout::Gray, 40, 300);
        let strokes: Vec<&[u8]> = strokes.data.chunks_exact(30).collect();
        let data = order
            .data
            .iter()
            .flat_map(|&number| strokes[usize::from(number) % 64])
            .copied()
            .collect();
        Picture { data, ..flat(Layout::Rgb, 400, 300, &[0; 3]) }
    };
    let photograph = {
        let mut picture = picture(Layout::Rgb, 400, 300);
        let noise = noise(Layout::Rgb, 400, 300);
        for (sample, noise) in picture.data.iter_mut().zip(noise.data) {
            *sample = sample.saturating_add(noise % 8);
        }
        picture
    };
    for (picture, coder) in [(&drawing, Coder::PlainDeflate), (&photograph, Coder::AdaptiveFast)] {
        assert_eq!(choose(&Samples::smallest(picture, false)).unwrap(), coder);
        assert_eq!(rgba(&plain(picture, Format::Png)), shown(picture));
    }
}

#[test]
fn a_picture_too_large_for_one_piece_is_written_by_row() {
    let picture = noise(Layout::Rgb, 5000, 4500);
    assert!(picture.data.len() >= BY_ROW_FROM_BYTES);
    let limits = Limits::default();
    let still = Still {
        picture: &picture,
        extras: Extras { profile: None, metadata: NO_BLOCKS, loops: 0 },
        density: None,
        output: &Output::default(),
        limits: &limits,
    };
    let bytes = encode(&still).unwrap();
    assert!(
        rgba(&bytes).chunks(4).zip(picture.data.chunks(3)).all(|(rgba, rgb)| rgba[..3] == *rgb)
    );
}

#[test]
fn profile_exif_xmp_and_density_are_read_back() {
    let profile = profile(*b"RGB ", 3000);
    let blocks = blocks();
    let picture = picture(Layout::Rgb, 50, 50);
    let bytes = with_extras(&picture, Format::Png, Some(&profile), &blocks);
    let reader = Decoder::new(Cursor::new(&bytes)).read_info().unwrap();
    let info = reader.info();
    assert_eq!(info.icc_profile.as_deref(), Some(&profile[..]));
    assert_eq!(info.exif_metadata.as_deref(), blocks.exif.as_deref());
    assert_eq!(info.utf8_text[0].keyword, "XML:com.adobe.xmp");
    assert_eq!(info.utf8_text[0].get_text().unwrap().as_bytes(), blocks.xmp.unwrap());

    let output = Output { density: Some(Density::Dpi(300)), ..Output::default() };
    let bytes = with(&picture, Format::Png, &output);
    let reader = Decoder::new(Cursor::new(&bytes)).read_info().unwrap();
    assert_eq!(reader.info().pixel_dims.unwrap().xppu, 11_811);
}

#[test]
fn a_profile_keeps_colour_colour_and_grey_grey() {
    let gray = Picture { layout: Layout::Rgb, ..flat(Layout::Rgb, 50, 50, &[9, 9, 9]) };
    let rgb = profile(*b"RGB ", 200);
    assert!(matches!(
        header(&with_extras(&gray, Format::Png, Some(&rgb), &Blocks::default())).0,
        ColorType::Rgb | ColorType::Indexed
    ));
    let gray = flat(Layout::Gray, 50, 50, &[9]);
    let space = profile(*b"GRAY", 200);
    let bytes = with_extras(&gray, Format::Png, Some(&space), &Blocks::default());
    assert_eq!(header(&bytes).0, ColorType::Grayscale);
}
