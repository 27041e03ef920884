//! Searches: every field, every test, whichever way the catalog takes.

use std::collections::BTreeMap;

use catalog::{
    Access, Area, AssetId, AssetPatch, Catalog, Change, Clause, Comparison, Entry, EntryKind,
    Filter, FolderChange, Kinds, Listing, Measure, NewVersion, Options, Query, Scalar, Sort,
    SortKey, TagTest, TenantId, Test, TextTest, ValueTest, Versions, Visibility,
};
use plan::probe::{Probe, Tag, TagGroup, TagValue};
use plan::{Format, Size};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::databases::{on_every_database, ready};
use crate::sample::{add, auto_tag, folder, picture, plain_probe, tags, tenant, upload};

on_every_database!(
    names,
    words_of_names,
    words_in_any_script,
    tags_by_hand_and_by_software,
    kinds_of_entries,
    ids,
    moments,
    sides_and_sizes,
    formats,
    switches,
    places_in_the_tree,
    custom_texts,
    custom_texts_of_any_length,
    custom_numbers_and_moments,
    custom_lists_and_types,
    words_of_custom_texts,
    nobody_is_recorded,
    keywords_inside_files,
    capture_times,
    places_on_the_globe,
    clauses_combine,
    clauses_about_files_leave_folders_out,
    filters_hold_beside_a_query,
    past_versions_are_what_they_were,
    results_follow_changes,
    results_follow_renaming_and_moving,
    the_best_fit_comes_first,
    pages_join_up,
    hostile_texts_find_nothing,
    tenants_are_apart,
    a_search_takes_few_statements,
);

mod of_old_libraries {
    use super::an_old_library_is_indexed_at_the_next_start;
    crate::databases::on_lasting_databases!(an_old_library_is_indexed_at_the_next_start);
}

fn is(test: Test) -> Query {
    test.into()
}

fn not(test: Test) -> Query {
    Query::Clause(Clause { negated: true, test })
}

fn one_of(names: &[&str]) -> TextTest {
    TextTest::OneOf(strings(names))
}

fn prefix(text: &str) -> TextTest {
    TextTest::Prefix(text.to_owned())
}

fn words(text: &str) -> TextTest {
    TextTest::Words(text.to_owned())
}

fn any_of(tags: &[&str]) -> TagTest {
    TagTest::AnyOf(strings(tags))
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

fn compare(comparison: Comparison, value: i64) -> Measure {
    Measure::Compare(comparison, value)
}

fn custom(field: &str, test: ValueTest) -> Test {
    Test::Custom { field: field.to_owned(), test }
}

fn scalars(scalars: &[Scalar]) -> ValueTest {
    ValueTest::OneOf(scalars.to_vec())
}

fn text(text: &str) -> Scalar {
    Scalar::Text(text.to_owned())
}

/// A library that is searched.
struct Shelf<'a> {
    catalog: &'a Catalog,
    tenant: TenantId,
}

impl<'a> Shelf<'a> {
    async fn new(catalog: &'a Catalog) -> Self {
        Self { catalog, tenant: tenant(catalog).await }
    }

    /// Adds files of these paths.
    async fn of(catalog: &'a Catalog, paths: &[&str]) -> Self {
        let shelf = Self::new(catalog).await;
        for (content, path) in paths.iter().enumerate() {
            add(catalog, shelf.tenant, path, content as u32).await;
        }
        shelf
    }

    async fn put(&self, new: NewVersion) -> AssetId {
        self.catalog.add_version(new).await.unwrap().asset.id
    }

    async fn put_with(&self, path: &str, metadata: &Value) {
        let values: BTreeMap<String, Value> = serde_json::from_value(metadata.clone()).unwrap();
        let new = upload(self.tenant, path, 1);
        self.put(NewVersion { custom_metadata: Change::Set(values), ..new }).await;
    }

    async fn put_probe(&self, path: &str, probe: Probe) {
        let new = upload(self.tenant, path, 1);
        self.put(NewVersion { probe: Some(probe), mime: "image/jpeg".to_owned(), ..new }).await;
    }

    fn listing(&self, query: &Query) -> Listing {
        Listing { kinds: query.kinds(), query: Some(query.clone()), ..Listing::of(self.tenant) }
    }

    async fn list(&self, listing: &Listing) -> Vec<String> {
        let page = self.catalog.list(listing).await.unwrap();
        page.entries.iter().map(shown).collect()
    }

    /// What is found, in the order of creation: by an index where there is one, by a walk, and in another order.
    #[track_caller]
    fn check<'s>(&'s self, query: Query, expected: &'s [&'s str]) -> impl Future<Output = ()> + 's {
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
fn walked(query: Query) -> Query {
    let nothing = vec![is(Test::Image), is(custom("no such field", ValueTest::Exists))];
    Query::Any(vec![query, Query::All(nothing)])
}

/// A path; of a past version with its number, of a folder with a slash behind it.
fn shown(entry: &Entry) -> String {
    match entry {
        Entry::Asset(asset) => {
            format!("{}/{}", asset.folder.as_str().trim_end_matches('/'), asset.name)
        }
        Entry::PastVersion(asset) => format!("{}#{}", asset.name, asset.current.number),
        Entry::Folder(folder) => format!("{}/", folder.path),
    }
}

async fn names(catalog: &Catalog) {
    let shelf = Shelf::of(catalog, &["/cat.jpg", "/Cat.jpg", "/x/cat.jpg", "/ca%t", "/cb"]).await;
    catalog.ensure_folder(shelf.tenant, &folder("/cat.jpg")).await.unwrap();
    let name = |test| is(Test::Name(test));
    shelf.check(name(one_of(&["cat.jpg"])), &["/cat.jpg", "/x/cat.jpg", "/cat.jpg/"]).await;
    shelf.check(name(one_of(&["cb", "Cat.jpg"])), &["/Cat.jpg", "/cb"]).await;
    shelf.check(name(one_of(&[])), &[]).await;
    shelf.check(name(prefix("cat")), &["/cat.jpg", "/x/cat.jpg", "/cat.jpg/"]).await;
    shelf.check(name(prefix("ca%")), &["/ca%t"]).await;
    shelf.check(name(prefix("c_")), &[]).await;
    shelf
        .check(
            name(prefix("")),
            &["/cat.jpg", "/Cat.jpg", "/x/", "/x/cat.jpg", "/ca%t", "/cb", "/cat.jpg/"],
        )
        .await;
    shelf.check(not(Test::Name(prefix("c"))), &["/Cat.jpg", "/x/"]).await;
    shelf.check(not(Test::Name(one_of(&["cat.jpg", "cb"]))), &["/Cat.jpg", "/x/", "/ca%t"]).await;
}

