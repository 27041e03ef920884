//! Image formats that Halftone can name.

/// A file format, told from magic bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    Jpeg,
    Png,
    Webp,
    Gif,
    Avif,
    Tiff,
    Bmp,
    Ico,
    Svg,
    Qoi,
    Tga,
    Pnm,
    /// Recognised, not decodable in this build.
    Heic,
    /// Recognised, not decodable in this build.
    Jxl,
    /// Recognised, not decodable in this build.
    Psd,
}

impl Format {
    /// Every format, in the order of declaration.
    pub const ALL: [Self; 15] = [
        Self::Jpeg,
        Self::Png,
        Self::Webp,
        Self::Gif,
        Self::Avif,
        Self::Tiff,
        Self::Bmp,
        Self::Ico,
        Self::Svg,
        Self::Qoi,
        Self::Tga,
        Self::Pnm,
        Self::Heic,
        Self::Jxl,
        Self::Psd,
    ];

    /// Name in plans and messages, also the usual extension (`jpg` is spelled `jpeg` here).
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Gif => "gif",
            Self::Avif => "avif",
            Self::Tiff => "tiff",
            Self::Bmp => "bmp",
            Self::Ico => "ico",
            Self::Svg => "svg",
            Self::Qoi => "qoi",
            Self::Tga => "tga",
            Self::Pnm => "pnm",
            Self::Heic => "heic",
            Self::Jxl => "jxl",
            Self::Psd => "psd",
        }
    }

    /// Media type for `Content-Type`.
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
            Self::Avif => "image/avif",
            Self::Tiff => "image/tiff",
            Self::Bmp => "image/bmp",
            Self::Ico => "image/x-icon",
            Self::Svg => "image/svg+xml",
            Self::Qoi => "image/qoi",
            Self::Tga => "image/x-tga",
            Self::Pnm => "image/x-portable-anymap",
            Self::Heic => "image/heic",
            Self::Jxl => "image/jxl",
            Self::Psd => "image/vnd.adobe.photoshop",
        }
    }

    /// Whether a decoder of this build reads it into pixels.
    pub const fn is_decodable(self) -> bool {
        !matches!(self, Self::Heic | Self::Jxl | Self::Psd)
    }

    /// Whether an encoder of this build writes it.
    pub const fn is_encodable(self) -> bool {
        matches!(
            self,
            Self::Jpeg | Self::Png | Self::Webp | Self::Gif | Self::Avif | Self::Tiff | Self::Bmp
        )
    }

    /// Whether common browsers show it in an `<img>`.
    pub const fn is_for_browsers(self) -> bool {
        matches!(
            self,
            Self::Jpeg
                | Self::Png
                | Self::Webp
                | Self::Gif
                | Self::Avif
                | Self::Svg
                | Self::Ico
                | Self::Bmp
        )
    }

    /// Whether a file of it can hold transparency.
    pub const fn holds_alpha(self) -> bool {
        !matches!(self, Self::Jpeg | Self::Bmp | Self::Pnm)
    }

    /// Whether our encoder writes animations in it.
    pub const fn holds_animation(self) -> bool {
        matches!(self, Self::Gif | Self::Webp)
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
