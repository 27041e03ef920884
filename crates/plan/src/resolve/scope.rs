//! Lengths, ratios and expressions as numbers, where the sizes are known.

use std::ops::RangeInclusive;

use super::Context;
use crate::{Expr, Length, Limits, Ratio, ResolveError, Rounding, Size, Variable};

/// Sides and offsets beyond this are cut off before arithmetic, so that no product overflows; every
/// limit lies far below.
const HUGE: f64 = (1_u64 << 40) as f64;

/// What a step can see: the original, what it is laid on, and its own input.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) context: &'a Context,
    pub(super) current: Size,
}

/// A box that a step asks for. Each side is known, or is to follow from the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) width: Option<u64>,
    pub(super) height: Option<u64>,
}

/// The fields from which a step's box is computed.
pub(super) struct BoxFields<'a> {
    pub(super) width: Option<&'a Length>,
    pub(super) height: Option<&'a Length>,
    pub(super) ratio: Option<&'a Ratio>,
    pub(super) dpr: Option<&'a Length>,
    /// Whether a side that is not given follows from the picture's ratio. Otherwise it is the picture's.
    pub(super) keeps_ratio: bool,
}

impl Scope<'_> {
    /// The box that the fields ask for. With one side and a ratio both sides are known; a ratio without a side is left
    /// to the caller.
    pub(super) fn wanted(
        &self,
        fields: &BoxFields<'_>,
        rounding: Rounding,
    ) -> Result<Wanted, ResolveError> {
        let dpr = self.factor(fields)?;
        let side = |length: Option<&Length>, along: u32| {
            length.map(|length| self.side(length, along, dpr, rounding)).transpose()
        };
        let width = side(fields.width, self.current.width)?;
        let height = side(fields.height, self.current.height)?;
        let wanted = Wanted { width, height };
        let Some(ratio) = fields.ratio else {
            return Ok(wanted);
        };
        Ok(match (width, height) {
            (Some(width), None) => {
                let height = whole_side(width as f64 / self.ratio(ratio)?, rounding);
                Wanted { height: Some(height), ..wanted }
            }
            (None, Some(height)) => {
                let width = whole_side(height as f64 * self.ratio(ratio)?, rounding);
                Wanted { width: Some(width), ..wanted }
            }
            _ => wanted,
        })
    }

    /// A side in whole pixels, at least 1. `along` is the input's side on the same axis.
    pub(super) fn side(
        &self,
        length: &Length,
        along: u32,
        dpr: f64,
        rounding: Rounding,
    ) -> Result<u64, ResolveError> {
        let rounding = match length {
            Length::Expr(_) => Rounding::Nearest,
            _ => rounding,
        };
        Ok(whole_side(self.length(length, along)? * dpr, rounding))
    }

    /// A side before it is multiplied and rounded.
    fn length(&self, length: &Length, along: u32) -> Result<f64, ResolveError> {
        Ok(match length {
            Length::Px(pixels) => *pixels,
            Length::Fraction(fraction) => fraction * f64::from(along),
            Length::Thousandths(part) => thousandths(along, u32::from(*part).min(1000)) as f64,
            Length::Expr(expr) => self.value(expr)?,
        })
    }

    /// A place on an axis in whole pixels, perhaps negative.
    pub(super) fn offset(&self, length: &Length, along: u32) -> Result<i64, ResolveError> {
        Ok(match length {
            Length::Px(pixels) => whole(*pixels),
            Length::Fraction(fraction) => whole(fraction * f64::from(along)),
            Length::Thousandths(part) => thousandths(along, u32::from(*part).min(1000)) as i64,
            Length::Expr(expr) => whole(self.value(expr)?),
        })
    }

    /// How far along a way of `length` pixels, at least 0. Not rounded, but for expressions.
    pub(super) fn distance(&self, part: &Length, length: f64) -> Result<f64, ResolveError> {
        let pixels = match part {
            Length::Px(pixels) => *pixels,
            Length::Fraction(fraction) => fraction * length,
            Length::Thousandths(part) => f64::from((*part).min(1000)) / 1000.0 * length,
            Length::Expr(expr) => whole_side(self.value(expr)?, Rounding::Nearest) as f64,
        };
        Ok(pixels.clamp(0.0, HUGE))
    }

    /// How wide a frame is: 0 for none.
    pub(super) fn thickness(&self, length: &Length) -> Result<u64, ResolveError> {
        let pixels = self.offset(length, self.current.width)?.max(0) as u64;
        Ok(if matches!(length, Length::Expr(_)) { pixels.max(1) } else { pixels })
    }

    /// Width divided by height.
    pub(super) fn ratio(&self, ratio: &Ratio) -> Result<f64, ResolveError> {
        match ratio {
            Ratio::Value(value) => Ok(*value),
            Ratio::Expr(expr) => self.value(expr),
        }
    }

    /// The value of an expression, always finite.
    pub(super) fn value(&self, expr: &Expr) -> Result<f64, ResolveError> {
        let fail = |reason| ResolveError::Expression { expression: expr.to_string(), reason };
        if expr.is_deeper_than(Expr::MAX_DEPTH) {
            return Err(fail("it is nested more than 64 deep"));
        }
        evaluate(expr, &|variable| self.variable(variable)).map_err(fail)
    }

    /// The number by which given sides are multiplied; nobody asks for it where none is given.
    pub(super) fn factor(&self, fields: &BoxFields<'_>) -> Result<f64, ResolveError> {
        let factor = match fields.dpr {
            _ if fields.width.is_none() && fields.height.is_none() => return Ok(1.0),
            None => return Ok(1.0),
            Some(Length::Px(value) | Length::Fraction(value)) => *value,
            Some(Length::Thousandths(part)) => f64::from(*part) / 1000.0,
            Some(Length::Expr(expr)) => self.value(expr)?,
        };
        let side = |length: Option<&Length>, along: u32| {
            length.map(|length| self.length(length, along)).transpose()
        };
        let width = side(fields.width, self.current.width)?;
        let height = side(fields.height, self.current.height)?;
        let ratio = match fields.ratio {
            // Beside two sides it has no say, and no value needed.
            _ if width.is_some() && height.is_some() => None,
            Some(ratio) => Some(self.ratio(ratio)?),
            None => fields.keeps_ratio.then(|| self.current.ratio()),
        };
        let is_density = is_density(factor, sides(width, height, ratio));
        Ok(if is_density { factor } else { 1.0 })
    }

    pub(super) fn variable(&self, variable: Variable) -> f64 {
        let Context { input, base, .. } = *self.context;
        match variable {
            Variable::InputWidth => f64::from(input.width),
            Variable::InputHeight => f64::from(input.height),
            Variable::InputRatio => input.ratio(),
            Variable::BaseWidth => f64::from(base.width),
            Variable::BaseHeight => f64::from(base.height),
            Variable::BaseRatio => base.ratio(),
            Variable::CurrentWidth => f64::from(self.current.width),
            Variable::CurrentHeight => f64::from(self.current.height),
            Variable::CurrentRatio => self.current.ratio(),
            Variable::InputDensity => self.context.density,
        }
    }
}

