//! Values by the types and ranges of the table of modules.

use std::collections::HashMap;

use base64::{
    Engine,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use plan::Color;
use serde_json::{Map, Value};

use super::grammar::{Call, shown};
use crate::modules::{Kind, Operation, Param, QUALITIES};

/// A value that is not what its parameter expects.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{key}` of {operation} expects {expected}, found `{found}`")]
pub(crate) struct ArgumentError {
    operation: String,
    key: &'static str,
    expected: String,
    found: String,
}

/// The values of a call; what is not given has its default. Keys that the table does not know are ignored.
#[derive(Debug)]
pub(super) struct Arguments<'a> {
    call: &'a Call,
    operation: &'static Operation,
    given: HashMap<&'static str, Given>,
}

#[derive(Debug, Clone, PartialEq)]
enum Given {
    Integer(i64),
    Float(f64),
    Flag(bool),
    Color(Color),
    /// A word of an enumeration, or a text with its base64 undone.
    Text(String),
}

impl<'a> Arguments<'a> {
    pub(super) fn read(
        call: &'a Call,
        operation: &'static Operation,
    ) -> Result<Self, ArgumentError> {
        let mut arguments = Self { call, operation, given: HashMap::new() };
        for param in operation.params {
            let Some(text) = call.values.get(param.identifier) else { continue };
            let value = value(param.kind, text)
                .ok_or_else(|| arguments.fault(param.identifier, expected(param.kind)))?;
            arguments.given.insert(param.identifier, value);
        }
        Ok(arguments)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.given.contains_key(key)
    }

    pub(super) fn integer(&self, key: &'static str) -> i64 {
        match (self.given.get(key), self.kind(key)) {
            (Some(Given::Integer(value)), _) => *value,
            (_, Some(Kind::Integer { default, .. } | Kind::Side { default, .. })) => default,
            (_, Some(Kind::Quality { default })) => default.into(),
            _ => 0,
        }
    }

    pub(super) fn float(&self, key: &'static str) -> f64 {
        match (self.given.get(key), self.kind(key)) {
            (Some(Given::Float(value)), _) => *value,
            (_, Some(Kind::Float { default, .. })) => default,
            _ => 0.0,
        }
    }

    pub(super) fn flag(&self, key: &'static str) -> bool {
        match (self.given.get(key), self.kind(key)) {
            (Some(Given::Flag(value)), _) => *value,
            (_, Some(Kind::Boolean(default))) => default,
            _ => false,
        }
    }

    pub(super) fn color(&self, key: &'static str) -> Color {
        match (self.given.get(key), self.kind(key)) {
            (Some(Given::Color(value)), _) => *value,
            (_, Some(Kind::Color(default))) => color(default).unwrap_or(Color::BLACK),
            _ => Color::BLACK,
        }
    }

    pub(super) fn text(&self, key: &'static str) -> &str {
        match (self.given.get(key), self.kind(key)) {
            (Some(Given::Text(value)), _) => value,
            (_, Some(Kind::Enum { default, .. } | Kind::Text(default) | Kind::Custom(default))) => {
                default
            }
            _ => "",
        }
    }

    /// All values by key, for somebody else; files are not among them.
    pub(super) fn options(&self) -> Map<String, Value> {
        let params = self.operation.params.iter();
        params
            .filter(|param| param.kind != Kind::File)
            .map(|param| {
                let key = param.identifier;
                let value = match param.kind {
                    Kind::Integer { .. } | Kind::Side { .. } | Kind::Quality { .. } => {
                        self.integer(key).into()
                    }
                    Kind::Float { .. } => self.float(key).into(),
                    Kind::Boolean(_) => self.flag(key).into(),
                    Kind::Color(default) | Kind::Bbox(default) => {
                        self.call.values.get(key).unwrap_or(default).into()
                    }
                    _ => self.text(key).into(),
                };
                (key.to_owned(), value)
            })
            .collect()
    }

    /// Delivery tails of other files, by key.
    pub(super) fn files(&self) -> Vec<(String, String)> {
        let files = self.operation.params.iter().filter(|param| param.kind == Kind::File);
        files
            .map(|param| (param.identifier.to_owned(), self.text(param.identifier).to_owned()))
            .filter(|(_, tail)| !tail.is_empty())
            .collect()
    }

    /// That the value of `key` is not what the operation needs.
    pub(super) fn fault(&self, key: &'static str, expected: String) -> ArgumentError {
        let found = self.call.values.get(key).unwrap_or_default();
        let operation = format!("{}.{}", self.call.plugin, self.operation.method);
        ArgumentError { operation, key, expected, found: shown(found) }
    }

    fn kind(&self, key: &str) -> Option<Kind> {
        self.operation.param(key).map(|Param { kind, .. }| *kind)
    }
}

/// All values of a call by key, for somebody else.
pub(crate) fn options(
    call: &Call,
    operation: &'static Operation,
) -> Result<Map<String, Value>, ArgumentError> {
    Ok(Arguments::read(call, operation)?.options())
}

