//! The fields of assets, and what a condition on each of them means.

use library::{
    AssetId, Comparison, Glob, Measure, Millis, Query, SetId, TagTest, Test, TokenField, TokenTest,
    VersionId, Visibility, Written, WrittenTest,
};
use serde_json::Value;

use super::{everything, not, nothing, text::Operator};
use crate::{eve::Projection, sets::VIRTUAL_ID};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Id,
    Set,
    Parent,
    MediaId,
    State,
    TagCode,
    /// Compared as a whole.
    Whole(Written),
    /// Word by word.
    Words(TokenField),
    Length,
    Created,
    Updated,
}

const FIELDS: [(&str, Field); 24] = [
    ("_id", Field::Id),
    ("set_id", Field::Set),
    ("parent_id", Field::Parent),
    ("_media_id", Field::MediaId),
    ("binary", Field::MediaId),
    ("state", Field::State),
    ("mimetype", Field::Whole(Written::MediaType)),
    ("tags.code", Field::TagCode),
    ("tags.name", Field::Words(TokenField::TagName)),
    ("original_creator", Field::Whole(Written::Creator)),
    ("version_creator", Field::Whole(Written::Editor)),
    ("lock_user", Field::Whole(Written::LockUser)),
    ("lock_session", Field::Whole(Written::LockSession)),
    ("lock_action", Field::Whole(Written::LockAction)),
    ("name.keyword", Field::Whole(Written::Title)),
    ("filename.keyword", Field::Whole(Written::FileName)),
    ("name", Field::Words(TokenField::Title)),
    ("filename", Field::Words(TokenField::FileName)),
    ("description", Field::Words(TokenField::Description)),
    ("length", Field::Length),
    ("_created", Field::Created),
    ("firstcreated", Field::Created),
    ("_updated", Field::Updated),
    ("versioncreated", Field::Updated),
];

/// Where words are looked for that name no field.
pub(super) const ALL: [Field; 16] = [
    Field::Words(TokenField::Title),
    Field::Words(TokenField::FileName),
    Field::Words(TokenField::Description),
    Field::TagCode,
    Field::Words(TokenField::TagName),
    Field::State,
    Field::Whole(Written::MediaType),
    Field::Whole(Written::Creator),
    Field::Whole(Written::Editor),
    Field::Id,
    Field::Set,
    Field::Whole(Written::LockUser),
    Field::Whole(Written::LockSession),
    Field::Whole(Written::LockAction),
    Field::Parent,
    Field::MediaId,
];