/// The recursion is as deep as the expression, which the caller has checked.
fn evaluate(expr: &Expr, variable: &dyn Fn(Variable) -> f64) -> Result<f64, &'static str> {
    let value = match expr {
        Expr::Number(number) => *number,
        Expr::Variable(name) => variable(*name),
        Expr::Binary(left, operator, right) => {
            let (left, right) = (evaluate(left, variable)?, evaluate(right, variable)?);
            if right == 0.0 && matches!(operator, crate::Operator::Div | crate::Operator::Mod) {
                return Err("it divides by zero");
            }
            operator.apply(left, right)
        }
    };
    if value.is_finite() { Ok(value) } else { Err("it is no finite number") }
}

/// Whether sides are multiplied by a density. One out of range, or that makes a side too small or too large, counts as 1.
/// Source: ImageKit's page on `dpr`; no other dialect leaves the multiplying to a plan.
pub(crate) fn is_density(factor: f64, sides: impl IntoIterator<Item = f64>) -> bool {
    const FACTORS: RangeInclusive<f64> = 0.1..=5.0;
    const SIDES: RangeInclusive<f64> = 1.0..=5000.0;
    FACTORS.contains(&factor) && sides.into_iter().all(|side| SIDES.contains(&(side * factor)))
}

/// The sides that are known, with the one that follows from a ratio.
pub(crate) fn sides(
    width: Option<f64>,
    height: Option<f64>,
    ratio: Option<f64>,
) -> impl Iterator<Item = f64> {
    let other = match (width, height, ratio) {
        (Some(width), None, Some(ratio)) => Some(width / ratio),
        (None, Some(height), Some(ratio)) => Some(height * ratio),
        _ => None,
    };
    [width, height, other].into_iter().flatten()
}

/// What a length of plain pixels comes to as a side, so that normalising and resolving agree.
pub(crate) fn constant_side(pixels: f64, rounding: Rounding) -> f64 {
    whole_side(pixels, rounding) as f64
}

/// At least 1; what is no number counts as 1.
pub(super) fn whole_side(value: f64, rounding: Rounding) -> u64 {
    let value = match rounding {
        Rounding::Nearest => value.round(),
        Rounding::Truncate => value.trunc(),
    };
    if value >= 1.0 { value.min(HUGE) as u64 } else { 1 }
}

/// To nearest; what is no number counts as 0.
fn whole(value: f64) -> i64 {
    value.round().clamp(-HUGE, HUGE) as i64
}

/// Truncated part of a side. Whole numbers throughout, since `0.022 + 0.088` is not `0.11`.
pub(super) fn thousandths(side: u32, part: u32) -> u64 {
    u64::from(side) * u64::from(part) / 1000
}

/// A size that is within the limits.
pub(super) fn checked(width: u64, height: u64, limits: &Limits) -> Result<Size, ResolveError> {
    let too_large = |limit: String| Err(ResolveError::TooLarge { width, height, limit });
    let side = u64::from(limits.output_side);
    if width > side || height > side {
        return too_large(format!("{side} pixels on a side"));
    }
    let size = Size::new(width as u32, height as u32);
    if size.pixels() > limits.output_pixels {
        return too_large(format!("{} pixels", limits.output_pixels));
    }
    Ok(size)
}
