//! What a search for assets asks for, in the language of Elasticsearch, as one [`Query`].
//!
//! | Parameter | Meaning |
//! |---|---|
//! | `source` | JSON: `query`, `size`, `from`, `sort`, `aggs` or `aggregations` (`elastic.rs`) |
//! | `q`, `df`, `default_operator` | a query string, its default field and operator (`text.rs`) |
//! | `where` | a JSON object or `field=="value"`: all must match |
//! | `filter` | one clause on top |
//! | `sort`, `max_results`, `page`, `projections` | order, place and extent of the answer |
//!
//! To add a clause: a line in `elastic::clause`. To add a field: a line in `fields::FIELDS`, and what it means in each `match`.
//! What cannot be read is 04002; a field that nobody knows finds nothing.

mod elastic;
pub(crate) mod fields;
pub(crate) mod order;
mod tally;
mod text;

use library::{Listing, Query, Sort, TenantId};
use serde_json::{Map, Value};

use crate::{
    error::ApiError,
    eve::{Paging, Projection},
    query::Parameters,
};
use elastic::Budget;
use tally::Tally;

/// Largest `size` of a source.
const MOST: u64 = 10_000;
/// Tests of one query, however it was written: what the databases bear in one condition.
const MOST_TESTS: usize = 600;

/// A search that is understood.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wanted {
    pub(crate) query: Query,
    /// One key after the other.
    sort: Vec<Sort>,
    skip: u64,
    limit: u64,
    pub(crate) paging: Paging,
    pub(crate) projection: Projection,
    pub(crate) tallies: Vec<Tally>,
}

/// It cannot be read, or asks for too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unreadable;

impl From<Unreadable> for ApiError {
    fn from(_: Unreadable) -> Self {
        Self::search()
    }
}

pub(crate) type Result<T, E = Unreadable> = std::result::Result<T, E>;

impl Wanted {
    pub(crate) fn parse(parameters: &Parameters) -> Result<Self> {
        let paging = Paging::parse(parameters);
        let source = match parameters.filled("source") {
            None => Map::new(),
            Some(text) => serde_json::from_str(text).map_err(|_| Unreadable)?,
        };
        let mut budget = Budget::default();
        let query = query(parameters, &source, &mut budget)?;
        if tests(&query) > MOST_TESTS {
            return Err(Unreadable);
        }
        let sort = match (source.get("sort"), parameters.filled("sort")) {
            (Some(sort), _) => order::of_source(sort)?,
            (None, Some(text)) => order::parse(text).ok_or(Unreadable)?,
            (None, None) => Vec::new(),
        };
        let projection =
            ["projections", "projection"].into_iter().find_map(|name| parameters.filled(name));
        Ok(Self {
            query,
            sort: sorted(&sort)?,
            skip: number(&source, "from")?.unwrap_or_else(|| paging.skip()),
            limit: number(&source, "size")?.map_or(paging.max_results, |size| size.min(MOST)),
            paging,
            projection: match projection {
                None => Projection::default(),
                Some(text) => fields::projection(text).ok_or(Unreadable)?,
            },
            tallies: tally::parse(&source)?,
        })
    }

    pub(crate) fn listing(&self, tenant: TenantId) -> Listing {
        let mut listing = Listing {
            query: Some(self.query.clone()),
            limit: self.limit,
            skip: self.skip,
            ..Listing::of(tenant)
        };
        if let [first, others @ ..] = &self.sort[..] {
            listing.sort = *first;
            listing.then_by = others.to_vec();
        }
        listing
    }
}

/// Everything that a request says about which assets it wants.
fn query(
    parameters: &Parameters,
    source: &Map<String, Value>,
    budget: &mut Budget,
) -> Result<Query> {
    const KNOWN: [&str; 9] = [
        "query",
        "size",
        "from",
        "sort",
        "aggs",
        "aggregations",
        "_source",
        "track_total_hits",
        "version",
    ];
    if source.keys().any(|key| !KNOWN.contains(&key.as_str())) {
        return Err(Unreadable);
    }
    let mut all = Vec::new();
    if let Some(query) = source.get("query") {
        all.push(elastic::query(query, budget)?);
    }
    if let Some(text) = parameters.filled("q") {
        let operator = match parameters.filled("default_operator") {
            None => text::Operator::Or,
            Some(word) => text::Operator::parse(word).ok_or(Unreadable)?,
        };
        let field = parameters.filled("df");
        all.push(text::query(text, field.as_slice(), operator, budget)?);
    }
    if let Some(text) = parameters.filled("where") {
        all.push(elastic::conditions(text, budget)?);
    }
    if let Some(text) = parameters.filled("filter") {
        let clause = serde_json::from_str(text).map_err(|_| Unreadable)?;
        all.push(elastic::filter(&clause, budget)?);
    }
    Ok(Query::All(all))
}

/// Each key decides where those before it do not; what is equal by all comes in the order in which it came.
fn sorted(keys: &[(String, bool)]) -> Result<Vec<Sort>> {
    let mut sort: Vec<Sort> = Vec::new();
    for (field, descending) in keys {
        let by = order::key(field).ok_or(Unreadable)?;
        // Named once more, a key has nothing left to decide.
        if sort.iter().all(|earlier| earlier.by != by) {
            sort.push(Sort { by, descending: *descending });
        }
    }
    Ok(sort)
}

fn number(source: &Map<String, Value>, key: &str) -> Result<Option<u64>> {
    match source.get(key) {
        None => Ok(None),
        Some(value) => value.as_u64().map(Some).ok_or(Unreadable),
    }
}

fn tests(query: &Query) -> usize {
    match query {
        Query::All(parts) | Query::Any(parts) => parts.iter().map(tests).sum(),
        Query::Clause(_) => 1,
    }
}

/// What the query does not find.
fn not(query: Query) -> Query {
    match query {
        Query::All(parts) => Query::Any(parts.into_iter().map(not).collect()),
        Query::Any(parts) => Query::All(parts.into_iter().map(not).collect()),
        Query::Clause(mut clause) => {
            clause.negated = !clause.negated;
            Query::Clause(clause)
        }
    }
}

const fn nothing() -> Query {
    Query::Any(Vec::new())
}

const fn everything() -> Query {
    Query::All(Vec::new())
}

#[cfg(test)]
mod tests;
