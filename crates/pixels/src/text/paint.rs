//! Lines in their box, and the box in colours.

use std::collections::HashMap;

use plan::{Color, Size, Strike, Text, TextAlign};

use super::{
    Setting,
    fonts::Chain,
    glyph::{Coverage, Ink, Outlines},
    line::{Line, Placed},
};
use crate::{
    Error, Limits,
    picture::{Layout, Picture},
};

/// Everything placed, nothing painted.
pub(super) struct Block<'a> {
    setting: &'a Setting<'a>,
    outlines: Outlines<'a>,
    glyphs: Vec<Glyph>,
    /// Lines through the text.
    strikes: Vec<Bar>,
    /// Pixel of the first column and row of the box inside of its padding.
    origin: (i64, i64),
    /// Of the box inside of its padding.
    inside: Size,
    /// With padding.
    size: Size,
}

struct Glyph {
    font: usize,
    id: u32,
    /// In quarters of a pixel.
    x: i64,
    /// In pixels.
    y: i64,
}

/// Whole pixels.
struct Bar {
    left: i64,
    right: i64,
    top: i64,
    bottom: i64,
}

/// Positions of a glyph along the line inside of a pixel. More cannot be told apart.
const STEPS: f64 = 4.0;

/// How often glyphs may cover the largest box, one over the other: lines can lie on one another.
const COVERINGS: u64 = 4;

/// Points of all outlines together; they are kept for the length of a text. A text of as many different emoji as it may
/// hold has half of them.
const POINTS: usize = 2_000_000;

impl<'a> Block<'a> {
    pub(super) fn new(
        setting: &'a Setting<'a>,
        chain: &'a Chain<'a>,
        lines: &[Line],
        limits: &Limits,
    ) -> Result<Self, Error> {
        let mut block = Self {
            setting,
            outlines: Outlines::new(chain, setting.size),
            glyphs: Vec::new(),
            strikes: Vec::new(),
            origin: (0, 0),
            inside: Size::new(1, 1),
            size: Size::new(1, 1),
        };
        let ink = block.place(lines, chain, limits)?;
        let (width, height) = ink.map_or((1, 1), Ink::pixels);
        let (left, top) = ink.map_or((0.0, 0.0), |ink| (ink.left.floor(), ink.top.floor()));
        let (left, width) = match setting.wrap {
            Some(wrap) => (0.0, wrap.round().max(1.0) as usize),
            None => (left, width),
        };
        block.origin = (left as i64, top as i64);
        block.measure(width as u64, height as u64, limits)?;
        Ok(block)
    }

    /// Gives every glyph its place. Returns where the ink is.
    fn place(
        &mut self,
        lines: &[Line],
        chain: &Chain<'_>,
        limits: &Limits,
    ) -> Result<Option<Ink>, Error> {
        let widest = lines.iter().map(|line| line.width).fold(0.0, f64::max);
        let width = self.setting.wrap.unwrap_or(widest);
        let mut ink: Option<Ink> = None;
        let mut add = |more: Ink| ink = Some(ink.map_or(more, |ink| ink.with(more)));
        let mut top = 0.0;
        let mut covered = 0;
        for line in lines {
            limits.cancel.check()?;
            let baseline = (top + line.height.ascent).round();
            let start = match self.setting.align {
                TextAlign::Left => 0.0,
                TextAlign::Center => (width - line.width) / 2.0,
                TextAlign::Right => width - line.width,
            };
            for placed in &line.glyphs {
                let Some(outline) = self.outlines.read(placed.font, placed.glyph) else { continue };
                let x = ((start + placed.x) * STEPS).round();
                let y = baseline + placed.y.round();
                add(outline.ink.shifted(x / STEPS, y));
                covered = outline.ink.area().saturating_add(covered);
                let Placed { font, glyph, .. } = *placed;
                self.glyphs.push(Glyph { font, id: glyph, x: x as i64, y: y as i64 });
            }
            if self.setting.strike == Strike::Through && !line.glyphs.is_empty() {
                let bar = self.strike(chain, start, line.width, baseline);
                add(bar.ink());
                self.strikes.push(bar);
            }
            if covered > limits.source_pixels.saturating_mul(COVERINGS)
                || self.outlines.points() > POINTS
            {
                return Err(Error::TooLarge("the glyphs of the text are too much work".to_owned()));
            }
            let height = line.height;
            top += self.setting.line_height.unwrap_or(height.ascent + height.descent + height.gap);
        }
        Ok(ink)
    }

    fn strike(&self, chain: &Chain<'_>, start: f64, width: f64, baseline: f64) -> Bar {
        let stroke = chain.get(0).face.get().strike;
        let thickness = (stroke.thickness * self.setting.size).round().max(1.0);
        let top = (baseline - stroke.offset * self.setting.size - thickness / 2.0).round();
        Bar {
            left: start.round() as i64,
            right: (start + width).round() as i64,
            top: top as i64,
            bottom: (top + thickness) as i64,
        }
    }

