//! Pixels to bytes. One file per codec.
//!
//! A still goes through [`encode_still`]; the frames of an animation are handed over one by one to an
//! [`AnimationEncoder`], so that nobody has to hold all of them. The same input gives the same bytes:
//! no encoder here looks at the clock, and threads never decide anything.
//!
//! To add a format: a file here with `encode(&Still, ..)`, a line in [`encode_still`], a line in
//! `plan::Format::is_encodable`.

use plan::{Color, Density, Format, Output, Size};

use crate::{
    Error, Limits,
    picture::{Blocks, Layout, Picture},
};

mod avif;
mod bmp;
mod gif;
mod jpeg;
mod png;
mod quantize;
mod tiff;
mod webp;

#[cfg(test)]
mod tests;

/// What goes into the file beside the pixels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extras<'a> {
    /// In which the samples are to be understood. `None`: sRGB, and nothing is embedded.
    pub(crate) profile: Option<&'a [u8]>,
    pub(crate) metadata: &'a Blocks,
    /// How often an animation plays; 0 is for ever. Stills ignore it.
    pub(crate) loops: u32,
}

/// Takes the frames of one animation, in order, and gives the file.
///
/// Holds the encoded frames and at most two canvases of pixels, never all frames.
pub(crate) trait AnimationEncoder {
    /// Appends one full canvas, shown for `delay_ms`. It must have the size that was announced; the layout may differ
    /// from frame to frame. An unchanged frame only lengthens the one before it where the format allows that, so
    /// the file may hold fewer frames than were added.
    /// `Cancelled` once the switch of the limits was thrown.
    fn add(&mut self, picture: &Picture, delay_ms: u32) -> Result<(), Error>;

    /// The whole file. At least one frame must have been added.
    fn finish(self: Box<Self>) -> Result<Vec<u8>, Error>;
}

/// An encoder for frames of `size`, for the formats of which [`Format::holds_animation`] is true; `Unsupported` for others,
/// `TooLarge` where the format cannot hold the size.
pub(crate) fn animation(
    format: Format,
    size: Size,
    extras: Extras<'_>,
    output: &Output,
    limits: &Limits,
) -> Result<Box<dyn AnimationEncoder>, Error> {
    let extras = Extras {
        profile: extras.profile.filter(|profile| describes(profile, Layout::Rgb)),
        ..extras
    };
    match format {
        Format::Gif => Ok(Box::new(gif::Animation::new(size, extras, limits)?)),
        Format::Webp => Ok(Box::new(webp::Animation::new(size, extras, output, limits)?)),
        _ => Err(Error::Unsupported(format)),
    }
}

/// Encodes one picture. `extras` are embedded as they are, where the format has a place for them: the pipeline has
/// removed what must not stay.
///
/// Of `output`, this reads `quality`, `progressive`, `lossless`, `palette`, `density` and `flatten`. A density must be
/// [`Density::Dpi`]; an expression is the pipeline's to compute, and is passed over here.
///
/// `Unsupported` unless [`Format::is_encodable`]; `TooLarge` where the format cannot hold the size; `Cancelled`.
pub(crate) fn encode_still(
    picture: &Picture,
    extras: Extras<'_>,
    format: Format,
    output: &Output,
    limits: &Limits,
) -> Result<Vec<u8>, Error> {
    limits.cancel.check()?;
    // A WebP has no grey.
    let written = if format == Format::Webp { Layout::Rgb } else { picture.layout };
    let still = Still {
        picture,
        extras: Extras {
            profile: extras.profile.filter(|profile| describes(profile, written)),
            ..extras
        },
        density: match output.density {
            Some(Density::Dpi(dpi)) => Some(dpi),
            Some(Density::Expr(_)) | None => None,
        },
        output,
        limits,
    };
    match format {
        Format::Avif => avif::encode(&still),
        Format::Bmp => bmp::encode(&still),
        Format::Gif => gif::encode(&still),
        Format::Jpeg => jpeg::encode(&still),
        Format::Png => png::encode(&still),
        Format::Tiff => tiff::encode(&still),
        Format::Webp => webp::encode(&still),
        Format::Ico
        | Format::Svg
        | Format::Qoi
        | Format::Tga
        | Format::Pnm
        | Format::Heic
        | Format::Jxl
        | Format::Psd => Err(Error::Unsupported(format)),
    }
}

/// Everything that an encoder of stills needs.
#[derive(Debug, Clone, Copy)]
struct Still<'a> {
    picture: &'a Picture,
    extras: Extras<'a>,
    /// Dots per inch.
    density: Option<u16>,
    output: &'a Output,
    limits: &'a Limits,
}

impl Still<'_> {
    fn quality(&self) -> u8 {
        self.output.quality.unwrap_or(plan::Quality::DEFAULT).get()
    }
}

/// Whether `profile` is one for samples of `layout`. A profile for other samples must not be embedded: some readers
/// then refuse the whole picture. Source: ICC.1:2022, 7.2.6 "Data colour space field".
fn describes(profile: &[u8], layout: Layout) -> bool {
    let space: &[u8] = if layout == Layout::Gray { b"GRAY" } else { b"RGB " };
    profile.get(16..20) == Some(space)
}

/// `TooLarge` if a side is longer than what `format` can express.
fn check_side(size: Size, format: Format, longest: u32) -> Result<(), Error> {
    if size.width <= longest && size.height <= longest {
        return Ok(());
    }
    Err(Error::TooLarge(format!(
        "{format} holds at most {longest} pixels a side, the picture has {}x{}",
        size.width, size.height
    )))
}

/// Whether a pixel of `picture` lets anything shine through.
fn is_translucent(picture: &Picture) -> bool {
    picture.layout == Layout::Rgba && picture.data.chunks_exact(4).any(|pixel| pixel[3] != 255)
}

/// `picture` as RGB, laid on `color` where it is transparent. In the encoded values, as browsers do it.
fn flatten(picture: &Picture, color: Color) -> Vec<u8> {
    debug_assert_eq!(picture.layout, Layout::Rgba);
    let under = [color.r, color.g, color.b].map(u32::from);
    let mut rgb = Vec::with_capacity(picture.data.len() / 4 * 3);
    for pixel in picture.data.chunks_exact(4) {
        let alpha = u32::from(pixel[3]);
        let over = |index: usize| {
            let sum = u32::from(pixel[index]) * alpha + under[index] * (255 - alpha);
            // Exact division by 255 with rounding, for sums up to 255 * 255.
            ((sum + 128 + ((sum + 128) >> 8)) >> 8) as u8
        };
        rgb.extend_from_slice(&[over(0), over(1), over(2)]);
    }
    rgb
}
