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
