//! Fonts that nobody would draw, written by hand.

use super::*;

/// A font whose `A` is made of twice the next glyph, which is made of twice the next, and so on.
fn composites(depth: u16) -> Vec<u8> {
    let mut glyf = Vec::new();
    let mut loca = vec![0, 0];
    for glyph in 0..depth {
        // Contours: -1, a composite; bounds; twice flags, glyph, offsets in bytes: more follow, then none.
        glyf.extend(words(&[0xFFFF, 0, 0, 0, 0, 0x0022, glyph + 2, 0, 0x0002, glyph + 2, 0]));
        loca.push((glyf.len() / 2) as u16);
    }
    // The last one is empty, so that no count of points ends it.
    loca.push((glyf.len() / 2) as u16);
    font(depth + 2, &[(b"glyf", glyf), (b"loca", words(&loca))])
}

/// A font whose `A` calls a subroutine that calls the next twenty times, and so on.
fn subroutines(depth: u8) -> Vec<u8> {
    const CALL: u8 = 29;
    let number = |index: u8| 32 + index; // Biased by 107, coded as 139 + value.
    let chain = (1..depth).map(|next| [number(next), CALL].repeat(20));
    let subroutines: Vec<Vec<u8>> = chain.chain([vec![11]]).collect();
    let start: Vec<u8> = [&[1, 0, 4, 1][..], &index(&[b"F".to_vec()])].concat();
    let strings = [index(&[]), index(&subroutines)].concat();
    // Numbers of five bytes, so that the length of the dictionary is known: where the programs are.
    let dictionary = |at: usize| [&[29][..], &(at as u32).to_be_bytes(), &[17]].concat();
    let at = start.len() + index(&[dictionary(0)]).len() + strings.len();
    let programs = index(&[vec![14], vec![number(0), CALL, 14]]);
    font(2, &[(b"CFF ", [start, index(&[dictionary(at)]), strings, programs].concat())])
}

#[test]
fn glyphs_that_never_end_are_not_drawn() {
    for (what, data) in [("composites", composites(31)), ("subroutines", subroutines(10))] {
        assert!(face::Face::parse(&data, Weight::Regular).is_some(), "{what}");
        let font = FontChoice::File(&data);
        assert_eq!(size(&Setting { font, ..setting("AAAA") }), (1, 1), "{what}");
    }
}

/// The tables that every font has, and more.
fn font(glyphs: u16, more: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut head = words(&[1, 0, 1, 0, 0, 0, 0x5F0F, 0x3CF5, 0, 1000]);
    head.resize(54, 0);
    let mut hhea = words(&[1, 0, 800, 0xFF38, 0, 600]);
    hhea.resize(34, 0);
    hhea.extend(words(&[1]));
    let mut maxp = words(&[1, 0, glyphs]);
    maxp.resize(32, 0);
    let mut hmtx = words(&[600, 0]);
    hmtx.resize(4 + 2 * (usize::from(glyphs) - 1), 0);
    // One table of format 4: `A` is glyph 1, everything else none.
    let segments = [65, 0xFFFF, 0, 65, 0xFFFF, 0xFFC0, 1, 0, 0];
    let cmap = [words(&[0, 1, 3, 1, 0, 12, 4, 32, 0, 4, 4, 1, 0]), words(&segments)].concat();
    let mut tables = more.to_vec();
    tables.extend([
        (b"head", head),
        (b"hhea", hhea),
        (b"maxp", maxp),
        (b"hmtx", hmtx),
        (b"cmap", cmap),
    ]);
    tables.sort();
    let mut font = words(&[1, 0, tables.len() as u16, 0, 0, 0]);
    let mut data = Vec::new();
    for (name, table) in &tables {
        let at = 12 + 16 * tables.len() + data.len();
        font.extend([&name[..], &[0; 4], &(at as u32).to_be_bytes()].concat());
        font.extend((table.len() as u32).to_be_bytes());
        data.extend(table);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    [font, data].concat()
}

/// PostScript's list of parts: how many, size of an offset, offsets from 1, the parts.
fn index(parts: &[Vec<u8>]) -> Vec<u8> {
    let mut index = words(&[parts.len() as u16]);
    if parts.is_empty() {
        return index;
    }
    index.push(2);
    let mut at = 1;
    index.extend(words(&[at]));
    for part in parts {
        at += part.len() as u16;
        index.extend(words(&[at]));
    }
    index.extend(parts.concat());
    index
}

fn words(words: &[u16]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}
