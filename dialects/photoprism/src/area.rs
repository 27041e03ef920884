//! Crop areas: which part of a picture a thumbnail shows.
//!
//! ```text
//! thumb := hash [ "-" area ]
//! area  := 12 hex digits: x, y, width, height in thousandths, three digits each
//! ```
//!
//! `x` and `width` are parts of the upright picture's width, `y` and `height` of its height; what is over 1000 counts as
//! 1000. What comes behind the dash and is shorter than an area is ignored.

/// Thousandths, 0 to 1000; neither width nor height is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) x: u16,
    pub(crate) y: u16,
    pub(crate) width: u16,
    pub(crate) height: u16,
}

/// What the path segment in front of the token names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Thumb<'a> {
    Whole(&'a str),
    Part(&'a str, Area),
    /// Behind the dash stands what is no area.
    Malformed,
}

impl<'a> Thumb<'a> {
    const HASH: usize = 40;
    const AREA: usize = 12;

    pub(crate) fn parse(text: &'a str) -> Self {
        let split = (text.len() > Self::HASH).then(|| text.split_once('-')).flatten();
        match split {
            None => Self::Whole(text),
            Some((hash, area)) if area.len() < Self::AREA => Self::Whole(hash),
            Some((hash, area)) => {
                Area::parse(area).map_or(Self::Malformed, |area| Self::Part(hash, area))
            }
        }
    }
}

impl Area {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.len() != Thumb::AREA || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let part = |place: usize| {
            let value = u16::from_str_radix(&text[3 * place..3 * place + 3], 16).ok()?;
            Some(value.min(1000))
        };
        let area = Self { x: part(0)?, y: part(1)?, width: part(2)?, height: part(3)? };
        (area.width > 0 && area.height > 0).then_some(area)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HASH: &str = "0123456789abcdef0123456789abcdef01234567";

    #[track_caller]
    fn check(behind: &str, expected: Thumb<'_>) {
        assert_eq!(Thumb::parse(&format!("{HASH}{behind}")), expected, "{behind}");
    }

    #[test]
    fn areas_are_twelve_hex_digits() {
        let area = |x, y, width, height| Thumb::Part(HASH, Area { x, y, width, height });
        check("", Thumb::Whole(HASH));
        check("-016014058037", area(22, 20, 88, 55));
        check("-0000003e81F4", area(0, 0, 1000, 500));
        check("-fffffffffFFF", area(1000, 1000, 1000, 1000));
        check("-", Thumb::Whole(HASH));
        check("-01601405803", Thumb::Whole(HASH));
        check("-zz", Thumb::Whole(HASH));
        check("-0160140580370", Thumb::Malformed);
        check("-01601405803g", Thumb::Malformed);
        check("-000000000100", Thumb::Malformed);
        check("-016014058037-1", Thumb::Malformed);
        check("-äääääää", Thumb::Malformed);
    }

    #[test]
    fn short_texts_are_no_areas() {
        assert_eq!(Thumb::parse("a-b"), Thumb::Whole("a-b"));
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in ".{0,80}") {
            let _ = Thumb::parse(&text);
            let _ = Thumb::parse(&format!("{HASH}-{text}"));
        }
    }
}
