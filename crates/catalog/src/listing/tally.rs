//! Counting what a query finds: all of it, or by what it has in common.

use super::Condition;
use super::clause::Compiler;
use super::clause::written_expression;
use super::fragment::Fragment;
use super::source::{STATE, Source};
use crate::error::Result;
use crate::{Arrangement, Catalog, OfSet, Query, SortKey, TenantId, Written, sql};

/// What assets have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Facet {
    /// The id of the set; nothing for what belongs to no set.
    Set,
    Tag,
    TagName,
    /// `draft`, `internal` or `public`.
    State,
    Written(Written),
}

impl Catalog {
    /// How many assets a query finds, however many these are.
    pub async fn count(&self, tenant: TenantId, query: &Query) -> Result<u64> {
        let Some(found) = self.found(tenant, query, "SELECT COUNT(*) AS total", "") else {
            return Ok(0);
        };
        let (count, values) = found.finish();
        let row = sql::first(&self.database.reader, &count, values).await?;
        row.map_or(Ok(0), |row| row.count("total"))
    }

    /// How many of the assets that a query finds have which value in common, most first. An asset counts once for each
    /// of its values; one without any does not count, except for its set.
    pub async fn tally(
        &self,
        tenant: TenantId,
        query: &Query,
        facet: Facet,
    ) -> Result<Vec<(Option<String>, u64)>> {
        let (key, join) = match facet {
            Facet::Set => ("s.id".to_owned(), " LEFT JOIN sets s ON s.seq = a.set_seq"),
            Facet::Tag => ("t.tag".to_owned(), " JOIN asset_tags t ON t.asset = a.seq"),
            Facet::TagName => (
                "t.token".to_owned(),
                " JOIN asset_tokens t ON t.asset = a.seq AND t.field = 'tag'",
            ),
            Facet::State => (STATE.to_owned(), ""),
            Facet::Written(of) => (written_expression(of).to_owned(), ""),
        };
        let head = format!("SELECT {key} AS value, COUNT(DISTINCT a.seq) AS total");
        let Some(mut found) = self.found(tenant, query, &head, join) else {
            return Ok(Vec::new());
        };
        found.push(&format!(" GROUP BY {key} ORDER BY total DESC, value"));
        let (tally, values) = found.finish();
        let rows = sql::all(&self.database.reader, &tally, values).await?;
        let mut tally = Vec::with_capacity(rows.len());
        for row in rows {
            let value = match facet {
                Facet::Set => row.id_or_null::<OfSet>("value")?.map(|id| id.to_string()),
                _ => row.get("value")?,
            };
            if value.is_some() || facet == Facet::Set {
                tally.push((value, row.count("total")?));
            }
        }
        Ok(tally)
    }

    /// `None`: nothing can be found.
    fn found(&self, tenant: TenantId, query: &Query, head: &str, join: &str) -> Option<Fragment> {
        let database = self.database.kind;
        let compiler = Compiler {
            tenant,
            source: Source::Assets,
            sort: SortKey::Created,
            arrangement: Arrangement::ByBirth,
            database,
        };
        let condition = compiler.query(query);
        if matches!(condition, Condition::Never) {
            return None;
        }
        let from = format!("{head} FROM assets a{join} WHERE a.tenant = ? AND ");
        let mut found = Fragment::new(from, [tenant.0.into()]);
        found.append(condition.into_sql());
        Some(found)
    }
}
