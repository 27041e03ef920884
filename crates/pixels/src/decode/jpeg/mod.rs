//! JPEG through libjpeg-turbo's decoder (as mozjpeg carries it): baseline and progressive, grey, RGB,
//! YCbCr, CMYK and YCCK, scaled in the DCT domain where [`Want::scale`] allows it.
//!
//! Truncated and corrupt entropy-coded data is shown as far as it goes; the rest is grey.
//! Not read: arithmetic coding, 12-bit and lossless JPEG.

mod libjpeg;
mod quality;
mod segments;

use plan::{Format, Region};

use self::{
    libjpeg::{Decompress, Samples},
    segments::Segments,
};
use super::{
    Header, Info, Want,
    cmyk::{self, Inks},
    guard::{self, damaged},
    rows::Rows,
};
use crate::{Error, Limits, picture::Layout};

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

/// Opens a JPEG for reading row by row.
pub(super) fn open<'a>(bytes: &'a [u8], want: Want, limits: &Limits) -> Result<Jpeg<'a>, Error> {
    let segments = Segments::read(bytes, limits)?;
    guard::side_and_pixels(segments.size, Format::Jpeg, limits)?;

    let mut decompress = Decompress::new(bytes, limits)?;
    decompress.interpolate_chroma(want.fine_chroma);
    let source = decompress.source_size();
    if source != segments.size {
        return Err(damaged(Format::Jpeg, "there are two frame headers"));
    }
    let eighths = eighths(want.scale);
    let size = decompress.scale(eighths);
    let is_cmyk = decompress.samples() == Samples::Cmyk;
    let layout = match decompress.samples() {
        Samples::Gray => Layout::Gray,
        Samples::Rgb | Samples::Cmyk => Layout::Rgb,
    };
    guard::memory(decompress.coefficient_bytes(), limits)?;

    let scale = f64::from(eighths) / 8.0;
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
        loops: 0,
        profile,
        metadata: segments.blocks,
        working_bytes: decompress.coefficient_bytes(),
    };
    Ok(Jpeg { decompress, inks, info })
}

/// How many eighths of the full size the decoder makes. Only powers of two: libjpeg-turbo has SIMD
/// for these, and 5/8 takes longer than 8/8.
fn eighths(scale: f64) -> u32 {
    [1, 2, 4].into_iter().find(|&eighths| f64::from(eighths) / 8.0 >= scale).unwrap_or(8)
}

/// An opened JPEG.
pub(super) struct Jpeg<'a> {
    decompress: Decompress<'a>,
    /// How CMYK becomes RGB; `None` for all else.
    inks: Option<Inks>,
    info: Info,
}

impl Rows for Jpeg<'_> {
    fn info(&self) -> &Info {
        &self.info
    }

    fn info_mut(&mut self) -> &mut Info {
        &mut self.info
    }

    fn read(&mut self, rows: &mut [u8]) -> Result<u32, Error> {
        let width = self.info.size.width as usize;
        let stride = width * self.info.layout.channels();
        let Some(inks) = &self.inks else {
            return Ok(self.decompress.read(rows, stride)? as u32);
        };
        let mut row = vec![0; width * cmyk::CHANNELS];
        let mut done = 0;
        for target in rows.chunks_exact_mut(stride) {
            let stride = row.len();
            if self.decompress.read(&mut row, stride)? == 0 {
                break;
            }
            inks.convert(&row, target);
            done += 1;
        }
        Ok(done)
    }

    fn damage(&self) -> Option<&str> {
        self.decompress.damage()
    }
}
