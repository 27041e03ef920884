//! The operations.

use crate::{
    Anchor, Branch, Color, Colorize, Convolve, Distort, Equalize, Gradient, Layer, Length, Linear,
    Modulate, Paint, Ratio, ReplaceColor, Rounding, Shadow,
};

/// One operation on the picture. Steps run in the order of the plan.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    Resize(Resize),
    Crop(Crop),
    /// Puts the picture, unscaled, onto a canvas of a given size; cuts what does not fit.
    Pad(Pad),
    /// Adds pixels on each side.
    Extend(Extend),
    Rotate(Rotate),
    /// Mirrors left and right.
    FlipHorizontal,
    /// Mirrors top and bottom.
    FlipVertical,
    /// Composites onto an opaque or half-transparent paint. The result is opaque if the paint is.
    Background(Paint),
    /// Multiplies alpha; 0.0 clear to 1.0 unchanged.
    Opacity(f64),
    /// Gaussian blur, edges replicated. Standard deviation in pixels of the current picture, 0.3 to 250.
    Blur(f64),
    /// Mean of a 3 x 3 neighbourhood.
    BoxBlur,
    /// Median of a square neighbourhood so many pixels wide (1 to 10), channel by channel, edges replicated.
    Median(u8),
    /// A kernel of one's own.
    Convolve(Convolve),
    Sharpen(Sharpen),
    /// Luminance (BT.709 weights on linear light), R = G = B, alpha kept.
    Grayscale,
    /// Stretches intensities to the full range, all channels by the same rule.
    StretchContrast,
    /// Stretches lightness (L of CIELAB) to the full range, hues and chroma kept: the darkest and the brightest hundredth
    /// become black and white.
    StretchLightness,
    Equalize(Equalize),
    /// 255 minus each colour channel; alpha kept.
    Negate,
    Linear(Linear),
    /// Brightens (above 1) or darkens: each colour channel to the power of one through this, 0.1 to 10.
    Gamma(f64),
    /// White where the luminance is at least this, black elsewhere; alpha kept.
    Threshold(u8),
    Modulate(Modulate),
    /// Lightness stays, `a` and `b` of CIELAB become those of this colour; its alpha does not count.
    Tint(Color),
    /// Red, green and blue as sums of red, green and blue: a matrix, row by row.
    Recombine([f64; 9]),
    Trim(Trim),
    Border(Border),
    /// Rounds the corners; outside them the picture becomes transparent.
    RoundCorners(Corners),
    Shadow(Shadow),
    Gradient(Gradient),
    Colorize(Colorize),
    Distort(Distort),
    ReplaceColor(ReplaceColor),
    /// Lays something onto the picture, which keeps its size.
    Layer(Box<Layer>),
    /// Runs one of two lists of steps.
    If(Box<Branch>),
}

/// Changes the size. With one side given the other keeps the ratio, computed from the given one
/// after rounding, and `fit` does not matter.
///
/// Neither side given: the picture is unchanged, unless `ratio` is given.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Resize {
    pub width: Option<Length>,
    pub height: Option<Length>,
    /// With exactly one side given: computes the other side from the rounded one, and the fit
    /// applies. With none: the box is the largest of this ratio inside the picture.
    pub ratio: Option<Ratio>,
    /// Multiplies the given sides before anything else, rounding included; `None` is 1. Here pixels
    /// and fractions are plain factors. Counts as 1 outside of 0.1 to 5, and where a side of the box, the one that
    /// follows included, would be below 1 pixel or above 5000.
    pub dpr: Option<Length>,
    pub fit: Fit,
    pub enlarge: Enlarge,
    /// Part kept by [`Fit::Cover`], place taken in [`Fit::Contain`].
    pub anchor: Anchor,
    pub kernel: Kernel,
    pub light: Light,
    pub rounding: Rounding,
    /// Fills the rest of the box of [`Fit::Contain`].
    pub background: Paint,
}

/// What happens when the box has another ratio than the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Fit {
    /// Scale to cover the box, cut the rest: exactly the box.
    #[default]
    Cover,
    /// Scale to fit into the box, fill the rest: exactly the box.
    Contain,
    /// Squeeze: exactly the box.
    Fill,
    /// Scale to fit into the box: at most the box.
    Inside,
    /// Scale to cover the box, cut nothing: at least the box.
    Outside,
}

/// Whether the picture may become larger than it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Enlarge {
    #[default]
    Allowed,
    /// The scale is capped at 1. `Cover` then cuts to the ratio of the box (600 x 400 into
    /// 1200 x 1200 gives 400 x 400), `Contain` pads the unscaled picture.
    Never,
}

/// Resampling kernel. All are widened when reducing, except `Nearest`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Kernel {
    Nearest,
    /// Catmull-Rom.
    Cubic,
    Mitchell,
    Lanczos2,
    #[default]
    Lanczos3,
}

