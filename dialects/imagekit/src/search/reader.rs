//! The operand of a clause as what its field takes.

use library::{Comparison, FolderPath, Measure, Millis, Scalar, TagTest, TextTest, ValueTest};

use super::error::SearchError;
use super::literal;
use super::written::{At, Clause, Literal, Operand, Operator};
use crate::names;

/// Reads one clause. Its operator is one of its field's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a> {
    clause: &'a Clause,
    /// What ages are counted from.
    now: Millis,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(clause: &'a Clause, now: Millis) -> Self {
        Self { clause, now }
    }

    pub(crate) fn is_negated(self) -> bool {
        matches!(self.operator(), Operator::NotEquals | Operator::NotIn | Operator::NotExists)
    }

    pub(crate) fn text(self) -> Result<TextTest, SearchError> {
        Ok(match self.operator() {
            Operator::Begins => TextTest::Prefix(self.one(text)?),
            Operator::Has => TextTest::Words(self.words()?),
            _ => TextTest::OneOf(self.texts()?),
        })
    }

    pub(crate) fn tags(self) -> Result<TagTest, SearchError> {
        Ok(match self.operator() {
            Operator::Exists | Operator::NotExists => TagTest::Exists,
            Operator::Has => TagTest::Words(self.words()?),
            _ => TagTest::AnyOf(self.texts()?),
        })
    }

    /// Folders, and whether those below them count.
    pub(crate) fn folders(self) -> Result<(Vec<FolderPath>, bool), SearchError> {
        let folder = |literal: &At<Literal>| {
            let path = text(literal)?;
            names::existing_folder(&path, "path")
                .map_err(|_| expected(literal, "the path of a folder, such as \"/a/b\""))
        };
        let is_below = self.operator() == Operator::Begins;
        Ok((self.several(folder)?, is_below))
    }

    pub(crate) fn moments(self) -> Result<Measure, SearchError> {
        const EXPECTED: &str = "a date such as \"2024-05-06\", a moment such as \"2024-05-06T07:08:09Z\" or an age such \
                                as \"7d\" (h, d, w, m, y)";
        let moment = |literal: &At<Literal>| {
            let moment = unquoted(literal).and_then(|text| literal::moment(text, self.now));
            moment.ok_or_else(|| expected(literal, EXPECTED))
        };
        match self.comparison() {
            Some(comparison) => Ok(Measure::Compare(comparison, self.one(moment)?)),
            None => Ok(Measure::OneOf(self.several(moment)?)),
        }
    }

    pub(crate) fn pixels(self) -> Result<Measure, SearchError> {
        self.numbers("a number", literal::decimal)
    }

    pub(crate) fn bytes(self) -> Result<Measure, SearchError> {
        self.numbers("a number of bytes or a size such as \"10kb\" or \"2mb\"", literal::size)
    }

    pub(crate) fn flag(self) -> Result<bool, SearchError> {
        self.one(|literal| match literal.value {
            Literal::Flag(flag) => Ok(flag),
            _ => Err(expected(literal, "true or false, without quotes")),
        })
    }

    /// A test of a value whose type is not known: that of the operand decides.
    pub(crate) fn value(self) -> Result<ValueTest, SearchError> {
        Ok(match (self.operator(), self.comparison()) {
            (Operator::Exists | Operator::NotExists, _) => ValueTest::Exists,
            (Operator::Has, _) => ValueTest::Words(self.words()?),
            (Operator::Begins, _) => ValueTest::Prefix(self.one(text)?),
            (_, Some(comparison)) => {
                let bound = self.one(|literal| {
                    let moment = || literal::moment(unquoted(literal)?, self.now);
                    match &literal.value {
                        Literal::Number(number) => Ok(Scalar::Number(*number)),
                        _ => moment().map(Scalar::Moment).ok_or_else(|| {
                            expected(
                                literal,
                                "a number, a date such as \"2024-05-06\" or an age such as \"7d\"",
                            )
                        }),
                    }
                })?;
                ValueTest::Compare(comparison, bound)
            }
            (_, None) => ValueTest::OneOf(self.several(|literal| self.scalars(literal))?.concat()),
        })
    }

    /// What a value may equal: a text that is a date means that moment, however it is spelt.
    fn scalars(self, literal: &At<Literal>) -> Result<Vec<Scalar>, SearchError> {
        match &literal.value {
            Literal::Number(number) => Ok(vec![Scalar::Number(*number)]),
            Literal::Flag(flag) => Ok(vec![Scalar::Flag(*flag)]),
            Literal::Text(text) => {
                let moment = library::parse_moment(text).map(Scalar::Moment);
                Ok([Scalar::Text(text.clone())].into_iter().chain(moment).collect())
            }
            Literal::Word(word) => match literal::moment(word, self.now) {
                Some(moment) => Ok(vec![Scalar::Moment(moment)]),
                None => Err(expected(literal, "a text in quotes, a number, a date, true or false")),
            },
        }
    }

    pub(crate) fn texts(self) -> Result<Vec<String>, SearchError> {
        self.several(text)
    }

    /// Each operand by `read`.
    pub(crate) fn several<T>(
        self,
        read: impl Fn(&At<Literal>) -> Result<T, SearchError>,
    ) -> Result<Vec<T>, SearchError> {
        match (self.operator(), &self.clause.operand) {
            // A lone value is a list of one.
            (Operator::In | Operator::NotIn, Operand::List(list)) => {
                list.iter().map(read).collect()
            }
            (Operator::In | Operator::NotIn, Operand::One(one)) => Ok(vec![read(one)?]),
            _ => Ok(vec![self.one(read)?]),
        }
    }

    pub(crate) fn one<T>(
        self,
        read: impl FnOnce(&At<Literal>) -> Result<T, SearchError>,
    ) -> Result<T, SearchError> {
        let operator = &self.clause.operator;
        let expected = || format!("one value after `{}`", operator.value.name());
        match &self.clause.operand {
            Operand::One(literal) => read(literal),
            Operand::List(list) => {
                let at = list.first().map_or(operator.at, |first| first.at);
                Err(SearchError::unexpected(at, expected(), "["))
            }
            Operand::None => Err(SearchError::unexpected(operator.at, expected(), "")),
        }
    }

    /// A text that has a word at all: without one there is nothing to look for.
    fn words(self) -> Result<String, SearchError> {
        self.one(|literal| {
            let text = text(literal)?;
            if text.chars().any(char::is_alphanumeric) {
                Ok(text)
            } else {
                Err(expected(literal, "a text with at least one letter or digit"))
            }
        })
    }

    fn numbers(
        self,
        what: &str,
        read: impl Fn(&str) -> Option<f64>,
    ) -> Result<Measure, SearchError> {
        let number = |literal: &At<Literal>| match &literal.value {
            Literal::Number(number) => Ok(*number),
            _ => unquoted(literal).and_then(&read).ok_or_else(|| expected(literal, what)),
        };
        Ok(match self.comparison() {
            None => {
                let whole = |number: f64| (number.fract() == 0.0).then_some(number as i64);
                Measure::OneOf(self.several(number)?.into_iter().filter_map(whole).collect())
            }
            // Between whole numbers, the bound moves to the one that says the same.
            Some(comparison) => {
                let bound = self.one(number)?;
                let bound = match comparison {
                    Comparison::Less | Comparison::AtLeast => bound.ceil(),
                    Comparison::AtMost | Comparison::More => bound.floor(),
                };
                Measure::Compare(comparison, bound as i64)
            }
        })
    }

    fn operator(self) -> Operator {
        self.clause.operator.value
    }

    fn comparison(self) -> Option<Comparison> {
        match self.operator() {
            Operator::Less => Some(Comparison::Less),
            Operator::AtMost => Some(Comparison::AtMost),
            Operator::More => Some(Comparison::More),
            Operator::AtLeast => Some(Comparison::AtLeast),
            _ => None,
        }
    }
}

fn text(literal: &At<Literal>) -> Result<String, SearchError> {
    match &literal.value {
        Literal::Text(text) => Ok(text.clone()),
        _ => Err(expected(literal, "a text in quotes")),
    }
}

/// What stands for itself with quotes and without.
fn unquoted(literal: &At<Literal>) -> Option<&str> {
    match &literal.value {
        Literal::Text(text) | Literal::Word(text) => Some(text),
        Literal::Number(_) | Literal::Flag(_) => None,
    }
}

pub(super) fn expected(literal: &At<Literal>, expected: &str) -> SearchError {
    let found = match &literal.value {
        Literal::Text(text) => format!("\"{text}\""),
        Literal::Word(word) => word.clone(),
        Literal::Number(number) => number.to_string(),
        Literal::Flag(flag) => flag.to_string(),
    };
    SearchError::unexpected(literal.at, expected, &found)
}
