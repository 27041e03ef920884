//! BMP, uncompressed and without extras: the format has no place for them that others read.

use image::{ExtendedColorType, codecs::bmp::BmpEncoder};
use plan::{Color, Format};

use super::Still;
use crate::{Error, picture::Layout};

/// Longest side that the signed fields of the header express; the length field of the file is the tighter limit.
const LONGEST_SIDE: u32 = 0x7fff_ffff;

pub(super) fn encode(still: &Still<'_>) -> Result<Vec<u8>, Error> {
    let picture = still.picture;
    super::check_side(picture.size, Format::Bmp, LONGEST_SIDE)?;
    let flat;
    let (data, color) = match picture.layout {
        Layout::Gray => (&picture.data, ExtendedColorType::L8),
        Layout::Rgb => (&picture.data, ExtendedColorType::Rgb8),
        Layout::Rgba => {
            flat = super::flatten(picture, still.output.flatten.unwrap_or(Color::BLACK));
            (&flat, ExtendedColorType::Rgb8)
        }
    };
    let mut bytes = Vec::with_capacity(data.len() + 2048);
    BmpEncoder::new(&mut bytes)
        .encode(data, picture.size.width, picture.size.height, color)
        .map_err(|error| {
            Error::TooLarge(format!("the picture does not fit into a BMP: {error}"))
        })?;
    Ok(bytes)
}
