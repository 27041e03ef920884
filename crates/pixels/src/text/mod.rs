//! Text as a picture: shaping, both directions, wrapping, alignment.
//!
//! 1. The characters are cleaned, cut to [`Text::MAX_CHARS`] and split into paragraphs ([`paragraph`]).
//! 2. Each paragraph is split into [`paragraph::Item`]s of one direction, script and font; a font that lacks a
//!    character leaves it to the next of the chain ([`fonts`]).
//! 3. Lines are broken by the Unicode rules, ordered from left to right, and shaped one by one ([`line`]).
//! 4. The box is what the ink of all glyphs covers, known from their outlines ([`glyph`]) before anything of its size
//!    is allocated; then they are painted ([`paint`]).
//!
//! Fonts come from this binary or from the caller, never from the machine: the same text is the same pixels anywhere.
//! No hinting, glyphs at quarters of a pixel along the line and at whole pixels across.
//!
//! To add a font: its file in `fonts/`, a line in `fonts/build` and in [`fonts`].

mod face;
mod fonts;
mod glyph;
mod guard;
mod line;
mod paint;
mod paragraph;
pub(crate) mod svg;

#[cfg(test)]
mod tests;

use std::panic::{self, AssertUnwindSafe};

use plan::{Color, Slant, Strike, Text, TextAlign, Weight};

use self::{fonts::Chain, line::Line, paint::Block, paragraph::Paragraph};
use crate::{Error, Limits, picture::Picture};

/// A text and how it is set, with all lengths resolved. See [`plan::Text`] for what the parts mean.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Setting<'a> {
    pub(crate) text: &'a str,
    pub(crate) font: FontChoice<'a>,
    /// Height of an em in pixels.
    pub(crate) size: f64,
    pub(crate) color: Color,
    pub(crate) weight: Weight,
    pub(crate) slant: Slant,
    pub(crate) strike: Strike,
    /// Width of the box without padding, in pixels. `None`: lines break where the text does.
    pub(crate) wrap: Option<f64>,
    pub(crate) align: TextAlign,
    /// In pixels: top, right, bottom, left.
    pub(crate) padding: [u32; 4],
    pub(crate) background: Color,
    /// From baseline to baseline in pixels. `None`: as the fonts of each line say.
    pub(crate) line_height: Option<f64>,
}

/// Which font is tried first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FontChoice<'a> {
    /// A family name; unknown ones are the bundled sans.
    Family(&'a str),
    /// A TrueType or OpenType file, or a collection of which the first font counts. What cannot be read as one is
    /// the bundled sans, as an unknown name is.
    File(&'a [u8]),
}

/// The text in a box as large as its ink plus padding, or exactly as wide as [`Setting::wrap`] plus padding. RGBA,
/// straight alpha; coverage becomes alpha as it is, and colours are mixed as encoded, as browsers do it. A text
/// without ink has one pixel between its paddings.
///
/// [`Error::TooLarge`] if a side of the box, or an em, is longer than [`Text::MAX_SIDE`], or the box has more pixels
/// or needs more memory than the limits say: known before it is allocated.
pub(crate) fn draw(setting: &Setting<'_>, limits: &Limits) -> Result<Picture, Error> {
    check_size(setting)?;
    // A font of the library is anybody's bytes. Its readers forbid unsafe code, so the worst is a panic.
    panic::catch_unwind(AssertUnwindSafe(|| {
        let chain = Chain::new(setting.font, setting.weight, setting.slant);
        let lines = set(setting, &chain, limits)?;
        Block::new(setting, &chain, &lines, limits)?.paint(limits)
    }))
    .unwrap_or_else(|_| Err(Error::TooLarge("the font cannot be drawn with".to_owned())))
}

fn check_size(setting: &Setting<'_>) -> Result<(), Error> {
    let lengths = [Some(setting.size), setting.wrap, setting.line_height];
    let limit = f64::from(Text::MAX_SIDE);
    match lengths.into_iter().flatten().find(|length| length.is_nan() || length.abs() > limit) {
        Some(length) => Err(Error::TooLarge(format!(
            "a length of the text is {length} pixels, the limit is {limit}"
        ))),
        None => Ok(()),
    }
}

/// All lines from top to bottom; an empty one for an empty paragraph.
fn set(setting: &Setting<'_>, chain: &Chain<'_>, limits: &Limits) -> Result<Vec<Line>, Error> {
    /// Below, nothing can be seen of it.
    const SMALLEST: f64 = 0.01;
    if setting.size < SMALLEST {
        return Ok(Vec::new());
    }
    let text = paragraph::cleaned(setting.text);
    let mut lines = Vec::new();
    let mut glyphs = 0;
    for text in text.split('\n') {
        let paragraph = Paragraph::new(text, chain);
        for range in paragraph.lines(setting.wrap, setting.size, chain) {
            limits.cancel.check()?;
            let line = Line::shape(&paragraph, range, setting.size, chain);
            glyphs += line.glyphs.len();
            if glyphs > GLYPHS {
                return Err(Error::TooLarge(format!(
                    "the font makes more than {GLYPHS} glyphs of the text"
                )));
            }
            lines.push(line);
        }
    }
    Ok(lines)
}

/// Four for each character: no script needs more, but a font may replace one glyph by many.
const GLYPHS: usize = 4 * Text::MAX_CHARS;
