//! The schema of a custom metadata field inside a column, as JSON of our own.
//!
//! `{"kind": "number", "min": 1, "max": 5, "required": true, "default": 3}`; `options` in place of bounds for choices.
//! What is not there is not written.

use serde_json::{Map, Value};

use crate::error::Result;
use crate::{Bounds, Error, FieldRule, FieldSchema, TextForm};

const LINE: &str = "line";
const AREA: &str = "area";
const NUMBER: &str = "number";
const DATE: &str = "date";
const BOOLEAN: &str = "boolean";
const ONE: &str = "one";
const MANY: &str = "many";

pub(crate) fn write(schema: &FieldSchema) -> String {
    let mut object = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            object.insert(key.to_owned(), value);
        }
    };
    let kind = match &schema.rule {
        FieldRule::Text { form, length } => {
            put("min", length.min.map(Value::from));
            put("max", length.max.map(Value::from));
            if *form == TextForm::Line { LINE } else { AREA }
        }
        FieldRule::Number(bounds) => {
            put("min", bounds.min.clone().map(Value::Number));
            put("max", bounds.max.clone().map(Value::Number));
            NUMBER
        }
        FieldRule::Date(bounds) => {
            put("min", bounds.min.clone().map(Value::String));
            put("max", bounds.max.clone().map(Value::String));
            DATE
        }
        FieldRule::Boolean => BOOLEAN,
        FieldRule::One(options) => {
            put("options", Some(Value::Array(options.clone())));
            ONE
        }
        FieldRule::Many(options) => {
            put("options", Some(Value::Array(options.clone())));
            MANY
        }
    };
    put("kind", Some(kind.into()));
    put("required", schema.is_required.map(Value::Bool));
    put("default", schema.default.clone());
    Value::Object(object).to_string()
}

pub(crate) fn read(text: &str) -> Result<FieldSchema> {
    let damaged = || Error::Damaged(format!("no schema of a field: {text}"));
    let mut object: Map<String, Value> = serde_json::from_str(text).map_err(|_| damaged())?;
    let kind = object.remove("kind").ok_or_else(damaged)?;
    let rule = rule(kind.as_str().unwrap_or_default(), &mut object).ok_or_else(damaged)?;
    let is_required = object.remove("required").map(|value| value == Value::Bool(true));
    Ok(FieldSchema { rule, is_required, default: object.remove("default") })
}

fn rule(kind: &str, object: &mut Map<String, Value>) -> Option<FieldRule> {
    Some(match kind {
        LINE => FieldRule::Text { form: TextForm::Line, length: bounds(object, Value::as_u64)? },
        AREA => FieldRule::Text { form: TextForm::Area, length: bounds(object, Value::as_u64)? },
        NUMBER => FieldRule::Number(bounds(object, |value| value.as_number().cloned())?),
        DATE => FieldRule::Date(bounds(object, |value| value.as_str().map(str::to_owned))?),
        BOOLEAN => FieldRule::Boolean,
        ONE => FieldRule::One(options(object)?),
        MANY => FieldRule::Many(options(object)?),
        _ => return None,
    })
}

fn bounds<T>(
    object: &mut Map<String, Value>,
    read: impl Fn(&Value) -> Option<T>,
) -> Option<Bounds<T>> {
    let mut bound = |key: &str| match object.remove(key) {
        None => Some(None),
        Some(value) => read(&value).map(Some),
    };
    Some(Bounds { min: bound("min")?, max: bound("max")? })
}

fn options(object: &mut Map<String, Value>) -> Option<Vec<Value>> {
    match object.remove("options") {
        Some(Value::Array(options)) => Some(options),
        _ => None,
    }
}
