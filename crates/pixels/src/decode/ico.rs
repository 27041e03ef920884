//! ICO: the largest picture of the file, or the one that is asked for.

use plan::{Format, Frames, Size};

use super::{FrameSource, Header, Want, guard::damaged, png, raster};
use crate::{Error, Limits};

pub(super) fn header(bytes: &[u8], limits: &Limits) -> Result<Header, Error> {
    let entry = Entry::choose(bytes, Frames::All)?;
    if let Some(png) = entry.png(bytes) {
        return png::header(png, limits);
    }
    let header = raster::header(&entry.alone(bytes)?, Format::Ico, limits)?;
    Ok(Header { has_alpha: true, ..header })
}

pub(super) fn open<'a>(
    bytes: &'a [u8],
    want: Want,
    limits: &Limits,
) -> Result<Box<dyn FrameSource + 'a>, Error> {
    let entry = Entry::choose(bytes, want.frames)?;
    if let Some(png) = entry.png(bytes) {
        return super::whole(png::open(png, limits)?, limits);
    }
    let alone = entry.alone(bytes)?;
    raster::open(alone, Format::Ico, limits)
}

/// One picture of the directory.
struct Entry {
    fields: [u8; 16],
}

impl Entry {
    /// The n-th, or, where no number is given or it is 1, the largest of the deepest colours.
    fn choose(bytes: &[u8], frames: Frames) -> Result<Self, Error> {
        let count = bytes
            .get(4..6)
            .map_or(0, |count| usize::from(u16::from_le_bytes([count[0], count[1]])));
        let entries = bytes.get(6..).unwrap_or(&[]).as_chunks::<16>().0;
        let entries = &entries[..entries.len().min(count)];
        let chosen = match frames {
            Frames::One(number) if number.get() > 1 => {
                entries.get((number.get() as usize - 1).min(entries.len().saturating_sub(1)))
            }
            _ => entries.iter().max_by_key(|fields| {
                let entry = Self { fields: **fields };
                (entry.size().pixels(), entry.bits())
            }),
        };
        chosen
            .map(|&fields| Self { fields })
            .ok_or_else(|| damaged(Format::Ico, "there is no picture"))
    }

    /// As the directory says; a side of 0 means 256.
    fn size(&self) -> Size {
        let side = |value: u8| if value == 0 { 256 } else { u32::from(value) };
        Size::new(side(self.fields[0]), side(self.fields[1]))
    }

    fn bits(&self) -> u16 {
        u16::from_le_bytes([self.fields[6], self.fields[7]])
    }

    fn data<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        let number = |at: usize| {
            let field = &self.fields[at..at + 4];
            u32::from_le_bytes([field[0], field[1], field[2], field[3]]) as usize
        };
        let data = bytes.get(number(12)..).unwrap_or(&[]);
        &data[..data.len().min(number(8))]
    }

    /// The data, if it is a PNG.
    fn png<'a>(&self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        let data = self.data(bytes);
        data.starts_with(b"\x89PNG").then_some(data)
    }

    /// An icon file with this picture only, so that the codec has no choice.
    fn alone(&self, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        const START: u32 = 6 + 16;
        let data = self.data(bytes);
        if data.is_empty() {
            return Err(damaged(Format::Ico, "the picture lies outside the file"));
        }
        let mut file = vec![0, 0, 1, 0, 1, 0];
        file.extend_from_slice(&self.fields[..8]);
        file.extend_from_slice(&(data.len() as u32).to_le_bytes());
        file.extend_from_slice(&START.to_le_bytes());
        file.extend_from_slice(data);
        Ok(file)
    }
}
