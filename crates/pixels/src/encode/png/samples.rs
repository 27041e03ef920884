//! The smallest kind of sample that holds a picture.

use std::{borrow::Cow, collections::HashMap};

use plan::Size;
use png::{BitDepth, ColorType};

use super::super::quantize;
use crate::{
    Error, Limits,
    picture::{Layout, Picture},
};

/// Pixels as they go into the file, before filtering.
#[derive(Debug, PartialEq)]
pub(super) struct Samples<'a> {
    pub(super) color: ColorType,
    pub(super) depth: BitDepth,
    /// Rows without gaps, each padded to whole bytes.
    pub(super) data: Cow<'a, [u8]>,
    /// Bytes of one row.
    pub(super) stride: usize,
    /// Colours by number, translucent ones first.
    pub(super) palette: Option<Vec<[u8; 4]>>,
}

/// Most colours of a palette.
const MOST_COLORS: usize = 256;

impl<'a> Samples<'a> {
    /// Exactly what is seen: grey stays or becomes grey, an alpha channel that hides nothing goes, and 256 colours or fewer become a
    /// palette where that is smaller. What lies under a fully transparent pixel is cleared, since nobody
    /// sees it and it costs bytes. With a profile, grey and colour stay what they are: it speaks of one of them.
    pub(super) fn smallest(picture: &'a Picture, has_profile: bool) -> Self {
        let is_gray = picture.layout == Layout::Gray;
        let mut traits = Traits::of(picture);
        traits.gray &= is_gray || !has_profile;
        let (color, channels) = match (traits.gray, traits.opaque) {
            (true, true) => (ColorType::Grayscale, 1),
            (true, false) => (ColorType::GrayscaleAlpha, 2),
            (false, true) => (ColorType::Rgb, 3),
            (false, false) => (ColorType::Rgba, 4),
        };
        let plain_bytes = picture.size.pixels() * channels;
        let few = if is_gray && has_profile { None } else { few_colors(picture, plain_bytes) };
        if let Some((palette, numbers)) = few {
            return Self::indexed(&palette, &numbers, picture.size);
        }
        Self::plain(picture, color)
    }

    /// Grey, colour and transparency as the picture has them.
    pub(super) fn kept(picture: &'a Picture) -> Self {
        let color = match picture.layout {
            Layout::Gray => ColorType::Grayscale,
            Layout::Rgb => ColorType::Rgb,
            Layout::Rgba => ColorType::Rgba,
        };
        Self::plain(picture, color)
    }

    fn plain(picture: &'a Picture, color: ColorType) -> Self {
        Self {
            color,
            depth: BitDepth::Eight,
            data: convert(picture, color),
            stride: picture.size.width as usize * color.samples(),
            palette: None,
        }
    }

    /// At most 256 colours: exactly those of the picture, or those that come nearest, dithered.
    pub(super) fn reduced(picture: &Picture, limits: &Limits) -> Result<Samples<'static>, Error> {
        if let Some((palette, numbers)) = few_colors(picture, u64::MAX) {
            return Ok(Samples::indexed(&palette, &numbers, picture.size));
        }
        let reduced = quantize::quantize(picture, MOST_COLORS, &limits.cancel)?;
        Ok(Samples::indexed(&reduced.palette, &reduced.numbers, picture.size))
    }

    /// Numbers packed as tightly as the palette allows, translucent colours moved to its front.
    fn indexed(palette: &[[u8; 4]], numbers: &[u8], size: Size) -> Samples<'static> {
        let mut order: Vec<usize> = (0..palette.len()).collect();
        order.sort_by_key(|&number| palette[number][3] == 255);
        let mut renumber = [0; MOST_COLORS];
        for (new, &old) in order.iter().enumerate() {
            renumber[old] = new as u8;
        }
        let depth = depth_for(palette.len());
        let per_byte = 8 / depth as usize;
        let width = size.width as usize;
        let data: Vec<u8> = numbers
            .chunks_exact(width)
            .flat_map(|row| row.chunks(per_byte))
            .map(|packed| {
                let bits = packed.iter().fold(0_u16, |bits, &number| {
                    bits << (depth as u16) | u16::from(renumber[usize::from(number)])
                });
                // The leftmost pixel takes the highest bits, also in a byte that is not full.
                (bits << (depth as usize * (per_byte - packed.len()))) as u8
            })
            .collect();
        Samples {
            color: ColorType::Indexed,
            depth,
            data: Cow::Owned(data),
            stride: width.div_ceil(per_byte),
            palette: Some(order.into_iter().map(|number| palette[number]).collect()),
        }
    }

    /// Bytes of one pixel; 0 for a palette.
    pub(super) fn bytes_per_pixel(&self) -> usize {
        if self.palette.is_some() { 0 } else { self.color.samples() }
    }
}

