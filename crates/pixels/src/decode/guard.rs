//! Limits held against what a header claims, before anything is allocated.

use plan::{Format, Size};

use crate::{Error, Limits};

/// Refuses a picture with an empty side, one over the limits on sides and pixels, and one whose
/// pixels of `bytes_per_pixel` (all buffers that the codec needs at the same time) exceed the memory budget.
pub(super) fn picture(
    size: Size,
    bytes_per_pixel: u64,
    format: Format,
    limits: &Limits,
) -> Result<(), Error> {
    side_and_pixels(size, format, limits)?;
    memory(size.pixels().saturating_mul(bytes_per_pixel), limits)
}

/// The part of [`picture`] that holds for what is never decoded at full size, too.
pub(super) fn side_and_pixels(size: Size, format: Format, limits: &Limits) -> Result<(), Error> {
    if size.width == 0 || size.height == 0 {
        return Err(damaged(format, "a side is zero"));
    }
    let Size { width, height } = size;
    if width.max(height) > limits.source_side {
        return Err(Error::TooLarge(format!(
            "the image is {width}x{height} pixels, its longest side may have {}",
            limits.source_side
        )));
    }
    if size.pixels() > limits.source_pixels {
        return Err(Error::TooLarge(format!(
            "the image has {} pixels ({width}x{height}), the limit is {}",
            size.pixels(),
            limits.source_pixels
        )));
    }
    Ok(())
}

/// Refuses more than the memory budget.
pub(super) fn memory(bytes: u64, limits: &Limits) -> Result<(), Error> {
    if bytes > limits.memory {
        return Err(Error::TooLarge(format!(
            "decoding needs {bytes} bytes of memory, the limit is {}",
            limits.memory
        )));
    }
    Ok(())
}

/// Refuses an animation with too many frames, or too many pixels over all frames.
pub(super) fn animation(size: Size, frames: u32, limits: &Limits) -> Result<(), Error> {
    if frames > limits.frames {
        return Err(Error::TooLarge(format!(
            "the animation has {frames} frames, the limit is {}",
            limits.frames
        )));
    }
    let pixels = size.pixels().saturating_mul(u64::from(frames));
    if frames > 1 && pixels > limits.animation_pixels {
        return Err(Error::TooLarge(format!(
            "the frames of the animation have {pixels} pixels together, the limit is {}",
            limits.animation_pixels
        )));
    }
    Ok(())
}

/// [`Error::Damaged`] with this reason.
pub(super) fn damaged(format: Format, reason: impl Into<String>) -> Error {
    Error::Damaged { format, reason: reason.into() }
}
