//! Sets, cards, and searches by them.

use catalog::{
    Asset, AssetPatch, CardPatch, Catalog, Change, Clause, Entry, Error, Facet, Glob, GlobPart,
    Listing, Lock, NewSet, Query, Set, SetPatch, SetState, TagNames, TenantId, Terms, Test,
    TokenField, TokenTest, Visibility, Written, WrittenTest,
};

use crate::databases::on_every_database;
use crate::sample::{tags, tenant, upload};

on_every_database!(
    sets_are_made_changed_and_deleted,
    all_sets_are_made_or_none,
    a_first_set_is_given_once,
    a_closed_set_withholds_its_assets,
    a_set_that_holds_assets_stays,
    cards_are_written_and_read,
    a_change_on_a_condition_needs_that_state,
    a_chosen_id_is_taken_once,
    a_copy_belongs_to_no_set,
    cards_are_searched,
    assets_are_counted_by_what_they_have_in_common,
);

fn new_set(name: &str, state: SetState) -> NewSet {
    NewSet {
        id: None,
        name: name.to_owned(),
        state,
        description: None,
        destination: "internal".to_owned(),
        destination_config: None,
        max_bytes: None,
        creator: Some("ann".to_owned()),
    }
}

async fn add_set(catalog: &Catalog, tenant: TenantId, name: &str) -> Set {
    catalog.add_sets(tenant, vec![new_set(name, SetState::Usable)]).await.unwrap().remove(0)
}

async fn add(catalog: &Catalog, tenant: TenantId, path: &str, card: CardPatch) -> Asset {
    let mut new = upload(tenant, path, 1);
    new.card = card;
    catalog.add_version(new).await.unwrap().asset
}

async fn sets_are_made_changed_and_deleted(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let set = add_set(catalog, tenant, "press/photos").await;
    assert_eq!(set.folder.as_str(), "/sams/press_photos");
    assert_eq!(catalog.set(tenant, set.id).await.unwrap(), Some(set.clone()));
    let patch = SetPatch {
        name: Some("other".to_owned()),
        max_bytes: Some(10),
        editor: Some("bob".to_owned()),
        ..SetPatch::default()
    };
    let after = catalog.update_set(tenant, set.id, patch.clone(), Some(set.stamp())).await.unwrap();
    assert_eq!(
        (after.name.as_str(), after.limit(), after.folder.as_str()),
        ("other", Some(10), "/sams/other")
    );
    assert_eq!((after.creator.as_deref(), after.editor.as_deref()), (Some("ann"), Some("bob")));
    assert_eq!(catalog.set(tenant, set.id).await.unwrap(), Some(after.clone()));
    let stale = catalog.update_set(tenant, set.id, patch, Some(set.stamp())).await.unwrap_err();
    assert!(matches!(stale, Error::Stale(_)), "{stale}");
    let stale = catalog.delete_set(tenant, set.id, Some(set.stamp())).await.unwrap_err();
    assert!(matches!(stale, Error::Stale(_)), "{stale}");
    catalog.delete_set(tenant, set.id, Some(after.stamp())).await.unwrap();
    assert!(catalog.sets(tenant).await.unwrap().is_empty());
    let gone = catalog.delete_set(tenant, set.id, None).await.unwrap_err();
    assert!(matches!(gone, Error::NotFound(_)), "{gone}");
}

async fn all_sets_are_made_or_none(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let both = vec![new_set("a", SetState::Draft), new_set("a", SetState::Draft)];
    let taken = catalog.add_sets(tenant, both).await.unwrap_err();
    assert!(matches!(taken, Error::Conflict(_)), "{taken}");
    assert!(catalog.sets(tenant).await.unwrap().is_empty());
    let alike = vec![new_set("a/b", SetState::Draft), new_set("a_b", SetState::Draft)];
    let alike = catalog.add_sets(tenant, alike).await.unwrap();
    assert_ne!(alike[0].folder, alike[1].folder);
}

