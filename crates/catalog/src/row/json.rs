//! Lists and objects inside a column, as JSON.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::error::Result;
use crate::{AutoTag, Error};

/// `["a", "b"]`
pub(crate) fn write_tags(tags: &[String]) -> String {
    json!(tags).to_string()
}

pub(crate) fn read_tags(text: &str) -> Result<Vec<String>> {
    let text_of = |tag: &Value| tag.as_str().map(str::to_owned);
    read_list(text, text_of)
}

/// `[["cat", 99.5, "google-auto-tagging"]]`
pub(crate) fn write_auto_tags(tags: &[AutoTag]) -> String {
    let tags: Vec<Value> =
        tags.iter().map(|tag| json!([tag.name, tag.confidence, tag.source])).collect();
    Value::Array(tags).to_string()
}

pub(crate) fn read_auto_tags(text: &str) -> Result<Vec<AutoTag>> {
    let auto_tag = |tag: &Value| {
        Some(AutoTag {
            name: tag.get(0)?.as_str()?.to_owned(),
            confidence: tag.get(1)?.as_f64()?,
            source: tag.get(2)?.as_str()?.to_owned(),
        })
    };
    read_list(text, auto_tag)
}

pub(crate) fn write_object(object: &BTreeMap<String, Value>) -> String {
    json!(object).to_string()
}

pub(crate) fn read_object(text: &str) -> Result<BTreeMap<String, Value>> {
    let object: Option<Map<String, Value>> = serde_json::from_str(text).ok();
    Ok(object.ok_or_else(|| damaged(text))?.into_iter().collect())
}

pub(crate) fn read_value(text: &str) -> Result<Value> {
    serde_json::from_str(text).map_err(|_| damaged(text))
}

/// Each item of a JSON array by `read`.
pub(crate) fn read_list<T>(text: &str, read: impl Fn(&Value) -> Option<T>) -> Result<Vec<T>> {
    let items: Option<Vec<Value>> = serde_json::from_str(text).ok();
    let items = items.and_then(|items| items.iter().map(read).collect());
    items.ok_or_else(|| damaged(text))
}

fn damaged(text: &str) -> Error {
    let start: String = text.chars().take(80).collect();
    Error::Damaged(format!("not the JSON that was expected: {start}"))
}
