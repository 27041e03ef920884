//! Format by magic bytes, never by name.

use plan::Format;

/// The format that these bytes claim to be. Looks at the first 4 kB at most (SVG behind comments).
///
/// A claim, not a proof: HTML behind the first bytes of a GIF is recognised as GIF, and then does not decode.
/// HTML that contains SVG is no image.
pub fn sniff(bytes: &[u8]) -> Option<Format> {
    let by_magic = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic));
    if let Some(&(_, format)) = by_magic {
        return Some(format);
    }
    riff(bytes)
        .or_else(|| iso_media(bytes))
        .or_else(|| is_bitmap(bytes).then_some(Format::Bmp))
        .or_else(|| is_icon(bytes).then_some(Format::Ico))
        .or_else(|| is_portable_anymap(bytes).then_some(Format::Pnm))
        .or_else(|| is_svg(bytes).then_some(Format::Svg))
        .or_else(|| is_targa(bytes).then_some(Format::Tga))
}

/// Formats that the first bytes alone tell.
const MAGIC: [(&[u8], Format); 12] = [
    (b"\xFF\xD8\xFF", Format::Jpeg),
    (b"\x89PNG\r\n\x1A\n", Format::Png),
    (b"GIF87a", Format::Gif),
    (b"GIF89a", Format::Gif),
    (b"II*\0", Format::Tiff),
    (b"MM\0*", Format::Tiff),
    // BigTIFF.
    (b"II+\0", Format::Tiff),
    (b"MM\0+", Format::Tiff),
    (b"qoif", Format::Qoi),
    (b"8BPS", Format::Psd),
    (b"\xFF\x0A", Format::Jxl),
    (b"\0\0\0\x0CJXL \r\n\x87\n", Format::Jxl),
];

fn riff(bytes: &[u8]) -> Option<Format> {
    (bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP")).then_some(Format::Webp)
}

/// AVIF and HEIC, by the brands of the `ftyp` box.
fn iso_media(bytes: &[u8]) -> Option<Format> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let brands = rest.strip_prefix(b"ftyp")?;
    let length = (u32::from_be_bytes(*length) as usize).checked_sub(8)?.min(brands.len()).min(256);
    // Major brand, version, compatible brands. `mif1` says "an image, see the others".
    let brands = brands[..length].chunks_exact(4).enumerate().filter(|(at, _)| *at != 1);
    let mut found = None;
    for (_, brand) in brands {
        match brand {
            b"avif" | b"avis" => return Some(Format::Avif),
            b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" => found = Some(Format::Heic),
            _ => {}
        }
    }
    found
}

/// `BM`, and a size of the second header that some version of the format has.
fn is_bitmap(bytes: &[u8]) -> bool {
    let header =
        bytes.get(14..18).map(|size| u32::from_le_bytes([size[0], size[1], size[2], size[3]]));
    bytes.starts_with(b"BM") && matches!(header, Some(12 | 16 | 40 | 52 | 56 | 64 | 108 | 124))
}

/// Type 1, at least one entry, and a reserved byte of zero in the first.
fn is_icon(bytes: &[u8]) -> bool {
    let Some([0, 0, 1, 0, count0, count1, first @ ..]) = bytes.get(..22) else { return false };
    (*count0 != 0 || *count1 != 0) && first[3] == 0
}

/// `P1` to `P7` and white space, then a number, a comment or the keyword of `P7`.
fn is_portable_anymap(bytes: &[u8]) -> bool {
    let Some([b'P', b'1'..=b'7', space, rest @ ..]) = bytes.get(..bytes.len().min(64)) else {
        return false;
    };
    let next = rest.iter().find(|byte| !byte.is_ascii_whitespace());
    space.is_ascii_whitespace() && matches!(next, Some(b'0'..=b'9' | b'#' | b'W'))
}

/// The root element is `svg`, behind byte order mark, declaration, comments and document type.
fn is_svg(bytes: &[u8]) -> bool {
    const LOOKED_AT: usize = 4096;
    let head = &bytes[..bytes.len().min(LOOKED_AT)];
    // UTF-16 has a zero in every other byte; without them its markup is ASCII.
    let narrowed: Vec<u8>;
    let mut rest = if head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") {
        narrowed = head[2..].iter().copied().filter(|&byte| byte != 0).collect();
        &narrowed[..]
    } else {
        head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head)
    };
    loop {
        rest = rest.trim_ascii_start();
        let skipped = if rest.starts_with(b"<!--") {
            after(rest, b"-->")
        } else if rest.starts_with(b"<?") {
            after(rest, b"?>")
        } else if rest.starts_with(b"<!DOCTYPE") {
            after_document_type(rest)
        } else {
            break;
        };
        let Some(skipped) = skipped else { return false };
        rest = skipped;
    }
    let Some(name) = rest.strip_prefix(b"<") else { return false };
    let end = name
        .iter()
        .position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'))
        .unwrap_or(name.len());
    // A prefix may stand before the name: `<svg:svg`.
    let local = name[..end].rsplit(|&byte| byte == b':').next();
    local == Some(b"svg")
}

/// What follows the first `end`.
fn after<'a>(bytes: &'a [u8], end: &[u8]) -> Option<&'a [u8]> {
    let at = bytes.windows(end.len()).position(|window| window == end)?;
    Some(&bytes[at + end.len()..])
}

/// What follows a document type, if it is that of SVG. Its internal subset in brackets may hold `>`.
fn after_document_type(bytes: &[u8]) -> Option<&[u8]> {
    let name = bytes.strip_prefix(b"<!DOCTYPE")?.trim_ascii_start();
    if !name.starts_with(b"svg") {
        return None;
    }
    let end = bytes.iter().position(|&byte| byte == b'>')?;
    match bytes[..end].iter().position(|&byte| byte == b'[') {
        None => Some(&bytes[end + 1..]),
        Some(open) => {
            let subset = after(&bytes[open..], b"]")?.trim_ascii_start();
            subset.strip_prefix(b">")
        }
    }
}

/// Targa has no magic: the header must make sense in every field.
fn is_targa(bytes: &[u8]) -> bool {
    let Some(header) = bytes.first_chunk::<18>() else { return false };
    let [_id, map, kind, map0, map1, length0, length1, map_bits, ..] = *header;
    let [.., width0, width1, height0, height1, bits, descriptor] = *header;
    let map_length = u16::from_le_bytes([length0, length1]);
    let map_fits = match map {
        0 => [map0, map1, length0, length1, map_bits] == [0; 5] && !matches!(kind, 1 | 9),
        1 => matches!(map_bits, 15 | 16 | 24 | 32) && (1..=256).contains(&map_length),
        _ => false,
    };
    let bits_fit = match kind {
        1 | 9 => bits == 8 && map == 1,
        2 | 10 => matches!(bits, 15 | 16 | 24 | 32),
        3 | 11 => matches!(bits, 8 | 16),
        _ => false,
    };
    let has_area = [width0, width1] != [0; 2] && [height0, height1] != [0; 2];
    // The upper bits of the descriptor are reserved; 8 is the most alpha bits there are.
    let is_described = descriptor & 0xC0 == 0 && descriptor & 0x0F <= 8;
    map_fits && bits_fit && has_area && is_described
}

#[cfg(test)]
mod tests;
