//! Custom metadata: the fields that a tenant defines, and the rules for their values.
//!
//! What a schema may say is checked by [`schema_faults`], a value by [`value_fault`]; both say what was expected in words
//! that follow the name of what is wrong ("`rating`: should be of type number").

use std::collections::BTreeMap;
use std::sync::Arc;

use catalog::{
    Bounds, CustomField, CustomFieldPatch, FieldId, FieldRule, FieldSchema, NewCustomField,
    TenantId,
};
use serde_json::Value;
use time::{
    Date, OffsetDateTime, PrimitiveDateTime, Time, format_description::well_known::Iso8601,
};

use crate::{Actor, Error, Library, Remembered, Result, organize::full};

/// The fields of a tenant, deleted ones included.
#[derive(Debug, Default)]
pub struct CustomFields(Vec<CustomField>);

impl CustomFields {
    /// In the order in which they came.
    pub fn all(&self) -> &[CustomField] {
        &self.0
    }

    /// The field of this name that takes values.
    pub fn find(&self, name: &str) -> Option<&CustomField> {
        self.live().find(|field| field.name == name)
    }

    fn live(&self) -> impl Iterator<Item = &CustomField> {
        self.0.iter().filter(|field| field.deleted.is_none())
    }

    /// [`Error::Fields`] unless every value is one that its field takes. Null stands for no value, which may also be said
    /// of a field that was deleted.
    pub(crate) fn check(&self, values: &BTreeMap<String, Value>) -> Result<()> {
        let fault = |(name, value): (&String, &Value)| {
            let why = match self.find(name) {
                Some(_) if value.is_null() => return None,
                Some(field) => value_fault(&field.schema, value)?,
                None if value.is_null() && self.0.iter().any(|field| field.name == *name) => {
                    return None;
                }
                None => "is not a defined custom metadata field".to_owned(),
            };
            Some((name.clone(), why))
        };
        let faults: BTreeMap<String, String> = values.iter().filter_map(fault).collect();
        if faults.is_empty() { Ok(()) } else { Err(Error::Fields(faults)) }
    }

    /// What assets have that are given no value.
    pub(crate) fn defaults(&self) -> BTreeMap<String, Value> {
        let given = |field: &CustomField| Some((field.name.clone(), field.schema.default.clone()?));
        self.live().filter_map(given).collect()
    }

    /// The same of fields that must have one.
    pub(crate) fn required_defaults(&self) -> BTreeMap<String, Value> {
        let mut defaults = self.defaults();
        let is_required =
            |name: &String| self.find(name).is_some_and(|f| f.schema.is_required == Some(true));
        defaults.retain(|name, _| is_required(name));
        defaults
    }
}

impl Library {
    /// From RAM when they were asked for before.
    pub async fn custom_fields(&self, tenant: TenantId) -> Result<Arc<Remembered<CustomFields>>> {
        let read = async { Ok(CustomFields(self.inner.catalog.custom_fields(tenant).await?)) };
        self.inner.custom_fields.recall(tenant, read).await
    }

    /// [`Error::Fields`] unless the values are what the tenant's fields take; for those who want to know before they do
    /// anything else. Uploads and updates ask by themselves.
    pub async fn check_metadata(
        &self,
        tenant: TenantId,
        values: &BTreeMap<String, Value>,
    ) -> Result<()> {
        self.custom_fields(tenant).await?.check(values)
    }

    /// The schema has passed [`schema_faults`]. [`Error::Conflict`]: name or label is taken.
    pub async fn add_custom_field(
        &self,
        actor: Actor,
        name: String,
        label: String,
        description: Option<String>,
        schema: FieldSchema,
    ) -> Result<CustomField> {
        full(actor)?;
        let new = NewCustomField { tenant: actor.tenant, name, label, description, schema };
        let inner = Arc::clone(&self.inner);
        self.to_the_end(async move {
            let field = inner.catalog.add_custom_field(new).await?;
            inner.custom_fields.forget(|tenant| *tenant == actor.tenant);
            Ok(field)
        })
        .await
    }

    /// Values that assets have already stay, whatever the new schema says.
    pub async fn change_custom_field(
        &self,
        actor: Actor,
        id: FieldId,
        patch: CustomFieldPatch,
    ) -> Result<CustomField> {
        full(actor)?;
        let inner = Arc::clone(&self.inner);
        self.to_the_end(async move {
            let field = inner.catalog.update_custom_field(actor.tenant, id, patch).await?;
            inner.custom_fields.forget(|tenant| *tenant == actor.tenant);
            Ok(field)
        })
        .await
    }

    pub async fn delete_custom_field(&self, actor: Actor, id: FieldId) -> Result<()> {
        full(actor)?;
        let inner = Arc::clone(&self.inner);
        self.to_the_end(async move {
            inner.catalog.delete_custom_field(actor.tenant, id).await?;
            inner.custom_fields.forget(|tenant| *tenant == actor.tenant);
            Ok(())
        })
        .await
    }
}

/// Part of a schema, as far as something can be wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaPart {
    Min,
    Max,
    Options,
    Default,
}

/// Everything that is wrong with a schema.
pub fn schema_faults(schema: &FieldSchema) -> Vec<(SchemaPart, String)> {
    let mut faults = rule_faults(&schema.rule);
    if schema.default.is_none() && schema.is_required == Some(true) {
        let why = "is required, because the field must have a value";
        faults.push((SchemaPart::Default, why.to_owned()));
    }
    // Against a rule that is wrong itself, nothing can be said of the default.
    if faults.is_empty()
        && let Some(why) = schema.default.as_ref().and_then(|default| value_fault(schema, default))
    {
        faults.push((SchemaPart::Default, why));
    }
    faults
}

