//! Signed delivery URLs.
//!
//! ```text
//! signed    = rest [ "?" query without ik-t and ik-s ] T       T: ik-t, or 9999999999
//! signature = lower-case hex of HMAC-SHA1(private key, signed)
//! ```
//!
//! SDKs before version 4 sign the path before their HTTP client percent-encodes it. So three spellings of the path are
//! tried: as received, decoded, and decoded and encoded anew. The query is always taken as received, in its order.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, percent_encode};
use wire::sign::{hmac_sha1_hex, same};

use crate::url::Target;

/// Stands for `ik-t` where there is none.
const NEVER: &str = "9999999999";

/// Bytes that a normal encoding of a path encodes: those that JavaScript's `encodeURI` does.
const ENCODED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// What a URL's signature is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// There is none. A lone `ik-t` is ignored.
    Unsigned,
    Valid,
    /// Wrong, malformed, given twice, or expired.
    Wrong,
}

/// Checks the signature of a target with every key of the tenant. `now` in Unix seconds.
pub(crate) fn verify<'k>(
    target: Target<'_>,
    secrets: impl Iterator<Item = &'k [u8]>,
    now: u64,
) -> Verdict {
    let signed = Signed::read(target.query.unwrap_or_default());
    let signature = match signed.signatures.as_slice() {
        [] => return Verdict::Unsigned,
        [signature] => *signature,
        _ => return Verdict::Wrong,
    };
    let moment = match signed.moments.as_slice() {
        [] => NEVER,
        [moment] if is_ahead(moment, now) => *moment,
        _ => return Verdict::Wrong,
    };
    let paths = spellings(target.rest);
    let query = signed.query();
    let is_valid = secrets.into_iter().fold(false, |valid, secret| {
        paths.iter().fold(valid, |valid, path| {
            let expected = hmac_sha1_hex(secret, &[path, query.as_bytes(), moment.as_bytes()]);
            valid | same(expected.as_bytes(), signature.as_bytes())
        })
    });
    if is_valid { Verdict::Valid } else { Verdict::Wrong }
}

/// The parameters of a query, told apart.
struct Signed<'a> {
    signatures: Vec<&'a str>,
    moments: Vec<&'a str>,
    others: Vec<&'a str>,
}

impl<'a> Signed<'a> {
    fn read(query: &'a str) -> Self {
        let mut signed = Self { signatures: Vec::new(), moments: Vec::new(), others: Vec::new() };
        for pair in query.split('&') {
            match pair.split_once('=').unwrap_or((pair, "")) {
                ("ik-s", value) => signed.signatures.push(value),
                ("ik-t", value) => signed.moments.push(value),
                _ => signed.others.push(pair),
            }
        }
        signed
    }

    /// `?` and what is left, or nothing.
    fn query(&self) -> String {
        let others = self.others.join("&");
        if others.is_empty() { others } else { format!("?{others}") }
    }
}

/// A plain decimal number of seconds in the future.
fn is_ahead(moment: &str, now: u64) -> bool {
    let is_decimal = !moment.is_empty() && moment.bytes().all(|b| b.is_ascii_digit());
    is_decimal && moment.parse::<u64>().is_ok_and(|moment| moment > now)
}