/// In which light resampling averages pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Light {
    /// Linear light: physically right, no darkening of fine detail.
    #[default]
    Linear,
    /// The encoded values as they are, like sharp and most servers.
    Srgb,
}

/// Cuts a rectangle out of the picture. Sides and offsets are rounded to nearest, a middle is floored.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Crop {
    /// `None`: to the picture's edge on that axis, or from `ratio`.
    pub width: Option<Length>,
    pub height: Option<Length>,
    /// With one side given: computes the other. With none: the largest rectangle of this ratio.
    pub ratio: Option<Ratio>,
    /// Multiplies the given sides, not the offsets; `None` is 1. Limited as in [`Resize::dpr`].
    pub dpr: Option<Length>,
    pub at: CropAt,
    pub overflow: Overflow,
}

/// Where the rectangle of a [`Crop`] lies.
#[derive(Debug, Clone, PartialEq)]
pub enum CropAt {
    Anchor(Anchor),
    /// Offset of the left and top edge; a missing one of the pair is 0.
    TopLeft(Length, Length),
    /// Centre of the rectangle; a missing one of the pair is the picture's centre.
    Center(Option<Length>, Option<Length>),
}

impl Default for CropAt {
    fn default() -> Self {
        Self::Anchor(Anchor::Center)
    }
}

/// What happens when the rectangle reaches outside the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Overflow {
    /// [`CropAt::TopLeft`] keeps the part inside; nothing inside is an error. At an anchor or a
    /// centre the rectangle is first made at most as large as the picture, then moved inside.
    #[default]
    Clamp,
    /// An error.
    Reject,
}

/// Puts the picture, unscaled, onto a canvas. Offsets that do not divide evenly are floored.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pad {
    /// `None`: the picture's own side, or from `ratio`.
    pub width: Option<Length>,
    pub height: Option<Length>,
    /// With one side given: computes the other. With none: the smallest canvas of this ratio that
    /// holds the picture.
    pub ratio: Option<Ratio>,
    /// Multiplies the given sides; `None` is 1. Limited as in [`Resize::dpr`].
    pub dpr: Option<Length>,
    /// Where the picture sits, and which part survives where the canvas cuts it.
    pub anchor: Anchor,
    pub background: Paint,
    /// Whether a canvas smaller than the picture cuts it. Otherwise the canvas grows to hold it.
    pub shrink: bool,
}

/// Adds pixels on each side.
#[derive(Debug, Clone, PartialEq)]
pub struct Extend {
    pub top: u32,
    pub right: u32,
    pub bottom: u32,
    pub left: u32,
    pub mode: ExtendMode,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExtendMode {
    Constant(Color),
    /// Repeats the edge pixel.
    Replicate,
    /// Mirrors at the edge.
    Reflect,
    /// Tiles.
    Wrap,
}

/// Turns clockwise. Multiples of 90 are exact pixel moves; other angles grow the canvas to
/// `round(w |cos| + h |sin|) x round(w |sin| + h |cos|)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rotate {
    /// Degrees clockwise.
    pub degrees: f64,
    pub background: Paint,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sharpen {
    /// Mild sharpening with fixed parameters; `strength` 1.0 is the default.
    Simple {
        strength: f64,
    },
    /// sharp's: unsharp mask on L of CIELAB, `sigma` 0.01 to 10 in pixels, flat and jagged
    /// slopes 1 and 2, threshold 2, at most 10 brighter and 20 darker.
    Lab {
        sigma: f64,
    },
    Unsharp(UnsharpMask),
}

/// Classic unsharp mask on all colour channels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnsharpMask {
    /// Pixels; the kernel's reach. Above 0.
    pub radius: f64,
    /// Standard deviation in pixels, above 0.
    pub sigma: f64,
    /// Part of the difference that is added, above 0.
    pub amount: f64,
    /// Smallest difference that counts, as a part of the channel range: 0 to 1.
    pub threshold: f64,
}

/// Cuts away edges that look like the corner. A picture that would vanish stays whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trim {
    pub tolerance: Tolerance,
}

/// Largest difference from the top-left pixel, over all channels (alpha included), that still counts as background.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Tolerance {
    /// 1 to 99 percent of the channel range.
    Percent(f64),
    /// Levels of 8 bits, 0 to 255.
    Levels(u16),
}

/// A frame added outside: the picture grows by twice the width in both directions.
#[derive(Debug, Clone, PartialEq)]
pub struct Border {
    /// Rounded to nearest; a fraction is one of the picture's width. 0 is no border.
    pub width: Length,
    pub color: Color,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Corners {
    /// Radii in pixels, from top left clockwise; each limited to half of the shorter side.
    Radii { top_left: f64, top_right: f64, bottom_right: f64, bottom_left: f64 },
    /// Circle or ellipse that touches all sides.
    Max,
}
