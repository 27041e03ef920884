//! Whether a chain and its variables may be stored.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::{error::ApiError, query::brief};

/// The variables that the chain uses, of those that are declared.
pub(super) fn variables(
    transformation: &str,
    mut params: Map<String, Value>,
) -> Result<Map<String, Value>, ApiError> {
    let used = used(transformation);
    if let Some(missing) = used.iter().find(|name| !params.contains_key(**name)) {
        return Err(ApiError::bad_request(format!(
            "`transformation` uses the variable `{}`, which `params` does not declare",
            brief(missing)
        )));
    }
    params.retain(|name, _| used.contains(name.as_str()));
    Ok(params)
}

fn used(transformation: &str) -> BTreeSet<&str> {
    let names = transformation.split('$').skip(1).map(|rest| {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())]
    });
    names.filter(|name| !name.is_empty()).collect()
}
