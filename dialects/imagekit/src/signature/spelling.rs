//! Spellings of a URL that a client may have signed, where it arrives in another one.
//!
//! SDKs sign a URL that is encoded in part, and an HTTP client encodes the rest of it on the way:
//!
//! | Signed by | Files | Chain in the path | Chain in the query | Other parameters |
//! |---|---|---|---|---|
//! | Python and Node before 4 | raw | raw | encoded | encoded |
//! | Python 4 and later | encoded | inputs of texts encoded, all else raw | the same | raw |
//! | Node 7 | encoded | the same | the same | encoded |
//!
//! So each of the three parts is tried as received and undone: without the escapes that HTTP clients make by themselves.
//! In chains there is a third way, which leaves inputs of texts as they are. On top of these come the path decoded, and
//! decoded and encoded anew, with the query as received: clients of no SDK sign one and send the other.
//!
//! A spelling that fits a signature counts only if it asks for the same as what was received
//! ([`Spelling::says_the_same`]). Otherwise `%2C` could take the place of a signed `,` and make two items one.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, percent_encode};

use crate::url::{DeliveryUrl, Target, transformation};

/// A spelling of a whole request target.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Spelling {
    pub(super) path: String,
    /// With its `?`; empty where there is none.
    pub(super) query: String,
}

/// How a part is read.
type Way = fn(&str) -> Cow<'_, str>;

/// The spellings of a path and the parameters behind it, each once, the received one first.
pub(super) fn spellings(rest: &str, parameters: &[&str]) -> impl Iterator<Item = Spelling> {
    const CHAINS: [Way; 3] = [as_received, undone, undone_but_texts];
    const OTHERS: [Way; 2] = [as_received, undone];
    let query = |chain: Way, other: Way| {
        let pairs = parameters.iter().map(|pair| {
            let way = if pair.starts_with("tr=") { chain } else { other };
            way(pair)
        });
        let query = pairs.collect::<Vec<_>>().join("&");
        if query.is_empty() { query } else { format!("?{query}") }
    };
    let path = |chain: Way, file: Way| {
        let segments = rest.split('/').map(|segment| {
            let way = if transformation(segment).is_some() { chain } else { file };
            way(segment)
        });
        segments.collect::<Vec<_>>().join("/")
    };
    let mut spellings = Vec::new();
    let mut add = |path: String, query: String| {
        let spelling = Spelling { path, query };
        if !spellings.contains(&spelling) {
            spellings.push(spelling);
        }
    };
    for chain in CHAINS {
        for file in OTHERS {
            for other in OTHERS {
                add(path(chain, file), query(chain, other));
            }
        }
    }
    let decoded: Cow<'_, [u8]> = percent_decode_str(rest).into();
    let encoded = percent_encode(&decoded, ENCODED).collect();
    if let Ok(decoded) = String::from_utf8(decoded.into_owned()) {
        add(decoded, query(as_received, as_received));
    }
    add(encoded, query(as_received, as_received));
    spellings.into_iter()
}

impl Spelling {
    /// Whether a target asks for the same in this spelling: for the same file below the same endpoint, and the same
    /// transformations.
    pub(super) fn says_the_same(&self, received: Target<'_>) -> bool {
        let query = self.query.strip_prefix('?');
        let spelled = Target { rest: &self.path, query, ..received };
        let is_a_path = !self.path.contains(['?', '#']);
        is_a_path
            && prefix(&self.path) == prefix(received.rest)
            && DeliveryUrl::parse(spelled) == DeliveryUrl::parse(received)
    }
}

/// What may be the prefix of an endpoint.
fn prefix(rest: &str) -> Option<&str> {
    let (first, _) = rest.split_once('/')?;
    first.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-').then_some(first)
}

fn as_received(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(text)
}

