//! What a text looks like: `fs co ff w ia pa bg al tg lh`.

use plan::{Color, Font, Ingredient, Length, Slant, Strike, Text, TextAlign, Weight};

use super::{
    super::{
        color,
        expression::{self, ExpressionError, Scope},
        geometry::set,
        number,
    },
    tint::Tint,
};

/// Height of an em without `fs`.
const SIZE: f64 = 45.0;
/// What ends the name of a font file; anything else without a `@@` is the name of a font.
const FONT_FILES: [&str; 4] = [".ttf", ".otf", ".woff", ".woff2"];

#[derive(Debug, Default)]
pub(super) struct Style {
    size: Option<Length>,
    color: Option<Tint>,
    font: Option<Font>,
    wrap: Option<Length>,
    align: Option<TextAlign>,
    padding: Option<[Length; 4]>,
    background: Option<Color>,
    alpha: Option<u8>,
    face: Option<(Weight, Slant, Strike)>,
    line_height: Option<Length>,
}

impl Style {
    /// Takes an item. `None`: the key is none of ours. `false`: its value is none, and is ignored.
    pub(super) fn take(&mut self, key: &str, value: &str) -> Result<Option<bool>, ExpressionError> {
        let pixels = |text| number::pixels(text, 1, 65_535, Scope::Drawn);
        Ok(Some(match key {
            "fs" => set(&mut self.size, pixels(value)?),
            "co" => set(&mut self.color, Tint::parse(value)),
            "ff" => set(&mut self.font, font(value)),
            "w" => set(&mut self.wrap, pixels(value)?),
            "ia" => set(&mut self.align, align(value)),
            "pa" => set(&mut self.padding, padding(value)?),
            "bg" => set(&mut self.background, color::parse(value)),
            "al" => set(&mut self.alpha, Tint::alpha(value)),
            "tg" => set(&mut self.face, face(value)),
            "lh" => set(&mut self.line_height, pixels(value)?),
            _ => return Ok(None),
        }))
    }

    pub(super) fn into_text(self, text: String) -> Text {
        let (weight, slant, strike) = self.face.unwrap_or_default();
        let color = self.color.unwrap_or(Tint::BLACK);
        Text {
            text,
            font: self.font.unwrap_or_default(),
            size: self.size.unwrap_or(Length::Px(SIZE)),
            color: color.with_alpha(self.alpha),
            weight,
            slant,
            strike,
            wrap: self.wrap,
            align: self.align.unwrap_or_default(),
            padding: self.padding.unwrap_or([const { Length::Px(0.0) }; 4]),
            background: self.background.unwrap_or(Color::TRANSPARENT),
            line_height: self.line_height,
        }
    }
}

/// A name, or a path with slashes as `@@`.
fn font(text: &str) -> Option<Font> {
    let lower = text.to_ascii_lowercase();
    let is_file = text.contains("@@") || FONT_FILES.iter().any(|end| lower.ends_with(end));
    if !is_file {
        return (!text.is_empty()).then(|| Font::Family(text.to_owned()));
    }
    let path = text.replace("@@", "/");
    Some(Font::File(Ingredient::Path(format!("/{}", path.trim_start_matches('/')))))
}

fn align(text: &str) -> Option<TextAlign> {
    Some(match text {
        "left" => TextAlign::Left,
        "center" => TextAlign::Center,
        "right" => TextAlign::Right,
        _ => return None,
    })
}

/// One to four lengths in the order of CSS.
fn padding(text: &str) -> Result<Option<[Length; 4]>, ExpressionError> {
    let Some(values) = expression::parse_list(text, Scope::Drawn)? else { return Ok(None) };
    if values
        .iter()
        .any(|value| matches!(value, Length::Px(pixels) if !(0.0..=65_535.0).contains(pixels)))
    {
        return Ok(None);
    }
    Ok(match values.as_slice() {
        [all] => Some([all, all, all, all].map(Clone::clone)),
        [vertical, across] => Some([vertical, across, vertical, across].map(Clone::clone)),
        [top, across, bottom] => Some([top, across, bottom, across].map(Clone::clone)),
        [top, right, bottom, left] => Some([top, right, bottom, left].map(Clone::clone)),
        _ => None,
    })
}

/// `b`, `i`, `strikethrough`, or several of them joined by `_`.
fn face(text: &str) -> Option<(Weight, Slant, Strike)> {
    let mut face = <(Weight, Slant, Strike)>::default();
    for word in text.split('_') {
        match word {
            "b" => face.0 = Weight::Bold,
            "i" => face.1 = Slant::Italic,
            "strikethrough" => face.2 = Strike::Through,
            _ => return None,
        }
    }
    Some(face)
}