async fn words_of_names(catalog: &Catalog) {
    let paths = ["/red-shoe_1.jpg", "/Red.Shoes.PNG", "/redshoe.jpg", "/shoe"];
    let shelf = Shelf::of(catalog, &paths).await;
    catalog.ensure_folder(shelf.tenant, &folder("/Red shoes")).await.unwrap();
    let has = |text| is(Test::Name(words(text)));
    shelf
        .check(has("red"), &["/red-shoe_1.jpg", "/Red.Shoes.PNG", "/redshoe.jpg", "/Red shoes/"])
        .await;
    shelf.check(has("SHOE red"), &["/red-shoe_1.jpg"]).await;
    shelf.check(has("red, shoe"), &["/red-shoe_1.jpg", "/Red.Shoes.PNG", "/Red shoes/"]).await;
    shelf.check(has("shoes jp"), &[]).await;
    shelf.check(has("hoe"), &[]).await;
    shelf.check(has(" -- "), &[]).await;
    shelf.check(not(Test::Name(words("red"))), &["/shoe"]).await;
}

async fn words_in_any_script(catalog: &Catalog) {
    let shelf = Shelf::of(
        catalog,
        &["/Größe ÉCLAIR.jpg", "/e\u{301}clair.jpg", "/日本の猫.jpg", "/चित्र.png"],
    )
    .await;
    let has = |text| is(Test::Name(words(text)));
    shelf.check(has("GRÖSSE"), &[]).await;
    shelf.check(has("GRÖßE"), &["/Größe ÉCLAIR.jpg"]).await;
    shelf.check(has("éclair"), &["/Größe ÉCLAIR.jpg", "/e\u{301}clair.jpg"]).await;
    shelf.check(has("日本"), &["/日本の猫.jpg"]).await;
    shelf.check(has("चित्"), &["/चित्र.png"]).await;
    shelf.check(is(Test::Name(prefix("日"))), &["/日本の猫.jpg"]).await;
}

async fn tags_by_hand_and_by_software(catalog: &Catalog) {
    let shelf = Shelf::new(catalog).await;
    let rows: [(&str, &[&str], &[&str]); 4] = [
        ("/both", &["red", "big car"], &["red"]),
        ("/blue", &["blue"], &[]),
        ("/auto", &[], &["Red Car"]),
        ("/none", &[], &[]),
    ];
    for (path, by_hand, by_software) in rows {
        let auto = by_software.iter().map(|name| auto_tag(name)).collect();
        let new = upload(shelf.tenant, path, 1);
        shelf.put(NewVersion { tags: tags(by_hand), auto_tags: Change::Set(auto), ..new }).await;
    }
    catalog.ensure_folder(shelf.tenant, &folder("/red")).await.unwrap();
    let has = |text: &str| is(Test::Tags(TagTest::Words(text.to_owned())));
    shelf.check(is(Test::Tags(any_of(&["red"]))), &["/both"]).await;
    shelf.check(is(Test::Tags(any_of(&["red", "Red Car", "green"]))), &["/both", "/auto"]).await;
    shelf.check(not(Test::Tags(any_of(&["red"]))), &["/blue", "/auto", "/none"]).await;
    shelf.check(is(Test::Tags(TagTest::Exists)), &["/both", "/blue", "/auto"]).await;
    shelf.check(not(Test::Tags(TagTest::Exists)), &["/none"]).await;
    shelf.check(has("red"), &["/both", "/auto"]).await;
    shelf.check(has("red ca"), &["/both", "/auto"]).await;
    shelf.check(has("ca red"), &[]).await;
    shelf.check(not(Test::Tags(TagTest::Words("car".to_owned()))), &["/blue", "/none"]).await;
}

async fn kinds_of_entries(catalog: &Catalog) {
    use EntryKind::{Asset, Folder, PastVersion};
    let shelf = Shelf::of(catalog, &["/f/a", "/f/a", "/b"]).await;
    let kind = |kinds: &[EntryKind]| Test::Kind(kinds.to_vec());
    shelf.check(is(kind(&[Asset])), &["/f/a", "/b"]).await;
    shelf.check(is(kind(&[Folder])), &["/f/"]).await;
    shelf.check(is(kind(&[PastVersion])), &["a#1"]).await;
    shelf.check(not(kind(&[Asset, PastVersion])), &["/f/"]).await;
    let mut both = shelf.list(&shelf.listing(&not(kind(&[Asset])))).await;
    both.sort();
    assert_eq!(both, ["/f/", "a#1"]);
    shelf
        .check(Query::All(vec![is(kind(&[PastVersion])), is(Test::Name(one_of(&["b"])))]), &[])
        .await;
    shelf.check(is(Test::Name(prefix(""))), &["/f/", "/f/a", "/b"]).await;
}

async fn ids(catalog: &Catalog) {
    let shelf = Shelf::of(catalog, &["/a"]).await;
    let b = add(catalog, shelf.tenant, "/b", 9).await.asset.id;
    let (in_between, _) = catalog.ensure_folder(shelf.tenant, &folder("/f")).await.unwrap();
    shelf.check(is(Test::Id(vec![b])), &["/b"]).await;
    shelf.check(is(Test::Id(vec![in_between.id.cast(), b])), &["/b", "/f/"]).await;
    shelf.check(not(Test::Id(vec![b])), &["/a", "/f/"]).await;
    shelf.check(is(Test::Id(vec![])), &[]).await;
    shelf.check(not(Test::Id(vec![])), &["/a", "/b", "/f/"]).await;
}

