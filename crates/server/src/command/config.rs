//! `halftone config`.

use anyhow::Result;
use serde_json::{Map, Value, json};

use crate::config::{Loaded, SECRET_FIELDS, SECRETS};

const MASK: &str = "***";

#[expect(clippy::print_stdout, reason = "the command's output")]
pub(crate) fn run(loaded: &Loaded, as_json: bool) -> Result<()> {
    if as_json {
        let values: Map<String, Value> = rows(loaded)
            .map(|(key, value, origin)| (key, json!({ "value": value, "from": origin })))
            .collect();
        println!("{}", serde_json::to_string_pretty(&values)?);
        return Ok(());
    }
    let mut section = String::new();
    for (key, value, origin) in rows(loaded) {
        let Some((of, name)) = key.split_once('.') else { continue };
        if of != section {
            println!("{}[{of}]", if section.is_empty() { "" } else { "\n" });
            of.clone_into(&mut section);
        }
        let setting = format!("{name} = {value}");
        println!("{setting:<44} # {origin}");
    }
    Ok(())
}

fn rows(loaded: &Loaded) -> impl Iterator<Item = (String, Value, String)> {
    loaded.layers.iter().map(|(key, value, origin)| {
        let is_set = value.as_str().is_none_or(|text| !text.is_empty());
        let value = if SECRETS.contains(&key) && is_set {
            Value::from(MASK)
        } else {
            masked(serde_json::to_value(value).unwrap_or_default())
        };
        (key.to_owned(), value, origin.to_string())
    })
}

/// Without the secrets in the tables of a list.
fn masked(mut value: Value) -> Value {
    for table in value.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        for field in SECRET_FIELDS {
            if let Some(secret) = table.get_mut(field) {
                *secret = MASK.into();
            }
        }
    }
    value
}
