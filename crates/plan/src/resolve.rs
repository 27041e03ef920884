//! What a plan means for one concrete source: pixel rectangles, no percentages, no expressions.
//!
//! Pure arithmetic, so that sizes can be told without rendering. A step whose result depends on
//! pixels (trim, the most salient part) stops it: what follows waits in [`Resolved::deferred`] and is
//! resolved by the renderer when the size is known.

use crate::{
    Color, Corners, ExtendMode, Kernel, Light, Paint, Plan, Rect, Region, ResolveError,
    Sharpen, Size, Step, Tolerance, probe::Probe,
};

/// Largest pictures that a plan may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Pixels of any intermediate or final picture; 100 million by default.
    pub output_pixels: u64,
    /// Longest side in pixels; 65,535 by default.
    pub output_side: u32,
    /// Steps of one plan; 64 by default.
    pub steps: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { output_pixels: 100_000_000, output_side: 65_535, steps: 64 }
    }
}

/// The actions for one source, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved {
    /// EXIF orientation (1 to 8) to be applied first; 1 for none.
    pub orientation: u8,
    /// The picture that `actions` start from: upright, if orientation is applied.
    pub input: Size,
    pub actions: Vec<Action>,
    /// Size after `actions`.
    pub size: Size,
    /// Steps that can be resolved only once the picture before them exists.
    pub deferred: Option<Deferred>,
}

/// The rest of a plan, waiting for a size that only pixels can tell.
#[derive(Debug, Clone, PartialEq)]
pub struct Deferred {
    pub(crate) steps: Vec<Step>,
    pub(crate) context: Context,
}

/// Sizes that expressions may name, beside the current one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Context {
    pub(crate) input: Size,
    pub(crate) density: f64,
    pub(crate) limits: Limits,
}

/// One thing to do to pixels. All coordinates refer to the picture before it.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Reads `from` (whole pixels or parts of them) and resamples it to `to`.
    Resize { from: Region, to: Size, kernel: Kernel, light: Light },
    /// Finds the most salient window of the ratio of `to` with the scale given by `cover`, then
    /// resamples it to `to`: `window` is the size of the window in the current picture.
    ResizeAttention { window: (f64, f64), to: Size, kernel: Kernel, light: Light },
    Crop(Rect),
    /// Cuts the most salient window of this size.
    CropAttention(Size),
    /// A canvas of `size` filled with `background`; the picture's top-left corner lies at `x`, `y`, which may be
    /// negative: what sticks out is cut.
    Canvas { size: Size, x: i64, y: i64, background: Paint },
    Extend { top: u32, right: u32, bottom: u32, left: u32, mode: ExtendMode },
    /// Exact quarter turns clockwise: 1, 2 or 3.
    Turn(u8),
    /// Any other angle, degrees clockwise, onto a canvas of `to`.
    Rotate { degrees: f64, to: Size, background: Paint },
    FlipHorizontal,
    FlipVertical,
    Background(Color),
    Opacity(f64),
    Blur(f64),
    BoxBlur,
    Sharpen(Sharpen),
    Grayscale,
    StretchContrast,
    /// Always the last of `actions`, followed by deferred steps or the end.
    Trim(Tolerance),
    Border { width: u32, color: Color },
    /// Radii as they are, already limited to half of the shorter side.
    RoundCorners(Corners),
}

impl Plan {
    /// What this plan means for `source`.
    pub fn resolve(&self, _source: &Probe, _limits: Limits) -> Result<Resolved, ResolveError> {
        unimplemented!("follows in the next commit")
    }

    /// The density that the output is to carry, in dots per inch.
    pub fn density(&self, _source: &Probe) -> Option<u32> {
        unimplemented!("follows in the next commit")
    }
}

impl Deferred {
    /// The next actions, now that the picture has this size.
    pub fn resolve(self, _current: Size) -> Result<Resolved, ResolveError> {
        unimplemented!("follows in the next commit")
    }
}
