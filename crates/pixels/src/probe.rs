//! What a file is.

use plan::probe::{Depth, Probe};

use crate::{Error, Limits};

/// What `bytes` are. [`Depth::Header`] reads headers and metadata; [`Depth::Full`] decodes too (scaled down
/// where the format allows it), proves that the picture decodes to its end, and fills [`Probe::look`].
pub fn probe(bytes: &[u8], depth: Depth, limits: &Limits) -> Result<Probe, Error>;
