//! Schemas of custom metadata fields, as clients write them. Each key that is wrong is an entry of `errors`.
//!
//! | Type | Keys besides `type`, `isValueRequired`, `defaultValue` |
//! |---|---|
//! | `Text`, `Textarea` | `minLength`, `maxLength` |
//! | `Number`, `Date` | `minValue`, `maxValue` |
//! | `Boolean` | |
//! | `SingleSelect`, `MultiSelect` | `selectOptions` |

use std::collections::BTreeMap;

use library::{Bounds, FieldRule, FieldSchema, SchemaPart, TextForm, schema_faults};
use serde_json::{Map, Number, Value};

use crate::error::ApiError;

const TYPES: &str =
    "should be one of Text, Textarea, Number, Date, Boolean, SingleSelect, MultiSelect";

/// Reads the schema of a new field.
pub(super) fn parse(object: Map<String, Value>) -> Result<FieldSchema, ApiError> {
    let mut keys = Keys { object, errors: BTreeMap::new() };
    let schema = keys.schema();
    let faults = schema.as_ref().map(schema_faults).unwrap_or_default();
    if let Some(schema) = &schema {
        for (part, why) in faults {
            // What a key says wrongly itself is more to the point.
            keys.errors.entry(key_of(part, &schema.rule).to_owned()).or_insert(why);
        }
    }
    match schema {
        Some(schema) if keys.errors.is_empty() => Ok(schema),
        _ => Err(ApiError { errors: keys.errors, ..ApiError::bad_request("Invalid field object") }),
    }
}

/// The schema with other values for the given keys; null takes a key away. The type stays, whatever is said of it.
pub(super) fn change(
    known: &FieldSchema,
    changes: Map<String, Value>,
) -> Result<FieldSchema, ApiError> {
    let mut object = show(known);
    object.extend(changes.into_iter().filter(|(key, _)| key != "type"));
    parse(object)
}

/// As it was given.
pub(super) fn show(schema: &FieldSchema) -> Map<String, Value> {
    let mut object = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            object.insert(key.to_owned(), value);
        }
    };
    put("type", Some(type_of(&schema.rule).into()));
    match &schema.rule {
        FieldRule::Text { length: Bounds { min, max }, .. } => {
            put("minLength", min.map(Value::from));
            put("maxLength", max.map(Value::from));
        }
        FieldRule::Number(Bounds { min, max }) => {
            put("minValue", min.clone().map(Value::Number));
            put("maxValue", max.clone().map(Value::Number));
        }
        FieldRule::Date(Bounds { min, max }) => {
            put("minValue", min.clone().map(Value::String));
            put("maxValue", max.clone().map(Value::String));
        }
        FieldRule::Boolean => {}
        FieldRule::One(options) | FieldRule::Many(options) => {
            put("selectOptions", Some(Value::Array(options.clone())));
        }
    }
    put("isValueRequired", schema.is_required.map(Value::Bool));
    put("defaultValue", schema.default.clone());
    object
}

fn type_of(rule: &FieldRule) -> &'static str {
    match rule {
        FieldRule::Text { form: TextForm::Line, .. } => "Text",
        FieldRule::Text { form: TextForm::Area, .. } => "Textarea",
        FieldRule::Number(_) => "Number",
        FieldRule::Date(_) => "Date",
        FieldRule::Boolean => "Boolean",
        FieldRule::One(_) => "SingleSelect",
        FieldRule::Many(_) => "MultiSelect",
    }
}

fn key_of(part: SchemaPart, rule: &FieldRule) -> &'static str {
    match (part, rule) {
        (SchemaPart::Min, FieldRule::Text { .. }) => "minLength",
        (SchemaPart::Max, FieldRule::Text { .. }) => "maxLength",
        (SchemaPart::Min, _) => "minValue",
        (SchemaPart::Max, _) => "maxValue",
        (SchemaPart::Options, _) => "selectOptions",
        (SchemaPart::Default, _) => "defaultValue",
    }
}

/// The keys of a schema, taken one by one, and what is wrong with them.
struct Keys {
    object: Map<String, Value>,
    errors: BTreeMap<String, String>,
}

