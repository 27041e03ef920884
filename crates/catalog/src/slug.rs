//! Slugs: names as they stand in URLs and file names.

/// The text in ASCII and lower case; every run of other characters than `a-z0-9` is one `-`, and none is at the ends. May be
/// empty.
///
/// ```
/// use catalog::slug;
///
/// assert_eq!(slug("Lake at dawn!"), "lake-at-dawn");
/// assert_eq!(slug("  Größe: 3 ½ "), "grosse-3-1-2");
/// assert_eq!(slug("?!"), "");
/// ```
pub fn slug(text: &str) -> String {
    let ascii = deunicode::deunicode_with_tofu(text, "").to_ascii_lowercase();
    let words = ascii.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}
