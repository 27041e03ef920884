//! What stands behind the names of effects, `cr` and `bg`.
//!
//! ```text
//! shadow    = part *( "_" part )        bl-0..15, st-0..100, x-N100..100, y-N100..100
//! gradient  = part *( "_" part )        ld-degrees | ld-top_right, from-color, to-color, sp-fraction | pixels | expression
//! colorize  = part *( "_" part )        co-color, in-0..100
//! distort   = "p-" number 7*7( "_" number ) | "a-" degrees
//! cr        = color [ "_" tolerance [ "_" color ] ]
//! bg        = color | "dominant" | "gradient_dominant" [ "_" ( "2" | "4" ) ]
//!           | "blurred" [ "_" ( "auto" | 0..100 ) ] [ "_" N255..255 ]
//! ```
//!
//! Parts come in any order, those that are missing have defaults. A word that begins no part belongs to the one before
//! it, so that `ld-top_right` and `sp-ih_div_2` are whole. A malformed part makes the item malformed, which is ignored.

use plan::{
    Color, Colorize, Distort, Gradient, GradientColors, Length, Paint, ReplaceColor, Shadow,
};

use super::super::{
    color,
    expression::{self, ExpressionError, Scope},
    number,
};

/// The vendor's tolerance of `cr`.
const TOLERANCE: f64 = 35.0;

pub(super) fn shadow(text: &str) -> Option<Shadow> {
    let mut shadow = Shadow { blur: 10.0, strength: 0.3, x: 2.0, y: 2.0 };
    for (key, value) in parts(text, &["bl", "st", "x", "y"])? {
        let signed = || number::signed(&value).filter(|percent| percent.abs() <= 100.0);
        match key {
            "bl" => shadow.blur = number::within(&value, 0.0, 15.0)?,
            "st" => shadow.strength = number::within(&value, 0.0, 100.0)? / 100.0,
            "x" => shadow.x = signed()?,
            _ => shadow.y = signed()?,
        }
    }
    Some(shadow)
}

pub(super) fn gradient(text: &str, scope: Scope) -> Result<Option<Gradient>, ExpressionError> {
    let mut gradient = Gradient {
        degrees: 180.0,
        from: Color::WHITE,
        to: Color::TRANSPARENT,
        stop: Length::Fraction(1.0),
    };
    let Some(parts) = parts(text, &["ld", "from", "to", "sp"]) else { return Ok(None) };
    for (key, value) in parts {
        let is_value = match key {
            "ld" => direction(&value).map(|degrees| gradient.degrees = degrees).is_some(),
            "from" => color::parse(&value).map(|color| gradient.from = color).is_some(),
            "to" => color::parse(&value).map(|color| gradient.to = color).is_some(),
            _ => stop(&value, scope)?.map(|stop| gradient.stop = stop).is_some(),
        };
        if !is_value {
            return Ok(None);
        }
    }
    Ok(Some(gradient))
}

fn direction(text: &str) -> Option<f64> {
    Some(match text {
        "top" => 0.0,
        "top_right" => 45.0,
        "right" => 90.0,
        "bottom_right" => 135.0,
        "bottom" => 180.0,
        "bottom_left" => 225.0,
        "left" => 270.0,
        "top_left" => 315.0,
        _ => return number::within(text, 0.0, 360.0),
    })
}

/// At most 1 is a fraction of the way, more are pixels.
fn stop(text: &str, scope: Scope) -> Result<Option<Length>, ExpressionError> {
    Ok(match number::plain(text) {
        Some(fraction) if fraction <= 1.0 => Some(Length::Fraction(fraction)),
        Some(pixels) => (pixels <= 65_535.0).then_some(Length::Px(pixels)),
        None => expression::parse(text, scope)?.map(Length::Expr),
    })
}

pub(super) fn colorize(text: &str) -> Option<Colorize> {
    let mut colorize = Colorize { color: Color::rgb(128, 128, 128), intensity: 1.0 };
    for (key, value) in parts(text, &["co", "in"])? {
        match key {
            "co" => colorize.color = color::parse(&value)?,
            _ => colorize.intensity = number::within(&value, 0.0, 100.0)? / 100.0,
        }
    }
    Some(colorize)
}

pub(super) fn distort(text: &str) -> Option<Distort> {
    let (key, value) = text.split_once('-')?;
    match key {
        "a" => number::signed(value).filter(|degrees| degrees.abs() <= 360.0).map(Distort::Arc),
        "p" => {
            let numbers: Option<Vec<f64>> = value.split('_').map(number::signed).collect();
            let [x1, y1, x2, y2, x3, y3, x4, y4] = numbers?.try_into().ok()?;
            Some(Distort::Perspective([(x1, y1), (x2, y2), (x3, y3), (x4, y4)]))
        }
        _ => None,
    }
}

pub(super) fn replace_color(text: &str) -> Option<ReplaceColor> {
    let mut words = text.split('_');
    let to = color::parse(words.next()?)?;
    let tolerance = match words.next() {
        Some(percent) => number::within(percent, 0.0, 100.0)?,
        None => TOLERANCE,
    };
    let from = match words.next() {
        Some(name) => Some(color::parse(name)?),
        None => None,
    };
    words.next().is_none().then_some(ReplaceColor { to, tolerance, from })
}

pub(super) fn background(text: &str) -> Option<Paint> {
    if let Some(color) = color::parse(text) {
        return Some(Paint::Solid(color));
    }
    let mut words = text.split('_');
    let paint = match (words.next()?, words.next(), words.next()) {
        ("dominant", None, None) => Paint::Dominant,
        ("gradient", Some("dominant"), None | Some("2")) => {
            Paint::DominantGradient(GradientColors::Two)
        }
        ("gradient", Some("dominant"), Some("4")) => Paint::DominantGradient(GradientColors::Four),
        ("blurred", intensity, brightness) => Paint::Blurred {
            intensity: match intensity {
                None | Some("auto") => None,
                Some(text) => Some(number::whole(text, 0, 100)? as u8),
            },
            brightness: match brightness {
                None => 0,
                Some(text) => number::signed(text)
                    .filter(|levels| levels.abs() <= 255.0 && levels.fract() == 0.0)?
                    as i16,
            },
        },
        _ => return None,
    };
    words.next().is_none().then_some(paint)
}

/// `bl-5_st-40` as pairs. `None`: it begins with no part.
fn parts<'a>(text: &str, keys: &[&'a str]) -> Option<Vec<(&'a str, String)>> {
    let mut parts: Vec<(&'a str, String)> = Vec::new();
    if text.is_empty() {
        return Some(parts);
    }
    for word in text.split('_') {
        let begun = word.split_once('-').and_then(|(name, value)| {
            keys.iter().find(|key| **key == name).map(|key| (*key, value.to_owned()))
        });
        match (begun, parts.last_mut()) {
            (Some(part), _) => parts.push(part),
            (None, Some((_, value))) => {
                value.push('_');
                value.push_str(word);
            }
            (None, None) => return None,
        }
    }
    Some(parts)
}
