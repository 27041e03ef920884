//! Listings: filters, orders, ties, pages.

use catalog::{
    Catalog, Change, Entry, Filter, Kinds, Listing, Page, Sort, SortKey, TenantId, Test,
};
use plan::Size;
use plan::probe::{Probe, Tag, TagGroup, TagValue};

use crate::databases::on_every_database;
use crate::sample::{add, auto_tag, folder, picture, plain_probe, tags, tenant, upload};

on_every_database!(
    an_empty_library_has_an_empty_page,
    a_folder_is_listed_without_those_below,
    names_match_exactly,
    any_tag_is_enough,
    images_and_others,
    conditions_hold_together,
    names_sort_by_code_point,
    each_order,
    ties_go_by_birth,
    further_keys_decide_where_the_first_does_not,
    folders_and_files_share_one_order,
    descending_is_the_exact_reverse,
    pages_join_up,
    past_versions,
    listings_follow_changes,
    tenants_are_apart,
    a_page_takes_few_statements,
    a_page_of_a_thousand,
);

const ALL_KEYS: [SortKey; 8] = [
    SortKey::Name,
    SortKey::Created,
    SortKey::Updated,
    SortKey::Width,
    SortKey::Height,
    SortKey::Size,
    SortKey::Duration,
    SortKey::Captured,
];

fn listing(tenant: TenantId) -> Listing {
    Listing::of(tenant)
}

fn sorted(tenant: TenantId, by: SortKey) -> Listing {
    Listing { sort: Sort { by, descending: false }, ..listing(tenant) }
}

fn filtered(tenant: TenantId, filter: Filter) -> Listing {
    Listing { filter, ..listing(tenant) }
}

/// Paths of the entries; a past version as `path#number`. A whole page tells its total as well.
async fn paths(catalog: &Catalog, listing: &Listing) -> Vec<String> {
    let page = catalog.list(listing).await.unwrap();
    if listing.skip == 0 && listing.limit == 1000 {
        assert_eq!(page.total, Some(page.entries.len() as u64));
    }
    paths_of(&page)
}

fn paths_of(page: &Page) -> Vec<String> {
    let path = |entry: &Entry| match entry {
        Entry::Asset(asset) => {
            format!("{}/{}", asset.folder.as_str().trim_end_matches('/'), asset.name)
        }
        Entry::PastVersion(asset) => format!("{}#{}", asset.name, asset.current.number),
        Entry::Folder(folder) => format!("{}/", folder.path),
    };
    page.entries.iter().map(path).collect()
}

async fn an_empty_library_has_an_empty_page(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    for kinds in [Kinds::Assets, Kinds::Folders, Kinds::Both, Kinds::PastVersions] {
        for by in ALL_KEYS {
            let page = catalog.list(&Listing { kinds, ..sorted(tenant, by) }).await.unwrap();
            assert_eq!(page, Page { entries: Vec::new(), total: Some(0) });
        }
    }
}

async fn a_folder_is_listed_without_those_below(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    for (content, path) in
        ["/top", "/a/one", "/a/two", "/a/b/deep", "/ab/near"].into_iter().enumerate()
    {
        add(catalog, tenant, path, content as u32).await;
    }
    catalog.ensure_folder(tenant, &folder("/a/empty")).await.unwrap();
    let inside = async |path, kinds| {
        let filter = Filter { folder: Some(folder(path)), ..Filter::default() };
        paths(catalog, &Listing { kinds, ..filtered(tenant, filter) }).await
    };
    assert_eq!(inside("/", Kinds::Assets).await, ["/top"]);
    assert_eq!(inside("/a", Kinds::Assets).await, ["/a/one", "/a/two"]);
    assert_eq!(inside("/a", Kinds::Folders).await, ["/a/b/", "/a/empty/"]);
    assert_eq!(inside("/", Kinds::Folders).await, ["/a/", "/ab/"], "the root is not in itself");
    assert_eq!(inside("/a", Kinds::Both).await, ["/a/one", "/a/two", "/a/b/", "/a/empty/"]);
    assert!(inside("/a/empty", Kinds::Both).await.is_empty());
    assert!(inside("/nowhere", Kinds::Both).await.is_empty());
    let everywhere = Listing { kinds: Kinds::Both, ..listing(tenant) };
    assert_eq!(
        catalog.list(&everywhere).await.unwrap().total,
        Some(9),
        "five files, four folders, no root"
    );
}

