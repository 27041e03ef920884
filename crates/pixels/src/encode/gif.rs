//! GIF, still and animated.
//!
//! Frames hold only what changed: the rectangle around it, with everything that stays marked transparent. So a pixel
//! that does not change keeps the colour it got first, which also keeps the dithering of resting areas still.
//!
//! Sixty frames of 240x180 moving over a photograph take 150 ms and 2.34 MB; sharp needs 5.8 s (with decoding) and 2.44 MB for
//! the same score.

use std::borrow::Cow;

use gif::{DisposalMethod, Encoder, Repeat};
use plan::{Format, Rect, Size};

use super::{
    AnimationEncoder, Extras, Still, check_side,
    quantize::{Histogram, Palette, dither, rgba},
};
use crate::{Cancel, Error, Limits, picture::Picture};

/// Longest side that 16 bits of the header express.
const LONGEST_SIDE: u32 = 65_535;

/// Colours of a table.
const MOST_COLORS: usize = 256;

/// A GIF's pixel is there or not; from here on it is.
const OPAQUE_FROM: u8 = 128;

pub(super) fn encode(still: &Still<'_>) -> Result<Vec<u8>, Error> {
    let mut animation = Animation::new(still.picture.size, still.extras, still.limits)?;
    animation.is_still = true;
    animation.add(still.picture, 0)?;
    Box::new(animation).finish()
}

/// Holds two canvases: what is on the screen, and the frame that comes next. How a frame is to be
/// taken off the screen again is known only when its successor is.
pub(super) struct Animation {
    size: Size,
    /// How often it plays; 0 is for ever.
    plays: u32,
    is_still: bool,
    encoder: Option<Encoder<Vec<u8>>>,
    /// Colours of the file's own table, which most frames share.
    shared: Option<Palette>,
    /// Colours of the last frame that needed others.
    own: Option<Palette>,
    /// What a player shows before `waiting` is drawn, in the colours of the source. `None`: nothing.
    shown: Option<Canvas>,
    waiting: Option<Waiting>,
    /// Milliseconds owed to the clock, because a GIF counts in hundredths of a second.
    owed_ms: i64,
    cancel: Cancel,
}

/// A pixel is opaque or all zero.
type Canvas = Vec<[u8; 4]>;

struct Waiting {
    canvas: Canvas,
    delay_ms: u32,
}

impl Animation {
    pub(super) fn new(size: Size, extras: Extras<'_>, limits: &Limits) -> Result<Self, Error> {
        check_side(size, Format::Gif, LONGEST_SIDE)?;
        Ok(Self {
            size,
            plays: extras.loops,
            is_still: false,
            encoder: None,
            shared: None,
            own: None,
            shown: None,
            waiting: None,
            owed_ms: 0,
            cancel: limits.cancel.clone(),
        })
    }

    /// Writes the waiting frame, to be followed by `next`.
    fn write_waiting(&mut self, next: Option<&Canvas>) -> Result<(), Error> {
        let Some(Waiting { canvas, delay_ms }) = self.waiting.take() else { return Ok(()) };
        let mut changed = changes(self.shown.as_ref(), canvas);
        let mut rect = bounds(&changed.fresh, self.size.width);

        // Drawing cannot clear a pixel. Where the next frame wants some cleared, this one is
        // taken away altogether, and must therefore cover all that is on the screen.
        let erased = next.is_some_and(|next| {
            next.iter().zip(&changed.after).any(|(next, now)| next[3] == 0 && now[3] != 0)
        });
        if erased {
            changed.fresh.clone_from(&changed.after);
            rect = bounds(&changed.after, self.size.width);
        }
        let rect = rect.unwrap_or(Rect { x: 0, y: 0, width: 1, height: 1 });
        let fresh = cut(&changed.fresh, self.size.width, rect);
        self.write_frame(&fresh, rect, delay_ms, erased)?;
        self.shown = if erased { None } else { Some(changed.after) };
        Ok(())
    }

    /// `fresh`: the pixels of `rect`, zero where nothing is to be drawn.
    fn write_frame(
        &mut self,
        fresh: &Canvas,
        rect: Rect,
        delay_ms: u32,
        erased: bool,
    ) -> Result<(), Error> {
        let mut histogram = Histogram::new();
        histogram.add(fresh);
        // A table without "nothing" is of no use to later frames.
        histogram.clear |= !self.is_still;
        let is_own = self.shared.as_ref().is_some_and(|shared| !shared.suits(&histogram));
        let palette = if is_own {
            let last = self.own.take().filter(|last| last.suits(&histogram));
            self.own.insert(last.unwrap_or_else(|| Palette::of(&histogram, MOST_COLORS)))
        } else {
            self.shared.get_or_insert_with(|| Palette::of(&histogram, MOST_COLORS))
        };
        let mut numbers = vec![0; fresh.len()];
        dither(fresh, rect.width as usize, palette, &self.cancel, |index, number| {
            numbers[index] = number;
        })?;
        let clear =
            palette.colors().iter().position(|color| color[3] == 0).map(|number| number as u8);
        let table: Vec<u8> =
            palette.colors().iter().flat_map(|color| [color[0], color[1], color[2]]).collect();

        if self.encoder.is_none() {
            self.encoder = Some(self.start(&table)?);
        }
        let delay = self.hundredths(delay_ms);
        let Some(encoder) = &mut self.encoder else { return Ok(()) };
        let frame = gif::Frame {
            delay,
            dispose: if erased { DisposalMethod::Background } else { DisposalMethod::Keep },
            transparent: clear,
            left: rect.x as u16,
            top: rect.y as u16,
            width: rect.width as u16,
            height: rect.height as u16,
            palette: is_own.then_some(table),
            buffer: Cow::Owned(numbers),
            ..gif::Frame::default()
        };
        encoder.write_frame(&frame).map_err(|error| failed(&error))
    }