async fn moments(catalog: &Catalog) {
    use Comparison::{AtLeast, AtMost, Less, More};
    let shelf = Shelf::of(catalog, &["/a"]).await;
    let first = catalog.list(&Listing::of(shelf.tenant)).await.unwrap();
    let Entry::Asset(first) = &first.entries[0] else { panic!() };
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    add(catalog, shelf.tenant, "/f/b", 2).await;
    let at = first.created;
    shelf.check(is(Test::Created(compare(More, at))), &["/f/", "/f/b"]).await;
    shelf.check(is(Test::Created(compare(AtLeast, at))), &["/a", "/f/", "/f/b"]).await;
    shelf.check(is(Test::Created(compare(Less, at))), &[]).await;
    shelf.check(is(Test::Updated(compare(AtMost, at))), &["/a"]).await;
    shelf.check(is(Test::Created(Measure::OneOf(vec![at]))), &["/a"]).await;
    shelf.check(not(Test::Created(Measure::OneOf(vec![at, 0]))), &["/f/", "/f/b"]).await;
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    add(catalog, shelf.tenant, "/a", 3).await;
    shelf.check(is(Test::Updated(compare(AtMost, at))), &[]).await;
    shelf.check(is(Test::Created(compare(AtMost, at))), &["/a"]).await;
}

async fn sides_and_sizes(catalog: &Catalog) {
    use Comparison::{AtLeast, Less, More};
    let shelf = Shelf::new(catalog).await;
    shelf.put(picture(shelf.tenant, "/f/wide", 5000, Size::new(900, 100))).await;
    let turned = Probe { size: Size::new(700, 50), orientation: 6, ..plain_probe() };
    shelf.put_probe("/turned", turned).await;
    add(catalog, shelf.tenant, "/text", 3).await;
    shelf.check(is(Test::Width(compare(AtLeast, 700))), &["/f/wide", "/turned"]).await;
    shelf.check(is(Test::Width(Measure::OneOf(vec![700, 1]))), &["/turned"]).await;
    shelf.check(is(Test::Height(compare(Less, 100))), &["/turned"]).await;
    shelf.check(is(Test::Height(compare(Less, -5))), &[]).await;
    shelf.check(not(Test::Width(Measure::OneOf(vec![700]))), &["/f/wide", "/text"]).await;
    shelf.check(is(Test::Size(compare(More, 1))), &["/f/wide", "/text"]).await;
    shelf.check(is(Test::Size(Measure::OneOf(vec![1, 3]))), &["/turned", "/text"]).await;
    shelf.check(not(Test::Size(compare(More, 1))), &["/turned"]).await;
    shelf.check(is(Test::Size(Measure::OneOf(vec![]))), &[]).await;
}

async fn formats(catalog: &Catalog) {
    let shelf = Shelf::new(catalog).await;
    shelf.put_probe("/f/a.png", Probe { format: Format::Jpeg, ..plain_probe() }).await;
    shelf.put_probe("/b", Probe { format: Format::Svg, ..plain_probe() }).await;
    for (path, mime) in
        [("/c.bin", "application/pdf"), ("/d.TS", "application/octet-stream"), ("/e", "x/y")]
    {
        let new = upload(shelf.tenant, path, 1);
        shelf.put(NewVersion { mime: mime.to_owned(), ..new }).await;
    }
    let format = |formats: &[&str]| Test::Format(strings(formats));
    shelf.check(is(format(&["jpeg"])), &["/f/a.png"]).await;
    shelf.check(is(format(&["jpeg", "svg", "pdf"])), &["/f/a.png", "/b", "/c.bin"]).await;
    shelf.check(is(format(&["ts"])), &["/d.TS"]).await;
    shelf.check(is(format(&[])), &[]).await;
    shelf.check(not(format(&["jpeg", "svg"])), &["/c.bin", "/d.TS", "/e"]).await;
    shelf.check(is(Test::Image), &["/f/a.png", "/b"]).await;
    shelf.check(not(Test::Image), &["/c.bin", "/d.TS", "/e"]).await;
}

async fn switches(catalog: &Catalog) {
    let shelf = Shelf::of(catalog, &["/f/plain"]).await;
    let new = |path| upload(shelf.tenant, path, 1);
    shelf.put(NewVersion { access: Change::Set(Access::PresetsOnly), ..new("/private") }).await;
    shelf.put(NewVersion { visibility: Change::Set(Visibility::Draft), ..new("/draft") }).await;
    shelf.put_probe("/alpha", Probe { has_alpha: true, ..plain_probe() }).await;
    shelf.check(is(Test::Private), &["/private"]).await;
    shelf.check(not(Test::Private), &["/f/plain", "/draft", "/alpha"]).await;
    shelf.check(is(Test::Unlisted), &["/draft"]).await;
    shelf.check(not(Test::Unlisted), &["/f/plain", "/private", "/alpha"]).await;
    shelf.check(is(Test::Alpha), &["/alpha"]).await;
    shelf.check(not(Test::Alpha), &["/f/plain", "/private", "/draft"]).await;
}

async fn places_in_the_tree(catalog: &Catalog) {
    let shelf = Shelf::of(catalog, &["/top", "/a/one", "/a/b/deep", "/ab/near", "/a0/next"]).await;
    let at = |path, below| Test::Folder { path: folder(path), below };
    shelf.check(is(at("/a", false)), &["/a/one", "/a/b/"]).await;
    shelf.check(is(at("/a", true)), &["/a/one", "/a/b/", "/a/b/deep"]).await;
    shelf.check(is(at("/", false)), &["/top", "/a/", "/ab/", "/a0/"]).await;
    let all =
        ["/top", "/a/", "/a/one", "/a/b/", "/a/b/deep", "/ab/", "/ab/near", "/a0/", "/a0/next"];
    shelf.check(is(at("/", true)), &all).await;
    shelf
        .check(not(at("/a", true)), &["/top", "/a/", "/ab/", "/ab/near", "/a0/", "/a0/next"])
        .await;
    shelf.check(is(at("/nowhere", true)), &[]).await;
    shelf.check(not(at("/nowhere", false)), &all).await;
}