impl Field {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        FIELDS.iter().find(|(known, _)| *known == name).map(|(_, field)| *field)
    }

    /// One value as it is; of texts, one word as it is kept.
    pub(super) fn exact(self, value: &Value) -> Query {
        match (self, value) {
            (Self::Length, value) => number(value)
                .map_or(nothing(), |length| Test::Size(Measure::OneOf(vec![length])).into()),
            (Self::Created | Self::Updated, value) => match moment(value) {
                None => nothing(),
                Some(at) => Query::All(vec![
                    self.measure(Comparison::AtLeast, at),
                    self.measure(Comparison::AtMost, at),
                ]),
            },
            (_, Value::String(text)) => self.exact_text(text),
            (_, Value::Number(number)) => self.exact_text(&number.to_string()),
            (_, Value::Bool(flag)) => self.exact_text(&flag.to_string()),
            _ => nothing(),
        }
    }

    fn exact_text(self, text: &str) -> Query {
        let owned = || text.to_owned();
        match self {
            Self::Id => id(text, |id: AssetId| Test::Id(vec![id])),
            Self::Set => id(text, |id: SetId| Test::Set(vec![(id != VIRTUAL_ID).then_some(id)])),
            Self::Parent => id(text, |id: AssetId| Test::Parent(vec![id])),
            Self::MediaId => id(text, |id: VersionId| Test::CurrentVersion(vec![id])),
            Self::State => state(text),
            Self::TagCode => Test::Tags(TagTest::AnyOf(vec![owned()])).into(),
            Self::Whole(of) => Test::Written { of, test: WrittenTest::OneOf(vec![owned()]) }.into(),
            Self::Words(of) => Test::Tokens { of, test: TokenTest::Word(owned()) }.into(),
            Self::Length | Self::Created | Self::Updated => {
                self.exact(&text.parse::<i64>().map_or(Value::from(text), Value::from))
            }
        }
    }

    /// Any of these values; ids all at once.
    pub(super) fn any_of(self, values: &[Value]) -> Query {
        let texts = || values.iter().filter_map(Value::as_str);
        match self {
            Self::Id => Test::Id(texts().filter_map(|id| id.parse().ok()).collect()).into(),
            Self::Set => {
                let ids = texts().filter_map(|id| id.parse::<SetId>().ok());
                Test::Set(ids.map(|id| (id != VIRTUAL_ID).then_some(id)).collect()).into()
            }
            Self::Parent => Test::Parent(texts().filter_map(|id| id.parse().ok()).collect()).into(),
            Self::TagCode => {
                Test::Tags(TagTest::AnyOf(texts().map(str::to_owned).collect())).into()
            }
            Self::Whole(of) => {
                let test = WrittenTest::OneOf(texts().map(str::to_owned).collect());
                Test::Written { of, test }.into()
            }
            _ => Query::Any(values.iter().map(|value| self.exact(value)).collect()),
        }
    }

    /// A text as it is kept: where words are, all of them or any.
    pub(super) fn analyzed(self, text: &str, operator: Operator) -> Query {
        let Self::Words(of) = self else { return self.exact_text(text) };
        let words = of.tokens(text).into_iter();
        let words = words.map(|word| Test::Tokens { of, test: TokenTest::Word(word) }.into());
        let words: Vec<Query> = words.collect();
        match operator {
            _ if words.is_empty() => nothing(),
            Operator::And => Query::All(words),
            Operator::Or => Query::Any(words),
        }
    }

    pub(super) fn phrase(self, text: &str) -> Query {
        match self {
            Self::Words(of) => Test::Tokens { of, test: TokenTest::Phrase(of.tokens(text)) }.into(),
            _ => self.exact_text(text),
        }
    }

    pub(super) fn pattern(self, glob: &Glob) -> Query {
        match self {
            Self::Words(of) => {
                let glob = glob.clone().map(|piece| of.folded(piece));
                Test::Tokens { of, test: TokenTest::Like(glob) }.into()
            }
            Self::Whole(of) => Test::Written { of, test: WrittenTest::Like(glob.clone()) }.into(),
            Self::TagCode => Test::Tags(TagTest::Like(glob.clone())).into(),
            Self::State => {
                let words = STATES.into_iter().filter(|word| glob.fits(word));
                Query::Any(words.map(state).collect())
            }
            Self::Id
            | Self::Set
            | Self::Parent
            | Self::MediaId
            | Self::Length
            | Self::Created
            | Self::Updated => nothing(),
        }
    }

    pub(super) fn exists(self) -> Query {
        match self {
            Self::Whole(of) => Test::Written { of, test: WrittenTest::Exists }.into(),
            Self::TagCode | Self::Words(TokenField::TagName) => Test::Tags(TagTest::Exists).into(),
            Self::Words(TokenField::Description) => {
                Test::Written { of: Written::Description, test: WrittenTest::Exists }.into()
            }
            Self::Parent => Test::Written { of: Written::Parent, test: WrittenTest::Exists }.into(),
            _ => everything(),
        }
    }

    /// `None`: the field is none that is measured, or the bound is none.
    pub(super) fn compared(self, comparison: Comparison, bound: &Value) -> Option<Query> {
        match self {
            Self::Length => Some(Test::Size(Measure::Compare(comparison, number(bound)?)).into()),
            Self::Created | Self::Updated => Some(self.measure(comparison, moment(bound)?)),
            _ => None,
        }
    }

    /// Moments are kept in milliseconds and shown in whole seconds; what is shown is compared.
    fn measure(self, comparison: Comparison, at: Millis) -> Query {
        let floor = at.div_euclid(1000).saturating_mul(1000);
        let next = floor.saturating_add(1000);
        let ceiling = if floor == at { at } else { next };
        let measure = match comparison {
            Comparison::AtLeast => Measure::Compare(Comparison::AtLeast, ceiling),
            Comparison::More => Measure::Compare(Comparison::AtLeast, next),
            Comparison::AtMost => Measure::Compare(Comparison::Less, next),
            Comparison::Less => Measure::Compare(Comparison::Less, ceiling),
        };
        match self {
            Self::Created => Test::Created(measure).into(),
            _ => Test::Updated(measure).into(),
        }
    }
}

const STATES: [&str; 3] = ["draft", "internal", "public"];

fn state(word: &str) -> Query {
    let visible = |one| Query::from(Test::Visibility(vec![one]));
    let public = || Query::All(vec![visible(Visibility::Listed), not(Test::Private.into())]);
    match word {
        "draft" => visible(Visibility::Draft),
        "public" => public(),
        "internal" => Query::All(vec![not(visible(Visibility::Draft)), not(public())]),
        _ => nothing(),
    }
}

/// What cannot be an id is nobody's.
fn id<T: std::str::FromStr>(text: &str, test: impl Fn(T) -> Test) -> Query {
    text.parse().map_or(nothing(), |id| test(id).into())
}

fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().map(|n| n as i64)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A date as a text, or milliseconds.
fn moment(value: &Value) -> Option<Millis> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => library::parse_moment(text.trim()),
        _ => None,
    }
}

/// A projection: a JSON list, or an object whose values say which fields are wanted, or which are not.
pub(crate) fn projection(text: &str) -> Option<Projection> {
    match serde_json::from_str(text).ok()? {
        Value::Array(names) => {
            let names = names.iter().map(|name| Some(name.as_str()?.to_owned()));
            names.collect::<Option<_>>().map(Projection::only)
        }
        Value::Object(names) => {
            let (wanted, others): (Vec<_>, Vec<_>) = names.into_iter().partition(|(_, value)| {
                value.as_bool().unwrap_or_else(|| value.as_i64().is_some_and(|n| n != 0))
            });
            let names = |fields: Vec<(String, Value)>| fields.into_iter().map(|(name, _)| name);
            Some(if wanted.is_empty() {
                Projection::Without(names(others).collect())
            } else {
                Projection::Only(names(wanted).collect())
            })
        }
        _ => None,
    }
}

/// A value of Python: a text in either quotes, a number, `True`, `False` or `None`.
pub(crate) fn literal(text: &str) -> Option<Value> {
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote) {
            let inner = inner.strip_suffix(quote)?;
            return (!inner.contains(quote)).then(|| inner.into());
        }
    }
    match text {
        "True" | "true" => Some(true.into()),
        "False" | "false" => Some(false.into()),
        "None" | "null" => Some(Value::Null),
        number => serde_json::from_str::<serde_json::Number>(number).ok().map(Value::Number),
    }
}
