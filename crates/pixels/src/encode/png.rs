//! PNG.

use plan::Format;
use png::{BitDepth, ColorType, Encoder};

use super::Still;
use crate::{Error, picture::Layout};

/// Longest side that the header can express and readers accept.
const LONGEST_SIDE: u32 = 0x7fff_ffff;

pub(super) fn encode(still: &Still<'_>) -> Result<Vec<u8>, Error> {
    let picture = still.picture;
    super::check_side(picture.size, Format::Png, LONGEST_SIDE)?;
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, picture.size.width, picture.size.height);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_color(match picture.layout {
        Layout::Gray => ColorType::Grayscale,
        Layout::Rgb => ColorType::Rgb,
        Layout::Rgba => ColorType::Rgba,
    });
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&picture.data).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(bytes)
}

/// Writing into memory fails only when the encoder refuses what it is given.
fn failed(error: png::EncodingError) -> Error {
    Error::Damaged { format: Format::Png, reason: error.to_string() }
}
