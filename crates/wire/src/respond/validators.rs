//! Whether a client has the answer already.

use std::time::{Duration, UNIX_EPOCH};

use http::{HeaderMap, HeaderValue, header};
use httpdate::HttpDate;
use library::Millis;

/// By what an answer is recognised again: a strong entity tag, and a time in whole seconds.
#[derive(Debug, Clone)]
pub struct Validators {
    /// With quotes.
    pub(crate) etag: HeaderValue,
    pub(crate) last_modified: HeaderValue,
    modified: HttpDate,
}

impl Validators {
    /// `etag` without quotes: hex digits, or whatever else may stand between them.
    pub fn new(etag: &str, modified: Millis) -> Self {
        // Beyond the year 9999 there is no HTTP date; before 1970 none that anybody parses.
        let seconds = u64::try_from(modified / 1000).unwrap_or(0).min(253_402_300_799);
        let modified = HttpDate::from(UNIX_EPOCH + Duration::from_secs(seconds));
        Self {
            etag: HeaderValue::try_from(format!("\"{etag}\""))
                .unwrap_or(HeaderValue::from_static("\"\"")),
            last_modified: HeaderValue::try_from(modified.to_string())
                .unwrap_or(HeaderValue::from_static("")),
            modified,
        }
    }

    /// With quotes.
    pub fn etag(&self) -> &HeaderValue {
        &self.etag
    }

    pub fn last_modified(&self) -> &HeaderValue {
        &self.last_modified
    }

    /// Whether to answer 304. `If-Modified-Since` counts only where there is no `If-None-Match`, and a date that
    /// cannot be read is no condition (RFC 9110 sections 13.1.2 and 13.1.3).
    pub fn has_current(&self, headers: &HeaderMap) -> bool {
        let mut tags = headers.get_all(header::IF_NONE_MATCH).iter().peekable();
        if tags.peek().is_some() {
            return tags.any(|line| self.is_named_in(line.as_bytes()));
        }
        date(headers, &header::IF_MODIFIED_SINCE).is_some_and(|since| self.modified <= since)
    }

    /// Whether the bytes that a client has a part of are these (`If-Range`). Without the header they are. A weak tag
    /// never is enough, nor another date than the very one sent (RFC 9110 section 13.1.5).
    pub(crate) fn allow_range(&self, headers: &HeaderMap) -> bool {
        match headers.get(header::IF_RANGE) {
            None => true,
            Some(tag) if tag.as_bytes().contains(&b'"') => *tag == self.etag,
            Some(_) => date(headers, &header::IF_RANGE) == Some(self.modified),
        }
    }

    /// Whether one line of `If-None-Match` names the tag: `*`, or a list, in which weak tags match as well. A list is
    /// read as far as it is one.
    fn is_named_in(&self, line: &[u8]) -> bool {
        let mut rest = line.trim_ascii();
        if rest == b"*" {
            return true;
        }
        loop {
            rest = rest.trim_ascii_start();
            rest = rest.strip_prefix(b"W/").unwrap_or(rest);
            let Some(open) = rest.strip_prefix(b"\"") else { return false };
            let Some(end) = open.iter().position(|byte| *byte == b'"') else { return false };
            if rest[..end + 2] == *self.etag.as_bytes() {
                return true;
            }
            let Some(next) = open[end + 1..].trim_ascii_start().strip_prefix(b",") else {
                return false;
            };
            rest = next;
        }
    }
}

