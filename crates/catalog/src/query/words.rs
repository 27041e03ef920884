//! Texts as words, the same when they are kept and when they are asked for.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Characters of a word that count.
const LONGEST: usize = 100;
/// Different words of one text that are kept.
pub(crate) const MOST_WORDS: usize = 2000;

/// The words of a text in lower case, in their order: what lies between characters that are neither letter nor digit.
/// Accents belong to their letter, however it was spelt: file names of one system have `é` as one character, those of
/// another as two.
pub(crate) fn words(text: &str) -> impl Iterator<Item = String> {
    let plain: String = text.nfkc().flat_map(char::to_lowercase).nfkc().collect();
    let words: Vec<String> = plain
        .split(|c: char| !(c.is_alphanumeric() || is_combining_mark(c)))
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(LONGEST).collect())
        .collect();
    words.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_any_script() {
        #[track_caller]
        fn check(text: &str, expected: &[&str]) {
            assert_eq!(words(text).collect::<Vec<_>>(), expected, "{text}");
        }
        check("IMG_1234-final.JPG", &["img", "1234", "final", "jpg"]);
        check("  ,;: ", &[]);
        check("Größe ÉCLAIR İ", &["größe", "éclair", "i\u{307}"]);
        check("e\u{301}clair", &["\u{e9}clair"]);
        check("चित्र", &["चित्र"]);
        check("日本語.jpg", &["日本語", "jpg"]);
        check("ＡＢＣ１２", &["abc12"]);
        assert_eq!(words(&"a".repeat(1000)).next().map(|word| word.len()), Some(LONGEST));
    }
}
