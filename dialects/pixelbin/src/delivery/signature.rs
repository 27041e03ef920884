//! Signed delivery URLs.
//!
//! ```text
//! pbs = lower-case hex of HMAC-SHA256(secret of the token pbt, signed pbe)
//! pbt = access key of a token, or its number
//! pbe = Unix seconds
//! ```
//!
//! What is signed differs from SDK to SDK. The path is written as it was sent without the first `/`; it is tried with and
//! without our mount, with the prefix of the delivery URLs, and each of these percent-decoded as well:
//!
//! | SDK | Signed |
//! | --- | --- |
//! | Python | the path |
//! | Python 3 | `quote` of the path |
//! | JavaScript | `encodeURI` of the path, `?` and the other parameters in their order; so `%` becomes `%25`. What is sent then spells the parameters anew: they are tried as `encodeURIComponent` writes them as well |
//!
//! Everything is tried, whatever has matched before, so that the time tells nothing.

use std::borrow::Cow;

use library::SigningKey;
use percent_encoding::{
    AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode,
};
use wire::sign::{hmac_sha256_hex, same};

use super::url::{Target, decode_value, parameters};
use crate::tokens;

/// Bytes that JavaScript's `encodeURI` encodes.
const ENCODE_URI: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Bytes that JavaScript's `encodeURIComponent` encodes.
const ENCODE_URI_COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// Bytes that Python's `quote` encodes.
const QUOTE: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');

/// What a URL's signature is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// None of the three parameters is there.
    Unsigned,
    Valid,
    /// Wrong, incomplete, given twice, or expired.
    Wrong,
}

/// `prefix`: what stands before the version in delivery URLs of answers, without slashes around it. `now` in Unix seconds.
pub(crate) fn verify(target: Target<'_>, prefix: &str, keys: &[SigningKey], now: u64) -> Verdict {
    let signed = Signed::read(target.query.unwrap_or_default());
    let (signature, moment, token) =
        match (&signed.signatures[..], &signed.moments[..], &signed.tokens[..]) {
            ([], [], []) => return Verdict::Unsigned,
            ([signature], [moment], [token]) if is_ahead(moment, now) => {
                (*signature, *moment, *token)
            }
            _ => return Verdict::Wrong,
        };
    let token = percent_decode_str(token).decode_utf8_lossy();
    let candidates = candidates(target, prefix, &signed.others);
    let named = keys.iter().filter(|key| tokens::is_named(key, &token));
    let is_valid = named.fold(false, |valid, key| {
        candidates.iter().fold(valid, |valid, path| {
            let parts = [path.as_bytes(), moment.as_bytes()];
            let expected = hmac_sha256_hex(key.secret.as_bytes(), &parts);
            valid | same(expected.as_bytes(), signature.as_bytes())
        })
    });
    if is_valid { Verdict::Valid } else { Verdict::Wrong }
}

/// The parameters of a query, told apart.
struct Signed<'a> {
    signatures: Vec<&'a str>,
    moments: Vec<&'a str>,
    tokens: Vec<&'a str>,
    others: Vec<&'a str>,
}

impl<'a> Signed<'a> {
    fn read(query: &'a str) -> Self {
        let mut signed = Self {
            signatures: Vec::new(),
            moments: Vec::new(),
            tokens: Vec::new(),
            others: Vec::new(),
        };
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match parameters(pair).next().unwrap_or_default() {
                ("pbs", value) => signed.signatures.push(value),
                ("pbe", value) => signed.moments.push(value),
                ("pbt", value) => signed.tokens.push(value),
                _ => signed.others.push(pair),
            }
        }
        signed
    }
}

/// Every text that a client may have signed.
fn candidates(target: Target<'_>, prefix: &str, others: &[&str]) -> Vec<String> {
    let mut paths = vec![Cow::Borrowed(target.sent), Cow::Borrowed(target.unmounted)];
    if !prefix.is_empty() {
        paths.push(Cow::Owned(format!("{prefix}/{}", target.unmounted)));
    }
    let decoded: Vec<Cow<'_, str>> = paths
        .iter()
        .map(|path| Cow::Owned(percent_decode_str(path).decode_utf8_lossy().into_owned()))
        .collect();
    paths.extend(decoded);
    let query = if others.is_empty() { String::new() } else { format!("?{}", others.join("&")) };
    // As it was before a client put it into the form that it sends, where a blank is `+`.
    let respelled: Vec<String> = others.iter().map(|pair| respelled(pair)).collect();
    let respelled = format!("?{}", respelled.join("&"));
    paths
        .into_iter()
        .flat_map(|path| {
            let mut texts = vec![
                utf8_percent_encode(&format!("{path}{query}"), ENCODE_URI).to_string(),
                utf8_percent_encode(&path, QUOTE).to_string(),
            ];
            if !others.is_empty() {
                let whole = format!("{path}{respelled}");
                texts.push(utf8_percent_encode(&whole, ENCODE_URI).to_string());
            }
            texts.push(path.into_owned());
            texts
        })
        .collect()
}