fn value(kind: Kind, text: &str) -> Option<Given> {
    match kind {
        Kind::Integer { min, max, .. } => {
            let value = text.parse().ok()?;
            (min..=max).contains(&value).then_some(Given::Integer(value))
        }
        Kind::Side { max, .. } => side(text, max).map(Given::Integer),
        Kind::Float { min, max, .. } => {
            let value: f64 = text.parse().ok()?;
            (value.is_finite() && (min..=max).contains(&value)).then_some(Given::Float(value))
        }
        Kind::Quality { .. } => quality(text).map(Given::Integer),
        Kind::Boolean(_) => match text {
            "true" | "1" => Some(Given::Flag(true)),
            "false" | "0" => Some(Given::Flag(false)),
            _ => None,
        },
        Kind::Enum { values, .. } => values.contains(&text).then(|| Given::Text(text.to_owned())),
        Kind::Color(_) => color(text).map(Given::Color),
        Kind::File | Kind::Custom(_) => decoded(text).map(Given::Text),
        Kind::Text(_) | Kind::Bbox(_) | Kind::BboxList | Kind::PolygonList => {
            Some(Given::Text(text.to_owned()))
        }
    }
}

/// What a kind of value is, for those who gave another one.
fn expected(kind: Kind) -> String {
    match kind {
        Kind::Integer { min, max, .. }
            if min > i64::from(i32::MIN) && max < i64::from(i32::MAX) =>
        {
            format!("an integer from {min} to {max}")
        }
        Kind::Integer { min, .. } if min > i64::from(i32::MIN) => {
            format!("an integer of at least {min}")
        }
        Kind::Integer { .. } => "an integer".to_owned(),
        Kind::Side { max, .. } => format!("whole pixels from 0 to {max}"),
        Kind::Float { min, max, .. } if max < f64::MAX => {
            format!("a number from {min} to {max}")
        }
        Kind::Float { .. } => "a number".to_owned(),
        Kind::Quality { .. } => "a quality from 1 to 100, or best, good, eco, low".to_owned(),
        Kind::Boolean(_) => "true or false".to_owned(),
        Kind::Enum { values, .. } => format!("one of {}", values.join(", ")),
        Kind::Color(_) => "6 or 8 hex digits".to_owned(),
        Kind::File | Kind::Custom(_) => "a text in base64".to_owned(),
        Kind::Text(_) | Kind::Bbox(_) | Kind::BboxList | Kind::PolygonList => "a text".to_owned(),
    }
}

/// At most `max`, however many digits there are.
fn side(text: &str, max: i64) -> Option<i64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().map_or(max, |side: i64| side.min(max)))
}

fn quality(text: &str) -> Option<i64> {
    if let Some((_, quality)) = QUALITIES.iter().find(|(word, _)| *word == text) {
        return Some(i64::from(*quality));
    }
    let number: f64 = text.parse().ok()?;
    (1.0..=100.0).contains(&number).then(|| number.round() as i64)
}

/// `RRGGBB` or `RRGGBBAA`.
pub(crate) fn color(text: &str) -> Option<Color> {
    if !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let value = u32::from_str_radix(text, 16).ok()?;
    let [r, g, b, a] = match text.len() {
        6 => (value << 8 | 0xff).to_be_bytes(),
        8 => value.to_be_bytes(),
        _ => return None,
    };
    Some(Color { r, g, b, a })
}

/// The text behind base64 of either alphabet, padded or not.
fn decoded(text: &str) -> Option<String> {
    const ANY: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let bytes = GeneralPurpose::new(&STANDARD, ANY)
        .decode(text)
        .or_else(|_| GeneralPurpose::new(&URL_SAFE, ANY).decode(text))
        .ok()?;
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_types_and_ranges() {
        let sides = Kind::Side { default: 0, max: 10_000 };
        for (text, expected) in [
            ("200", Some(200)),
            ("0", Some(0)),
            ("10001", Some(10_000)),
            ("99999999999999999999999999", Some(10_000)),
            ("-1", None),
            ("+1", None),
            ("1.5", None),
            ("abc", None),
        ] {
            assert_eq!(value(sides, text), expected.map(Given::Integer), "{text}");
        }
        let float = Kind::Float { default: 1.0, min: 0.1, max: 5.0 };
        assert_eq!(value(float, "0.1"), Some(Given::Float(0.1)));
        assert_eq!(value(float, "2"), Some(Given::Float(2.0)));
        for text in ["0", "5.1", "inf", "NaN", "", "x"] {
            assert_eq!(value(float, text), None, "{text}");
        }
        assert_eq!(quality("best"), Some(95));
        assert_eq!(
            (quality("1"), quality("100"), quality("0"), quality("101")),
            (Some(1), Some(100), None, None)
        );
        assert_eq!(color("ff000080"), Some(Color { r: 255, g: 0, b: 0, a: 128 }));
        assert_eq!(color("FF8000"), Some(Color::rgb(255, 128, 0)));
        assert_eq!((color("ff00"), color("#ff0000"), color("+f0000")), (None, None, None));
    }

    #[test]
    fn base64_comes_in_every_dress() {
        for text in ["ZGlyL2xvZ28ucG5n", "w7_DuA", "w7/DuA==", "w7_DuA=="] {
            assert!(decoded(text).is_some(), "{text}");
        }
        assert_eq!(decoded("ZGlyL2xvZ28ucG5n").as_deref(), Some("dir/logo.png"));
        assert_eq!((decoded("*"), decoded("/w==")), (None, None));
    }
}
