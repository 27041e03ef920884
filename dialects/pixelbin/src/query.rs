//! Query strings: single values, and lists in every spelling that clients use.
//!
//! `tags[0]=a&tags[1]=b`, `tags[]=a`, `tags=a&tags=b` are lists of what stands there; a single plain `tags=a,b` is split at
//! its commas.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::error::ApiError;

/// The pairs of a query string, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// [`ApiError`]: what is encoded is no UTF-8, or holds U+0000.
    pub(crate) fn parse(text: Option<&str>) -> Result<Self, ApiError> {
        let pairs = text.unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((decoded(key)?, decoded(value)?))
        });
        pairs.collect::<Result<_, _>>().map(Self)
    }

    /// The last value of that key; an empty one is none.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        let values = self.0.iter().rev().filter(|(known, _)| known == key);
        values.map(|(_, value)| value.as_str()).find(|value| !value.is_empty())
    }

    /// A switch; `None` if it is not there.
    pub(crate) fn flag(&self, key: &str) -> Result<Option<bool>, ApiError> {
        match self.text(key) {
            None => Ok(None),
            // Python's own words begin with a capital.
            Some(flag) if flag.eq_ignore_ascii_case("true") => Ok(Some(true)),
            Some(flag) if flag.eq_ignore_ascii_case("false") => Ok(Some(false)),
            Some(other) => Err(ApiError::bad_request(format!(
                "`{key}` expects true or false, found `{}`",
                brief(other)
            ))),
        }
    }

    /// Empty if it is not there.
    pub(crate) fn list(&self, key: &str) -> Vec<&str> {
        let is_item = |known: &str| {
            let index = known.strip_prefix(key).and_then(|rest| rest.strip_prefix('['));
            let index = index.and_then(|rest| rest.strip_suffix(']'));
            index.is_some_and(|index| index.bytes().all(|byte| byte.is_ascii_digit()))
        };
        let items = self.0.iter().filter(|(known, _)| known == key || is_item(known));
        let items: Vec<&(String, String)> = items.filter(|(_, value)| !value.is_empty()).collect();
        match items[..] {
            [(known, value)] if known == key => {
                value.split(',').map(str::trim).filter(|item| !item.is_empty()).collect()
            }
            _ => items.into_iter().map(|(_, value)| value.as_str()).collect(),
        }
    }
}

/// A text of the client for a message, cut where it would fill the page.
pub(crate) fn brief(text: &str) -> String {
    text.chars().take(60).map(|c| if c.is_control() { '?' } else { c }).collect()
}

fn decoded(text: &str) -> Result<String, ApiError> {
    let fault = || ApiError::bad_request("the query expects UTF-8 without control characters");
    let text = text.replace('+', " ");
    let text: Cow<'_, str> = percent_decode_str(&text).decode_utf8().map_err(|_| fault())?;
    if text.contains('\0') { Err(fault()) } else { Ok(text.into_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_have_many_spellings() {
        #[track_caller]
        fn check(query: &str, expected: &[&str]) {
            assert_eq!(Query::parse(Some(query)).unwrap().list("tags"), expected, "{query}");
        }
        check("tags%5B0%5D=a+b&tags%5B1%5D=c%2Cd", &["a b", "c,d"]);
        check("tags[]=a&tags[]=b", &["a", "b"]);
        check("tags=a,x&tags=b", &["a,x", "b"]);
        check("tags=a,%20b,", &["a", "b"]);
        check("tags[0]=a,b", &["a,b"]);
        check("tags=", &[]);
        check("tagsx=1&tags[a]=2", &[]);
    }

    #[test]
    fn single_values() {
        let query = Query::parse(Some("a=1&a=2&b=&c=True&d=x&e")).unwrap();
        assert_eq!(query.text("a"), Some("2"));
        assert_eq!(query.text("b"), None);
        assert_eq!(query.text("e"), None);
        assert_eq!(query.flag("c").unwrap(), Some(true));
        assert_eq!(query.flag("x").unwrap(), None);
        assert!(query.flag("d").is_err());
        assert!(Query::parse(Some("a=%00")).is_err());
        assert!(Query::parse(Some("a=%ff")).is_err());
    }
}
