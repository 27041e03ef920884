//! The directories of a TIFF structure, as far as they must be known before a library reads them.

/// Pointers to the directories below the main one.
pub(super) const EXIF: u16 = 0x8769;
pub(super) const GPS: u16 = 0x8825;
pub(super) const INTEROP: u16 = 0xA005;

/// Whether reading all entries of the block takes no more than the block is long. Entries may overlap and
/// directories may be named many times, so that a small block can ask for any amount of memory.
pub(super) fn is_bounded(block: &[u8]) -> bool {
    /// The library reads no more, one after the other.
    const DIRECTORIES: usize = 8;
    let mut budget = Budget { entries: 10_000, bytes: block.len() as u64 };
    let directories = std::iter::successors(Directory::first(block), |found| found.next());
    directories.take(DIRECTORIES).all(|directory| directory.fits(&[EXIF, GPS], &mut budget))
}

/// What may still be read.
struct Budget {
    entries: usize,
    bytes: u64,
}

/// A directory of a TIFF structure.
#[derive(Clone, Copy)]
pub(super) struct Directory<'a> {
    block: &'a [u8],
    is_little: bool,
    offset: usize,
}

impl<'a> Directory<'a> {
    pub(super) fn first(block: &'a [u8]) -> Option<Self> {
        let is_little = match block.first_chunk::<4>()? {
            b"II*\0" => true,
            b"MM\0*" => false,
            _ => return None,
        };
        let this = Self { block, is_little, offset: 0 };
        Some(Self { offset: this.u32(4)? as usize, ..this })
    }

    /// Another directory of the same block.
    pub(super) fn at(self, offset: u32) -> Self {
        Self { offset: offset as usize, ..self }
    }

    /// The directory after this one.
    fn next(self) -> Option<Self> {
        let count = usize::from(self.u16(self.offset)?);
        let offset = self.u32(self.offset + 2 + count * 12)?;
        (offset != 0).then(|| self.at(offset))
    }

    /// Takes its entries, and those of the directories that `pointers` name, out of the budget.
    fn fits(self, pointers: &[u16], budget: &mut Budget) -> bool {
        /// Bytes of a value, by the number of its type.
        const SIZES: [u64; 14] = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];
        let count = usize::from(self.u16(self.offset).unwrap_or(0));
        for entry in 0..count {
            let at = self.offset + 2 + entry * 12;
            let fields = (self.u16(at), self.u16(at + 2), self.u32(at + 4), self.u32(at + 8));
            let (Some(tag), Some(kind), Some(count), Some(value)) = fields else { return true };
            let bytes = SIZES.get(usize::from(kind)).unwrap_or(&0) * u64::from(count);
            // What lies outside the block is not read.
            let bytes = if bytes > self.block.len() as u64 { 0 } else { bytes };
            let Some(entries) = budget.entries.checked_sub(1) else { return false };
            let Some(bytes) = budget.bytes.checked_sub(bytes) else { return false };
            *budget = Budget { entries, bytes };
            let below: &[u16] = if tag == EXIF { &[INTEROP] } else { &[] };
            if pointers.contains(&tag) && !self.at(value).fits(below, budget) {
                return false;
            }
        }
        true
    }

    /// The value of an entry that is one 32-bit number.
    pub(super) fn pointer(&self, number: u16) -> Option<u32> {
        let count = usize::from(self.u16(self.offset)?);
        let entries = (0..count).map(|entry| self.offset + 2 + entry * 12);
        let mut found = entries.filter(|&at| self.u16(at) == Some(number));
        self.u32(found.next()? + 8)
    }

    fn u16(&self, at: usize) -> Option<u16> {
        let bytes = *self.block.get(at..)?.first_chunk()?;
        Some(if self.is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    fn u32(&self, at: usize) -> Option<u32> {
        let bytes = *self.block.get(at..)?.first_chunk()?;
        Some(if self.is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A little-endian block with one directory of these entries: tag, type, count, value.
    fn block(entries: &[(u16, u16, u32, u32)]) -> Vec<u8> {
        let mut block = b"II*\0\x08\0\0\0".to_vec();
        block.extend_from_slice(&(entries.len() as u16).to_le_bytes());
        for (tag, kind, count, value) in entries {
            block.extend_from_slice(&tag.to_le_bytes());
            block.extend_from_slice(&kind.to_le_bytes());
            block.extend_from_slice(&count.to_le_bytes());
            block.extend_from_slice(&value.to_le_bytes());
        }
        block.extend_from_slice(&[0; 4]);
        block
    }

    #[test]
    fn ordinary_entries_fit() {
        assert!(is_bounded(&block(&[(0x0112, 3, 1, 6), (0x010F, 2, 4, 0)])));
        assert!(is_bounded(b"no TIFF"));
    }

    #[test]
    fn values_that_are_read_many_times_do_not() {
        let entry = (0x010F, 2, 100, 8);
        assert!(!is_bounded(&block(&[entry; 50])));
    }

    #[test]
    fn directories_that_are_read_many_times_do_not() {
        let pointers: Vec<_> = (0..200).map(|_| (EXIF, 4, 1, 8)).collect();
        assert!(!is_bounded(&block(&pointers)));
        // One that names itself is read once more, as a directory of another kind.
        assert!(is_bounded(&block(&[(EXIF, 4, 1, 8)])));
    }
}
