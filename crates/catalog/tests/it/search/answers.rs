//! What a search answers, and what it takes.

use catalog::{
    Access, Area, Catalog, Change, Comparison, Kinds, Listing, NewVersion, Query, Scalar, Sort,
    SortKey, TagTest, Test, ValueTest,
};
use plan::Size;
use plan::probe::{Probe, TagGroup};
use serde_json::json;

use super::shelf::{
    Shelf, any_of, compare, custom, is, list, not, one_of, prefix, scalars, shown, strings, tag,
    text, words,
};
use crate::databases::on_every_database;
use crate::sample::{folder, picture, plain_probe, tags, upload};

on_every_database!(
    the_best_fit_comes_first,
    pages_join_up,
    hostile_texts_find_nothing,
    tenants_are_apart,
    a_search_takes_few_statements,
);

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
