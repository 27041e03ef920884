//! Which side of a condition is taken.

use super::scope::Scope;
use crate::{Branch, Comparison, Step, Test};

pub(super) fn taken<'a>(branch: &'a Branch, scope: &Scope<'_>) -> &'a [Step] {
    let groups = &branch.condition.0;
    let is_true =
        groups.iter().any(|group| group.iter().all(|comparison| holds(comparison, scope)));
    if is_true { &branch.then } else { &branch.otherwise }
}

/// Sizes and ratios of whole pixels: 800 / 600 and 4 / 3 are the same number, so that exact equality does.
#[expect(clippy::float_cmp, reason = "quotients of equal ratios are rounded to the same number")]
fn holds(comparison: &Comparison, scope: &Scope<'_>) -> bool {
    let (left, right) = (scope.variable(comparison.left), comparison.right);
    match comparison.test {
        Test::Equal => left == right,
        Test::NotEqual => left != right,
        Test::Greater => left > right,
        Test::GreaterOrEqual => left >= right,
        Test::Less => left < right,
        Test::LessOrEqual => left <= right,
    }
}
