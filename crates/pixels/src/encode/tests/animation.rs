//! Animations against the `gif` crate and libwebp's animation decoder.

use std::{mem::MaybeUninit, slice};

use libwebp_sys as ffi;
use plan::{Format, Output, Size};

use super::{
    Extras, NO_BLOCKS, blocks, farthest, flat, mean_difference, picture, profile, quality,
};
use crate::{
    Limits,
    encode::{animation, quantize::rgba},
    picture::{Layout, Picture},
};

/// What a player shows: canvas and how long, in milliseconds.
type Shown = Vec<(Vec<u8>, u32)>;

fn encode(format: Format, frames: &[(Picture, u32)], plays: u32, output: &Output) -> Vec<u8> {
    let extras = Extras { profile: None, metadata: NO_BLOCKS, loops: plays };
    let mut encoder =
        animation(format, frames[0].0.size, extras, output, &Limits::default()).unwrap();
    for (picture, delay_ms) in frames {
        encoder.add(picture, *delay_ms).unwrap();
    }
    encoder.finish().unwrap()
}

/// Plays a GIF by the rules of its specification. Second: repetitions after the first showing, if it says so.
fn play_gif(bytes: &[u8]) -> (Shown, Option<gif::Repeat>) {
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    let mut decoder = options.read_info(bytes).unwrap();
    let (width, height) = (usize::from(decoder.width()), usize::from(decoder.height()));
    let mut canvas = vec![0; width * height * 4];
    let mut shown = Vec::new();
    while let Some(frame) = decoder.read_next_frame().unwrap() {
        let left = usize::from(frame.left) * 4;
        let row_bytes = usize::from(frame.width) * 4;
        for (row, pixels) in frame.buffer.chunks_exact(row_bytes).enumerate() {
            let at = (usize::from(frame.top) + row) * width * 4 + left;
            for (to, from) in
                canvas[at..at + row_bytes].chunks_exact_mut(4).zip(pixels.chunks_exact(4))
            {
                if from[3] != 0 {
                    to.copy_from_slice(from);
                }
            }
        }
        shown.push((canvas.clone(), u32::from(frame.delay) * 10));
        if frame.dispose == gif::DisposalMethod::Background {
            for row in 0..usize::from(frame.height) {
                let at = (usize::from(frame.top) + row) * width * 4 + left;
                canvas[at..at + row_bytes].fill(0);
            }
        }
    }
    let repeat = bytes.windows(11).any(|window| window == b"NETSCAPE2.0").then(|| decoder.repeat());
    (shown, repeat)
}

/// Plays a WebP. Second: how often it plays.
fn play_webp(bytes: &[u8]) -> (Shown, u32) {
    let data = ffi::WebPData { bytes: bytes.as_ptr(), size: bytes.len() };
    let mut shown = Vec::new();
    // SAFETY: the data outlives the decoder; a canvas holds width * height * 4 bytes and is copied before the next call.
    unsafe {
        let mut options = MaybeUninit::<ffi::WebPAnimDecoderOptions>::zeroed();
        ffi::WebPAnimDecoderOptionsInit(options.as_mut_ptr());
        let decoder = ffi::WebPAnimDecoderNew(&raw const data, options.as_ptr());
        assert!(!decoder.is_null());
        let mut info = MaybeUninit::<ffi::WebPAnimInfo>::zeroed();
        ffi::WebPAnimDecoderGetInfo(decoder, info.as_mut_ptr());
        let info = info.assume_init();
        let mut before = 0;
        while ffi::WebPAnimDecoderHasMoreFrames(decoder) != 0 {
            let (mut canvas, mut until) = (std::ptr::null_mut(), 0);
            assert_ne!(ffi::WebPAnimDecoderGetNext(decoder, &raw mut canvas, &raw mut until), 0);
            let length = (info.canvas_width * info.canvas_height * 4) as usize;
            shown.push((slice::from_raw_parts(canvas, length).to_vec(), (until - before) as u32));
            before = until;
        }
        ffi::WebPAnimDecoderDelete(decoder);
        (shown, info.loop_count)
    }
}

/// A square that moves over a picture at rest.
fn moving(count: u32) -> Vec<(Picture, u32)> {
    (0..count)
        .map(|index| {
            let mut picture = picture(Layout::Rgb, 61, 40);
            for y in 10..20 {
                for x in 0..10 {
                    let at = ((y * 61 + x + index * 4) * 3) as usize;
                    picture.data[at..at + 3].copy_from_slice(&[255, 255, 0]);
                }
            }
            (picture, 40 + index * 10)
        })
        .collect()
}

#[test]
fn a_gif_shows_every_frame_for_as_long_as_asked() {
    let frames = moving(8);
    let (shown, _) = play_gif(&encode(Format::Gif, &frames, 0, &Output::default()));
    assert_eq!(shown.len(), 8);
    for ((canvas, delay), (picture, asked)) in shown.iter().zip(&frames) {
        assert_eq!(delay, asked);
        let difference = mean_difference(canvas, rgba(picture).as_flattened());
        assert!(difference < 3.0, "{difference}");
    }
}

#[test]
fn a_gif_counts_repetitions_after_the_first_showing() {
    let frames = moving(2);
    for (plays, expected) in [
        (0, Some(gif::Repeat::Infinite)),
        (1, None),
        (2, Some(gif::Repeat::Finite(1))),
        (5, Some(gif::Repeat::Finite(4))),
    ] {
        assert_eq!(
            play_gif(&encode(Format::Gif, &frames, plays, &Output::default())).1,
            expected,
            "{plays}"
        );
    }
}

