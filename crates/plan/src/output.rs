//! How the result is encoded.

use crate::{Color, Expr, Format};

/// How the result is encoded.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "formats have that many switches, each for itself"
)]
pub struct Output {
    pub format: OutputFormat,
    /// A format that follows the source is the source's own, also where browsers do not show it or where it cannot hold
    /// what the plan adds (transparency is flattened then); PNG where it cannot be written. Otherwise the format is one
    /// that shows the result in a browser.
    pub keep_format: bool,
    /// `None`: the default of the encoder's caller, [`Quality::DEFAULT`].
    pub quality: Option<Quality>,
    /// Progressive JPEG; `None` leaves the choice to the encoder.
    pub progressive: Option<bool>,
    /// Lossless WebP; PNG is always lossless unless palette-reduced.
    pub lossless: bool,
    /// PNG: reduce to a palette of at most 256 colours.
    pub palette: bool,
    /// PNG: grey, colour and transparency as the picture has them, instead of the smallest kind of sample that shows
    /// the same.
    pub keep_samples: bool,
    /// JPEG: colour at half the resolution of brightness (4:2:0).
    pub half_chroma: bool,
    pub metadata: Metadata,
    pub profile: Profile,
    pub density: Option<Density>,
    /// Shown through transparency where the format holds none. `None`: black.
    pub flatten: Option<Color>,
}

/// The wanted format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum OutputFormat {
    /// Negotiated: WebP (or AVIF, where enabled) if the client names it, else like the source.
    #[default]
    Auto,
    /// That of the source.
    Source,
    Is(Format),
}

/// 1 (smallest) to 100 (best).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Quality(std::num::NonZeroU8);

impl Quality {
    /// 80.
    pub const DEFAULT: Self = Self(std::num::NonZeroU8::new(80).unwrap());

    /// `None` outside 1 to 100.
    pub const fn new(value: u8) -> Option<Self> {
        if value > 100 {
            return None;
        }
        match std::num::NonZeroU8::new(value) {
            Some(value) => Some(Self(value)),
            None => None,
        }
    }

    pub const fn get(self) -> u8 {
        self.0.get()
    }
}

/// What happens to EXIF, IPTC and XMP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Metadata {
    /// Removed, GPS position included.
    #[default]
    Strip,
    /// Kept; the orientation tag says 1 once the pixels have been turned.
    Keep,
    /// Removed but for the orientation tag, which is carried over (SAMS renditions).
    OrientationOnly,
}

/// What happens to the colour profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Profile {
    /// Converted to sRGB, profile dropped.
    #[default]
    Srgb,
    /// Pixels stay in the source's colour space and the profile is embedded.
    Keep,
}

/// Density tag in dots per inch (for vector sources: rasterisation density).
#[derive(Debug, Clone, PartialEq)]
pub enum Density {
    /// 1 to 1200 (10000 for Pixelbin).
    Dpi(u16),
    Expr(Expr),
}
