//! What of the source's profile and metadata goes into the result.

use plan::{Metadata, Orient, Profile};

use super::Job;
use crate::picture::{About, Blocks};

/// Number of the orientation tag in EXIF.
const ORIENTATION: u16 = 0x0112;

impl Job<'_> {
    /// What of `about` the plan keeps.
    pub(super) fn kept(&self, about: About) -> About {
        let is_turned = self.plan.orient == Orient::Exif && self.probe.orientation != 1;
        let profile = about.profile.filter(|_| self.output.profile == Profile::Keep);
        let metadata = match self.output.metadata {
            Metadata::Strip => Blocks::default(),
            Metadata::Keep if is_turned => Blocks {
                exif: about.metadata.exif.map(|exif| with_orientation(exif, 1)),
                xmp: about.metadata.xmp.map(upright_xmp),
                iptc: about.metadata.iptc,
            },
            Metadata::Keep => about.metadata,
            Metadata::OrientationOnly if is_turned || self.probe.orientation == 1 => {
                Blocks::default()
            }
            Metadata::OrientationOnly => {
                Blocks { exif: Some(only_orientation(self.probe.orientation)), ..Blocks::default() }
            }
        };
        About { profile, metadata }
    }
}

/// EXIF with another value in the orientation tag of its first directory; unchanged, if it has none.
fn with_orientation(mut exif: Vec<u8>, orientation: u8) -> Vec<u8> {
    if let Some(place) = place_of_orientation(&exif) {
        let is_little = exif.starts_with(b"II");
        exif[place..place + 2].copy_from_slice(&if is_little {
            [orientation, 0]
        } else {
            [0, orientation]
        });
    }
    exif
}

/// Where the two bytes of the value lie.
fn place_of_orientation(exif: &[u8]) -> Option<usize> {
    let is_little = match exif.get(..2)? {
        b"II" => true,
        b"MM" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let bytes: [u8; 2] = exif.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let long = |at: usize| {
        let bytes: [u8; 4] = exif.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    };
    let directory = long(4)? as usize;
    let count = usize::from(short(directory)?);
    // Tag, type, count and value: 12 bytes an entry, after the number of entries.
    let entry = (0..count)
        .map(|i| directory + 2 + i * 12)
        .find(|&entry| short(entry) == Some(ORIENTATION) && short(entry + 2) == Some(3))?;
    short(entry + 8).map(|_| entry + 8)
}

/// The smallest EXIF that holds an orientation.
fn only_orientation(orientation: u8) -> Vec<u8> {
    let mut exif = b"II*\0\x08\0\0\0".to_vec();
    exif.extend_from_slice(&1_u16.to_le_bytes());
    exif.extend_from_slice(&ORIENTATION.to_le_bytes());
    exif.extend_from_slice(&3_u16.to_le_bytes());
    exif.extend_from_slice(&1_u32.to_le_bytes());
    exif.extend_from_slice(&[orientation, 0, 0, 0]);
    exif.extend_from_slice(&0_u32.to_le_bytes());
    exif
}

/// XMP repeats the orientation, as an attribute or an element.
fn upright_xmp(mut xmp: Vec<u8>) -> Vec<u8> {
    for start in [&b"tiff:Orientation=\""[..], b"tiff:Orientation='", b"<tiff:Orientation>"] {
        let found = xmp.windows(start.len()).position(|window| window == start);
        if let Some(digit) = found.and_then(|at| xmp.get_mut(at + start.len()))
            && digit.is_ascii_digit()
        {
            *digit = b'1';
        }
    }
    xmp
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orientation_is_found_and_replaced_in_both_byte_orders() {
        let little = only_orientation(6);
        assert_eq!(with_orientation(little.clone(), 1), only_orientation(1));
        let big = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        let turned = with_orientation(big.to_vec(), 1);
        assert_eq!(turned[18..20], [0, 1]);
    }

    #[test]
    fn broken_exif_stays_as_it_is() {
        let whole = only_orientation(6);
        for length in 0..20 {
            let cut = whole[..length].to_vec();
            let result = with_orientation(cut.clone(), 1);
            assert_eq!(result.len(), cut.len());
            assert!(length >= 20 || result == cut, "{length}");
        }
        let far = b"II*\0\xff\xff\xff\xff".to_vec();
        assert_eq!(with_orientation(far.clone(), 1), far);
    }

    #[test]
    fn xmp_says_upright_too() {
        let attribute = br#"<rdf:Description tiff:Orientation="6" a="6"/>"#.to_vec();
        assert_eq!(upright_xmp(attribute), br#"<rdf:Description tiff:Orientation="1" a="6"/>"#);
        let element = b"<tiff:Orientation>8</tiff:Orientation>".to_vec();
        assert_eq!(upright_xmp(element), b"<tiff:Orientation>1</tiff:Orientation>");
        assert_eq!(upright_xmp(b"tiff:Orientation=\"".to_vec()), b"tiff:Orientation=\"");
    }
}
