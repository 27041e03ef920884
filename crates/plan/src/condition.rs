//! Steps that are run only for pictures of certain sizes.

use crate::{Step, Variable};

/// One of two lists of steps, decided by sizes when it is its turn: behind a trim these are the sizes that it leaves.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    pub condition: Condition,
    pub then: Vec<Step>,
    pub otherwise: Vec<Step>,
}

impl Branch {
    /// Branches inside of branches, the outermost included. What is nested deeper cannot be resolved, nor read back
    /// from text.
    pub const MAX_NESTING: usize = 3;
}

/// True if all comparisons of any group hold: `and` binds tighter than `or`. There is at least one group, and at least
/// one comparison in each.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition(pub Vec<Vec<Comparison>>);

/// A size against a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    pub left: Variable,
    pub test: Test,
    pub right: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Test {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}
