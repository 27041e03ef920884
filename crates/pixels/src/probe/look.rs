//! What a picture looks like, from a small copy of it.
//!
//! The copy is made while rows are decoded, so a large picture is never in memory as a whole. Colours are
//! taken as stored, without its profile: fingerprints and placeholders need no exact colour.

use plan::{Color, Format, Size, probe::Look};

use super::phash;
use crate::{
    Error, Limits,
    color::dominant::Histogram,
    decode::{self, Want},
    picture::Layout,
};

/// Longest side of the small copy, about: a decoder that can scale does not go below it, and blocks are whole pixels.
pub(super) const SIDE: u32 = 128;

/// Decodes all of the picture, and looks at it. Damage that a viewer would be shown is an error here.
pub(super) fn read(
    bytes: &[u8],
    format: Format,
    want: Want,
    limits: &Limits,
) -> Result<Look, Error> {
    let small = reduced(bytes, format, want, limits)?;
    Ok(Look { phash: phash::of(&small), thumbhash: thumbhash(&small), dominant: dominant(&small) })
}

/// A small picture, straight alpha.
#[derive(Debug, Clone)]
pub(super) struct Small {
    pub(super) size: Size,
    pub(super) rgba: Vec<[u8; 4]>,
}

fn reduced(bytes: &[u8], format: Format, want: Want, limits: &Limits) -> Result<Small, Error> {
    let refused = |reason: &str| Error::Damaged { format, reason: reason.to_owned() };
    if let Some(mut rows) = decode::open_rows(bytes, format, want, limits)? {
        /// Rows fetched in one go.
        const BATCH: usize = 64;
        let (size, layout) = (rows.size(), rows.layout());
        let mut blocks = Blocks::new(size, layout);
        let stride = size.width as usize * layout.channels();
        let mut batch = vec![0; stride * BATCH.min(size.height as usize)];
        loop {
            let count = rows.read(&mut batch)? as usize;
            if count == 0 {
                break;
            }
            batch[..count * stride].chunks_exact(stride).for_each(|row| blocks.add(row));
        }
        return match rows.damage() {
            Some(reason) => Err(refused(reason)),
            None => Ok(blocks.finish()),
        };
    }
    let mut frames = decode::open(bytes, format, want, limits)?;
    let frame = frames.next_frame()?.ok_or_else(|| refused("there is no frame"))?;
    if let Some(reason) = frames.damage() {
        return Err(refused(reason));
    }
    let picture = frame.picture;
    let mut blocks = Blocks::new(picture.size, picture.layout);
    let stride = picture.size.width as usize * picture.layout.channels();
    picture.data.chunks_exact(stride).for_each(|row| blocks.add(row));
    Ok(blocks.finish())
}

/// Averages square blocks of pixels, row by row.
struct Blocks {
    layout: Layout,
    /// Side of a block.
    side: usize,
    size: Size,
    /// Sums of one row of blocks: colours weighted with alpha, alpha, number of pixels.
    sums: Vec<[u64; 5]>,
    /// Pixel rows in `sums`.
    rows: usize,
    rgba: Vec<[u8; 4]>,
}

impl Blocks {
    fn new(source: Size, layout: Layout) -> Self {
        let side = source.width.max(source.height).div_ceil(SIDE);
        let size = Size::new(source.width.div_ceil(side), source.height.div_ceil(side));
        let sums = vec![[0; 5]; size.width as usize];
        Self { layout, side: side as usize, size, sums, rows: 0, rgba: Vec::new() }
    }

    fn add(&mut self, row: &[u8]) {
        let channels = self.layout.channels();
        for (sum, block) in self.sums.iter_mut().zip(row.chunks(self.side * channels)) {
            let mut part = [0u32; 5];
            match self.layout {
                Layout::Gray => {
                    let gray = block.iter().map(|&gray| u32::from(gray)).sum::<u32>();
                    part[..3].fill(gray);
                }
                Layout::Rgb => {
                    for &[r, g, b] in block.as_chunks::<3>().0 {
                        part[0] += u32::from(r);
                        part[1] += u32::from(g);
                        part[2] += u32::from(b);
                    }
                }
                Layout::Rgba => {
                    for &[r, g, b, a] in block.as_chunks::<4>().0 {
                        let a = u32::from(a);
                        part[0] += u32::from(r) * a / 255;
                        part[1] += u32::from(g) * a / 255;
                        part[2] += u32::from(b) * a / 255;
                        part[3] += a;
                    }
                }
            }
            part[4] = (block.len() / channels) as u32;
            if self.layout != Layout::Rgba {
                part[3] = part[4] * 255;
            }
            for (sum, part) in sum.iter_mut().zip(part) {
                *sum += u64::from(part);
            }
        }
        self.rows += 1;
        if self.rows == self.side {
            self.flush();
        }
    }

    fn flush(&mut self) {
        for sum in &mut self.sums {
            let [r, g, b, alpha, count] = std::mem::take(sum);
            let color =
                |sum: u64| (sum * 255 + alpha / 2).checked_div(alpha).unwrap_or(0).min(255) as u8;
            let opacity = ((alpha + count / 2) / count.max(1)) as u8;
            self.rgba.push([color(r), color(g), color(b), opacity]);
        }
        self.rows = 0;
    }

    fn finish(mut self) -> Small {
        if self.rows > 0 {
            self.flush();
        }
        // A picture that ended early has fewer rows than announced.
        let height = (self.rgba.len() / self.size.width.max(1) as usize) as u32;
        Small { size: Size::new(self.size.width, height), rgba: self.rgba }
    }
}

/// The placeholder keeps seven waves along each side at most, so it needs few pixels; of the 100 to a side
/// that the algorithm takes, it would take four times as long.
fn thumbhash(small: &Small) -> Vec<u8> {
    const LIMIT: u32 = 50;
    let Size { width, height } = small.size;
    let longest = width.max(height).max(1);
    let (columns, rows) = if longest <= LIMIT {
        (width, height)
    } else {
        ((width * LIMIT / longest).max(1), (height * LIMIT / longest).max(1))
    };
    let mut rgba = Vec::with_capacity((columns * rows * 4) as usize);
    for y in 0..rows {
        for x in 0..columns {
            let at = (y * height / rows) * width + x * width / columns;
            rgba.extend_from_slice(&small.rgba[at as usize]);
        }
    }
    thumbhash::rgba_to_thumb_hash(columns as usize, rows as usize, &rgba)
}

/// Nothing but transparency is transparent.
fn dominant(small: &Small) -> Color {
    let mut histogram = Histogram::new();
    small.rgba.iter().for_each(|&pixel| histogram.add(pixel, (0, 0)));
    histogram.first().unwrap_or(Color::TRANSPARENT)
}
