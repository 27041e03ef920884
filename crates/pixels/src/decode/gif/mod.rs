//! GIF: every frame composed onto the canvas, as browsers do it.
//!
//! The canvas is the logical screen, enlarged to hold the first frame; later frames are cut at its edges.
//! The background colour is not used: what no frame covers is clear. Delays of 0 and 10 ms mean 100.

mod blocks;

use std::num::NonZeroU32;

use gif::{ColorOutput, DecodeOptions, Decoder, DisposalMethod};
use plan::{Format, Frames, Rect, Region, Size};

use self::blocks::Outline;
use super::{
    FrameSource, Header, Info, Want,
    guard::{self, damaged},
};
use crate::{
    Error, Limits,
    picture::{Blocks, Frame, Layout, Picture},
};

pub(super) fn header(bytes: &[u8], limits: &Limits) -> Result<Header, Error> {
    let outline = Outline::read(bytes, limits)?;
    guard::side_and_pixels(outline.size, Format::Gif, limits)?;
    Ok(Header {
        frames: outline.frames,
        duration_ms: if outline.frames > 1 { outline.duration_ms } else { 0 },
        metadata: Blocks { xmp: outline.xmp, ..Blocks::default() },
        damage: outline.damage,
        ..Header::still(outline.size, outline.has_alpha)
    })
}

pub(super) fn open<'a>(
    bytes: &'a [u8],
    want: Want,
    limits: &Limits,
) -> Result<Box<dyn FrameSource + 'a>, Error> {
    let outline = Outline::read(bytes, limits)?;
    let size = outline.size;
    let layout = if outline.has_alpha { Layout::Rgba } else { Layout::Rgb };
    // The canvas, what it was before a frame, and the copy handed out.
    guard::picture(size, layout.channels() as u64 * 3, Format::Gif, limits)?;
    if want.frames == Frames::All {
        guard::animation(size, outline.frames, limits)?;
    }
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    options.allow_unknown_blocks(true);
    let decoder =
        options.read_info(bytes).map_err(|error| damaged(Format::Gif, error.to_string()))?;
    let info = Info {
        size,
        source: size,
        covers: Region::whole(size),
        layout,
        loops: outline.loops,
        profile: None,
        metadata: Blocks { xmp: outline.xmp, ..Blocks::default() },
        working_bytes: size.pixels() * layout.channels() as u64 * 2,
    };
    let only = match want.frames {
        Frames::All => None,
        Frames::One(number) => Some(number.min(NonZeroU32::new(outline.frames).unwrap_or(number))),
    };
    let canvas = vec![0; info.frame_bytes() as usize];
    Ok(Box::new(Gif {
        decoder: Some(decoder),
        info,
        limits: limits.clone(),
        only,
        canvas,
        pending: Disposal::Keep,
        drawn_pixels: 0,
        damage: None,
    }))
}

struct Gif<'a> {
    /// `None` after the last frame.
    decoder: Option<Decoder<&'a [u8]>>,
    info: Info,
    limits: Limits,
    /// The one frame that is wanted, counted from 1; those before it are drawn, not handed out.
    only: Option<NonZeroU32>,
    canvas: Vec<u8>,
    /// What happens to the canvas before the next frame is drawn.
    pending: Disposal,
    /// Pixels of all frames so far, also those outside the canvas.
    drawn_pixels: u64,
    damage: Option<String>,
}

enum Disposal {
    Keep,
    Clear(Rect),
    /// The rows of this rectangle as they were.
    Restore(Rect, Vec<u8>),
}

impl FrameSource for Gif<'_> {
    fn info(&self) -> &Info {
        &self.info
    }

    fn next_frame(&mut self) -> Result<Option<Frame>, Error> {
        let Some(number) = self.only else { return self.draw_next() };
        let mut last = None;
        for _ in 0..number.get() {
            match self.draw_next()? {
                Some(frame) => last = Some(frame),
                None => break,
            }
        }
        self.decoder = None;
        Ok(last)
    }

    fn damage(&self) -> Option<&str> {
        self.damage.as_deref()
    }
}

