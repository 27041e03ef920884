//! Lengths, ratios and expressions without what can be computed beforehand.

use crate::{
    Expr, Length, Operator, Ratio, Rounding,
    resolve::{constant_side, is_density, sides},
};

/// The fields from which a step's box is computed.
pub(super) struct BoxFields<'a> {
    pub(super) width: &'a mut Option<Length>,
    pub(super) height: &'a mut Option<Length>,
    pub(super) ratio: &'a mut Option<Ratio>,
    pub(super) dpr: &'a mut Option<Length>,
    /// Whether a side that is not given follows from the picture's ratio.
    pub(super) keeps_ratio: bool,
}

impl BoxFields<'_> {
    /// Whether a step with these fields asks for any size at all.
    pub(super) fn is_empty(&self) -> bool {
        self.width.is_none() && self.height.is_none() && self.ratio.is_none()
    }

    pub(super) fn normalize(&mut self, rounding: Rounding) {
        *self.ratio = self.ratio.take().map(folded_ratio);
        self.settle_dpr(rounding);
        if self.dpr.is_none() {
            for side in [&mut *self.width, &mut *self.height] {
                *side = side.take().map(|side| settled_side(side, rounding));
            }
        }
        self.settle_ratio(rounding);
    }

    /// A density that is a plain number goes into the sides if they are plain pixels, and are known to leave it its say
    /// whatever the picture.
    fn settle_dpr(&mut self, rounding: Rounding) {
        if self.width.is_none() && self.height.is_none() {
            *self.dpr = None;
        }
        let dpr = self.dpr.take().map(|dpr| match dpr {
            Length::Px(value) | Length::Fraction(value) => Length::Px(value),
            Length::Thousandths(part) => Length::Px(f64::from(part) / 1000.0),
            Length::Expr(expr) => match expr.folded() {
                Expr::Number(value) if value.is_finite() => Length::Px(value),
                expr => Length::Expr(expr),
            },
        });
        for side in [&mut *self.width, &mut *self.height] {
            *side = side.take().map(|side| folded_side(side, rounding));
        }
        let is_plain = |side: &Option<Length>| matches!(side, None | Some(Length::Px(_)));
        let pixels = |side: &Option<Length>| match side {
            Some(Length::Px(pixels)) => Some(*pixels),
            _ => None,
        };
        let (ratio, follows) = match (&*self.width, &*self.height, &*self.ratio) {
            (Some(_), Some(_), _) => (None, false),
            (_, _, Some(Ratio::Value(ratio))) => (Some(*ratio), false),
            (_, _, Some(Ratio::Expr(_))) => (None, true),
            (_, _, None) => (None, self.keeps_ratio),
        };
        let known = sides(pixels(self.width), pixels(self.height), ratio);
        *self.dpr = match dpr {
            Some(Length::Px(1.0)) => None,
            Some(Length::Px(factor)) if !is_density(factor, known) => None,
            Some(Length::Px(factor))
                if is_plain(self.width) && is_plain(self.height) && !follows =>
            {
                for side in [&mut *self.width, &mut *self.height].into_iter().flatten() {
                    if let Length::Px(pixels) = side {
                        *pixels *= factor;
                    }
                }
                None
            }
            dpr => dpr,
        };
    }

    /// A ratio beside two sides has no say; beside one side in pixels it is another side in pixels.
    fn settle_ratio(&mut self, rounding: Rounding) {
        match (&*self.width, &*self.height, &*self.ratio, &*self.dpr) {
            (Some(_), Some(_), _, _) => *self.ratio = None,
            (Some(Length::Px(width)), None, Some(Ratio::Value(ratio)), None) => {
                *self.height = Some(Length::Px(constant_side(width / ratio, rounding)));
                *self.ratio = None;
            }
            (None, Some(Length::Px(height)), Some(Ratio::Value(ratio)), None) => {
                *self.width = Some(Length::Px(constant_side(height * ratio, rounding)));
                *self.ratio = None;
            }
            _ => {}
        }
    }
}

/// An offset, which may be negative.
pub(super) fn normalized_offset(offset: Length) -> Length {
    match folded(offset) {
        Length::Px(pixels) => Length::Px(pixels.round()),
        offset => offset,
    }
}

/// Where a gradient ends, at least 0. An expression is rounded and at least 1, also when it is constant.
pub(super) fn normalized_stop(stop: Length) -> Length {
    let is_computed = matches!(stop, Length::Expr(_));
    match folded(stop) {
        Length::Px(pixels) if is_computed => Length::Px(constant_side(pixels, Rounding::Nearest)),
        Length::Px(pixels) => Length::Px(pixels.max(0.0)),
        stop => stop,
    }
}

/// A side, or the size of a text: whole pixels, at least 1.
pub(super) fn normalized_side(side: Length) -> Length {
    settled_side(folded(side), Rounding::Nearest)
}

/// A length that multiplies nothing and is multiplied by nothing.
fn settled_side(side: Length, rounding: Rounding) -> Length {
    match side {
        Length::Px(pixels) => Length::Px(constant_side(pixels, rounding)),
        side => side,
    }
}

/// An expression is rounded to nearest whatever the step says, so it becomes pixels only where the
/// step says that too.
fn folded_side(side: Length, rounding: Rounding) -> Length {
    match (side, rounding) {
        (Length::Expr(expr), Rounding::Truncate) => Length::Expr(expr.folded()),
        (side, _) => folded(side),
    }
}

/// Without constant expressions.
fn folded(length: Length) -> Length {
    match length {
        Length::Thousandths(part) => Length::Thousandths(part.min(1000)),
        Length::Expr(expr) => match expr.folded() {
            Expr::Number(value) if value.is_finite() => Length::Px(value),
            expr => Length::Expr(expr),
        },
        length => length,
    }
}

fn folded_ratio(ratio: Ratio) -> Ratio {
    match ratio {
        Ratio::Expr(expr) => match expr.folded() {
            Expr::Number(value) if value.is_finite() => Ratio::Value(value),
            expr => Ratio::Expr(expr),
        },
        ratio @ Ratio::Value(_) => ratio,
    }
}

impl Expr {
    /// Without operators between plain numbers. What has no value stays, so that resolving can say why.
    pub(super) fn folded(self) -> Self {
        if self.is_deeper_than(Self::MAX_DEPTH) { self } else { fold(self) }
    }
}

/// The recursion is as deep as the expression, which the caller has checked.
fn fold(expr: Expr) -> Expr {
    let Expr::Binary(left, operator, right) = expr else {
        return expr;
    };
    let (left, right) = (fold(*left), fold(*right));
    if let (Expr::Number(left), Expr::Number(right)) = (&left, &right) {
        let divides_by_zero = *right == 0.0 && matches!(operator, Operator::Div | Operator::Mod);
        let value = operator.apply(*left, *right);
        if value.is_finite() && !divides_by_zero {
            return Expr::Number(value);
        }
    }
    Expr::Binary(Box::new(left), operator, Box::new(right))
}