/// Name and value as JavaScript's `encodeURIComponent` writes them.
fn respelled(pair: &str) -> String {
    let written =
        |text: &str| utf8_percent_encode(&decode_value(text), ENCODE_URI_COMPONENT).to_string();
    match pair.split_once('=') {
        Some((name, value)) => format!("{}={}", written(name), written(value)),
        None => written(pair),
    }
}

/// Whether a moment is a plain number of seconds that lies ahead.
fn is_ahead(moment: &str, now: u64) -> bool {
    moment.bytes().all(|byte| byte.is_ascii_digit())
        && moment.parse::<u64>().is_ok_and(|moment| moment > now)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: u64 = 1_600_000_000;
    const MOMENT: &str = "1700000020";

    fn keys() -> [SigningKey; 2] {
        let key = |id, secret: &str| SigningKey {
            id,
            public_key: format!("public_{id}"),
            secret: secret.to_owned(),
        };
        [key(1, "another"), key(2, "dummy-token")]
    }

    fn verdict(path: &str, query: &str, is_host: bool) -> Verdict {
        let query = (!query.is_empty()).then_some(query);
        match Target::parse(path, query, "/pixelbin", is_host) {
            Some(target) => verify(target, "cdn", &keys(), NOW),
            None => panic!("{path}"),
        }
    }

    fn signed(pbs: &str) -> String {
        format!("pbs={pbs}&pbe={MOMENT}&pbt={}", tokens::access_key("public_2"))
    }

    /// The worked examples of the SDKs.
    #[test]
    fn signatures_of_the_sdks_are_valid() {
        for (path, other, pbs, is_host) in [
            (
                "/v2/dummy-cloudname/original/__playground/playground-default.jpeg",
                "",
                "7d830c8c9050abb6f43433ac4d5e9d1b2770ea11d928332091b5b4056653d801",
                false,
            ),
            (
                "/pixelbin/v2/demo/zslug1/original/dir/a%20b.png",
                "",
                "19c150cf1b7e5f5524b3a53580615cb2d2cf4f1d365f18d2124082f85f7d7fc1",
                false,
            ),
            (
                "/v2/original/x.png",
                "",
                "0e85cd09e4b727901c57a2b98ce6109ca18b8df7020cafceee0158087f13fdbf",
                true,
            ),
            (
                "/v2/demo/original/a%20b/c.png",
                "dpr=2&",
                "3678c99e5c0aefc0d881b3937abf984da4a2e99a8c41d465a7bd25d27fd9fdf8",
                false,
            ),
        ] {
            let query = format!("{other}{}", signed(pbs));
            assert_eq!(verdict(path, &query, is_host), Verdict::Valid, "{path}");
            let by_number = format!("{other}pbs={pbs}&pbe={MOMENT}&pbt=2");
            assert_eq!(verdict(path, &by_number, is_host), Verdict::Valid, "{path}");
        }
    }

    #[test]
    fn each_spelling_of_the_path_may_be_signed() {
        let sign =
            |text: &str| hmac_sha256_hex(b"dummy-token", &[text.as_bytes(), MOMENT.as_bytes()]);
        for text in [
            "pixelbin/v2/demo/original/a%20b.png",
            "v2/demo/original/a%20b.png",
            "cdn/v2/demo/original/a%20b.png",
            "pixelbin/v2/demo/original/a b.png",
            "v2/demo/original/a b.png",
            "pixelbin/v2/demo/original/a%2520b.png",
            "v2/demo/original/a%2520b.png",
        ] {
            let found =
                verdict("/pixelbin/v2/demo/original/a%20b.png", &signed(&sign(text)), false);
            assert_eq!(found, Verdict::Valid, "{text}");
        }
        // Python leaves the query to everybody; JavaScript does not.
        let path = "/pixelbin/v2/demo/original/a.png";
        let python = signed(&sign("pixelbin/v2/demo/original/a.png"));
        let javascript = signed(&sign("pixelbin/v2/demo/original/a.png?dpr=2&v=1"));
        assert_eq!(verdict(path, &format!("dpr=3&{python}"), false), Verdict::Valid);
        assert_eq!(verdict(path, &format!("dpr=2&{javascript}&v=1"), false), Verdict::Valid);
        assert_eq!(verdict(path, &format!("v=1&{javascript}&dpr=2"), false), Verdict::Wrong);
        assert_eq!(verdict(path, &format!("dpr=3&{javascript}&v=1"), false), Verdict::Wrong);
        // A URL class may spell a query in its own way after it was signed.
        let javascript = signed(&sign("pixelbin/v2/demo/original/a.png?download=a%2520(1)~.png"));
        let sent = format!("download=a+%281%29%7E.png&{javascript}");
        assert_eq!(verdict(path, &sent, false), Verdict::Valid);
        let other = format!("download=a+%282%29%7E.png&{javascript}");
        assert_eq!(verdict(path, &other, false), Verdict::Wrong);
        // Python's third generation quotes the path.
        let python = signed(&sign("v2/demo/t.resize%28w%3A20%2Ch%3A10%29~t.flip%28%29/d/a.png"));
        let path = "/v2/demo/t.resize(w:20,h:10)~t.flip()/d/a.png";
        assert_eq!(verdict(path, &python, false), Verdict::Valid);
        let path = "/v2/demo/t.resize(w:21,h:10)~t.flip()/d/a.png";
        assert_eq!(verdict(path, &python, false), Verdict::Wrong);
    }

    #[test]
    fn whatever_is_altered_is_wrong() {
        const PBS: &str = "7d830c8c9050abb6f43433ac4d5e9d1b2770ea11d928332091b5b4056653d801";
        const PATH: &str = "/v2/dummy-cloudname/original/__playground/playground-default.jpeg";
        let token = tokens::access_key("public_2");
        let check = |path: &str, query: &str| {
            assert_eq!(verdict(path, query, false), Verdict::Wrong, "{path}?{query}");
        };
        check("/v2/dummy-cloudname/original/__playground/playground-default.png", &signed(PBS));
        check("/v2/dummy-cloudname/t.flip()/__playground/playground-default.jpeg", &signed(PBS));
        check(PATH, &signed(&PBS.to_uppercase()));
        check(PATH, &signed(&PBS[..63]));
        check(PATH, &signed(""));
        check(PATH, &format!("pbs={PBS}&pbe=1700000021&pbt={token}"));
        check(PATH, &format!("pbs={PBS}&pbe=0{MOMENT}&pbt={token}"));
        check(PATH, &format!("pbs={PBS}&pbe={MOMENT}&pbt=1"));
        check(PATH, &format!("pbs={PBS}&pbe={MOMENT}&pbt=nobody"));
        check(PATH, &format!("pbs={PBS}&pbe={MOMENT}"));
        check(PATH, &format!("pbs={PBS}&pbt={token}"));
        check(PATH, &format!("pbe={MOMENT}&pbt={token}"));
        check(PATH, "pbt");
        check(PATH, &format!("{}&pbs={PBS}", signed(PBS)));
    }

    #[test]
    fn signatures_expire() {
        for moment in
            ["1", "1600000000", "-1", "+1700000020", "x", "", "1e12", "99999999999999999999999"]
        {
            let text = "v2/demo/original/a.png";
            let pbs = hmac_sha256_hex(b"dummy-token", &[text.as_bytes(), moment.as_bytes()]);
            let query = format!("pbs={pbs}&pbe={moment}&pbt=2");
            assert_eq!(
                verdict("/v2/demo/original/a.png", &query, false),
                Verdict::Wrong,
                "{moment}"
            );
        }
    }

    #[test]
    fn what_is_not_signed_is_not_wrong() {
        for query in ["", "dpr=2", "pbz=1"] {
            assert_eq!(verdict("/v2/demo/original/a.png", query, false), Verdict::Unsigned);
        }
    }

    proptest! {
        #[test]
        fn never_panics_and_never_believes(path in "/v2/demo/original/[ -~é]{1,60}", query in "[ -~]{0,60}") {
            prop_assert_ne!(verdict(&path, &query, false), Verdict::Valid);
        }
    }
}
