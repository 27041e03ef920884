//! Listings: any mix of filter, query, order and page.
//!
//! A listing takes two steps. The first finds which entries are on the page, from narrow rows that an index can serve;
//! the second reads these entries. In front of the first stands, where there is something to search by, a look at how
//! much each index would find (`way.rs`); behind it a count, where the page does not tell it.
//!
//! To add a filter or a test: see `query.rs`. To add an order: a [`SortKey`], a line in each of the `*_key` functions of
//! `source.rs`, and an index on assets.

mod clause;
mod condition;
mod fragment;
mod relevance;
mod source;
mod tally;
mod way;

pub use tally::Facet;

use std::collections::HashMap;

use sea_orm::Value;

use crate::error::Result;
use crate::row::{self, ABSENT};
use crate::{
    Arrangement, Catalog, Clause, Entry, Filter, Listing, Page, Query, Sort, SortKey, TagTest,
    Test, TextTest, folder, sql,
};
use clause::Compiler;
use condition::Condition;
use fragment::Fragment;
use source::Source;
use way::{Found, Way};

impl Catalog {
    /// One page of the entries that filter and query let through, and how many there are in all.
    ///
    /// Conditions on what only files have (tags, being an image) let no folder through, whatever is asked of them. A
    /// past version was created, and updated, when it was uploaded. Sorting by width and height takes those of the upright
    /// picture. A folder that does not exist holds nothing.
    ///
    /// With a query, the total is told where it costs little: when the page ends the list, or when an index finds few
    /// enough. Without one it is always told.
    pub async fn list(&self, listing: &Listing) -> Result<Page> {
        let skip = sql::number("the number of entries to skip", listing.skip)?;
        let limit = sql::number("the limit", listing.limit)?;
        let parts = self.parts(listing).await?;
        let on_page = match listing.limit {
            0 => Vec::new(),
            _ => self.on_page(&parts, listing, [limit, skip]).await?,
        };
        let found = on_page.len() as u64;
        // A page that is neither full nor past the end tells the total by itself.
        let total = if found < listing.limit && (found > 0 || listing.skip == 0) {
            Some(listing.skip + found)
        } else {
            self.total(&parts, listing).await?
        };
        let mut entries = self.read_entries(&on_page).await?;
        // What was deleted between the steps is left out.
        let entries = on_page.iter().filter_map(|key| entries.remove(key)).collect();
        Ok(Page { entries, total })
    }

    /// What each source has to give.
    async fn parts(&self, listing: &Listing) -> Result<Vec<Part>> {
        let wanted = wanted(listing);
        let mut parts = Vec::new();
        for &source in Source::of(listing.kinds) {
            let (tenant, database) = (listing.tenant, self.database.kind);
            let Listing { sort: Sort { by: sort, .. }, arrangement, .. } = *listing;
            let compiler = Compiler { tenant, source, sort, arrangement, database };
            let way = match compiler.query(&wanted) {
                Condition::Never => continue,
                condition if source == Source::Assets => self.way(condition, listing).await?,
                condition => Way::Walk(condition),
            };
            let relevance = match listing.sort.by {
                SortKey::Relevance => relevance::relevance(compiler, &wanted),
                _ => None,
            };
            let then_by = listing.then_by.iter().map(|sort| sort.by).collect();
            parts.push(Part { compiler, way, relevance, then_by });
        }
        Ok(parts)
    }

    async fn way(&self, condition: Condition, listing: &Listing) -> Result<Way> {
        let Some((estimate, most)) = way::estimate(&condition) else {
            return Ok(Way::Walk(condition));
        };
        let (estimate, values) = estimate.finish();
        let row = sql::first(&self.database.reader, &estimate, values).await?;
        let mut counts: Vec<u64> = Vec::new();
        while let Some(Ok(count)) = row.as_ref().map(|row| row.count(&format!("n{}", counts.len())))
        {
            counts.push(count);
        }
        let by_age = listing.sort.by == SortKey::Created
            && listing.then_by.is_empty()
            && listing.arrangement == Arrangement::ByBirth;
        Ok(way::choose(condition, &counts, most, by_age))
    }

