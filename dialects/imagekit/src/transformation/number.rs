//! Numbers as URLs write them: plain decimals, a leading `N` for negative ones, no exponents, no infinities.

use plan::{Expr, Length};

use super::expression::{self, ExpressionError, Scope};

/// Longer texts are no numbers that anybody means; it also keeps them out of error messages.
const MAX_DIGITS: usize = 20;

/// `300`, `0.5`, `300.0`; not negative.
pub(crate) fn plain(text: &str) -> Option<f64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if text.len() > MAX_DIGITS || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    text.parse().ok()
}

/// As [`plain`], or `N90` for minus 90.
pub(crate) fn signed(text: &str) -> Option<f64> {
    match text.strip_prefix('N') {
        Some(rest) => plain(rest).map(|value| -value),
        None => plain(text),
    }
}

/// A number in a range, both ends included.
pub(crate) fn within(text: &str, least: f64, most: f64) -> Option<f64> {
    plain(text).filter(|value| (least..=most).contains(value))
}

/// A whole number in a range, both ends included; `300.0` is whole.
pub(crate) fn whole(text: &str, least: u32, most: u32) -> Option<u32> {
    within(text, f64::from(least), f64::from(most))
        .filter(|value| value.fract() == 0.0)
        .map(|value| value as u32)
}

/// `true` or `false`.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// Whole pixels in a range, or an expression.
pub(crate) fn pixels(
    text: &str,
    least: u32,
    most: u32,
    scope: Scope,
) -> Result<Option<Length>, ExpressionError> {
    match plain(text) {
        Some(_) => Ok(whole(text, least, most).map(|value| Length::Px(f64::from(value)))),
        None => Ok(expression::parse(text, scope)?.map(Length::Expr)),
    }
}

/// A number in a range, or an expression.
pub(crate) fn number_or_expression(
    text: &str,
    least: f64,
    most: f64,
    scope: Scope,
) -> Result<Option<Expr>, ExpressionError> {
    match plain(text) {
        Some(_) => Ok(within(text, least, most).map(Expr::Number)),
        None => expression::parse(text, scope),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_plain_decimals() {
        for (text, expected) in
            [("0", 0.0), ("300", 300.0), ("300.0", 300.0), ("0.5", 0.5), ("007", 7.0)]
        {
            assert_eq!(plain(text), Some(expected), "{text}");
        }
        let long = "9".repeat(400);
        for text in [
            "", ".", ".5", "5.", "-5", "+5", "1e3", "inf", "NaN", "0x10", " 5", "1.2.3", "٣", &long,
        ] {
            assert_eq!(plain(text), None, "{text}");
        }
    }

    #[test]
    fn a_leading_n_is_a_minus() {
        assert_eq!(signed("N90"), Some(-90.0));
        assert_eq!(signed("90"), Some(90.0));
        assert_eq!(signed("NN90"), None);
        assert_eq!(signed("-90"), None);
    }

    #[test]
    fn ranges_include_their_ends() {
        assert_eq!(whole("1", 1, 100), Some(1));
        assert_eq!(whole("100", 1, 100), Some(100));
        assert_eq!(whole("101", 1, 100), None);
        assert_eq!(whole("0", 1, 100), None);
        assert_eq!(whole("1.5", 1, 100), None);
        assert_eq!(within("0.1", 0.1, 5.0), Some(0.1));
    }
}
