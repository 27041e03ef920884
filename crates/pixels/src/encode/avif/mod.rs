//! AVIF: one AV1 key frame by libaom in a HEIF container of our own.

mod aom;
mod container;
mod planes;

use plan::Format;

use self::{
    aom::Settings,
    container::{Container, Item},
    planes::Planes,
};
use super::Still;
use crate::{Error, picture::Layout};

/// AV1 could express 65,536, but the common decoders refuse more than this.
const LONGEST_SIDE: u32 = 32_768;

pub(super) fn encode(still: &Still<'_>) -> Result<Vec<u8>, Error> {
    let picture = still.picture;
    super::check_side(picture.size, Format::Avif, LONGEST_SIDE)?;
    let quantizer = quantizer(still.quality());
    let has_profile = still.extras.profile.is_some();

    let color = match picture.layout {
        Layout::Gray => Planes::luma(&picture.data, picture.size),
        Layout::Rgb => Planes::yuv::<3>(&picture.data, picture.size),
        Layout::Rgba => Planes::yuv::<4>(&picture.data, picture.size),
    };
    let color = aom::encode(&color, &Settings { quantizer, srgb: !has_profile })?;
    still.limits.cancel.check()?;

    let alpha = if super::is_translucent(picture) {
        let plane: Vec<u8> = picture.data.chunks_exact(4).map(|pixel| pixel[3]).collect();
        // An outline shows errors more than a texture does, and costs little.
        Some(aom::encode(
            &Planes::luma(&plane, picture.size),
            &Settings { quantizer: quantizer / 2, srgb: false },
        )?)
    } else {
        None
    };
    let container = Container {
        size: picture.size,
        color: Item { data: &color, monochrome: picture.layout == Layout::Gray },
        alpha: alpha.as_deref().map(|data| Item { data, monochrome: true }),
        extras: still.extras,
    };
    Ok(container.write())
}

/// libaom's quantiser, 0 (finest) to 63, for a quality of 1 to 100: the straight line that libavif and libheif draw, so
/// that a quality means what it means elsewhere.
fn quantizer(quality: u8) -> u32 {
    (u32::from(100 - quality.min(100)) * 63 + 50) / 100
}
