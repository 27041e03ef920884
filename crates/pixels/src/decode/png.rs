//! PNG: all colour types and depths, interlaced or not. Of an animated PNG, the default image.

use std::io::Cursor;

use plan::{Format, Region, Size};
use png::{ColorType, Decoder, DecodingError, Reader, Transformations};

use super::{
    FrameSource, Header, Info,
    guard::{self, damaged},
};
use crate::{
    Error, Limits,
    picture::{Blocks, Frame, Layout, Picture},
};

pub(super) fn header(bytes: &[u8], limits: &Limits) -> Result<Header, Error> {
    let reader = reader(bytes, limits)?;
    let info = reader.info();
    let has_alpha =
        info.trns.is_some() || matches!(info.color_type, ColorType::GrayscaleAlpha | ColorType::Rgba);
    Ok(Header::still(Size::new(info.width, info.height), has_alpha))
}

pub(super) fn open<'a>(
    bytes: &'a [u8],
    limits: &Limits,
) -> Result<Box<dyn FrameSource + 'a>, Error> {
    let reader = reader(bytes, limits)?;
    let size = Size::new(reader.info().width, reader.info().height);
    let layout = match reader.output_color_type().0 {
        ColorType::Grayscale => Layout::Gray,
        ColorType::Rgb | ColorType::Indexed => Layout::Rgb,
        ColorType::GrayscaleAlpha | ColorType::Rgba => Layout::Rgba,
    };
    guard::picture(size, layout.channels() as u64, Format::Png, limits)?;
    let info = Info {
        size,
        source: size,
        covers: Region::whole(size),
        layout,
        frames: 1,
        loops: 0,
        profile: None,
        metadata: Blocks::default(),
    };
    Ok(Box::new(Png { reader: Some(reader), info, limits: limits.clone(), damage: None }))
}

struct Png<'a> {
    /// `None` once the picture has been handed out.
    reader: Option<Reader<Cursor<&'a [u8]>>>,
    info: Info,
    limits: Limits,
    damage: Option<String>,
}

impl FrameSource for Png<'_> {
    fn info(&self) -> &Info {
        &self.info
    }

    fn next_frame(&mut self) -> Result<Option<Frame>, Error> {
        let Some(mut reader) = self.reader.take() else { return Ok(None) };
        let channels = self.info.layout.channels();
        let width = self.info.size.width as usize;
        let mut data = vec![0; width * self.info.size.height as usize * channels];
        let line = reader.output_line_size(self.info.size.width).unwrap_or(0);
        let gray_alpha = reader.output_color_type().0 == ColorType::GrayscaleAlpha;
        let mut row = vec![0; line];
        let mut rows = 0;
        loop {
            if rows % 64 == 0 {
                self.limits.cancel.check()?;
            }
            match reader.read_row(&mut row) {
                Ok(Some(_)) if rows * width * channels < data.len() => {
                    let target = &mut data[rows * width * channels..][..width * channels];
                    if gray_alpha {
                        for (pixel, source) in target.chunks_exact_mut(4).zip(row.chunks_exact(2)) {
                            pixel.copy_from_slice(&[source[0], source[0], source[0], source[1]]);
                        }
                    } else {
                        target.copy_from_slice(&row);
                    }
                }
                Ok(_) => break,
                Err(error) if rows == 0 => return Err(refused(&error)),
                Err(error) => {
                    self.damage = Some(error.to_string());
                    break;
                }
            }
            rows += 1;
        }
        let picture = Picture { size: self.info.size, layout: self.info.layout, data };
        Ok(Some(Frame { picture, delay_ms: 0 }))
    }

    fn damage(&self) -> Option<&str> {
        self.damage.as_deref()
    }
}

fn reader<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Reader<Cursor<&'a [u8]>>, Error> {
    let mut decoder = Decoder::new(Cursor::new(bytes));
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::normalize_to_color8());
    let info = decoder.read_header_info().map_err(|error| refused(&error))?;
    guard::side_and_pixels(Size::new(info.width, info.height), Format::Png, limits)?;
    decoder.read_info().map_err(|error| refused(&error))
}

fn refused(error: &DecodingError) -> Error {
    damaged(Format::Png, error.to_string())
}
