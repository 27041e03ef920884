//! WebP through libwebp: lossy, lossless, with alpha, animated.
//!
//! A still that breaks off is shown as far as it goes, an animation up to its last whole frame. Scaled
//! decoding ([`Want::scale`]) averages areas; it applies to stills.

mod animated;
mod riff;
mod still;

use plan::{Format, Frames};

use self::riff::Chunks;
use super::{
    FrameSource, Header, Want,
    guard::{self, damaged},
};
use crate::{Error, Limits};

pub(super) fn header(bytes: &[u8], limits: &Limits) -> Result<Header, Error> {
    let chunks = Chunks::read(bytes, limits)?;
    guard::side_and_pixels(chunks.size, Format::Webp, limits)?;
    Ok(Header {
        frames: chunks.frames.max(1),
        duration_ms: if chunks.frames > 1 { chunks.duration_ms } else { 0 },
        profile: chunks.profile,
        metadata: chunks.blocks,
        damage: chunks.damage,
        ..Header::still(chunks.size, chunks.has_alpha)
    })
}

pub(super) fn open<'a>(
    bytes: &'a [u8],
    want: Want,
    limits: &Limits,
) -> Result<Box<dyn FrameSource + 'a>, Error> {
    let chunks = Chunks::read(bytes, limits)?;
    guard::side_and_pixels(chunks.size, Format::Webp, limits)?;
    if !chunks.is_animated {
        return still::open(bytes, chunks, want, limits);
    }
    if chunks.frames == 0 {
        return Err(damaged(Format::Webp, "there is no whole frame"));
    }
    if want.frames == Frames::All {
        guard::animation(chunks.size, chunks.frames, limits)?;
    }
    animated::open(bytes, chunks, want, limits)
}
