//! Bytes lie where they belong, or a job knows that they do not.

use std::collections::BTreeMap;

use catalog::{
    Asked, Asset, AssetPatch, Blob, CardPatch, Catalog, Change, Error, Job, NewRendition, NewSet,
    NewVersion, OnConflict, SETTLE, Set, SetPatch, SetState, Settling, StoreName, TenantId, Terms,
    Versions,
};
use plan::Size;

use crate::databases::on_every_database;
use crate::sample::{add, blob, folder, now, orphans, tenant, upload};

on_every_database!(
    an_upload_belongs_to_the_store_of_its_set,
    the_same_bytes_lie_in_several_stores,
    whoever_changes_its_set_leaves_a_job,
    another_destination_leaves_a_job_for_the_set,
    a_destination_that_gets_another_store_does_too,
    what_a_store_holds_is_not_forgotten,
    bytes_are_moved_and_the_old_ones_are_orphans,
    a_move_that_was_overtaken_does_nothing,
    renditions_move_with_their_asset,
    a_copy_goes_home,
    without_stores_nobody_asks,
);

fn named(name: &str) -> StoreName {
    StoreName::new(name)
}

/// Of these bytes.
fn copy(content: u32, store: &str) -> Blob {
    Blob { store: named(store), ..blob(content) }
}

/// `internal` is in the data directory, the others in stores of their own.
async fn place(catalog: &Catalog, others: &[(&str, &str)]) -> Result<(), Error> {
    let others = others.iter().map(|(name, store)| ((*name).to_owned(), named(store)));
    let home = ("internal".to_owned(), StoreName::default());
    let stores: BTreeMap<String, StoreName> = others.chain([home]).collect();
    catalog.place_destinations(&stores).await
}

async fn two(catalog: &Catalog) -> (TenantId, Set, Set) {
    place(catalog, &[("archive", "archive"), ("cloud", "cloud")]).await.unwrap();
    let tenant = tenant(catalog).await;
    (tenant, set(catalog, tenant, "archive").await, set(catalog, tenant, "cloud").await)
}

/// A usable set, called as its destination is.
async fn set(catalog: &Catalog, tenant: TenantId, destination: &str) -> Set {
    let new = NewSet {
        id: None,
        name: destination.to_owned(),
        state: SetState::Usable,
        description: None,
        destination: destination.to_owned(),
        destination_config: None,
        max_bytes: None,
        creator: None,
    };
    catalog.add_sets(tenant, vec![new]).await.unwrap().remove(0)
}

fn into(set: &Set, path: &str, content: u32, store: &str) -> NewVersion {
    let card = CardPatch { set: Change::Set(Some(set.id)), ..CardPatch::default() };
    NewVersion { card, blob: copy(content, store), ..upload(set_tenant(), path, content) }
}

/// Every case has one tenant, the first.
fn set_tenant() -> TenantId {
    TenantId(1)
}

async fn put(catalog: &Catalog, new: NewVersion) -> Asset {
    catalog.add_version(new).await.unwrap().asset
}

/// Takes a job that moves bytes.
async fn job(catalog: &Catalog) -> Option<Job> {
    catalog.claim_job(&[SETTLE], "test", 60_000).await.unwrap()
}

async fn settling(catalog: &Catalog) -> Option<Settling> {
    job(catalog).await.map(|job| Settling::of_payload(&job.payload).unwrap())
}

async fn join(catalog: &Catalog, asset: &Asset, set: Option<&Set>) -> Asset {
    let card = CardPatch { set: Change::Set(set.map(|set| set.id)), ..CardPatch::default() };
    let patch = AssetPatch { card, ..AssetPatch::default() };
    catalog.update_asset(asset.tenant, asset.id, patch).await.unwrap()
}

async fn now_of(catalog: &Catalog, asset: &Asset) -> Asset {
    catalog.asset(asset.tenant, asset.id).await.unwrap().unwrap()
}

