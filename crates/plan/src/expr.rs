//! Arithmetic over the sizes that are known when a step runs.
//!
//! To add a variable: a variant of [`Variable`], its word in `text/words.rs`, its value in
//! `resolve/scope.rs`.

/// An expression tree. Dialects build it with the precedence of their own grammar.
///
/// At most [`Expr::MAX_DEPTH`] operators deep: a deeper one has no value and cannot be read back from text.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    Number(f64),
    Variable(Variable),
    Binary(Box<Expr>, Operator, Box<Expr>),
}

/// A size that is known when the step runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Variable {
    /// Of the original (upright, if orientation is applied): `iw`, `ih`, `iar`.
    InputWidth,
    InputHeight,
    InputRatio,
    /// Of the input of the step: `cw`, `ch`, `car`.
    CurrentWidth,
    CurrentHeight,
    CurrentRatio,
    /// Of the picture that a layer is laid on: `bw`, `bh`, `bar`. Outside layers these are the original's.
    BaseWidth,
    BaseHeight,
    BaseRatio,
    /// Density of the original in dots per inch, 72 if unknown: `idn`.
    InputDensity,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    Add,
    Sub,
    Mul,
    Div,
    /// Remainder of the truncated division, with the sign of the left side.
    Mod,
    Pow,
}

impl Expr {
    /// Operators on the longest path from the root to a leaf.
    pub const MAX_DEPTH: usize = 64;

    /// Builds the tree of `first op value op value ...` with ImageKit's order of evaluation: all `Mul` and `Div`
    /// from left to right, then `Add` and `Sub`, then `Mod`, then `Pow`.
    /// So `2 pow 3 add 1` is 2^(3+1) = 16. Source: ImageKit docs, arithmetic expressions.
    pub fn from_operations(first: Expr, rest: Vec<(Operator, Expr)>) -> Self {
        const ORDER: [&[Operator]; 4] = [
            &[Operator::Mul, Operator::Div],
            &[Operator::Add, Operator::Sub],
            &[Operator::Mod],
            &[Operator::Pow],
        ];
        let (joined, _) = ORDER
            .iter()
            .fold((first, rest), |(first, rest), operators| join(first, rest, operators));
        joined
    }

    /// Whether more than `limit` operators lie between the root and a leaf. Looks no deeper than that.
    pub(crate) fn is_deeper_than(&self, limit: usize) -> bool {
        match (self, limit.checked_sub(1)) {
            (Self::Number(_) | Self::Variable(_), _) => false,
            (Self::Binary(..), None) => true,
            (Self::Binary(left, _, right), Some(limit)) => {
                left.is_deeper_than(limit) || right.is_deeper_than(limit)
            }
        }
    }
}

impl Operator {
    /// The plain arithmetic; the result may be no finite number.
    pub(crate) fn apply(self, left: f64, right: f64) -> f64 {
        match self {
            Self::Add => left + right,
            Self::Sub => left - right,
            Self::Mul => left * right,
            Self::Div => left / right,
            Self::Mod => left % right,
            Self::Pow => left.powf(right),
        }
    }
}

/// Binds every pair that one of `operators` joins, from left to right; the other operators remain.
fn join(
    first: Expr,
    rest: Vec<(Operator, Expr)>,
    operators: &[Operator],
) -> (Expr, Vec<(Operator, Expr)>) {
    let mut first = first;
    let mut remaining: Vec<(Operator, Expr)> = Vec::new();
    for (operator, right) in rest {
        if !operators.contains(&operator) {
            remaining.push((operator, right));
            continue;
        }
        let left = remaining.last_mut().map_or(&mut first, |(_, left)| left);
        let taken = std::mem::replace(left, Expr::Number(0.0));
        *left = Expr::Binary(Box::new(taken), operator, Box::new(right));
    }
    (first, remaining)
}
