//! The spelling of a [`ContentHash`].

use std::fmt;
use std::str::FromStr;

use crate::{ContentHash, Error, Result};

impl ContentHash {
    /// Reads what `Display` writes: 64 lower-case hex digits.
    ///
    /// ```
    /// use catalog::ContentHash;
    ///
    /// let text = "00ff".repeat(16);
    /// assert_eq!(ContentHash::parse(&text)?.to_string(), text);
    /// assert!(ContentHash::parse("00FF").is_err());
    /// # Ok::<(), catalog::Error>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self> {
        read(text)
            .map(ContentHash)
            .ok_or_else(|| Error::Invalid(format!("expected 64 hex digits, found `{text}`")))
    }
}

fn read(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let is_hex = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    for (index, byte) in bytes.iter_mut().enumerate().filter(|_| is_hex) {
        *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).ok()?;
    }
    is_hex.then_some(bytes)
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for ContentHash {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}
