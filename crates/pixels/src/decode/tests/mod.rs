//! Decoders, looked at through the pixels that they make.

mod animated;
mod damage;
mod limits;
mod png;
mod stills;
mod svg;

use plan::{Format, Frames};

use super::{Want, open};
use crate::{
    Error, Limits,
    picture::{Blocks, Frame, Layout, Picture},
    sniff,
};

/// A file of `tests/it/files`. Those named after formats show quadrants: red, green, blue, white; 32 by 32.
macro_rules! sample {
    ($name:literal) => {
        include_bytes!(concat!("../../../tests/it/files/", $name)).as_slice()
    };
}
use sample;

const WHOLE: Want = Want { frames: Frames::All, scale: 1.0, fine_chroma: true, density: None };

const RED: [u8; 3] = [255, 0, 0];
const GREEN: [u8; 3] = [0, 255, 0];
const BLUE: [u8; 3] = [0, 0, 255];
const WHITE: [u8; 3] = [255; 3];

fn read(bytes: &[u8]) -> Result<Decoded, Error> {
    read_with(bytes, WHOLE, &Limits::default())
}

fn read_with(bytes: &[u8], want: Want, limits: &Limits) -> Result<Decoded, Error> {
    let mut source = open(bytes, sniff(bytes).ok_or(Error::Unrecognized)?, want, limits)?;
    let info = source.info().clone();
    let mut frames = Vec::new();
    while let Some(frame) = source.next_frame()? {
        frames.push(frame);
    }
    Ok(Decoded { frames, loops: info.loops, profile: info.profile, metadata: info.metadata })
}

/// All that a source hands over.
#[derive(Debug)]
struct Decoded {
    frames: Vec<Frame>,
    loops: u32,
    profile: Option<Vec<u8>>,
    metadata: Blocks,
}

/// The one picture of a still.
fn still(bytes: &[u8]) -> Picture {
    let mut frames = read(bytes).unwrap().frames;
    assert_eq!(frames.len(), 1);
    frames.remove(0).picture
}

/// Red, green, blue, alpha of a pixel.
fn pixel(picture: &Picture, x: u32, y: u32) -> [u8; 4] {
    let at = (y * picture.size.width + x) as usize;
    match picture.layout {
        Layout::Gray => {
            let gray = picture.data[at];
            [gray, gray, gray, 255]
        }
        Layout::Rgb => {
            let [r, g, b] = *picture.data[at * 3..].first_chunk().unwrap();
            [r, g, b, 255]
        }
        Layout::Rgba => *picture.data[at * 4..].first_chunk().unwrap(),
    }
}

/// Compares the middles of the four quadrants, in reading order.
fn check_quadrants(picture: &Picture, expected: [[u8; 3]; 4], tolerance: u8) {
    let (width, height) = (picture.size.width, picture.size.height);
    let places = [(1, 1), (3, 1), (1, 3), (3, 3)].map(|(x, y)| (width * x / 4, height * y / 4));
    for ((x, y), expected) in places.into_iter().zip(expected) {
        let [r, g, b, _] = pixel(picture, x, y);
        let near = [r, g, b].iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= tolerance);
        assert!(near, "at {x},{y}: {:?}, expected {expected:?}", [r, g, b]);
    }
}

#[test]
fn formats_without_a_decoder_are_named() {
    let psd = b"8BPS\0\x01";
    assert_eq!(read(psd).unwrap_err(), Error::Unsupported(Format::Psd));
    assert_eq!(read(b"text").unwrap_err(), Error::Unrecognized);
}
