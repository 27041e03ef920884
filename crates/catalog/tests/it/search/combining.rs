//! Several clauses, and what stands beside a query.

use catalog::{
    Area, AssetId, Catalog, Comparison, Filter, Listing, Measure, NewVersion, Query, TagTest, Test,
    ValueTest,
};
use plan::Size;

use super::shelf::{Shelf, any_of, compare, custom, is, not, one_of, prefix, strings};
use crate::databases::on_every_database;
use crate::sample::{folder, picture, tags, upload};

on_every_database!(
    clauses_combine,
    clauses_about_files_leave_folders_out,
    filters_hold_beside_a_query,
);

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