async fn custom_texts(catalog: &Catalog) {
    let shelf = Shelf::new(catalog).await;
    shelf.put_with("/f/a", &json!({"brand": "Acme", "note": "x"})).await;
    shelf.put_with("/b", &json!({"brand": "acme"})).await;
    shelf.put_with("/c", &json!({"note": "Acme", "brand": null})).await;
    let brand = |test| custom("brand", test);
    shelf.check(is(brand(scalars(&[text("Acme")]))), &["/f/a"]).await;
    shelf.check(is(brand(scalars(&[text("acme"), text("Acme")]))), &["/f/a", "/b"]).await;
    shelf.check(is(brand(ValueTest::Prefix("Ac".to_owned()))), &["/f/a"]).await;
    shelf.check(is(brand(ValueTest::Compare(Comparison::More, text("Z")))), &["/b"]).await;
    shelf.check(not(brand(scalars(&[text("Acme")]))), &["/f/", "/b", "/c"]).await;
    shelf.check(is(brand(ValueTest::Exists)), &["/f/a", "/b"]).await;
    shelf.check(not(brand(ValueTest::Exists)), &["/f/", "/c"]).await;
    shelf.check(is(custom("bran", ValueTest::Exists)), &[]).await;
}

async fn custom_texts_of_any_length(catalog: &Catalog) {
    let shelf = Shelf::new(catalog).await;
    let long = "ä".repeat(300);
    shelf.put_with("/long", &json!({"t": format!("{long}1")})).await;
    shelf.put_with("/longer", &json!({"t": format!("{long}22")})).await;
    shelf.put_with("/cut", &json!({"t": "ä".repeat(200)})).await;
    let t = |test| is(custom("t", test));
    shelf.check(t(scalars(&[text(&format!("{long}1"))])), &["/long"]).await;
    shelf
        .check(
            t(scalars(&[text(&"ä".repeat(200)), text(&format!("{long}22"))])),
            &["/longer", "/cut"],
        )
        .await;
    shelf.check(t(scalars(&[text(&"ä".repeat(199))])), &[]).await;
    shelf.check(t(ValueTest::Prefix("ä".repeat(199))), &["/long", "/longer", "/cut"]).await;
    shelf.check(t(ValueTest::Prefix(format!("{long}2"))), &["/longer"]).await;
}

async fn custom_numbers_and_moments(catalog: &Catalog) {
    use Comparison::{AtLeast, AtMost, Less, More};
    let shelf = Shelf::new(catalog).await;
    shelf.put_with("/half", &json!({"n": 0.5, "d": "2024-05-06"})).await;
    shelf.put_with("/minus", &json!({"n": -3, "d": "2024-05-06T00:00:00.000Z"})).await;
    shelf.put_with("/text", &json!({"n": "0.5", "d": "2023-01-01T05:00:00+05:00"})).await;
    let n = |test| is(custom("n", test));
    let d = |test| is(custom("d", test));
    shelf.check(n(scalars(&[Scalar::Number(0.5)])), &["/half"]).await;
    shelf.check(n(ValueTest::Compare(Less, Scalar::Number(0.5))), &["/minus"]).await;
    shelf.check(n(ValueTest::Compare(AtLeast, Scalar::Number(-3.0))), &["/half", "/minus"]).await;
    shelf.check(not(custom("n", scalars(&[Scalar::Number(0.5)]))), &["/minus", "/text"]).await;
    let may = catalog::parse_moment("2024-05-06").unwrap();
    let january = catalog::parse_moment("2023-01-01").unwrap();
    shelf.check(d(scalars(&[Scalar::Moment(may)])), &["/half", "/minus"]).await;
    shelf
        .check(
            d(scalars(&[Scalar::Moment(january), Scalar::Moment(may)])),
            &["/half", "/minus", "/text"],
        )
        .await;
    shelf.check(d(ValueTest::Compare(AtMost, Scalar::Moment(january))), &["/text"]).await;
    shelf.check(d(ValueTest::Compare(More, Scalar::Moment(january))), &["/half", "/minus"]).await;
}

async fn custom_lists_and_types(catalog: &Catalog) {
    let shelf = Shelf::new(catalog).await;
    shelf.put_with("/list", &json!({"v": ["a", 30, true, "a"]})).await;
    shelf.put_with("/text", &json!({"v": "30"})).await;
    shelf.put_with("/flag", &json!({"v": true})).await;
    shelf.put_with("/off", &json!({"v": false})).await;
    shelf.put_with("/empty", &json!({"v": []})).await;
    shelf.put_with("/odd", &json!({"v": {"a": 30}})).await;
    let v = |test| is(custom("v", test));
    shelf.check(v(scalars(&[Scalar::Number(30.0)])), &["/list"]).await;
    shelf.check(v(scalars(&[text("30")])), &["/text"]).await;
    shelf.check(v(scalars(&[text("a")])), &["/list"]).await;
    shelf.check(v(scalars(&[Scalar::Flag(true)])), &["/list", "/flag"]).await;
    shelf.check(v(scalars(&[Scalar::Flag(false), text("a")])), &["/list", "/off"]).await;
    shelf
        .check(
            not(custom("v", scalars(&[text("a"), text("b")]))),
            &["/text", "/flag", "/off", "/empty", "/odd"],
        )
        .await;
    shelf.check(v(ValueTest::Exists), &["/list", "/text", "/flag", "/off", "/odd"]).await;
}

async fn words_of_custom_texts(catalog: &Catalog) {
    let shelf = Shelf::new(catalog).await;
    shelf.put_with("/a", &json!({"t": "A quick, brown Fox\u{0}", "u": "dog"})).await;
    shelf.put_with("/b", &json!({"t": ["quick", "foxes"]})).await;
    let has = |words: &str| is(custom("t", ValueTest::Words(words.to_owned())));
    shelf.check(has("fox quick"), &["/a"]).await;
    shelf.check(has("QUICK fox"), &["/a", "/b"]).await;
    shelf.check(has("dog"), &[]).await;
}

async fn nobody_is_recorded(catalog: &Catalog) {
    let shelf = Shelf::of(catalog, &["/f/a"]).await;
    let by = |people: &[&str]| Test::CreatedBy(strings(people));
    shelf.check(is(by(&["anna@example.com"])), &[]).await;
    shelf.check(not(by(&["anna@example.com"])), &["/f/", "/f/a"]).await;
}

fn tag(group: TagGroup, name: &str, value: TagValue) -> Tag {
    Tag { group, name: name.to_owned(), value }
}