async fn names_match_exactly(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    for (content, path) in ["/cat", "/Cat", "/cat_", "/x/cat", "/cat.jpg"].into_iter().enumerate() {
        add(catalog, tenant, path, content as u32).await;
    }
    catalog.ensure_folder(tenant, &folder("/y/cat")).await.unwrap();
    let named = async |name: &str, kinds| {
        let filter = Filter { name: Some(name.to_owned()), ..Filter::default() };
        paths(catalog, &Listing { kinds, ..filtered(tenant, filter) }).await
    };
    assert_eq!(named("cat", Kinds::Assets).await, ["/cat", "/x/cat"]);
    assert_eq!(named("cat", Kinds::Both).await, ["/cat", "/x/cat", "/y/cat/"]);
    assert!(named("ca%", Kinds::Both).await.is_empty());
    assert!(named("c_t", Kinds::Both).await.is_empty());
}

async fn any_tag_is_enough(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let rows: [(&str, &[&str], &[&str]); 4] = [
        ("/both", &["red", "blue"], &["red"]),
        ("/blue", &["blue", "blue"], &[]),
        ("/auto", &[], &["red"]),
        ("/none", &["redder", "Red"], &[]),
    ];
    for (content, (path, by_hand, by_software)) in rows.into_iter().enumerate() {
        let mut new = upload(tenant, path, content as u32);
        new.tags = tags(by_hand);
        new.auto_tags = Change::Set(by_software.iter().map(|name| auto_tag(name)).collect());
        catalog.add_version(new).await.unwrap();
    }
    let tagged = async |any: &[&str], kinds| {
        let filter = Filter {
            any_tag: any.iter().map(|&tag| tag.to_owned()).collect(),
            ..Filter::default()
        };
        paths(catalog, &Listing { kinds, ..filtered(tenant, filter) }).await
    };
    assert_eq!(tagged(&["red"], Kinds::Assets).await, ["/both", "/auto"]);
    assert_eq!(
        tagged(&["red", "blue"], Kinds::Assets).await,
        ["/both", "/blue", "/auto"],
        "each once"
    );
    assert_eq!(tagged(&["green", "blue"], Kinds::Both).await, ["/both", "/blue"]);
    assert!(tagged(&["green"], Kinds::Assets).await.is_empty());
    assert!(tagged(&["red"], Kinds::Folders).await.is_empty(), "folders have no tags");
}

async fn images_and_others(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    catalog.add_version(picture(tenant, "/f/a.jpg", 1, Size::new(1, 1))).await.unwrap();
    add(catalog, tenant, "/f/a.txt", 2).await;
    let of = async |images, kinds| {
        let filter = Filter { images, ..Filter::default() };
        paths(catalog, &Listing { kinds, ..filtered(tenant, filter) }).await
    };
    assert_eq!(of(Some(true), Kinds::Both).await, ["/f/a.jpg"]);
    assert_eq!(of(Some(false), Kinds::Both).await, ["/f/a.txt"]);
    assert_eq!(of(None, Kinds::Both).await, ["/f/", "/f/a.jpg", "/f/a.txt"]);
    // The past version is a picture, the current one is not.
    add(catalog, tenant, "/f/a.jpg", 3).await;
    assert!(of(Some(true), Kinds::Assets).await.is_empty());
    assert_eq!(of(Some(true), Kinds::PastVersions).await, ["a.jpg#1"]);
    assert!(of(Some(false), Kinds::PastVersions).await.is_empty());
}

async fn conditions_hold_together(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    for (content, path) in ["/a/x.jpg", "/a/y.jpg", "/b/x.jpg"].into_iter().enumerate() {
        let mut new = picture(tenant, path, content as u32, Size::new(1, 1));
        new.tags = tags(&["t"]);
        catalog.add_version(new).await.unwrap();
    }
    let filter = Filter {
        folder: Some(folder("/a")),
        name: Some("x.jpg".to_owned()),
        any_tag: vec!["t".to_owned()],
        images: Some(true),
    };
    assert_eq!(paths(catalog, &filtered(tenant, filter)).await, ["/a/x.jpg"]);
}

async fn names_sort_by_code_point(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    // By UTF-16, U+1F600 would come before U+FF5E; by locale, `B` between `a` and `c`.
    let in_order = [
        "/10",
        "/2",
        "/B",
        "/_",
        "/a",
        "/a b",
        "/a-b",
        "/c",
        "/Ä",
        "/ä",
        "/日",
        "/\u{ff5e}",
        "/\u{1f600}",
    ];
    for (content, path) in in_order.iter().rev().enumerate() {
        add(catalog, tenant, path, content as u32).await;
    }
    assert_eq!(paths(catalog, &sorted(tenant, SortKey::Name)).await, in_order);
}

