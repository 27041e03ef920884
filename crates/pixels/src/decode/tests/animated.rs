use gif::{DisposalMethod, Encoder, Frame, Repeat};
use plan::Size;

use super::*;

const RED_INDEX: u8 = 0;
const BLUE_INDEX: u8 = 1;
const CLEAR: u8 = 2;

fn gif(width: u16, height: u16, frames: &[Frame<'static>]) -> Vec<u8> {
    let mut file = Vec::new();
    let palette = [255, 0, 0, 0, 0, 255, 9, 9, 9, 0, 0, 0];
    let mut encoder = Encoder::new(&mut file, width, height, &palette).unwrap();
    encoder.set_repeat(Repeat::Finite(3)).unwrap();
    for frame in frames {
        encoder.write_frame(frame).unwrap();
    }
    drop(encoder);
    file
}

fn frame(left: u16, width: u16, index: u8, dispose: DisposalMethod, delay: u16) -> Frame<'static> {
    Frame {
        left,
        width,
        height: 1,
        dispose,
        delay,
        transparent: Some(CLEAR),
        buffer: vec![index; usize::from(width)].into(),
        ..Frame::default()
    }
}

/// A row of pixels, `r`, `b`, or `.` for clear.
fn rows(decoded: &Decoded) -> Vec<String> {
    let letter = |[r, _, b, a]: [u8; 4]| match (r, b, a) {
        (_, _, 0) => '.',
        (255, _, _) => 'r',
        (_, 255, _) => 'b',
        _ => '?',
    };
    let row =
        |picture: &Picture| (0..picture.size.width).map(|x| letter(pixel(picture, x, 0))).collect();
    decoded.frames.iter().map(|frame| row(&frame.picture)).collect()
}

#[test]
fn frames_are_composed_and_disposed_of() {
    let frames = [
        frame(0, 4, RED_INDEX, DisposalMethod::Keep, 5),
        frame(1, 1, BLUE_INDEX, DisposalMethod::Previous, 0),
        frame(2, 1, BLUE_INDEX, DisposalMethod::Background, 1),
        frame(0, 1, CLEAR, DisposalMethod::Keep, 7),
    ];
    let decoded = read(&gif(4, 1, &frames)).unwrap();
    assert_eq!(rows(&decoded), ["rrrr", "rbrr", "rrbr", "rr.r"]);
    let delays: Vec<_> = decoded.frames.iter().map(|frame| frame.delay_ms).collect();
    assert_eq!(delays, [50, 100, 100, 70]);
    // Repeated three times is played four times.
    assert_eq!(decoded.loops, 4);
}

#[test]
fn only_the_wanted_frame_is_handed_out() {
    let frames = [
        frame(0, 2, RED_INDEX, DisposalMethod::Keep, 5),
        frame(1, 1, BLUE_INDEX, DisposalMethod::Keep, 6),
        frame(0, 1, BLUE_INDEX, DisposalMethod::Keep, 7),
    ];
    let file = gif(2, 1, &frames);
    for (number, expected) in [(1, "rr"), (2, "rb"), (3, "bb"), (9, "bb")] {
        let want = Want { frames: Frames::One(number.try_into().unwrap()), ..WHOLE };
        let decoded = read_with(&file, want, &Limits::default()).unwrap();
        assert_eq!(rows(&decoded), [expected]);
    }
}

#[test]
fn opaque_animations_have_no_alpha() {
    let opaque = Frame { transparent: None, ..frame(0, 2, RED_INDEX, DisposalMethod::Keep, 5) };
    let later = frame(0, 1, CLEAR, DisposalMethod::Keep, 5);
    let decoded = read(&gif(2, 1, &[opaque.clone(), later])).unwrap();
    assert_eq!(decoded.frames[1].picture.layout, Layout::Rgb);
    let hole = frame(0, 1, BLUE_INDEX, DisposalMethod::Background, 5);
    let decoded = read(&gif(2, 1, &[opaque, hole])).unwrap();
    assert_eq!(decoded.frames[0].picture.layout, Layout::Rgba);
}

#[test]
fn frames_larger_and_smaller_than_the_screen() {
    // The first frame enlarges the screen, later ones are cut, a small one leaves the rest clear.
    let decoded = read(&gif(
        2,
        1,
        &[
            frame(1, 3, RED_INDEX, DisposalMethod::Keep, 5),
            frame(3, 60, BLUE_INDEX, DisposalMethod::Keep, 5),
        ],
    ))
    .unwrap();
    assert_eq!(rows(&decoded), [".rrr", ".rrb"]);
}

#[test]
fn interlaced_rows_land_where_they_belong() {
    let buffer: Vec<u8> = (0..10).flat_map(|y| [y % 2; 3]).collect();
    let mut frame = Frame { width: 3, height: 10, buffer: buffer.into(), ..Frame::default() };
    let plain = still(&gif(3, 10, &[frame.clone()]));
    // The encoder writes rows as they are, so they must be put into the order of the passes first.
    let order = (0..10)
        .step_by(8)
        .chain((4..10).step_by(8))
        .chain((2..10).step_by(4))
        .chain((1..10).step_by(2));
    frame.buffer = order.flat_map(|y: u8| [y % 2; 3]).collect::<Vec<_>>().into();
    frame.interlaced = true;
    let interlaced = still(&gif(3, 10, &[frame]));
    assert_eq!(plain.data, interlaced.data);
}

#[test]
fn webp_frames_have_delays_and_loops() {
    let decoded = read(sample!("animated.webp")).unwrap();
    let delays: Vec<_> = decoded.frames.iter().map(|frame| frame.delay_ms).collect();
    assert_eq!(delays, [100, 200]);
    assert_eq!(decoded.loops, 3);
    assert_eq!(pixel(&decoded.frames[0].picture, 4, 4), [255, 0, 0, 255]);
    assert_eq!(pixel(&decoded.frames[1].picture, 4, 4), [0, 0, 255, 255]);
    assert_eq!(decoded.frames[0].picture.size, Size::new(16, 16));
    let want = Want { frames: Frames::One(2.try_into().unwrap()), ..WHOLE };
    let second = read_with(sample!("animated.webp"), want, &Limits::default()).unwrap();
    assert_eq!(second.frames.len(), 1);
    assert_eq!(pixel(&second.frames[0].picture, 4, 4), [0, 0, 255, 255]);
}

#[test]
fn a_cut_animation_is_shown_up_to_its_last_whole_frame() {
    let file = sample!("animated.webp");
    let decoded = read(&file[..file.len() - 4]).unwrap();
    assert_eq!(decoded.frames.len(), 1);
    let frames = [
        frame(0, 2, RED_INDEX, DisposalMethod::Keep, 5),
        frame(0, 2, BLUE_INDEX, DisposalMethod::Keep, 5),
    ];
    let file = gif(2, 1, &frames);
    // Without the trailer, the end of the last frame's data and its first block.
    let decoded = read(&file[..file.len() - 4]).unwrap();
    assert_eq!(decoded.frames.len(), 2);
    assert_eq!(rows(&decoded)[0], "rr");
}
