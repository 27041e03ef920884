//! Luma and colour differences to RGB.

use super::av1::{Coded, Plane};
use crate::Error;

/// How samples are to be understood.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meaning {
    /// Code point of the matrix.
    pub(super) matrix: u16,
    pub(super) is_full_range: bool,
}

/// The picture as RGB in pixels of `channels` bytes (3 or 4; a fourth is opaque).
pub(super) fn to_rgb(coded: &Coded, meaning: Meaning, channels: usize) -> Result<Vec<u8>, Error> {
    let width = coded.size().width as usize;
    let height = coded.size().height as usize;
    let luma = coded.plane(0)?;
    let scale = Scale::new(coded.bits(), meaning.is_full_range);
    let mut rgb = vec![255; width * height * channels];
    let mut y_row = vec![0; width];
    if coded.is_monochrome() {
        for (y, row) in rgb.chunks_exact_mut(width * channels).enumerate() {
            luma.read(y, &mut y_row);
            for (pixel, &sample) in row.chunks_exact_mut(channels).zip(&y_row) {
                pixel[..3].fill(byte(scale.luma(sample)));
            }
        }
        return Ok(rgb);
    }
    let shift = coded.chroma_shift();
    let mut blue = Chroma::new(coded.plane(1)?, shift, width, height);
    let mut red = Chroma::new(coded.plane(2)?, shift, width, height);
    let matrix = Matrix::new(meaning.matrix);
    for (y, row) in rgb.chunks_exact_mut(width * channels).enumerate() {
        luma.read(y, &mut y_row);
        let samples = y_row.iter().zip(blue.row(y)).zip(red.row(y));
        for (pixel, ((&y, &cb), &cr)) in row.chunks_exact_mut(channels).zip(samples) {
            let color = match matrix {
                // Green, blue and red as they are.
                Matrix::Identity => [scale.luma16(cr), scale.luma(y), scale.luma16(cb)],
                Matrix::Green => {
                    let (y, cg, co) = (scale.luma(y), scale.chroma(cb), scale.chroma(cr));
                    [y - cg + co, y + cg, y - cg - co]
                }
                Matrix::Differences { red, green_blue, green_red, blue } => {
                    let (y, cb, cr) = (scale.luma(y), scale.chroma(cb), scale.chroma(cr));
                    [y + red * cr, y - green_blue * cb - green_red * cr, y + blue * cb]
                }
            };
            pixel[0] = byte(color[0]);
            pixel[1] = byte(color[1]);
            pixel[2] = byte(color[2]);
        }
    }
    Ok(rgb)
}

/// The luma of the picture, a byte for each pixel.
pub(super) fn to_gray(coded: &Coded) -> Result<Vec<u8>, Error> {
    let luma = coded.plane(0)?;
    let scale = Scale::new(coded.bits(), coded.is_full_range());
    let width = coded.size().width as usize;
    let mut gray = vec![0; width * coded.size().height as usize];
    let mut samples = vec![0; width];
    for (y, row) in gray.chunks_exact_mut(width).enumerate() {
        luma.read(y, &mut samples);
        for (target, &sample) in row.iter_mut().zip(&samples) {
            *target = byte(scale.luma(sample));
        }
    }
    Ok(gray)
}

fn byte(value: f32) -> u8 {
    // The cast saturates.
    (value + 0.5) as u8
}

/// Samples to 0..=255, or -128..=128 for colour.
struct Scale {
    black: f32,
    luma: f32,
    gray: f32,
    chroma: f32,
}

impl Scale {
    fn new(bits: u32, is_full_range: bool) -> Self {
        let deep = (1 << (bits.max(8) - 8)) as f32;
        let top = ((1u32 << bits.clamp(8, 16)) - 1) as f32;
        let gray = 128.0 * deep;
        if is_full_range {
            Self { black: 0.0, luma: 255.0 / top, gray, chroma: 255.0 / top }
        } else {
            let (luma, chroma) = (255.0 / (219.0 * deep), 255.0 / (224.0 * deep));
            Self { black: 16.0 * deep, luma, gray, chroma }
        }
    }

    fn luma(&self, sample: i32) -> f32 {
        (sample as f32 - self.black) * self.luma
    }

    /// Of a sample in sixteenths.
    fn luma16(&self, sample: i32) -> f32 {
        (sample as f32 / 16.0 - self.black) * self.luma
    }

    /// Of a sample in sixteenths.
    fn chroma(&self, sample: i32) -> f32 {
        (sample as f32 / 16.0 - self.gray) * self.chroma
    }
}

#[derive(Debug, Clone, Copy)]
enum Matrix {
    Identity,
    /// YCgCo.
    Green,
    Differences {
        red: f32,
        green_blue: f32,
        green_red: f32,
        blue: f32,
    },
}

impl Matrix {
    /// From the code points of ITU-T H.273, table 4. What is not known or not named is BT.601, as other readers do it.
    fn new(matrix: u16) -> Self {
        let (red, blue) = match matrix {
            0 => return Self::Identity,
            8 => return Self::Green,
            1 => (0.2126, 0.0722),
            4 => (0.30, 0.11),
            7 => (0.212, 0.087),
            9 => (0.2627, 0.0593),
            _ => (0.299, 0.114),
        };
        let green: f32 = 1.0 - red - blue;
        Self::Differences {
            red: 2.0 * (1.0 - red),
            green_blue: 2.0 * blue * (1.0 - blue) / green,
            green_red: 2.0 * red * (1.0 - red) / green,
            blue: 2.0 * (1.0 - blue),
        }
    }
}

/// A colour plane brought to the size of the luma plane, row by row: samples lie between two pixels, and
/// the nearer one counts three quarters.
struct Chroma<'a> {
    plane: Plane<'a>,
    shift: (u32, u32),
    rows: usize,
    near: Vec<i32>,
    far: Vec<i32>,
    /// In sixteenths.
    full: Vec<i32>,
}

impl<'a> Chroma<'a> {
    fn new(plane: Plane<'a>, shift: (u32, u32), width: usize, height: usize) -> Self {
        let narrow = plane.width();
        let rows = (height + (1 << shift.1) - 1) >> shift.1;
        Self {
            plane,
            shift,
            rows,
            near: vec![0; narrow],
            far: vec![0; narrow],
            full: vec![0; width],
        }
    }

    fn row(&mut self, y: usize) -> &[i32] {
        let at = y >> self.shift.1;
        self.plane.read(at, &mut self.near);
        if self.shift.1 == 0 {
            self.near.iter_mut().for_each(|sample| *sample *= 4);
        } else {
            let other = if y.is_multiple_of(2) {
                at.saturating_sub(1)
            } else {
                (at + 1).min(self.rows - 1)
            };
            self.plane.read(other, &mut self.far);
            for (near, &far) in self.near.iter_mut().zip(&self.far) {
                *near = *near * 3 + far;
            }
        }
        if self.shift.0 == 0 {
            for (full, &near) in self.full.iter_mut().zip(&self.near) {
                *full = near * 4;
            }
        } else {
            let last = self.near.len() - 1;
            for (x, pair) in self.full.chunks_mut(2).enumerate() {
                let near = self.near[x] * 3;
                pair[0] = near + self.near[x.saturating_sub(1)];
                if let Some(right) = pair.get_mut(1) {
                    *right = near + self.near[(x + 1).min(last)];
                }
            }
        }
        &self.full
    }
}