fn list(texts: &[&str]) -> TagValue {
    TagValue::List(texts.iter().map(|text| TagValue::Text((*text).to_owned())).collect())
}

async fn keywords_inside_files(catalog: &Catalog) {
    let shelf = Shelf::of(catalog, &["/f/text"]).await;
    let metadata = vec![
        tag(TagGroup::Iptc, "Keywords", list(&["sea", "日本", "bad\u{0}"])),
        tag(TagGroup::Xmp, "Subject", list(&["sea", "sky"])),
    ];
    shelf.put_probe("/sea", Probe { metadata, ..plain_probe() }).await;
    let metadata = vec![tag(TagGroup::Iptc, "Keywords", TagValue::Text("sky".to_owned()))];
    shelf.put_probe("/sky", Probe { metadata, ..plain_probe() }).await;
    shelf.check(is(Test::Keywords(any_of(&["sea", "日本"]))), &["/sea"]).await;
    shelf.check(is(Test::Keywords(any_of(&["sky"]))), &["/sea", "/sky"]).await;
    shelf.check(not(Test::Keywords(any_of(&["sea"]))), &["/f/text", "/sky"]).await;
    shelf.check(is(Test::Keywords(TagTest::Exists)), &["/sea", "/sky"]).await;
    shelf.check(is(Test::Keywords(any_of(&["bad\u{0}"]))), &[]).await;
    // A version without them.
    shelf.put_probe("/sky", plain_probe()).await;
    shelf.check(is(Test::Keywords(any_of(&["sky"]))), &["/sea"]).await;
}

async fn capture_times(catalog: &Catalog) {
    use Comparison::{Less, More};
    let shelf = Shelf::of(catalog, &["/f/text"]).await;
    for (path, when) in [("/old", "1960:01:01 00:00:00"), ("/new", "2020:01:01 00:00:00")] {
        let when = tag(TagGroup::Exif, "DateTimeOriginal", TagValue::Text(when.to_owned()));
        shelf.put_probe(path, Probe { metadata: vec![when], ..plain_probe() }).await;
    }
    let at = catalog::parse_moment("2020-01-01").unwrap();
    shelf.check(is(Test::Captured(compare(Less, at))), &["/old"]).await;
    shelf.check(is(Test::Captured(Measure::OneOf(vec![at]))), &["/new"]).await;
    shelf.check(is(Test::Captured(compare(More, at))), &[]).await;
    shelf.check(not(Test::Captured(compare(Less, at))), &["/f/text", "/new"]).await;
}

async fn places_on_the_globe(catalog: &Catalog) {
    let shelf = Shelf::of(catalog, &["/f/text"]).await;
    let degrees = |value: f64| TagValue::List(vec![TagValue::Number(value.abs())]);
    let side = |value: f64, positive: &str, negative: &str| {
        TagValue::Text(if value < 0.0 { negative } else { positive }.to_owned())
    };
    for (path, latitude, longitude) in [
        ("/paris", 48.8566, 2.3522),
        ("/louvre", 48.8606, 2.3376),
        ("/sydney", -33.8688, 151.2093),
        ("/suva", -18.1416, 178.4419),
    ] {
        let metadata = vec![
            tag(TagGroup::Gps, "GPSLatitude", degrees(latitude)),
            tag(TagGroup::Gps, "GPSLatitudeRef", side(latitude, "N", "S")),
            tag(TagGroup::Gps, "GPSLongitude", degrees(longitude)),
            tag(TagGroup::Gps, "GPSLongitudeRef", side(longitude, "E", "W")),
        ];
        shelf.put_probe(path, Probe { metadata, ..plain_probe() }).await;
    }
    let around = |centre, metres| Area::Around { centre, metres };
    let at = |area| is(Test::Location(area));
    shelf.check(at(around((48.8566, 2.3522), 1.0)), &["/paris"]).await;
    shelf.check(at(around((48.8566, 2.3522), 2000.0)), &["/paris", "/louvre"]).await;
    shelf.check(at(around((48.8566, 2.3522), 1000.0)), &["/paris"]).await;
    shelf.check(at(around((-18.0, -179.0), 400_000.0)), &["/suva"]).await;
    shelf.check(at(around((0.0, 0.0), 3e7)), &["/paris", "/louvre", "/sydney", "/suva"]).await;
    shelf.check(at(Area::Box((49.0, 2.0), (48.0, 2.34))), &["/louvre"]).await;
    let around_paris = Area::Polygon(vec![(48.0, 2.0), (49.0, 2.0), (49.0, 3.0), (48.0, 3.0)]);
    shelf.check(at(around_paris), &["/paris", "/louvre"]).await;
    let beside = Area::Polygon(vec![(48.85, 2.34), (49.0, 2.4), (49.0, 3.0), (48.85, 3.0)]);
    shelf.check(at(beside), &["/paris"]).await;
    shelf.check(not(Test::Location(around((0.0, 0.0), 3e7))), &["/f/text"]).await;
}

async fn clauses_combine(catalog: &Catalog) {
    let shelf = Shelf::new(catalog).await;
    for (path, content, tag) in
        [("/a/1", 1, "x"), ("/a/2", 2, "y"), ("/b/3", 3, "x"), ("/b/4", 4, "z")]
    {
        let new = upload(shelf.tenant, path, content);
        shelf.put(NewVersion { tags: tags(&[tag]), ..new }).await;
    }
    let tagged = |tag| is(Test::Tags(any_of(&[tag])));
    let larger = |size| is(Test::Size(compare(Comparison::More, size)));
    let inside = |path| is(Test::Folder { path: folder(path), below: true });
    shelf.check(Query::All(vec![]), &["/a/", "/a/1", "/a/2", "/b/", "/b/3", "/b/4"]).await;
    shelf.check(Query::Any(vec![]), &[]).await;
    shelf.check(Query::All(vec![tagged("x"), larger(1)]), &["/b/3"]).await;
    shelf.check(Query::Any(vec![tagged("y"), larger(2)]), &["/a/2", "/b/3", "/b/4"]).await;
    let nested =
        Query::All(vec![inside("/b"), Query::Any(vec![tagged("x"), tagged("y"), tagged("x")])]);
    shelf.check(nested, &["/b/3"]).await;
    let nested = Query::Any(vec![
        Query::All(vec![inside("/a"), tagged("x")]),
        Query::All(vec![inside("/b"), tagged("z")]),
    ]);
    shelf.check(nested, &["/a/1", "/b/4"]).await;
    let many =
        Query::Any((0..256).map(|size| is(Test::Size(Measure::OneOf(vec![size])))).collect());
    shelf.check(many, &["/a/1", "/a/2", "/b/3", "/b/4"]).await;
    let many =
        Query::All((5..250).map(|size| not(Test::Size(Measure::OneOf(vec![size])))).collect());
    shelf.check(many, &["/a/1", "/a/2", "/b/3", "/b/4"]).await;
    let deep = (0..31).fold(tagged("y"), |query, _| {
        Query::Any(vec![Query::All(vec![query, larger(0)]), tagged("z")])
    });
    shelf.check(deep, &["/a/2", "/b/4"]).await;
}

