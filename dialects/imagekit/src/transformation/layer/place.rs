//! Where a layer lies: `lx ly lxc lyc lap lfo lm`.

use plan::{Blend, Length, Place, Position, Side};

use super::super::{
    expression::{self, ExpressionError, Scope},
    geometry::set,
    number,
};

/// Larger numbers are no places on any picture.
const MAX_OFFSET: f64 = 1_000_000.0;

#[derive(Debug, Default)]
pub(super) struct Placing {
    x: Axis,
    y: Axis,
    anchor: Option<(Side, Side)>,
    focus: Option<(Side, Side)>,
    blend: Option<Blend>,
}

/// The coordinates along one axis.
#[derive(Debug, Default)]
struct Axis {
    edge: Option<Length>,
    center: Option<Length>,
}

impl Placing {
    /// Takes an item. `None`: the key is none of ours. `false`: its value is none, and is ignored.
    pub(super) fn take(
        &mut self,
        key: &str,
        value: &str,
        scope: Scope,
    ) -> Result<Option<bool>, ExpressionError> {
        Ok(Some(match key {
            "lx" => set(&mut self.x.edge, offset(value, scope)?),
            "ly" => set(&mut self.y.edge, offset(value, scope)?),
            "lxc" => set(&mut self.x.center, offset(value, scope)?),
            "lyc" => set(&mut self.y.center, offset(value, scope)?),
            "lap" => set(&mut self.anchor, sides(value)),
            "lfo" => set(&mut self.focus, sides(value)),
            "lm" => set(&mut self.blend, blend(value)),
            _ => return Ok(None),
        }))
    }

    /// Coordinates win over a focus. A missing one of a pair is 0, and of `lx` and `lxc` on the same axis `lx` counts.
    pub(super) fn into_place(self) -> (Place, Blend) {
        let Self { x, y, anchor, focus, blend } = self;
        let blend = blend.unwrap_or_default();
        let has_edge = x.edge.is_some() || y.edge.is_some();
        let has_center = x.center.is_some() || y.center.is_some();
        if !has_edge && !has_center {
            let (x, y) = focus.unwrap_or_default();
            return (Place { x: Position::Align(x), y: Position::Align(y) }, blend);
        }
        let (from_x, from_y) = anchor.unwrap_or((Side::Start, Side::Start));
        let place =
            Place { x: x.into_position(from_x, has_edge), y: y.into_position(from_y, has_edge) };
        (place, blend)
    }
}

impl Axis {
    /// `has_edge`: what a missing coordinate counts as.
    fn into_position(self, from: Side, has_edge: bool) -> Position {
        const NOTHING: Length = Length::Px(0.0);
        match (self.edge, self.center) {
            (Some(offset), _) => edge(offset, from),
            (None, Some(offset)) => middle(offset, from),
            (None, None) if has_edge => Position::Start { offset: NOTHING, from },
            (None, None) => Position::Middle { offset: NOTHING, from },
        }
    }
}

/// A negative number counts from the opposite edge, unless another point of the base is named.
fn edge(offset: Length, from: Side) -> Position {
    match (offset, from) {
        (Length::Px(pixels), Side::Start) if pixels.is_sign_negative() => {
            Position::End { offset: Length::Px(-pixels) }
        }
        (offset, from) => Position::Start { offset, from },
    }
}

fn middle(offset: Length, from: Side) -> Position {
    match (offset, from) {
        (Length::Px(pixels), Side::Start) if pixels.is_sign_negative() => {
            Position::Middle { offset: Length::Px(pixels), from: Side::End }
        }
        (offset, from) => Position::Middle { offset, from },
    }
}

/// Whole pixels, negative with `N`, or an expression.
fn offset(text: &str, scope: Scope) -> Result<Option<Length>, ExpressionError> {
    match number::signed(text) {
        Some(pixels) => {
            let is_offset = pixels.fract() == 0.0 && pixels.abs() <= MAX_OFFSET;
            Ok(is_offset.then_some(Length::Px(pixels)))
        }
        None => Ok(expression::parse(text, scope)?.map(Length::Expr)),
    }
}

fn sides(text: &str) -> Option<(Side, Side)> {
    use Side::{End, Middle, Start};
    Some(match text {
        "center" => (Middle, Middle),
        "top" => (Middle, Start),
        "bottom" => (Middle, End),
        "left" => (Start, Middle),
        "right" => (End, Middle),
        "top_left" => (Start, Start),
        "top_right" => (End, Start),
        "bottom_left" => (Start, End),
        "bottom_right" => (End, End),
        _ => return None,
    })
}

fn blend(text: &str) -> Option<Blend> {
    Some(match text {
        "multiply" => Blend::Multiply,
        "displace" => Blend::Displace,
        "cutout" => Blend::Cutout,
        "cutter" => Blend::Cutter,
        _ => return None,
    })
}
