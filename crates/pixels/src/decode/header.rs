//! What a file says about itself.

use plan::Size;

use crate::picture::Blocks;

/// What a file's header and metadata blocks say; nothing in it was decoded.
#[derive(Debug, Clone)]
pub(crate) struct Header {
    /// As stored, before EXIF rotation. SVG: the intrinsic size in CSS pixels, rounded.
    pub(crate) size: Size,
    pub(crate) has_alpha: bool,
    /// 1 for a still.
    pub(crate) frames: u32,
    /// Sum of all frame delays; 0 for a still.
    pub(crate) duration_ms: u64,
    /// Dots per inch as the container says it; EXIF is not looked at here.
    pub(crate) density: Option<u32>,
    /// Estimate of the JPEG quality setting, 1 to 100.
    pub(crate) jpeg_quality: Option<u8>,
    /// ICC profile as found.
    pub(crate) profile: Option<Vec<u8>>,
    pub(crate) metadata: Blocks,
    /// What ends too early, if the structure of the container shows it.
    pub(crate) damage: Option<String>,
}

impl Header {
    /// A still without anything but a size.
    pub(crate) fn still(size: Size, has_alpha: bool) -> Self {
        Self {
            size,
            has_alpha,
            frames: 1,
            duration_ms: 0,
            density: None,
            jpeg_quality: None,
            profile: None,
            metadata: Blocks::default(),
            damage: None,
        }
    }
}
