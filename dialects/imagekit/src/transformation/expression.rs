//! Arithmetic in values: `iw_div_2`, `cw_mul_0.5_add_10`.
//!
//! ```text
//! expression = operand *( "_" operator "_" operand )
//! operand    = number | "iw" | "ih" | "iar" | "cw" | "ch" | "car" | "bw" | "bh" | "bar" | "idn"
//! operator   = "add" | "sub" | "mul" | "div" | "mod" | "pow"
//! ```
//!
//! All `mul` and `div` go first from left to right, then `add` and `sub`, then `mod`, then `pow`: that order is
//! [`Expr::from_operations`]. `bw`, `bh`, `bar` mean the picture below a layer and are errors outside of layers; in texts and
//! areas, which have no size of their own, they are the only ones.

use plan::{Expr, Length, Operator, Variable};

use super::number;

/// Operators of one expression. The tree is as deep as that, so it also bounds every recursion over it.
const MAX_OPERATORS: usize = 32;

/// Which variables an expression may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Scope {
    /// Outside of layers: the picture itself.
    #[default]
    Picture,
    /// A picture that is laid onto another: its own sizes and those of its base.
    Inset,
    /// What has no size of its own, a text or an area: those of its base.
    Drawn,
}

/// A text that is meant as an expression, but is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ExpressionError {
    #[error("the expression `{0}` does not end with an operand")]
    NoOperand(String),
    #[error("in the expression `{expression}`: expected a number or a variable, found `{found}`")]
    Operand { expression: String, found: String },
    #[error(
        "in the expression `{expression}`: expected add, sub, mul, div, mod or pow, found `{found}`"
    )]
    Operator { expression: String, found: String },
    #[error("in the expression `{expression}`: `{found}` is known inside layers only")]
    OutsideLayer { expression: String, found: String },
    #[error(
        "in the expression `{expression}`: texts and areas know bw, bh and bar only, found `{found}`"
    )]
    NoOwnSize { expression: String, found: String },
    #[error("an expression has more than {MAX_OPERATORS} operators")]
    TooLong,
}

/// Reads an expression. `None`: the text does not look like one (no operator, no variable), so it is merely a
/// malformed value, which is ignored; a broken expression is an error.
pub(crate) fn parse(text: &str, scope: Scope) -> Result<Option<Expr>, ExpressionError> {
    if !text.split('_').any(|word| operator(word).is_some() || variable(word).is_some()) {
        return Ok(None);
    }
    let mut words = text.split('_');
    let first = operand(text, words.next().unwrap_or_default(), scope)?;
    let mut operations = Vec::new();
    while let Some(word) = words.next() {
        let operator = operator(word).ok_or_else(|| ExpressionError::Operator {
            expression: brief(text),
            found: brief(word),
        })?;
        operations.push((operator, next_operand(text, &mut words, operations.len(), scope)?));
    }
    Ok(Some(Expr::from_operations(first, operations)))
}

/// Reads values joined by `_`, each a number of whole pixels or an expression: `10_bw_div_20_5` are three, because an
/// operator joins what stands around it. `None`: one of them is neither.
pub(crate) fn parse_list(text: &str, scope: Scope) -> Result<Option<Vec<Length>>, ExpressionError> {
    let mut values = Vec::new();
    let mut words = text.split('_').peekable();
    while let Some(word) = words.next() {
        let is_operator = |word: &&str| operator(word).is_some();
        if number::signed(word).is_none() && variable(word).is_none() && !is_operator(&word) {
            return Ok(None);
        }
        let first = operand(text, word, scope)?;
        let mut operations = Vec::new();
        while let Some(operator) = words.next_if(is_operator).and_then(operator) {
            operations.push((operator, next_operand(text, &mut words, operations.len(), scope)?));
        }
        values.push(match first {
            Expr::Number(number) if operations.is_empty() => Length::Px(number),
            first => Length::Expr(Expr::from_operations(first, operations)),
        });
    }
    Ok(Some(values))
}

/// What stands behind an operator that has `before` others before it.
fn next_operand<'a>(
    text: &str,
    words: &mut impl Iterator<Item = &'a str>,
    before: usize,
    scope: Scope,
) -> Result<Expr, ExpressionError> {
    let word = words.next().ok_or_else(|| ExpressionError::NoOperand(brief(text)))?;
    if before == MAX_OPERATORS {
        return Err(ExpressionError::TooLong);
    }
    operand(text, word, scope)
}

fn variable(word: &str) -> Option<Variable> {
    Some(match word {
        "iw" => Variable::InputWidth,
        "ih" => Variable::InputHeight,
        "iar" => Variable::InputRatio,
        "cw" => Variable::CurrentWidth,
        "ch" => Variable::CurrentHeight,
        "car" => Variable::CurrentRatio,
        "bw" => Variable::BaseWidth,
        "bh" => Variable::BaseHeight,
        "bar" => Variable::BaseRatio,
        "idn" => Variable::InputDensity,
        _ => return None,
    })
}

fn is_of_base(variable: Variable) -> bool {
    matches!(variable, Variable::BaseWidth | Variable::BaseHeight | Variable::BaseRatio)
}

fn operator(word: &str) -> Option<Operator> {
    Some(match word {
        "add" => Operator::Add,
        "sub" => Operator::Sub,
        "mul" => Operator::Mul,
        "div" => Operator::Div,
        "mod" => Operator::Mod,
        "pow" => Operator::Pow,
        _ => return None,
    })
}