    async fn on_page(
        &self,
        parts: &[Part],
        listing: &Listing,
        [limit, skip]: [Value; 2],
    ) -> Result<Vec<EntryKey>> {
        if parts.is_empty() {
            return Ok(Vec::new());
        }
        let order = order(listing);
        let rows = match parts {
            [part] => part.rows(),
            // Each source hands over no more than the page could take, so that each can walk its own index.
            parts => Fragment::join(
                parts.iter().map(|part| {
                    let last = listing.skip.saturating_add(listing.limit).min(i64::MAX as u64);
                    let limit = format!("{order} LIMIT {last}) AS part");
                    part.rows().inside("SELECT * FROM (", &limit)
                }),
                " UNION ALL ",
            ),
        };
        let mut page = rows.inside("SELECT kind, seq FROM (", ") AS entries");
        page.append(Fragment::new(format!("{order} LIMIT ? OFFSET ?"), [limit, skip]));
        let (page, values) = page.finish();
        let rows = sql::all(&self.database.reader, &page, values).await?;
        rows.iter().map(|row| Ok((row.get("kind")?, row.get("seq")?))).collect()
    }

    async fn total(&self, parts: &[Part], listing: &Listing) -> Result<Option<u64>> {
        match parts {
            [] => return Ok(Some(0)),
            [
                Part {
                    way: Way::Find { rest: Condition::Always, found: Found::Exactly(found), .. },
                    ..
                },
            ] => {
                return Ok(Some(*found));
            }
            // Who puts folders in front or goes by id, turns pages by their number and wants to know how many there are.
            parts
                if listing.query.is_some()
                    && listing.arrangement == Arrangement::ByBirth
                    && !parts.iter().all(Part::is_quickly_counted) =>
            {
                return Ok(None);
            }
            _ => {}
        }
        let rows = Fragment::join(parts.iter().map(Part::rows), " UNION ALL ");
        let (count, values) =
            rows.inside("SELECT COUNT(*) AS total FROM (", ") AS entries").finish();
        let row = sql::first(&self.database.reader, &count, values).await?;
        row.map(|row| row.count("total")).transpose()
    }

