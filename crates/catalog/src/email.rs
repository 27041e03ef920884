//! Addresses of people.

use std::fmt;
use std::str::FromStr;

use crate::{Error, Result};

/// Longest address, bytes: 64 before the `@` and 255 behind it (RFC 5321).
const BYTES: usize = 320;

/// The e-mail address that a person is known by: one `@` with something on both sides, no blanks, no control characters.
/// Held in lower case, because people write theirs either way.
///
/// ```
/// use catalog::EmailAddress;
///
/// assert_eq!(EmailAddress::parse("Ann@Example.com")?, EmailAddress::parse("ann@example.com")?);
/// assert!(EmailAddress::parse("ann").is_err());
/// # Ok::<(), catalog::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EmailAddress(String);

impl EmailAddress {
    pub fn parse(text: &str) -> Result<Self> {
        let is_address = match text.split_once('@') {
            Some((local, domain)) => {
                !local.is_empty() && !domain.is_empty() && !domain.contains('@')
            }
            None => false,
        };
        let is_plain = !text.chars().any(|c| c.is_whitespace() || c.is_control());
        if is_address && is_plain && text.len() <= BYTES {
            return Ok(Self(text.to_lowercase()));
        }
        let shown: String = text.chars().take(80).flat_map(char::escape_debug).collect();
        Err(Error::Invalid(format!("`{shown}` is not an e-mail address")))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for EmailAddress {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_one_at_and_no_blanks() {
        check("a@b", Some("a@b"));
        check("Ann.Lee+x@Example.COM", Some("ann.lee+x@example.com"));
        check("gr\u{fc}n@b", Some("gr\u{fc}n@b"));
        for text in ["", "@", "a@", "@b", "ab", "a@b@c", "a b@c", "a@b ", "a@b\n", "a\u{a0}@b"] {
            check(text, None);
        }
        check(&format!("{}@b", "a".repeat(318)), Some(&format!("{}@b", "a".repeat(318))));
        check(&format!("{}@b", "a".repeat(319)), None);
    }

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let address = EmailAddress::parse(text);
        assert_eq!(address.as_ref().ok().map(EmailAddress::as_str), expected, "{text:?}");
    }
}