/// The spellings of a path that a client may have signed, each once.
fn spellings(rest: &str) -> Vec<Cow<'_, [u8]>> {
    let decoded: Cow<'_, [u8]> = percent_decode_str(rest).into();
    let encoded: String = percent_encode(&decoded, ENCODED).collect();
    let mut spellings = vec![Cow::Borrowed(rest.as_bytes())];
    for other in [decoded, Cow::Owned(encoded.into_bytes())] {
        if !spellings.contains(&other) {
            spellings.push(other);
        }
    }
    spellings
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: &[u8] = b"private_key_test";
    const NOW: u64 = 1_600_000_000;

    fn verdict(rest: &str, query: &str) -> Verdict {
        let target = Target { tenant: "demo", rest, query: (!query.is_empty()).then_some(query) };
        verify(target, [b"another key".as_slice(), KEY].into_iter(), NOW)
    }

    #[track_caller]
    fn check(rest: &str, query: &str, expected: Verdict) {
        assert_eq!(verdict(rest, query), expected, "{rest}?{query}");
    }

    /// The worked examples of the SDKs: 3.2.0, 4.2.0 and 5.11.0.
    #[test]
    fn signatures_of_the_sdks_are_valid() {
        for (rest, query) in [
            (
                "tr:h-300,w-400/default-image.jpg",
                "p1=123&p2=345&ik-t=1700000300&ik-s=cb83d6078efec7bc0ec5784b0f7ceec79f1df68c",
            ),
            (
                "tr:h-300,w-400/default-image.jpg",
                "ik-s=cb83d6078efec7bc0ec5784b0f7ceec79f1df68c&p1=123&ik-t=1700000300&p2=345",
            ),
            ("default-image.jpg", "ik-s=c86f61bcf1fb5f7a123cd3dbcc89bc5658923ace"),
            ("default-image.jpg", "ik-t=9999999999&ik-s=c86f61bcf1fb5f7a123cd3dbcc89bc5658923ace"),
            ("default-image.jpg", "tr=h-300%2Cw-400&ik-s=a4814a4bc84d46d47d223bcbf2cf0a9eb433aa5b"),
            (
                "default-image.jpg",
                "tr=h-300,w-400&ik-t=1700000300&ik-s=b3e6b29f2694ad113685ba84dc0c83107b8e62e1",
            ),
            ("a.jpg", "tr=h-300&ik-s=b0ae3be65f924480724d914c3f8d2cb2ece4147e"),
            // 3.2.0 signed the raw name, its HTTP client encoded it.
            ("folder/%C3%A9%20x.jpg", "ik-s=f46cc3afe451ba65476169224553c9fb79dce9fb"),
            ("folder/%C3%A9%20x.jpg", "ik-s=09b6cd7ac39f54e74bcaa1a31d7f2587f6c9cc5e"),
            ("folder/a%20b.jpg", "ik-s=c6679ec5c554d9d1c133ed3f5673d3d306d8331b"),
            // Signed encoded, sent raw.
            ("folder/é x.jpg", "ik-s=09b6cd7ac39f54e74bcaa1a31d7f2587f6c9cc5e"),
        ] {
            check(rest, query, Verdict::Valid);
        }
    }

    #[test]
    fn whatever_is_altered_is_wrong() {
        const SIGNATURE: &str = "b3e6b29f2694ad113685ba84dc0c83107b8e62e1";
        let query = |signature: &str| format!("tr=h-300,w-400&ik-t=1700000300&ik-s={signature}");
        check("default-image.jpg", &query(SIGNATURE), Verdict::Valid);
        check(
            "default-image.jpg",
            &query("b3e6b29f2694ad113685ba84dc0c83107b8e62e2"),
            Verdict::Wrong,
        );
        check("default-image.jpg", &query(&SIGNATURE[..39]), Verdict::Wrong);
        check("default-image.jpg", &query(""), Verdict::Wrong);
        check("default-image.jpg", &query(&SIGNATURE.to_uppercase()), Verdict::Wrong);
        check("default-image.jpg", "ik-s", Verdict::Wrong);
        check(
            "default-image.jpg",
            &format!("{}&ik-s={SIGNATURE}", query(SIGNATURE)),
            Verdict::Wrong,
        );
        check("default-image.jpg", &format!("{}&ik-s=0", query(SIGNATURE)), Verdict::Wrong);
        check("default-image.jpg", &format!("{}&x=1", query(SIGNATURE)), Verdict::Wrong);
        check("other-image.jpg", &query(SIGNATURE), Verdict::Wrong);
        check("tr:w-1/default-image.jpg", &query(SIGNATURE), Verdict::Wrong);
        check(
            "default-image.jpg",
            &format!("tr=h-300,w-401&ik-t=1700000300&ik-s={SIGNATURE}"),
            Verdict::Wrong,
        );
        check(
            "default-image.jpg",
            &format!("tr=h-300%2Cw-400&ik-t=1700000300&ik-s={SIGNATURE}"),
            Verdict::Wrong,
        );
        check(
            "default-image.jpg",
            &format!("tr=h-300,w-400&ik-t=1700000301&ik-s={SIGNATURE}"),
            Verdict::Wrong,
        );
        check("default-image.jpg", &format!("tr=h-300,w-400&ik-s={SIGNATURE}"), Verdict::Wrong);
    }

    #[test]
    fn the_order_of_the_query_is_signed() {
        let signature = "cb83d6078efec7bc0ec5784b0f7ceec79f1df68c";
        check(
            "tr:h-300,w-400/default-image.jpg",
            &format!("p2=345&p1=123&ik-t=1700000300&ik-s={signature}"),
            Verdict::Wrong,
        );
    }

    #[test]
    fn moments_are_plain_numbers_ahead() {
        for moment in [
            "1",
            "1600000000",
            "-1",
            "+1700000300",
            "abc",
            "",
            "1e12",
            "99999999999999999999999",
            "1700000300.5",
        ] {
            let signature = hmac_sha1_hex(KEY, &[b"a.jpg", moment.as_bytes()]);
            check("a.jpg", &format!("ik-t={moment}&ik-s={signature}"), Verdict::Wrong);
        }
        let signature = hmac_sha1_hex(KEY, &[b"a.jpg", b"1600000001"]);
        check("a.jpg", &format!("ik-t=1600000001&ik-s={signature}"), Verdict::Valid);
        check(
            "a.jpg",
            &format!("ik-t=1600000001&ik-t=1600000001&ik-s={signature}"),
            Verdict::Wrong,
        );
    }

    #[test]
    fn without_a_signature_a_moment_is_ignored() {
        check("a.jpg", "", Verdict::Unsigned);
        check("a.jpg", "ik-t=1", Verdict::Unsigned);
        check("a.jpg", "tr=w-1", Verdict::Unsigned);
    }

    #[test]
    fn without_keys_nothing_is_valid() {
        let target = Target { tenant: "demo", rest: "a.jpg", query: Some("ik-s=00") };
        assert_eq!(verify(target, std::iter::empty(), NOW), Verdict::Wrong);
    }

    proptest! {
        #[test]
        fn never_panics_and_never_believes(rest in ".{0,60}", query in "[ -~]{0,60}") {
            let target = Target { tenant: "demo", rest: &rest, query: Some(&query) };
            prop_assert_ne!(verify(target, [KEY].into_iter(), NOW), Verdict::Valid);
        }
    }
}
