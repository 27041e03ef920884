//! A library that is searched, and the words that searches are made of.

use std::collections::BTreeMap;

use catalog::{
    AssetId, Catalog, Change, Clause, Comparison, Entry, Listing, Measure, NewVersion, Query,
    Scalar, Sort, SortKey, TagTest, TenantId, Test, TextTest, ValueTest,
};
use plan::probe::{Probe, Tag, TagGroup, TagValue};
use serde_json::Value;

use crate::sample::{add, tenant, upload};

pub(super) fn is(test: Test) -> Query {
    test.into()
}

pub(super) fn not(test: Test) -> Query {
    Query::Clause(Clause { negated: true, test })
}

pub(super) fn one_of(names: &[&str]) -> TextTest {
    TextTest::OneOf(strings(names))
}

pub(super) fn prefix(text: &str) -> TextTest {
    TextTest::Prefix(text.to_owned())
}

pub(super) fn words(text: &str) -> TextTest {
    TextTest::Words(text.to_owned())
}

pub(super) fn any_of(tags: &[&str]) -> TagTest {
    TagTest::AnyOf(strings(tags))
}

pub(super) fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

pub(super) fn compare(comparison: Comparison, value: i64) -> Measure {
    Measure::Compare(comparison, value)
}

pub(super) fn custom(field: &str, test: ValueTest) -> Test {
    Test::Custom { field: field.to_owned(), test }
}

pub(super) fn scalars(scalars: &[Scalar]) -> ValueTest {
    ValueTest::OneOf(scalars.to_vec())
}

pub(super) fn text(text: &str) -> Scalar {
    Scalar::Text(text.to_owned())
}

/// A library that is searched.
pub(super) struct Shelf<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) tenant: TenantId,
}

impl<'a> Shelf<'a> {
    pub(super) async fn new(catalog: &'a Catalog) -> Self {
        Self { catalog, tenant: tenant(catalog).await }
    }

    /// Adds files of these paths.
    pub(super) async fn of(catalog: &'a Catalog, paths: &[&str]) -> Self {
        let shelf = Self::new(catalog).await;
        for (content, path) in paths.iter().enumerate() {
            add(catalog, shelf.tenant, path, content as u32).await;
        }
        shelf
    }

    pub(super) async fn put(&self, new: NewVersion) -> AssetId {
        self.catalog.add_version(new).await.unwrap().asset.id
    }

    pub(super) async fn put_with(&self, path: &str, metadata: &Value) {
        let values: BTreeMap<String, Value> = serde_json::from_value(metadata.clone()).unwrap();
        let new = upload(self.tenant, path, 1);
        self.put(NewVersion { custom_metadata: Change::Set(values), ..new }).await;
    }

    pub(super) async fn put_probe(&self, path: &str, probe: Probe) {
        let new = upload(self.tenant, path, 1);
        self.put(NewVersion { probe: Some(probe), mime: "image/jpeg".to_owned(), ..new }).await;
    }

    pub(super) fn listing(&self, query: &Query) -> Listing {
        Listing { kinds: query.kinds(), query: Some(query.clone()), ..Listing::of(self.tenant) }
    }

    pub(super) async fn list(&self, listing: &Listing) -> Vec<String> {
        let page = self.catalog.list(listing).await.unwrap();
        page.entries.iter().map(shown).collect()
    }

    /// What is found, in the order of creation: by an index where there is one, by a walk, and in another order.
    #[track_caller]
    pub(super) fn check<'s>(
        &'s self,
        query: Query,
        expected: &'s [&'s str],
    ) -> impl Future<Output = ()> + 's {
        let place = std::panic::Location::caller();
        async move {
            let listing = self.listing(&query);
            let context = format!("{place}: {query:?}");
            let page = self.catalog.list(&listing).await.unwrap();
            let found: Vec<String> = page.entries.iter().map(shown).collect();
            assert_eq!(found, expected, "{context}");
            assert_eq!(page.total, Some(expected.len() as u64), "{context}");

            let walked = Listing { query: Some(walked(query.clone())), ..listing.clone() };
            assert_eq!(self.list(&walked).await, expected, "walked, {context}");

            for by in [SortKey::Name, SortKey::Size, SortKey::Relevance] {
                let sort = Sort { by, descending: true };
                let mut found = self.list(&Listing { sort, ..listing.clone() }).await;
                let mut expected = expected.to_vec();
                found.sort();
                expected.sort_unstable();
                assert_eq!(found, expected, "{by:?}, {context}");
            }
        }
    }
}

/// The same in a form that no index serves.
pub(super) fn walked(query: Query) -> Query {
    let nothing = vec![is(Test::Image), is(custom("no such field", ValueTest::Exists))];
    Query::Any(vec![query, Query::All(nothing)])
}

/// A path; of a past version with its number, of a folder with a slash behind it.
pub(super) fn shown(entry: &Entry) -> String {
    match entry {
        Entry::Asset(asset) => {
            format!("{}/{}", asset.folder.as_str().trim_end_matches('/'), asset.name)
        }
        Entry::PastVersion(asset) => format!("{}#{}", asset.name, asset.current.number),
        Entry::Folder(folder) => format!("{}/", folder.path),
    }
}

pub(super) fn tag(group: TagGroup, name: &str, value: TagValue) -> Tag {
    Tag { group, name: name.to_owned(), value }
}

pub(super) fn list(texts: &[&str]) -> TagValue {
    TagValue::List(texts.iter().map(|text| TagValue::Text((*text).to_owned())).collect())
}
