//! The order of a render.

use plan::{Format, Plan, Size};

use crate::{Error, Limits};

/// An encoded picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    pub bytes: Vec<u8>,
    pub format: Format,
    pub size: Size,
    pub frames: u32,
}

/// Carries out `plan` on `source` and encodes the result as `plan.output.format`, which must be
/// concrete ([`plan::OutputFormat::Is`]) or `Source`; `Auto` counts as `Source`.
///
/// The same input gives the same bytes.
pub fn render(source: &[u8], plan: &Plan, limits: &Limits) -> Result<Rendered, Error>;