async fn clauses_about_files_leave_folders_out(catalog: &Catalog) {
    let shelf = Shelf::of(catalog, &["/f/a"]).await;
    for test in [
        Test::Tags(any_of(&["x"])),
        Test::Tags(TagTest::Exists),
        Test::Captured(compare(Comparison::Less, 0)),
        Test::Width(compare(Comparison::Less, 0)),
        Test::Height(Measure::OneOf(vec![1])),
        Test::Size(compare(Comparison::More, 100)),
        Test::Format(strings(&["png"])),
        Test::Image,
        Test::Private,
        Test::Unlisted,
        Test::Alpha,
        Test::Keywords(TagTest::Exists),
        Test::Location(Area::Box((0.0, 0.0), (1.0, 1.0))),
    ] {
        shelf.check(is(test.clone()), &[]).await;
        shelf.check(not(test.clone()), &["/f/a"]).await;
        let or_named = Query::Any(vec![not(test), is(Test::Name(one_of(&["f"])))]);
        shelf.check(or_named, &["/f/", "/f/a"]).await;
    }
    for test in [
        Test::Name(one_of(&["x"])),
        Test::CreatedBy(vec![]),
        Test::Folder { path: folder("/x"), below: true },
        custom("x", ValueTest::Exists),
        Test::Id(vec![AssetId::from_parts(1, 1)]),
    ] {
        shelf.check(not(test), &["/f/", "/f/a"]).await;
    }
}

async fn filters_hold_beside_a_query(catalog: &Catalog) {
    let shelf = Shelf::of(catalog, &["/f/a.txt", "/f/b.txt", "/a.txt"]).await;
    shelf.put(picture(shelf.tenant, "/f/a.jpg", 1, Size::new(1, 1))).await;
    let query = is(Test::Name(prefix("a")));
    let with = async |filter| shelf.list(&Listing { filter, ..shelf.listing(&query) }).await;
    let inside = Filter { folder: Some(folder("/f")), ..Filter::default() };
    assert_eq!(with(inside.clone()).await, ["/f/a.txt", "/f/a.jpg"]);
    assert_eq!(with(Filter { images: Some(true), ..inside.clone() }).await, ["/f/a.jpg"]);
    assert_eq!(with(Filter { images: Some(false), ..inside }).await, ["/f/a.txt"]);
}

async fn past_versions_are_what_they_were(catalog: &Catalog) {
    let shelf = Shelf::new(catalog).await;
    let keyword = tag(TagGroup::Iptc, "Keywords", list(&["old"]));
    let old =
        Probe { has_alpha: true, format: Format::Png, metadata: vec![keyword], ..plain_probe() };
    let mut new = picture(shelf.tenant, "/f/a", 10, Size::new(10, 20));
    new.probe = Some(Probe { size: Size::new(10, 20), ..old });
    new.tags = tags(&["t"]);
    let id = shelf.put(new).await;
    shelf.put(picture(shelf.tenant, "/f/a", 30, Size::new(30, 40))).await;
    let past = |test: Query| Query::All(vec![is(Test::Kind(vec![EntryKind::PastVersion])), test]);
    for test in [
        Test::Width(Measure::OneOf(vec![10])),
        Test::Height(Measure::OneOf(vec![20])),
        Test::Size(Measure::OneOf(vec![10])),
        Test::Format(strings(&["png"])),
        Test::Alpha,
        Test::Image,
        Test::Keywords(any_of(&["old"])),
        Test::Tags(any_of(&["t"])),
        Test::Tags(TagTest::Words("T".to_owned())),
        Test::Name(words("a")),
        Test::Id(vec![id]),
        Test::Folder { path: folder("/f"), below: false },
        Test::Created(compare(Comparison::More, 0)),
        Test::Updated(compare(Comparison::More, 0)),
    ] {
        shelf.check(past(is(test.clone())), &["a#1"]).await;
        shelf.check(past(not(test)), &[]).await;
    }
    shelf.check(past(not(Test::Captured(compare(Comparison::More, 0)))), &["a#1"]).await;
    shelf.check(is(Test::Keywords(TagTest::Exists)), &[]).await;
}

async fn results_follow_changes(catalog: &Catalog) {
    let shelf = Shelf::new(catalog).await;
    let mut new = upload(shelf.tenant, "/a", 1);
    new.tags = tags(&["one"]);
    new.custom_metadata = Change::Set([("k".to_owned(), json!(1))].into());
    let id = shelf.put(new).await;
    let tagged = |tag| is(Test::Tags(any_of(&[tag])));
    let k = |number| is(custom("k", scalars(&[Scalar::Number(number)])));
    shelf.check(Query::All(vec![tagged("one"), k(1.0)]), &["/a"]).await;
    let patch = AssetPatch {
        tags: tags(&["two"]),
        custom_metadata: Change::Set([("k".to_owned(), json!(2))].into()),
        access: Change::Set(Access::Private),
        ..AssetPatch::default()
    };
    catalog.update_asset(shelf.tenant, id, patch).await.unwrap();
    shelf.check(Query::Any(vec![tagged("one"), k(1.0)]), &[]).await;
    shelf.check(Query::All(vec![tagged("two"), k(2.0), is(Test::Private)]), &["/a"]).await;
    // Only custom metadata: tags stay.
    let patch =
        AssetPatch { custom_metadata: Change::Set(BTreeMap::new()), ..AssetPatch::default() };
    catalog.update_asset(shelf.tenant, id, patch).await.unwrap();
    shelf.check(k(2.0), &[]).await;
    shelf.check(tagged("two"), &["/a"]).await;

    let first = catalog.asset(shelf.tenant, id).await.unwrap().unwrap().current.id;
    shelf.put(picture(shelf.tenant, "/a", 2, Size::new(5, 6))).await;
    shelf.check(is(Test::Width(Measure::OneOf(vec![5]))), &["/a"]).await;
    shelf.check(is(Test::Format(strings(&["jpeg"]))), &["/a"]).await;
    catalog.restore_version(shelf.tenant, id, first).await.unwrap();
    shelf.check(is(Test::Width(Measure::OneOf(vec![5]))), &[]).await;
    shelf.check(is(Test::Format(strings(&["txt"]))), &["/a"]).await;
    catalog.delete_asset(shelf.tenant, id).await.unwrap();
    shelf.check(is(Test::Name(words("a"))), &[]).await;
}

