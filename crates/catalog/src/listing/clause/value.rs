//! Custom metadata.

use sea_orm::Value;

use super::{
    Begins, Compiler, Condition, Fragment, begins, found_by_index, is_in, operator, texts,
};
use crate::index::custom_field;
use crate::listing::source::Source;
use crate::{Comparison, Scalar, ValueTest};

/// Characters of a text that its index holds.
const INDEXED: usize = 200;
/// As the index has it, word by word.
const BEGINNING: &str = "substr(text, 1, 200)";

impl Compiler {
    pub(super) fn custom(self, field: &str, test: &ValueTest) -> Condition {
        // Folders have no values yet.
        if self.source == Source::Folders || field.contains('\0') {
            return Condition::Never;
        }
        match test {
            ValueTest::Exists => self.value(field, Fragment::new("1 = 1", []), Finding::None),
            ValueTest::OneOf(scalars) => Condition::any(
                equalities(scalars)
                    .into_iter()
                    .map(|(equal, finding)| self.value(field, equal, finding))
                    .collect::<Vec<_>>(),
            ),
            ValueTest::Compare(comparison, scalar) => compared(*comparison, scalar)
                .map_or(Condition::Never, |compared| self.value(field, compared, Finding::Several)),
            ValueTest::Prefix(prefix) => begins(prefix).map_or(Condition::Never, |begins| {
                self.value(field, text_begins(prefix, &begins), Finding::Several)
            }),
            ValueTest::Words(text) => self.words(&custom_field(field), text),
        }
    }

    /// An asset with such a value in the field.
    fn value(self, field: &str, condition: Fragment, finding: Finding) -> Condition {
        let mut checked = Fragment::new(
            "EXISTS (SELECT 1 FROM asset_values WHERE asset = a.seq AND field = ? AND ",
            [field.into()],
        );
        checked.append(condition.clone());
        checked.push(")");
        let by_age = match finding {
            Finding::None => return Condition::test(checked),
            Finding::Several => false,
            Finding::ByAge => true,
        };
        let mut found = Fragment::new(
            "SELECT asset AS seq, created FROM asset_values WHERE tenant = ? AND field = ? AND ",
            [self.tenant.0.into(), field.into()],
        );
        found.append(condition);
        found_by_index(checked, found, by_age)
    }
}

/// What an index does about a condition.
#[derive(Clone, Copy)]
enum Finding {
    None,
    /// Finds the values, several of which may be of one asset.
    Several,
    /// Finds each asset once, by age.
    ByAge,
}

/// One condition for each type among the values.
fn equalities(scalars: &[Scalar]) -> Vec<(Fragment, Finding)> {
    let mut words: Vec<String> = Vec::new();
    let (mut numbers, mut flags, mut moments) = (Vec::new(), Vec::new(), Vec::new());
    for scalar in scalars {
        match scalar {
            Scalar::Text(text) => words.push(text.clone()),
            Scalar::Number(number) => numbers.push(Value::from(*number)),
            Scalar::Flag(flag) => flags.push(Value::from(*flag)),
            Scalar::Moment(moment) => moments.push(Value::from(*moment)),
        }
    }
    let mut equalities = Vec::new();
    let (long, short): (Vec<String>, Vec<String>) =
        words.into_iter().partition(|text| text.chars().count() >= INDEXED);
    let short = texts(&short);
    if !short.is_empty() {
        // A text that was cut for the index has its full length there, so no short one equals it.
        let finding = if short.len() == 1 { Finding::ByAge } else { Finding::Several };
        equalities.push((is_in(BEGINNING, &short), finding));
    }
    for text in texts(&long) {
        let cut: String = match &text {
            Value::String(Some(text)) => text.chars().take(INDEXED).collect(),
            _ => continue,
        };
        let equal = format!("{BEGINNING} = ? AND text = ?");
        equalities.push((Fragment::new(equal, [cut.into(), text]), Finding::Several));
    }
    for (column, values) in [("number", numbers), ("flag", flags), ("moment", moments)] {
        if !values.is_empty() {
            // Texts of one list that differ may mean the same moment.
            let is_unique = values.len() == 1 && column != "moment";
            let finding = if is_unique { Finding::ByAge } else { Finding::Several };
            let mut equal = is_in(column, &values);
            equal.push(&format!(" AND {column} IS NOT NULL"));
            equalities.push((equal, finding));
        }
    }
    equalities
}

/// `None`: no text in a database can be compared so.
fn compared(comparison: Comparison, scalar: &Scalar) -> Option<Fragment> {
    let operator = operator(comparison);
    let (column, value): (&str, Value) = match scalar {
        Scalar::Text(text) if text.contains('\0') => return None,
        Scalar::Text(text) => ("text", text.as_str().into()),
        Scalar::Number(number) => ("number", (*number).into()),
        Scalar::Flag(flag) => ("flag", (*flag).into()),
        Scalar::Moment(moment) => ("moment", (*moment).into()),
    };
    Some(Fragment::new(format!("{column} {operator} ? AND {column} IS NOT NULL"), [value]))
}

fn text_begins(prefix: &str, whole: &Begins) -> Fragment {
    let cut: String = prefix.chars().take(INDEXED).collect();
    let is_long = cut.len() < prefix.len();
    let mut condition = begins(&cut).map_or_else(Fragment::default, |cut| cut.sql(BEGINNING));
    if is_long {
        condition.push(" AND ");
        condition.append(whole.sql("text"));
    }
    condition
}
