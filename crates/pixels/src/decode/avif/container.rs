//! The boxes of an AVIF file: which bytes are the picture, its alpha, its metadata, and how they are meant.
//!
//! Everything is read through slices, so nothing is ever larger than the file itself.

use std::collections::HashMap;

use plan::{Format, Size};

use crate::{Error, decode::guard::damaged};

/// A parsed file.
pub(super) struct Container<'a> {
    file: &'a [u8],
    primary: u32,
    items: HashMap<u32, Item<'a>>,
    references: Vec<Reference>,
    /// Contents of the `idat` box, to which items may point.
    inline: &'a [u8],
}

/// A property that says something about an item.
#[derive(Debug, Clone, Copy)]
pub(super) enum Property<'a> {
    Size(Size),
    Profile(&'a [u8]),
    /// Coding-independent code points.
    Color {
        primaries: u16,
        matrix: u16,
        is_full_range: bool,
    },
    /// Quarter turns against the clock.
    Rotate(u8),
    /// Exchanges top and bottom (0) or left and right (1).
    Mirror(u8),
    Auxiliary(&'a [u8]),
    Other,
}

#[derive(Default)]
struct Item<'a> {
    kind: [u8; 4],
    /// Of a `mime` item.
    content_type: &'a [u8],
    is_inline: bool,
    /// Offset and length; 0 means to the end.
    extents: Vec<(u64, u64)>,
    properties: Vec<Property<'a>>,
}

struct Reference {
    kind: [u8; 4],
    from: u32,
    to: Vec<u32>,
}

impl<'a> Container<'a> {
    pub(super) fn read(file: &'a [u8]) -> Result<Self, Error> {
        let broken = || damaged(Format::Avif, "the boxes of the file are broken");
        let meta = Boxes(file).find(|(name, _)| name == b"meta").ok_or_else(broken)?.1;
        // A full box: version and flags.
        let meta = meta.get(4..).ok_or_else(broken)?;
        let mut this =
            Self { file, primary: 0, items: HashMap::new(), references: Vec::new(), inline: &[] };
        let mut properties = None;
        for (name, content) in Boxes(meta) {
            match &name {
                b"pitm" => this.primary = primary(content).ok_or_else(broken)?,
                b"iinf" => this.infos(content).ok_or_else(broken)?,
                b"iloc" => this.locations(content).ok_or_else(broken)?,
                b"iref" => this.read_references(content).ok_or_else(broken)?,
                b"idat" => this.inline = content,
                b"iprp" => properties = Some(content),
                _ => {}
            }
        }
        if let Some(content) = properties {
            this.read_properties(content).ok_or_else(broken)?;
        }
        if this.items.contains_key(&this.primary) { Ok(this) } else { Err(broken()) }
    }

    /// Bytes of the file.
    pub(super) fn length(&self) -> usize {
        self.file.len()
    }

    /// The item that is the picture.
    pub(super) fn primary(&self) -> u32 {
        self.primary
    }

    pub(super) fn kind(&self, item: u32) -> [u8; 4] {
        self.items.get(&item).map_or([0; 4], |item| item.kind)
    }

    pub(super) fn properties(&self, item: u32) -> &[Property<'a>] {
        self.items.get(&item).map_or(&[], |item| &item.properties)
    }

    /// The size that the container names.
    pub(super) fn size(&self, item: u32) -> Option<Size> {
        self.properties(item).iter().find_map(|property| match property {
            Property::Size(size) => Some(*size),
            _ => None,
        })
    }

    /// The bytes of an item; `None` if a part of them lies outside the file.
    pub(super) fn data(&self, item: u32) -> Option<Vec<u8>> {
        let item = self.items.get(&item)?;
        let source = if item.is_inline { self.inline } else { self.file };
        let mut data = Vec::new();
        for &(offset, length) in &item.extents {
            let rest = source.get(usize::try_from(offset).ok()?..)?;
            let length = if length == 0 { rest.len() } else { usize::try_from(length).ok()? };
            // Extents may overlap, which must not make more of the file than there is.
            if data.len() + length > self.file.len() {
                return None;
            }
            data.extend_from_slice(rest.get(..length)?);
        }
        Some(data)
    }

