//! Texts as tokens, in their order: the words of a newsroom's search, the same when they are kept and when they are asked
//! for.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::words;

/// What tokens are taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenField {
    /// What an asset is called.
    Title,
    /// The file name as it was given.
    FileName,
    Description,
    /// Names of tags, each a token as a whole.
    TagName,
}

/// Characters of a token that count.
const LONGEST: usize = 100;

impl TokenField {
    /// The tokens of a text in this field.
    pub fn tokens(self, text: &str) -> Vec<String> {
        match self {
            TokenField::Title | TokenField::FileName => file_name(text),
            TokenField::Description => words(text).collect(),
            TokenField::TagName => vec![text.to_owned()],
        }
    }

    /// A piece of a token as it stands in this field.
    pub fn folded(self, piece: &str) -> String {
        match self {
            TokenField::Title | TokenField::FileName => fold(piece),
            TokenField::Description => piece.to_lowercase(),
            TokenField::TagName => piece.to_owned(),
        }
    }
}

/// `bbb_0001.png` is `bbb`, `0001` and `png`.
fn file_name(text: &str) -> Vec<String> {
    let is_separator =
        |c: char| c.is_whitespace() || matches!(c, '-' | '_' | '.' | '!' | '?' | ',');
    text.split(is_separator)
        .filter(|token| !token.is_empty())
        .map(|token| fold(token).chars().take(LONGEST).collect())
        .collect()
}

/// Lower case without accents.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in
        text.nfkd().filter(|&c| !is_combining_mark(c) && c != '\0').flat_map(char::to_lowercase)
    {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' => folded.push('d'),
            c => folded.push(c),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_of_each_field() {
        #[track_caller]
        fn check(field: TokenField, text: &str, expected: &[&str]) {
            assert_eq!(field.tokens(text), expected, "{text}");
        }
        check(TokenField::FileName, "bbb_0001.png", &["bbb", "0001", "png"]);
        check(TokenField::Title, "Élan Vital-2 (final)!", &["elan", "vital", "2", "(final)"]);
        check(TokenField::Title, "Straße Øl", &["strasse", "ol"]);
        check(TokenField::Title, " -_. ", &[]);
        check(TokenField::Description, "It's a Café.", &["it", "s", "a", "café"]);
        check(TokenField::TagName, "Big Deal", &["Big Deal"]);
    }
}