async fn an_upload_belongs_to_the_store_of_its_set(catalog: &Catalog) {
    let (tenant, archive, cloud) = two(catalog).await;
    let new = into(&archive, "/a", 1, "archive");
    assert_eq!(catalog.store_for(&new).await.unwrap(), named("archive"));
    let asset = put(catalog, new).await;
    assert_eq!(asset.current.blob, copy(1, "archive"));
    assert_eq!(now_of(catalog, &asset).await, asset);
    assert_eq!(catalog.stores_of(&blob(1).hash).await.unwrap(), [named("archive")]);
    assert!(job(catalog).await.is_none(), "it is where it belongs");

    let plain = upload(tenant, "/b", 2);
    assert!(catalog.store_for(&plain).await.unwrap().is_home());
    let next = upload(tenant, "/a", 2);
    assert_eq!(catalog.store_for(&next).await.unwrap(), named("archive"), "of the asset there");
    let aside = NewVersion { on_conflict: OnConflict::Rename, ..next.clone() };
    assert!(catalog.store_for(&aside).await.unwrap().is_home(), "another asset, in no set");
    let terms = Terms { id: None, only_if: Some((asset.id, asset.stamp())) };
    let meant = NewVersion { terms, ..upload(tenant, "/elsewhere", 2) };
    assert_eq!(catalog.store_for(&meant).await.unwrap(), named("archive"));
    let moving = into(&cloud, "/a", 2, "");
    assert_eq!(catalog.store_for(&moving).await.unwrap(), named("cloud"));
}

async fn the_same_bytes_lie_in_several_stores(catalog: &Catalog) {
    let (tenant, archive, cloud) = two(catalog).await;
    let one = put(catalog, into(&archive, "/a", 1, "archive")).await;
    let other = put(catalog, into(&cloud, "/b", 1, "cloud")).await;
    add(catalog, tenant, "/c", 1).await;
    let stores = [StoreName::default(), named("archive"), named("cloud")];
    assert_eq!(catalog.stores_of(&blob(1).hash).await.unwrap(), stores);
    catalog.delete_asset(tenant, other.id).await.unwrap();
    let later = now() + 1000;
    assert_eq!(catalog.orphans(&named("cloud"), later, 9).await.unwrap(), [copy(1, "cloud")]);
    assert!(catalog.orphans(&named("archive"), later, 9).await.unwrap().is_empty());
    let gone = async { Ok::<_, std::convert::Infallible>(()) };
    assert!(catalog.forget_orphan(&copy(1, "cloud"), later, gone).await.unwrap());
    let kept = async { panic!("it is held") };
    let kept = async { kept.await as Result<(), std::convert::Infallible> };
    assert!(!catalog.forget_orphan(&copy(1, "archive"), later, kept).await.unwrap());
    assert_eq!(now_of(catalog, &one).await.current.blob, copy(1, "archive"));
    assert!(catalog.blob_known(&blob(1).hash).await.unwrap());
}

async fn whoever_changes_its_set_leaves_a_job(catalog: &Catalog) {
    let (tenant, archive, cloud) = two(catalog).await;
    let asset = add(catalog, tenant, "/a", 1).await.asset;
    let asset = join(catalog, &asset, Some(&archive)).await;
    assert!(asset.current.blob.store.is_home(), "until the job has run");
    let of = Settling::Asset(asset.id);
    let misplaced = catalog.misplaced(tenant, of, None, 10).await.unwrap();
    assert_eq!(misplaced, [(copy(1, ""), named("archive"))]);
    join(catalog, &asset, Some(&cloud)).await;
    assert_eq!(settling(catalog).await, Some(of));
    assert!(job(catalog).await.is_none(), "one job waits for the asset, however often it changes");
    // That job may have looked already.
    join(catalog, &asset, Some(&archive)).await;
    assert_eq!(settling(catalog).await, Some(of));
    join(catalog, &asset, None).await;
    assert!(job(catalog).await.is_none(), "it is back where its bytes are");
    // A guess that turned out wrong: the upload joined no set, the asset is in one by now.
    join(catalog, &asset, Some(&archive)).await;
    job(catalog).await.unwrap();
    add(catalog, tenant, "/a", 2).await;
    assert_eq!(settling(catalog).await, Some(of));
    assert_eq!(catalog.count_misplaced(tenant, of).await.unwrap(), 2, "both versions");
}