/// Without the escapes of bytes that HTTP clients encode by themselves. None of them parts anything from anything; a `%`
/// is one only where it would begin no other escape.
fn undone(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut undone = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        match escaped(rest) {
            Some((byte, behind)) if is_encoded_by_clients(byte, behind) => {
                undone.push(byte);
                rest = behind;
            }
            _ => {
                undone.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8(undone).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// The same, but for inputs of texts, which SDKs encode: `l-text,i-Hello%20World`.
fn undone_but_texts(chain: &str) -> Cow<'_, str> {
    let mut is_text = false;
    let pieces = chain.split_inclusive([',', ':']).map(|piece| {
        let is_input = is_text && piece.starts_with("i-");
        is_text = piece.trim_start_matches("tr=").trim_end_matches([',', ':']) == "l-text";
        if is_input { Cow::Borrowed(piece) } else { undone(piece) }
    });
    Cow::Owned(pieces.collect())
}

/// The byte of an escape that a text begins with, and what follows it.
fn escaped(text: &[u8]) -> Option<(u8, &[u8])> {
    let [b'%', high, low, behind @ ..] = text else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let byte = digit(*high)? * 16 + digit(*low)?;
    Some((byte as u8, behind))
}

fn is_encoded_by_clients(byte: u8, behind: &[u8]) -> bool {
    match byte {
        b'%' => !matches!(behind, [a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit()),
        b' ' | b'"' | b'\'' | b'<' | b'>' | b'[' | b'\\' | b']' | b'^' | b'`' | b'{' | b'|'
        | b'}' => true,
        byte => !byte.is_ascii(),
    }
}

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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(way: Way, text: &str, expected: &str) {
        assert_eq!(way(text), expected, "{text}");
    }

    #[test]
    fn what_clients_encode_is_undone() {
        check(undone, "a%20b/%C3%A9%c3%a9.jpg", "a b/éé.jpg");
        check(undone, "%22%27%3C%3E%5B%5C%5D%5E%60%7B%7C%7D", "\"'<>[\\]^`{|}");
        check(undone, "50%25%20off", "50% off");
        check(undone, "100%25", "100%");
    }

    #[test]
    fn what_parts_something_stays() {
        for text in [
            "%2C%3A%2D%5F%2F%26%3D%2B%3F%23%40",
            "a%252Cb",
            "%2520",
            "%25C3%25A9",
            "%61%00%7F",
            "%",
            "%4",
            "%zz%2",
            // No text without its escapes.
            "%C3%28",
        ] {
            check(undone, text, text);
        }
    }

    #[test]
    fn inputs_of_texts_stay() {
        check(
            undone_but_texts,
            "tr=l-text,i-a%20b,ff-c%20d,l-end:l-image,i-e%20f,l-text,i-g%20h,l-end,l-end",
            "tr=l-text,i-a%20b,ff-c d,l-end:l-image,i-e f,l-text,i-g%20h,l-end,l-end",
        );
        check(undone_but_texts, "tr:l-text,i-a%20b,l-end", "tr:l-text,i-a%20b,l-end");
        check(undone_but_texts, "tr:l-text,ff-c%20d,i-a%20b", "tr:l-text,ff-c d,i-a b");
    }

    fn pieces() -> impl Strategy<Value = String> {
        let pieces = vec![
            "a", "4", "1", "-", ",", ":", "/", "+", "%", "%2C", "%3A", "%2F", "%25", "%20",
            "%C3%A9", "%c3", "%5B", "%27", "%2B", "tr:", "tr%3A", "l-text", "i-", "w-1", "%77-1",
            "l-end", "ik-seo", ".jpg",
        ];
        prop::collection::vec(prop::sample::select(pieces), 0..20).prop_map(|it| it.concat())
    }

    proptest! {
        /// Each way by itself, without [`Spelling::says_the_same`].
        #[test]
        fn undoing_changes_no_meaning(path in pieces(), chain in pieces(), other in pieces()) {
            let query = format!("v={other}&tr={chain}");
            let target = Target { tenant: "demo", rest: &path, query: Some(&query) };
            for way in [undone as Way, undone_but_texts] {
                let (rest, query) = (way(&path), way(&query));
                let undone = Target { tenant: "demo", rest: &rest, query: Some(&query) };
                prop_assert_eq!(DeliveryUrl::parse(undone), DeliveryUrl::parse(target));
            }
        }

        #[test]
        fn the_received_spelling_comes_first(path in pieces(), chain in pieces()) {
            let tr = format!("tr={chain}");
            let first = spellings(&path, &[&tr]).next();
            prop_assert_eq!(first, Some(Spelling { path, query: format!("?{tr}") }));
        }
    }
}
