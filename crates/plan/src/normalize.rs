//! Drops what cannot matter, so that equal meaning has equal text.
//!
//! The rule for everything here: for every source, the plan resolves to the same actions before and
//! after. A property test holds it to that.

mod layer;
mod lengths;
mod output;
mod steps;

pub(crate) use layer::normalized as layer;

use crate::{Frames, OutputFormat, Plan};

impl Plan {
    /// The same meaning with the least text. Idempotent.
    ///
    /// Steps that change nothing go, numbers outside their range become the nearest that is inside, what
    /// can be computed without a source is (constant expressions, a ratio beside a side in pixels, a
    /// density of the screen), conditions that decide nothing go, turns and mirrorings in a row become at most two, and of the output only
    /// what its format can show stays. [`Plan::orient`] always stays, because it decides what sizes
    /// refer to.
    #[must_use]
    pub fn normalized(self) -> Self {
        let output = output::normalized(self.output);
        Self {
            orient: self.orient,
            frames: normalized_frames(self.frames, output.format),
            steps: steps::normalized(self.steps),
            output,
        }
    }
}

/// The first frame is all that a format for stills gets anyway.
fn normalized_frames(frames: Frames, format: OutputFormat) -> Frames {
    match (frames, format) {
        (Frames::One(number), OutputFormat::Is(format))
            if number.get() == 1 && !format.holds_animation() =>
        {
            Frames::All
        }
        _ => frames,
    }
}