async fn each_order(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let taken = |when: &str| Tag {
        group: TagGroup::Exif,
        name: "DateTimeOriginal".to_owned(),
        value: TagValue::Text(when.to_owned()),
    };
    let add = async |path, content, probe: Option<Probe>| {
        let mut new = upload(tenant, path, content);
        new.probe = probe;
        catalog.add_version(new).await.unwrap();
    };
    add("/plain", 30, None).await;
    let wide = Probe {
        size: Size::new(900, 100),
        metadata: vec![taken("1960:01:01 00:00:00")],
        ..plain_probe()
    };
    add("/wide", 20, Some(wide)).await;
    // Turned by EXIF: it is seen 50 wide and 700 high.
    let turned = Probe { size: Size::new(700, 50), orientation: 6, ..plain_probe() };
    add("/turned", 10, Some(turned)).await;
    let moving =
        Probe { duration_ms: 1, metadata: vec![taken("2020:01:01 00:00:00")], ..plain_probe() };
    add("/moving", 40, Some(moving)).await;
    // A second version moves `updated` alone.
    add("/plain", 31, None).await;

    let rows: [(SortKey, [&str; 4]); 8] = [
        (SortKey::Name, ["/moving", "/plain", "/turned", "/wide"]),
        (SortKey::Created, ["/plain", "/wide", "/turned", "/moving"]),
        // Within one millisecond, birth decides: then `/plain` is first here too.
        (SortKey::Updated, ["/wide", "/turned", "/moving", "/plain"]),
        (SortKey::Width, ["/plain", "/turned", "/moving", "/wide"]),
        (SortKey::Height, ["/plain", "/wide", "/moving", "/turned"]),
        (SortKey::Size, ["/turned", "/wide", "/plain", "/moving"]),
        (SortKey::Duration, ["/plain", "/wide", "/turned", "/moving"]),
        (SortKey::Captured, ["/plain", "/turned", "/wide", "/moving"]),
    ];
    for (by, expected) in rows {
        let page = catalog.list(&sorted(tenant, by)).await.unwrap();
        if by == SortKey::Updated {
            let dates: Vec<_> = page.entries.iter().map(updated).collect();
            assert!(dates.is_sorted(), "{dates:?}");
        } else {
            assert_eq!(paths_of(&page), expected, "{by:?}");
        }
    }
}

fn updated(entry: &Entry) -> i64 {
    match entry {
        Entry::Asset(asset) | Entry::PastVersion(asset) => asset.updated,
        Entry::Folder(folder) => folder.updated,
    }
}

async fn ties_go_by_birth(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let births = ["/z", "/m/z", "/a", "/m/a", "/k"];
    for path in births {
        add(catalog, tenant, path, 7).await;
    }
    for by in
        [SortKey::Created, SortKey::Width, SortKey::Size, SortKey::Duration, SortKey::Captured]
    {
        assert_eq!(paths(catalog, &sorted(tenant, by)).await, births, "{by:?}");
    }
    let by_name = paths(catalog, &sorted(tenant, SortKey::Name)).await;
    assert_eq!(by_name, ["/a", "/m/a", "/k", "/z", "/m/z"]);
}

async fn further_keys_decide_where_the_first_does_not(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    for (path, content) in [("/b", 1), ("/f/a", 2), ("/a", 1), ("/f/b", 2), ("/c", 1)] {
        let size = Size::new(content, 1);
        catalog.add_version(picture(tenant, path, content, size)).await.unwrap();
    }
    let by = |by, descending| Sort { by, descending };
    let check = async |keys: &[Sort], expected: [&str; 5]| {
        let by_keys = Listing { sort: keys[0], then_by: keys[1..].to_vec(), ..listing(tenant) };
        assert_eq!(paths(catalog, &by_keys).await, expected, "{keys:?}");
        let found = Listing { query: Some(Test::Image.into()), limit: 2, skip: 1, ..by_keys };
        assert_eq!(paths(catalog, &found).await, expected[1..3], "{keys:?}");
    };
    let (name, width) = (SortKey::Name, SortKey::Width);
    check(&[by(width, false)], ["/b", "/a", "/c", "/f/a", "/f/b"]).await;
    check(&[by(width, false), by(name, false)], ["/a", "/b", "/c", "/f/a", "/f/b"]).await;
    check(&[by(width, true), by(name, false)], ["/f/a", "/f/b", "/a", "/b", "/c"]).await;
    check(&[by(width, false), by(name, true)], ["/c", "/b", "/a", "/f/b", "/f/a"]).await;
    check(&[by(name, false), by(width, true)], ["/f/a", "/a", "/f/b", "/b", "/c"]).await;
    let kind = by(SortKey::Kind, false);
    check(&[kind, by(name, true), by(width, true)], ["/c", "/f/b", "/b", "/f/a", "/a"]).await;
}

