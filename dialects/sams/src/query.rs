//! Parameters in the query of a URL.

use percent_encoding::percent_decode_str;

/// Decoded parameters, in their order. What is no UTF-8 is replaced: nothing that is looked for is spelt so.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(crate) fn parse(query: Option<&str>) -> Self {
        let pairs = query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        Self(
            pairs
                .map(|pair| {
                    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                    (decode(name), decode(value))
                })
                .collect(),
        )
    }

    /// The first of that name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The same, unless it is empty.
    pub(crate) fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// Who asks, by a name that means something elsewhere.
    pub(crate) fn user(&self) -> Option<&str> {
        self.filled("external_user_id")
    }

    pub(crate) fn session(&self) -> Option<&str> {
        self.filled("external_session_id")
    }

    pub(crate) fn flag(&self, name: &str, default: bool) -> bool {
        self.get(name).map_or(default, is_true)
    }

    pub(crate) fn without(&self, name: &str) -> Self {
        Self(self.0.iter().filter(|(known, _)| known != name).cloned().collect())
    }

    pub(crate) fn into_pairs(self) -> Vec<(String, String)> {
        self.0
    }

    /// As a query again, with one parameter replaced or added.
    pub(crate) fn with(&self, name: &str, value: &str) -> String {
        use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
        const RESERVED: AsciiSet =
            NON_ALPHANUMERIC.remove(b'_').remove(b'-').remove(b'.').remove(b'~');
        let encode = |text: &str| utf8_percent_encode(text, &RESERVED).to_string();
        let others = self.0.iter().filter(|(known, _)| known != name);
        let mut pairs: Vec<String> =
            others.map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        pairs.push(format!("{}={}", encode(name), encode(value)));
        pairs.join("&")
    }
}

/// Everything else is false, garbage included.
pub(crate) fn is_true(text: &str) -> bool {
    ["y", "yes", "t", "true", "on", "1"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

fn decode(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_and_written() {
        let parameters = Parameters::parse(Some("a=1&b=x+y%26&a=2&c&external_user_id="));
        assert_eq!(parameters.get("a"), Some("1"));
        assert_eq!(parameters.get("b"), Some("x y&"));
        assert_eq!(parameters.get("c"), Some(""));
        assert_eq!(parameters.user(), None);
        let parameters = Parameters::parse(Some("b=x+y&page=1"));
        assert_eq!(parameters.with("page", "2"), "b=x%20y&page=2");
        let parameters = Parameters::parse(Some("max_results=10&name=a&name=b"));
        assert_eq!(parameters.with("page", "2"), "max_results=10&name=a&name=b&page=2");
        assert_eq!(parameters.without("name").get("name"), None);
    }

    #[test]
    fn booleans() {
        for text in ["y", "YES", "t", "True", "on", "1"] {
            assert!(is_true(text), "{text}");
        }
        for text in ["", "0", "no", "f", "false", "2", "truee"] {
            assert!(!is_true(text), "{text}");
        }
    }
}
