//! What a plan means for one concrete source: pixel rectangles, no percentages, no expressions.
//!
//! Pure arithmetic, so that sizes can be told without rendering. A step whose result depends on
//! pixels (trim) stops it: what follows waits in [`Resolved::deferred`] and is resolved by the renderer
//! when the size is known. Salient parts ([`Action::ResizeAttention`], [`Action::CropAttention`]) do not
//! stop it, because their sizes are known; only their places are not.
//!
//! Actions that cancel out or can be one are made one, where that is exact: what a crop leaves
//! is all that the following resize reads, a run of turns and mirrorings is at most two, a resize to the
//! size there is disappears. So renderers decode less.
//!
//! To add a step: an arm in `steps.rs`, and a file here if it needs arithmetic of its own.

mod actions;
mod anchors;
mod census;
mod condition;
mod crop;
mod overlay;
mod pad;
mod resize;
mod scope;
mod steps;

pub use overlay::{Overlay, TextLengths};
pub(crate) use scope::{constant_side, is_density, sides};

use crate::{
    Color, Colorize, Convolve, Corners, Density, Distort, Equalize, ExtendMode, Kernel, Light,
    Linear, Modulate, Orient, Paint, Plan, Rect, Region, ReplaceColor, ResolveError, Shadow,
    Sharpen, Size, Step, Tolerance, probe::Probe,
};
use scope::Scope;

/// Largest pictures that a plan may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Pixels of any intermediate or final picture; 100 million by default.
    pub output_pixels: u64,
    /// Longest side in pixels; 65,535 by default.
    pub output_side: u32,
    /// Steps of one plan, those of layers and of both sides of a condition included; 64 by default.
    pub steps: usize,
    /// Layers of one plan, nested ones included; 20 by default.
    pub layers: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { output_pixels: 100_000_000, output_side: 65_535, steps: 64, layers: 20 }
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
    /// Size after `actions`. Where the last of them is a trim: before it, so at most this.
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
    /// What a layer lies on; outside of layers the same as `input`.
    pub(crate) base: Size,
    pub(crate) density: f64,
    pub(crate) limits: Limits,
}

/// One thing to do to pixels. All coordinates refer to the picture before it.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Reads `from` (whole pixels or parts of them) and resamples it to `to`.
    Resize {
        from: Region,
        to: Size,
        kernel: Kernel,
        light: Light,
    },
    /// Finds the most salient window, `window` being its size in the current picture (whole pixels or parts of them),
    /// then resamples it to `to`.
    ResizeAttention {
        window: (f64, f64),
        to: Size,
        kernel: Kernel,
        light: Light,
    },
    Crop(Rect),
    /// Cuts the most salient window of this size.
    CropAttention(Size),
    /// A canvas of `size` filled with `background`; the picture's top-left corner lies at `x`, `y`, which may be
    /// negative: what sticks out is cut.
    Canvas {
        size: Size,
        x: i64,
        y: i64,
        background: Paint,
    },
    Extend {
        top: u32,
        right: u32,
        bottom: u32,
        left: u32,
        mode: ExtendMode,
    },
    /// Exact quarter turns clockwise: 1, 2 or 3.
    Turn(u8),
    /// Any other angle, degrees clockwise, onto a canvas of `to`.
    Rotate {
        degrees: f64,
        to: Size,
        background: Paint,
    },
    FlipHorizontal,
    FlipVertical,
    Background(Paint),
    Opacity(f64),
    Blur(f64),
    BoxBlur,
    /// Side in pixels, 2 to 10.
    Median(u8),
    /// A kernel with at least one weight, and whole rows.
    Convolve(Convolve),
    Sharpen(Sharpen),
    Grayscale,
    StretchContrast,
    StretchLightness,
    Equalize(Equalize),
    Negate,
    Linear(Linear),
    Gamma(f64),
    Threshold(u8),
    Modulate(Modulate),
    Tint(Color),
    Recombine([f64; 9]),
    /// Always the last of `actions`, followed by deferred steps or the end.
    Trim(Tolerance),
    Border {
        width: u32,
        color: Color,
    },
    /// Radii as they are, already limited to half of the shorter side.
    RoundCorners(Corners),
    Shadow(Shadow),
    /// `stop`: pixels from where the way begins, along the direction; see [`crate::Gradient`].
    Gradient {
        degrees: f64,
        from: Color,
        to: Color,
        stop: f64,
    },
    Colorize(Colorize),
    Distort(Distort),
    ReplaceColor(ReplaceColor),
    /// The renderer asks it for sizes and places as it learns about the layer's content.
    Layer(Box<Overlay>),
}

impl Plan {
    /// What this plan means for `source`.
    ///
    /// # Errors
    /// Every picture after a step, and the result, must be within `limits`, else
    /// [`ResolveError::TooLarge`]; so a source beyond them must first be made smaller. More steps than
    /// `limits.steps` are [`ResolveError::TooManySteps`], more layers [`ResolveError::TooManyLayers`], layers or
    /// conditions nested too deeply [`ResolveError::TooDeep`]; a crop that reaches outside where the plan
    /// forbids it (or lies outside altogether) is [`ResolveError::Outside`], an expression without a
    /// value is [`ResolveError::Expression`].
    pub fn resolve(&self, source: &Probe, limits: Limits) -> Result<Resolved, ResolveError> {
        census::check(&self.steps, &limits)?;
        let (orientation, context) = self.start(source, limits);
        let resolved = steps::run(&self.steps, context.input, context)?;
        Ok(Resolved { orientation, ..resolved })
    }

    /// The density that the output is to carry, in dots per inch, 1 to 65,535. `None` if the plan does not say, or says
    /// it by an expression without a value. Current sizes in the expression are those of the source.
    pub fn density(&self, source: &Probe) -> Option<u32> {
        match self.output.density.as_ref()? {
            Density::Dpi(dpi) => Some(u32::from(*dpi).max(1)),
            Density::Expr(expr) => {
                let (_, context) = self.start(source, Limits::default());
                let value = Scope { context: &context, current: context.input }.value(expr).ok()?;
                Some(value.round().clamp(1.0, f64::from(u16::MAX)) as u32)
            }
        }
    }

    /// The orientation to apply and what the first step starts from.
    fn start(&self, source: &Probe, limits: Limits) -> (u8, Context) {
        let (orientation, input) = upright(self.orient, source);
        let density = density(source);
        (orientation, Context { input, base: input, density, limits })
    }
}

/// The orientation to apply, and the size that the picture then has.
fn upright(orient: Orient, source: &Probe) -> (u8, Size) {
    let orientation = match orient {
        Orient::Exif if (1..=8).contains(&source.orientation) => source.orientation,
        Orient::Exif | Orient::Stored => 1,
    };
    let size = if orientation >= 5 { source.size.turned() } else { source.size };
    (orientation, not_empty(size))
}

/// A side of zero is no picture; decoders refuse it, and nothing here may divide by it.
fn not_empty(size: Size) -> Size {
    Size::new(size.width.max(1), size.height.max(1))
}

/// Dots per inch, where a file says none those of a screen.
fn density(source: &Probe) -> f64 {
    f64::from(source.density.unwrap_or(72))
}

impl Deferred {
    /// The next actions, now that the picture has this size. Their `orientation` is 1 and their `input` is `current`.
    /// Errors as [`Plan::resolve`].
    pub fn resolve(self, current: Size) -> Result<Resolved, ResolveError> {
        steps::run(&self.steps, not_empty(current), self.context)
    }
}
