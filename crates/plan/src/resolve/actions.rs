//! The list of actions while it grows, and what becomes one.

use super::{Action, Context, anchors::aligns, scope::Scope};
use crate::{
    Anchor, Rect, Region, Size,
    symmetry::{Move, Symmetry},
};

/// A walk along the steps.
pub(super) struct Walk<'a> {
    pub(super) context: &'a Context,
    pub(super) actions: Vec<Action>,
    /// Size after `actions`.
    pub(super) size: Size,
}

impl<'a> Walk<'a> {
    /// What the next step can see.
    pub(super) fn scope(&self) -> Scope<'a> {
        Scope { context: self.context, current: self.size }
    }

    /// Adds an action after which the picture has `size`, unless it changes nothing. A size that is larger than before
    /// must have been checked.
    pub(super) fn push(&mut self, action: Action, size: Size) {
        match action {
            Action::Resize { from, to, .. } if is_unscaled(from, to) => self.crop(Rect {
                x: from.x as u32,
                y: from.y as u32,
                width: to.width,
                height: to.height,
            }),
            Action::Resize { from, to, kernel, light } => {
                let from = self.take_crop_into(from);
                self.actions.push(Action::Resize { from, to, kernel, light });
            }
            Action::Canvas { size, .. } if size == self.size => {}
            Action::Turn(_) | Action::FlipHorizontal | Action::FlipVertical => self.turn(&action),
            action => self.actions.push(action),
        }
        self.size = size;
    }

    /// Cuts out a rectangle, which lies inside the picture.
    pub(super) fn crop(&mut self, rect: Rect) {
        if rect.size() == self.size {
            return;
        }
        self.size = rect.size();
        if let Some(Action::Crop(earlier)) = self.actions.last_mut() {
            let (x, y) = (earlier.x + rect.x, earlier.y + rect.y);
            *earlier = Rect { x, y, ..rect };
        } else {
            self.actions.push(Action::Crop(rect));
        }
    }

    /// Cuts to a size, which is at most the picture's, at an anchor.
    pub(super) fn cut(&mut self, kept: Size, anchor: Anchor) {
        if anchor == Anchor::Attention && kept != self.size {
            self.push(Action::CropAttention(kept), kept);
            return;
        }
        let (across, down) = aligns(anchor, self.size, self.context);
        self.crop(Rect {
            x: across.cut(self.size.width, kept.width),
            y: down.cut(self.size.height, kept.height),
            width: kept.width,
            height: kept.height,
        });
    }

    /// A region of the picture after a crop, as a region of the picture before it; the crop goes.
    fn take_crop_into(&mut self, from: Region) -> Region {
        let Some(Action::Crop(rect)) = self.actions.last() else {
            return from;
        };
        let (x, y) = (from.x + f64::from(rect.x), from.y + f64::from(rect.y));
        // A sum of rounded numbers may pass the edge of the crop by its last bit.
        let width = from.width.min(f64::from(rect.x) + f64::from(rect.width) - x);
        let height = from.height.min(f64::from(rect.y) + f64::from(rect.height) - y);
        self.actions.pop();
        Region { x, y, width, height }
    }

    /// Joins a turn or mirroring with those right before it.
    fn turn(&mut self, action: &Action) {
        let mut run: Vec<Move> = as_move(action).into_iter().collect();
        while let Some(earlier) = self.actions.last().and_then(as_move) {
            run.push(earlier);
            self.actions.pop();
        }
        let symmetry = run.into_iter().rev().fold(Symmetry::default(), Symmetry::then);
        self.actions.extend(symmetry.moves().map(|next| match next {
            Move::Turn(turns) => Action::Turn(turns),
            Move::FlipHorizontal => Action::FlipHorizontal,
            Move::FlipVertical => Action::FlipVertical,
        }));
    }
}

fn as_move(action: &Action) -> Option<Move> {
    match action {
        Action::Turn(turns) => Some(Move::Turn(*turns)),
        Action::FlipHorizontal => Some(Move::FlipHorizontal),
        Action::FlipVertical => Some(Move::FlipVertical),
        _ => None,
    }
}

/// Whether a resize reads as many pixels as it writes, and whole ones: then it is a crop.
#[expect(clippy::float_cmp, reason = "whole numbers are exact, and nothing else is unscaled")]
fn is_unscaled(from: Region, to: Size) -> bool {
    from.width == f64::from(to.width)
        && from.height == f64::from(to.height)
        && from.x.fract() == 0.0
        && from.y.fract() == 0.0
}
