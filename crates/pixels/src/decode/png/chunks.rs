//! The chunks of a PNG that are not pixels.
//!
//! Read by us and not by the codec, so that inflating stops at our limits and a broken block costs
//! the block only.

use std::io::Read;

use flate2::read::ZlibDecoder;
use plan::{Format, Size};

use crate::{
    Error, Limits,
    decode::{
        blocks::{self, DensityUnit},
        guard::damaged,
    },
    picture::Blocks,
};

/// What the chunks say.
pub(super) struct Chunks {
    pub(super) size: Size,
    pub(super) has_alpha: bool,
    pub(super) density: Option<u32>,
    pub(super) profile: Option<Vec<u8>>,
    pub(super) blocks: Blocks,
    /// Set when the file ends before its last chunk.
    pub(super) damage: Option<String>,
}

impl Chunks {
    pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Self, Error> {
        let cut = || damaged(Format::Png, "the header is cut off");
        let mut walk = Walk { rest: bytes.get(8..).ok_or_else(cut)? };
        let Some((b"IHDR", header)) = walk.next() else { return Err(cut()) };
        let (width, rest) = header.split_first_chunk::<4>().ok_or_else(cut)?;
        let (height, rest) = rest.split_first_chunk::<4>().ok_or_else(cut)?;
        let color = *rest.get(1).ok_or_else(cut)?;
        let mut this = Self {
            size: Size::new(u32::from_be_bytes(*width), u32::from_be_bytes(*height)),
            has_alpha: matches!(color, 4 | 6),
            density: None,
            profile: None,
            blocks: Blocks::default(),
            damage: Some("the data ends before its last chunk".to_owned()),
        };
        for (name, content) in walk {
            match name {
                b"tRNS" => this.has_alpha = true,
                b"pHYs" => this.physical(content),
                b"iCCP" => this.profile = this.profile.take().or_else(|| profile(content, limits)),
                b"eXIf" => blocks::keep(&mut this.blocks.exif, content, limits),
                b"iTXt" => this.international_text(content, limits),
                b"zTXt" | b"tEXt" => this.raw_profile(*name, content, limits),
                b"IEND" => {
                    this.damage = None;
                    break;
                }
                _ => {}
            }
        }
        Ok(this)
    }

    fn physical(&mut self, content: &[u8]) {
        const METRE: u8 = 1;
        if let Some((per_unit, [.., METRE])) = content.split_first_chunk::<4>() {
            let per_metre = f64::from(u32::from_be_bytes(*per_unit));
            self.density = blocks::density(per_metre, DensityUnit::Metre);
        }
    }

    /// XMP, under its registered keyword.
    fn international_text(&mut self, content: &[u8], limits: &Limits) {
        let Some(content) = content.strip_prefix(b"XML:com.adobe.xmp\0") else { return };
        let [is_compressed, _method, rest @ ..] = content else { return };
        // Language and translated keyword are empty in practice, but each ends with a zero.
        let mut parts = rest.splitn(3, |&byte| byte == 0);
        let Some(text) = parts.nth(2) else { return };
        if *is_compressed == 0 {
            blocks::keep(&mut self.blocks.xmp, text, limits);
        } else if let Some(text) = inflate(text, limits.metadata) {
            blocks::keep(&mut self.blocks.xmp, &text, limits);
        }
    }

    /// EXIF, IPTC and XMP as ImageMagick and exiftool write them: hexadecimal digits under a keyword.
    fn raw_profile(&mut self, chunk: [u8; 4], content: &[u8], limits: &Limits) {
        let Some(content) = content.strip_prefix(b"Raw profile type ") else { return };
        let Some(end) = content.iter().position(|&byte| byte == 0) else { return };
        let (kind, text) = (&content[..end], &content[end + 1..]);
        if !matches!(kind, b"exif" | b"APP1" | b"iptc" | b"xmp") {
            return;
        }
        let inflated;
        let text = if &chunk == b"zTXt" {
            // Two digits and now and then a line break for every byte.
            let Some(text) = text.get(1..).and_then(|text| inflate(text, limits.metadata)) else {
                return;
            };
            inflated = text;
            &inflated
        } else {
            text
        };
        let Some(data) = unhex(text) else { return };
        if let Some(exif) = data.strip_prefix(b"Exif\0\0") {
            blocks::keep(&mut self.blocks.exif, exif, limits);
        } else if kind == b"xmp" {
            blocks::keep(&mut self.blocks.xmp, &data, limits);
        } else if kind == b"iptc" {
            let records = blocks::iptc_resource(&data).unwrap_or(&data);
            blocks::keep(&mut self.blocks.iptc, records, limits);
        }
    }
}

fn profile(content: &[u8], limits: &Limits) -> Option<Vec<u8>> {
    let name_end = content.iter().position(|&byte| byte == 0)?;
    // One byte says how it is compressed; there is one way only.
    inflate(content.get(name_end + 2..)?, limits.profile)
}

/// `None` for broken data, and for what would be longer than `limit`; inflating stops there.
fn inflate(data: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    ZlibDecoder::new(data).take(limit as u64 + 1).read_to_end(&mut text).ok()?;
    (!text.is_empty() && text.len() <= limit).then_some(text)
}

/// The bytes of `"\n<kind>\n  <length>\n<hexadecimal digits in lines>"`.
fn unhex(text: &[u8]) -> Option<Vec<u8>> {
    let mut lines = text.splitn(4, |&byte| byte == b'\n');
    let digits = lines.nth(3)?;
    let mut digits = digits.iter().filter(|byte| !byte.is_ascii_whitespace());
    let mut data = Vec::new();
    while let Some(&high) = digits.next() {
        let low = *digits.next()?;
        let value = |digit: u8| char::from(digit).to_digit(16);
        data.push((value(high)? * 16 + value(low)?) as u8);
    }
    Some(data)
}

/// Chunks with their contents. A chunk that is cut off ends it.
struct Walk<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Walk<'a> {
    type Item = (&'a [u8; 4], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        const CHECKSUM: usize = 4;
        let (length, rest) = self.rest.split_first_chunk::<4>()?;
        let (name, rest) = rest.split_first_chunk::<4>()?;
        let length = u32::from_be_bytes(*length) as usize;
        let content = rest.get(..length)?;
        self.rest = rest.get(length + CHECKSUM..)?;
        Some((name, content))
    }
}
