//! Renditions.

use catalog::{Asked, CardPatch, Catalog, Change, Error, NewRendition};
use plan::Size;

use crate::databases::on_every_database;
use crate::sample::{add, blob, now, orphans, tenant, upload};

on_every_database!(
    a_size_is_kept_once,
    renditions_belong_to_a_version,
    bytes_of_renditions_are_no_orphans,
);

fn rendition(width: u32, content: u32) -> NewRendition {
    NewRendition {
        name: None,
        asked: Asked { width: Some(width), height: None, keeps_proportions: true },
        size: Size::new(width, 5),
        blob: blob(content),
        mime: "image/png".to_owned(),
    }
}

async fn a_size_is_kept_once(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let asset = add(catalog, tenant, "/a", 1).await.asset;
    let version = asset.current.id;
    let editor = CardPatch { editor: Change::Set(Some("ann".to_owned())), ..CardPatch::default() };
    let put =
        async |new| catalog.add_rendition(tenant, asset.id, version, new, editor.clone()).await;
    let (after, first) = put(rendition(10, 2)).await.unwrap();
    assert_ne!(after.stamp(), asset.stamp());
    assert_eq!(after.card.as_ref().unwrap().editor.as_deref(), Some("ann"));
    let (same, again) = put(rendition(10, 3)).await.unwrap();
    assert_eq!((same.stamp(), &again), (after.stamp(), &first));
    let (_, second) = put(rendition(11, 3)).await.unwrap();
    let all = catalog.renditions(tenant, &[asset.id]).await.unwrap();
    assert_eq!(all[&asset.id], [first, second]);
}

async fn renditions_belong_to_a_version(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let asset = add(catalog, tenant, "/a", 1).await.asset;
    let version = asset.current.id;
    let put = async || {
        let patch = CardPatch::default();
        catalog.add_rendition(tenant, asset.id, version, rendition(10, 2), patch).await
    };
    put().await.unwrap();
    catalog.add_version(upload(tenant, "/a", 3)).await.unwrap();
    assert!(catalog.renditions(tenant, &[asset.id]).await.unwrap().is_empty());
    let stale = put().await.unwrap_err();
    assert!(matches!(stale, Error::Stale(_)), "{stale}");
    catalog.restore_version(tenant, asset.id, version).await.unwrap();
    assert_eq!(catalog.renditions(tenant, &[asset.id]).await.unwrap().len(), 1);
}

async fn bytes_of_renditions_are_no_orphans(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let asset = add(catalog, tenant, "/a", 1).await.asset;
    let new = rendition(10, 2);
    let hash = new.blob.hash;
    let patch = CardPatch::default();
    catalog.add_rendition(tenant, asset.id, asset.current.id, new, patch).await.unwrap();
    let later = now() + 60_000;
    assert!(orphans(catalog, later, 10).await.is_empty());
    catalog.delete_asset(tenant, asset.id).await.unwrap();
    assert!(orphans(catalog, later, 10).await.contains(&hash));
}
