//! Which format an answer has.

use plan::{Format, OutputFormat, Paint, Plan, Step, probe::Probe};

/// Formats that a client names in so many words; wildcards do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Accepts {
    pub webp: bool,
    pub avif: bool,
}

/// The format of the answer, and whether `accepts` had a say in it.
pub(crate) fn negotiate(plan: &Plan, probe: &Probe, accepts: Accepts) -> (Format, bool) {
    let has_alpha = ends_with_alpha(plan, probe);
    let natural = if probe.format.is_encodable() && probe.format.is_for_browsers() {
        // What the source's format cannot show is not cut away: rounded corners turn a JPEG into a PNG.
        if has_alpha && !probe.format.holds_alpha() { Format::Png } else { probe.format }
    } else if has_alpha {
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
            } else if accepts.webp && fits_webp(plan, probe) {
                Format::Webp
            } else {
                natural
            };
            (format, true)
        }
    }
}

/// Whether the result has transparent parts, as far as headers and steps can tell.
fn ends_with_alpha(plan: &Plan, probe: &Probe) -> bool {
    plan.steps.iter().fold(probe.has_alpha, |alpha, step| match step {
        Step::Background(color) => alpha && !color.is_opaque(),
        Step::Opacity(opacity) => alpha || *opacity < 1.0,
        Step::RoundCorners(_) => true,
        Step::Border(border) => alpha || !border.color.is_opaque(),
        Step::Extend(extend) => {
            alpha || matches!(extend.mode, plan::ExtendMode::Constant(color) if !color.is_opaque())
        }
        Step::Rotate(rotate) => {
            alpha || (rotate.degrees % 90.0 != 0.0 && is_clear(rotate.background))
        }
        Step::Pad(pad) => alpha || is_clear(pad.background),
        Step::Resize(resize) => {
            alpha || (resize.fit == plan::Fit::Contain && is_clear(resize.background))
        }
        _ => alpha,
    })
}

fn is_clear(paint: Paint) -> bool {
    match paint {
        Paint::Solid(color) => !color.is_opaque(),
    }
}

/// WebP ends at 16,383 pixels a side.
fn fits_webp(plan: &Plan, probe: &Probe) -> bool {
    const LARGEST: u32 = 16_383;
    plan.resolve(probe, plan::Limits::default()).map_or(true, |resolved| {
        // The rest of a plan that waits for pixels can only be told when it runs; it starts from this size.
        resolved.size.width <= LARGEST && resolved.size.height <= LARGEST
    })
}
