//! Which part survives a cut, and where a picture sits on a canvas.

use super::Context;
use crate::{Anchor, Size};

/// An anchor on one axis of one picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Align {
    /// Left or top edge.
    Low,
    Middle,
    /// Right or bottom edge.
    High,
    /// Centred on this coordinate of the current picture.
    On(f64),
}

/// The anchor on both axes, for the picture `current`. The most salient part counts as the middle, for cuts that are too
/// small to look for it, and so does an area of interest that nobody has bound.
///
/// The rectangle of [`Anchor::Focus`] belongs to the upright original; it is scaled along by current size / original
/// size on each axis. Cuts and turns before the step are not followed.
pub(super) fn aligns(anchor: Anchor, current: Size, context: &Context) -> (Align, Align) {
    use Align::{High, Low, Middle};
    let landscape = current.width >= current.height;
    match anchor {
        Anchor::Center | Anchor::Custom | Anchor::Attention => (Middle, Middle),
        Anchor::Top => (Middle, Low),
        Anchor::Bottom => (Middle, High),
        Anchor::Left => (Low, Middle),
        Anchor::Right => (High, Middle),
        Anchor::TopLeft => (Low, Low),
        Anchor::TopRight => (High, Low),
        Anchor::BottomLeft => (Low, High),
        Anchor::BottomRight => (High, High),
        Anchor::Start => {
            if landscape {
                (Low, Middle)
            } else {
                (Middle, Low)
            }
        }
        Anchor::End => {
            if landscape {
                (High, Middle)
            } else {
                (Middle, High)
            }
        }
        Anchor::Focus(rect) => {
            let on = |start: u32, length: u32, current: u32, input: u32| {
                let center = f64::from(start) + f64::from(length) / 2.0;
                Align::On(center * f64::from(current) / f64::from(input))
            };
            (
                on(rect.x, rect.width, current.width, context.input.width),
                on(rect.y, rect.height, current.height, context.input.height),
            )
        }
    }
}

impl Align {
    /// Where a window of `kept` pixels starts on a side that is at least as long. Floored.
    pub(super) fn cut(self, side: u32, kept: u32) -> u32 {
        let spare = side.saturating_sub(kept);
        match self {
            Self::Low => 0,
            Self::Middle => spare / 2,
            Self::High => spare,
            Self::On(center) => {
                let start = (center - f64::from(kept) / 2.0).floor();
                start.clamp(0.0, f64::from(spare)) as u32
            }
        }
    }

    /// Where a picture of `side` pixels starts on a canvas that is at least as long. Floored. There is nothing to
    /// choose from, so a focus counts as the middle.
    pub(super) fn place(self, side: u32, canvas: u32) -> u32 {
        let spare = canvas.saturating_sub(side);
        match self {
            Self::Low => 0,
            Self::Middle | Self::On(_) => spare / 2,
            Self::High => spare,
        }
    }
}
