//! Bytes to pixels. One file per codec.
//!
//! Each codec offers two functions: `header`, which reads sizes, counts and metadata without
//! decoding a pixel, and `open`, which hands out pictures one at a time through [`FrameSource`], so
//! that a long animation never lies in memory as a whole. Every size is held against [`Limits`]
//! before anything of that size is allocated.
//!
//! To add a format: a file with these two functions, a line in [`header`] and in [`open`], its magic
//! bytes in `sniff.rs`, and rows in `decode/tests/`.

mod avif;
mod blocks;
mod cmyk;
mod gif;
mod guard;
mod header;
mod ico;
mod jpeg;
mod markup;
mod png;
mod raster;
mod rows;
mod svg;
mod webp;

pub(crate) use blocks::{DensityUnit, density};
pub(crate) use header::Header;
pub(crate) use markup::most_attributes;

use self::rows::{ByRow, Rows, Whole};
use plan::{Format, Frames, Region, Size};

use crate::{
    Error, Limits,
    picture::{Blocks, Frame, Layout, RowSource},
};

/// Dots per inch at which a vector has as many pixels as its size says: what any file counts as that says no density.
pub(crate) const VECTOR_DPI: f64 = 72.0;

/// What the caller needs of a source, so that a decoder can do less.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Want {
    pub(crate) frames: Frames,
    /// The picture may be decoded at any scale at which both sides stay at least this fraction of the
    /// full size (0 to 1]; 1.0 asks for the full size. Decoders that cannot scale ignore it. Vectors are drawn
    /// at exactly this scale, which for them may be above 1.
    pub(crate) scale: f64,
    /// Whether chroma that is stored at half the size is to be interpolated. Not needed where the picture is going to
    /// be reduced by half or more: that averages what interpolating would have made.
    pub(crate) fine_chroma: bool,
    /// Density at which vectors are rasterised, dots per inch; `None` is [`VECTOR_DPI`].
    pub(crate) density: Option<f64>,
}

/// What [`FrameSource`] hands out, known before the first pixel is decoded.
#[derive(Debug, Clone)]
pub(crate) struct Info {
    /// Size of the pictures handed out; smaller than [`Info::source`] where [`Want::scale`] allowed it.
    pub(crate) size: Size,
    /// Size as the file's header says.
    pub(crate) source: Size,
    /// Which part of the pictures handed out shows the whole source. Usually all of it; a JPEG scaled on
    /// decoding is rounded up to whole pixels, so the last column and row may be covered partly.
    pub(crate) covers: Region,
    /// The same for every frame.
    pub(crate) layout: Layout,
    /// How often an animation plays; 0 is for ever.
    pub(crate) loops: u32,
    /// In which the samples are to be understood. `None`: sRGB. CMYK is converted by the decoder (through its
    /// profile where it has one), so this is never a CMYK profile.
    pub(crate) profile: Option<Vec<u8>>,
    pub(crate) metadata: Blocks,
    /// Memory that the codec holds while it works, beside the pictures that it hands out.
    pub(crate) working_bytes: u64,
}

impl Info {
    /// Bytes of one picture.
    pub(crate) fn frame_bytes(&self) -> u64 {
        self.size.pixels() * self.layout.channels() as u64
    }
}

/// An opened source: hands out composed frames one after the other.
///
/// * [`FrameSource::next_frame`] yields at least one frame before `None`; damage that leaves nothing to
///   show is an error of the first call. After an error or `None`, it yields `None`.
/// * Every frame has [`Info::size`] and [`Info::layout`], and is complete: what an animation keeps of
///   earlier frames is already in it. The picture belongs to the caller.
/// * [`crate::Cancel`] is looked at between rows or, where a codec decodes a frame in one call, between frames.
pub(crate) trait FrameSource {
    fn info(&self) -> &Info;

    /// The next frame; `None` after the last.
    fn next_frame(&mut self) -> Result<Option<Frame>, Error>;

    /// What was found missing or broken in the frames handed out so far, if they were shown all the same:
    /// the rest of a truncated picture is filled, not refused.
    fn damage(&self) -> Option<&str> {
        None
    }
}

/// Opens `bytes`, which [`crate::sniff`] said to be `format`. Reads headers and checks limits; pixels
/// are decoded by [`FrameSource::next_frame`].
pub(crate) fn open<'a>(
    bytes: &'a [u8],
    format: Format,
    want: Want,
    limits: &Limits,
) -> Result<Box<dyn FrameSource + 'a>, Error> {
    limits.cancel.check()?;
    match format {
        Format::Jpeg => Ok(whole(jpeg::open(bytes, want, limits)?, limits)?),
        Format::Png => Ok(whole(png::open(bytes, limits)?, limits)?),
        Format::Webp => webp::open(bytes, want, limits),
        Format::Gif => gif::open(bytes, want, limits),
        Format::Avif => avif::open(bytes, limits),
        Format::Svg => svg::open(bytes, want, limits),
        Format::Ico => ico::open(bytes, want, limits),
        Format::Tiff | Format::Bmp | Format::Qoi | Format::Tga | Format::Pnm => {
            raster::open(bytes, format, limits)
        }
        Format::Heic | Format::Jxl | Format::Psd => Err(Error::Unsupported(format)),
    }
}

/// Opens a still for reading from top to bottom, where the format can be read so; `None` where it
/// cannot, and [`open`] must be used.
pub(crate) fn open_rows<'a>(
    bytes: &'a [u8],
    format: Format,
    want: Want,
    limits: &Limits,
) -> Result<Option<Box<dyn RowSource + 'a>>, Error> {
    limits.cancel.check()?;
    Ok(match format {
        Format::Jpeg => Some(Box::new(ByRow(jpeg::open(bytes, want, limits)?))),
        Format::Png => Some(Box::new(ByRow(png::open(bytes, limits)?))),
        _ => None,
    })
}

fn whole<'a>(rows: impl Rows + 'a, limits: &Limits) -> Result<Box<dyn FrameSource + 'a>, Error> {
    let info = rows.info();
    guard::memory(info.frame_bytes() + info.working_bytes, limits)?;
    Ok(Box::new(Whole::new(rows)))
}

/// What the header and the metadata of `bytes` say. Decodes nothing.
pub(crate) fn header(bytes: &[u8], format: Format, limits: &Limits) -> Result<Header, Error> {
    limits.cancel.check()?;
    match format {
        Format::Jpeg => jpeg::header(bytes, limits),
        Format::Png => png::header(bytes, limits),
        Format::Webp => webp::header(bytes, limits),
        Format::Gif => gif::header(bytes, limits),
        Format::Avif => avif::header(bytes, limits),
        Format::Svg => svg::header(bytes, limits),
        Format::Ico => ico::header(bytes, limits),
        Format::Tiff | Format::Bmp | Format::Qoi | Format::Tga | Format::Pnm => {
            raster::header(bytes, format, limits)
        }
        Format::Heic | Format::Jxl | Format::Psd => Err(Error::Unsupported(format)),
    }
}

#[cfg(test)]
mod tests;
