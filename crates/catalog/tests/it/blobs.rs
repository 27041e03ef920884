//! Blobs are kept for as long as somebody holds them, and who comes with bytes meets no clean-up.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use catalog::{Blob, Catalog, ContentHash, Error, StoreName};
use tokio::sync::Notify;

use crate::databases::on_every_database;
use crate::sample::{add, blob, now, orphans, tenant, upload};

on_every_database!(
    a_blob_is_kept_while_a_version_holds_it,
    fresh_orphans_are_left_alone,
    a_touch_keeps_the_clean_up_off,
    a_touch_alone_makes_an_orphan,
    whoever_touches_waits_for_the_clean_up,
    whoever_stores_waits_for_the_clean_up,
    bytes_that_cannot_be_deleted_keep_their_row,
    a_clean_up_that_is_dropped_did_nothing,
    orphans_come_in_portions,
);

/// Later than everything that happened so far.
fn later() -> i64 {
    now() + 1000
}

async fn forget(catalog: &Catalog, hash: &ContentHash, older_than: i64) -> bool {
    let delete_bytes = async { Ok::<_, Infallible>(()) };
    catalog.forget_orphan(&named(hash), older_than, delete_bytes).await.unwrap()
}

/// The copy in the data directory.
fn named(hash: &ContentHash) -> Blob {
    Blob { hash: *hash, ..blob(0) }
}

/// A blob that no version holds.
async fn orphan(catalog: &Catalog, content: u32) -> ContentHash {
    let tenant = tenant(catalog).await;
    let asset = add(catalog, tenant, &format!("/orphan{content}"), content).await.asset;
    catalog.delete_asset(tenant, asset.id).await.unwrap();
    blob(content).hash
}

async fn a_blob_is_kept_while_a_version_holds_it(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let hash = blob(1).hash;
    assert!(!catalog.blob_known(&hash).await.unwrap());
    let a = add(catalog, tenant, "/a", 1).await.asset.id;
    assert_eq!(catalog.stores_of(&hash).await.unwrap(), [StoreName::default()]);
    add(catalog, tenant, "/a", 2).await;
    let b = add(catalog, tenant, "/b", 1).await.asset.id;

    assert!(orphans(catalog, later(), 10).await.is_empty());
    assert!(!forget(catalog, &hash, later()).await);
    catalog.delete_asset(tenant, a).await.unwrap();
    assert_eq!(orphans(catalog, later(), 10).await, [blob(2).hash], "1 is held by another asset");
    assert!(!forget(catalog, &hash, later()).await);
    catalog.delete_asset(tenant, b).await.unwrap();
    assert!(forget(catalog, &hash, later()).await);
    assert!(!catalog.blob_known(&hash).await.unwrap());
    assert!(!forget(catalog, &hash, later()).await, "once");

    let past = add(catalog, tenant, "/c", 3).await.asset.id;
    add(catalog, tenant, "/c", 4).await;
    catalog.delete_version(tenant, past, past.cast()).await.unwrap();
    assert!(
        orphans(catalog, later(), 10).await.contains(&blob(3).hash),
        "let go of by one version"
    );
}

async fn fresh_orphans_are_left_alone(catalog: &Catalog) {
    let before = now();
    let hash = orphan(catalog, 1).await;
    // Let go of at `before` or later.
    assert!(orphans(catalog, before, 10).await.is_empty());
    assert!(!forget(catalog, &hash, before).await);
    assert_eq!(orphans(catalog, later(), 10).await, [hash]);
}

async fn a_touch_keeps_the_clean_up_off(catalog: &Catalog) {
    let hash = orphan(catalog, 1).await;
    assert_eq!(orphans(catalog, later(), 10).await, [hash]);
    let clean_up = now();
    catalog.touch_blob(&blob(1)).await.unwrap();
    assert!(
        !forget(catalog, &hash, clean_up).await,
        "found before the touch, and kept nevertheless"
    );
    assert!(catalog.blob_known(&hash).await.unwrap());
}

/// As when the process is killed before the version is added.
async fn a_touch_alone_makes_an_orphan(catalog: &Catalog) {
    catalog.touch_blob(&blob(1)).await.unwrap();
    assert!(catalog.blob_known(&blob(1).hash).await.unwrap());
    assert_eq!(orphans(catalog, later(), 10).await, [blob(1).hash]);
    assert!(forget(catalog, &blob(1).hash, later()).await);
}

