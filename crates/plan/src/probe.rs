//! What the bytes of a file are: found by `pixels`, kept by `catalog`, needed by [`crate::resolve`].

use crate::{Color, Format, Size};

/// What reading a picture once told about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Probe {
    pub format: Format,
    /// As stored, before EXIF rotation. SVG: the intrinsic size in CSS pixels.
    pub size: Size,
    /// EXIF orientation, 1 to 8; 1 where there is none.
    pub orientation: u8,
    pub has_alpha: bool,
    /// 1 for a still.
    pub frames: u32,
    /// Sum of all frame delays; 0 for a still.
    pub duration_ms: u64,
    pub has_profile: bool,
    /// Dots per inch, from JFIF, pHYs or EXIF.
    pub density: Option<u32>,
    /// Estimate of the JPEG quality setting, 1 to 100.
    pub jpeg_quality: Option<u8>,
    /// Metadata blocks as found; a block beyond the limits, or malformed, is left out.
    pub metadata: Vec<Tag>,
    /// Fingerprints of the pixels. `None` when [`Depth::Header`] was asked for.
    pub look: Option<Look>,
}

impl Probe {
    /// Size after the EXIF orientation has been applied.
    pub fn upright_size(&self) -> Size {
        if self.orientation >= 5 { self.size.turned() } else { self.size }
    }
}

/// How much of a file [`Probe`] looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Header and metadata only.
    Header,
    /// Decodes as well: proves that the picture decodes, and fills [`Probe::look`].
    Full,
}

/// What a picture looks like, in numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// 64 bits of the classic DCT hash over luma; see `pixels::phash`.
    pub phash: u64,
    /// ThumbHash bytes, at most 25: a blurred placeholder.
    pub thumbhash: Vec<u8>,
    /// The colour that covers most.
    pub dominant: Color,
}

/// One metadata entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Tag {
    pub group: TagGroup,
    /// exiftool's name: `Make`, `DateTimeOriginal`, `Keywords`, `Title`.
    pub name: String,
    pub value: TagValue,
}

/// Where a metadata entry was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TagGroup {
    /// EXIF IFD0.
    Image,
    /// EXIF IFD1.
    Thumbnail,
    Exif,
    Gps,
    Interoperability,
    Iptc,
    Xmp,
}

#[derive(Debug, Clone, PartialEq)]
pub enum TagValue {
    Text(String),
    Number(f64),
    List(Vec<TagValue>),
}