fn date(headers: &HeaderMap, name: &header::HeaderName) -> Option<HttpDate> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// 1994-11-06 08:49:37 and a bit.
    const MODIFIED: Millis = 784_111_777_123;

    #[test]
    fn validators_are_written_as_http_wants_them() {
        let validators = Validators::new("abc", MODIFIED);
        assert_eq!(validators.etag, "\"abc\"");
        assert_eq!(validators.last_modified, "Sun, 06 Nov 1994 08:49:37 GMT");
        for odd in [i64::MIN, -1, i64::MAX] {
            assert!(Validators::new("abc", odd).last_modified.to_str().unwrap().ends_with("GMT"));
        }
    }

    #[test]
    fn entity_tags() {
        current(&[("if-none-match", "\"abc\"")], true);
        current(&[("if-none-match", "W/\"abc\"")], true);
        current(&[("if-none-match", "*")], true);
        current(&[("if-none-match", " * ")], true);
        current(&[("if-none-match", "\"x\", \"abc\"")], true);
        current(&[("if-none-match", "\"x\",W/\"y\" ,W/\"abc\",\"z\"")], true);
        current(&[("if-none-match", "\"x,y\", \"abc\"")], true);
        current(&[("if-none-match", "\"x\""), ("if-none-match", "\"abc\"")], true);
        current(&[("if-none-match", "\"ABC\"")], false);
        current(&[("if-none-match", "\"abcd\"")], false);
        current(&[("if-none-match", "\"ab\"")], false);
        current(&[("if-none-match", "\"x, abc\"")], false);
        current(&[("if-none-match", "abc")], false);
        current(&[("if-none-match", "\"abc")], false);
        current(&[("if-none-match", "w/\"abc\"")], false);
        current(&[("if-none-match", "\"x\" \"abc\"")], false);
        current(&[("if-none-match", "*, \"x\"")], false);
        current(&[("if-none-match", "")], false);
        current(&[("if-none-match", ",")], false);
        current(&[("if-none-match", "\"\"")], false);
    }

    #[test]
    fn dates() {
        current(&[], false);
        current(&[("if-modified-since", "Sun, 06 Nov 1994 08:49:37 GMT")], true);
        current(&[("if-modified-since", "Mon, 07 Nov 1994 08:49:37 GMT")], true);
        current(&[("if-modified-since", "Sun, 06 Nov 1994 08:49:36 GMT")], false);
        current(&[("if-modified-since", "Sunday, 06-Nov-94 08:49:37 GMT")], true);
        current(&[("if-modified-since", "Sun Nov  6 08:49:37 1994")], true);
        current(&[("if-modified-since", "yesterday")], false);
        current(&[("if-modified-since", "")], false);
        current(&[("if-modified-since", "Sun, 99 Nov 9999 99:99:99 GMT")], false);
    }

    #[test]
    fn a_tag_outweighs_a_date() {
        let since = ("if-modified-since", "Mon, 07 Nov 1994 08:49:37 GMT");
        current(&[since, ("if-none-match", "\"other\"")], false);
        current(&[since, ("if-none-match", "garbage")], false);
        current(
            &[("if-modified-since", "Sun, 06 Nov 1994 08:49:36 GMT"), ("if-none-match", "\"abc\"")],
            true,
        );
    }

    #[test]
    fn ranges_hold_for_the_very_same_bytes() {
        in_range(None, true);
        in_range(Some("\"abc\""), true);
        in_range(Some("W/\"abc\""), false);
        in_range(Some("\"other\""), false);
        in_range(Some("Sun, 06 Nov 1994 08:49:37 GMT"), true);
        in_range(Some("Mon, 07 Nov 1994 08:49:37 GMT"), false);
        in_range(Some("Sun, 06 Nov 1994 08:49:36 GMT"), false);
        in_range(Some("garbage"), false);
        in_range(Some(""), false);
    }

    #[track_caller]
    fn current(headers: &[(&'static str, &str)], expected: bool) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_str(value).unwrap());
        }
        assert_eq!(Validators::new("abc", MODIFIED).has_current(&map), expected, "{headers:?}");
    }

    #[track_caller]
    fn in_range(value: Option<&str>, expected: bool) {
        let mut map = HeaderMap::new();
        if let Some(value) = value {
            map.insert(header::IF_RANGE, HeaderValue::from_str(value).unwrap());
        }
        assert_eq!(Validators::new("abc", MODIFIED).allow_range(&map), expected, "{value:?}");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(line in prop::collection::vec(any::<u8>(), 0..100)) {
            let validators = Validators::new("abc", MODIFIED);
            let named = validators.is_named_in(&line);
            prop_assert!(!named || line.trim_ascii() == b"*" || line.windows(5).any(|w| w == b"\"abc\""));
            if let Ok(value) = HeaderValue::from_bytes(&line) {
                for name in [header::IF_NONE_MATCH, header::IF_MODIFIED_SINCE, header::IF_RANGE] {
                    let headers = HeaderMap::from_iter([(name, value.clone())]);
                    let _ = (validators.has_current(&headers), validators.allow_range(&headers));
                }
            }
        }

        #[test]
        fn lists_of_tags_are_searched(before in "(\"[a-z,]{0,5}\" ?, ?){0,4}", after in "( ?, ?(W/)?\"[a-z]{0,5}\"){0,4}") {
            let line = format!("{before}\"0123\"{after}");
            prop_assert!(Validators::new("0123", MODIFIED).is_named_in(line.as_bytes()));
        }
    }
}
