//! Bytes to pixels. One file per codec.

use plan::{Format, Frames};

use crate::{Error, Limits, picture::Decoded};

/// What the caller needs of a source, so that a decoder can do less.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Want {
    pub(crate) frames: Frames,
    /// The picture may be decoded at any scale at which both sides stay at least this fraction of the
    /// full size (0 to 1]; 1.0 asks for the full size. Decoders that cannot scale ignore it.
    pub(crate) scale: f64,
    /// Density at which vectors are rasterised, dots per inch; `None` is 96 (CSS pixels).
    pub(crate) density: Option<f64>,
}

/// Decodes `bytes`, which [`crate::sniff`] said to be `format`.
pub(crate) fn decode(bytes: &[u8], format: Format, want: Want, limits: &Limits) -> Result<Decoded, Error>;
