//! The query: decoded once, as forms are.
//!
//! `+` is a space, a plus sign comes as `%2B`. Of a repeated parameter the first counts, an empty one equals an absent one,
//! unknown ones are ignored.

use percent_encoding::percent_decode;

/// What a request says. `None`: nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Parameters {
    pub(crate) key: Option<Text>,
    pub(crate) kind: Option<Text>,
    pub(crate) id: Option<Text>,
    pub(crate) ds: Option<Text>,
    pub(crate) cid: Option<Text>,
}

/// A value as bytes: whether it has to be UTF-8 depends on whether it counts at all.
pub(crate) type Text = Vec<u8>;

impl Parameters {
    pub(crate) fn parse(query: Option<&str>) -> Self {
        let mut found = Self::default();
        let mut seen = [false; 5];
        for pair in query.unwrap_or_default().split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let fields = [
                (b"key".as_slice(), &mut found.key),
                (b"type", &mut found.kind),
                (b"id", &mut found.id),
                (b"ds", &mut found.ds),
                (b"cid", &mut found.cid),
            ];
            let name = decoded(name);
            for ((known, field), seen) in fields.into_iter().zip(&mut seen) {
                if name == known && !std::mem::replace(seen, true) {
                    *field = Some(decoded(value)).filter(|value| !value.is_empty());
                }
            }
        }
        found
    }
}

fn decoded(text: &str) -> Vec<u8> {
    let spaced: Vec<u8> = text.bytes().map(|byte| if byte == b'+' { b' ' } else { byte }).collect();
    percent_decode(&spaced).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_are_decoded_once() {
        check("key=a/b%20c.png", [Some("a/b c.png"), None, None, None, None]);
        check("key=a+b%2Bc%252B", [Some("a b+c%2B"), None, None, None, None]);
        check("key=a%2&id=%zz%", [Some("a%2"), None, Some("%zz%"), None, None]);
        check("%6Bey=a", [Some("a"), None, None, None, None]);
    }

    #[test]
    fn the_first_counts_and_empty_is_absent() {
        check("type=ICON&id=a&ds=b&cid=c", [None, Some("ICON"), Some("a"), Some("b"), Some("c")]);
        check("id=a&id=b", [None, None, Some("a"), None, None]);
        check("id=&id=b", [None, None, None, None, None]);
        check("id&ds=&&=x&KEY=1&other=2", [None; 5]);
        check("id=a=b", [None, None, Some("a=b"), None, None]);
    }

    #[track_caller]
    fn check(query: &str, expected: [Option<&str>; 5]) {
        let Parameters { key, kind, id, ds, cid } = Parameters::parse(Some(query));
        let found = [key, kind, id, ds, cid];
        let found = found.map(|value| value.map(|value| String::from_utf8(value).unwrap()));
        assert_eq!(found, expected.map(|value| value.map(str::to_owned)), "{query}");
    }

    proptest! {
        #[test]
        fn any_query_is_read(query in ".{0,200}") {
            Parameters::parse(Some(&query));
        }
    }
}
