//! Names of downloads, safely (RFC 6266 and 5987).

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

/// Longest name in characters: what file systems take is 255 bytes, and the browser knows best how to cut.
const LONGEST: usize = 255;

/// `attachment` under this name.
///
/// * A plain ASCII name is quoted. Any other also gets the form `filename*=UTF-8''...`, and the quoted one is then
///   what old clients show: each doubtful character is a `_` there. Neither can hold a quote, so no name ends early.
/// * Control characters, line ends and what turns the direction of writing become `_`, and so do separators of paths:
///   the name is that of a file. `.`, `..` and nothing at all become `file`.
pub fn content_disposition(name: &str) -> HeaderValue {
    let name = clean(name);
    let value = if name.chars().all(is_plain) {
        format!("attachment; filename=\"{name}\"")
    } else {
        let shown: String =
            name.chars().map(|char| if is_plain(char) { char } else { '_' }).collect();
        let exact = utf8_percent_encode(&name, NOT_ATTR_CHAR);
        format!("attachment; filename=\"{shown}\"; filename*=UTF-8''{exact}")
    };
    // Plain characters and percent signs are allowed in a header.
    HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static("attachment"))
}

fn clean(name: &str) -> String {
    let name: String =
        name.chars().take(LONGEST).map(|char| if is_hostile(char) { '_' } else { char }).collect();
    match name.trim() {
        "" | "." | ".." => "file".to_owned(),
        name => name.to_owned(),
    }
}

fn is_hostile(char: char) -> bool {
    char.is_control()
        || matches!(char, '/' | '\\')
        // Marks, embeddings, overrides and isolates of direction; line and paragraph separators; byte order mark.
        || matches!(char, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Means itself between quotes, to every parser however careless. So no quote, no backslash, no `;` or `=`, no `%`
/// (some decode it).
fn is_plain(char: char) -> bool {
    char.is_ascii_alphanumeric() || " !#$&'()+,-.@[]^_`{}~".contains(char)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_names_are_quoted() {
        check("cat.jpg", "filename=\"cat.jpg\"");
        check("my cat (1).jpg", "filename=\"my cat (1).jpg\"");
        check("  cat.jpg ", "filename=\"cat.jpg\"");
    }

    #[test]
    fn other_letters_are_encoded() {
        check("naïve.jpg", "filename=\"na_ve.jpg\"; filename*=UTF-8''na%C3%AFve.jpg");
        check("猫.png", "filename=\"_.png\"; filename*=UTF-8''%E7%8C%AB.png");
        check("a b€.jpg", "filename=\"a b_.jpg\"; filename*=UTF-8''a%20b%E2%82%AC.jpg");
        check("50%.jpg", "filename=\"50_.jpg\"; filename*=UTF-8''50%25.jpg");
    }

    #[test]
    fn nothing_of_the_attacker_gets_out() {
        check(
            "a\"; filename=\"evil.exe",
            "filename=\"a__ filename__evil.exe\"; filename*=UTF-8''a%22%3B%20filename%3D%22evil.exe",
        );
        check(
            "a\r\nSet-Cookie: x=y",
            "filename=\"a__Set-Cookie_ x_y\"; filename*=UTF-8''a__Set-Cookie%3A%20x%3Dy",
        );
        check("a\0b.jpg", "filename=\"a_b.jpg\"");
        check("gpj.\u{202e}exe", "filename=\"gpj._exe\"");
        check("../../etc/passwd", "filename=\".._.._etc_passwd\"");
        check("c:\\x\\y.jpg", "filename=\"c__x_y.jpg\"; filename*=UTF-8''c%3A_x_y.jpg");
    }

    #[test]
    fn no_name_is_still_one() {
        check("", "filename=\"file\"");
        check("  ", "filename=\"file\"");
        check(".", "filename=\"file\"");
        check("..", "filename=\"file\"");
    }

    #[test]
    fn long_names_are_cut() {
        check(&"x".repeat(4096), &format!("filename=\"{}\"", "x".repeat(255)));
    }

    #[track_caller]
    fn check(name: &str, expected: &str) {
        let value = content_disposition(name);
        assert_eq!(value.to_str().unwrap(), format!("attachment; {expected}"), "{name:?}");
    }

    proptest! {
        #[test]
        fn there_is_one_file_name_whatever_it_holds(name in any::<String>()) {
            let value = content_disposition(&name);
            let text = value.to_str().unwrap();
            prop_assert!(text.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{}", text);
            prop_assert_eq!(text.matches("filename=").count(), 1);
            prop_assert_eq!(text.matches('"').count(), 2);
            prop_assert!(text.matches("filename*=").count() <= 1);
        }

        #[test]
        fn the_exact_form_decodes_to_the_name(name in "[a-zA-Z0-9 ._;\"%äöü猫=-]{1,40}\\.jpg") {
            let text = content_disposition(&name).to_str().unwrap().to_owned();
            let exact = match text.split_once("UTF-8''") {
                Some((_, exact)) => percent_encoding::percent_decode_str(exact).decode_utf8().unwrap().into_owned(),
                None => text.split('"').nth(1).unwrap().to_owned(),
            };
            prop_assert_eq!(exact, name.trim());
        }
    }
}
