//! What a file is.

mod exif;
mod iptc;
mod look;
mod phash;
mod tiff;
mod xmp;

use plan::{
    Format, Frames,
    probe::{Depth, Look, Probe, Tag, TagGroup, TagValue},
};

use crate::{
    Error, Limits,
    decode::{self, DensityUnit, Header, Want},
    sniff,
};

/// What `bytes` are. [`Depth::Header`] reads headers and metadata; [`Depth::Full`] decodes too (scaled down
/// where the format allows it), proves that the picture decodes to its end, and fills [`Probe::look`].
///
/// Of an animation, [`Depth::Full`] decodes the first frame; of the others it proves that they are there.
/// Metadata blocks that are malformed or over the limits are left out, without an error. The orientation
/// of AVIF is always 1, as its decoder turns the picture.
pub fn probe(bytes: &[u8], depth: Depth, limits: &Limits) -> Result<Probe, Error> {
    let format = sniff(bytes).ok_or(Error::Unrecognized)?;
    let header = decode::header(bytes, format, limits)?;
    let metadata = tags(bytes, format, &header);
    let look = match depth {
        Depth::Header => None,
        Depth::Full => Some(look(bytes, format, &header, limits)?),
    };
    Ok(Probe {
        format,
        size: header.size,
        orientation: if format == Format::Avif { 1 } else { orientation(&metadata) },
        has_alpha: header.has_alpha,
        frames: header.frames,
        duration_ms: header.duration_ms,
        has_profile: header.profile.is_some(),
        density: header.density.or_else(|| density(&metadata)),
        jpeg_quality: header.jpeg_quality,
        metadata,
        look,
    })
}

/// All metadata entries, in the order EXIF, IPTC, XMP.
fn tags(bytes: &[u8], format: Format, header: &Header) -> Vec<Tag> {
    // A TIFF file is itself what an EXIF block looks like.
    let exif = if format == Format::Tiff { Some(bytes) } else { header.metadata.exif.as_deref() };
    let mut tags = exif.map(exif::read).unwrap_or_default();
    tags.extend(header.metadata.iptc.as_deref().map(iptc::read).unwrap_or_default());
    tags.extend(header.metadata.xmp.as_deref().map(xmp::read).unwrap_or_default());
    tags
}

fn look(bytes: &[u8], format: Format, header: &Header, limits: &Limits) -> Result<Look, Error> {
    if let Some(reason) = &header.damage {
        return Err(Error::Damaged { format, reason: reason.clone() });
    }
    let longest = header.size.width.max(header.size.height);
    let want = Want {
        frames: Frames::One(std::num::NonZeroU32::MIN),
        scale: (f64::from(look::SIDE) / f64::from(longest)).min(1.0),
        fine_chroma: false,
        density: None,
    };
    look::read(bytes, format, want, limits)
}

/// 1 to 8; 1 where EXIF says nothing or nonsense.
fn orientation(metadata: &[Tag]) -> u8 {
    match number(metadata, "Orientation") {
        Some(value) if (1.0..=8.0).contains(&value) => value as u8,
        _ => 1,
    }
}

/// Dots per inch, from EXIF.
fn density(metadata: &[Tag]) -> Option<u32> {
    const CENTIMETRE: f64 = 3.0;
    let unit = match number(metadata, "ResolutionUnit") {
        Some(CENTIMETRE) => DensityUnit::Centimetre,
        _ => DensityUnit::Inch,
    };
    decode::density(number(metadata, "XResolution")?, unit)
}

/// A number of EXIF's main directory.
fn number(metadata: &[Tag], name: &str) -> Option<f64> {
    metadata.iter().find_map(|tag| match tag.value {
        TagValue::Number(value) if tag.group == TagGroup::Image && tag.name == name => Some(value),
        _ => None,
    })
}