async fn folders_and_files_share_one_order(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    catalog.ensure_folder(tenant, &folder("/f1")).await.unwrap();
    add(catalog, tenant, "/a1", 5).await;
    catalog.ensure_folder(tenant, &folder("/f2")).await.unwrap();
    add(catalog, tenant, "/a2", 5).await;
    add(catalog, tenant, "/f3/a3", 5).await;
    let by = async |by| paths(catalog, &Listing { kinds: Kinds::Both, ..sorted(tenant, by) }).await;
    let births = ["/f1/", "/a1", "/f2/", "/a2", "/f3/", "/f3/a3"];
    assert_eq!(by(SortKey::Created).await, births);
    assert_eq!(by(SortKey::Updated).await, births);
    assert_eq!(by(SortKey::Name).await, ["/a1", "/a2", "/f3/a3", "/f1/", "/f2/", "/f3/"]);
    assert_eq!(by(SortKey::Size).await, ["/f1/", "/f2/", "/f3/", "/a1", "/a2", "/f3/a3"]);
    assert_eq!(by(SortKey::Width).await, births, "neither folders nor these files have a width");
}

async fn descending_is_the_exact_reverse(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    for content in 0..12_u32 {
        let path = format!("/f{}/n{}", content % 2, content % 6);
        let size = Size::new(content % 3 + 1, content % 4 + 1);
        catalog.add_version(picture(tenant, &path, content % 5, size)).await.unwrap();
    }
    for kinds in [Kinds::Assets, Kinds::Folders, Kinds::Both, Kinds::PastVersions] {
        for by in ALL_KEYS {
            let up = Listing { kinds, ..sorted(tenant, by) };
            let down = Listing { sort: Sort { by, descending: true }, ..up.clone() };
            let mut up = paths(catalog, &up).await;
            up.reverse();
            assert_eq!(paths(catalog, &down).await, up, "{kinds:?} {by:?}");
            assert!(!up.is_empty());
        }
    }
}

async fn pages_join_up(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    for content in 0..7 {
        add(catalog, tenant, &format!("/f/n{content}"), content % 2).await;
    }
    for kinds in [Kinds::Assets, Kinds::Both] {
        let whole = Listing { kinds, ..sorted(tenant, SortKey::Size) };
        let all = paths(catalog, &whole).await;
        for limit in 1..=9 {
            let mut joined = Vec::new();
            for skip in (0..12).step_by(limit) {
                let page = Listing { limit: limit as u64, skip, ..whole.clone() };
                let page = catalog.list(&page).await.unwrap();
                assert_eq!(page.total, Some(all.len() as u64), "limit {limit}, skip {skip}");
                assert!(page.entries.len() <= limit);
                joined.extend(paths_of(&page));
            }
            assert_eq!(joined, all);
        }
    }
    let beyond = Listing { skip: 100, ..listing(tenant) };
    assert_eq!(catalog.list(&beyond).await.unwrap(), Page { entries: Vec::new(), total: Some(7) });
    let only_count = Listing { limit: 0, ..listing(tenant) };
    assert_eq!(
        catalog.list(&only_count).await.unwrap(),
        Page { entries: Vec::new(), total: Some(7) }
    );
    let endless = Listing { limit: i64::MAX as u64, ..listing(tenant) };
    assert_eq!(catalog.list(&endless).await.unwrap().entries.len(), 7);
    for impossible in [
        Listing { limit: u64::MAX, ..listing(tenant) },
        Listing { skip: u64::MAX, ..listing(tenant) },
    ] {
        assert!(matches!(catalog.list(&impossible).await, Err(catalog::Error::Invalid(_))));
    }
}

