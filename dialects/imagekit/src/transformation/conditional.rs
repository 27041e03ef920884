//! What a conditional means: `if-ar_gt_1,w-200,if-else,w-100,if-end`.
//!
//! ```text
//! condition  = comparison *( "_" ( "and" | "or" ) "_" comparison )       `and` first
//! comparison = ( "w" | "h" | "ar" | "iw" | "ih" | "iar" ) "_" ( "eq" | "ne" | "gt" | "gte" | "lt" | "lte" )
//!              "_" ( number | number "-" number )
//! ```
//!
//! `w`, `h` and `ar` are those of the step's input, `iw`, `ih` and `iar` those of the original. The vendor does not take
//! conditionals for GIF; here they hold for every picture.

use plan::{Branch, Comparison, Condition, Step, Test, Variable};

use super::{
    expression::{Scope, brief},
    grammar::{Conditional, Item},
    meaning::MeaningError,
    number,
    reader::Reader,
};

/// Comparisons of one condition.
const MAX_COMPARISONS: usize = 32;

/// The conditional of a step, which must hold nothing else.
pub(super) fn alone<'a>(items: &[&'a Item]) -> Result<Option<&'a Conditional>, MeaningError> {
    match items {
        [Item::Conditional(conditional)] => Ok(Some(conditional)),
        items => {
            let found = items.iter().find_map(|item| match item {
                Item::Conditional(conditional) => Some(conditional),
                Item::Pair { .. } | Item::Layer(_) => None,
            });
            match found {
                Some(Conditional { condition, .. }) => {
                    Err(MeaningError::NotAlone(brief(condition)))
                }
                None => Ok(None),
            }
        }
    }
}

pub(super) fn read(
    written: &Conditional,
    scope: Scope,
    reader: &mut Reader<'_>,
) -> Result<Step, MeaningError> {
    let condition = condition(&written.condition)?;
    let (mut then, mut otherwise) = (Vec::new(), Vec::new());
    let is_inner = std::mem::replace(&mut reader.is_branch, true);
    reader.chain(&written.then, scope, &mut then)?;
    reader.chain(&written.otherwise, scope, &mut otherwise)?;
    reader.is_branch = is_inner;
    Ok(Step::If(Box::new(Branch { condition, then, otherwise })))
}

fn condition(text: &str) -> Result<Condition, MeaningError> {
    let broken = |expected: &'static str, found: Option<&str>| MeaningError::Condition {
        condition: brief(text),
        expected,
        found: found.map_or_else(|| "its end".to_owned(), brief),
    };
    let mut words = text.split('_');
    let mut groups = vec![Vec::new()];
    for _ in 0..MAX_COMPARISONS {
        let word = words.next();
        let left = word.and_then(variable);
        let left = left.ok_or_else(|| broken("w, h, ar, iw, ih or iar", word))?;
        let word = words.next();
        let test = word.and_then(test);
        let test = test.ok_or_else(|| broken("eq, ne, gt, gte, lt or lte", word))?;
        let word = words.next();
        let right = word.and_then(value);
        let right = right.ok_or_else(|| broken("a number such as 300 or 4-3", word))?;
        if let Some(group) = groups.last_mut() {
            group.push(Comparison { left, test, right });
        }
        match words.next() {
            None => return Ok(Condition(groups)),
            Some("and") => {}
            Some("or") => groups.push(Vec::new()),
            word => return Err(broken("and, or, or the end", word)),
        }
    }
    Err(broken("at most 32 comparisons", words.next()))
}

fn variable(word: &str) -> Option<Variable> {
    Some(match word {
        "w" => Variable::CurrentWidth,
        "h" => Variable::CurrentHeight,
        "ar" => Variable::CurrentRatio,
        "iw" => Variable::InputWidth,
        "ih" => Variable::InputHeight,
        "iar" => Variable::InputRatio,
        _ => return None,
    })
}

fn test(word: &str) -> Option<Test> {
    Some(match word {
        "eq" => Test::Equal,
        "ne" => Test::NotEqual,
        "gt" => Test::Greater,
        "gte" => Test::GreaterOrEqual,
        "lt" => Test::Less,
        "lte" => Test::LessOrEqual,
        _ => return None,
    })
}

/// A number, or the ratio of two.
fn value(word: &str) -> Option<f64> {
    match word.split_once('-') {
        Some((width, height)) => {
            let ratio = number::plain(width)? / number::plain(height)?;
            ratio.is_finite().then_some(ratio)
        }
        None => number::signed(word),
    }
}
