//! Tags as clients give them.

use crate::error::ApiError;

/// Of all tags of a file together, commas between them included.
pub(crate) const MOST_CHARACTERS: usize = 500;

/// At most 500 characters in all, none of them `%`; blanks around tags do not count. `field` is named otherwise.
pub(crate) fn check(field: &str, tags: &[String]) -> Result<Vec<String>, ApiError> {
    let characters: usize = tags.iter().map(|tag| tag.chars().count()).sum();
    if characters + tags.len().saturating_sub(1) > MOST_CHARACTERS {
        return Err(ApiError::bad_request(format!(
            "`{field}` may have {MOST_CHARACTERS} characters in all."
        )));
    }
    if tags.iter().any(|tag| tag.contains('%') || tag.chars().any(char::is_control)) {
        return Err(ApiError::bad_request(format!(
            "`{field}` may not contain `%` or control characters."
        )));
    }
    let tags = tags.iter().map(|tag| tag.trim()).filter(|tag| !tag.is_empty());
    Ok(tags.map(str::to_owned).collect())
}