impl Keys {
    /// `None` without a type, of which nothing else could be said.
    fn schema(&mut self) -> Option<FieldSchema> {
        let name = match self.object.remove("type") {
            Some(Value::String(name)) => name,
            None | Some(Value::Null) => return self.wrong("type", "is required"),
            Some(_) => return self.wrong("type", "should be of type string"),
        };
        let rule = match name.as_str() {
            "Text" => FieldRule::Text { form: TextForm::Line, length: self.lengths() },
            "Textarea" => FieldRule::Text { form: TextForm::Area, length: self.lengths() },
            "Number" => FieldRule::Number(Bounds {
                min: self.number("minValue"),
                max: self.number("maxValue"),
            }),
            "Date" => {
                FieldRule::Date(Bounds { min: self.text("minValue"), max: self.text("maxValue") })
            }
            "Boolean" => FieldRule::Boolean,
            "SingleSelect" => FieldRule::One(self.options()),
            "MultiSelect" => FieldRule::Many(self.options()),
            _ => return self.wrong("type", TYPES),
        };
        let is_required = self.typed("isValueRequired", "boolean", Value::as_bool);
        let default = self.typed("defaultValue", "value", |value| Some(value.clone()));
        let rest = std::mem::take(&mut self.object);
        for (key, _) in rest.into_iter().filter(|(_, value)| !value.is_null()) {
            self.errors.insert(key, "not allowed for this type".to_owned());
        }
        Some(FieldSchema { rule, is_required, default })
    }

    fn lengths(&mut self) -> Bounds<u64> {
        Bounds { min: self.length("minLength"), max: self.length("maxLength") }
    }

    fn length(&mut self, key: &str) -> Option<u64> {
        let number = self.number(key)?;
        // SDKs write whole numbers as `3.0` too.
        let whole = number.as_f64().filter(|n| n.fract() == 0.0 && (0.0..=1e15).contains(n));
        if whole.is_none() {
            return self.wrong(key, "should be a whole number from 0");
        }
        whole.map(|number| number as u64)
    }

    fn number(&mut self, key: &str) -> Option<Number> {
        self.typed(key, "number", |value| value.as_number().cloned())
    }

    fn text(&mut self, key: &str) -> Option<String> {
        self.typed(key, "string", |value| value.as_str().map(str::to_owned))
    }

    /// Empty if they are missing or wrong; only then it is an error that says so.
    fn options(&mut self) -> Vec<Value> {
        const KEY: &str = "selectOptions";
        if self.object.get(KEY).is_none_or(Value::is_null) {
            self.errors.insert(KEY.to_owned(), "is required".to_owned());
        }
        let options = self.typed(KEY, "array", |value| value.as_array().cloned());
        let options = options.unwrap_or_default();
        if options.iter().any(|o| !(o.is_string() || o.is_number() || o.is_boolean())) {
            self.errors
                .insert(KEY.to_owned(), "should hold strings, numbers and booleans".to_owned());
        }
        options
    }

    /// The value of a key; `None` if it is missing, null, or of another type.
    fn typed<T>(&mut self, key: &str, name: &str, read: impl Fn(&Value) -> Option<T>) -> Option<T> {
        let value = self.object.remove(key).filter(|value| !value.is_null())?;
        let read = read(&value);
        if read.is_none() {
            self.errors.insert(key.to_owned(), format!("should be of type {name}"));
        }
        read
    }

    fn wrong<T>(&mut self, key: &str, why: &str) -> Option<T> {
        self.errors.insert(key.to_owned(), why.to_owned());
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn value() -> impl Strategy<Value = Value> {
        prop::sample::select(vec![
            json!("Text"),
            json!("Number"),
            json!("Date"),
            json!("SingleSelect"),
            json!("MultiSelect"),
            json!("2022-01-01"),
            json!(null),
            json!(true),
            json!(0),
            json!(-1.5),
            json!(1e300),
            json!(u64::MAX),
            json!([]),
            json!(["a", 1, true]),
            json!({}),
        ])
    }

    fn key() -> impl Strategy<Value = String> {
        let keys = [
            "type",
            "minLength",
            "maxLength",
            "minValue",
            "maxValue",
            "selectOptions",
            "isValueRequired",
            "defaultValue",
            "other",
        ];
        prop::sample::select(keys.to_vec()).prop_map(str::to_owned)
    }

    proptest! {
        /// Never panics; and what is accepted is shown so that it is accepted again, as the same.
        #[test]
        fn what_is_shown_is_what_was_read(
            pairs in prop::collection::btree_map(key(), value(), 0..9),
        ) {
            if let Ok(schema) = parse(pairs.into_iter().collect()) {
                prop_assert_eq!(parse(show(&schema)).unwrap(), schema);
            }
        }
    }
}
