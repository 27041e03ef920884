//! Slots.

use catalog::{
    Access, AssetPatch, Catalog, Change, Error, NewVersion, OnConflict, Slot, Stored, TenantId,
};

use crate::databases::on_every_database;
use crate::sample::{add, blob, tenant, upload};

on_every_database!(
    a_slot_holds_one_asset,
    slots_are_told_apart_by_every_letter,
    a_slot_keeps_its_asset_wherever_that_goes,
    a_deleted_asset_leaves_its_slot,
    access_counts_for_the_first_version_only,
    a_full_history_forgets_its_oldest_version,
    of_many_who_fill_an_empty_slot_one_makes_the_asset,
    what_cannot_be_a_slot_is_told,
);

fn slot(name: &str) -> Slot {
    Slot { namespace: "test", name: name.to_owned() }
}

async fn fill(catalog: &Catalog, tenant: TenantId, name: &str, content: u32) -> Stored {
    // The names of new assets are somebody else's choice.
    let new = upload(tenant, &format!("/slots/{content}"), content);
    catalog.fill_slot(&slot(name), "ann@example.com", new).await.unwrap()
}

async fn a_slot_holds_one_asset(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    assert_eq!(catalog.asset_in_slot(tenant, &slot("a")).await.unwrap(), None);
    let first = fill(catalog, tenant, "a", 1).await;
    let second = fill(catalog, tenant, "a", 2).await;
    assert_eq!((first.created, second.created), (true, false));
    assert_eq!((second.asset.id, second.asset.current.number), (first.asset.id, 2));
    assert_eq!(second.asset.current.blob, blob(2));
    assert_eq!(second.asset.name, first.asset.name);
    let found = catalog.asset_in_slot(tenant, &slot("a")).await.unwrap();
    assert_eq!(found, Some(first.asset.id));
    let other = catalog.ensure_tenant("other").await.unwrap().id;
    assert_eq!(catalog.asset_in_slot(other, &slot("a")).await.unwrap(), None);
    let elsewhere = Slot { namespace: "other", ..slot("a") };
    assert_eq!(catalog.asset_in_slot(tenant, &elsewhere).await.unwrap(), None);
}

async fn slots_are_told_apart_by_every_letter(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let names = ["a", "A", "a ", "", "\u{e4}", "a\u{308}", "%61"];
    let mut ids = Vec::new();
    for (content, name) in (1..).zip(names) {
        ids.push(fill(catalog, tenant, name, content).await.asset.id);
    }
    for (name, id) in names.iter().zip(ids) {
        assert_eq!(catalog.asset_in_slot(tenant, &slot(name)).await.unwrap(), Some(id), "{name:?}");
    }
}

async fn a_slot_keeps_its_asset_wherever_that_goes(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let asset = fill(catalog, tenant, "a", 1).await.asset;
    let folder = crate::sample::folder("/elsewhere");
    catalog.move_asset(tenant, asset.id, &folder).await.unwrap();
    let filled = fill(catalog, tenant, "a", 2).await.asset;
    assert_eq!((filled.id, filled.folder), (asset.id, folder));
}

async fn a_deleted_asset_leaves_its_slot(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let asset = fill(catalog, tenant, "a", 1).await.asset;
    catalog.delete_asset(tenant, asset.id).await.unwrap();
    assert_eq!(catalog.asset_in_slot(tenant, &slot("a")).await.unwrap(), None);
    let next = fill(catalog, tenant, "a", 2).await;
    assert!(next.created);
    assert_ne!(next.asset.id, asset.id);
}

async fn access_counts_for_the_first_version_only(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let private = |content| NewVersion {
        access: Change::Set(Access::Private),
        ..upload(tenant, &format!("/slots/{content}"), content)
    };
    let fill = async |new| catalog.fill_slot(&slot("a"), "", new).await.unwrap().asset;
    let asset = fill(private(1)).await;
    assert_eq!(asset.access, Access::Private);
    let patch = AssetPatch { access: Change::Set(Access::Public), ..AssetPatch::default() };
    catalog.update_asset(tenant, asset.id, patch).await.unwrap();
    assert_eq!(fill(private(2)).await.access, Access::Public);
}

async fn a_full_history_forgets_its_oldest_version(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let mut asset = fill(catalog, tenant, "a", 1).await.asset;
    for content in 2..=102 {
        asset = fill(catalog, tenant, "a", content).await.asset;
    }
    let versions = catalog.versions(tenant, asset.id).await.unwrap();
    let numbers: Vec<u32> = versions.iter().map(|version| version.number).collect();
    assert_eq!(numbers, (3..=102).rev().collect::<Vec<_>>());
}

async fn of_many_who_fill_an_empty_slot_one_makes_the_asset(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let tasks: Vec<_> = (1..=8)
        .map(|content| {
            let catalog = catalog.clone();
            tokio::spawn(async move { fill(&catalog, tenant, "a", content).await })
        })
        .collect();
    let mut created = 0;
    for task in tasks {
        created += u32::from(task.await.unwrap().created);
    }
    assert_eq!(created, 1);
    let id = catalog.asset_in_slot(tenant, &slot("a")).await.unwrap().unwrap();
    assert_eq!(catalog.versions(tenant, id).await.unwrap().len(), 8);
    assert_eq!(catalog.assets_after(tenant, None, 100).await.unwrap().len(), 1);
}

async fn what_cannot_be_a_slot_is_told(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    for name in ["\0".to_owned(), "a".repeat(2001)] {
        let refused = catalog.fill_slot(&slot(&name), "", upload(tenant, "/a", 1)).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
        assert_eq!(catalog.asset_in_slot(tenant, &slot(&name)).await.unwrap(), None);
    }
    fill(catalog, tenant, &"\u{10ffff}".repeat(500), 1).await;
    add(catalog, tenant, "/taken", 2).await;
    let new = NewVersion { on_conflict: OnConflict::Reject, ..upload(tenant, "/taken", 3) };
    let taken = catalog.fill_slot(&slot("b"), "", new).await;
    assert!(matches!(taken, Err(Error::Conflict(_))), "{taken:?}");
    assert_eq!(catalog.asset_in_slot(tenant, &slot("b")).await.unwrap(), None);
}