async fn a_first_set_is_given_once(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    assert!(catalog.give_first_set(tenant, new_set("a", SetState::Usable)).await.unwrap());
    let set = catalog.sets(tenant).await.unwrap().remove(0);
    catalog.delete_set(tenant, set.id, None).await.unwrap();
    assert!(!catalog.give_first_set(tenant, new_set("a", SetState::Usable)).await.unwrap());
    assert!(catalog.sets(tenant).await.unwrap().is_empty());
}

async fn a_closed_set_withholds_its_assets(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let set = add_set(catalog, tenant, "a").await;
    let asset = add(
        catalog,
        tenant,
        "/a",
        CardPatch { set: Change::Set(Some(set.id)), ..CardPatch::default() },
    )
    .await;
    assert!(asset.is_listed());
    let close = SetPatch { state: Some(SetState::Disabled), ..SetPatch::default() };
    catalog.update_set(tenant, set.id, close, None).await.unwrap();
    let read = catalog.asset(tenant, asset.id).await.unwrap().unwrap();
    assert!(read.is_withheld() && !read.is_listed());
    assert_eq!((read.visibility, read.stamp()), (Visibility::Listed, asset.stamp()));

    add(catalog, tenant, "/b", CardPatch::default()).await;
    let shown = Query::Clause(Clause { negated: true, test: Test::Unlisted });
    assert_eq!(found(catalog, tenant, Test::Unlisted.into()).await, ["a"]);
    assert_eq!(found(catalog, tenant, shown).await, ["b"]);
}

async fn a_set_that_holds_assets_stays(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let set = add_set(catalog, tenant, "a").await;
    assert!(!catalog.has_assets_in_no_set(tenant).await.unwrap());
    let into = CardPatch { set: Change::Set(Some(set.id)), ..CardPatch::default() };
    let asset = add(catalog, tenant, "/a", into).await;
    assert_eq!(catalog.set_size(tenant, set.id).await.unwrap(), 1);
    let used = catalog.delete_set(tenant, set.id, None).await.unwrap_err();
    assert!(matches!(used, Error::Invalid(_)), "{used}");
    let out = CardPatch { set: Change::Set(None), ..CardPatch::default() };
    let patch = AssetPatch { card: out, ..AssetPatch::default() };
    catalog.update_asset(tenant, asset.id, patch).await.unwrap();
    assert!(catalog.has_assets_in_no_set(tenant).await.unwrap());
    catalog.delete_set(tenant, set.id, None).await.unwrap();
}

async fn cards_are_written_and_read(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let parent = add(catalog, tenant, "/parent", CardPatch::default()).await;
    assert_eq!(
        (parent.card.as_ref(), parent.title(), parent.filename()),
        (None, "parent", "parent")
    );
    let lock = Lock::Held {
        action: Some("edit".to_owned()),
        user: "ann".to_owned(),
        session: "s".to_owned(),
        since: 5,
    };
    let card = CardPatch {
        title: Change::Set(Some("A title".to_owned())),
        filename: Change::Set(Some(String::new())),
        parent: Change::Set(Some(parent.id)),
        media: Change::Set(Some((Some("video/x".to_owned()), None))),
        tag_names: Change::Set(TagNames::Named(vec![("x".to_owned(), "An X".to_owned())])),
        extra: Change::Set(Some([("a".to_owned(), 1.into())].into())),
        creator: Change::Set(Some("ann".to_owned())),
        editor: Change::Set(Some("bob".to_owned())),
        lock: Change::Set(lock),
        set: Change::Keep,
    };
    let mut new = upload(tenant, "/a", 1);
    (new.card, new.tags) = (card, tags(&["x", "y"]));
    let asset = catalog.add_version(new).await.unwrap().asset;
    let read = catalog.asset(tenant, asset.id).await.unwrap().unwrap();
    assert_eq!(read, asset);
    assert_eq!((read.title(), read.filename()), ("A title", ""));
    assert_eq!(read.named_tags().collect::<Vec<_>>(), [("x", "An X"), ("y", "y")]);
    assert_eq!(read.media().unwrap().shown.as_deref(), Some("video/x"));
    assert_eq!(catalog.locked_by(tenant, "ann", "s").await.unwrap(), [asset.id]);
    assert!(catalog.locked_by(tenant, "ann", "other").await.unwrap().is_empty());
    let other = catalog.add_version(upload(tenant, "/a", 2)).await.unwrap().asset;
    assert_eq!(other.media(), None, "it was said of other bytes");
    assert_eq!(other.title(), "A title");
}

