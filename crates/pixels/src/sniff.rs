//! Format by magic bytes, never by name.

use plan::Format;

/// The format that these bytes claim to be. Needs the first 4 kB at most (SVG behind comments).
pub fn sniff(bytes: &[u8]) -> Option<Format>;
