//! The order of a render.

use plan::{Format, OutputFormat, Plan, Size};

use crate::{
    Error, Limits,
    decode::{self, Want},
    encode, sniff,
};

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
pub fn render(source: &[u8], plan: &Plan, limits: &Limits) -> Result<Rendered, Error> {
    let format = sniff(source).ok_or(Error::Unrecognized)?;
    let wanted = match plan.output.format {
        OutputFormat::Is(wanted) => wanted,
        OutputFormat::Auto | OutputFormat::Source => format,
    };
    let want = Want { frames: plan.frames, scale: 1.0, density: None };
    let decoded = decode::decode(source, format, want, limits)?;
    let size = decoded.frames.first().map_or(Size::new(1, 1), |frame| frame.picture.size);
    let frames = decoded.frames.len() as u32;
    let bytes = encode::encode(&decoded, wanted, &plan.output, limits)?;
    Ok(Rendered { bytes, format: wanted, size, frames })
}
