//! JPEG through libjpeg-turbo's decoder (as mozjpeg carries it): baseline and progressive, grey, RGB,
//! YCbCr, CMYK and YCCK, scaled in the DCT domain where [`Want::scale`] allows it.
//!
//! Truncated and corrupt entropy-coded data is shown as far as it goes; the rest is grey.
//! Not read: arithmetic coding, 12-bit and lossless JPEG.

mod libjpeg;
mod quality;
mod segments;

use plan::{Format, Region, Size};

use self::{
    libjpeg::{Decompress, Samples},
    segments::Segments,
};
use super::{
    FrameSource, Header, Info, Want,
    cmyk::{self, Inks},
    guard::{self, damaged},
};
use crate::{
    Error, Limits,
    picture::{Frame, Layout, Picture},
};

pub(super) fn header(bytes: &[u8], limits: &Limits) -> Result<Header, Error> {
    let segments = Segments::read(bytes, limits)?;
    guard::side_and_pixels(segments.size, Format::Jpeg, limits)?;
    Ok(Header {
        density: segments.density,
        jpeg_quality: quality::estimate(&segments.luma_table),
        profile: segments.profile,
        metadata: segments.blocks,
        ..Header::still(segments.size, false)
    })
}

pub(super) fn open<'a>(
    bytes: &'a [u8],
    want: Want,
    limits: &Limits,
) -> Result<Box<dyn FrameSource + 'a>, Error> {
    let segments = Segments::read(bytes, limits)?;
    guard::side_and_pixels(segments.size, Format::Jpeg, limits)?;

    let mut decompress = Decompress::new(bytes, limits)?;
    let source = decompress.source_size();
    if source != segments.size {
        return Err(damaged(Format::Jpeg, "there are two frame headers"));
    }
    let eighths = eighths(want.scale);
    let size = decompress.scale(eighths);
    let layout = match decompress.samples() {
        Samples::Gray => Layout::Gray,
        Samples::Rgb | Samples::Cmyk => Layout::Rgb,
    };
    let coefficients = decompress.coefficient_bytes();
    guard::memory(size.pixels() * layout.channels() as u64 + coefficients, limits)?;

    let scale = f64::from(eighths) / 8.0;
    let is_cmyk = decompress.samples() == Samples::Cmyk;
    let (inks, profile) = if is_cmyk {
        (Some(Inks::new(segments.profile.as_deref(), segments.is_adobe)), None)
    } else {
        (None, segments.profile)
    };
    let info = Info {
        size,
        source,
        covers: Region {
            x: 0.0,
            y: 0.0,
            width: f64::from(source.width) * scale,
            height: f64::from(source.height) * scale,
        },
        layout,
        frames: 1,
        loops: 0,
        profile,
        metadata: segments.blocks,
    };
    Ok(Box::new(Jpeg { decompress: Some(decompress), inks, info, damage: None }))
}

/// How many eighths of the full size the decoder makes. Only powers of two: libjpeg-turbo has SIMD
/// for these, and 5/8 takes longer than 8/8.
fn eighths(scale: f64) -> u32 {
    [1, 2, 4].into_iter().find(|&eighths| f64::from(eighths) / 8.0 >= scale).unwrap_or(8)
}

struct Jpeg<'a> {
    /// `None` once the picture has been handed out.
    decompress: Option<Decompress<'a>>,
    /// How CMYK becomes RGB; `None` for all else.
    inks: Option<Inks>,
    info: Info,
    damage: Option<String>,
}

impl FrameSource for Jpeg<'_> {
    fn info(&self) -> &Info {
        &self.info
    }

    fn next_frame(&mut self) -> Result<Option<Frame>, Error> {
        let Some(mut decompress) = self.decompress.take() else { return Ok(None) };
        let Size { width, height } = self.info.size;
        let stride = width as usize * self.info.layout.channels();
        let mut data = vec![0; stride * height as usize];
        match &self.inks {
            None => decompress.read_into(&mut data, stride)?,
            Some(inks) => decompress.read_rows(|y, row| {
                inks.convert(row, &mut data[y * stride..][..stride]);
            })?,
        }
        self.damage = decompress.damage();
        let picture = Picture { size: self.info.size, layout: self.info.layout, data };
        Ok(Some(Frame { picture, delay_ms: 0 }))
    }

    fn damage(&self) -> Option<&str> {
        self.damage.as_deref()
    }
}

/// CMYK rows are converted one at a time; this is how many bytes a pixel of them has.
const CMYK_CHANNELS: usize = cmyk::CHANNELS;
