//! Custom metadata: fields that a tenant defines, and what their values must be.

use serde_json::{Number, Value};

use super::{Millis, TenantId};
use crate::FieldId;

/// A field that assets may have a value for.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomField {
    pub id: FieldId,
    /// Key of the values. Unique for ever: that of a deleted field is not given out again.
    pub name: String,
    /// What people read. Unique among fields that are not deleted.
    pub label: String,
    pub description: Option<String>,
    pub schema: FieldSchema,
    /// When it was deleted. A deleted field takes no values; those that are there stay.
    pub deleted: Option<Millis>,
    pub created: Millis,
    pub updated: Millis,
}

/// What a value must be, and what it is where none is given.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldSchema {
    pub rule: FieldRule,
    /// Whether an asset must have a value. `None` counts as false; it is told apart because dialects show it as it was
    /// given.
    pub is_required: Option<bool>,
    /// Value of an asset that is given none.
    pub default: Option<Value>,
}

/// Kinds of values.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldRule {
    Text {
        form: TextForm,
        /// In characters.
        length: Bounds<u64>,
    },
    Number(Bounds<Number>),
    /// Dates and moments, as ISO 8601 texts.
    Date(Bounds<String>),
    Boolean,
    /// One of these: texts, numbers, booleans.
    One(Vec<Value>),
    /// Any of these.
    Many(Vec<Value>),
}

/// How a text is entered; its values are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextForm {
    Line,
    Area,
}

/// Both inclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds<T> {
    pub min: Option<T>,
    pub max: Option<T>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct NewCustomField {
    pub tenant: TenantId,
    pub name: String,
    pub label: String,
    pub description: Option<String>,
    pub schema: FieldSchema,
}

/// Changes to a field. `None` leaves a part as it was.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CustomFieldPatch {
    pub label: Option<String>,
    /// An empty text is none.
    pub description: Option<String>,
    pub schema: Option<FieldSchema>,
}
