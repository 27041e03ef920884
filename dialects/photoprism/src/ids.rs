//! UIDs as they stand in URLs: one spelling of the library's ids.

use library::{Id, IdKind};

/// Lower-cased and stripped of other characters first. `None`: it cannot be the id of such a thing, so nothing has it.
pub(crate) fn uid<K: IdKind>(text: &str) -> Option<Id<K>> {
    let text = text.to_ascii_lowercase();
    let clean: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    if !(16..=64).contains(&clean.len()) {
        return None;
    }
    Id::parse_uid(&clean).ok()
}

/// SHA-1 as 40 hex digits. `None`: nothing has it.
pub(crate) fn sha1(text: &str) -> Option<[u8; 20]> {
    if text.len() != 40 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; 20];
    for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let digit = |place: usize| char::from(digits[place]).to_digit(16);
        *byte = u8::try_from(digit(0)? * 16 + digit(1)?).ok()?;
    }
    Some(bytes)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use library::AssetId;

    use super::*;

    fn photo(text: &str) -> Option<AssetId> {
        uid(text)
    }

    #[test]
    fn uids_are_cleaned_first() {
        let id = AssetId::from_parts(1_483_228_800, 7);
        assert_eq!(id.uid(), "poj2qo0000000007");
        for text in
            ["poj2qo0000000007", "POJ2QO0000000007", "poj2qo-000000-0007", " poj2qo0000000007"]
        {
            assert_eq!(photo(text), Some(id), "{text}");
        }
        for text in ["", "poj2qo000000000", "aoj2qo0000000007", "../../etc/passwd"] {
            assert_eq!(photo(text), None, "{text}");
        }
        assert_eq!(photo(&"p".repeat(65)), None);
    }

    #[test]
    fn hashes_are_forty_hex_digits() {
        let hash = "00ff".repeat(10);
        assert_eq!(hex(&sha1(&hash).unwrap()), hash);
        assert_eq!(sha1(&hash.to_uppercase()), sha1(&hash));
        for text in ["", "zz", &"0".repeat(39), &"0".repeat(41), &"g".repeat(40), &"ä".repeat(20)]
        {
            assert_eq!(sha1(text), None, "{text}");
        }
    }
}