async fn past_versions(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let past = async |filter, by| {
        let listing = Listing { kinds: Kinds::PastVersions, filter, ..sorted(tenant, by) };
        paths(catalog, &listing).await
    };
    for (path, content) in
        [("/f/b", 9), ("/f/b", 1), ("/a", 5), ("/f/b", 2), ("/a", 3), ("/single", 1)]
    {
        let mut new = picture(tenant, path, content, Size::new(content, 1));
        new.tags = tags(&[path]);
        catalog.add_version(new).await.unwrap();
    }
    let all = Filter::default;
    assert_eq!(past(all(), SortKey::Created).await, ["b#1", "b#2", "a#1"]);
    assert_eq!(past(all(), SortKey::Name).await, ["a#1", "b#1", "b#2"]);
    assert_eq!(past(all(), SortKey::Size).await, ["b#2", "a#1", "b#1"]);
    assert_eq!(
        past(all(), SortKey::Width).await,
        ["b#2", "a#1", "b#1"],
        "their own, not the current one's"
    );
    assert_eq!(
        past(Filter { folder: Some(folder("/f")), ..all() }, SortKey::Created).await,
        ["b#1", "b#2"]
    );
    assert_eq!(
        past(Filter { name: Some("a".to_owned()), ..all() }, SortKey::Created).await,
        ["a#1"]
    );
    assert_eq!(
        past(Filter { any_tag: vec!["/a".to_owned()], ..all() }, SortKey::Created).await,
        ["a#1"]
    );
}

async fn listings_follow_changes(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let mut new = picture(tenant, "/a", 9, Size::new(90, 1));
    new.tags = tags(&["x"]);
    let first = catalog.add_version(new).await.unwrap().asset;
    catalog.add_version(picture(tenant, "/b", 5, Size::new(50, 1))).await.unwrap();
    let by_width = async || paths(catalog, &sorted(tenant, SortKey::Width)).await;
    let tagged = async |tag: &str| {
        let filter = Filter { any_tag: vec![tag.to_owned()], ..Filter::default() };
        paths(catalog, &filtered(tenant, filter)).await
    };
    assert_eq!(by_width().await, ["/b", "/a"]);
    catalog.add_version(picture(tenant, "/a", 1, Size::new(10, 1))).await.unwrap();
    assert_eq!(by_width().await, ["/a", "/b"], "a new version counts at once");
    assert_eq!(tagged("x").await, ["/a"], "tags that were kept are found still");
    catalog.restore_version(tenant, first.id, first.current.id).await.unwrap();
    assert_eq!(by_width().await, ["/b", "/a"], "so does a restored one");

    let patch = catalog::AssetPatch { tags: tags(&["y"]), ..catalog::AssetPatch::default() };
    catalog.update_asset(tenant, first.id, patch).await.unwrap();
    assert!(tagged("x").await.is_empty());
    assert_eq!(tagged("y").await, ["/a"]);
    catalog.delete_asset(tenant, first.id).await.unwrap();
    assert!(tagged("y").await.is_empty());
    assert_eq!(by_width().await, ["/b"]);
}

async fn tenants_are_apart(catalog: &Catalog) {
    let mine = tenant(catalog).await;
    let theirs = catalog.ensure_tenant("other").await.unwrap().id;
    let mut new = upload(mine, "/f/a", 1);
    new.tags = tags(&["x"]);
    catalog.add_version(new.clone()).await.unwrap();
    catalog.add_version(new).await.unwrap();
    for kinds in [Kinds::Assets, Kinds::Folders, Kinds::Both, Kinds::PastVersions] {
        for folder in [None, Some(folder("/f"))] {
            for any_tag in [vec![], vec!["x".to_owned()]] {
                let filter = Filter { folder: folder.clone(), any_tag, ..Filter::default() };
                let page =
                    catalog.list(&Listing { kinds, ..filtered(theirs, filter) }).await.unwrap();
                assert_eq!(page.total, Some(0));
            }
        }
    }
}

async fn a_page_takes_few_statements(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    for content in 0..5 {
        add(catalog, tenant, &format!("/{content}"), content).await;
    }
    let before = catalog.statements();
    catalog.list(&listing(tenant)).await.unwrap();
    assert_eq!(catalog.statements() - before, 2, "which, and what");
    catalog.list(&Listing { limit: 2, ..listing(tenant) }).await.unwrap();
    assert_eq!(catalog.statements() - before, 5, "which, how many, and what");
}

async fn a_page_of_a_thousand(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    // One blob and one version each: quick enough to be done on every database.
    let mut expected = Vec::new();
    for content in 0..1001 {
        let path = format!("/{content:04}");
        add(catalog, tenant, &path, 1).await;
        expected.push(path);
    }
    let page = catalog.list(&sorted(tenant, SortKey::Name)).await.unwrap();
    assert_eq!((page.total, page.entries.len()), (Some(1001), 1000));
    assert_eq!(paths_of(&page), expected[..1000]);
}