fn operand(expression: &str, word: &str, scope: Scope) -> Result<Expr, ExpressionError> {
    if let Some(variable) = variable(word) {
        let (expression, found) = (brief(expression), word.to_owned());
        return match scope {
            Scope::Picture if is_of_base(variable) => {
                Err(ExpressionError::OutsideLayer { expression, found })
            }
            Scope::Drawn if !is_of_base(variable) => {
                Err(ExpressionError::NoOwnSize { expression, found })
            }
            Scope::Picture | Scope::Inset | Scope::Drawn => Ok(Expr::Variable(variable)),
        };
    }
    match number::signed(word) {
        Some(value) => Ok(Expr::Number(value)),
        None => Err(ExpressionError::Operand { expression: brief(expression), found: brief(word) }),
    }
}

/// A text of the client for a message, cut where it would fill the page.
pub(crate) fn brief(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check_error(text: &str, expected: &str) {
        assert_eq!(parse(text, Scope::Picture).expect_err(text).to_string(), expected, "{text}");
    }

    #[test]
    fn ordinary_values_are_no_expressions() {
        for text in ["", "300", "abc", "4_3", "10_20_30_40", "10_red", "a_b", "auto"] {
            assert_eq!(parse(text, Scope::Picture), Ok(None), "{text}");
        }
    }

    #[test]
    fn multiplication_binds_tighter_than_addition_than_modulo_than_power() {
        let number = |value| Expr::Number(value);
        let binary = |a, operator, b| Expr::Binary(Box::new(a), operator, Box::new(b));
        assert_eq!(
            parse("2_pow_3_add_1", Scope::Picture).unwrap().unwrap(),
            binary(number(2.0), Operator::Pow, binary(number(3.0), Operator::Add, number(1.0)))
        );
        assert_eq!(
            parse("10_add_7_mod_5", Scope::Picture).unwrap().unwrap(),
            binary(binary(number(10.0), Operator::Add, number(7.0)), Operator::Mod, number(5.0))
        );
        assert_eq!(
            parse("iw_sub_N2_mul_3", Scope::Picture).unwrap().unwrap(),
            binary(
                Expr::Variable(Variable::InputWidth),
                Operator::Sub,
                binary(number(-2.0), Operator::Mul, number(3.0))
            )
        );
        assert_eq!(parse("iw", Scope::Picture), Ok(Some(Expr::Variable(Variable::InputWidth))));
    }

    #[test]
    fn broken_expressions_say_where() {
        check_error("iw_div", "the expression `iw_div` does not end with an operand");
        check_error(
            "iw_foo_2",
            "in the expression `iw_foo_2`: expected add, sub, mul, div, mod or pow, found `foo`",
        );
        check_error(
            "iw_add_x",
            "in the expression `iw_add_x`: expected a number or a variable, found `x`",
        );
        check_error(
            "_add_1",
            "in the expression `_add_1`: expected a number or a variable, found ``",
        );
        check_error("bw_mul_2", "in the expression `bw_mul_2`: `bw` is known inside layers only");
        check_error(
            &format!("1{}", "_pow_9".repeat(33)),
            "an expression has more than 32 operators",
        );
        check_error(
            "1_add_inf",
            "in the expression `1_add_inf`: expected a number or a variable, found `inf`",
        );
    }

    #[test]
    fn who_knows_which_sizes() {
        for (text, picture, inset, drawn) in [
            ("iw_div_2", true, true, false),
            ("bw_div_2", false, true, true),
            ("idn", true, true, false),
        ] {
            let knows = |scope| parse(text, scope).is_ok();
            let found = [Scope::Picture, Scope::Inset, Scope::Drawn].map(knows);
            assert_eq!(found, [picture, inset, drawn], "{text}");
        }
        assert_eq!(
            parse("cw", Scope::Drawn).unwrap_err().to_string(),
            "in the expression `cw`: texts and areas know bw, bh and bar only, found `cw`"
        );
    }

    #[test]
    fn lists_are_split_where_no_operator_joins() {
        let list = |text| {
            let values = parse_list(text, Scope::Inset).expect(text);
            values.map(|values| {
                values
                    .iter()
                    .map(|value| match value {
                        Length::Px(pixels) => pixels.to_string(),
                        Length::Expr(expr) => format!("{{{expr}}}"),
                        other => panic!("{other:?}"),
                    })
                    .collect::<Vec<_>>()
                    .join(" ")
            })
        };
        assert_eq!(list("10").as_deref(), Some("10"));
        assert_eq!(list("10_20_30_40").as_deref(), Some("10 20 30 40"));
        assert_eq!(list("10_bw_div_20_5").as_deref(), Some("10 {bw/20} 5"));
        assert_eq!(list("bw_mul_2_add_1_7").as_deref(), Some("{(bw*2)+1} 7"));
        assert_eq!(list(""), None);
        assert_eq!(list("10_x"), None);
        assert!(parse_list("10_add", Scope::Inset).is_err());
        assert!(parse_list("add_10", Scope::Inset).is_err());
        assert!(parse_list("bw_add_x", Scope::Inset).is_err());
    }

    proptest! {
        #[test]
        fn never_panics(text in "[0-9a-z_.N-]{0,80}") {
            let _ = parse(&text, Scope::Inset);
            let _ = parse_list(&text, Scope::Inset);
        }
    }
}
