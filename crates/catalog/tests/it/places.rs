//! Short names, receipts, and places that assets are brought to.

use catalog::{
    Arrangement, Asset, AssetPatch, Catalog, Change, Error, Kinds, KnownAs, Listing, Name,
    NewVersion, OnConflict, Place, Query, Receipt, Sort, SortKey, Stored, TenantId, Test, Versions,
};

use crate::databases::on_every_database;
use crate::sample::{add, folder, now, tenant, upload};

on_every_database!(
    a_short_name_stays_when_the_name_changes,
    a_name_that_is_shown_or_taken_is_a_conflict,
    the_shown_name_goes_first,
    short_names_follow_and_yield,
    an_update_brings_an_asset_to_a_place,
    an_upload_with_a_receipt_happens_once,
    what_is_in_the_way_may_be_avoided,
    the_oldest_version_makes_room,
    listings_know_shown_names_and_put_folders_first,
);

/// `short`: what clients call it, if that is not the name itself.
fn shown(tenant: TenantId, path: &str, short: Option<&str>, content: u32) -> NewVersion {
    let short = short.map(|short| Name::parse(short).unwrap());
    NewVersion { known_as: KnownAs::Shown(short), ..upload(tenant, path, content) }
}

async fn put(catalog: &Catalog, new: NewVersion) -> Stored {
    catalog.add_version(new).await.unwrap()
}

fn called(asset: &Asset) -> (&str, Option<&str>) {
    (asset.name.as_str(), asset.short_name.as_ref().map(Name::as_str))
}

async fn a_short_name_stays_when_the_name_changes(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let first = put(catalog, shown(tenant, "/f/cat.png", Some("cat"), 1)).await;
    assert!(first.created);
    assert_eq!(called(&first.asset), ("cat.png", Some("cat")));
    let second = put(catalog, shown(tenant, "/f/cat.jpeg", Some("cat"), 2)).await;
    assert!(!second.created);
    assert_eq!(second.asset.id, first.asset.id);
    assert_eq!(called(&second.asset), ("cat.jpeg", Some("cat")));
    let read = catalog.asset(tenant, first.asset.id).await.unwrap().unwrap();
    assert_eq!(called(&read), ("cat.jpeg", Some("cat")));
    assert!(catalog.asset_at(tenant, &folder("/f"), "cat.png").await.unwrap().is_none());
    // Others know it by its name, and leave the short one alone.
    let third = add(catalog, tenant, "/f/cat.jpeg", 3).await;
    assert_eq!(called(&third.asset), ("cat.jpeg", Some("cat")));
}

async fn a_name_that_is_shown_or_taken_is_a_conflict(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    put(catalog, shown(tenant, "/cat.png", Some("cat"), 1)).await;
    let refused =
        async |new: NewVersion| matches!(catalog.add_version(new).await, Err(Error::Conflict(_)));
    let reject = |new: NewVersion| NewVersion { on_conflict: OnConflict::Reject, ..new };
    assert!(refused(reject(shown(tenant, "/cat.gif", Some("cat"), 2))).await);
    // Another asset has the name: whatever the upload wants.
    assert!(refused(reject(shown(tenant, "/cat.png", None, 2))).await);
    assert!(refused(shown(tenant, "/cat.png", None, 2)).await);
    add(catalog, tenant, "/dog.gif", 3).await;
    assert!(refused(shown(tenant, "/dog.gif", Some("dog"), 4)).await);
    put(catalog, shown(tenant, "/dog.png", Some("dog"), 4)).await;
    // The format of what is shown changes to a name that another one has.
    assert!(refused(shown(tenant, "/dog.gif", Some("dog"), 5)).await);
}

async fn the_shown_name_goes_first(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let plain = put(catalog, shown(tenant, "/cat.png", Some("cat"), 1)).await.asset.id;
    let find = async |name: &str| {
        let found = catalog.asset_shown(tenant, &folder("/"), name).await.unwrap();
        found.map(|asset| asset.id)
    };
    assert_eq!(find("cat").await, Some(plain));
    assert_eq!(find("cat.png").await, Some(plain));
    let double = put(catalog, shown(tenant, "/cat.png.png", Some("cat.png"), 2)).await.asset.id;
    assert_eq!(find("cat.png").await, Some(double));
    assert_eq!(find("cat").await, Some(plain));
    assert_eq!(find("c\0t").await, None);
    let other = catalog.ensure_tenant("other").await.unwrap().id;
    assert!(catalog.asset_shown(other, &folder("/"), "cat").await.unwrap().is_none());
}

