//! XML, before a parser sees it.

/// Attributes of the tag that has the most, counted by equals signs outside quotes. Parsers compare each
/// attribute with all others of its element, so that thousands take long.
pub(crate) fn most_attributes(text: &str) -> usize {
    let (mut most, mut count) = (0, 0);
    let mut quote = None;
    let mut is_tag = false;
    for byte in text.bytes() {
        match (is_tag, quote, byte) {
            (false, _, b'<') => {
                is_tag = true;
                count = 0;
            }
            (true, Some(open), _) if byte == open => quote = None,
            (true, None, b'"' | b'\'') => quote = Some(byte),
            (true, None, b'>') => is_tag = false,
            (true, None, b'=') => {
                count += 1;
                most = most.max(count);
            }
            _ => {}
        }
    }
    most
}
