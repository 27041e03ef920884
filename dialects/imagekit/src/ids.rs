//! Ids in paths.

use axum::extract::{Path, rejection::PathRejection};
use library::Id;

use crate::error::ApiError;

/// What cannot be an id belongs to nothing.
pub(crate) fn id<K>(
    path: Result<Path<String>, PathRejection>,
    unknown: impl Fn() -> ApiError,
) -> Result<Id<K>, ApiError> {
    let text = path.map(|Path(text)| text).unwrap_or_default();
    text.parse().map_err(|_| unknown())
}
