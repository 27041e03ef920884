//! Whether a chain and its variables may be stored.

use serde_json::{Map, Value};

use crate::{
    error::ApiError,
    query::brief,
    transformation::{Variables, check},
};

/// The variables that the chain uses, of those that are declared.
pub(super) fn variables(
    transformation: &str,
    mut params: Map<String, Value>,
) -> Result<Map<String, Value>, ApiError> {
    let used = check(transformation)?;
    if let Some(missing) = used.iter().find(|name| !params.contains_key(*name)) {
        return Err(ApiError::bad_request(format!(
            "`transformation` uses the variable `{}`, which `params` does not declare",
            brief(missing)
        )));
    }
    Variables::read(&params).map_err(ApiError::bad_request)?;
    params.retain(|name, _| used.contains(name));
    Ok(params)
}
