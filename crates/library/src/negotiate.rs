//! Which format an answer has.

use plan::{Action, ExtendMode, Format, OutputFormat, Plan, Size, probe::Probe};

/// Formats that a client names in so many words; wildcards do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Accepts {
    pub webp: bool,
    pub avif: bool,
}

/// The format of the answer, and whether `accepts` had a say in it.
pub(crate) fn negotiate(plan: &Plan, probe: &Probe, accepts: Accepts) -> (Format, bool) {
    let course = Course::of(plan, probe);
    let natural = if plan.output.keep_format {
        if probe.format.is_encodable() { probe.format } else { Format::Png }
    } else if probe.format.is_encodable() && probe.format.is_for_browsers() {
        // What the source's format cannot show is not cut away: rounded corners turn a JPEG into a PNG.
        if course.has_alpha && !probe.format.holds_alpha() { Format::Png } else { probe.format }
    } else if course.has_alpha {
        Format::Png
    } else {
        Format::Jpeg
    };
    match plan.output.format {
        OutputFormat::Is(format) => (format, false),
        OutputFormat::Source => (natural, false),
        OutputFormat::Auto => {
            let is_still = probe.frames <= 1 || matches!(plan.frames, plan::Frames::One(_));
            let format = if accepts.avif && is_still {
                Format::Avif
            } else if accepts.webp && course.fits_webp() {
                Format::Webp
            } else {
                natural
            };
            (format, true)
        }
    }
}

/// What becomes of a picture, as far as headers and sizes can tell.
struct Course {
    has_alpha: bool,
    /// `None` where the plan cannot be carried out, which its render will say.
    size: Option<Size>,
}

impl Course {
    /// Looks at what is really done to this picture, so that a condition which does not hold and a rounding by 0 have no
    /// say. What waits for a trim is taken as if the trim had found nothing.
    fn of(plan: &Plan, probe: &Probe) -> Self {
        let mut course = Self { has_alpha: probe.has_alpha, size: None };
        let mut next = plan.resolve(probe, plan::Limits::default());
        while let Ok(resolved) = next {
            course.has_alpha = resolved.actions.iter().fold(course.has_alpha, alpha_after);
            course.size = Some(resolved.size);
            let Some(deferred) = resolved.deferred else { break };
            next = deferred.resolve(resolved.size);
        }
        course
    }

    /// WebP ends at 16,383 pixels a side.
    fn fits_webp(&self) -> bool {
        const LARGEST: u32 = 16_383;
        self.size.is_none_or(|size| size.width <= LARGEST && size.height <= LARGEST)
    }
}

/// Whether a picture may have transparent parts after an action.
fn alpha_after(alpha: bool, action: &Action) -> bool {
    match action {
        Action::Background(paint) => alpha && !paint.is_opaque(),
        Action::Opacity(_) | Action::RoundCorners(_) | Action::Distort(_) => true,
        Action::Border { color, .. } | Action::Extend { mode: ExtendMode::Constant(color), .. } => {
            alpha || !color.is_opaque()
        }
        Action::Rotate { background, .. } | Action::Canvas { background, .. } => {
            alpha || !background.is_opaque()
        }
        // The others change nothing but what is there.
        Action::Layer(overlay) => alpha || overlay.layer.may_clear(),
        Action::Resize { .. }
        | Action::ResizeAttention { .. }
        | Action::Crop(_)
        | Action::CropAttention(_)
        | Action::Extend { .. }
        | Action::Turn(_)
        | Action::FlipHorizontal
        | Action::FlipVertical
        | Action::Blur(_)
        | Action::BoxBlur
        | Action::Sharpen(_)
        | Action::Grayscale
        | Action::StretchContrast
        | Action::StretchLightness
        | Action::Equalize(_)
        | Action::Median(_)
        | Action::Convolve(_)
        | Action::Negate
        | Action::Linear(_)
        | Action::Gamma(_)
        | Action::Threshold(_)
        | Action::Modulate(_)
        | Action::Tint(_)
        | Action::Recombine(_)
        | Action::Trim(_)
        | Action::Shadow(_)
        | Action::Gradient { .. }
        | Action::Colorize(_)
        | Action::ReplaceColor(_) => alpha,
    }
}
