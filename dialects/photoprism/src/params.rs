//! Parameters of a query, whatever their order.

use std::{collections::HashMap, convert::Infallible};

use axum::extract::{FromRequestParts, Query};
use http::request::Parts;

use crate::error::ApiError;

/// Of a parameter that is given twice the last one counts. What cannot be read is not there.
#[derive(Debug, Clone, Default)]
pub(crate) struct Params(HashMap<String, String>);

impl Params {
    /// Empty if it is missing.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// `None` if it is missing or empty.
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        is_true(self.text(name))
    }

    /// 0 if it is missing; 400 if it is no number.
    pub(crate) fn number(&self, name: &str) -> Result<u64, ApiError> {
        self.given(name).map_or(Ok(0), |text| text.parse().map_err(|_| ApiError::bad_request()))
    }

    /// How many rows are wanted, at most `most`. 400: it is not said, or none are.
    pub(crate) fn count(&self, most: u64) -> Result<u64, ApiError> {
        match self.number("count")? {
            0 => Err(ApiError::bad_request()),
            count => Ok(count.min(most)),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        Ok(Self(pairs.map(|Query(pairs)| pairs.into_iter().collect()).unwrap_or_default()))
    }
}

/// As people write it.
pub(crate) fn is_true(value: &str) -> bool {
    matches!(value.trim().to_ascii_lowercase().as_str(), "true" | "yes" | "1" | "y" | "on")
}
