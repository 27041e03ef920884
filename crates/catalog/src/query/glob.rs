//! Patterns with wildcards.

/// A text in which some characters are left open.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Glob(pub Vec<GlobPart>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GlobPart {
    Text(String),
    /// Exactly one character.
    One,
    /// Any number of characters, none included.
    Any,
}

impl Glob {
    /// What begins like this.
    pub fn prefix(text: impl Into<String>) -> Self {
        Self(vec![GlobPart::Text(text.into()), GlobPart::Any])
    }

    /// The text that it begins with, if everything that does fits.
    pub(crate) fn as_prefix(&self) -> Option<&str> {
        match self.0.as_slice() {
            [GlobPart::Text(text), GlobPart::Any] => Some(text),
            _ => None,
        }
    }

    pub fn fits(&self, text: &str) -> bool {
        fits(&self.0, text)
    }

    /// With each text changed.
    #[must_use]
    pub fn map(self, change: impl Fn(&str) -> String) -> Self {
        let change = |part| match part {
            GlobPart::Text(text) => GlobPart::Text(change(&text)),
            other => other,
        };
        Self(self.0.into_iter().map(change).collect())
    }
}

/// Only the last `Any` is ever tried again, so this takes no longer than the product of both lengths.
fn fits(parts: &[GlobPart], text: &str) -> bool {
    let (mut at, mut rest) = (0, text);
    let mut retry: Option<(usize, &str)> = None;
    loop {
        let next = match parts.get(at) {
            None if rest.is_empty() => return true,
            None => None,
            Some(GlobPart::Any) => {
                retry = Some((at, rest));
                at += 1;
                continue;
            }
            Some(GlobPart::One) => rest.chars().next().map(|c| &rest[c.len_utf8()..]),
            Some(GlobPart::Text(text)) => rest.strip_prefix(text.as_str()),
        };
        if let Some(next) = next {
            at += 1;
            rest = next;
            continue;
        }
        let Some((any, from)) = retry else { return false };
        let Some(skipped) = from.chars().next() else { return false };
        let from = &from[skipped.len_utf8()..];
        retry = Some((any, from));
        (at, rest) = (any + 1, from);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glob(pattern: &str) -> Glob {
        let part = |c| match c {
            '*' => GlobPart::Any,
            '?' => GlobPart::One,
            c => GlobPart::Text(String::from(c)),
        };
        Glob(pattern.chars().map(part).collect())
    }

    #[test]
    fn patterns_fit_or_do_not() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("*", "abc", true),
            ("a*c", "abc", true),
            ("a*c", "ac", true),
            ("a*c", "abcd", false),
            ("?", "ü", true),
            ("?", "", false),
            ("a?c", "abc", true),
            ("*b*", "abc", true),
            ("*ab*ab", "ababab", true),
            ("a*b*c", "acb", false),
        ] {
            assert_eq!(glob(pattern).fits(text), expected, "{pattern} {text}");
        }
        assert!(!glob(&"*a".repeat(50)).fits(&"b".repeat(5000)));
    }
}
