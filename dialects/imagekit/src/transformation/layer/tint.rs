//! Colours that `al` may make translucent.

use plan::Color;

use super::super::{color, number};

/// A colour, and whether `al` has a say: it has none where an opacity is part of the colour.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tint {
    color: Color,
    is_plain: bool,
}

impl Tint {
    pub(super) const BLACK: Self = Self { color: Color::BLACK, is_plain: true };

    /// Of a text.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let has_opacity = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        color::parse(text).map(|color| Self { color, is_plain: !has_opacity })
    }

    /// Of a solid block: names keep what they are.
    pub(super) fn parse_solid(text: &str) -> Option<Self> {
        let is_plain = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        color::parse(text).map(|color| Self { color, is_plain })
    }

    /// The tenths of `al`, 1 to 9; 9 is nearly opaque.
    pub(super) fn alpha(text: &str) -> Option<u8> {
        number::whole(text, 1, 9).map(|tenths| tenths as u8)
    }

    pub(super) fn with_alpha(self, tenths: Option<u8>) -> Color {
        match tenths {
            Some(tenths) if self.is_plain => {
                let a = (f64::from(tenths) * 25.5).round() as u8;
                Color { a, ..self.color }
            }
            _ => self.color,
        }
    }
}
