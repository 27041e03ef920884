//! Numbers and colours as the canonical text writes them.

use std::fmt;

use crate::Color;

/// Prints a number as short as it can be read back exactly.
pub(super) struct Number(pub(super) f64);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(value) = *self;
        if value == 0.0 {
            // Zero and minus zero are equal, so they have one text.
            f.write_str("0")
        } else if (1e-5..1e16).contains(&value.abs()) || !value.is_finite() {
            write!(f, "{value}")
        } else {
            write!(f, "{value:e}")
        }
    }
}

impl fmt::Display for Color {
    /// `#rrggbb`, and two more digits for alpha unless it is opaque.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.r, self.g, self.b)?;
        if self.is_opaque() { Ok(()) } else { write!(f, "{:02x}", self.a) }
    }
}
