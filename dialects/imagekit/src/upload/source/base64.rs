//! Base64 that arrives in pieces: standard or URL-safe alphabet, padding optional, line breaks ignored.

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Whether a byte may stand in base64 text.
pub(super) fn is_in_alphabet(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=' | b'\r' | b'\n')
}

/// Keeps at most one group between pieces.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    /// Characters that do not fill a group yet, in the standard alphabet.
    rest: Vec<u8>,
    is_padded: bool,
}

impl Decoder {
    /// The bytes of all groups that are complete now; `None` for what is no base64.
    pub(super) fn push(&mut self, text: &[u8]) -> Option<Vec<u8>> {
        for byte in text {
            match byte {
                b'\r' | b'\n' => continue,
                b'=' => self.is_padded = true,
                // Nothing follows the padding.
                _ if self.is_padded => return None,
                _ => {}
            }
            self.rest.push(match byte {
                b'-' => b'+',
                b'_' => b'/',
                other => *other,
            });
        }
        let end = self.rest.iter().position(|byte| *byte == b'=').unwrap_or(self.rest.len());
        let groups = end / 4 * 4;
        let bytes = ENGINE.decode(&self.rest[..groups]).ok()?;
        self.rest.drain(..groups);
        // What is left is one group with its padding at most.
        (self.rest.len() <= 4).then_some(bytes)
    }

    /// The bytes of the last group.
    pub(super) fn finish(self) -> Option<Vec<u8>> {
        ENGINE.decode(self.rest).ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decode(pieces: &[&str]) -> Option<Vec<u8>> {
        let mut decoder = Decoder::default();
        let mut bytes = Vec::new();
        for piece in pieces {
            bytes.extend(decoder.push(piece.as_bytes())?);
        }
        bytes.extend(decoder.finish()?);
        Some(bytes)
    }

    #[test]
    fn texts_are_decoded() {
        assert_eq!(decode(&["aGVsbG8="]).unwrap(), b"hello");
        assert_eq!(decode(&["aGVsbG8"]).unwrap(), b"hello");
        assert_eq!(decode(&["aG", "Vs\r\nbG", "8="]).unwrap(), b"hello");
        assert_eq!(decode(&["-_-_"]).unwrap(), decode(&["+/+/"]).unwrap());
        assert_eq!(decode(&["aGVsbG8", "="]).unwrap(), b"hello");
        // A cut inside the padding of a long text.
        let text = format!("{}AA=", "AAAA".repeat(20));
        assert_eq!(decode(&[&text, "="]).unwrap(), vec![0; 61]);
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["hello", "a", "aGVsbG8==", "aGVs=bG8", "aGVsbG8=aGVs", "====", "aG Vs"] {
            assert_eq!(decode(&[text]), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn pieces_do_not_matter(bytes in prop::collection::vec(any::<u8>(), 0..200), cut in 0..200_usize) {
            let text = ENGINE.encode(&bytes);
            let cut = cut.min(text.len());
            prop_assert_eq!(decode(&[&text[..cut], &text[cut..]]), Some(bytes));
        }

        #[test]
        fn never_panics(text in prop::collection::vec(any::<u8>(), 0..100)) {
            let mut decoder = Decoder::default();
            let _ = decoder.push(&text);
        }
    }
}
