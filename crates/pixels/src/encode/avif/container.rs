//! The HEIF boxes around AV1 units. Sources: ISO/IEC 14496-12 (boxes), 23008-12 (items), AV1 Image File Format 1.1.
//!
//! Written here, because the writers at hand know neither profiles nor XMP.

use plan::Size;

use super::{
    super::Extras,
    aom::{BT601, BT709, SRGB, UNSPECIFIED},
};

pub(super) struct Container<'a> {
    pub(super) size: Size,
    pub(super) color: Item<'a>,
    pub(super) alpha: Option<Item<'a>>,
    pub(super) extras: Extras<'a>,
}

#[derive(Clone, Copy)]
pub(super) struct Item<'a> {
    /// AV1 units, sequence header first.
    pub(super) data: &'a [u8],
    pub(super) monochrome: bool,
}

const COLOR: u16 = 1;
const ALPHA: u16 = 2;
const EXIF: u16 = 3;
const XMP: u16 = 4;

/// Marks a property that a reader must understand to show the picture.
const ESSENTIAL: u8 = 0x80;

/// In front of an Exif item: the TIFF structure begins right behind.
const EXIF_OFFSET: [u8; 4] = [0; 4];

impl Container<'_> {
    pub(super) fn write(&self) -> Vec<u8> {
        let mut out = Vec::new();
        boxed(&mut out, *b"ftyp", |out| {
            out.extend_from_slice(b"avif\0\0\0\0avifmif1miaf");
            if !self.color.monochrome {
                // The baseline profile asks for 4:2:0.
                out.extend_from_slice(b"MA1B");
            }
        });
        let mut places = Vec::new();
        full_box(&mut out, *b"meta", 0, 0, |out| {
            full_box(out, *b"hdlr", 0, 0, |out| {
                out.extend_from_slice(b"\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0");
            });
            full_box(out, *b"pitm", 0, 0, |out| push16(out, COLOR));
            places = self.write_locations(out);
            self.write_items(out);
            self.write_references(out);
            self.write_properties(out);
        });
        let total: usize = self.items().iter().map(|(_, parts)| length(parts)).sum();
        out.extend_from_slice(&(total as u32 + 8).to_be_bytes());
        out.extend_from_slice(b"mdat");
        for ((_, parts), place) in self.items().iter().zip(places) {
            let offset = out.len() as u32;
            out[place..place + 4].copy_from_slice(&offset.to_be_bytes());
            out.extend_from_slice(&parts.concat());
        }
        out
    }

    /// What goes into `mdat`, in order. IPTC has no place in an AVIF.
    fn items(&self) -> Vec<(u16, [&[u8]; 2])> {
        let metadata = self.extras.metadata;
        let mut items = Vec::new();
        if let Some(exif) = &metadata.exif {
            items.push((EXIF, [&EXIF_OFFSET[..], exif]));
        }
        if let Some(xmp) = &metadata.xmp {
            items.push((XMP, [&[], xmp]));
        }
        // Alpha first: a reader that shows parts as they arrive then has it in time.
        if let Some(alpha) = self.alpha {
            items.push((ALPHA, [&[], alpha.data]));
        }
        items.push((COLOR, [&[], self.color.data]));
        items
    }

    /// Returns where in `out` the offset of each item is to be filled in.
    fn write_locations(&self, out: &mut Vec<u8>) -> Vec<usize> {
        let items = self.items();
        let mut places = Vec::with_capacity(items.len());
        full_box(out, *b"iloc", 0, 0, |out| {
            // Offsets and lengths of four bytes, no base offset.
            out.extend_from_slice(&[0x44, 0]);
            push16(out, items.len() as u16);
            for (id, parts) in &items {
                push16(out, *id);
                push16(out, 0);
                push16(out, 1);
                places.push(out.len());
                out.extend_from_slice(&[0; 4]);
                out.extend_from_slice(&(length(parts) as u32).to_be_bytes());
            }
        });
        places
    }

    fn write_items(&self, out: &mut Vec<u8>) {
        let items = self.items();
        full_box(out, *b"iinf", 0, 0, |out| {
            push16(out, items.len() as u16);
            for (id, _) in &items {
                // Metadata is hidden: it is no picture to be shown.
                full_box(out, *b"infe", 2, u8::from(matches!(*id, EXIF | XMP)), |out| {
                    push16(out, *id);
                    push16(out, 0);
                    out.extend_from_slice(match *id {
                        EXIF => b"Exif\0",
                        XMP => b"mime\0application/rdf+xml\0",
                        _ => b"av01\0",
                    });
                });
            }
        });
    }

    fn write_references(&self, out: &mut Vec<u8>) {
        let references: Vec<_> =
            self.items().iter().map(|(id, _)| *id).filter(|id| *id != COLOR).collect();
        if references.is_empty() {
            return;
        }
        full_box(out, *b"iref", 0, 0, |out| {
            for id in references {
                boxed(out, if id == ALPHA { *b"auxl" } else { *b"cdsc" }, |out| {
                    push16(out, id);
                    push16(out, 1);
                    push16(out, COLOR);
                });
            }
        });
    }

    fn write_properties(&self, out: &mut Vec<u8>) {
        let profile = self.extras.profile;
        boxed(out, *b"iprp", |out| {
            let mut count = 0;
            let (mut of_color, mut of_alpha) = (Vec::new(), Vec::new());
            boxed(out, *b"ipco", |out| {
                let mut next = || {
                    count += 1;
                    count
                };
                full_box(out, *b"ispe", 0, 0, |out| {
                    out.extend_from_slice(&self.size.width.to_be_bytes());
                    out.extend_from_slice(&self.size.height.to_be_bytes());
                });
                let extent = next();
                of_color.push(extent);
                of_alpha.push(extent);
                write_depth(out, self.color);
                of_color.push(next());
                write_configuration(out, self.color);
                of_color.push(next() | ESSENTIAL);
                write_code_points(out, profile.is_none());
                of_color.push(next());
                if let Some(profile) = profile {
                    boxed(out, *b"colr", |out| {
                        out.extend_from_slice(b"prof");
                        out.extend_from_slice(profile);
                    });
                    of_color.push(next());
                }
                if let Some(alpha) = self.alpha {
                    write_depth(out, alpha);
                    of_alpha.push(next());
                    write_configuration(out, alpha);
                    of_alpha.push(next() | ESSENTIAL);
                    full_box(out, *b"auxC", 0, 0, |out| {
                        out.extend_from_slice(b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0");
                    });
                    of_alpha.push(next());
                }
            });
            full_box(out, *b"ipma", 0, 0, |out| {
                let mut entries = vec![(COLOR, of_color)];
                if self.alpha.is_some() {
                    entries.push((ALPHA, of_alpha));
                }
                out.extend_from_slice(&(entries.len() as u32).to_be_bytes());
                for (id, properties) in entries {
                    push16(out, id);
                    out.push(properties.len() as u8);
                    out.extend_from_slice(&properties);
                }
            });
        });
    }
}

