//! The blocks of a GIF, walked without unpacking a pixel.

use plan::{Format, Size};

use super::delay_ms;
use crate::{
    Error, Limits,
    decode::{blocks, guard::damaged},
};

/// What the blocks say.
pub(super) struct Outline {
    /// The logical screen, enlarged to hold the first frame.
    pub(super) size: Size,
    pub(super) frames: u32,
    pub(super) duration_ms: u64,
    /// Plays; 0 is for ever.
    pub(super) loops: u32,
    /// Whether a pixel of some frame may be clear.
    pub(super) has_alpha: bool,
    pub(super) xmp: Option<Vec<u8>>,
    /// Set when the file ends inside a block.
    pub(super) damage: Option<String>,
}

impl Outline {
    pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Self, Error> {
        let cut = || damaged(Format::Gif, "the header is cut off");
        let mut reader = Reader { rest: bytes.get(6..).ok_or_else(cut)? };
        let screen = Size::new(reader.u16().ok_or_else(cut)?, reader.u16().ok_or_else(cut)?);
        let flags = reader.u8().ok_or_else(cut)?;
        reader.take(2).ok_or_else(cut)?;
        reader.palette(flags).ok_or_else(cut)?;
        let mut this = Self {
            size: screen,
            frames: 0,
            duration_ms: 0,
            // Without an extension that says otherwise.
            loops: 1,
            has_alpha: false,
            xmp: None,
            damage: None,
        };
        if this.walk(&mut reader, limits).is_none() {
            this.damage = Some("the data ends inside a block".to_owned());
        }
        if this.frames == 0 {
            return Err(damaged(Format::Gif, "there is no frame"));
        }
        Ok(this)
    }

    /// `None` if the file ends inside a block.
    fn walk(&mut self, reader: &mut Reader<'_>, limits: &Limits) -> Option<()> {
        let mut control = Control::default();
        loop {
            // Many files lack the trailer, and nobody minds.
            let Some(block) = reader.u8() else { return Some(()) };
            match block {
                0x21 => match reader.u8()? {
                    0xF9 => control = Control::read(reader)?,
                    0xFF => self.application(reader, limits)?,
                    _ => reader.skip_blocks()?,
                },
                0x2C => {
                    self.frame(reader, &control)?;
                    control = Control::default();
                }
                // The trailer, or garbage between blocks, at which decoders stop as well.
                _ => return Some(()),
            }
        }
    }

    fn frame(&mut self, reader: &mut Reader<'_>, control: &Control) -> Option<()> {
        const BACKGROUND: u8 = 2;
        const PREVIOUS: u8 = 3;
        let (x, y) = (reader.u16()?, reader.u16()?);
        let (width, height) = (reader.u16()?, reader.u16()?);
        let flags = reader.u8()?;
        reader.palette(flags)?;
        reader.u8()?;
        // Counted although its data may be cut off: what is there is shown.
        self.frames = self.frames.saturating_add(1);
        self.duration_ms += u64::from(delay_ms(control.delay));
        if self.frames == 1 {
            self.size.width = self.size.width.max(x + width);
            self.size.height = self.size.height.max(y + height);
            let covers = x == 0 && y == 0 && Size::new(width, height) == self.size;
            self.has_alpha |= control.is_transparent || !covers || control.disposal == PREVIOUS;
        }
        // A frame that clears its place leaves a hole for the next; drawing over what is opaque leaves none.
        self.has_alpha |= control.disposal == BACKGROUND;
        reader.skip_blocks()
    }

    fn application(&mut self, reader: &mut Reader<'_>, limits: &Limits) -> Option<()> {
        let length = reader.u8()?;
        let name = reader.take(length.into())?;
        if name == b"XMP DataXMP" {
            // The packet is not cut into blocks: it is followed by bytes that lead any reader of blocks to the end.
            const TRAILER: usize = 257;
            let start = reader.rest;
            reader.skip_blocks()?;
            let length = start.len() - reader.rest.len();
            if let Some(packet) = length.checked_sub(TRAILER + 1).and_then(|end| start.get(..end)) {
                blocks::keep(&mut self.xmp, packet, limits);
            }
            return Some(());
        }
        if matches!(name, b"NETSCAPE2.0" | b"ANIMEXTS1.0")
            && let [3, 1, low, high, ..] = reader.rest
        {
            // The file says how often it is repeated, so a picture plays once more than that.
            let repeats = u32::from(u16::from_le_bytes([*low, *high]));
            self.loops = if repeats == 0 { 0 } else { repeats + 1 };
        }
        reader.skip_blocks()
    }
}

/// The graphic control extension that precedes a frame.
#[derive(Default)]
struct Control {
    delay: u16,
    disposal: u8,
    is_transparent: bool,
}

impl Control {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let length = reader.u8()?;
        let content = reader.take(length.into())?;
        let this = match content {
            [flags, low, high, ..] => Self {
                delay: u16::from_le_bytes([*low, *high]),
                disposal: flags >> 2 & 7,
                is_transparent: flags & 1 != 0,
            },
            _ => Self::default(),
        };
        if length != 0 {
            reader.skip_blocks()?;
        }
        Some(this)
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn u8(&mut self) -> Option<u8> {
        let (&byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(byte)
    }

    fn u16(&mut self) -> Option<u32> {
        let (bytes, rest) = self.rest.split_first_chunk::<2>()?;
        self.rest = rest;
        Some(u16::from_le_bytes(*bytes).into())
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    /// Skips a colour table, if `flags` announce one.
    fn palette(&mut self, flags: u8) -> Option<()> {
        if flags & 0x80 != 0 {
            self.take(3 << ((flags & 7) + 1))?;
        }
        Some(())
    }

    /// Skips data blocks up to and with the empty one that ends them.
    fn skip_blocks(&mut self) -> Option<()> {
        loop {
            match self.u8()? {
                0 => return Some(()),
                length => {
                    self.take(length.into())?;
                }
            }
        }
    }
}