#[test]
fn delays_that_a_gif_cannot_express_add_up_to_the_right_length() {
    let frames: Vec<_> = moving(9).into_iter().map(|(picture, _)| (picture, 33)).collect();
    let (shown, _) = play_gif(&encode(Format::Gif, &frames, 0, &Output::default()));
    let total: u32 = shown.iter().map(|frame| frame.1).sum();
    assert!(total.abs_diff(9 * 33) <= 5, "{total}");
    assert!(shown.iter().all(|frame| (30..=40).contains(&frame.1)));
}

#[test]
fn a_gif_holds_only_what_changed() {
    let frames = moving(20);
    let bytes = encode(Format::Gif, &frames, 0, &Output::default());
    let first = encode(Format::Gif, &frames[..1], 0, &Output::default());
    // Nineteen steps of a small square against a picture with dithering.
    assert!(bytes.len() < first.len() * 2, "{} against {}", bytes.len(), first.len());
}

#[test]
fn equal_frames_of_a_gif_stay_frames() {
    let frame = picture(Layout::Rgb, 30, 20);
    let frames = vec![(frame.clone(), 100), (frame.clone(), 200), (frame, 300)];
    let (shown, _) = play_gif(&encode(Format::Gif, &frames, 0, &Output::default()));
    assert_eq!(shown.iter().map(|frame| frame.1).collect::<Vec<_>>(), [100, 200, 300]);
    assert_eq!(shown[0].0, shown[2].0);
}

#[test]
fn what_becomes_transparent_is_cleared() {
    let red = flat(Layout::Rgba, 12, 8, &[255, 0, 0, 255]);
    let clear = flat(Layout::Rgba, 12, 8, &[0, 0, 0, 0]);
    let mut hole = red.clone();
    hole.data[..4 * 12 * 4].fill(0);
    let mut other_half = red.clone();
    other_half.data[4 * 12 * 4..].fill(0);
    let frames: Vec<_> = [red, hole.clone(), other_half, clear, hole]
        .into_iter()
        .map(|picture| (picture, 50))
        .collect();
    let (shown, _) = play_gif(&encode(Format::Gif, &frames, 0, &Output::default()));
    for (index, ((canvas, _), (picture, _))) in shown.iter().zip(&frames).enumerate() {
        assert_eq!(canvas, rgba(picture).as_flattened(), "frame {index}");
    }
    let lossless = Output { lossless: true, ..Output::default() };
    let (shown, _) = play_webp(&encode(Format::Webp, &frames, 0, &lossless));
    for (index, ((canvas, _), (picture, _))) in shown.iter().zip(&frames).enumerate() {
        assert_eq!(canvas, rgba(picture).as_flattened(), "frame {index}");
    }
}

#[test]
fn alpha_is_all_or_nothing_in_a_gif() {
    let frames = [(picture(Layout::Rgba, 64, 16), 0)];
    let (shown, repeat) = play_gif(&encode(Format::Gif, &frames, 1, &Output::default()));
    assert_eq!(repeat, None);
    for (got, want) in shown[0].0.chunks(4).zip(frames[0].0.data.chunks(4)) {
        assert_eq!(got[3], if want[3] < 128 { 0 } else { 255 });
    }
}

#[test]
fn scenes_of_a_gif_have_palettes_of_their_own() {
    let scenes = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 0, 0]];
    let frames: Vec<_> =
        scenes.iter().map(|color| (flat(Layout::Rgb, 20, 20, color), 100)).collect();
    let (shown, _) = play_gif(&encode(Format::Gif, &frames, 0, &Output::default()));
    for ((canvas, _), (picture, _)) in shown.iter().zip(&frames) {
        assert!(farthest(canvas, rgba(picture).as_flattened()) <= 2);
    }
}

#[test]
fn a_webp_shows_every_frame_for_as_long_as_asked_and_as_often() {
    let frames = moving(8);
    for (plays, output) in [(0, quality(90)), (3, Output { lossless: true, ..Output::default() })] {
        let (shown, got_plays) = play_webp(&encode(Format::Webp, &frames, plays, &output));
        assert_eq!((shown.len(), got_plays), (8, plays));
        for ((canvas, delay), (picture, asked)) in shown.iter().zip(&frames) {
            assert_eq!(delay, asked);
            let difference = mean_difference(canvas, rgba(picture).as_flattened());
            assert!(difference < if output.lossless { 0.01 } else { 6.0 }, "{difference}");
        }
    }
}

#[test]
fn an_animated_webp_carries_profile_and_metadata() {
    let profile = profile(*b"RGB ", 200);
    let blocks = blocks();
    let extras = Extras { profile: Some(&profile), metadata: &blocks, loops: 2 };
    let output = Output::default();
    let mut encoder =
        animation(Format::Webp, Size::new(61, 40), extras, &output, &Limits::default()).unwrap();
    for (picture, delay_ms) in moving(3) {
        encoder.add(&picture, delay_ms).unwrap();
    }
    let bytes = encoder.finish().unwrap();
    assert!(super::contains(&bytes, &profile));
    assert!(super::contains(&bytes, &blocks.exif.unwrap()));
    assert_eq!(bytes[20] & 0x2e, 0x2e);
    let (shown, plays) = play_webp(&bytes);
    assert_eq!((shown.len(), plays), (3, 2));
}

#[test]
fn formats_without_animation_have_no_encoder_for_one() {
    let extras = Extras { profile: None, metadata: NO_BLOCKS, loops: 0 };
    for format in Format::ALL {
        let made =
            animation(format, Size::new(4, 4), extras, &Output::default(), &Limits::default());
        assert_eq!(made.is_ok(), format.holds_animation(), "{format}");
    }
}