async fn results_follow_renaming_and_moving(catalog: &Catalog) {
    let shelf = Shelf::new(catalog).await;
    let mut new = picture(shelf.tenant, "/f/red.jpg", 1, Size::new(1, 1));
    new.tags = tags(&["t"]);
    let keyword = tag(TagGroup::Iptc, "Keywords", list(&["sea"]));
    new.probe = Some(Probe { metadata: vec![keyword], ..plain_probe() });
    let id = shelf.put(new).await;
    let named = |text: &str| is(Test::Name(words(text)));
    let name = catalog::Name::parse("blue.jpg").unwrap();
    catalog.rename_asset(shelf.tenant, id, &name).await.unwrap();
    shelf.check(named("red"), &[]).await;
    shelf.check(named("blue"), &["/f/blue.jpg"]).await;
    catalog.move_asset(shelf.tenant, id, &folder("/green")).await.unwrap();
    shelf.check(is(Test::Folder { path: folder("/f"), below: true }), &[]).await;
    catalog.copy_asset(shelf.tenant, id, &folder("/f"), Versions::All).await.unwrap();
    shelf.check(named("blue"), &["/green/blue.jpg", "/f/blue.jpg"]).await;
    for test in [
        Test::Tags(any_of(&["t"])),
        Test::Keywords(any_of(&["sea"])),
        Test::Format(strings(&["jpeg"])),
    ] {
        shelf.check(is(test), &["/green/blue.jpg", "/f/blue.jpg"]).await;
    }
    let change = FolderChange::Rename { name: "yellow".to_owned() };
    let job = catalog
        .add_folder_job(shelf.tenant, &folder("/green"), &change, json!(null))
        .await
        .unwrap();
    catalog.folder_job_step(job.id).await.unwrap();
    shelf.check(named("green"), &[]).await;
    shelf.check(named("yellow"), &["/yellow/"]).await;
    shelf
        .check(is(Test::Folder { path: folder("/yellow"), below: false }), &["/yellow/blue.jpg"])
        .await;
}

async fn the_best_fit_comes_first(catalog: &Catalog) {
    let shelf = Shelf::of(catalog, &["/category", "/cat food", "/cats"]).await;
    let mut new = upload(shelf.tenant, "/cat too", 1);
    new.tags = tags(&["cat"]);
    shelf.put(new).await;
    catalog.ensure_folder(shelf.tenant, &folder("/cat")).await.unwrap();
    let best = async |query: Query, descending| {
        let sort = Sort { by: SortKey::Relevance, descending };
        shelf.list(&Listing { sort, ..shelf.listing(&query) }).await
    };
    let has = || is(Test::Name(words("cat")));
    assert_eq!(best(has(), true).await, ["/cat/", "/cat too", "/cat food", "/cats", "/category"]);
    assert_eq!(best(has(), false).await, ["/category", "/cats", "/cat food", "/cat too", "/cat/"]);
    let or_tagged = Query::Any(vec![has(), is(Test::Tags(TagTest::Words("cat".to_owned())))]);
    assert_eq!(best(or_tagged, true).await[0], "/cat too");
    // Without words the oldest is the least.
    let all = is(Test::Name(prefix("cat")));
    assert_eq!(best(all, true).await, ["/cat/", "/cat too", "/cats", "/cat food", "/category"]);
}

async fn pages_join_up(catalog: &Catalog) {
    let shelf = Shelf::new(catalog).await;
    for content in 0..7 {
        let new = upload(shelf.tenant, &format!("/f/n{content}"), content % 2);
        shelf.put(NewVersion { tags: tags(&["t"]), ..new }).await;
    }
    for (query, total) in [
        (is(Test::Tags(any_of(&["t"]))), Some(7)),
        (Query::All(vec![is(Test::Tags(any_of(&["t"]))), not(Test::Image)]), Some(7)),
        (is(Test::Name(prefix("n"))), Some(7)),
        (not(Test::Image), None),
    ] {
        for by in [SortKey::Created, SortKey::Size] {
            let whole = Listing { sort: Sort { by, descending: true }, ..shelf.listing(&query) };
            let all = shelf.list(&whole).await;
            assert_eq!(all.len(), 7);
            for limit in 1..=8 {
                let mut joined = Vec::new();
                for skip in (0..12).step_by(limit) {
                    let page = Listing { limit: limit as u64, skip, ..whole.clone() };
                    let page = catalog.list(&page).await.unwrap();
                    let is_last = page.entries.len() < limit && !page.entries.is_empty();
                    assert_eq!(
                        page.total,
                        if is_last { Some(7) } else { total },
                        "{query:?} {limit} {skip}"
                    );
                    joined.extend(page.entries.iter().map(shown));
                }
                assert_eq!(joined, all, "{query:?} {limit}");
            }
        }
    }
}