async fn another_destination_leaves_a_job_for_the_set(catalog: &Catalog) {
    let (tenant, archive, _) = two(catalog).await;
    for content in 1..=3 {
        put(catalog, into(&archive, &format!("/{content}"), content, "archive")).await;
    }
    let patch = SetPatch { destination: Some("cloud".to_owned()), ..SetPatch::default() };
    catalog.update_set(tenant, archive.id, patch.clone(), None).await.unwrap();
    let of = Settling::Set(archive.id);
    assert_eq!(settling(catalog).await, Some(of));
    assert_eq!(catalog.count_misplaced(tenant, of).await.unwrap(), 3);
    let first = catalog.misplaced(tenant, of, None, 2).await.unwrap();
    let expected = [1, 2].map(|content| (copy(content, "archive"), named("cloud")));
    assert_eq!(first, expected);
    let rest = catalog.misplaced(tenant, of, Some(&first[1].0), 2).await.unwrap();
    assert_eq!(rest, [(copy(3, "archive"), named("cloud"))]);
    catalog.update_set(tenant, archive.id, patch, None).await.unwrap();
    assert!(job(catalog).await.is_none(), "it is the same one");
}

async fn a_destination_that_gets_another_store_does_too(catalog: &Catalog) {
    let (tenant, archive, _) = two(catalog).await;
    put(catalog, into(&archive, "/a", 1, "archive")).await;
    place(catalog, &[("archive", "archive"), ("cloud", "cloud")]).await.unwrap();
    assert!(job(catalog).await.is_none(), "nothing is different");
    let moved = [("archive", "cellar"), ("old archive", "archive"), ("cloud", "cloud")];
    place(catalog, &moved).await.unwrap();
    let of = Settling::Set(archive.id);
    assert_eq!(settling(catalog).await, Some(of));
    let misplaced = catalog.misplaced(tenant, of, None, 10).await.unwrap();
    assert_eq!(misplaced, [(copy(1, "archive"), named("cellar"))]);
}

async fn what_a_store_holds_is_not_forgotten(catalog: &Catalog) {
    let (_, archive, _) = two(catalog).await;
    put(catalog, into(&archive, "/a", 1, "archive")).await;
    place(catalog, &[("archive", "archive")]).await.unwrap();
    let error = place(catalog, &[("cloud", "cloud")]).await.unwrap_err();
    let said = "the store of the destination `archive` holds files, and it is not configured";
    assert_eq!(error.to_string(), said);
}

async fn bytes_are_moved_and_the_old_ones_are_orphans(catalog: &Catalog) {
    let (tenant, archive, cloud) = two(catalog).await;
    let asset = put(catalog, into(&archive, "/a", 1, "archive")).await;
    let stays = put(catalog, into(&archive, "/b", 1, "archive")).await;
    let asset = join(catalog, &asset, Some(&cloud)).await;
    let of = Settling::Asset(asset.id);
    let (from, to) = catalog.misplaced(tenant, of, None, 1).await.unwrap().remove(0);
    catalog.touch_blob(&copy(1, "cloud")).await.unwrap();
    assert_eq!(catalog.switch(tenant, of, &from, &to).await.unwrap(), [asset.id]);
    let moved = now_of(catalog, &asset).await;
    assert_eq!(moved.current.blob, copy(1, "cloud"));
    assert_eq!(moved.stamp(), asset.stamp(), "nobody is told of it");
    assert!(catalog.misplaced(tenant, of, None, 1).await.unwrap().is_empty());
    let later = now() + 1000;
    let left = async || catalog.orphans(&named("archive"), later, 9).await.unwrap();
    assert!(left().await.is_empty(), "another asset of that set has the same bytes");
    catalog.delete_asset(tenant, stays.id).await.unwrap();
    assert_eq!(left().await, [copy(1, "archive")]);
    assert!(catalog.orphans(&named("cloud"), later, 9).await.unwrap().is_empty());
}

