//! Colours and what fills an area.

/// 8-bit sRGB with straight alpha.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Color {
    pub r: u8,
    pub g: u8,
    pub b: u8,
    /// 0 transparent, 255 opaque.
    pub a: u8,
}

impl Color {
    pub const BLACK: Self = Self::rgb(0, 0, 0);
    pub const WHITE: Self = Self::rgb(255, 255, 255);
    pub const TRANSPARENT: Self = Self { r: 0, g: 0, b: 0, a: 0 };

    pub const fn rgb(r: u8, g: u8, b: u8) -> Self {
        Self { r, g, b, a: 255 }
    }

    pub const fn is_opaque(self) -> bool {
        self.a == 255
    }
}

/// What fills an area that the picture does not cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Paint {
    /// One colour. [`Color::TRANSPARENT`] leaves the area clear where the output holds alpha; an output without
    /// alpha shows its flattening colour there.
    Solid(Color),
    /// The picture itself, scaled to cover the area and blurred. Only behind a picture that is padded
    /// ([`crate::Fit::Contain`], [`crate::Pad`]) or turned; as [`crate::Step::Background`] it changes nothing.
    Blurred {
        /// 0 to 100; `None` leaves it to the renderer.
        intensity: Option<u8>,
        /// Added to every channel: -255 black to 255 white.
        brightness: i16,
    },
    /// The colour that covers most of the picture.
    Dominant,
    /// From one to another of the colours that cover most, across the area.
    DominantGradient(GradientColors),
}

/// How many colours a [`Paint::DominantGradient`] runs through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum GradientColors {
    #[default]
    Two,
    Four,
}

impl Paint {
    /// Whether all of it is covered, as far as can be told without pixels. What is made of a picture counts as covered:
    /// its colours are those of the parts that show.
    pub const fn is_opaque(self) -> bool {
        match self {
            Self::Solid(color) => color.is_opaque(),
            Self::Blurred { .. } | Self::Dominant | Self::DominantGradient(_) => true,
        }
    }
}

impl From<Color> for Paint {
    fn from(color: Color) -> Self {
        Self::Solid(color)
    }
}

impl Default for Paint {
    fn default() -> Self {
        Self::Solid(Color::TRANSPARENT)
    }
}
