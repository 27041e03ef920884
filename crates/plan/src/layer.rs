//! What is laid onto a picture: other pictures, texts, areas of one colour.

use std::num::NonZeroU32;

use crate::{Color, Length, Orient, Step};

/// Something laid onto the picture. The base never grows: what sticks out is cut off.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    pub content: Content,
    /// Run on the content from left to right, as a plan's are on its source. In their expressions `iw`, `ih`, `iar` are
    /// those of the content as it came, `bw`, `bh`, `bar` those of the picture that the layer is laid on. They may hold
    /// layers of their own, [`Layer::MAX_NESTING`] deep in all.
    pub steps: Vec<Step>,
    pub place: Place,
    pub blend: Blend,
    pub order: Order,
    pub repeat: Repeat,
}

impl Layer {
    /// Layers inside of layers, the outermost included. What is nested deeper cannot be resolved, nor read back from
    /// text.
    pub const MAX_NESTING: usize = 3;
}

/// What a layer shows.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    Picture(Inset),
    Text(Text),
    Area(Area),
}

/// Another picture of the library. Of an animation the first frame is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Inset {
    pub file: Ingredient,
    /// Frame or page, counted from 1; `None`: the first.
    pub frame: Option<NonZeroU32>,
    pub orient: Orient,
}

/// Another file of the library that a plan draws on. `library` binds it to content before a key is made.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Ingredient {
    /// Folder and name, beginning with `/`, decoded.
    Path(String),
    /// SHA-256 of its bytes.
    Content([u8; 32]),
}

/// An area of one colour.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    /// `None`: as wide as the picture that it is laid on.
    pub width: Option<Length>,
    /// `None`: as high as the picture that it is laid on.
    pub height: Option<Length>,
    pub color: Color,
}

/// A text, in a box as large as its ink, plus padding.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// Any script; line breaks count. At most [`Text::MAX_CHARS`] characters, the rest is not shown.
    pub text: String,
    pub font: Font,
    /// Height of an em in pixels.
    pub size: Length,
    pub color: Color,
    pub weight: Weight,
    pub slant: Slant,
    pub strike: Strike,
    /// Longest line in pixels; a word that is longer is broken. The box is then as wide as this. `None`: lines break
    /// where the text does.
    pub wrap: Option<Length>,
    pub align: TextAlign,
    /// Around the ink, in pixels: top, right, bottom, left.
    pub padding: [Length; 4],
    /// Fills the box.
    pub background: Color,
    /// From baseline to baseline, in pixels. `None`: as the font says.
    pub line_height: Option<Length>,
}

impl Text {
    /// Longest text that is shown.
    pub const MAX_CHARS: usize = 2500;
    /// Longest side of the box in pixels; a larger one is an error.
    pub const MAX_SIDE: u32 = 16_383;
}

/// Which font a text is set in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Font {
    /// By family name. One that is not known, the empty one too, counts as the bundled sans.
    Family(String),
    /// A font file of the library.
    File(Ingredient),
}

impl Default for Font {
    fn default() -> Self {
        Self::Family(String::new())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Weight {
    #[default]
    Regular,
    Bold,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Slant {
    #[default]
    Upright,
    Italic,
}

/// Whether a line is drawn through the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Strike {
    #[default]
    None,
    Through,
}

/// How lines lie in their box. For a text from right to left `Left` is still the left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TextAlign {
    Left,
    #[default]
    Center,
    Right,
}

/// Where a layer lies on its base, axis by axis.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Place {
    pub x: Position,
    pub y: Position,
}

/// Position along one axis. The point of the layer that is named (start, end or middle) never lies outside of the base:
/// a place beyond its edge counts as the edge. What then sticks out is cut off.
///
/// In expressions `cw`, `ch`, `car` are those of the layer after its own steps.
#[derive(Debug, Clone, PartialEq)]
pub enum Position {
    /// The layer's own start, middle or end lies on that of the base.
    Align(Side),
    /// The layer's start lies this far from a point of the base.
    Start { offset: Length, from: Side },
    /// The layer's end lies this far inside of the end of the base.
    End { offset: Length },
    /// The layer's middle lies this far from a point of the base.
    Middle { offset: Length, from: Side },
    /// The layer's start lies this far from that of the base, also outside of it.
    At(Length),
}

/// A point along one axis: left or top, middle, right or bottom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Side {
    Start,
    #[default]
    Middle,
    End,
}

impl Default for Position {
    fn default() -> Self {
        Self::Align(Side::default())
    }
}

/// Which of the two is on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Order {
    /// The layer on the base.
    #[default]
    Above,
    /// The base on the layer, which shows through what is clear in the base. The base still decides on the size.
    Below,
}

/// How often a layer is laid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Repeat {
    #[default]
    Once,
    /// Over the whole base, from its place on in all directions.
    Tiled,
}

/// How what is on top (the layer, unless [`Order::Below`] says otherwise) and what is beneath become one. Where the layer
/// does not reach it counts as clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Blend {
    /// Source over.
    #[default]
    Normal,
    /// Colours are multiplied, weighted by both alphas, as in all other mixtures of colours (W3C Compositing).
    Multiply,
    /// The base is shifted by what the layer's red (across) and green (down) differ from their middle.
    Displace,
    /// The layer's opaque parts are cut out of the base, which becomes transparent there. Like the two beside it this is
    /// about layer and base, whatever the order.
    Cutout,
    /// Only what the layer covers of the base stays.
    Cutter,
    /// Only the top is shown.
    Source,
    /// The top, where there is something beneath.
    In,
    /// The top, where there is nothing beneath.
    Out,
    /// The top, where there is something beneath; else what is beneath.
    Atop,
    /// Each where the other is not.
    Xor,
    /// The sum of colours and of opacities.
    Add,
    /// As much of the top as opacity is left.
    Saturate,
    Screen,
    Overlay,
    Darken,
    Lighten,
    ColorDodge,
    ColorBurn,
    HardLight,
    SoftLight,
    Difference,
    Exclusion,
}

impl Blend {
    /// Whether it makes no difference which of the two is on top.
    pub(crate) const fn is_symmetric(self) -> bool {
        matches!(
            self,
            Self::Multiply
                | Self::Xor
                | Self::Add
                | Self::Screen
                | Self::Darken
                | Self::Lighten
                | Self::Difference
                | Self::Exclusion
        )
    }
}

impl Layer {
    /// Whether a base without transparency may have some afterwards, as far as can be told without pixels.
    pub const fn may_clear(&self) -> bool {
        matches!(
            (self.order, self.blend),
            (_, Blend::Cutout | Blend::Cutter | Blend::Xor | Blend::In | Blend::Out)
                | (Order::Above, Blend::Source)
                | (Order::Below, Blend::Atop)
        )
    }
}
