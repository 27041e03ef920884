//! Listings: any mix of filter, order and page.
//!
//! A listing takes two steps. The first finds which entries are on the page, from narrow rows that an index can serve;
//! the second reads these entries. A count comes on top where the page does not tell it.
//!
//! To add a filter: a field of [`Filter`] and a line in [`Source::conditions`]. To add an order: a [`SortKey`], a line in
//! each of the `*_key` functions, and an index on assets.

use std::collections::HashMap;

use sea_orm::Value;

use crate::error::Result;
use crate::row::{self, ABSENT};
use crate::{Catalog, Entry, Filter, Kinds, Listing, Page, SortKey, folder, sql};

impl Catalog {
    /// One page of the entries that the filter lets through, and how many there are in all.
    ///
    /// Conditions on what only files have (tags, being an image) let no folder through, whatever is asked of them. A
    /// past version was created, and updated, when it was uploaded. Widths and heights are those of the upright picture.
    /// A folder that does not exist holds nothing.
    pub async fn list(&self, listing: &Listing) -> Result<Page> {
        let query = Query::new(listing)?;
        let on_page = self.on_page(&query, listing).await?;
        let found = on_page.len() as u64;
        // A page that is neither full nor past the end tells the total by itself.
        let total = if found < listing.limit && (found > 0 || listing.skip == 0) {
            listing.skip + found
        } else {
            self.count(&query).await?
        };
        let mut entries = self.read_entries(&on_page).await?;
        // What was deleted between the steps is left out.
        let entries = on_page.iter().filter_map(|key| entries.remove(key)).collect();
        Ok(Page { entries, total })
    }

    async fn on_page(&self, query: &Query, listing: &Listing) -> Result<Vec<EntryKey>> {
        if listing.limit == 0 {
            return Ok(Vec::new());
        }
        let direction = if listing.sort.descending { "DESC" } else { "ASC" };
        let mut values = query.values.clone();
        values.push(sql::number("the limit", listing.limit)?);
        values.push(sql::number("the number of entries to skip", listing.skip)?);
        let page = format!(
            "SELECT kind, seq FROM ({}) AS entries ORDER BY sort_key {direction}, seq {direction} LIMIT ${} OFFSET ${}",
            query.sql,
            values.len() - 1,
            values.len(),
        );
        let rows = sql::all(&self.database.reader, &page, values).await?;
        rows.iter().map(|row| Ok((row.get("kind")?, row.get("seq")?))).collect()
    }

    async fn count(&self, query: &Query) -> Result<u64> {
        let count = format!("SELECT COUNT(*) AS total FROM ({}) AS entries", query.sql);
        let row = sql::first(&self.database.reader, &count, query.values.clone()).await?;
        row.map_or(Ok(0), |row| row.count("total"))
    }

    async fn read_entries(&self, keys: &[EntryKey]) -> Result<HashMap<EntryKey, Entry>> {
        let mut entries = HashMap::with_capacity(keys.len());
        let of = |kind: i32| -> Vec<i64> {
            keys.iter().filter(|(of, _)| *of == kind).map(|(_, seq)| *seq).collect()
        };
        let assets = format!("{} WHERE v.number = a.current_number AND a.seq IN", row::SELECT);
        for row in self.rows_of(&assets, &of(ASSET)).await? {
            entries.insert((ASSET, row.get("seq")?), Entry::Asset(Box::new(row::asset(&row)?)));
        }
        let versions = format!("{} WHERE v.seq IN", row::SELECT);
        for row in self.rows_of(&versions, &of(PAST_VERSION)).await? {
            let key = (PAST_VERSION, row.get("version_seq")?);
            entries.insert(key, Entry::PastVersion(Box::new(row::asset(&row)?)));
        }
        let folders = "SELECT seq, id, path, created, updated FROM folders WHERE seq IN";
        for row in self.rows_of(folders, &of(FOLDER)).await? {
            entries.insert((FOLDER, row.get("seq")?), Entry::Folder(folder::read(&row)?));
        }
        Ok(entries)
    }

    /// `query` ends with `IN`; the list of row numbers follows.
    async fn rows_of(&self, query: &str, seqs: &[i64]) -> Result<Vec<sql::Row>> {
        let mut rows = Vec::with_capacity(seqs.len());
        for seqs in seqs.chunks(MOST_VALUES) {
            // Lists are filled up to a power of two, so that few different statements have to be prepared.
            let length = seqs.len().next_power_of_two();
            let query = format!("{query} ({})", sql::places(1, length));
            let last = seqs.last().copied().unwrap_or_default();
            let values = seqs.iter().copied().chain(std::iter::repeat(last)).take(length);
            rows.extend(sql::all(&self.database.reader, &query, values.map(Value::from)).await?);
        }
        Ok(rows)
    }
}

/// Most row numbers in one statement, well below what either database takes.
const MOST_VALUES: usize = 4096;

/// What an entry is, and its row number among its like.
type EntryKey = (i32, i64);
const FOLDER: i32 = 0;
const ASSET: i32 = 1;
const PAST_VERSION: i32 = 2;

/// All entries that the filter lets through, as `kind`, `seq` and `sort_key`.
struct Query {
    sql: String,
    values: Vec<Value>,
}