async fn short_names_follow_and_yield(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let cat = put(catalog, shown(tenant, "/cat.png", Some("cat"), 1)).await.asset.id;
    let rename = async |id, name: &str| {
        let name = Name::parse(name).unwrap();
        catalog.rename_asset(tenant, id, &name).await.unwrap()
    };
    assert_eq!(called(&rename(cat, "dog.png").await), ("dog.png", Some("dog")));
    assert_eq!(called(&rename(cat, "dog.gif").await), ("dog.gif", None));
    let one = put(catalog, shown(tenant, "/a/one.png", Some("one"), 2)).await.asset.id;
    put(catalog, shown(tenant, "/b/one.gif", Some("one"), 3)).await;
    let copied = catalog.copy_asset(tenant, one, &folder("/b"), Versions::All).await.unwrap();
    assert_eq!(called(&copied.asset), ("one.png", None));
    let moved = catalog.move_asset(tenant, one, &folder("/c")).await.unwrap();
    assert_eq!(called(&moved), ("one.png", Some("one")));
    // What is there already keeps its own.
    put(catalog, shown(tenant, "/d/one.png", None, 4)).await;
    let absorbed = catalog.move_asset(tenant, one, &folder("/d")).await.unwrap();
    assert_eq!(called(&absorbed), ("one.png", None));
}

async fn an_update_brings_an_asset_to_a_place(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let cat = put(catalog, shown(tenant, "/cat.png", Some("cat"), 1)).await.asset.id;
    let to = |path: &str, name: &str, short: Option<&str>| AssetPatch {
        tags: Change::Set(vec!["moved".to_owned()]),
        place: Change::Set(Place {
            folder: folder(path),
            name: Name::parse(name).unwrap(),
            short_name: short.map(|short| Name::parse(short).unwrap()),
        }),
        ..AssetPatch::default()
    };
    let moved = catalog.update_asset(tenant, cat, to("/x/y", "dog.png", Some("dog"))).await;
    assert_eq!(called(&moved.unwrap()), ("dog.png", Some("dog")));
    let read = catalog.asset_shown(tenant, &folder("/x/y"), "dog").await.unwrap().unwrap();
    assert_eq!((read.id, read.tags), (cat, vec!["moved".to_owned()]));
    put(catalog, shown(tenant, "/bird.gif", Some("bird"), 2)).await;
    for (name, short) in [("bird.png", Some("bird")), ("bird.gif", None), ("bird", None)] {
        let patch = AssetPatch { tags: Change::Set(Vec::new()), ..to("/", name, short) };
        let refused = catalog.update_asset(tenant, cat, patch).await;
        assert!(matches!(refused, Err(Error::Conflict(_))), "{name}: {refused:?}");
    }
    // Nothing of what was refused has happened.
    let read = catalog.asset(tenant, cat).await.unwrap().unwrap();
    assert_eq!((read.folder.as_str(), read.tags.len()), ("/x/y", 1));
}

async fn an_upload_with_a_receipt_happens_once(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let receipt = Receipt { id: "abc".to_owned(), expires: now() + 60_000 };
    assert_eq!(catalog.receipt(tenant, "abc").await.unwrap(), None);
    let new = |path: &str| NewVersion {
        on_conflict: OnConflict::Reject,
        receipt: Some(receipt.clone()),
        ..upload(tenant, path, 1)
    };
    let first = catalog.add_version(new("/a")).await.unwrap();
    let again = catalog.add_version(new("/a")).await.unwrap();
    assert!(first.created && !again.created);
    assert_eq!(first.asset, again.asset);
    assert_eq!(catalog.receipt(tenant, "abc").await.unwrap(), Some(first.asset.id));
    // Several at once are one as well.
    let receipt = Receipt { id: "def".to_owned(), expires: now() - 1 };
    let new = NewVersion { receipt: Some(receipt), ..upload(tenant, "/b", 2) };
    let (one, two) =
        tokio::join!(catalog.add_version(new.clone()), catalog.add_version(new.clone()));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_ne!(one.created, two.created);
    assert_eq!(one.asset.current.number, 1);
    assert_eq!(catalog.forget_receipts(now()).await.unwrap(), 1);
    assert_eq!(catalog.receipt(tenant, "def").await.unwrap(), None);
    // What was refused leaves no receipt behind.
    let receipt = Receipt { id: "ghi".to_owned(), expires: now() + 60_000 };
    let taken = NewVersion {
        on_conflict: OnConflict::Reject,
        receipt: Some(receipt),
        ..upload(tenant, "/b", 3)
    };
    assert!(matches!(catalog.add_version(taken).await, Err(Error::Conflict(_))));
    assert_eq!(catalog.receipt(tenant, "ghi").await.unwrap(), None);
}

