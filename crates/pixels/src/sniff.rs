//! Format by magic bytes, never by name.

use plan::Format;

/// The format that these bytes claim to be. Needs the first 4 kB at most (SVG behind comments).
pub fn sniff(bytes: &[u8]) -> Option<Format> {
    if bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
        return Some(Format::Jpeg);
    }
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some(Format::Png);
    }
    None
}
