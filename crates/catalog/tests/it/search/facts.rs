//! What is known of every entry: names, tags, kinds, ids, moments, sizes, formats, places.

use catalog::{
    Access, Catalog, Change, Comparison, Entry, EntryKind, Listing, Measure, NewVersion, Query,
    TagTest, Test, Visibility,
};
use plan::probe::Probe;
use plan::{Format, Size};

use super::shelf::{Shelf, any_of, compare, is, not, one_of, prefix, strings, words};
use crate::databases::on_every_database;
use crate::sample::{add, auto_tag, folder, picture, plain_probe, tags, upload};

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
    nobody_is_recorded,
);

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

async fn nobody_is_recorded(catalog: &Catalog) {
    let shelf = Shelf::of(catalog, &["/f/a"]).await;
    let by = |people: &[&str]| Test::CreatedBy(strings(people));
    shelf.check(is(by(&["anna@example.com"])), &[]).await;
    shelf.check(not(by(&["anna@example.com"])), &["/f/", "/f/a"]).await;
}
