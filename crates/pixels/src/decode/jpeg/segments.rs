//! The marker segments before the first scan: sizes, tables, metadata.
//!
//! Read by us and not by the codec, so that a header costs no decompressor, and a broken or oversized
//! metadata block is dropped without the codec's seeing it.

use plan::{Format, Size};

use crate::{
    Error, Limits,
    decode::{blocks, guard::damaged},
    picture::Blocks,
};

/// What the segments say.
pub(super) struct Segments {
    pub(super) size: Size,
    /// Quantisation table 0 in zigzag order; empty if the file has none before its first scan.
    pub(super) luma_table: Vec<u16>,
    /// Dots per inch, from JFIF.
    pub(super) density: Option<u32>,
    /// Whether Adobe's marker is there, whose CMYK is stored inverted.
    pub(super) is_adobe: bool,
    pub(super) profile: Option<Vec<u8>>,
    pub(super) blocks: Blocks,
}

impl Segments {
    pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Self, Error> {
        let mut size = None;
        let mut this = Self {
            size: Size::new(0, 0),
            luma_table: Vec::new(),
            density: None,
            is_adobe: false,
            profile: None,
            blocks: Blocks::default(),
        };
        let mut icc = IccParts::default();
        for (marker, content) in Walk::new(bytes) {
            match marker {
                // All frame headers: baseline, progressive, lossless, arithmetic. The decoder refuses what it cannot do.
                0xC0..=0xCF if !matches!(marker, 0xC4 | 0xC8 | 0xCC) => {
                    if let (None, [_, h1, h0, w1, w0, ..]) = (size, content) {
                        let side =
                            |high: &u8, low: &u8| u32::from(u16::from_be_bytes([*high, *low]));
                        size = Some(Size::new(side(w1, w0), side(h1, h0)));
                    }
                }
                0xDB => this.tables(content),
                0xE0 => this.jfif(content),
                0xE1 => this.exif_or_xmp(content, limits),
                0xE2 => icc.add(content, limits),
                0xED => this.photoshop(content, limits),
                0xEE => this.is_adobe |= content.starts_with(b"Adobe"),
                _ => {}
            }
        }
        this.size = size.ok_or_else(|| damaged(Format::Jpeg, "there is no frame header"))?;
        this.profile = icc.joined();
        Ok(this)
    }

    fn tables(&mut self, mut content: &[u8]) {
        while let [precision_and_number, rest @ ..] = content {
            let wide = precision_and_number >> 4 != 0;
            let length = if wide { 128 } else { 64 };
            let Some((values, rest)) = rest.split_at_checked(length) else { return };
            if precision_and_number.trailing_zeros() >= 4 {
                self.luma_table = if wide {
                    values.chunks_exact(2).map(|v| u16::from_be_bytes([v[0], v[1]])).collect()
                } else {
                    values.iter().map(|&value| u16::from(value)).collect()
                };
            }
            content = rest;
        }
    }

    fn jfif(&mut self, content: &[u8]) {
        let Some([_, _, unit, x1, x0, ..]) = content.strip_prefix(b"JFIF\0") else { return };
        let x = f64::from(u16::from_be_bytes([*x1, *x0]));
        self.density = blocks::density(
            x,
            match unit {
                1 => blocks::DensityUnit::Inch,
                2 => blocks::DensityUnit::Centimetre,
                _ => return,
            },
        );
    }

    fn exif_or_xmp(&mut self, content: &[u8], limits: &Limits) {
        if let Some(exif) = content.strip_prefix(b"Exif\0\0") {
            blocks::keep(&mut self.blocks.exif, exif, limits);
        } else if let Some(xmp) = content.strip_prefix(b"http://ns.adobe.com/xap/1.0/\0") {
            blocks::keep(&mut self.blocks.xmp, xmp, limits);
        }
    }

    fn photoshop(&mut self, content: &[u8], limits: &Limits) {
        if let Some(resources) = content.strip_prefix(b"Photoshop 3.0\0")
            && let Some(iptc) = blocks::iptc_resource(resources)
        {
            blocks::keep(&mut self.blocks.iptc, iptc, limits);
        }
    }
}

/// The pieces of a profile, 64 kB at most each, numbered from 1.
#[derive(Default)]
struct IccParts<'a> {
    parts: Vec<(u8, &'a [u8])>,
    count: u8,
    bytes: usize,
    is_broken: bool,
}

impl<'a> IccParts<'a> {
    fn add(&mut self, content: &'a [u8], limits: &Limits) {
        let Some([number, count, data @ ..]) = content.strip_prefix(b"ICC_PROFILE\0") else {
            return;
        };
        self.bytes += data.len();
        self.count = *count;
        self.parts.push((*number, data));
        self.is_broken |= self.bytes > limits.profile || self.parts.len() > 255;
    }

    /// The whole, if all pieces are there once.
    fn joined(mut self) -> Option<Vec<u8>> {
        self.parts.sort_by_key(|part| part.0);
        let is_complete = self.parts.len() == usize::from(self.count)
            && self.parts.iter().zip(1..).all(|(part, number)| i32::from(part.0) == number);
        if self.is_broken || self.parts.is_empty() || !is_complete {
            return None;
        }
        Some(self.parts.iter().flat_map(|part| part.1).copied().collect())
    }
}

/// Marker segments with their contents, up to the first scan.
struct Walk<'a> {
    rest: &'a [u8],
}

impl<'a> Walk<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes.get(2..).unwrap_or(&[]) }
    }
}

impl<'a> Iterator for Walk<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            // Decoders skip garbage between segments, so that the walk must, too; any number of fill bytes may come.
            let start = self.rest.iter().position(|&byte| byte == 0xFF)?;
            self.rest = &self.rest[start..];
            let fill = self.rest.iter().position(|&byte| byte != 0xFF)?;
            let marker = self.rest[fill];
            self.rest = &self.rest[fill + 1..];
            match marker {
                0x00 | 0x01 | 0xD0..=0xD8 => {}
                // End of image, start of scan.
                0xD9 | 0xDA => return None,
                _ => {
                    let (length, rest) = self.rest.split_first_chunk::<2>()?;
                    let length = usize::from(u16::from_be_bytes(*length)).checked_sub(2)?;
                    let (content, rest) = rest.split_at_checked(length)?;
                    self.rest = rest;
                    return Some((marker, content));
                }
            }
        }
    }
}