async fn a_change_on_a_condition_needs_that_state(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let asset = add(catalog, tenant, "/a", CardPatch::default()).await;
    let patch = AssetPatch { only_if: Some(asset.stamp()), ..AssetPatch::default() };
    let after = catalog.update_asset(tenant, asset.id, patch.clone()).await.unwrap();
    assert_ne!(after.stamp(), asset.stamp());
    let stale = catalog.update_asset(tenant, asset.id, patch).await.unwrap_err();
    assert!(matches!(stale, Error::Stale(_)), "{stale}");
    let mut new = upload(tenant, "/a", 2);
    new.terms = Terms { id: None, only_if: Some((asset.id, asset.stamp())) };
    let stale = catalog.add_version(new.clone()).await.unwrap_err();
    assert!(matches!(stale, Error::Stale(_)), "{stale}");
    new.terms.only_if = Some((asset.id, after.stamp()));
    catalog.add_version(new).await.unwrap();
    let stale = catalog.delete_asset_if(tenant, asset.id, Some(after.stamp())).await.unwrap_err();
    assert!(matches!(stale, Error::Stale(_)), "{stale}");
}

async fn a_chosen_id_is_taken_once(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let id = "0123456789abcdefffffffff".parse().unwrap();
    let mut new = upload(tenant, "/a", 1);
    (new.terms.id, new.on_conflict) = (Some(id), catalog::OnConflict::Rename);
    assert_eq!(catalog.add_version(new.clone()).await.unwrap().asset.id, id);
    let taken = catalog.add_version(new.clone()).await.unwrap_err();
    assert!(matches!(taken, Error::Conflict(_)), "{taken}");
    new.terms.id = None;
    let other = catalog.add_version(new).await.unwrap().asset;
    assert!(other.id != id && other.name.as_str().starts_with("a_"), "{}", other.name);
}

async fn a_copy_belongs_to_no_set(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let set = add_set(catalog, tenant, "a").await;
    let into = CardPatch { set: Change::Set(Some(set.id)), ..CardPatch::default() };
    let asset = add(catalog, tenant, "/a", into).await;
    let close = SetPatch { state: Some(SetState::Disabled), ..SetPatch::default() };
    catalog.update_set(tenant, set.id, close, None).await.unwrap();
    let to = crate::sample::folder("/b");
    let copy =
        catalog.copy_asset(tenant, asset.id, &to, catalog::Versions::All).await.unwrap().asset;
    assert_eq!((copy.set, copy.visibility), (None, Visibility::Hidden));
}

/// Paths of what a query finds.
async fn found(catalog: &Catalog, tenant: TenantId, query: Query) -> Vec<String> {
    let listing = Listing { query: Some(query.clone()), ..Listing::of(tenant) };
    let page = catalog.list(&listing).await.unwrap();
    assert_eq!(
        catalog.count(tenant, &query).await.unwrap(),
        page.entries.len() as u64,
        "{query:?}"
    );
    let name = |entry: &Entry| match entry {
        Entry::Asset(asset) => asset.name.to_string(),
        other => panic!("{other:?}"),
    };
    page.entries.iter().map(name).collect()
}