fn write_depth(out: &mut Vec<u8>, item: Item<'_>) {
    let channels = if item.monochrome { 1 } else { 3 };
    full_box(out, *b"pixi", 0, 0, |out| {
        out.push(channels);
        out.resize(out.len() + usize::from(channels), 8);
    });
}

/// `av1C`: what a decoder must be able to do.
fn write_configuration(out: &mut Vec<u8>, item: Item<'_>) {
    // Profile 0 holds 4:2:0 and pictures without colour; both count as halved in both directions.
    let monochrome = if item.monochrome { 0x10 } else { 0 };
    boxed(out, *b"av1C", |out| {
        out.extend_from_slice(&[0x81, level(item.data), monochrome | 0x0c, 0]);
    });
}

/// Level index from the sequence header, which is the first unit: type and flags, length, then profile (3 bits), still (1), reduced
/// header (1), level (5). 31 is "any" and always true.
fn level(units: &[u8]) -> u8 {
    match units {
        [0x0a, length, first, second, ..] if length & 0x80 == 0 && first & 0x08 != 0 => {
            (first & 0x07) << 2 | second >> 6
        }
        _ => 31,
    }
}

/// `colr` by code points: what the samples mean, or with a profile beside it only how to make RGB of them.
fn write_code_points(out: &mut Vec<u8>, srgb: bool) {
    let (primaries, transfer) = if srgb { (BT709, SRGB) } else { (UNSPECIFIED, UNSPECIFIED) };
    boxed(out, *b"colr", |out| {
        out.extend_from_slice(b"nclx");
        push16(out, primaries as u16);
        push16(out, transfer as u16);
        push16(out, BT601 as u16);
        // Full range.
        out.push(0x80);
    });
}

fn boxed(out: &mut Vec<u8>, kind: [u8; 4], content: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(&kind);
    content(out);
    let length = (out.len() - start) as u32;
    out[start..start + 4].copy_from_slice(&length.to_be_bytes());
}

/// A box with version and flags.
fn full_box(
    out: &mut Vec<u8>,
    kind: [u8; 4],
    version: u8,
    flags: u8,
    content: impl FnOnce(&mut Vec<u8>),
) {
    boxed(out, kind, |out| {
        out.extend_from_slice(&[version, 0, 0, flags]);
        content(out);
    });
}

fn push16(out: &mut Vec<u8>, value: u16) {
    out.extend_from_slice(&value.to_be_bytes());
}

fn length(parts: &[&[u8]]) -> usize {
    parts.iter().map(|part| part.len()).sum()
}