    fn start(&self, table: &[u8]) -> Result<Encoder<Vec<u8>>, Error> {
        let mut encoder =
            Encoder::new(Vec::new(), self.size.width as u16, self.size.height as u16, table)
                .map_err(|error| failed(&error))?;
        // The file counts repetitions after the first showing; without the count it is shown once.
        let repeat = match self.plays {
            0 => Some(Repeat::Infinite),
            1 => None,
            plays => Some(Repeat::Finite(u16::try_from(plays - 1).unwrap_or(u16::MAX))),
        };
        if let Some(repeat) = repeat.filter(|_| !self.is_still) {
            encoder.set_repeat(repeat).map_err(|error| failed(&error))?;
        }
        Ok(encoder)
    }

    /// Rounds, and makes up for it in the next frame.
    fn hundredths(&mut self, delay_ms: u32) -> u16 {
        let wanted = i64::from(delay_ms) + self.owed_ms;
        let hundredths = ((wanted + 5) / 10).clamp(0, i64::from(u16::MAX));
        self.owed_ms = (wanted - hundredths * 10).clamp(-5, 5);
        hundredths as u16
    }
}

impl AnimationEncoder for Animation {
    fn add(&mut self, picture: &Picture, delay_ms: u32) -> Result<(), Error> {
        self.cancel.check()?;
        debug_assert_eq!(picture.size, self.size);
        let mut canvas = rgba(picture);
        for pixel in &mut canvas {
            *pixel =
                if pixel[3] < OPAQUE_FROM { [0; 4] } else { [pixel[0], pixel[1], pixel[2], 255] };
        }
        self.write_waiting(Some(&canvas))?;
        self.waiting = Some(Waiting { canvas, delay_ms });
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Vec<u8>, Error> {
        self.write_waiting(None)?;
        match self.encoder {
            Some(encoder) => encoder.into_inner().map_err(|error| failed(&error)),
            None => Err(Error::Damaged {
                format: Format::Gif,
                reason: "the animation has no frames".to_owned(),
            }),
        }
    }
}

/// What drawing a frame does to the screen.
struct Changes {
    /// What must be drawn, zero elsewhere.
    fresh: Canvas,
    /// The screen afterwards.
    after: Canvas,
}

/// A channel may differ by this much from what is on the screen before it is drawn again. It is the
/// screen that is compared, not the frame before, so errors do not add up.
const UNSEEN: u8 = 3;

fn changes(shown: Option<&Canvas>, canvas: Canvas) -> Changes {
    let Some(shown) = shown else { return Changes { fresh: canvas.clone(), after: canvas } };
    let mut changes = Changes { fresh: canvas, after: shown.clone() };
    for (fresh, after) in changes.fresh.iter_mut().zip(&mut changes.after) {
        if fresh.iter().zip(after.iter()).all(|(new, old)| new.abs_diff(*old) <= UNSEEN) {
            *fresh = [0; 4];
        } else {
            *after = *fresh;
        }
    }
    changes
}

/// The rectangle around all pixels that are there. `None` if there is none.
fn bounds(canvas: &Canvas, width: u32) -> Option<Rect> {
    let (mut left, mut right) = (usize::MAX, 0);
    let (mut top, mut bottom) = (None, 0);
    for (y, row) in canvas.chunks_exact(width as usize).enumerate() {
        let Some(first) = row.iter().position(|pixel| pixel[3] != 0) else { continue };
        let last = row.iter().rposition(|pixel| pixel[3] != 0).unwrap_or(first);
        left = left.min(first);
        right = right.max(last);
        top.get_or_insert(y);
        bottom = y;
    }
    top.map(|top| Rect {
        x: left as u32,
        y: top as u32,
        width: (right - left + 1) as u32,
        height: (bottom - top + 1) as u32,
    })
}

fn cut(canvas: &Canvas, width: u32, rect: Rect) -> Canvas {
    canvas
        .chunks_exact(width as usize)
        .skip(rect.y as usize)
        .take(rect.height as usize)
        .flat_map(|row| &row[rect.x as usize..][..rect.width as usize])
        .copied()
        .collect()
}

/// Writing into memory fails only when the encoder refuses what it is given.
fn failed(error: &gif::EncodingError) -> Error {
    Error::Damaged { format: Format::Gif, reason: error.to_string() }
}
