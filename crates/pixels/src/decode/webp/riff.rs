//! The chunks of a WebP file.

use plan::{Format, Size};

use crate::{
    Error, Limits,
    decode::{blocks, guard::damaged},
    picture::Blocks,
};

/// What the chunks say.
pub(super) struct Chunks {
    pub(super) size: Size,
    pub(super) has_alpha: bool,
    pub(super) is_animated: bool,
    /// Of a still.
    pub(super) is_lossless: bool,
    /// Frames that are there to their end, in an animation; 1 for a still.
    pub(super) frames: u32,
    pub(super) duration_ms: u64,
    /// Plays; 0 is for ever.
    pub(super) loops: u32,
    pub(super) profile: Option<Vec<u8>>,
    pub(super) blocks: Blocks,
    /// Bytes up to the end of the last chunk that is there as a whole.
    pub(super) whole_bytes: usize,
    pub(super) damage: Option<String>,
}

impl Chunks {
    pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Self, Error> {
        let mut this = Self {
            size: Size::new(0, 0),
            has_alpha: false,
            is_animated: false,
            is_lossless: false,
            frames: 0,
            duration_ms: 0,
            loops: 0,
            profile: None,
            blocks: Blocks::default(),
            whole_bytes: 12,
            damage: None,
        };
        let announced = bytes.get(4..8).and_then(|size| size.first_chunk::<4>());
        let announced = announced.map_or(0, |size| u32::from_le_bytes(*size) as usize);
        if announced.saturating_add(8) > bytes.len() {
            this.damage = Some("the data is shorter than its header says".to_owned());
        }
        let mut rest = bytes.get(12..).unwrap_or(&[]);
        while let Some((name, after)) = rest.split_first_chunk::<4>()
            && let Some((length, after)) = after.split_first_chunk::<4>()
        {
            let length = u32::from_le_bytes(*length) as usize;
            let is_whole = after.len() >= length;
            this.chunk(*name, &after[..length.min(after.len())], is_whole, limits);
            if !is_whole {
                break;
            }
            // Chunks are padded to an even length; the last may lack that byte.
            let next = (length + (length & 1)).min(after.len());
            rest = &after[next..];
            this.whole_bytes = bytes.len() - rest.len();
        }
        if !this.is_animated {
            this.frames = 1;
        }
        if this.size.width == 0 {
            return Err(damaged(Format::Webp, "there is no picture"));
        }
        Ok(this)
    }

    fn chunk(&mut self, name: [u8; 4], content: &[u8], is_whole: bool, limits: &Limits) {
        match (&name, content) {
            (b"VP8X", [flags, _, _, _, canvas @ ..]) if self.size.width == 0 => {
                if let Some((width, height)) = u24(canvas).zip(canvas.get(3..).and_then(u24)) {
                    self.size = Size::new(width + 1, height + 1);
                }
                self.has_alpha = flags & 0x10 != 0;
                self.is_animated = flags & 0x02 != 0;
            }
            (b"VP8 ", [_, _, _, 0x9D, 0x01, 0x2A, w0, w1, h0, h1, ..]) if self.size.width == 0 => {
                // The upper two bits ask for enlarging, which nobody does.
                let side =
                    |low: &u8, high: &u8| u32::from(u16::from_le_bytes([*low, *high]) & 0x3FFF);
                self.size = Size::new(side(w0, w1), side(h0, h1));
            }
            (b"VP8L", [0x2F, bits @ ..]) => {
                self.is_lossless = true;
                if let (0, Some(bits)) = (self.size.width, bits.first_chunk::<4>()) {
                    let bits = u32::from_le_bytes(*bits);
                    self.size = Size::new((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1);
                    self.has_alpha = bits >> 28 & 1 != 0;
                }
            }
            (b"ANIM", [_, _, _, _, low, high, ..]) => {
                self.loops = u16::from_le_bytes([*low, *high]).into();
            }
            (b"ANMF", frame) if is_whole => {
                if let Some(duration) = frame.get(12..).and_then(u24) {
                    self.frames = self.frames.saturating_add(1);
                    self.duration_ms += u64::from(duration);
                }
            }
            (b"ICCP", profile) if is_whole && profile.len() <= limits.profile => {
                self.profile.get_or_insert_with(|| profile.to_vec());
            }
            (b"EXIF", exif) if is_whole => {
                let exif = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
                blocks::keep(&mut self.blocks.exif, exif, limits);
            }
            (b"XMP ", xmp) if is_whole => blocks::keep(&mut self.blocks.xmp, xmp, limits),
            _ => {}
        }
    }
}

fn u24(bytes: &[u8]) -> Option<u32> {
    let [a, b, c, ..] = bytes else { return None };
    Some(u32::from_le_bytes([*a, *b, *c, 0]))
}
