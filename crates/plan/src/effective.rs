//! What the numbers of an effect come to.
//!
//! Dialects check what was written and answer for it in their own words. A plan may also come from
//! the command line, so the ranges hold here as well: a number outside becomes the nearest that makes
//! sense, and an effect that would change nothing is `None`. Normalising and resolving both ask here;
//! so a plan and its normal form cannot differ in meaning.

use crate::{Corners, Sharpen, Tolerance, UnsharpMask};

/// Standard deviation of a blur in pixels, 0.3 to 250. `None` for zero and less.
pub(crate) fn sigma(sigma: f64) -> Option<f64> {
    (sigma > 0.0).then(|| sigma.clamp(0.3, 250.0))
}

/// Factor for alpha below 1. `None` where it is 1 or more.
pub(crate) fn opacity(opacity: f64) -> Option<f64> {
    (opacity < 1.0).then(|| opacity.max(0.0))
}

/// `None` where a strength or a size is not above zero.
pub(crate) fn sharpen(sharpen: Sharpen) -> Option<Sharpen> {
    let above_zero = |value: f64| value > 0.0 && value.is_finite();
    match sharpen {
        Sharpen::Simple { strength } => above_zero(strength).then_some(sharpen),
        Sharpen::Lab { sigma } => {
            (sigma > 0.0).then(|| Sharpen::Lab { sigma: sigma.clamp(0.01, 10.0) })
        }
        Sharpen::Unsharp(mask) => {
            let threshold = at_least(0.0, mask.threshold).min(1.0);
            let sizes = [mask.radius, mask.sigma, mask.amount];
            sizes
                .into_iter()
                .all(above_zero)
                .then_some(Sharpen::Unsharp(UnsharpMask { threshold, ..mask }))
        }
    }
}

/// 1 to 99 percent, or 0 to 255 levels.
pub(crate) fn tolerance(tolerance: Tolerance) -> Tolerance {
    match tolerance {
        Tolerance::Percent(percent) => Tolerance::Percent(at_least(1.0, percent).min(99.0)),
        Tolerance::Levels(levels) => Tolerance::Levels(levels.min(255)),
    }
}

/// Radii of at least 0; `None` if no corner is rounded.
pub(crate) fn corners(corners: Corners) -> Option<Corners> {
    let Corners::Radii { top_left, top_right, bottom_right, bottom_left } = corners else {
        return Some(corners);
    };
    let radii = [top_left, top_right, bottom_right, bottom_left].map(|radius| radius.max(0.0));
    let [top_left, top_right, bottom_right, bottom_left] = radii;
    radii.iter().any(|radius| *radius > 0.0).then_some(Corners::Radii {
        top_left,
        top_right,
        bottom_right,
        bottom_left,
    })
}

/// An angle as 0 (inclusive) to 360 (exclusive) degrees clockwise.
pub(crate) fn degrees(degrees: f64) -> f64 {
    let turned = degrees.rem_euclid(360.0);
    // The remainder of a tiny negative angle rounds up to 360 itself; that of an infinite one is no number.
    if turned < 360.0 { turned } else { 0.0 }
}

/// How many quarter turns clockwise (0 to 3) an angle is, if it is a whole number of them.
pub(crate) fn quarter_turns(angle: f64) -> Option<u8> {
    let turns = degrees(angle) / 90.0;
    (turns.fract() == 0.0).then_some(turns as u8)
}

/// The larger of both; what is no number is replaced as well.
fn at_least(least: f64, value: f64) -> f64 {
    if value > least { value } else { least }
}