const fn depth_for(colors: usize) -> BitDepth {
    match colors {
        0..=2 => BitDepth::One,
        3..=4 => BitDepth::Two,
        5..=16 => BitDepth::Four,
        _ => BitDepth::Eight,
    }
}

/// What the pixels have in common.
struct Traits {
    gray: bool,
    opaque: bool,
}

impl Traits {
    fn of(picture: &Picture) -> Self {
        // In blocks, so that a colourful picture is known as such after its first rows and the rest of the
        // question is vector code: any bit in which two channels differ stays.
        let gray = match picture.layout {
            Layout::Gray => true,
            Layout::Rgb => picture.data.chunks(3 * 1024).all(|block| {
                let pixels = block.as_chunks::<3>().0.iter();
                pixels.fold(0, |odd, [r, g, b]| odd | (r ^ g) | (g ^ b)) == 0
            }),
            Layout::Rgba => picture.data.chunks(4 * 1024).all(|block| {
                let pixels = block.as_chunks::<4>().0.iter();
                pixels
                    .fold(0, |odd, [r, g, b, a]| odd | if *a == 0 { 0 } else { (r ^ g) | (g ^ b) })
                    == 0
            }),
        };
        Self { gray, opaque: !crate::encode::is_translucent(picture) }
    }
}

/// The colours and their numbers, if there are at most 256 and a file with them is smaller than one
/// of `plain_bytes` before compression.
fn few_colors(picture: &Picture, plain_bytes: u64) -> Option<(Vec<[u8; 4]>, Vec<u8>)> {
    let pixels = picture.size.pixels();
    // Most pictures end here: their first pixels have more colours than a palette.
    let mut known: HashMap<[u8; 4], u8> = HashMap::new();
    let mut palette = Vec::new();
    let mut numbers = Vec::new();
    let mut last = ([0; 4], 0);
    for color in colors(picture) {
        let number = if !numbers.is_empty() && last.0 == color {
            last.1
        } else if let Some(&number) = known.get(&color) {
            number
        } else {
            let number = u8::try_from(palette.len()).ok()?;
            known.insert(color, number);
            palette.push(color);
            number
        };
        last = (color, number);
        numbers.push(number);
    }
    let bits = depth_for(palette.len()) as u64;
    // A chunk for the colours and perhaps one for their alpha, twelve bytes around each.
    let palette_bytes = palette.len() as u64 * 4 + 24;
    (pixels * bits / 8 + palette_bytes < plain_bytes).then_some((palette, numbers))
}

/// Every pixel as RGBA, cleared where it is fully transparent.
fn colors(picture: &Picture) -> impl Iterator<Item = [u8; 4]> {
    let layout = picture.layout;
    picture.data.chunks_exact(layout.channels()).map(move |pixel| match layout {
        Layout::Gray => [pixel[0], pixel[0], pixel[0], 255],
        Layout::Rgb => [pixel[0], pixel[1], pixel[2], 255],
        Layout::Rgba if pixel[3] == 0 => [0; 4],
        Layout::Rgba => [pixel[0], pixel[1], pixel[2], pixel[3]],
    })
}

/// The pixels as `color`, which holds them exactly.
fn convert(picture: &Picture, color: ColorType) -> Cow<'_, [u8]> {
    let channels = picture.layout.channels();
    let pixels = picture.data.chunks_exact(channels);
    match (picture.layout, color) {
        (Layout::Gray, _) | (Layout::Rgb, ColorType::Rgb) => Cow::Borrowed(&picture.data),
        (_, ColorType::Grayscale) => pixels.map(|pixel| pixel[0]).collect(),
        (_, ColorType::GrayscaleAlpha) => pixels
            .flat_map(|pixel| if pixel[3] == 0 { [0; 2] } else { [pixel[0], pixel[3]] })
            .collect(),
        (_, ColorType::Rgb) => pixels.flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect(),
        _ => {
            let mut data = picture.data.clone();
            for pixel in data.as_chunks_mut::<4>().0 {
                // A mask instead of a branch: outlines alternate too often to be predicted.
                let mask = if pixel[3] == 0 { 0 } else { u32::MAX };
                *pixel = (u32::from_ne_bytes(*pixel) & mask).to_ne_bytes();
            }
            Cow::Owned(data)
        }
    }
}