    /// The tiles of a grid, in order.
    pub(super) fn tiles(&self, grid: u32) -> &[u32] {
        let tiles = self.references.iter().find(|r| &r.kind == b"dimg" && r.from == grid);
        tiles.map_or(&[], |tiles| &tiles.to)
    }

    /// The item that is the alpha channel of the picture, and whether the picture is premultiplied with it.
    pub(super) fn alpha(&self) -> Option<(u32, bool)> {
        let alpha = self.referring(*b"auxl").find(|&item| {
            self.properties(item).iter().any(|property| {
                matches!(
                    property,
                    Property::Auxiliary(
                        b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"
                            | b"urn:mpeg:hevc:2015:auxid:1"
                    )
                )
            })
        })?;
        let is_premultiplied = self
            .references
            .iter()
            .any(|r| &r.kind == b"prem" && r.from == self.primary && r.to.contains(&alpha));
        Some((alpha, is_premultiplied))
    }

    /// EXIF as a TIFF structure.
    pub(super) fn exif(&self) -> Option<Vec<u8>> {
        let item = self.referring(*b"cdsc").find(|&item| &self.kind(item) == b"Exif")?;
        let data = self.data(item)?;
        // The number of bytes between these four and the TIFF header.
        let (skip, rest) = data.split_first_chunk::<4>()?;
        Some(rest.get(u32::from_be_bytes(*skip) as usize..)?.to_vec())
    }

    pub(super) fn xmp(&self) -> Option<Vec<u8>> {
        let item = self.referring(*b"cdsc").find(|item| {
            self.items.get(item).is_some_and(|item| {
                &item.kind == b"mime" && item.content_type == b"application/rdf+xml"
            })
        })?;
        self.data(item)
    }

    /// Items that refer to the picture in this way.
    fn referring(&self, kind: [u8; 4]) -> impl Iterator<Item = u32> {
        self.references
            .iter()
            .filter(move |reference| reference.kind == kind && reference.to.contains(&self.primary))
            .map(|reference| reference.from)
    }

    fn infos(&mut self, content: &'a [u8]) -> Option<()> {
        let mut reader = Reader(content);
        let version = reader.full_box()?;
        reader.number(if version == 0 { 2 } else { 4 })?;
        for (name, content) in Boxes(reader.0) {
            let mut reader = Reader(content);
            let version = reader.full_box()?;
            if &name != b"infe" || version < 2 {
                continue;
            }
            let id = reader.number(if version == 2 { 2 } else { 4 })? as u32;
            reader.number(2)?;
            let item = self.items.entry(id).or_default();
            item.kind = *reader.0.first_chunk::<4>()?;
            let mut texts = reader.0[4..].split(|&byte| byte == 0);
            item.content_type = texts.nth(1).unwrap_or(&[]);
        }
        Some(())
    }

    fn locations(&mut self, content: &'a [u8]) -> Option<()> {
        let mut reader = Reader(content);
        let version = reader.full_box()?;
        let sizes = reader.number(2)?;
        let size = |shift: u32| (sizes >> shift & 15) as usize;
        let index = if version == 0 { 0 } else { size(0) };
        let wide = if version < 2 { 2 } else { 4 };
        for _ in 0..reader.number(wide)? {
            let id = reader.number(wide)? as u32;
            let method = if version == 0 { 0 } else { reader.number(2)? & 15 };
            reader.number(2)?;
            let base = reader.number(size(4))?;
            let count = reader.number(2)?;
            let item = self.items.entry(id).or_default();
            item.is_inline = method == 1;
            for _ in 0..count {
                reader.number(index)?;
                let offset = reader.number(size(12))?.checked_add(base)?;
                item.extents.push((offset, reader.number(size(8))?));
                // Without bytes per extent a count could ask for more than the box holds.
                if size(12) + size(8) + index == 0 {
                    break;
                }
            }
        }
        Some(())
    }

