//! What a plan comes to for one source, for people: one line per action.

use std::fmt::{self, Display, Formatter};

use super::{number::Number, words::Word};
use crate::{Action, Kernel, Light, Rect, Region, Resolved, Size, Step, Tolerance, Trim};

impl Display for Resolved {
    /// The input, the actions in order, the result. Not meant to be read back.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "input {}", self.input)?;
        if self.orientation != 1 {
            write!(f, ", upright from orientation {}", self.orientation)?;
        }
        for action in &self.actions {
            write!(f, "\n{action}")?;
        }
        let Some(deferred) = &self.deferred else {
            let at_most = matches!(self.actions.last(), Some(Action::Trim(_)));
            return write!(f, "\nresult {}{}", if at_most { "at most " } else { "" }, self.size);
        };
        f.write_str("\nthen, for the size that is left")?;
        deferred.steps.iter().try_for_each(|step| write!(f, "\n  {step}"))
    }
}

impl Display for Action {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Resize { from, to, kernel, light } => {
                write!(f, "resize {from} to {to}{}", Resampling(*kernel, *light))
            }
            Self::ResizeAttention { window: (width, height), to, kernel, light } => write!(
                f,
                "resize the most salient {}x{} to {to}{}",
                Number(*width),
                Number(*height),
                Resampling(*kernel, *light)
            ),
            Self::Crop(rect) => write!(f, "crop {rect}"),
            Self::CropAttention(size) => write!(f, "crop the most salient {size}"),
            Self::Canvas { size, x, y, background } => {
                write!(f, "place at {x},{y} on {size} of {background}")
            }
            Self::Extend { top, right, bottom, left, mode } => {
                write!(f, "extend by {top} {right} {bottom} {left} with {mode}")
            }
            Self::Turn(turns) => write!(f, "turn by {}", 90 * u32::from(*turns)),
            Self::Rotate { degrees, to, background } => {
                write!(f, "rotate by {} onto {to} of {background}", Number(*degrees))
            }
            Self::Border { width, color } => write!(f, "border of {width} in {color}"),
            // The rest is as long in the plan as it is here.
            Self::FlipHorizontal => Step::FlipHorizontal.fmt(f),
            Self::FlipVertical => Step::FlipVertical.fmt(f),
            Self::Background(paint) => Step::Background(*paint).fmt(f),
            Self::Opacity(opacity) => Step::Opacity(*opacity).fmt(f),
            Self::Blur(sigma) => Step::Blur(*sigma).fmt(f),
            Self::BoxBlur => Step::BoxBlur.fmt(f),
            Self::Median(side) => Step::Median(*side).fmt(f),
            Self::Convolve(kernel) => Step::Convolve(kernel.clone()).fmt(f),
            Self::Sharpen(sharpen) => Step::Sharpen(*sharpen).fmt(f),
            Self::Grayscale => Step::Grayscale.fmt(f),
            Self::StretchContrast => Step::StretchContrast.fmt(f),
            Self::StretchLightness => Step::StretchLightness.fmt(f),
            Self::Equalize(how) => Step::Equalize(*how).fmt(f),
            Self::Negate => Step::Negate.fmt(f),
            Self::Linear(linear) => Step::Linear(*linear).fmt(f),
            Self::Gamma(gamma) => Step::Gamma(*gamma).fmt(f),
            Self::Threshold(level) => Step::Threshold(*level).fmt(f),
            Self::Modulate(modulate) => Step::Modulate(*modulate).fmt(f),
            Self::Tint(color) => Step::Tint(*color).fmt(f),
            Self::Recombine(matrix) => Step::Recombine(*matrix).fmt(f),
            Self::Trim(tolerance) => {
                let tolerance: Tolerance = *tolerance;
                Step::Trim(Trim { tolerance }).fmt(f)
            }
            Self::RoundCorners(corners) => Step::RoundCorners(*corners).fmt(f),
            Self::Shadow(shadow) => Step::Shadow(*shadow).fmt(f),
            Self::Gradient { degrees, from, to, stop } => {
                let (degrees, stop) = (Number(*degrees), Number(*stop));
                write!(f, "gradient towards {degrees} from {from} to {to} at {stop}")
            }
            Self::Colorize(colorize) => Step::Colorize(*colorize).fmt(f),
            Self::Distort(distort) => Step::Distort(*distort).fmt(f),
            Self::ReplaceColor(replace) => Step::ReplaceColor(*replace).fmt(f),
            Self::Layer(overlay) => write!(f, "{} on {}", overlay.layer, overlay.base),
        }
    }
}

impl Display for Size {
    /// `300x200`
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

impl Display for Rect {
    /// `300x200 at 10,20`
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {},{}", self.size(), self.x, self.y)
    }
}

impl Display for Region {
    /// `300x200.5 at 0,10`
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { x, y, width, height } = *self;
        write!(f, "{}x{} at {},{}", Number(width), Number(height), Number(x), Number(y))
    }
}

/// Kernel and light where they are not the usual ones.
struct Resampling(Kernel, Light);

impl Display for Resampling {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.0 != Kernel::default() {
            write!(f, " by {}", self.0.word().unwrap_or_default())?;
        }
        if self.1 != Light::default() {
            write!(f, " in {}", self.1.word().unwrap_or_default())?;
        }
        Ok(())
    }
}
