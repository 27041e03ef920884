//! Parts of stored bytes: `Range` (RFC 9110 section 14).

use std::ops::Range;

use http::{HeaderMap, Method, header};

use super::Validators;

/// One range as it was asked for, before the length is known. Positions that overflow are as good as infinite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// First and last position, both inclusive.
    FromTo(u64, u64),
    /// That many bytes at the end.
    Last(u64),
}

/// What a range comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Never empty, and inside the length.
    Part(Range<u64>),
    /// No byte of it is there: 416.
    Nothing,
}

/// The range to answer with, if any. `None` means the whole: no range, one that a changed `If-Range` has made
/// void, several of them (a client may ask for a thousand overlapping ones), another unit, nonsense, or another
/// method than `GET`.
pub(super) fn wanted(
    method: &Method,
    headers: &HeaderMap,
    validators: &Validators,
) -> Option<Asked> {
    let mut lines = headers.get_all(header::RANGE).iter();
    let line = lines.next()?;
    if method != Method::GET || lines.next().is_some() || !validators.allow_range(headers) {
        return None;
    }
    parse(line.as_bytes())
}

fn parse(line: &[u8]) -> Option<Asked> {
    const UNIT: &[u8] = b"bytes=";
    let (unit, range) = line.trim_ascii().split_at_checked(UNIT.len())?;
    if !unit.eq_ignore_ascii_case(UNIT) {
        return None;
    }
    let range = range.trim_ascii();
    let dash = range.iter().position(|byte| *byte == b'-')?;
    match (&range[..dash], &range[dash + 1..]) {
        (b"", last) => Some(Asked::Last(position(last)?)),
        (first, b"") => Some(Asked::FromTo(position(first)?, u64::MAX)),
        (first, last) => {
            let (first, last) = (position(first)?, position(last)?);
            (first <= last).then_some(Asked::FromTo(first, last))
        }
    }
}

fn position(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |position, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        Some(position.saturating_mul(10).saturating_add(digit))
    })
}

impl Asked {
    pub(super) fn within(self, length: u64) -> Wanted {
        let range = match self {
            Self::FromTo(first, last) => first..last.saturating_add(1).min(length),
            Self::Last(count) => length.saturating_sub(count)..length,
        };
        if range.is_empty() { Wanted::Nothing } else { Wanted::Part(range) }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_range_is_cut_to_what_is_there() {
        check("bytes=0-0", "0..1");
        check("bytes=0-9", "0..10");
        check("bytes=5-", "5..100");
        check("bytes=99-", "99..100");
        check("bytes=90-200", "90..100");
        check("bytes=-1", "99..100");
        check("bytes=-100", "0..100");
        check("bytes=-1000", "0..100");
        check("Bytes=0-9", "0..10");
        check(" bytes= 0-9 ", "0..10");
        check("bytes=0-18446744073709551615", "0..100");
        check("bytes=0-99999999999999999999999999", "0..100");
        check("bytes=-99999999999999999999999999", "0..100");
    }

    #[test]
    fn what_is_not_there_is_unsatisfiable() {
        check("bytes=100-", "nothing");
        check("bytes=100-200", "nothing");
        check("bytes=18446744073709551615-", "nothing");
        check("bytes=99999999999999999999999999-", "nothing");
        check("bytes=-0", "nothing");
    }

    #[test]
    fn several_ranges_and_nonsense_get_the_whole() {
        check("", "whole");
        check("bytes", "whole");
        check("bytes=", "whole");
        check("bytes=-", "whole");
        check("bytes=--5", "whole");
        check("bytes=a-b", "whole");
        check("bytes=5", "whole");
        check("bytes=9-5", "whole");
        check("bytes=0-5-9", "whole");
        check("bytes=+1-5", "whole");
        check("bytes=0x1-5", "whole");
        check("bytes=1 -5", "whole");
        check("bytes=0-1,3-4", "whole");
        check("bytes=0-1,", "whole");
        check(&format!("bytes={}", ["0-"; 1000].join(",")), "whole");
        check("items=0-5", "whole");
        check("bytes 0-5", "whole");
    }

    #[test]
    fn nothing_has_no_part() {
        assert_eq!(Asked::FromTo(0, u64::MAX).within(0), Wanted::Nothing);
        assert_eq!(Asked::Last(1).within(0), Wanted::Nothing);
    }

    #[test]
    fn only_a_single_range_of_a_get_counts() {
        let validators = Validators::new("abc", 0);
        let range = (header::RANGE, HeaderValue::from_static("bytes=0-1"));
        let mut headers = HeaderMap::from_iter([range.clone()]);
        assert_eq!(wanted(&Method::GET, &headers, &validators), Some(Asked::FromTo(0, 1)));
        assert_eq!(wanted(&Method::HEAD, &headers, &validators), None);
        headers.insert(header::IF_RANGE, HeaderValue::from_static("\"abc\""));
        assert_eq!(wanted(&Method::GET, &headers, &validators), Some(Asked::FromTo(0, 1)));
        headers.insert(header::IF_RANGE, HeaderValue::from_static("\"old\""));
        assert_eq!(wanted(&Method::GET, &headers, &validators), None);
        headers.remove(header::IF_RANGE);
        headers.append(range.0, range.1);
        assert_eq!(wanted(&Method::GET, &headers, &validators), None);
    }

    #[track_caller]
    fn check(line: &str, expected: &str) {
        let got = match parse(line.as_bytes()).map(|asked| asked.within(100)) {
            None => "whole".to_owned(),
            Some(Wanted::Nothing) => "nothing".to_owned(),
            Some(Wanted::Part(range)) => format!("{}..{}", range.start, range.end),
        };
        assert_eq!(got, expected, "{line:?}");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(line in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = parse(&line);
        }

        #[test]
        fn a_part_lies_inside(range in "bytes=[0-9]{0,22}-[0-9]{0,22}", length in any::<u64>()) {
            if let Some(Wanted::Part(part)) = parse(range.as_bytes()).map(|asked| asked.within(length)) {
                prop_assert!(part.start < part.end && part.end <= length);
            }
        }
    }
}