    fn read_references(&mut self, content: &'a [u8]) -> Option<()> {
        let mut reader = Reader(content);
        let wide = if reader.full_box()? == 0 { 2 } else { 4 };
        for (kind, content) in Boxes(reader.0) {
            let mut reader = Reader(content);
            let from = reader.number(wide)? as u32;
            let count = reader.number(2)?;
            let to = (0..count).map_while(|_| reader.number(wide)).map(|id| id as u32).collect();
            self.references.push(Reference { kind, from, to });
        }
        Some(())
    }

    fn read_properties(&mut self, content: &'a [u8]) -> Option<()> {
        let mut properties = Vec::new();
        for (name, content) in Boxes(content) {
            match &name {
                b"ipco" => properties = Boxes(content).map(Property::read).collect(),
                b"ipma" => self.associate(content, &properties)?,
                _ => {}
            }
        }
        Some(())
    }

    fn associate(&mut self, content: &'a [u8], properties: &[Property<'a>]) -> Option<()> {
        let mut reader = Reader(content);
        let flags = *content.get(3)?;
        let wide = if reader.full_box()? == 0 { 2 } else { 4 };
        for _ in 0..reader.number(4)? {
            let id = reader.number(wide)? as u32;
            for _ in 0..reader.number(1)? {
                // The upper bit says that a reader must understand it.
                let index = if flags & 1 == 0 {
                    reader.number(1)? & 0x7F
                } else {
                    reader.number(2)? & 0x7FFF
                };
                let property = (index as usize).checked_sub(1).and_then(|at| properties.get(at));
                if let (Some(&property), Some(item)) = (property, self.items.get_mut(&id)) {
                    item.properties.push(property);
                }
            }
        }
        Some(())
    }
}

impl<'a> Property<'a> {
    fn read((name, content): ([u8; 4], &'a [u8])) -> Self {
        Self::understood(name, content).unwrap_or(Self::Other)
    }

    fn understood(name: [u8; 4], content: &'a [u8]) -> Option<Self> {
        let mut reader = Reader(content);
        Some(match &name {
            b"ispe" => {
                reader.full_box()?;
                Self::Size(Size::new(reader.number(4)? as u32, reader.number(4)? as u32))
            }
            b"colr" => match content.split_first_chunk::<4>()? {
                (b"prof" | b"rICC", profile) => Self::Profile(profile),
                (b"nclx", [p1, p0, _, _, m1, m0, range, ..]) => Self::Color {
                    primaries: u16::from_be_bytes([*p1, *p0]),
                    matrix: u16::from_be_bytes([*m1, *m0]),
                    is_full_range: range & 0x80 != 0,
                },
                _ => return None,
            },
            b"irot" => Self::Rotate(*content.first()? & 3),
            b"imir" => Self::Mirror(*content.first()? & 1),
            b"auxC" => {
                reader.full_box()?;
                Self::Auxiliary(reader.0.split(|&byte| byte == 0).next()?)
            }
            _ => return None,
        })
    }
}

fn primary(content: &[u8]) -> Option<u32> {
    let mut reader = Reader(content);
    let version = reader.full_box()?;
    Some(reader.number(if version == 0 { 2 } else { 4 })? as u32)
}

/// Boxes one after the other; one that is cut off ends it.
struct Boxes<'a>(&'a [u8]);

impl<'a> Iterator for Boxes<'a> {
    type Item = ([u8; 4], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let mut reader = Reader(self.0);
        let length = reader.number(4)?;
        let (&name, _) = reader.0.split_first_chunk::<4>()?;
        reader.0 = &reader.0[4..];
        let length = match length {
            // To the end of the file.
            0 => self.0.len() as u64,
            1 => reader.number(8)?,
            length => length,
        };
        let header = self.0.len() - reader.0.len();
        let length = usize::try_from(length).ok()?;
        let content = self.0.get(header..length)?;
        self.0 = &self.0[length..];
        Some((name, content))
    }
}

/// Big-endian numbers.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    /// A number of 0 to 8 bytes; none are 0.
    fn number(&mut self, bytes: usize) -> Option<u64> {
        let (number, rest) = self.0.split_at_checked(bytes)?;
        self.0 = rest;
        Some(number.iter().fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }

    /// The version of a full box; its flags are skipped.
    fn full_box(&mut self) -> Option<u8> {
        Some((self.number(4)? >> 24) as u8)
    }
}
