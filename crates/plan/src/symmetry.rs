//! The eight ways in which a rectangle can be turned and mirrored.
//!
//! Any run of quarter turns and mirrorings is one of them, so that `fl-h_v` and `rt-180` are the same
//! plan.

/// First quarter turns clockwise, then perhaps mirrored left to right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Symmetry {
    turns: u8,
    mirrored: bool,
}

/// One move of which every [`Symmetry`] can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Move {
    /// Quarter turns clockwise.
    Turn(u8),
    FlipHorizontal,
    FlipVertical,
}

impl Symmetry {
    /// This one followed by a move.
    #[must_use]
    pub(crate) fn then(self, next: Move) -> Self {
        match next {
            // A turn passes a mirror as the opposite turn.
            Move::Turn(turns) if self.mirrored => self.turned(4 - turns % 4),
            Move::Turn(turns) => self.turned(turns),
            Move::FlipHorizontal => Self { mirrored: !self.mirrored, ..self },
            // Top to bottom is half a turn and left to right.
            Move::FlipVertical => Self { mirrored: !self.mirrored, ..self.turned(2) },
        }
    }

    /// The fewest moves that do the same, at most two.
    pub(crate) fn moves(self) -> impl Iterator<Item = Move> {
        let (turn, flip) = match (self.turns, self.mirrored) {
            (0, false) => (None, None),
            (turns, false) => (Some(Move::Turn(turns)), None),
            (0, true) => (None, Some(Move::FlipHorizontal)),
            (2, true) => (None, Some(Move::FlipVertical)),
            (turns, true) => (Some(Move::Turn(turns)), Some(Move::FlipHorizontal)),
        };
        turn.into_iter().chain(flip)
    }

    fn turned(self, turns: u8) -> Self {
        Self { turns: (self.turns + turns) % 4, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the pixels of `[top left, top right, bottom right, bottom left]` go.
    fn apply(corners: [char; 4], next: Move) -> [char; 4] {
        let [tl, tr, br, bl] = corners;
        match next {
            Move::Turn(0) => corners,
            Move::Turn(turns) => apply([bl, tl, tr, br], Move::Turn(turns - 1)),
            Move::FlipHorizontal => [tr, tl, bl, br],
            Move::FlipVertical => [bl, br, tr, tl],
        }
    }

    #[test]
    fn every_run_of_moves_equals_its_shortest_form() {
        let all =
            [Move::Turn(1), Move::Turn(2), Move::Turn(3), Move::FlipHorizontal, Move::FlipVertical];
        for a in all {
            for b in all {
                for c in all {
                    let picture = ['a', 'b', 'c', 'd'];
                    let expected = [a, b, c].into_iter().fold(picture, apply);
                    let symmetry = Symmetry::default().then(a).then(b).then(c);
                    let found = symmetry.moves().fold(picture, apply);
                    assert_eq!(found, expected, "{a:?} {b:?} {c:?}");
                    assert!(symmetry.moves().count() <= 2);
                }
            }
        }
    }
}
