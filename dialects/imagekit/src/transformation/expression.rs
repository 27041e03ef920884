//! Arithmetic in values: `iw_div_2`, `cw_mul_0.5_add_10`.
//!
//! ```text
//! expression = operand *( "_" operator "_" operand )
//! operand    = number | "iw" | "ih" | "iar" | "cw" | "ch" | "car" | "idn"
//! operator   = "add" | "sub" | "mul" | "div" | "mod" | "pow"
//! ```
//!
//! All `mul` and `div` go first from left to right, then `add` and `sub`, then `mod`, then `pow`: that order is
//! [`Expr::from_operations`]. `bw`, `bh`, `bar` mean the picture below a layer and are errors outside of layers.

use plan::{Expr, Operator, Variable};

use super::number;

/// Operators of one expression. The tree is as deep as that, so it also bounds every recursion over it.
const MAX_OPERATORS: usize = 32;

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
    #[error("an expression has more than {MAX_OPERATORS} operators")]
    TooLong,
}

/// Reads an expression. `None`: the text does not look like one (no operator, no variable), so it is merely a
/// malformed value, which is ignored; a broken expression is an error.
pub(crate) fn parse(text: &str) -> Result<Option<Expr>, ExpressionError> {
    let mut words = text.split('_');
    if !words.any(|word| operator(word).is_some() || is_variable(word)) {
        return Ok(None);
    }
    let mut words = text.split('_');
    let first = operand(text, words.next().unwrap_or_default())?;
    let mut operations = Vec::new();
    while let Some(word) = words.next() {
        let operator = operator(word).ok_or_else(|| ExpressionError::Operator {
            expression: brief(text),
            found: brief(word),
        })?;
        let next = words.next().ok_or_else(|| ExpressionError::NoOperand(brief(text)))?;
        if operations.len() == MAX_OPERATORS {
            return Err(ExpressionError::TooLong);
        }
        operations.push((operator, operand(text, next)?));
    }
    Ok(Some(Expr::from_operations(first, operations)))
}

fn is_variable(word: &str) -> bool {
    variable(word).is_some() || is_of_base(word)
}

fn variable(word: &str) -> Option<Variable> {
    Some(match word {
        "iw" => Variable::InputWidth,
        "ih" => Variable::InputHeight,
        "iar" => Variable::InputRatio,
        "cw" => Variable::CurrentWidth,
        "ch" => Variable::CurrentHeight,
        "car" => Variable::CurrentRatio,
        "idn" => Variable::InputDensity,
        _ => return None,
    })
}

fn is_of_base(word: &str) -> bool {
    matches!(word, "bw" | "bh" | "bar")
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

fn operand(expression: &str, word: &str) -> Result<Expr, ExpressionError> {
    if let Some(variable) = variable(word) {
        return Ok(Expr::Variable(variable));
    }
    if is_of_base(word) {
        return Err(ExpressionError::OutsideLayer {
            expression: brief(expression),
            found: word.to_owned(),
        });
    }
    match number::signed(word) {
        Some(value) => Ok(Expr::Number(value)),
        None => Err(ExpressionError::Operand { expression: brief(expression), found: brief(word) }),
    }
}

/// A text of the client for a message, cut where it would fill the page.
fn brief(text: &str) -> String {
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
        assert_eq!(parse(text).expect_err(text).to_string(), expected, "{text}");
    }

    #[test]
    fn ordinary_values_are_no_expressions() {
        for text in ["", "300", "abc", "4_3", "10_20_30_40", "10_red", "a_b", "auto"] {
            assert_eq!(parse(text), Ok(None), "{text}");
        }
    }

    #[test]
    fn multiplication_binds_tighter_than_addition_than_modulo_than_power() {
        let number = |value| Expr::Number(value);
        let binary = |a, operator, b| Expr::Binary(Box::new(a), operator, Box::new(b));
        assert_eq!(
            parse("2_pow_3_add_1").unwrap().unwrap(),
            binary(number(2.0), Operator::Pow, binary(number(3.0), Operator::Add, number(1.0)))
        );
        assert_eq!(
            parse("10_add_7_mod_5").unwrap().unwrap(),
            binary(binary(number(10.0), Operator::Add, number(7.0)), Operator::Mod, number(5.0))
        );
        assert_eq!(
            parse("iw_sub_N2_mul_3").unwrap().unwrap(),
            binary(
                Expr::Variable(Variable::InputWidth),
                Operator::Sub,
                binary(number(-2.0), Operator::Mul, number(3.0))
            )
        );
        assert_eq!(parse("iw"), Ok(Some(Expr::Variable(Variable::InputWidth))));
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

    proptest! {
        #[test]
        fn never_panics(text in "[0-9a-z_.N-]{0,80}") {
            let _ = parse(&text);
        }
    }
}