async fn cards_are_searched(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let set = add_set(catalog, tenant, "a").await;
    let titled = CardPatch {
        title: Change::Set(Some("Élan Vital".to_owned())),
        creator: Change::Set(Some("ann".to_owned())),
        set: Change::Set(Some(set.id)),
        ..CardPatch::default()
    };
    let one = add(catalog, tenant, "/bbb_0001.png", CardPatch::default()).await;
    add(catalog, tenant, "/two.txt", titled).await;
    let word =
        |of, word: &str| Query::from(Test::Tokens { of, test: TokenTest::Word(word.to_owned()) });
    let phrase = |words: &[&str]| {
        let words = words.iter().map(|&word| word.to_owned()).collect();
        Query::from(Test::Tokens { of: TokenField::FileName, test: TokenTest::Phrase(words) })
    };
    let any = || GlobPart::Any;
    let text = |text: &str| GlobPart::Text(text.to_owned());
    let like = |parts| {
        Query::from(Test::Tokens { of: TokenField::Title, test: TokenTest::Like(Glob(parts)) })
    };
    let written = |of, test| Query::from(Test::Written { of, test });
    let (first, second) = (["bbb_0001.png".to_owned()], ["two.txt".to_owned()]);
    for (query, expected) in [
        (word(TokenField::FileName, "0001"), &first[..]),
        (word(TokenField::Title, "bbb"), &first),
        (word(TokenField::Title, "elan"), &second),
        (word(TokenField::Title, "two"), &[]),
        (phrase(&["bbb", "0001"]), &first),
        (phrase(&["bbb", "png"]), &[]),
        (phrase(&[]), &[]),
        (like(vec![text("b"), any()]), &first),
        (like(vec![text("v"), any(), text("l")]), &second),
        (like(vec![text("B"), any(), text("b")]), &[]),
        (written(Written::Title, WrittenTest::OneOf(vec!["Élan Vital".to_owned()])), &second),
        (written(Written::Title, WrittenTest::Like(Glob(vec![any(), text("_"), any()]))), &first),
        (written(Written::Creator, WrittenTest::Exists), &second),
        (
            written(Written::MediaType, WrittenTest::Like(Glob::prefix("text/"))),
            &[first[0].clone(), second[0].clone()],
        ),
        (Test::Set(vec![Some(set.id)]).into(), &second),
        (Test::Set(vec![None]).into(), &first),
        (Test::Set(vec![]).into(), &[]),
        (Test::Visibility(vec![Visibility::Draft]).into(), &[]),
        (Test::CurrentVersion(vec![one.current.id]).into(), &first),
        (Test::Parent(vec![one.id]).into(), &[]),
    ] {
        assert_eq!(found(catalog, tenant, query.clone()).await, expected, "{query:?}");
    }
}

async fn assets_are_counted_by_what_they_have_in_common(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let set = add_set(catalog, tenant, "a").await;
    let into = CardPatch { set: Change::Set(Some(set.id)), ..CardPatch::default() };
    for (path, labels) in [("/a", &["x", "y"][..]), ("/b", &["x"])] {
        let mut new = upload(tenant, path, 1);
        (new.card, new.tags) = (into.clone(), tags(labels));
        catalog.add_version(new).await.unwrap();
    }
    add(catalog, tenant, "/c", CardPatch::default()).await;
    let all = Query::All(Vec::new());
    let tally = async |facet| catalog.tally(tenant, &all, facet).await.unwrap();
    let some = |text: &str, count| (Some(text.to_owned()), count);
    assert_eq!(tally(Facet::Set).await, [(Some(set.id.to_string()), 2), (None, 1)]);
    assert_eq!(tally(Facet::Tag).await, [some("x", 2), some("y", 1)]);
    assert_eq!(tally(Facet::TagName).await, [some("x", 2), some("y", 1)]);
    assert_eq!(tally(Facet::State).await, [some("public", 3)]);
    assert_eq!(tally(Facet::Written(Written::Creator)).await, []);
}
