//! What one call may cost.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use crate::Error;

/// What one call may cost. Checked against headers, before allocating.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Pixels of the source (one frame); 100 million by default.
    pub source_pixels: u64,
    /// Longest side of the source in pixels; 65,535 by default.
    pub source_side: u32,
    /// Frames of an animation; 1,000 by default.
    pub frames: u32,
    /// Pixels of all frames together; 250 million by default.
    pub animation_pixels: u64,
    /// Bytes of pixel buffers alive at the same time; 512 MB by default.
    pub memory: u64,
    /// Inflated bytes of one text chunk, EXIF, XMP or IPTC block: 8 MB. Larger ones are dropped.
    pub metadata: usize,
    /// Bytes of a colour profile: 4 MB. A larger one is dropped.
    pub profile: usize,
    /// Scans of a progressive JPEG: 100.
    pub jpeg_scans: u32,
    /// Text of an SVG: 10 MB.
    pub svg_bytes: usize,
    pub plan: plan::Limits,
    pub cancel: Cancel,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            source_pixels: 100_000_000,
            source_side: 65_535,
            frames: 1_000,
            animation_pixels: 250_000_000,
            memory: 512 << 20,
            metadata: 8 << 20,
            profile: 4 << 20,
            jpeg_scans: 100,
            svg_bytes: 10 << 20,
            plan: plan::Limits::default(),
            cancel: Cancel::default(),
        }
    }
}

/// A switch that stops a running render from outside: time is over, or nobody waits any more.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// `Err(Cancelled)` once [`Cancel::cancel`] was called. Asked between rows, frames and actions.
    pub fn check(&self) -> Result<(), Error> {
        if self.0.load(Ordering::Relaxed) { Err(Error::Cancelled) } else { Ok(()) }
    }
}

/// Shares a switch that somebody else holds.
impl From<Arc<AtomicBool>> for Cancel {
    fn from(switch: Arc<AtomicBool>) -> Self {
        Self(switch)
    }
}
