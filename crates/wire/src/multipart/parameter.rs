//! Parameters of `Content-Disposition` and `Content-Type`, as clients write them.

use percent_encoding::percent_decode;

/// The value of a parameter: `; name="..."`, `; name=...`, or `; name*=UTF-8''...`, which counts where there is
/// no plain one. Names are matched in any case, the first one wins.
///
/// In quotes only `\"` and `\\` are escapes: browsers send a backslash of a file name as it is. Bytes that are
/// no UTF-8 are replaced.
pub(super) fn value(header: &[u8], name: &str) -> Option<String> {
    let mut extended = None;
    let mut rest = after_separator(header);
    while let Some(parameter) = rest {
        let end = parameter.iter().position(|byte| matches!(byte, b'=' | b';'));
        let (key, after) = parameter.split_at(end.unwrap_or(parameter.len()));
        let key = key.trim_ascii();
        let Some(text) = after.strip_prefix(b"=") else {
            rest = after_separator(after);
            continue;
        };
        let (text, after) = read(text.trim_ascii_start());
        if key.eq_ignore_ascii_case(name.as_bytes()) {
            return Some(String::from_utf8_lossy(&text).into_owned());
        }
        let is_extended =
            key.strip_suffix(b"*").is_some_and(|key| key.eq_ignore_ascii_case(name.as_bytes()));
        if is_extended && extended.is_none() {
            extended = decode(&text);
        }
        rest = after_separator(after);
    }
    extended
}

/// What follows the next `;`.
fn after_separator(text: &[u8]) -> Option<&[u8]> {
    let at = text.iter().position(|byte| *byte == b';')?;
    Some(&text[at + 1..])
}

/// A value and what follows it. Quotes that never close end with the header.
fn read(text: &[u8]) -> (Vec<u8>, &[u8]) {
    let Some(quoted) = text.strip_prefix(b"\"") else {
        let end = text.iter().position(|byte| *byte == b';').unwrap_or(text.len());
        return (text[..end].trim_ascii_end().to_vec(), &text[end..]);
    };
    let mut value = Vec::new();
    let mut rest = quoted;
    loop {
        match rest {
            [b'\\', escaped @ (b'"' | b'\\'), after @ ..] => {
                value.push(*escaped);
                rest = after;
            }
            [b'"', after @ ..] => return (value, after),
            [byte, after @ ..] => {
                value.push(*byte);
                rest = after;
            }
            [] => return (value, rest),
        }
    }
}

/// RFC 5987: character set, language, percent-encoded text. UTF-8 is the only set that anybody sends.
fn decode(text: &[u8]) -> Option<String> {
    let mut pieces = text.splitn(3, |byte| *byte == b'\'');
    let (charset, encoded) = (pieces.next()?, pieces.nth(1)?);
    charset
        .eq_ignore_ascii_case(b"utf-8")
        .then(|| percent_decode(encoded).decode_utf8_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_are_read_however_they_are_written() {
        check(r#"form-data; name="file""#, "name", Some("file"));
        check("form-data; name=file", "name", Some("file"));
        check(r#"form-data ;NAME = "file" ; x=y"#, "name", Some("file"));
        check(r#"form-data; filename="b"; name="a""#, "name", Some("a"));
        check(r#"form-data; name="a"; filename="b""#, "filename", Some("b"));
        check(r#"form-data; name="a"; filename="""#, "filename", Some(""));
        check(r#"form-data; name="a""#, "filename", None);
        check(r#"form-data; name="a;filename=b""#, "filename", None);
        check(r#"form-data; name="a\"; filename=\"b""#, "name", Some(r#"a"; filename="b"#));
        check(r#"form-data; name="a\"; filename=\"b""#, "filename", None);
        check(r#"form-data; filename="C:\temp\a.jpg""#, "filename", Some(r"C:\temp\a.jpg"));
        check(r#"form-data; filename="a\\b""#, "filename", Some(r"a\b"));
        check(r#"form-data; name="猫""#, "name", Some("猫"));
        check(r#"form-data; name="a"; name="b""#, "name", Some("a"));
        check(r#"form-data; name="never closed"#, "name", Some("never closed"));
        check("form-data; name", "name", None);
        check("form-data; name; x=y", "name", None);
        check(r#"name="a""#, "name", None);
        check("", "name", None);
        check(";;;", "name", None);
    }

    #[test]
    fn the_extended_form_stands_in_for_the_plain_one() {
        check("form-data; filename*=utf-8''%E7%8C%AB.jpg", "filename", Some("猫.jpg"));
        check("form-data; filename*=UTF-8'en'a%20b.jpg", "filename", Some("a b.jpg"));
        check(r#"form-data; filename*=UTF-8''x; filename="y""#, "filename", Some("y"));
        check("form-data; filename*=latin1''x", "filename", None);
        check("form-data; filename*=x", "filename", None);
    }

    #[test]
    fn boundaries_may_hold_what_should_have_been_quoted() {
        const SDK: &str = "multipart/form-data; boundary=--randomBoundary---------------------";
        check(SDK, "boundary", Some("--randomBoundary---------------------"));
        check("multipart/form-data; boundary=a/b=c?", "boundary", Some("a/b=c?"));
        check(r#"multipart/form-data; boundary="a b"; charset=utf-8"#, "boundary", Some("a b"));
    }

    #[track_caller]
    fn check(header: &str, name: &str, expected: Option<&str>) {
        assert_eq!(value(header.as_bytes(), name).as_deref(), expected, "{header}");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(header in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = value(&header, "name");
            let _ = value(&[b"form-data; name".as_slice(), &header].concat(), "name");
        }

        #[test]
        fn what_was_quoted_is_read_back(text in "[ -~äöü猫]{0,40}") {
            let quoted = text.replace('\\', "\\\\").replace('"', "\\\"");
            let header = format!("form-data; x=\"{quoted}\"; name=\"{quoted}\"");
            prop_assert_eq!(value(header.as_bytes(), "name"), Some(text));
        }
    }
}
