//! What documents may hold: rules by field, and what is said where one is broken.
//!
//! The words are those of the reference's validator: a rule's name where the rule is `required` or `unique`, otherwise
//! a sentence. All offending fields are reported together.

use library::AssetId;
use serde_json::{Value, json};

use crate::{error::Errors, eve::Document};

/// The type of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Integer,
    Dict,
    ObjectId,
    /// No JSON value is one.
    Moment,
    /// A list of codes with names; may be null.
    Tags,
}

/// The rules of one field.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    pub(crate) field: &'static str,
    kind: Kind,
    is_required: bool,
    is_filled: bool,
    allowed: &'static [&'static str],
}

impl Rule {
    pub(crate) const fn new(field: &'static str, kind: Kind) -> Self {
        Self { field, kind, is_required: false, is_filled: false, allowed: &[] }
    }

    pub(crate) const fn required(self) -> Self {
        Self { is_required: true, ..self }
    }

    /// An empty text is none.
    pub(crate) const fn filled(self) -> Self {
        Self { is_filled: true, ..self }
    }

    pub(crate) const fn one_of(self, allowed: &'static [&'static str]) -> Self {
        Self { allowed, ..self }
    }

    fn faults(&self, value: &Value) -> Vec<Value> {
        if value.is_null() && self.kind != Kind::Tags {
            return vec!["null value not allowed".into()];
        }
        if !self.kind.takes(value) {
            return vec![format!("must be of {} type", self.kind.name()).into()];
        }
        match value {
            Value::String(text) if self.is_filled && text.is_empty() => {
                vec!["empty values not allowed".into()]
            }
            Value::String(text)
                if !self.allowed.is_empty() && !self.allowed.contains(&text.as_str()) =>
            {
                vec![format!("unallowed value {text}").into()]
            }
            Value::Array(tags) if self.kind == Kind::Tags => bad_tags(tags),
            _ => Vec::new(),
        }
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Integer => "integer",
            Self::Dict => "dict",
            Self::ObjectId => "objectid",
            Self::Moment => "datetime",
            Self::Tags => "list",
        }
    }

    fn takes(self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::Integer => value.is_i64(),
            Self::Dict => value.is_object(),
            Self::ObjectId => value.as_str().is_some_and(|id| id.parse::<AssetId>().is_ok()),
            Self::Moment => false,
            Self::Tags => value.is_array() || value.is_null(),
        }
    }
}

/// The places of tags that are none.
fn bad_tags(tags: &[Value]) -> Vec<Value> {
    let is_tag = |tag: &Value| {
        tag.as_object().is_some_and(|tag| {
            tag.len() == 2
                && ["code", "name"].iter().all(|key| tag.get(*key).is_some_and(Value::is_string))
        })
    };
    let places = tags.iter().enumerate().filter(|(_, tag)| !is_tag(tag));
    places.map(|(place, _)| json!(place)).collect()
}

/// All that is wrong with a document. `creating`: what is required has to be there.
pub(crate) fn check(document: &Document, rules: &[Rule], creating: bool) -> Errors {
    let mut errors = Errors::new();
    for (field, value) in document {
        let faults = match rules.iter().find(|rule| rule.field == field) {
            Some(rule) => rule.faults(value),
            None => vec!["unknown field".into()],
        };
        if !faults.is_empty() {
            errors.insert(field.clone(), faults);
        }
    }
    if creating {
        for rule in rules.iter().filter(|rule| rule.is_required) {
            if !document.contains_key(rule.field) {
                errors.insert(rule.field.to_owned(), vec!["required".into()]);
            }
        }
    }
    errors
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: [Rule; 7] = [
        Rule::new("name", Kind::Text).required().filled(),
        Rule::new("state", Kind::Text).one_of(&["draft", "usable"]),
        Rule::new("size", Kind::Integer),
        Rule::new("config", Kind::Dict),
        Rule::new("parent", Kind::ObjectId),
        Rule::new("created", Kind::Moment),
        Rule::new("tags", Kind::Tags),
    ];

    #[track_caller]
    fn faults(document: &Value, creating: bool) -> Value {
        json!(check(document.as_object().unwrap(), &RULES, creating))
    }

    #[test]
    fn each_rule_has_its_words() {
        let rows = [
            (json!({}), json!({"name": ["required"]})),
            (json!({"name": "a"}), json!({})),
            (json!({"name": ""}), json!({"name": ["empty values not allowed"]})),
            (json!({"name": null}), json!({"name": ["null value not allowed"]})),
            (json!({"name": 1}), json!({"name": ["must be of string type"]})),
            (
                json!({"name": "a", "state": "open", "size": 1.5, "config": [], "x": 1}),
                json!({
                    "state": ["unallowed value open"],
                    "size": ["must be of integer type"],
                    "config": ["must be of dict type"],
                    "x": ["unknown field"],
                }),
            ),
            (
                json!({"name": "a", "parent": "x", "created": "2020-01-01", "size": true}),
                json!({
                    "parent": ["must be of objectid type"],
                    "created": ["must be of datetime type"],
                    "size": ["must be of integer type"],
                }),
            ),
            (json!({"name": "a", "parent": "0123456789abcdef01234567"}), json!({})),
            (json!({"name": "a", "tags": null}), json!({})),
            (json!({"name": "a", "tags": []}), json!({})),
            (json!({"name": "a", "tags": {}}), json!({"tags": ["must be of list type"]})),
            (
                json!({"name": "a", "tags": [
                    {"code": "a"}, {"code": "a", "name": "b"}, {"code": "a", "name": "b", "x": 1},
                    {"code": 1, "name": "b"}, "a",
                ]}),
                json!({"tags": [0, 2, 3, 4]}),
            ),
        ];
        for (document, expected) in rows {
            assert_eq!(faults(&document, true), expected, "{document}");
        }
        assert_eq!(faults(&json!({}), false), json!({}));
    }
}
