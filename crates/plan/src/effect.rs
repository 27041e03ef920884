//! The parameters of operations that change how a picture looks, not its size.

use crate::{Color, Length};

/// A shadow below what is not transparent. The canvas keeps its size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shadow {
    /// Softness: 0 to 15, the radius in percent of the shorter side.
    pub blur: f64,
    /// How dark: 0.0 none to 1.0 black.
    pub strength: f64,
    /// Offset to the right in percent of the width; negative is to the left.
    pub x: f64,
    /// Downwards in percent of the height; negative is upwards.
    pub y: f64,
}

/// A linear gradient laid over the picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Gradient {
    /// Where it runs to: 0 towards the top, 90 towards the right, clockwise.
    pub degrees: f64,
    pub from: Color,
    pub to: Color,
    /// Where `to` is reached: a fraction of the way along the direction, or pixels. The way is as long as the picture in
    /// that direction, from corner to corner (CSS: `|width sin| + |height cos|`).
    pub stop: Length,
}

/// A tint: luminance stays, colour moves towards `color`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Colorize {
    pub color: Color,
    /// 0.0 unchanged to 1.0 fully tinted.
    pub intensity: f64,
}

/// Bends the picture; what it does not cover any more is transparent. The canvas keeps its size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Distort {
    /// Where the corners go, in pixels, from top left clockwise.
    Perspective([(f64, f64); 4]),
    /// Onto an arc of so many degrees, 1 to 360 upwards, negative downwards.
    Arc(f64),
}

/// Exchanges one colour for another, its shades keeping their lightness.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReplaceColor {
    pub to: Color,
    /// How far from `from` still counts, in CIELAB: 0 to 100 percent of the distance of black from white. Shades of `from`
    /// count as half as far.
    pub tolerance: f64,
    /// `None`: the colour that covers most.
    pub from: Option<Color>,
}

/// A straight line through each colour channel: `gain * c + offset`, rounded and cut to 0 to 255. Alpha is kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Linear {
    pub gain: f64,
    /// In levels of 8 bits.
    pub offset: f64,
}

/// Changes lightness, chroma and hue in CIE LCh (D65). Only the resulting channels are cut to what sRGB holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Modulate {
    /// Factor for L, 0 to 10.
    pub lightness: f64,
    /// Factor for C, 0 to 10.
    pub chroma: f64,
    /// Degrees that are added to the hue.
    pub hue: f64,
}

/// Equalises the histogram around each pixel, channel by channel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Equalize {
    /// Of the neighbourhood in pixels, 1 to [`Equalize::MAX_SIDE`].
    pub width: u16,
    pub height: u16,
    /// How many pixels of one level count at most, so that noise in even areas is not blown up; 0 for all, at most 100.
    pub slope: u8,
}

impl Equalize {
    pub const MAX_SIDE: u16 = 500;
}

/// The sum of a neighbourhood, weighted and divided by the sum of the weights (by 1 where that is 0). Alpha is kept,
/// edges are replicated.
#[derive(Debug, Clone, PartialEq)]
pub struct Convolve {
    /// 1 to [`Convolve::MAX_SIDE`].
    pub width: u8,
    /// Row by row: as many as fill rows of `width`, and no more than [`Convolve::MAX_SIDE`] rows.
    pub weights: Vec<f64>,
}

impl Convolve {
    pub const MAX_SIDE: u8 = 25;

    /// Rows of the kernel; what does not fill a row does not count.
    pub fn height(&self) -> usize {
        self.weights.len() / usize::from(self.width.max(1))
    }
}
