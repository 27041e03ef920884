//! PNG: all colour types and depths, interlaced or not. Of an animated PNG, the default image.
//!
//! What lies behind a break in the data is left clear. 16-bit samples keep their upper half.

mod chunks;

use std::io::Cursor;

use plan::{Format, Region, Size};
use png::{
    ColorType, DecodeOptions, Decoder, DecodingError, InterlaceInfo, Reader, Transformations,
};

use self::chunks::Chunks;
use super::{
    Header, Info,
    guard::{self, damaged},
    rows::Rows,
};
use crate::{Error, Limits, picture::Layout};

pub(super) fn header(bytes: &[u8], limits: &Limits) -> Result<Header, Error> {
    let chunks = Chunks::read(bytes, limits)?;
    guard::side_and_pixels(chunks.size, Format::Png, limits)?;
    Ok(Header {
        density: chunks.density,
        profile: chunks.profile,
        metadata: chunks.blocks,
        damage: chunks.damage,
        ..Header::still(chunks.size, chunks.has_alpha)
    })
}

/// Opens a PNG for reading row by row; an interlaced one is decoded as a whole first.
pub(super) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Png<'a>, Error> {
    let chunks = Chunks::read(bytes, limits)?;
    guard::side_and_pixels(chunks.size, Format::Png, limits)?;
    let reader = reader(bytes)?;
    let (color, _) = reader.output_color_type();
    let size = chunks.size;
    let (layout, samples) = match color {
        ColorType::Grayscale => (Layout::Gray, 1),
        ColorType::Rgb | ColorType::Indexed => (Layout::Rgb, 3),
        ColorType::GrayscaleAlpha => (Layout::Rgba, 2),
        ColorType::Rgba => (Layout::Rgba, 4),
    };
    let line = size.width as usize * samples;
    if reader.output_line_size(size.width) != Some(line) {
        return Err(damaged(Format::Png, "the row size is inconsistent"));
    }
    let working_bytes =
        if reader.info().interlaced { line as u64 * u64::from(size.height) } else { 0 };
    guard::memory(working_bytes, limits)?;
    let info = Info {
        size,
        source: size,
        covers: Region::whole(size),
        layout,
        loops: 0,
        profile: chunks.profile,
        metadata: chunks.blocks,
        working_bytes,
    };
    let limits = limits.clone();
    Ok(Png { reader, info, limits, samples, whole: None, row: 0, damage: None })
}

/// An opened PNG.
pub(super) struct Png<'a> {
    reader: Reader<Cursor<&'a [u8]>>,
    info: Info,
    limits: Limits,
    /// Per pixel, as the codec hands them out: grey with alpha has two there.
    samples: usize,
    /// All rows as the codec hands them out, of an interlaced picture once reading has begun.
    whole: Option<Vec<u8>>,
    /// Rows handed out.
    row: u32,
    damage: Option<String>,
}

impl Rows for Png<'_> {
    fn info(&self) -> &Info {
        &self.info
    }

    fn info_mut(&mut self) -> &mut Info {
        &mut self.info
    }

    fn read(&mut self, rows: &mut [u8]) -> Result<u32, Error> {
        if self.reader.info().interlaced && self.whole.is_none() {
            self.whole = Some(self.read_interlaced()?);
        }
        let width = self.info.size.width as usize;
        let left = (self.info.size.height - self.row) as usize;
        let mut line = vec![0; width * self.samples];
        let mut done = 0;
        for row in rows.chunks_exact_mut(width * self.info.layout.channels()).take(left) {
            if self.row.is_multiple_of(64) {
                self.limits.cancel.check()?;
            }
            if let Some(whole) = &self.whole {
                let start = self.row as usize * line.len();
                copy(&whole[start..][..line.len()], row);
            } else if row.len() == line.len() {
                self.read_line(row)?;
            } else {
                self.read_line(&mut line)?;
                copy(&line, row);
            }
            self.row += 1;
            done += 1;
        }
        Ok(done)
    }

    /// An interlaced picture exists as a whole anyway.
    fn read_whole(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let is_as_wanted = self.samples == self.info.layout.channels();
        if !self.reader.info().interlaced || !is_as_wanted {
            return Ok(None);
        }
        self.row = self.info.size.height;
        self.read_interlaced().map(Some)
    }

    fn damage(&self) -> Option<&str> {
        self.damage.as_deref()
    }
}

impl Png<'_> {
    /// One row as the codec hands it out; behind damage it is clear.
    fn read_line(&mut self, line: &mut [u8]) -> Result<(), Error> {
        if self.damage.is_none() {
            match self.reader.read_row(line) {
                Ok(_) => return Ok(()),
                // Nothing to show: no picture.
                Err(error) if self.row == 0 => return Err(refused(&error)),
                Err(error) => self.damage = Some(error.to_string()),
            }
        }
        line.fill(0);
        Ok(())
    }

    /// All passes. Coarse passes fill what finer ones have not reached, so that a picture that breaks off
    /// is blurred instead of full of holes.
    fn read_interlaced(&mut self) -> Result<Vec<u8>, Error> {
        let Size { width, height } = self.info.size;
        let stride = width as usize * self.samples;
        let mut whole = vec![0; stride * height as usize];
        let mut line = vec![0; stride];
        let mut is_empty = true;
        loop {
            match self.reader.read_row(&mut line) {
                Ok(Some(InterlaceInfo::Adam7(pass))) => {
                    let bits = self.samples as u8 * 8;
                    png::splat_interlaced_row(&mut whole, stride, &line, &pass, bits);
                    is_empty = false;
                }
                Ok(_) => break,
                Err(error) if is_empty => return Err(refused(&error)),
                Err(error) => {
                    self.damage = Some(error.to_string());
                    break;
                }
            }
            self.limits.cancel.check()?;
        }
        Ok(whole)
    }
}

/// A row as the codec hands it out to a row as we do.
fn copy(line: &[u8], row: &mut [u8]) {
    if line.len() == row.len() {
        row.copy_from_slice(line);
        return;
    }
    for (pixel, gray_alpha) in row.chunks_exact_mut(4).zip(line.chunks_exact(2)) {
        let (gray, alpha) = (gray_alpha[0], gray_alpha[1]);
        pixel.copy_from_slice(&[gray, gray, gray, alpha]);
    }
}

fn reader(bytes: &[u8]) -> Result<Reader<Cursor<&[u8]>>, Error> {
    let mut options = DecodeOptions::default();
    // `Chunks` reads them, with limits of our own.
    options.set_ignore_text_chunk(true);
    options.set_ignore_iccp_chunk(true);
    let mut decoder = Decoder::new_with_options(Cursor::new(bytes), options);
    decoder.set_transformations(Transformations::normalize_to_color8());
    decoder.read_info().map_err(|error| refused(&error))
}

fn refused(error: &DecodingError) -> Error {
    damaged(Format::Png, error.to_string())
}
