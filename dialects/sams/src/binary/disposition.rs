//! Names of files in headers, in the words of the reference.

use http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Letters and digits, and what else RFC 5987 calls `attr-char`, stay as they are.
const NOT_ATTR_CHAR: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// Longest name in characters.
const LONGEST: usize = 255;

/// `Inline` or `Attachment`, with the name if there is one.
///
/// A name of letters, digits, dots, hyphens and underscores stands as it is, because clients compare the whole line. Any
/// other is quoted; what quotes cannot hold safely also gets the exact form of RFC 5987.
pub(crate) fn disposition(is_download: bool, name: Option<&str>) -> HeaderValue {
    let word = if is_download { "Attachment" } else { "Inline" };
    let name: String = name.map(cleaned).unwrap_or_default().chars().take(LONGEST).collect();
    let value = if name.is_empty() {
        word.to_owned()
    } else if name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')) {
        format!("{word}; filename={name}")
    } else if name.chars().all(is_quotable) {
        format!("{word}; filename=\"{name}\"")
    } else {
        let shown: String = name.chars().map(|c| if is_quotable(c) { c } else { '_' }).collect();
        let exact = utf8_percent_encode(&name, NOT_ATTR_CHAR);
        format!("{word}; filename=\"{shown}\"; filename*=UTF-8''{exact}")
    };
    HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static("Attachment"))
}

/// What separates paths or lines, cannot be seen, or turns the direction of writing is a `_`.
pub(crate) fn cleaned(name: &str) -> String {
    let is_hostile = |c: char| {
        c.is_control()
            || matches!(c, '/' | '\\')
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    name.chars().map(|c| if is_hostile(c) { '_' } else { c }).collect()
}

/// Means itself between quotes.
fn is_quotable(c: char) -> bool {
    (c.is_ascii_graphic() || c == ' ') && !matches!(c, '"' | '%')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_written_as_the_reference_does() {
        for (name, expected) in [
            ("pic.png", "Inline; filename=pic.png"),
            ("bbb_0001-2.PNG", "Inline; filename=bbb_0001-2.PNG"),
            ("my cat (1).png", "Inline; filename=\"my cat (1).png\""),
            ("a;b=c.png", "Inline; filename=\"a;b=c.png\""),
            ("", "Inline"),
            ("naïve.png", "Inline; filename=\"na_ve.png\"; filename*=UTF-8''na%C3%AFve.png"),
            ("a\"b", "Inline; filename=\"a_b\"; filename*=UTF-8''a%22b"),
            ("a\r\nX: y", "Inline; filename=\"a__X: y\""),
            ("../a\\b", "Inline; filename=.._a_b"),
            ("gpj.\u{202e}exe", "Inline; filename=gpj._exe"),
        ] {
            assert_eq!(disposition(false, Some(name)), expected, "{name:?}");
        }
        assert_eq!(disposition(true, Some("a.b")), "Attachment; filename=a.b");
        assert_eq!(disposition(true, None), "Attachment");
    }

    proptest! {
        #[test]
        fn nothing_gets_out_of_the_quotes(name in any::<String>()) {
            let value = disposition(false, Some(&name));
            let text = value.to_str().unwrap();
            prop_assert!(text.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
            prop_assert!(text.matches("filename=").count() <= 1 || text.contains('"'));
            prop_assert!(matches!(text.matches('"').count(), 0 | 2));
        }
    }
}