/// Runs a clean-up that pauses with the bytes half deleted, and `other` meanwhile. What happened, in order.
async fn during_clean_up<T: Send + 'static>(
    catalog: &Catalog,
    hash: ContentHash,
    other: impl Future<Output = T> + Send + 'static,
) -> (Vec<&'static str>, T) {
    let events = Arc::new(Mutex::new(Vec::new()));
    let (deleting, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let clean_up = tokio::spawn({
        let (catalog, events) = (catalog.clone(), Arc::clone(&events));
        let (deleting, go_on) = (Arc::clone(&deleting), Arc::clone(&go_on));
        async move {
            let delete_bytes = async {
                deleting.notify_one();
                go_on.notified().await;
                events.lock().unwrap().push("bytes are gone");
                Ok::<_, Infallible>(())
            };
            catalog.forget_orphan(&named(&hash), later(), delete_bytes).await.unwrap()
        }
    });
    deleting.notified().await;
    let other = tokio::spawn({
        let events = Arc::clone(&events);
        async move {
            let result = other.await;
            events.lock().unwrap().push("the other went on");
            result
        }
    });
    // Time enough for the other to go on, if nothing keeps it.
    for _ in 0..50 {
        tokio::task::yield_now().await;
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    go_on.notify_one();
    assert!(clean_up.await.unwrap());
    let result = other.await.unwrap();
    let events = events.lock().unwrap().clone();
    (events, result)
}

async fn whoever_touches_waits_for_the_clean_up(catalog: &Catalog) {
    let hash = orphan(catalog, 1).await;
    let other = catalog.clone();
    let touch = async move { other.touch_blob(&blob(1)).await.unwrap() };
    let (events, ()) = during_clean_up(catalog, hash, touch).await;
    assert_eq!(events, ["bytes are gone", "the other went on"]);
    assert!(catalog.blob_known(&hash).await.unwrap(), "whose bytes are stored again");
}

async fn whoever_stores_waits_for_the_clean_up(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let hash = orphan(catalog, 1).await;
    let other = catalog.clone();
    let store = async move { other.add_version(upload(tenant, "/again", 1)).await.unwrap() };
    let (events, stored) = Box::pin(during_clean_up(catalog, hash, store)).await;
    assert_eq!(events, ["bytes are gone", "the other went on"]);
    assert_eq!(
        catalog.asset(tenant, stored.asset.id).await.unwrap(),
        Some(stored.asset),
        "it has a row again"
    );
    assert!(!forget(catalog, &hash, later()).await);
}

async fn bytes_that_cannot_be_deleted_keep_their_row(catalog: &Catalog) {
    let hash = orphan(catalog, 1).await;
    let failing = async { Err(std::io::Error::other("the disk is on fire")) };
    let error = catalog.forget_orphan(&named(&hash), later(), failing).await.unwrap_err();
    let Error::Unavailable(source) = error else { panic!("{error}") };
    assert_eq!(source.to_string(), "the disk is on fire");
    assert_eq!(orphans(catalog, later(), 10).await, [hash]);
    assert!(forget(catalog, &hash, later()).await, "next time");
}

async fn a_clean_up_that_is_dropped_did_nothing(catalog: &Catalog) {
    let hash = orphan(catalog, 1).await;
    let deleting = Notify::new();
    let delete_bytes = async {
        deleting.notify_one();
        std::future::pending::<Result<(), Infallible>>().await
    };
    let orphan = named(&hash);
    tokio::select! {
        _ = catalog.forget_orphan(&orphan, later(), delete_bytes) => panic!("it never ends"),
        () = deleting.notified() => {}
    }
    assert!(catalog.blob_known(&hash).await.unwrap());
    catalog.touch_blob(&blob(1)).await.unwrap();
    assert!(!forget(catalog, &hash, now() - 1000).await, "nothing is locked");
}

async fn orphans_come_in_portions(catalog: &Catalog) {
    let mut expected = Vec::new();
    for content in 1..=5 {
        expected.push(orphan(catalog, content).await);
    }
    assert_eq!(orphans(catalog, later(), 2).await.len(), 2);
    let mut found = orphans(catalog, later(), 10).await;
    found.sort();
    assert_eq!(found, expected);
}
