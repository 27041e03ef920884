//! TIFF, BMP, QOI, Targa and PNM, through the `image` crate: one picture each, decoded as a whole.
//!
//! Of a TIFF with several pages, the first. Samples deeper than 8 bits are scaled down. What is cut off
//! or broken is refused.

use std::{borrow::Cow, io::Cursor};

use image::{ColorType, DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader};
use plan::{Format, Region, Size};

use super::{
    FrameSource, Header, Info,
    guard::{self, damaged},
};
use crate::{
    Error, Limits,
    picture::{Blocks, Frame, Layout, Picture},
};

pub(super) fn header(bytes: &[u8], format: Format, limits: &Limits) -> Result<Header, Error> {
    let mut decoder = decoder(bytes.into(), format, limits)?;
    let (width, height) = decoder.dimensions();
    let has_alpha = decoder.color_type().has_alpha();
    let (profile, metadata) = about(&mut decoder, limits);
    Ok(Header { profile, metadata, ..Header::still(Size::new(width, height), has_alpha) })
}

pub(super) fn open<'a>(
    bytes: impl Into<Cow<'a, [u8]>>,
    format: Format,
    limits: &Limits,
) -> Result<Box<dyn FrameSource + 'a>, Error> {
    let mut decoder = decoder(bytes.into(), format, limits)?;
    let (width, height) = decoder.dimensions();
    let size = Size::new(width, height);
    let layout = match decoder.color_type() {
        ColorType::L8 | ColorType::L16 => Layout::Gray,
        color if color.has_alpha() => Layout::Rgba,
        _ => Layout::Rgb,
    };
    // What the codec unpacks, unless it is what we hand out.
    let working_bytes = match decoder.color_type() {
        ColorType::L8 | ColorType::Rgb8 | ColorType::Rgba8 => 0,
        _ => decoder.total_bytes(),
    };
    guard::memory(size.pixels() * layout.channels() as u64 + working_bytes, limits)?;
    let (profile, metadata) = about(&mut decoder, limits);
    let info = Info {
        size,
        source: size,
        covers: Region::whole(size),
        layout,
        loops: 0,
        profile,
        metadata,
        working_bytes,
    };
    Ok(Box::new(Raster { decoder: Some(decoder), format, info, limits: limits.clone() }))
}

struct Raster<D> {
    /// `None` once the picture has been handed out.
    decoder: Option<D>,
    format: Format,
    info: Info,
    limits: Limits,
}

impl<D: ImageDecoder> FrameSource for Raster<D> {
    fn info(&self) -> &Info {
        &self.info
    }

    fn next_frame(&mut self) -> Result<Option<Frame>, Error> {
        let Some(decoder) = self.decoder.take() else { return Ok(None) };
        self.limits.cancel.check()?;
        let image =
            DynamicImage::from_decoder(decoder).map_err(|error| refused(&error, self.format))?;
        let data = match self.info.layout {
            Layout::Gray => image.into_luma8().into_raw(),
            Layout::Rgb => image.into_rgb8().into_raw(),
            Layout::Rgba => image.into_rgba8().into_raw(),
        };
        let picture = Picture { size: self.info.size, layout: self.info.layout, data };
        Ok(Some(Frame { picture, delay_ms: 0 }))
    }
}

fn decoder<'a>(
    bytes: Cow<'a, [u8]>,
    format: Format,
    limits: &Limits,
) -> Result<impl ImageDecoder + 'a, Error> {
    let codec = match format {
        Format::Tiff => ImageFormat::Tiff,
        Format::Bmp => ImageFormat::Bmp,
        Format::Ico => ImageFormat::Ico,
        Format::Qoi => ImageFormat::Qoi,
        Format::Tga => ImageFormat::Tga,
        Format::Pnm => ImageFormat::Pnm,
        other => return Err(Error::Unsupported(other)),
    };
    if let (Format::Qoi, Some([w3, w2, w1, w0, h3, h2, h1, h0])) = (format, bytes.get(4..12)) {
        // The codec has limits of its own, and calls what exceeds them broken.
        let width = u32::from_be_bytes([*w3, *w2, *w1, *w0]);
        let height = u32::from_be_bytes([*h3, *h2, *h1, *h0]);
        guard::side_and_pixels(Size::new(width, height), format, limits)?;
    }
    let mut bounds = image::Limits::default();
    bounds.max_alloc = Some(limits.memory);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), codec);
    reader.limits(bounds);
    let decoder = reader.into_decoder().map_err(|error| refused(&error, format))?;
    let (width, height) = decoder.dimensions();
    guard::side_and_pixels(Size::new(width, height), format, limits)?;
    Ok(decoder)
}

/// Profile and metadata blocks; what cannot be read or is too long is left out.
fn about(decoder: &mut impl ImageDecoder, limits: &Limits) -> (Option<Vec<u8>>, Blocks) {
    let within = |block: Vec<u8>, limit: usize| (block.len() <= limit).then_some(block);
    let profile = decoder.icc_profile().ok().flatten();
    let block = |block: Option<Vec<u8>>| block.and_then(|block| within(block, limits.metadata));
    let metadata = Blocks {
        exif: block(decoder.exif_metadata().ok().flatten()),
        xmp: block(decoder.xmp_metadata().ok().flatten()),
        iptc: block(decoder.iptc_metadata().ok().flatten()),
    };
    (profile.and_then(|profile| within(profile, limits.profile)), metadata)
}

fn refused(error: &ImageError, format: Format) -> Error {
    match error {
        ImageError::Limits(_) => Error::TooLarge(error.to_string()),
        ImageError::Unsupported(_) => Error::Unsupported(format),
        _ => damaged(format, error.to_string()),
    }
}