async fn a_move_that_was_overtaken_does_nothing(catalog: &Catalog) {
    let (tenant, archive, cloud) = two(catalog).await;
    let asset = put(catalog, into(&archive, "/a", 1, "archive")).await;
    let asset = join(catalog, &asset, Some(&cloud)).await;
    let (of, from) = (Settling::Asset(asset.id), copy(1, "archive"));
    let stale = catalog.switch(tenant, of, &from, &named("cloud")).await.unwrap_err();
    assert!(
        matches!(stale, Error::Stale(_)),
        "nobody touched the copy there, or it was cleaned up"
    );
    catalog.touch_blob(&copy(1, "cloud")).await.unwrap();
    join(catalog, &asset, Some(&archive)).await;
    assert!(catalog.switch(tenant, of, &from, &named("cloud")).await.unwrap().is_empty());
    assert_eq!(now_of(catalog, &asset).await.current.blob, from, "it belongs here again");
}

async fn renditions_move_with_their_asset(catalog: &Catalog) {
    let (tenant, archive, _) = two(catalog).await;
    let asset = add(catalog, tenant, "/a", 1).await.asset;
    let new = NewRendition {
        name: None,
        asked: Asked { width: Some(10), height: None, keeps_proportions: true },
        size: Size::new(10, 5),
        blob: blob(2),
        mime: "image/png".to_owned(),
    };
    let patch = CardPatch::default();
    catalog.add_rendition(tenant, asset.id, asset.current.id, new, patch).await.unwrap();
    join(catalog, &asset, Some(&archive)).await;
    let of = Settling::Asset(asset.id);
    assert_eq!(catalog.count_misplaced(tenant, of).await.unwrap(), 2);
    for (from, to) in catalog.misplaced(tenant, of, None, 10).await.unwrap() {
        catalog.touch_blob(&Blob { store: to.clone(), ..from.clone() }).await.unwrap();
        catalog.switch(tenant, of, &from, &to).await.unwrap();
    }
    let renditions = catalog.renditions(tenant, &[asset.id]).await.unwrap();
    assert_eq!(renditions[&asset.id][0].blob, copy(2, "archive"));
    assert_eq!(orphans(catalog, now() + 1000, 9).await, [blob(1).hash, blob(2).hash]);
    catalog.delete_asset(tenant, asset.id).await.unwrap();
    let left = catalog.orphans(&named("archive"), now() + 1000, 9).await.unwrap();
    assert_eq!(left, [copy(1, "archive"), copy(2, "archive")]);
}

async fn a_copy_goes_home(catalog: &Catalog) {
    let (tenant, archive, _) = two(catalog).await;
    let asset = put(catalog, into(&archive, "/a", 1, "archive")).await;
    let to = folder("/elsewhere");
    let copied = catalog.copy_asset(tenant, asset.id, &to, Versions::Current).await.unwrap().asset;
    assert_eq!(copied.current.blob, copy(1, "archive"), "until the job has run");
    let of = Settling::Asset(copied.id);
    assert_eq!(settling(catalog).await, Some(of));
    let misplaced = catalog.misplaced(tenant, of, None, 10).await.unwrap();
    assert_eq!(misplaced, [(copy(1, "archive"), StoreName::default())]);
}

async fn without_stores_nobody_asks(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let count = async |path: &str| {
        let before = catalog.statements();
        add(catalog, tenant, path, 1).await;
        catalog.statements() - before
    };
    count("/a").await;
    let plain = count("/b").await;
    place(catalog, &[]).await.unwrap();
    assert_eq!(count("/c").await, plain);
    place(catalog, &[("archive", "archive")]).await.unwrap();
    assert!(count("/d").await > plain);
}
