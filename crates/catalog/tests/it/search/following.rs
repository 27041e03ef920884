//! The index follows what happens.

use std::collections::BTreeMap;

use catalog::{
    Access, AssetPatch, Catalog, Change, Comparison, EntryKind, FolderChange, Measure, Options,
    Query, Scalar, TagTest, Test, Versions,
};
use plan::probe::{Probe, TagGroup};
use plan::{Format, Size};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use serde_json::json;

use super::shelf::{
    Shelf, any_of, compare, custom, is, list, not, scalars, strings, tag, text, words,
};
use crate::databases::{on_every_database, ready};
use crate::sample::{add, folder, picture, plain_probe, tags, upload};

on_every_database!(
    past_versions_are_what_they_were,
    results_follow_changes,
    results_follow_renaming_and_moving,
);

mod of_old_libraries {
    use super::an_old_library_is_indexed_at_the_next_start;
    crate::databases::on_lasting_databases!(an_old_library_is_indexed_at_the_next_start);
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
    let before = indexes(&raw).await;
    catalog.migrate().await.unwrap();
    assert_eq!(indexes(&raw).await, before, "those taken away for the filling are back");
    for query in queries {
        shelf.check(query, &cat).await;
    }
    shelf.check(is(Test::Name(words("shoes"))), &["/red shoes/"]).await;
    shelf.check(is(Test::Format(strings(&["txt"]))), &["/paper.txt"]).await;
}

async fn indexes(raw: &DatabaseConnection) -> Vec<String> {
    let query = match raw.get_database_backend() {
        DbBackend::Postgres => {
            "SELECT indexdef AS text FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1"
        }
        _ => {
            "SELECT coalesce(sql, name) AS text FROM sqlite_master WHERE type = 'index' ORDER BY 1"
        }
    };
    let rows = raw.query_all_raw(Statement::from_string(raw.get_database_backend(), query)).await;
    rows.unwrap().iter().map(|row| row.try_get("", "text").unwrap()).collect()
}
