//! The fields, and the operators that each has.

use library::{CustomFields, FieldRule};
use serde_json::Value;

use super::error::SearchError;
use super::written::{Clause, Operator};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Field {
    Name,
    Tags,
    Type,
    Id,
    CreatedAt,
    UpdatedAt,
    Height,
    Width,
    Size,
    Format,
    Private,
    Published,
    Transparency,
    CreatedBy,
    Path,
    Custom(String),
    Keywords,
    DateTimeOriginal,
    LocationTaken,
}

const CUSTOM: &str = "customMetadata.";

impl Field {
    /// The field of a clause, which must have the clause's operator. A custom one must be among `custom`, if it is known
    /// whose they are.
    pub(super) fn of(clause: &Clause, custom: Option<&CustomFields>) -> Result<Self, SearchError> {
        let name = clause.field.value.as_str();
        let field = match name {
            "name" => Self::Name,
            "tags" => Self::Tags,
            "type" => Self::Type,
            "id" => Self::Id,
            // The snake case is that of an SDK's own example.
            "createdAt" | "created_at" => Self::CreatedAt,
            "updatedAt" | "updated_at" => Self::UpdatedAt,
            "height" => Self::Height,
            "width" => Self::Width,
            "size" => Self::Size,
            "format" => Self::Format,
            "private" => Self::Private,
            "published" => Self::Published,
            "transparency" => Self::Transparency,
            "createdBy" => Self::CreatedBy,
            "path" => Self::Path,
            "embeddedMetadata.Keywords" => Self::Keywords,
            "embeddedMetadata.DateTimeOriginal" => Self::DateTimeOriginal,
            "embeddedMetadata.LocationTaken" => Self::LocationTaken,
            _ => match name.strip_prefix(CUSTOM).filter(|name| !name.is_empty()) {
                Some(name) => Self::Custom(name.to_owned()),
                None => return Err(unknown(clause)),
            },
        };
        match (&field, custom) {
            (Self::Custom(name), Some(custom)) => match custom.find(name) {
                Some(defined) => require(clause, operators_of(&defined.schema.rule))?,
                None => return Err(undefined(clause)),
            },
            _ => require(clause, field.operators())?,
        }
        Ok(field)
    }

    fn operators(&self) -> &'static [Operator] {
        match self {
            Self::Name => TEXT,
            Self::Tags => TAGS,
            Self::Type | Self::Id | Self::CreatedBy => CHOICE,
            Self::CreatedAt
            | Self::UpdatedAt
            | Self::DateTimeOriginal
            | Self::Height
            | Self::Width
            | Self::Size => MEASURE,
            Self::Format => &[Operator::Equals, Operator::In],
            Self::Private | Self::Published | Self::Transparency | Self::LocationTaken => {
                &[Operator::Equals]
            }
            Self::Path => PATH,
            // Which of them a field has says its type, where that is known.
            Self::Custom(_) => ALL,
            Self::Keywords => {
                &[Operator::In, Operator::NotIn, Operator::Exists, Operator::NotExists]
            }
        }
    }
}

pub(crate) const TEXT: &[Operator] = &[
    Operator::Equals,
    Operator::Begins,
    Operator::In,
    Operator::NotEquals,
    Operator::NotIn,
    Operator::Has,
];
pub(crate) const TAGS: &[Operator] =
    &[Operator::In, Operator::NotIn, Operator::Has, Operator::Exists, Operator::NotExists];
pub(crate) const PATH: &[Operator] =
    &[Operator::Equals, Operator::Begins, Operator::In, Operator::NotEquals, Operator::NotIn];
pub(crate) const MEASURE: &[Operator] = &[
    Operator::Equals,
    Operator::Less,
    Operator::AtMost,
    Operator::More,
    Operator::AtLeast,
    Operator::In,
    Operator::NotEquals,
    Operator::NotIn,
];
const ALL: &[Operator] = &[
    Operator::Equals,
    Operator::Begins,
    Operator::Less,
    Operator::AtMost,
    Operator::More,
    Operator::AtLeast,
    Operator::In,
    Operator::Has,
    Operator::Exists,
    Operator::NotEquals,
    Operator::NotIn,
    Operator::NotExists,
];
const CHOICE: &[Operator] = &[Operator::Equals, Operator::In, Operator::NotEquals, Operator::NotIn];

/// The operators of a custom field.
fn operators_of(rule: &FieldRule) -> &'static [Operator] {
    match rule {
        FieldRule::Text { .. } => CUSTOM_TEXT,
        FieldRule::Number(_) | FieldRule::Date(_) => CUSTOM_MEASURE,
        FieldRule::Boolean => &[Operator::Equals, Operator::Exists, Operator::NotExists],
        FieldRule::One(options) if options.iter().any(Value::is_number) => CUSTOM_NUMBERS,
        FieldRule::One(_) => CUSTOM_CHOICE,
        FieldRule::Many(_) => {
            &[Operator::In, Operator::NotIn, Operator::Exists, Operator::NotExists]
        }
    }
}

const CUSTOM_TEXT: &[Operator] = &[
    Operator::Equals,
    Operator::Begins,
    Operator::In,
    Operator::NotEquals,
    Operator::NotIn,
    Operator::Has,
    Operator::Exists,
    Operator::NotExists,
];
const CUSTOM_MEASURE: &[Operator] = &[
    Operator::Equals,
    Operator::Less,
    Operator::AtMost,
    Operator::More,
    Operator::AtLeast,
    Operator::In,
    Operator::NotEquals,
    Operator::NotIn,
    Operator::Exists,
    Operator::NotExists,
];
const CUSTOM_CHOICE: &[Operator] = &[
    Operator::Equals,
    Operator::Begins,
    Operator::In,
    Operator::NotEquals,
    Operator::NotIn,
    Operator::Exists,
    Operator::NotExists,
];
/// Some of the options are numbers.
const CUSTOM_NUMBERS: &[Operator] = &[
    Operator::Equals,
    Operator::Begins,
    Operator::Less,
    Operator::AtMost,
    Operator::More,
    Operator::AtLeast,
    Operator::In,
    Operator::NotEquals,
    Operator::NotIn,
    Operator::Exists,
    Operator::NotExists,
];

/// The operator must be one of the field's.
pub(crate) fn require(clause: &Clause, operators: &[Operator]) -> Result<(), SearchError> {
    let operator = &clause.operator;
    if operators.contains(&operator.value) {
        return Ok(());
    }
    let names: Vec<&str> = operators.iter().map(|operator| operator.name()).collect();
    let one_of = if names.len() == 1 { "" } else { "one of " };
    let expected = format!("{one_of}{} after `{}`", names.join(", "), clause.field.value);
    Err(SearchError::unexpected(operator.at, expected, operator.value.name()))
}

fn undefined(clause: &Clause) -> SearchError {
    SearchError::unexpected(clause.field.at, "a defined custom metadata field", &clause.field.value)
}

fn unknown(clause: &Clause) -> SearchError {
    let expected = "one of the fields name, tags, type, id, createdAt, updatedAt, height, width, size, format, private, \
         published, transparency, createdBy, path, \"customMetadata.<field>\", \"embeddedMetadata.Keywords\", \
         \"embeddedMetadata.DateTimeOriginal\", \"embeddedMetadata.LocationTaken\"";
    SearchError::unexpected(clause.field.at, expected, &clause.field.value)
}
