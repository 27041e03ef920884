//! What the numbers of an effect come to.
//!
//! Dialects check what was written and answer for it in their own words. A plan may also come from
//! the command line, so the ranges hold here as well: a number outside becomes the nearest that makes
//! sense, and an effect that would change nothing is `None`. Normalising and resolving both ask here;
//! so a plan and its normal form cannot differ in meaning.

use crate::{
    Color, Colorize, Convolve, Corners, Distort, Equalize, Linear, Modulate, Paint, ReplaceColor,
    Shadow, Sharpen, Tolerance, UnsharpMask,
};

/// Standard deviation of a blur in pixels, 0.3 to 250. `None` for zero and less.
pub(crate) fn sigma(sigma: f64) -> Option<f64> {
    (sigma > 0.0).then(|| sigma.clamp(0.3, 250.0))
}

/// Factor for alpha below 1. `None` where it is 1 or more.
pub(crate) fn opacity(opacity: f64) -> Option<f64> {
    (opacity < 1.0).then(|| opacity.max(0.0))
}

/// Side of a median, 2 to 10 pixels. `None` for a single pixel.
pub(crate) fn median(side: u8) -> Option<u8> {
    (side > 1).then(|| side.min(10))
}

/// Whole rows, as many as there may be. `None` where there is none.
pub(crate) fn convolve(kernel: Convolve) -> Option<Convolve> {
    let Convolve { width, mut weights } = kernel;
    let width = width.clamp(1, Convolve::MAX_SIDE);
    let rows = (weights.len() / usize::from(width)).min(usize::from(Convolve::MAX_SIDE));
    weights.truncate(rows * usize::from(width));
    (rows > 0).then_some(Convolve { width, weights })
}

/// A neighbourhood of at least a pixel.
pub(crate) fn equalize(equalize: Equalize) -> Equalize {
    let side = |side: u16| side.clamp(1, Equalize::MAX_SIDE);
    let Equalize { width, height, slope } = equalize;
    Equalize { width: side(width), height: side(height), slope: slope.min(100) }
}

/// `None` for the line that leaves everything as it is.
#[expect(clippy::float_cmp, reason = "only exactly these leave every level as it is")]
pub(crate) fn linear(linear: Linear) -> Option<Linear> {
    (linear.gain != 1.0 || linear.offset != 0.0).then_some(linear)
}

/// `None` for 1.
#[expect(clippy::float_cmp, reason = "only exactly 1 leaves every level as it is")]
pub(crate) fn gamma(gamma: f64) -> Option<f64> {
    let gamma = at_least(0.1, gamma).min(10.0);
    (gamma != 1.0).then_some(gamma)
}

/// `None` where nothing is changed.
#[expect(clippy::float_cmp, reason = "only exactly these leave every colour as it is")]
pub(crate) fn modulate(modulate: Modulate) -> Option<Modulate> {
    let factor = |factor: f64| at_least(0.0, factor).min(10.0);
    let (lightness, chroma) = (factor(modulate.lightness), factor(modulate.chroma));
    let hue = degrees(modulate.hue);
    (lightness != 1.0 || chroma != 1.0 || hue != 0.0).then_some(Modulate { lightness, chroma, hue })
}

/// A colour without alpha.
pub(crate) fn tint(color: Color) -> Color {
    Color { a: 255, ..color }
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
