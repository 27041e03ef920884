//! One font, ready for shaping and drawing.

use harfrust::{ShaperData, ShaperInstance, UnicodeBuffer};
use plan::{Slant, Weight};
use resvg::tiny_skia::PathBuilder;
use skrifa::{
    FontRef, GlyphId, MetadataProvider, Tag,
    attribute::{Attributes, Style},
    charmap::Charmap,
    instance::{Location, Size},
    metrics::Metrics,
    outline::{DrawSettings, OutlineGlyphCollection, OutlineGlyphFormat, OutlinePen},
};

use super::guard;

/// A font file, parsed once.
pub(super) struct Face<'a> {
    font: FontRef<'a>,
    charmap: Charmap<'a>,
    outlines: OutlineGlyphCollection<'a>,
    shaper: ShaperData,
    /// Of a font with axes, the place on them.
    location: Location,
    instance: ShaperInstance,
    units_per_em: f64,
    pub(super) height: Height,
    pub(super) strike: Stroke,
    pub(super) weight: Weight,
    pub(super) slant: Slant,
}

/// How far a line reaches from its baseline, in em.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Height {
    pub(super) ascent: f64,
    /// Positive downwards.
    pub(super) descent: f64,
    /// Between two lines.
    pub(super) gap: f64,
}

/// A horizontal line, in em.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Stroke {
    /// Of its middle above the baseline.
    pub(super) offset: f64,
    pub(super) thickness: f64,
}

/// One glyph of a shaped text, in em.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shaped {
    pub(super) glyph: u32,
    /// Byte of the text that it belongs to.
    pub(super) cluster: usize,
    pub(super) advance: f64,
    /// From the pen, to the right and upwards.
    pub(super) offset: (f64, f64),
}

impl<'a> Face<'a> {
    /// Longer files are not read: a typeface of all of Unicode has 30 MB.
    const MAX_BYTES: usize = 64 << 20;

    /// `None` if this is no font with outlines and a character map. Of a collection the first font is taken, of a font
    /// with a weight axis the place nearest to `weight`.
    pub(super) fn parse(data: &'a [u8], weight: Weight) -> Option<Self> {
        if data.len() > Self::MAX_BYTES {
            return None;
        }
        let font = FontRef::from_index(data, 0).ok()?;
        let charmap = font.charmap();
        let outlines = font.outline_glyphs();
        // Composites with axes of their own are too new to be met, and cannot be bounded.
        if !charmap.has_map() || matches!(outlines.format(), None | Some(OutlineGlyphFormat::Varc))
        {
            return None;
        }
        let weight_axis = font.axes().get_by_tag(WEIGHT);
        let location = match (weight, weight_axis.is_some()) {
            (Weight::Bold, true) => font.axes().location([(WEIGHT, BOLD)]),
            _ => Location::default(),
        };
        let attributes = Attributes::new(&font);
        let has_bold = match weight_axis {
            Some(axis) => weight == Weight::Bold && axis.max_value() >= SEMIBOLD,
            None => attributes.weight.value() >= SEMIBOLD,
        };
        let metrics = Metrics::new(&font, Size::unscaled(), &location);
        let units_per_em = f64::from(metrics.units_per_em.max(16));
        Some(Self {
            shaper: ShaperData::new(&font),
            instance: ShaperInstance::from_coords(&font, location.coords().iter().copied()),
            location,
            units_per_em,
            height: Height::of(&metrics, units_per_em),
            strike: Stroke::of(&metrics, units_per_em),
            weight: if has_bold { Weight::Bold } else { Weight::Regular },
            slant: match attributes.style {
                Style::Normal => Slant::Upright,
                Style::Italic | Style::Oblique(_) => Slant::Italic,
            },
            font,
            charmap,
            outlines,
        })
    }

    pub(super) fn covers(&self, character: char) -> bool {
        self.charmap.map(character).is_some_and(|glyph| glyph != GlyphId::NOTDEF)
    }

    /// Glyphs of `text` from left to right. Clusters are counted from the start of `text`.
    pub(super) fn shape(&self, text: &str, script: harfrust::Script, rtl: bool) -> Vec<Shaped> {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.set_script(script);
        buffer.set_direction(if rtl {
            harfrust::Direction::RightToLeft
        } else {
            harfrust::Direction::LeftToRight
        });
        let shaper = self.shaper.shaper(&self.font).instance(Some(&self.instance)).build();
        let glyphs = shaper.shape(buffer, harfrust::ShapeOptions::new());
        let em = |units: i32| f64::from(units) / self.units_per_em;
        glyphs
            .glyph_infos()
            .iter()
            .zip(glyphs.glyph_positions())
            .map(|(info, position)| Shaped {
                glyph: info.glyph_id,
                cluster: info.cluster as usize,
                advance: em(position.x_advance),
                offset: (em(position.x_offset), em(position.y_offset)),
            })
            .collect()
    }

    /// Adds the outline of a glyph to `pen`, an em being `size` pixels high. Nothing is added where there is none, and
    /// where it is damaged or costs too much.
    pub(super) fn outline(&self, glyph: u32, size: f64, pen: &mut Pen) {
        /// Points of one outline. The most that are known are some thousand.
        const POINTS: usize = 20_000;
        let glyph = GlyphId::new(glyph);
        // Before the outline is looked up: that counts the points of all components.
        if !guard::is_affordable(&self.font, glyph, self.location.coords()) {
            return;
        }
        let Some(outline) = self.outlines.get(glyph) else { return };
        let settings = DrawSettings::unhinted(Size::new(size as f32), &self.location);
        // Half a glyph is worse than none.
        if outline.draw(settings, pen).is_err() || pen.path.len() > POINTS {
            pen.path.clear();
        }
    }
}

const WEIGHT: Tag = Tag::new(b"wght");
const BOLD: f32 = 700.0;
const SEMIBOLD: f32 = 600.0;

impl Height {
    /// Damaged fonts name any height; what is sane is kept.
    fn of(metrics: &Metrics, units_per_em: f64) -> Self {
        let em = |units: f32| (f64::from(units) / units_per_em).clamp(0.0, 4.0);
        Self { ascent: em(metrics.ascent), descent: em(-metrics.descent), gap: em(metrics.leading) }
    }
}

impl Stroke {
    fn of(metrics: &Metrics, units_per_em: f64) -> Self {
        let em = |units: f32| f64::from(units) / units_per_em;
        match metrics.strikeout {
            Some(line) if line.thickness > 0.0 => Self {
                // The font names the top edge.
                offset: (em(line.offset) - em(line.thickness) / 2.0).clamp(-1.0, 1.0),
                thickness: em(line.thickness).min(0.25),
            },
            _ => Self { offset: 0.26, thickness: 0.05 },
        }
    }
}

/// Collects an outline, upside down as pictures are.
#[derive(Default)]
pub(super) struct Pen {
    pub(super) path: PathBuilder,
    /// To the right for each pixel upwards.
    pub(super) lean: f32,
}

impl Pen {
    fn point(&self, x: f32, y: f32) -> (f32, f32) {
        (x + y * self.lean, -y)
    }
}

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.point(x, y);
        self.path.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.point(x, y);
        self.path.line_to(x, y);
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        let ((cx, cy), (x, y)) = (self.point(cx, cy), self.point(x, y));
        self.path.quad_to(cx, cy, x, y);
    }

    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        let ((ax, ay), (bx, by), (x, y)) =
            (self.point(ax, ay), self.point(bx, by), self.point(x, y));
        self.path.cubic_to(ax, ay, bx, by, x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}