async fn hostile_texts_find_nothing(catalog: &Catalog) {
    let shelf = Shelf::of(catalog, &["/a"]).await;
    for text in [
        "' OR 1=1 --",
        "?",
        "$1",
        "\"; DROP TABLE assets;",
        "a\0",
        "\u{10ffff}",
        "%",
        "?1 ?2",
        "{text}",
    ] {
        let owned = text.to_owned();
        for query in [
            is(Test::Name(one_of(&[text]))),
            is(Test::Name(prefix(text))),
            is(Test::Tags(any_of(&[text]))),
            is(Test::Tags(TagTest::Words(owned.clone()))),
            is(Test::Format(vec![owned.clone()])),
            is(custom(text, ValueTest::Exists)),
            is(custom("x", ValueTest::Prefix(owned.clone()))),
            is(custom("x", ValueTest::Compare(Comparison::Less, Scalar::Text(owned.clone())))),
            is(custom("x", scalars(&[Scalar::Text(owned.clone())]))),
            is(Test::Keywords(any_of(&[text]))),
        ] {
            shelf.check(query, &[]).await;
        }
    }
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        shelf.check(is(custom("x", scalars(&[Scalar::Number(number)]))), &[]).await;
        shelf
            .check(
                is(Test::Location(Area::Around { centre: (number, number), metres: number })),
                &[],
            )
            .await;
    }
    for extreme in [i64::MIN, i64::MAX] {
        shelf.check(is(Test::Width(compare(Comparison::AtLeast, extreme))), &[]).await;
        shelf.check(is(Test::Captured(compare(Comparison::AtMost, extreme))), &[]).await;
    }
}

async fn tenants_are_apart(catalog: &Catalog) {
    let mine = Shelf::new(catalog).await;
    let theirs = Shelf { catalog, tenant: catalog.ensure_tenant("other").await.unwrap().id };
    let mut new = picture(mine.tenant, "/f/cat", 1, Size::new(1, 2));
    new.tags = tags(&["x"]);
    new.custom_metadata = Change::Set([("k".to_owned(), json!("v"))].into());
    new.access = Change::Set(Access::Private);
    let keyword = tag(TagGroup::Iptc, "Keywords", list(&["old"]));
    new.probe = Some(Probe {
        size: Size::new(1, 2),
        metadata: vec![keyword],
        has_alpha: true,
        ..plain_probe()
    });
    let id = mine.put(new.clone()).await;
    for test in [
        Test::Name(one_of(&["cat"])),
        Test::Name(prefix("c")),
        Test::Name(words("cat")),
        Test::Tags(any_of(&["x"])),
        Test::Tags(TagTest::Words("x".to_owned())),
        Test::Id(vec![id]),
        Test::Created(compare(Comparison::More, 0)),
        Test::Width(compare(Comparison::More, 0)),
        Test::Format(strings(&["jpeg"])),
        Test::Private,
        Test::Alpha,
        Test::Folder { path: folder("/f"), below: false },
        Test::Folder { path: folder("/f"), below: true },
        custom("k", scalars(&[text("v")])),
        Test::Keywords(any_of(&["old"])),
    ] {
        let found =
            mine.list(&Listing { kinds: Kinds::Assets, ..mine.listing(&is(test.clone())) }).await;
        assert_eq!(found, ["/f/cat"], "{test:?}");
        theirs.check(is(test.clone()), &[]).await;
        theirs.check(not(test), &[]).await;
    }
}

async fn a_search_takes_few_statements(catalog: &Catalog) {
    let shelf = Shelf::of(catalog, &["/a1", "/a2", "/a3"]).await;
    let statements = async |query: Query, limit| {
        let listing = Listing { kinds: Kinds::Assets, limit, ..shelf.listing(&query) };
        let before = catalog.statements();
        catalog.list(&listing).await.unwrap();
        catalog.statements() - before
    };
    let named = || is(Test::Name(prefix("a")));
    assert_eq!(statements(named(), 10).await, 3, "how many by index, which, what");
    assert_eq!(statements(named(), 2).await, 3, "the index has told the total already");
    let both = Query::All(vec![named(), not(Test::Image)]);
    assert_eq!(statements(both, 2).await, 4, "and how many pass");
    assert_eq!(statements(not(Test::Image), 2).await, 2, "a walk is not counted");
    assert_eq!(statements(Query::Any(vec![]), 2).await, 0, "nothing needs no looking for");
}

async fn an_old_library_is_indexed_at_the_next_start(options: &Options) {
    let catalog = ready(options).await;
    let shelf = Shelf::new(&catalog).await;
    let mut new = picture(shelf.tenant, "/red shoes/cat.jpg", 1, Size::new(7, 8));
    new.tags = tags(&["x"]);
    new.custom_metadata = Change::Set([("k".to_owned(), json!("v"))].into());
    let keyword = tag(TagGroup::Iptc, "Keywords", list(&["old"]));
    new.probe = Some(Probe { size: Size::new(7, 8), metadata: vec![keyword], ..plain_probe() });
    shelf.put(new).await;
    add(&catalog, shelf.tenant, "/paper.txt", 2).await;
    let raw = sea_orm::Database::connect(&options.url).await.unwrap();
    for table in
        ["asset_words", "asset_values", "folder_words", "version_keywords", "version_places"]
    {
        raw.execute_unprepared(&format!("DELETE FROM {table}")).await.unwrap();
    }
    for forget in [
        "UPDATE search_index SET revision = 0",
        "UPDATE asset_tags SET created = 0",
        "UPDATE versions SET file_format = NULL",
        "UPDATE assets SET file_format = NULL, width = NULL, height = NULL",
    ] {
        raw.execute_unprepared(forget).await.unwrap();
    }
    let cat = ["/red shoes/cat.jpg"];
    let queries = [
        is(Test::Name(words("cat"))),
        is(Test::Tags(any_of(&["x"]))),
        is(Test::Width(Measure::OneOf(vec![7]))),
        is(Test::Format(strings(&["jpeg"]))),
        is(custom("k", scalars(&[text("v")]))),
        is(Test::Keywords(any_of(&["old"]))),
    ];
    assert!(shelf.list(&shelf.listing(&queries[0])).await.is_empty());
    catalog.migrate().await.unwrap();
    for query in queries {
        shelf.check(query, &cat).await;
    }
    shelf.check(is(Test::Name(words("shoes"))), &["/red shoes/"]).await;
    shelf.check(is(Test::Format(strings(&["txt"]))), &["/paper.txt"]).await;
}