fn rule_faults(rule: &FieldRule) -> Vec<(SchemaPart, String)> {
    let below = |is_below: bool| {
        is_below.then(|| (SchemaPart::Max, "should not be below the minimum".to_owned()))
    };
    match rule {
        FieldRule::Text { length: Bounds { min: Some(min), max: Some(max) }, .. } => {
            below(max < min).into_iter().collect()
        }
        FieldRule::Number(Bounds { min: Some(min), max: Some(max) }) => {
            below(max.as_f64() < min.as_f64()).into_iter().collect()
        }
        FieldRule::Date(Bounds { min, max }) => {
            let mut faults = Vec::new();
            for (part, bound) in [(SchemaPart::Min, min), (SchemaPart::Max, max)] {
                if bound.as_ref().is_some_and(|bound| moment(bound).is_none()) {
                    faults.push((part, NO_DATE.to_owned()));
                }
            }
            if let (Some(min), Some(max)) =
                (min.as_deref().and_then(moment), max.as_deref().and_then(moment))
            {
                faults.extend(below(max < min));
            }
            faults
        }
        FieldRule::One(options) | FieldRule::Many(options) if options.is_empty() => {
            vec![(SchemaPart::Options, "should not be empty".to_owned())]
        }
        FieldRule::Text { .. }
        | FieldRule::Number(_)
        | FieldRule::Boolean
        | FieldRule::One(_)
        | FieldRule::Many(_) => Vec::new(),
    }
}

const NO_DATE: &str = "should be an ISO 8601 date";

/// What is wrong with a value. Types are strict: `30`, `"30"` and `true` differ.
pub fn value_fault(schema: &FieldSchema, value: &Value) -> Option<String> {
    match &schema.rule {
        FieldRule::Text { length, .. } => {
            let Some(text) = value.as_str() else { return Some(expected_type("string")) };
            let length_of = text.chars().count() as u64;
            match length {
                Bounds { min: Some(min), .. } if length_of < *min => {
                    Some(format!("should have at least {min} characters"))
                }
                Bounds { max: Some(max), .. } if length_of > *max => {
                    Some(format!("should have at most {max} characters"))
                }
                Bounds { .. } => None,
            }
        }
        FieldRule::Number(Bounds { min, max }) => {
            let Some(number) = value.as_f64() else { return Some(expected_type("number")) };
            let min = min.as_ref().filter(|min| min.as_f64().is_some_and(|min| number < min));
            let max = max.as_ref().filter(|max| max.as_f64().is_some_and(|max| number > max));
            outside(min, max)
        }
        FieldRule::Date(Bounds { min, max }) => {
            let Some(text) = value.as_str() else { return Some(expected_type("string")) };
            let Some(found) = moment(text) else { return Some(NO_DATE.to_owned()) };
            let min = min.as_ref().filter(|min| moment(min).is_some_and(|min| found < min));
            let max = max.as_ref().filter(|max| moment(max).is_some_and(|max| found > max));
            outside(min, max)
        }
        FieldRule::Boolean => (!value.is_boolean()).then(|| expected_type("boolean")),
        FieldRule::One(options) => (!is_option(options, value)).then(|| one_of(options)),
        FieldRule::Many(options) => match value.as_array() {
            None => Some(expected_type("array")),
            Some(values) => values
                .iter()
                .any(|value| !is_option(options, value))
                .then(|| format!("should hold nothing else than {}", list(options))),
        },
    }
}

fn expected_type(name: &str) -> String {
    format!("should be of type {name}")
}

fn outside(
    below: Option<&impl std::fmt::Display>,
    above: Option<&impl std::fmt::Display>,
) -> Option<String> {
    match (below, above) {
        (Some(min), _) => Some(format!("should be at least {min}")),
        (None, Some(max)) => Some(format!("should be at most {max}")),
        (None, None) => None,
    }
}

/// Numbers are the same whether they are written as `3` or `3.0`.
fn is_option(options: &[Value], value: &Value) -> bool {
    options.iter().any(|option| match (option, value) {
        (Value::Number(option), Value::Number(value)) => option.as_f64() == value.as_f64(),
        (option, value) => option == value,
    })
}

fn one_of(options: &[Value]) -> String {
    format!("should be one of {}", list(options))
}

/// The first options, as JSON.
fn list(options: &[Value]) -> String {
    const SHOWN: usize = 20;
    let shown: Vec<String> = options.iter().take(SHOWN).map(Value::to_string).collect();
    let more = if options.len() > SHOWN { ", .." } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// An ISO 8601 date, or a date and time; without an offset it is UTC, without a time midnight.
fn moment(text: &str) -> Option<OffsetDateTime> {
    let with_offset = OffsetDateTime::parse(text, &Iso8601::PARSING).ok();
    with_offset
        .or_else(|| Some(PrimitiveDateTime::parse(text, &Iso8601::PARSING).ok()?.assume_utc()))
        .or_else(|| {
            let date = Date::parse(text, &Iso8601::PARSING).ok()?;
            Some(PrimitiveDateTime::new(date, Time::MIDNIGHT).assume_utc())
        })
}

#[cfg(test)]
mod tests;
