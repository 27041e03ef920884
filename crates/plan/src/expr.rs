//! Arithmetic over the sizes that are known when a step runs.

/// An expression tree. Dialects build it with the precedence of their own grammar.
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
    /// Of the enclosing layer or base: `bw`, `bh`, `bar`.
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
    Mod,
    Pow,
}
