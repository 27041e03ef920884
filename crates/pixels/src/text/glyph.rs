//! Outlines of glyphs, and the pixels that they cover.

use std::collections::HashMap;

use ab_glyph_rasterizer::{Point, Rasterizer, point};
use resvg::tiny_skia::{self, LineJoin, Path, PathSegment, Transform};

use super::{face::Pen, fonts::Chain};

/// Outlines of one size, each read once.
pub(super) struct Outlines<'a> {
    chain: &'a Chain<'a>,
    size: f64,
    known: HashMap<(usize, u32), Option<Outline>>,
    points: usize,
}

/// The shape of a glyph in pixels around its origin, y downwards.
pub(super) struct Outline {
    fill: Path,
    /// What makes it fat: drawn above it.
    stroke: Option<Path>,
    pub(super) ink: Ink,
}

/// A rectangle of coordinates that ink lies in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ink {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl<'a> Outlines<'a> {
    pub(super) fn new(chain: &'a Chain<'a>, size: f64) -> Self {
        Self { chain, size, known: HashMap::new(), points: 0 }
    }

    /// Reads the outline where it is not known yet. `None`: the glyph shows nothing.
    pub(super) fn read(&mut self, font: usize, glyph: u32) -> Option<&Outline> {
        let Self { chain, size, .. } = *self;
        let points = &mut self.points;
        self.known
            .entry((font, glyph))
            .or_insert_with(|| {
                let outline = Outline::read(chain, font, glyph, size)?;
                *points += outline.points();
                Some(outline)
            })
            .as_ref()
    }

    pub(super) fn get(&self, font: usize, glyph: u32) -> Option<&Outline> {
        self.known.get(&(font, glyph))?.as_ref()
    }

    /// Of all outlines read.
    pub(super) fn points(&self) -> usize {
        self.points
    }

    /// Pixels of the largest glyph read.
    pub(super) fn largest(&self) -> u64 {
        self.known.values().flatten().map(|outline| outline.ink.area()).max().unwrap_or(0)
    }
}

impl Outline {
    /// How far a leaned glyph goes to the right for each pixel upwards: 12 degrees, as drawn italics do.
    const LEAN: f32 = 0.2126;
    /// Width that a made bold adds to each stem, in em.
    const EMBOLDEN: f64 = 1.0 / 24.0;

    fn read(chain: &Chain<'_>, font: usize, glyph: u32, size: f64) -> Option<Self> {
        let link = chain.get(font);
        let mut pen = Pen { lean: if link.lean { Self::LEAN } else { 0.0 }, ..Pen::default() };
        link.face.get().outline(glyph, size, &mut pen);
        let fill = pen.path.finish()?;
        let stroke = link.embolden.then(|| {
            let stroke = tiny_skia::Stroke {
                width: (size * Self::EMBOLDEN) as f32,
                line_join: LineJoin::Miter,
                ..tiny_skia::Stroke::default()
            };
            fill.stroke(&stroke, 1.0)
        });
        let stroke = stroke.flatten();
        let ink = Ink::of(&fill)?;
        let ink = stroke.as_ref().and_then(Ink::of).map_or(ink, |other| ink.with(other));
        Some(Self { fill, stroke, ink })
    }

    fn points(&self) -> usize {
        self.fill.len() + self.stroke.as_ref().map_or(0, Path::len)
    }

    /// The pixels that it covers, its origin `shift` pixels to the right of a pixel's corner.
    pub(super) fn coverage(&self, shift: f64) -> Coverage {
        let area = self.ink.shifted(shift, 0.0);
        let (left, top) = (area.left.floor(), area.top.floor());
        let (width, height) = area.pixels();
        let place = Transform::from_translate((shift - left) as f32, -top as f32);
        let mut raster = Rasterizer::new(width, height);
        let mut data = vec![0; width * height];
        for path in [Some(&self.fill), self.stroke.as_ref()].into_iter().flatten() {
            raster.clear();
            rasterize(path, place, &mut raster);
            // The greater one, not the sum: insides of a stroke and of its glyph are wound in opposite directions.
            raster.for_each_pixel(|index, coverage| {
                data[index] = (coverage.min(1.0) * 255.0 + 0.5).max(f32::from(data[index])) as u8;
            });
        }
        Coverage { left: left as i64, top: top as i64, width, data }
    }
}

fn rasterize(path: &Path, place: Transform, raster: &mut Rasterizer) {
    let at = |mut position: tiny_skia::Point| {
        place.map_point(&mut position);
        point(position.x, position.y)
    };
    let mut start = Point::default();
    let mut current = Point::default();
    for segment in path.segments() {
        match segment {
            PathSegment::MoveTo(to) => {
                raster.draw_line(current, start);
                start = at(to);
                current = start;
            }
            PathSegment::LineTo(to) => {
                raster.draw_line(current, at(to));
                current = at(to);
            }
            PathSegment::QuadTo(control, to) => {
                raster.draw_quad(current, at(control), at(to));
                current = at(to);
            }
            PathSegment::CubicTo(first, second, to) => {
                raster.draw_cubic(current, at(first), at(second), at(to));
                current = at(to);
            }
            PathSegment::Close => {
                raster.draw_line(current, start);
                current = start;
            }
        }
    }
    raster.draw_line(current, start);
}

impl Ink {
    fn of(path: &Path) -> Option<Self> {
        let bounds = path.compute_tight_bounds()?;
        Some(Self {
            left: f64::from(bounds.left()),
            top: f64::from(bounds.top()),
            right: f64::from(bounds.right()),
            bottom: f64::from(bounds.bottom()),
        })
    }

    pub(super) fn shifted(self, x: f64, y: f64) -> Self {
        Self {
            left: self.left + x,
            top: self.top + y,
            right: self.right + x,
            bottom: self.bottom + y,
        }
    }

    pub(super) fn with(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    /// Whole pixels that it touches, across and down; at least one each.
    pub(super) fn pixels(self) -> (usize, usize) {
        let side = |from: f64, to: f64| (to.ceil() - from.floor()).max(1.0) as usize;
        (side(self.left, self.right), side(self.top, self.bottom))
    }

    /// As many pixels as that.
    pub(super) fn area(self) -> u64 {
        let (width, height) = self.pixels();
        (width as u64).saturating_mul(height as u64)
    }
}

/// How much of each pixel a glyph covers, 255 for all of it.
pub(super) struct Coverage {
    /// Of the first column, from the pixel that the origin lies in.
    pub(super) left: i64,
    /// Of the first row, from the baseline downwards.
    pub(super) top: i64,
    pub(super) width: usize,
    pub(super) data: Vec<u8>,
}