impl Gif<'_> {
    /// Draws the next frame and copies the canvas. `None` after the last.
    fn draw_next(&mut self) -> Result<Option<Frame>, Error> {
        self.limits.cancel.check()?;
        let is_first = self.drawn_pixels == 0;
        let Some(mut decoder) = self.decoder.take() else { return Ok(None) };
        let frame = match decoder.next_frame_info() {
            Ok(Some(frame)) => frame.clone(),
            Ok(None) if is_first => return Err(damaged(Format::Gif, "there is no frame")),
            Ok(None) => return Ok(None),
            Err(error) if is_first => return Err(damaged(Format::Gif, error.to_string())),
            Err(error) => {
                self.damage = Some(error.to_string());
                return Ok(None);
            }
        };
        let frame_size = Size::new(frame.width.into(), frame.height.into());
        guard::side_and_pixels(frame_size, Format::Gif, &self.limits)?;
        self.drawn_pixels += frame_size.pixels();
        if self.drawn_pixels > self.limits.animation_pixels.max(self.limits.source_pixels) {
            return Err(Error::TooLarge(format!(
                "the frames have more than {} pixels together",
                self.limits.animation_pixels
            )));
        }
        self.dispose(&frame);
        let palette = decoder.palette().map(<[u8]>::to_vec).unwrap_or_default();
        let is_whole = self.draw(&mut decoder, &frame, &palette, is_first)?;
        if is_whole {
            self.decoder = Some(decoder);
        }
        let picture =
            Picture { size: self.info.size, layout: self.info.layout, data: self.canvas.clone() };
        Ok(Some(Frame { picture, delay_ms: delay_ms(frame.delay) }))
    }

    /// Carries out what the frame before wanted, and remembers what this one wants.
    fn dispose(&mut self, frame: &gif::Frame<'_>) {
        match std::mem::replace(&mut self.pending, Disposal::Keep) {
            Disposal::Keep => {}
            Disposal::Clear(rect) => self.each_row(rect, |row, _| row.fill(0)),
            Disposal::Restore(rect, saved) => self.each_row(rect, |row, y| {
                row.copy_from_slice(&saved[y * row.len()..][..row.len()]);
            }),
        }
        let rect = self.visible(frame);
        self.pending = match frame.dispose {
            DisposalMethod::Any | DisposalMethod::Keep => Disposal::Keep,
            DisposalMethod::Background => Disposal::Clear(rect),
            DisposalMethod::Previous => {
                let mut saved = Vec::new();
                self.each_row(rect, |row, _| saved.extend_from_slice(row));
                Disposal::Restore(rect, saved)
            }
        };
    }

    /// The part of a frame that lies on the canvas.
    fn visible(&self, frame: &gif::Frame<'_>) -> Rect {
        let Size { width, height } = self.info.size;
        let (x, y) = (u32::from(frame.left).min(width), u32::from(frame.top).min(height));
        Rect {
            x,
            y,
            width: u32::from(frame.width).min(width - x),
            height: u32::from(frame.height).min(height - y),
        }
    }

    fn each_row(&mut self, rect: Rect, mut each: impl FnMut(&mut [u8], usize)) {
        let channels = self.info.layout.channels();
        let stride = self.info.size.width as usize * channels;
        if rect.width == 0 {
            return;
        }
        let rows = self.canvas.chunks_exact_mut(stride).skip(rect.y as usize);
        for (y, row) in rows.take(rect.height as usize).enumerate() {
            each(&mut row[rect.x as usize * channels..][..rect.width as usize * channels], y);
        }
    }

    /// Draws the pixels of a frame; `false` if they end early.
    fn draw(
        &mut self,
        decoder: &mut Decoder<&[u8]>,
        frame: &gif::Frame<'_>,
        palette: &[u8],
        is_first: bool,
    ) -> Result<bool, Error> {
        // What the data does not reach stays clear: an index without a colour, where there is one.
        let clear = frame.transparent.unwrap_or(u8::MAX);
        let width = usize::from(frame.width);
        let area = width * usize::from(frame.height);
        guard::memory(
            self.info.working_bytes + self.info.frame_bytes() + area as u64,
            &self.limits,
        )?;
        let mut indices = vec![clear; area];
        // In one go: the codec loses the end of the data when it falls between two calls.
        let problem = match decoder.fill_buffer(&mut indices) {
            Ok(true) => None,
            Ok(false) => Some("the data of a frame ends early".to_owned()),
            Err(error) => Some(error.to_string()),
        };
        if let Some(problem) = problem {
            if is_first && indices.iter().all(|&index| index == clear) {
                return Err(damaged(Format::Gif, problem));
            }
            self.damage = Some(problem);
        }
        let rect = self.visible(frame);
        let channels = self.info.layout.channels();
        let stride = self.info.size.width as usize * channels;
        let lines = indices.chunks_exact(width.max(1));
        for (line, y) in lines.zip(row_order(frame.height, frame.interlaced)) {
            if u32::from(y) < rect.height {
                let row = (rect.y as usize + usize::from(y)) * stride;
                let row = &mut self.canvas[row + rect.x as usize * channels..];
                let row = &mut row[..rect.width as usize * channels];
                paint(row, line, palette, frame.transparent, channels);
            }
        }
        Ok(self.damage.is_none())
    }
}

/// Draws palette indices over a row of the canvas. An index without a colour is transparent.
fn paint(row: &mut [u8], line: &[u8], palette: &[u8], transparent: Option<u8>, channels: usize) {
    for (pixel, &index) in row.chunks_exact_mut(channels).zip(line) {
        if Some(index) == transparent {
            continue;
        }
        if let Some(color) =
            palette.get(usize::from(index) * 3..).and_then(|p| p.first_chunk::<3>())
        {
            pixel[..3].copy_from_slice(color);
            if let Some(alpha) = pixel.get_mut(3) {
                *alpha = 255;
            }
        }
    }
}

/// The rows of a frame in the order of the data.
fn row_order(height: u16, is_interlaced: bool) -> Box<dyn Iterator<Item = u16>> {
    if is_interlaced {
        let passes = [(0, 8), (4, 8), (2, 4), (1, 2)];
        Box::new(passes.into_iter().flat_map(move |(from, step)| (from..height).step_by(step)))
    } else {
        Box::new(0..height)
    }
}

/// From hundredths of a second, with the floor that browsers have.
fn delay_ms(hundredths: u16) -> u32 {
    if hundredths <= 1 { 100 } else { u32::from(hundredths) * 10 }
}
