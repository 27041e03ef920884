//! TIFF: lossless, deflated, with profile, XMP, IPTC and density. EXIF would need a directory of its own with offsets
//! rewritten; it is left out.

use std::io::Cursor;

use plan::Format;
use tiff::{
    TiffError,
    encoder::{
        Compression, DeflateLevel, Predictor, Rational, TiffEncoder,
        colortype::{ColorType, Gray8, RGB8, RGBA8},
    },
    tags::{ExtraSamples, ResolutionUnit, Tag},
};

use super::Still;
use crate::{Error, picture::Layout};

/// Longest side that readers accept; the 32-bit offsets are the tighter limit.
const LONGEST_SIDE: u32 = 0x7fff_ffff;

const XMP: Tag = Tag::Unknown(700);
const IPTC: Tag = Tag::Unknown(33_723);

pub(super) fn encode(still: &Still<'_>) -> Result<Vec<u8>, Error> {
    super::check_side(still.picture.size, Format::Tiff, LONGEST_SIDE)?;
    match still.picture.layout {
        Layout::Gray => write::<Gray8>(still),
        Layout::Rgb => write::<RGB8>(still),
        Layout::Rgba => write::<RGBA8>(still),
    }
    .map_err(failed)
}

fn write<C: ColorType<Inner = u8>>(still: &Still<'_>) -> Result<Vec<u8>, TiffError> {
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut bytes)?
        .with_compression(Compression::Deflate(DeflateLevel::Fast))
        .with_predictor(Predictor::Horizontal);
    let size = still.picture.size;
    let mut image = encoder.new_image::<C>(size.width, size.height)?;
    if still.picture.layout == Layout::Rgba {
        // Straight alpha, not premultiplied. Not by `extra_samples`, which counts the fourth sample twice.
        let unassociated = ExtraSamples::UnassociatedAlpha.to_u16();
        image.encoder().write_tag(Tag::ExtraSamples, unassociated)?;
    }
    if let Some(dpi) = still.density {
        image.resolution(ResolutionUnit::Inch, Rational { n: u32::from(dpi), d: 1 });
    }
    let blocks = still.extras.metadata;
    for (tag, block) in [
        (Tag::IccProfile, still.extras.profile),
        (XMP, blocks.xmp.as_deref()),
        (IPTC, blocks.iptc.as_deref()),
    ] {
        if let Some(block) = block {
            image.encoder().write_tag(tag, block)?;
        }
    }
    image.write_data(&still.picture.data)?;
    Ok(bytes.into_inner())
}

fn failed(error: TiffError) -> Error {
    match error {
        TiffError::LimitsExceeded | TiffError::IntSizeError => {
            Error::TooLarge("the picture does not fit into a TIFF of 4 GB".to_owned())
        }
        other => Error::Damaged { format: Format::Tiff, reason: other.to_string() },
    }
}