    /// Sets the sizes, if the box is within all limits.
    fn measure(&mut self, width: u64, height: u64, limits: &Limits) -> Result<(), Error> {
        let [top, right, bottom, left] = self.setting.padding.map(u64::from);
        let (outer_width, outer_height) = (width + left + right, height + top + bottom);
        if outer_width.max(outer_height) > u64::from(Text::MAX_SIDE) {
            return Err(Error::TooLarge(format!(
                "the box of the text is {outer_width}x{outer_height} pixels, its longest side may have {}",
                Text::MAX_SIDE
            )));
        }
        self.inside = Size::new(width as u32, height as u32);
        self.size = Size::new(outer_width as u32, outer_height as u32);
        let pixels = self.size.pixels();
        if pixels > limits.source_pixels {
            return Err(Error::TooLarge(format!(
                "the box of the text has {pixels} pixels, the limit is {}",
                limits.source_pixels
            )));
        }
        // The picture and its mask; the largest glyph is summed up in floats.
        let glyph = self.outlines.largest();
        let bytes = pixels.saturating_add(glyph).saturating_mul(5);
        if bytes > limits.memory {
            return Err(Error::TooLarge(format!(
                "the text needs {bytes} bytes of memory, the limit is {}",
                limits.memory
            )));
        }
        Ok(())
    }

    pub(super) fn paint(&self, limits: &Limits) -> Result<Picture, Error> {
        let mask = self.mask(limits)?;
        let Setting { color, background, padding, .. } = *self.setting;
        let mut picture = Picture::filled(self.size, Layout::Rgba, background);
        let width = self.inside.width as usize;
        for (y, covered) in mask.chunks_exact(width).enumerate() {
            let row = picture.row_mut(padding[0] + y as u32);
            let row = &mut row[padding[3] as usize * 4..][..width * 4];
            for (pixel, &coverage) in row.as_chunks_mut::<4>().0.iter_mut().zip(covered) {
                if coverage > 0 {
                    *pixel = over(color, coverage, *pixel);
                }
            }
        }
        Ok(picture)
    }

    /// Coverage of the inside by all glyphs together, so that a clear colour does not show where they overlap.
    fn mask(&self, limits: &Limits) -> Result<Vec<u8>, Error> {
        let mut mask = Mask {
            width: i64::from(self.inside.width),
            height: i64::from(self.inside.height),
            data: vec![0; self.inside.pixels() as usize],
        };
        // Small glyphs are kept, as texts repeat them; large ones are few.
        let mut kept: HashMap<(usize, u32, i64), Coverage> = HashMap::new();
        for glyph in &self.glyphs {
            limits.cancel.check()?;
            let Some(outline) = self.outlines.get(glyph.font, glyph.id) else { continue };
            let (column, step) =
                (glyph.x.div_euclid(STEPS as i64), glyph.x.rem_euclid(STEPS as i64));
            let at = (column - self.origin.0, glyph.y - self.origin.1);
            let coverage = || outline.coverage(step as f64 / STEPS);
            if outline.ink.area() > KEPT_PIXELS {
                mask.add(&coverage(), at);
            } else {
                let key = (glyph.font, glyph.id, step);
                mask.add(kept.entry(key).or_insert_with(coverage), at);
            }
        }
        for bar in &self.strikes {
            mask.fill(bar, self.origin);
        }
        Ok(mask.data)
    }
}

/// Larger glyphs are drawn anew each time. If all that a text may have are different, they take 40 MB.
const KEPT_PIXELS: u64 = 64 * 64;

struct Mask {
    width: i64,
    height: i64,
    data: Vec<u8>,
}

impl Mask {
    /// What lies outside is cut off.
    fn add(&mut self, coverage: &Coverage, (x, y): (i64, i64)) {
        let (left, top) = (x + coverage.left, y + coverage.top);
        let first = left.max(0);
        let last = (left + coverage.width as i64).min(self.width);
        if first >= last {
            return;
        }
        for (row, from) in coverage.data.chunks_exact(coverage.width).enumerate() {
            let y = top + row as i64;
            if !(0..self.height).contains(&y) {
                continue;
            }
            let from = &from[(first - left) as usize..(last - left) as usize];
            let to = &mut self.data[(y * self.width + first) as usize..][..from.len()];
            for (to, &from) in to.iter_mut().zip(from) {
                *to = to.saturating_add(from);
            }
        }
    }

    fn fill(&mut self, bar: &Bar, origin: (i64, i64)) {
        let left = (bar.left - origin.0).clamp(0, self.width);
        let right = (bar.right - origin.0).clamp(left, self.width);
        for y in (bar.top - origin.1).max(0)..(bar.bottom - origin.1).min(self.height) {
            self.data[(y * self.width + left) as usize..(y * self.width + right) as usize]
                .fill(255);
        }
    }
}

impl Bar {
    fn ink(&self) -> Ink {
        let [left, top, right, bottom] =
            [self.left, self.top, self.right, self.bottom].map(|side| side as f64);
        Ink { left, top, right, bottom }
    }
}

/// `color` through `coverage` over a pixel, straight alpha.
fn over(color: Color, coverage: u8, below: [u8; 4]) -> [u8; 4] {
    let above = u32::from(color.a) * u32::from(coverage);
    // In 255ths of 255ths: exact until the last division.
    let through = (255 * 255 - above) * u32::from(below[3]) / 255;
    let alpha = above + through;
    if alpha == 0 {
        return below;
    }
    let mix =
        |a: u8, b: u8| ((u32::from(a) * above + u32::from(b) * through + alpha / 2) / alpha) as u8;
    [
        mix(color.r, below[0]),
        mix(color.g, below[1]),
        mix(color.b, below[2]),
        ((alpha + 127) / 255) as u8,
    ]
}
