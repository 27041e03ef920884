//! Aggregations: how many of the assets found have which value.

use library::{Actor, Facet, Library, TokenField, Written};
use serde_json::{Map, Value, json};

use super::{Result, Unreadable, Wanted, fields::Field};
use crate::{error::ApiError, sets::VIRTUAL_ID};

/// One aggregation by terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tally {
    name: String,
    /// `None`: nothing has that field.
    facet: Option<Facet>,
    /// Most values in the answer; `None` for all.
    size: Option<usize>,
}

pub(super) fn parse(source: &Map<String, Value>) -> Result<Vec<Tally>> {
    let mut tallies = Vec::new();
    for key in ["aggs", "aggregations"] {
        let Some(named) = source.get(key) else { continue };
        for (name, body) in named.as_object().ok_or(Unreadable)? {
            let body = body.as_object().filter(|body| body.len() == 1).ok_or(Unreadable)?;
            let terms = body.get("terms").and_then(Value::as_object).ok_or(Unreadable)?;
            let field = terms.get("field").and_then(Value::as_str).ok_or(Unreadable)?;
            let size = match terms.get("size") {
                None => None,
                Some(size) => {
                    let size = size.as_u64().filter(|&size| size > 0).ok_or(Unreadable)?;
                    Some(usize::try_from(size).unwrap_or(usize::MAX))
                }
            };
            tallies.push(Tally { name: name.clone(), facet: facet(field), size });
        }
    }
    Ok(tallies)
}

fn facet(field: &str) -> Option<Facet> {
    match Field::parse(field)? {
        Field::Set => Some(Facet::Set),
        Field::State => Some(Facet::State),
        Field::TagCode => Some(Facet::Tag),
        Field::Words(TokenField::TagName) => Some(Facet::TagName),
        Field::Whole(of) => Some(Facet::Written(of)),
        Field::Words(TokenField::Title) => Some(Facet::Written(Written::Title)),
        Field::Words(TokenField::FileName) => Some(Facet::Written(Written::FileName)),
        _ => None,
    }
}

impl Wanted {
    /// `_aggregations`
    pub(crate) async fn count(&self, library: &Library, actor: Actor) -> Result<Value, ApiError> {
        let mut aggregations = Map::new();
        for tally in &self.tallies {
            let counts = match tally.facet {
                None => Vec::new(),
                Some(facet) => library.tally(actor, &self.query, facet).await?,
            };
            aggregations.insert(tally.name.clone(), buckets(counts, tally.size));
        }
        Ok(Value::Object(aggregations))
    }
}

/// By count, then by key.
fn buckets(counts: Vec<(Option<String>, u64)>, size: Option<usize>) -> Value {
    let mut counts: Vec<(String, u64)> = counts
        .into_iter()
        .map(|(key, count)| (key.unwrap_or_else(|| VIRTUAL_ID.to_string()), count))
        .collect();
    counts.sort_by(|(key, count), (other, more)| more.cmp(count).then_with(|| key.cmp(other)));
    let shown = size.unwrap_or(usize::MAX).min(counts.len());
    let others: u64 = counts[shown..].iter().map(|(_, count)| count).sum();
    let buckets: Vec<Value> = counts[..shown]
        .iter()
        .map(|(key, count)| json!({"key": key, "doc_count": count}))
        .collect();
    json!({
        "doc_count_error_upper_bound": 0,
        "sum_other_doc_count": others,
        "buckets": buckets,
    })
}
