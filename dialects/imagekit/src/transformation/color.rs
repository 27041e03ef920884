//! Colours as URLs write them.
//!
//! ```text
//! color = 6HEXDIG | 6HEXDIG 2DIGIT | name
//! ```
//!
//! The last two digits of the long form are a *decimal* percentage of opacity, `00` to `99`: `FF000050` is half
//! transparent red. Names are those of CSS and SVG in lower case. Anything else is no colour (three digits, `#`,
//! `FF0000AA`).

use plan::Color;

use super::color_names::NAMES;

/// Reads a colour; `None` if the text is none.
pub(crate) fn parse(text: &str) -> Option<Color> {
    if let Some(color) = hex(text) {
        return Some(color);
    }
    if text == "transparent" {
        return Some(Color::TRANSPARENT);
    }
    let place = NAMES.binary_search_by_key(&text, |(name, _)| name).ok()?;
    let [_, r, g, b] = NAMES[place].1.to_be_bytes();
    Some(Color::rgb(r, g, b))
}

/// Whether a colour is written as a name.
pub(crate) fn is_name(text: &str) -> bool {
    hex(text).is_none() && parse(text).is_some()
}

fn hex(text: &str) -> Option<Color> {
    if !text.is_ascii() || !(text.len() == 6 || text.len() == 8) {
        return None;
    }
    let (digits, opacity) = text.split_at(6);
    if !digits.bytes().all(|b| b.is_ascii_hexdigit())
        || !opacity.bytes().all(|b| b.is_ascii_digit())
    {
        return None;
    }
    let [_, r, g, b] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
    let a = match opacity {
        "" => 255,
        percent => (f64::from(percent.parse::<u8>().ok()?) * 255.0 / 100.0).round() as u8,
    };
    Some(Color { r, g, b, a })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: [u8; 4]) {
        let [r, g, b, a] = expected;
        assert_eq!(parse(text), Some(Color { r, g, b, a }), "{text}");
    }

    #[test]
    fn colours_are_read() {
        check("FF0000", [255, 0, 0, 255]);
        check("00ff7f", [0, 255, 127, 255]);
        check("FF000050", [255, 0, 0, 128]);
        check("FF000000", [255, 0, 0, 0]);
        check("FF000099", [255, 0, 0, 252]);
        check("red", [255, 0, 0, 255]);
        check("aliceblue", [240, 248, 255, 255]);
        check("rebeccapurple", [102, 51, 153, 255]);
        check("yellowgreen", [154, 205, 50, 255]);
        check("transparent", [0, 0, 0, 0]);
    }

    #[test]
    fn other_texts_are_no_colours() {
        for text in ["", "F00", "#FF0000", "FF0000AA", "GG0000", "Red", "reddish", "FF00001", "ÿÿÿ"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn names_are_sorted_for_the_search() {
        assert!(NAMES.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!(NAMES.len(), 148);
    }
}