async fn what_is_in_the_way_may_be_avoided(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let or_else = |content| {
        let place = Place {
            folder: folder("/"),
            name: Name::parse(&format!("cat_{content}.png")).unwrap(),
            short_name: Some(Name::parse(&format!("cat_{content}")).unwrap()),
        };
        let short = Some(Name::parse("cat").unwrap());
        NewVersion {
            known_as: KnownAs::ShownOrElse(short, Box::new(place)),
            on_conflict: OnConflict::Reject,
            ..upload(tenant, "/cat.png", content)
        }
    };
    let first = put(catalog, or_else(1)).await.asset;
    assert_eq!(called(&first), ("cat.png", Some("cat")));
    let second = put(catalog, or_else(2)).await.asset;
    assert_eq!(called(&second), ("cat_2.png", Some("cat_2")));
    let read = catalog.asset(tenant, first.id).await.unwrap().unwrap();
    assert_eq!(read.current.blob, first.current.blob);
    // The place in reserve is taken as well.
    assert!(matches!(catalog.add_version(or_else(2)).await, Err(Error::Conflict(_))));
}

async fn the_oldest_version_makes_room(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    for content in 1..=102 {
        put(catalog, shown(tenant, "/cat.png", Some("cat"), content)).await;
    }
    let asset = catalog.asset_shown(tenant, &folder("/"), "cat").await.unwrap().unwrap();
    let versions = catalog.versions(tenant, asset.id).await.unwrap();
    let numbers: Vec<u32> = versions.iter().map(|version| version.number).collect();
    assert_eq!((numbers.len(), numbers[0], numbers[99]), (100, 102, 3));
}

async fn listings_know_shown_names_and_put_folders_first(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    put(catalog, shown(tenant, "/b.png", Some("b"), 10)).await;
    put(catalog, shown(tenant, "/a.10%.gif", Some("a.10%"), 20)).await;
    put(catalog, shown(tenant, "/c/Deep_One.gif", None, 5)).await;
    catalog.ensure_folder(tenant, &folder("/a")).await.unwrap();
    let list = async |by, descending, arrangement, query: Option<Query>| {
        let listing = Listing {
            kinds: Kinds::Both,
            sort: Sort { by, descending },
            arrangement,
            query,
            ..Listing::of(tenant)
        };
        let page = catalog.list(&listing).await.unwrap();
        let name = |entry: &catalog::Entry| match entry {
            catalog::Entry::Folder(folder) => format!("{}/", folder.path.name().unwrap()),
            catalog::Entry::Asset(asset) | catalog::Entry::PastVersion(asset) => {
                asset.shown_name().to_string()
            }
        };
        page.entries.iter().map(name).collect::<Vec<_>>().join(" ")
    };
    let first = Arrangement::FoldersFirst;
    assert_eq!(list(SortKey::Shown, false, first, None).await, "a/ c/ Deep_One.gif a.10% b");
    let mixed = Arrangement::ById;
    assert_eq!(list(SortKey::Shown, true, mixed, None).await, "c/ b a.10% a/ Deep_One.gif");
    assert_eq!(list(SortKey::Size, true, mixed, None).await.split(' ').next(), Some("a.10%"));
    let by_kind = list(SortKey::Kind, false, mixed, None).await;
    assert!(by_kind.ends_with('/'), "{by_kind}");
    let by_format = list(SortKey::Format, false, mixed, None).await;
    assert!(by_format.starts_with("a/ c/") || by_format.starts_with("c/ a/"), "{by_format}");
    let by_folder = list(SortKey::Folder, true, mixed, None).await;
    assert!(by_folder.starts_with("Deep_One.gif"), "{by_folder}");
    let by_created = list(SortKey::Created, false, mixed, None).await;
    assert_eq!(by_created.split(' ').count(), 5);
    let part = async |part: &str| {
        list(SortKey::Shown, false, first, Some(Test::Shown(part.to_owned()).into())).await
    };
    assert_eq!(part("EP_o").await, "Deep_One.gif");
    assert_eq!(part("0%").await, "a.10%");
    assert_eq!(part("A").await, "a/ a.10%");
    assert_eq!(part("png").await, "");
    assert_eq!(part("\0").await, "");
}
