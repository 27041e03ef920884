//! Sizes, rectangles and the values from which they are computed.

use crate::Expr;

/// Width and height in whole pixels. Zero sides do not occur in a resolved plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Size {
    pub width: u32,
    pub height: u32,
}

impl Size {
    pub const fn new(width: u32, height: u32) -> Self {
        Self { width, height }
    }

    /// Number of pixels; cannot overflow.
    pub const fn pixels(self) -> u64 {
        self.width as u64 * self.height as u64
    }

    /// Width and height exchanged, as a quarter turn does.
    #[must_use]
    pub const fn turned(self) -> Self {
        Self::new(self.height, self.width)
    }

    /// Width divided by height.
    pub fn ratio(self) -> f64 {
        f64::from(self.width) / f64::from(self.height)
    }
}

/// A rectangle of whole pixels inside a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rect {
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
}

impl Rect {
    pub const fn size(self) -> Size {
        Size::new(self.width, self.height)
    }
}

/// A rectangle of fractional pixels inside a picture: what a resize reads.
/// Coordinates are those of pixel edges, so a whole picture is `0, 0, width, height`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Region {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Region {
    /// The whole of a picture.
    pub fn whole(size: Size) -> Self {
        Self { x: 0.0, y: 0.0, width: f64::from(size.width), height: f64::from(size.height) }
    }
}

/// A length along one axis.
#[derive(Debug, Clone, PartialEq)]
pub enum Length {
    /// Pixels; rounded by the step's [`Rounding`]. Only offsets may be negative.
    Px(f64),
    /// Part of the step's input along the same axis: 0.5 is half of it.
    Fraction(f64),
    /// Part of the step's input in thousandths, truncated; over 1000 counts as 1000. Where offset
    /// and length of a crop both are, its right edge is their sum, truncated (PhotoPrism areas).
    Thousandths(u16),
    /// Computed from the sizes that are known when the step runs. Rounded to nearest; as a side, at
    /// least 1.
    Expr(Expr),
}

impl From<u32> for Length {
    fn from(pixels: u32) -> Self {
        Self::Px(f64::from(pixels))
    }
}

/// Width divided by height, wanted for the result.
#[derive(Debug, Clone, PartialEq)]
pub enum Ratio {
    /// `width / height`, above zero.
    Value(f64),
    Expr(Expr),
}

/// How a computed side becomes whole pixels. Never less than 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Rounding {
    /// To nearest, halves away from zero (ImageKit, sharp, PhotoPrism).
    #[default]
    Nearest,
    /// Towards zero, in the order of operations of the SAMS reference.
    Truncate,
}

/// Which part of a picture survives a crop, or where a picture sits on a larger canvas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Anchor {
    #[default]
    Center,
    Top,
    Bottom,
    Left,
    Right,
    TopLeft,
    TopRight,
    BottomLeft,
    BottomRight,
    /// Left of a landscape, top of a portrait (PhotoPrism `left_*`).
    Start,
    /// Right of a landscape, bottom of a portrait (PhotoPrism `right_*`).
    End,
    /// Centred on this rectangle, clamped to the picture. Its coordinates are those of the upright
    /// original (as stored under [`crate::Orient::Stored`]); they are scaled along by the size of
    /// the step's input against the original's, axis by axis. Earlier cuts and turns are not
    /// followed.
    Focus(Rect),
    /// The asset's own area of interest (ImageKit `fo-custom`). `library` binds it to [`Anchor::Focus`], or to the
    /// centre where there is none, before a key is made; unbound it means the centre.
    Custom,
    /// The most salient part, found by the renderer from the pixels.
    Attention,
}