    async fn read_entries(&self, keys: &[EntryKey]) -> Result<HashMap<EntryKey, Entry>> {
        let mut entries = HashMap::with_capacity(keys.len());
        let of = |source: Source| -> Vec<i64> {
            keys.iter().filter(|(kind, _)| *kind == source.code()).map(|(_, seq)| *seq).collect()
        };
        let assets = format!("{} WHERE v.number = a.current_number AND a.seq IN", row::SELECT);
        for row in self.rows_of(&assets, &of(Source::Assets)).await? {
            let key = (Source::Assets.code(), row.get("seq")?);
            entries.insert(key, Entry::Asset(Box::new(row::asset(&row)?)));
        }
        let versions = format!("{} WHERE v.seq IN", row::SELECT);
        for row in self.rows_of(&versions, &of(Source::PastVersions)).await? {
            let key = (Source::PastVersions.code(), row.get("version_seq")?);
            entries.insert(key, Entry::PastVersion(Box::new(row::asset(&row)?)));
        }
        let folders =
            "SELECT seq, id, path, active, concealed, created, updated FROM folders WHERE seq IN";
        for row in self.rows_of(folders, &of(Source::Folders)).await? {
            let key = (Source::Folders.code(), row.get("seq")?);
            entries.insert(key, Entry::Folder(folder::read(&row)?));
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

/// What one source has to give, and the way there.
struct Part {
    compiler: Compiler,
    way: Way,
    /// What it is sorted by, if that is none of its columns.
    relevance: Option<Fragment>,
    /// Where that does not tell entries apart.
    then_by: Vec<SortKey>,
}

impl Part {
    /// All that is wanted, as `kind`, `seq` and `sort_key`, and what [`order`] needs besides.
    fn rows(&self) -> Fragment {
        match &self.way {
            Way::Walk(condition) => self.walked(condition),
            Way::Find { select, rest: Condition::Always, .. } if self.is_by_age() => {
                let all = format!(
                    "SELECT {} AS kind, c.seq AS seq, c.created AS sort_key FROM (",
                    self.compiler.source.code()
                );
                select.clone().inside(&all, ") AS c")
            }
            Way::Find { select, rest, .. } => self.found(select, rest),
        }
    }

    fn walked(&self, condition: &Condition) -> Fragment {
        let Compiler { source, tenant, .. } = self.compiler;
        let mut rows = self.head(self.sort_key());
        let from = format!(" FROM {} WHERE {} = ? AND ", source.from(), source.tenant());
        rows.append(Fragment::new(from, [tenant.0.into()]));
        if let Some(always) = source.always() {
            rows.push(&format!("{always} AND "));
        }
        rows.append(condition.clone().into_sql());
        rows
    }

    /// A join in this very order: SQLite keeps to it when it is called a cross join.
    fn found(&self, select: &Fragment, rest: &Condition) -> Fragment {
        let key = if self.is_by_age() { Fragment::new("c.created", []) } else { self.sort_key() };
        let mut rows = self.head(key);
        rows.append(
            select.clone().inside(" FROM (", ") AS c CROSS JOIN assets a WHERE a.seq = c.seq AND "),
        );
        rows.append(rest.clone().into_sql());
        rows
    }

    fn head(&self, key: Fragment) -> Fragment {
        let source = self.compiler.source;
        let head = format!("SELECT {} AS kind, {} AS seq, ", source.code(), source.seq());
        let id = match self.compiler.arrangement {
            Arrangement::ByBirth => String::new(),
            Arrangement::ById | Arrangement::FoldersFirst => format!(", {} AS id", source.id()),
        };
        let mut head = key.inside(&head, &format!(" AS sort_key{id}"));
        for (place, &key) in self.then_by.iter().enumerate() {
            head.append(column(source, key).inside(", ", &format!(" AS {}", then_key(place))));
        }
        head
    }

    fn sort_key(&self) -> Fragment {
        if let Some(relevance) = &self.relevance {
            return relevance.clone();
        }
        column(self.compiler.source, self.compiler.sort)
    }

    fn is_by_age(&self) -> bool {
        if self.compiler.arrangement != Arrangement::ByBirth || !self.then_by.is_empty() {
            return false;
        }
        self.compiler.sort == SortKey::Created
            || self.compiler.sort == SortKey::Relevance && self.relevance.is_none()
    }

    /// Folders and past versions are few beside assets.
    fn is_quickly_counted(&self) -> bool {
        match self.way {
            Way::Find { found, .. } => !matches!(found, Found::Many),
            Way::Walk(_) => self.compiler.source != Source::Assets,
        }
    }
}

/// The order of the rows of all parts.
fn order(listing: &Listing) -> String {
    let direction = |sort: &Sort| if sort.descending { "DESC" } else { "ASC" };
    let first = direction(&listing.sort);
    let others = listing.then_by.iter().enumerate();
    let others = others.map(|(place, sort)| format!(", {} {}", then_key(place), direction(sort)));
    let keys = format!("sort_key {first}{}", others.collect::<String>());
    match listing.arrangement {
        Arrangement::ByBirth => format!(" ORDER BY {keys}, seq {first}, kind {first} "),
        Arrangement::ById => format!(" ORDER BY {keys}, id, kind "),
        Arrangement::FoldersFirst => format!(" ORDER BY kind, {keys}, id "),
    }
}

/// What a further key is called in the rows of a page.
fn then_key(place: usize) -> String {
    format!("then_key_{place}")
}

fn column(source: Source, key: SortKey) -> Fragment {
    let key = source.sort_key(key);
    Fragment::new(key, vec![ABSENT.into(); key.matches('?').count()])
}

/// Filter and query as one.
fn wanted(listing: &Listing) -> Query {
    let Filter { folder, name, any_tag, images } = &listing.filter;
    let mut wanted: Vec<Query> = Vec::new();
    wanted.extend(folder.clone().map(|path| Test::Folder { path, below: false }.into()));
    wanted.extend(name.clone().map(|name| Test::Name(TextTest::OneOf(vec![name])).into()));
    if !any_tag.is_empty() {
        wanted.push(Test::Tags(TagTest::AnyOf(any_tag.clone())).into());
    }
    wanted
        .extend(images.map(|images| Query::Clause(Clause { negated: !images, test: Test::Image })));
    wanted.extend(listing.query.clone());
    Query::All(wanted)
}