impl Query {
    fn new(listing: &Listing) -> Result<Self> {
        let sources: &[Source] = match listing.kinds {
            Kinds::Assets => &[Source::Assets],
            Kinds::Folders => &[Source::Folders],
            Kinds::Both => &[Source::Folders, Source::Assets],
            Kinds::PastVersions => &[Source::PastVersions],
        };
        // The two that all parts refer to.
        let mut values = vec![listing.tenant.0.into(), ABSENT.into()];
        let parts: Vec<String> = sources
            .iter()
            .map(|source| source.select(listing, &mut values))
            .collect::<Result<_>>()?;
        Ok(Query { sql: parts.join(" UNION ALL "), values })
    }
}

#[derive(Clone, Copy)]
enum Source {
    Assets,
    Folders,
    PastVersions,
}

impl Source {
    fn select(self, listing: &Listing, values: &mut Vec<Value>) -> Result<String> {
        let (kind, seq, key, from) = match self {
            Source::Assets => (ASSET, "a.seq", asset_key(listing.sort.by), "assets a"),
            Source::Folders => (FOLDER, "d.seq", folder_key(listing.sort.by), "folders d"),
            Source::PastVersions => (
                PAST_VERSION,
                "v.seq",
                version_key(listing.sort.by),
                "versions v JOIN assets a ON a.seq = v.asset JOIN blobs b ON b.hash = v.blob",
            ),
        };
        let conditions = self.conditions(&listing.filter, values)?.join(" AND ");
        Ok(format!(
            "SELECT {kind} AS kind, {seq} AS seq, {key} AS sort_key FROM {from} WHERE {conditions}"
        ))
    }

    fn conditions(self, filter: &Filter, values: &mut Vec<Value>) -> Result<Vec<String>> {
        let mut bind = |value: Value| {
            values.push(value);
            format!("${}", values.len())
        };
        let (entry, place) = match self {
            Source::Folders => ("d", "d.parent"),
            Source::Assets | Source::PastVersions => ("a", "a.folder"),
        };
        // A folder, a name or tags leave few entries, found by an index of their own. SQLite would rather walk all of
        // the tenant's entries in the order wanted, so a sum keeps the tenant out of its plans then.
        let is_narrow = match self {
            Source::Folders => filter.folder.is_some(),
            Source::Assets | Source::PastVersions => {
                filter.folder.is_some() || filter.name.is_some() || !filter.any_tag.is_empty()
            }
        };
        let sum = if is_narrow { " + 0" } else { "" };
        let mut conditions = vec![format!("{entry}.tenant{sum} = $1")];
        match self {
            Source::Assets => {}
            // The root is in no folder.
            Source::Folders => conditions.push("d.parent IS NOT NULL".to_owned()),
            Source::PastVersions => conditions.push("v.number <> a.current_number".to_owned()),
        }
        if let Some(folder) = &filter.folder {
            let path = bind(folder.as_str().into());
            conditions.push(format!(
                "{place} = (SELECT seq FROM folders WHERE tenant = $1 AND path = {path})"
            ));
        }
        if let Some(name) = &filter.name {
            let name = bind(sql::text("the name", name)?);
            conditions.push(match self {
                Source::Folders => format!("d.name = {name}"),
                Source::Assets | Source::PastVersions => {
                    format!("a.seq IN (SELECT seq FROM assets WHERE tenant = $1 AND name = {name})")
                }
            });
        }
        if !filter.any_tag.is_empty() {
            let tags: Vec<String> = filter
                .any_tag
                .iter()
                .map(|tag| Ok(bind(sql::text("a tag", tag)?)))
                .collect::<Result<_>>()?;
            conditions.push(match self {
                Source::Folders => NEVER.to_owned(),
                Source::Assets | Source::PastVersions => format!(
                    "a.seq IN (SELECT asset FROM asset_tags WHERE tenant = $1 AND tag IN ({}))",
                    tags.join(", ")
                ),
            });
        }
        if let Some(images) = filter.images {
            let not = if images { "" } else { "NOT " };
            conditions.push(match self {
                Source::Folders => NEVER.to_owned(),
                Source::Assets => format!("{not}a.is_image"),
                Source::PastVersions => format!("v.mime {not}LIKE 'image/%'"),
            });
        }
        Ok(conditions)
    }
}

const NEVER: &str = "1 = 0";

fn asset_key(key: SortKey) -> &'static str {
    match key {
        SortKey::Name => "a.name",
        SortKey::Created => "a.created",
        SortKey::Updated => "a.updated",
        SortKey::Width => "a.by_width",
        SortKey::Height => "a.by_height",
        SortKey::Size => "a.by_size",
        SortKey::Duration => "a.by_duration",
        SortKey::Captured => "a.by_captured",
    }
}

/// `$2` is what sorts before everything.
fn folder_key(key: SortKey) -> &'static str {
    match key {
        SortKey::Name => "d.name",
        SortKey::Created => "d.created",
        SortKey::Updated => "d.updated",
        SortKey::Width
        | SortKey::Height
        | SortKey::Size
        | SortKey::Duration
        | SortKey::Captured => "$2",
    }
}

fn version_key(key: SortKey) -> &'static str {
    match key {
        SortKey::Name => "a.name",
        SortKey::Created | SortKey::Updated => "v.created",
        SortKey::Width => {
            "COALESCE(CASE WHEN v.orientation >= 5 THEN v.height ELSE v.width END, $2)"
        }
        SortKey::Height => {
            "COALESCE(CASE WHEN v.orientation >= 5 THEN v.width ELSE v.height END, $2)"
        }
        SortKey::Size => "b.size",
        SortKey::Duration => "COALESCE(NULLIF(v.duration_ms, 0), $2)",
        SortKey::Captured => "COALESCE(v.captured, $2)",
    }
}
