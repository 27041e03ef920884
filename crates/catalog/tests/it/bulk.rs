//! Changes to many assets happen to all of them or to none.

use catalog::{Asset, AssetId, Bulk, Catalog, Change, Filter, Listing, TagChange, TenantId};

use crate::databases::on_every_database;
use crate::sample::{add, auto_tag, blob, now, orphans, tags, tenant, upload};

on_every_database!(
    all_are_deleted,
    one_missing_keeps_all,
    tags_are_added_once,
    tags_are_removed,
    automatic_tags_are_removed,
    too_many_tags_are_refused_one_by_one,
    the_index_follows,
    missing_ones_are_named,
);

async fn tagged(catalog: &Catalog, tenant: TenantId, path: &str, names: &[&str]) -> Asset {
    let mut new = upload(tenant, path, 1);
    new.tags = tags(names);
    new.auto_tags = Change::Set(vec![auto_tag("cat"), auto_tag("pet")]);
    catalog.add_version(new).await.unwrap().asset
}

async fn get(catalog: &Catalog, asset: &Asset) -> Asset {
    catalog.asset(asset.tenant, asset.id).await.unwrap().unwrap()
}

fn add_tags(names: &[&str]) -> TagChange {
    TagChange::Add { tags: texts(names), most_characters: 500 }
}

fn texts(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

const DONE: Bulk = Bulk::Done { refused: Vec::new() };

async fn all_are_deleted(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let mut ids = Vec::new();
    for content in 1..=5 {
        ids.push(add(catalog, tenant, &format!("/{content}"), content % 3).await.asset.id);
    }
    let kept = add(catalog, tenant, "/kept", 1).await.asset;
    ids.push(ids[0]);
    assert_eq!(catalog.delete_assets(tenant, &ids).await.unwrap(), DONE, "one is named twice");
    for &id in &ids {
        assert_eq!(catalog.asset(tenant, id).await.unwrap(), None);
    }
    assert_eq!(get(catalog, &kept).await, kept);
    let mut orphans = orphans(catalog, now() + 1000, 10).await;
    orphans.sort();
    assert_eq!(orphans, [blob(0).hash, blob(2).hash]);
}

async fn one_missing_keeps_all(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let other = catalog.ensure_tenant("other").await.unwrap().id;
    let mine = tagged(catalog, tenant, "/a", &["x"]).await;
    let theirs = tagged(catalog, other, "/a", &["x"]).await;
    let unknown = AssetId::generate();
    let ids = [unknown, mine.id, theirs.id, unknown];
    let missing = Bulk::Missing(vec![unknown, theirs.id]);
    assert_eq!(catalog.delete_assets(tenant, &ids).await.unwrap(), missing);
    assert_eq!(catalog.change_tags(tenant, &ids, &add_tags(&["y"])).await.unwrap(), missing);
    assert_eq!(get(catalog, &mine).await, mine);
    assert_eq!(get(catalog, &theirs).await, theirs);
}

async fn tags_are_added_once(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let a = tagged(catalog, tenant, "/a", &["x"]).await;
    let b = tagged(catalog, tenant, "/b", &["y", "z"]).await;
    let change = add_tags(&["z", "y", "z"]);
    assert_eq!(catalog.change_tags(tenant, &[a.id, b.id], &change).await.unwrap(), DONE);
    let after = get(catalog, &a).await;
    assert_eq!(after.tags, ["x", "z", "y"]);
    assert!(after.updated >= a.updated);
    assert_eq!(get(catalog, &b).await, b, "it had them all, and was not updated");
}

async fn tags_are_removed(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let a = tagged(catalog, tenant, "/a", &["x", "y", "x"]).await;
    let b = tagged(catalog, tenant, "/b", &["z"]).await;
    let change = TagChange::Remove(texts(&["x", "cat"]));
    assert_eq!(catalog.change_tags(tenant, &[a.id, b.id], &change).await.unwrap(), DONE);
    let after = get(catalog, &a).await;
    assert_eq!((&after.tags[..], after.auto_tags.len()), (&texts(&["y"])[..], 2));
    assert_eq!(get(catalog, &b).await, b);
}

async fn automatic_tags_are_removed(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let a = tagged(catalog, tenant, "/a", &["cat"]).await;
    let change = TagChange::RemoveAuto(texts(&["cat", "dog"]));
    assert_eq!(catalog.change_tags(tenant, &[a.id], &change).await.unwrap(), DONE);
    let after = get(catalog, &a).await;
    assert_eq!((after.tags, after.auto_tags), (texts(&["cat"]), vec![auto_tag("pet")]));
}

async fn too_many_tags_are_refused_one_by_one(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let full = tagged(catalog, tenant, "/full", &["größe", "y"]).await;
    let free = tagged(catalog, tenant, "/free", &["x"]).await;
    let has = tagged(catalog, tenant, "/has", &["0123456789", "z"]).await;
    let ids = [full.id, free.id, has.id];
    let change = |most_characters| TagChange::Add { tags: texts(&["z"]), most_characters };
    let refused = Bulk::Done { refused: vec![full.id] };
    assert_eq!(catalog.change_tags(tenant, &ids, &change(8)).await.unwrap(), refused);
    assert_eq!(get(catalog, &full).await, full);
    assert_eq!(get(catalog, &free).await.tags, ["x", "z"]);
    assert_eq!(get(catalog, &has).await, has, "what is there already adds nothing");
    assert_eq!(catalog.change_tags(tenant, &ids, &change(9)).await.unwrap(), DONE);
    assert_eq!(get(catalog, &full).await.tags, ["größe", "y", "z"]);
}

async fn the_index_follows(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let asset = tagged(catalog, tenant, "/a", &["x"]).await;
    let found = async |tag: &str| {
        let listing = Listing {
            filter: Filter { any_tag: vec![tag.to_owned()], ..Filter::default() },
            ..Listing::of(tenant)
        };
        catalog.list(&listing).await.unwrap().entries.len()
    };
    catalog.change_tags(tenant, &[asset.id], &add_tags(&["y"])).await.unwrap();
    assert_eq!((found("x").await, found("y").await, found("cat").await), (1, 1, 1));
    for change in [TagChange::Remove(texts(&["x"])), TagChange::RemoveAuto(texts(&["cat"]))] {
        catalog.change_tags(tenant, &[asset.id], &change).await.unwrap();
    }
    assert_eq!((found("x").await, found("y").await, found("cat").await), (0, 1, 0));
}

async fn missing_ones_are_named(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let there = add(catalog, tenant, "/a", 1).await.asset.id;
    let unknown = [AssetId::generate(), AssetId::generate()];
    let ids = [unknown[1], there, unknown[0]];
    let missing = catalog.missing_assets(tenant, &ids).await.unwrap();
    assert_eq!(missing, [unknown[1], unknown[0]]);
}
