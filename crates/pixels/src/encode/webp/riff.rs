//! The container: profile and metadata around what libwebp has encoded.
//! Source: "WebP Container Specification", developers.google.com/speed/webp/docs/riff_container.

use plan::{Format, Size};

use super::super::Extras;
use crate::Error;

const HAS_PROFILE: u8 = 0x20;
const HAS_ALPHA: u8 = 0x10;
const HAS_EXIF: u8 = 0x08;
const HAS_XMP: u8 = 0x04;

/// RIFF, its length, WEBP.
const HEAD: usize = 12;

/// `file` with the profile in front of the picture and the metadata behind it. IPTC has no place in a WebP.
pub(super) fn attach(file: Vec<u8>, size: Size, extras: Extras<'_>) -> Result<Vec<u8>, Error> {
    let exif = extras.metadata.exif.as_deref();
    let xmp = extras.metadata.xmp.as_deref();
    let flags = [(extras.profile, HAS_PROFILE), (exif, HAS_EXIF), (xmp, HAS_XMP)]
        .iter()
        .fold(0, |flags, (block, flag)| if block.is_some() { flags | flag } else { flags });
    if flags == 0 {
        return Ok(file);
    }
    let damaged =
        || Error::Damaged { format: Format::Webp, reason: "encoder wrote no container".to_owned() };
    let body = file.get(HEAD..).ok_or_else(damaged)?;
    let kind = body.get(..4).ok_or_else(damaged)?;
    // The extended header is there already for animations and for lossy pictures with alpha.
    let (header, rest) = if kind == b"VP8X" {
        let (header, rest) = body.split_at_checked(18).ok_or_else(damaged)?;
        let mut header = header.to_vec();
        header[8] |= flags;
        (header, rest)
    } else {
        // Lossless: bit 28 after the signature byte says whether alpha is used.
        let alpha = kind == b"VP8L" && body.get(12).is_some_and(|byte| byte & 0x10 != 0);
        (extended_header(size, flags | if alpha { HAS_ALPHA } else { 0 }), body)
    };
    let mut out = Vec::with_capacity(
        file.len()
            + 64
            + [extras.profile, exif, xmp].iter().flatten().map(|b| b.len()).sum::<usize>(),
    );
    out.extend_from_slice(b"RIFF\0\0\0\0WEBP");
    out.extend_from_slice(&header);
    push_chunk(&mut out, *b"ICCP", extras.profile);
    out.extend_from_slice(rest);
    push_chunk(&mut out, *b"EXIF", exif);
    push_chunk(&mut out, *b"XMP ", xmp);
    let length = (out.len() - 8) as u32;
    out[4..8].copy_from_slice(&length.to_le_bytes());
    Ok(out)
}

/// The VP8X chunk: flags, three reserved bytes, width and height less one in 24 bits each.
fn extended_header(size: Size, flags: u8) -> Vec<u8> {
    let mut chunk = b"VP8X\x0a\0\0\0".to_vec();
    chunk.extend_from_slice(&[flags, 0, 0, 0]);
    chunk.extend_from_slice(&(size.width - 1).to_le_bytes()[..3]);
    chunk.extend_from_slice(&(size.height - 1).to_le_bytes()[..3]);
    chunk
}

/// A chunk with its length, padded to an even one.
fn push_chunk(out: &mut Vec<u8>, kind: [u8; 4], content: Option<&[u8]>) {
    let Some(content) = content else { return };
    out.extend_from_slice(&kind);
    out.extend_from_slice(&(content.len() as u32).to_le_bytes());
    out.extend_from_slice(content);
    if content.len() % 2 == 1 {
        out.push(0);
    }
}
