//! One line, shaped: its glyphs from left to right.

use std::ops::Range;

use super::{face::Height, fonts::Chain, paragraph::Paragraph};

#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Line {
    pub(super) glyphs: Vec<Placed>,
    /// Of all advances, in pixels.
    pub(super) width: f64,
    /// In pixels; the highest of the fonts used.
    pub(super) height: Height,
}

/// A glyph in its line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Placed {
    /// Index into the [`Chain`].
    pub(super) font: usize,
    pub(super) glyph: u32,
    /// Of its origin, in pixels from the start of the line.
    pub(super) x: f64,
    /// Of its origin below the baseline.
    pub(super) y: f64,
}

impl Line {
    /// `size`: pixels of an em.
    pub(super) fn shape(
        paragraph: &Paragraph<'_>,
        range: Range<usize>,
        size: f64,
        chain: &Chain<'_>,
    ) -> Self {
        let mut line =
            Self { height: chain.get(0).face.get().height.scaled(size), ..Self::default() };
        for item in paragraph.visual(range) {
            let face = chain.get(item.font).face.get();
            line.height = line.height.max(face.height.scaled(size));
            for shaped in face.shape(&paragraph.text[item.range], item.script, item.rtl) {
                line.glyphs.push(Placed {
                    font: item.font,
                    glyph: shaped.glyph,
                    x: line.width + shaped.offset.0 * size,
                    y: -shaped.offset.1 * size,
                });
                line.width += shaped.advance * size;
            }
        }
        line
    }
}

impl Height {
    fn scaled(self, size: f64) -> Self {
        let Self { ascent, descent, gap } = self;
        Self { ascent: ascent * size, descent: descent * size, gap: gap * size }
    }

    fn max(self, other: Self) -> Self {
        Self {
            ascent: self.ascent.max(other.ascent),
            descent: self.descent.max(other.descent),
            gap: self.gap.max(other.gap),
        }
    }
}
