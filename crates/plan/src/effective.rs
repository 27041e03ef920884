//! What the numbers of an effect come to.
//!
//! Dialects check what was written and answer for it in their own words. A plan may also come from
//! the command line, so the ranges hold here as well: a number outside becomes the nearest that makes
//! sense, and an effect that would change nothing is `None`. Normalising and resolving both ask here;
//! so a plan and its normal form cannot differ in meaning.

use crate::{
    Colorize, Corners, Distort, Paint, ReplaceColor, Shadow, Sharpen, Tolerance, UnsharpMask,
};

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

/// Something to composite onto; `None` where it would not show.
pub(crate) fn background(paint: Paint) -> Option<Paint> {
    match paint {
        Paint::Solid(color) if color.a == 0 => None,
        // There is no area around the picture that it could fill.
        Paint::Blurred { .. } => None,
        paint => Some(paint),
    }
}

/// What fills an area, its numbers in range.
pub(crate) fn paint(paint: Paint) -> Paint {
    match paint {
        Paint::Blurred { intensity, brightness } => Paint::Blurred {
            intensity: intensity.map(|intensity| intensity.min(100)),
            brightness: brightness.clamp(-255, 255),
        },
        paint => paint,
    }
}

/// `None` where it would be too weak to be seen.
pub(crate) fn shadow(shadow: Shadow) -> Option<Shadow> {
    let Shadow { blur, strength, x, y } = shadow;
    let percent = |value: f64| at_least(-100.0, value).min(100.0);
    (strength > 0.0).then(|| Shadow {
        blur: at_least(0.0, blur).min(15.0),
        strength: strength.min(1.0),
        x: percent(x),
        y: percent(y),
    })
}

/// `None` where nothing is tinted.
pub(crate) fn colorize(colorize: Colorize) -> Option<Colorize> {
    let Colorize { color, intensity } = colorize;
    (intensity > 0.0).then(|| Colorize { color, intensity: intensity.min(1.0) })
}

/// `None` for an arc without a bend.
pub(crate) fn distort(distort: Distort) -> Option<Distort> {
    match distort {
        Distort::Arc(degrees) if degrees.abs() > 0.0 => {
            Some(Distort::Arc(degrees.clamp(-360.0, 360.0)))
        }
        Distort::Arc(_) => None,
        Distort::Perspective(_) => Some(distort),
    }
}

/// A tolerance of 0 to 100 percent.
pub(crate) fn replace_color(replace: ReplaceColor) -> ReplaceColor {
    ReplaceColor { tolerance: at_least(0.0, replace.tolerance).min(100.0), ..replace }
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
