//! Pages of listings.

use serde::Serialize;

use crate::{error::ApiError, query::Query};

const DEFAULT_SIZE: u64 = 10;
/// Larger pages are cut to this.
const MAX_SIZE: u64 = 1000;

/// Which page is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// From 1.
    number: u64,
    pub(crate) size: u64,
}

impl Wanted {
    pub(crate) fn read(query: &Query) -> Result<Self, ApiError> {
        let number = |key: &str, default: u64| match query.text(key) {
            None => Ok(default),
            Some(text) => match text.parse::<u64>() {
                Ok(number) if number > 0 => Ok(number),
                _ => Err(ApiError::bad_request(format!(
                    "`{key}` expects a whole number from 1, found `{}`",
                    crate::query::brief(text)
                ))),
            },
        };
        let size = number("pageSize", DEFAULT_SIZE)?.min(MAX_SIZE);
        Ok(Self { number: number("pageNo", 1)?, size })
    }

    /// Items in front of the page.
    pub(crate) fn skip(self) -> u64 {
        (self.number - 1).saturating_mul(self.size).min(i64::MAX as u64)
    }
}

/// A page with its place in the whole.
#[derive(Debug, Serialize)]
pub(crate) struct Page<T> {
    items: Vec<T>,
    page: Place,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    #[serde(rename = "type")]
    kind: &'static str,
    /// Items on this page.
    size: u64,
    current: u64,
    has_next: bool,
    item_total: u64,
}

impl<T> Page<T> {
    pub(crate) fn new(items: Vec<T>, wanted: Wanted, total: u64) -> Self {
        let size = items.len() as u64;
        let place = Place {
            kind: "number",
            size,
            current: wanted.number,
            has_next: size > 0 && wanted.skip().saturating_add(size) < total,
            item_total: total,
        };
        Self { items, page: place }
    }

    /// Of items that are all at hand.
    pub(crate) fn of_all(items: Vec<T>, wanted: Wanted) -> Self {
        let total = items.len() as u64;
        let skip = usize::try_from(wanted.skip()).unwrap_or(usize::MAX);
        let size = usize::try_from(wanted.size).unwrap_or(usize::MAX);
        Self::new(items.into_iter().skip(skip).take(size).collect(), wanted, total)
    }
}
