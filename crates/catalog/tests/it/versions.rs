//! What uploads to a name that is taken do.

use catalog::{Access, AssetId, Catalog, Change, Error, OnConflict, VersionId};

use crate::databases::on_every_database;
use crate::sample::{add, auto_tag, blob, folder, metadata, rich_probe, tags, tenant, upload};

on_every_database!(
    the_next_version_keeps_the_asset,
    what_an_upload_does_not_say_stays,
    what_an_upload_says_wins,
    a_name_wanted_alone_is_a_conflict,
    the_same_bytes_are_a_version_too,
    versions_are_listed_current_first,
    a_version_is_an_asset_seen_then,
    numbers_are_not_given_out_again,
    the_current_version_stays,
    a_hundred_versions_are_enough,
    restoring_keeps_id_and_number,
    folders_come_with_the_asset,
    an_unknown_tenant_gets_nothing,
);

async fn the_next_version_keeps_the_asset(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let first = add(catalog, tenant, "/a/b.jpg", 1).await.asset;
    let stored = add(catalog, tenant, "/a/b.jpg", 2).await;
    assert!(!stored.created);
    let second = stored.asset;
    assert_eq!((second.id, second.created), (first.id, first.created));
    assert_eq!((second.current.number, &second.current.blob), (2, &blob(2)));
    assert!(second.current.id.to_string() != first.current.id.to_string());
    assert_eq!(second.updated, second.current.created);
    assert_eq!(catalog.asset(tenant, first.id).await.unwrap(), Some(second));
}

async fn what_an_upload_does_not_say_stays(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let mut new = upload(tenant, "/a", 1);
    new.tags = tags(&["x"]);
    new.auto_tags = Change::Set(vec![auto_tag("y")]);
    new.description = Change::Set(Some("z".to_owned()));
    new.focus = Change::Set(Some([1, 2, 3, 4]));
    new.custom_metadata = Change::Set(metadata());
    new.access = Change::Set(Access::Private);
    new.probe = Some(rich_probe());
    let first = catalog.add_version(new).await.unwrap().asset;
    let mut second = add(catalog, tenant, "/a", 2).await.asset;
    assert_eq!(second.current.probe, None, "what is known about the bytes is about these bytes");
    second.current = first.current.clone();
    (second.updated, second.revision) = (first.updated, first.revision);
    assert_eq!(second, first);
}

async fn what_an_upload_says_wins(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let mut new = upload(tenant, "/a", 1);
    new.tags = tags(&["x"]);
    new.focus = Change::Set(Some([1, 2, 3, 4]));
    catalog.add_version(new).await.unwrap();
    let mut new = upload(tenant, "/a", 2);
    new.tags = tags(&[]);
    new.focus = Change::Set(None);
    let second = catalog.add_version(new).await.unwrap().asset;
    assert!(second.tags.is_empty() && second.focus.is_none());
    assert_eq!(catalog.asset(tenant, second.id).await.unwrap(), Some(second));
}

async fn a_name_wanted_alone_is_a_conflict(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let mut new = upload(tenant, "/a/b", 1);
    new.on_conflict = OnConflict::Reject;
    let first = catalog.add_version(new.clone()).await.unwrap();
    assert!(first.created);
    new.blob = blob(2);
    let error = catalog.add_version(new.clone()).await.unwrap_err();
    assert!(matches!(&error, Error::Conflict(what) if what == "/a/b"), "{error}");
    assert_eq!(catalog.asset(tenant, first.asset.id).await.unwrap(), Some(first.asset));
    assert!(!catalog.blob_known(&blob(2).hash).await.unwrap(), "nothing of it remains");
    new.folder = folder("/");
    assert!(catalog.add_version(new).await.unwrap().created, "the name is free elsewhere");
}

async fn the_same_bytes_are_a_version_too(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    add(catalog, tenant, "/a", 1).await;
    assert_eq!(add(catalog, tenant, "/a", 1).await.asset.current.number, 2);
}

async fn versions_are_listed_current_first(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let id = add(catalog, tenant, "/a", 1).await.asset.id;
    add(catalog, tenant, "/a", 2).await;
    let third = add(catalog, tenant, "/a", 3).await.asset;
    let numbers = async || -> Vec<u32> {
        catalog.versions(tenant, id).await.unwrap().iter().map(|version| version.number).collect()
    };
    assert_eq!(numbers().await, [3, 2, 1]);
    assert_eq!(catalog.versions(tenant, id).await.unwrap()[0], third.current);
    catalog.restore_version(tenant, id, id.cast()).await.unwrap();
    assert_eq!(numbers().await, [1, 3, 2]);
    assert!(catalog.versions(tenant, AssetId::generate()).await.unwrap().is_empty());
}

async fn a_version_is_an_asset_seen_then(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let first = add(catalog, tenant, "/a", 1).await.asset;
    let second = add(catalog, tenant, "/a", 2).await.asset;
    let seen = catalog.version(tenant, first.id, first.current.id).await.unwrap().unwrap();
    assert_eq!(seen.current, first.current);
    assert_eq!(seen.updated, second.updated, "all but the content is as it is now");
    let current = catalog.version(tenant, first.id, second.current.id).await.unwrap();
    assert_eq!(current, Some(second.clone()));
    assert_eq!(catalog.version(tenant, first.id, VersionId::generate()).await.unwrap(), None);
    let other = add(catalog, tenant, "/b", 1).await.asset;
    let foreign = catalog.version(tenant, other.id, second.current.id).await.unwrap();
    assert_eq!(foreign, None, "a version of another asset");
}

async fn numbers_are_not_given_out_again(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let id = add(catalog, tenant, "/a", 1).await.asset.id;
    let second = add(catalog, tenant, "/a", 2).await.asset.current;
    let third = add(catalog, tenant, "/a", 3).await.asset.current;
    catalog.restore_version(tenant, id, second.id).await.unwrap();
    assert_eq!(catalog.delete_version(tenant, id, third.id).await.unwrap(), third);
    assert_eq!(catalog.version(tenant, id, third.id).await.unwrap(), None);
    assert_eq!(add(catalog, tenant, "/a", 4).await.asset.current.number, 4);
}

async fn the_current_version_stays(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let asset = add(catalog, tenant, "/a", 1).await.asset;
    let error = catalog.delete_version(tenant, asset.id, asset.current.id).await.unwrap_err();
    assert!(matches!(&error, Error::Invalid(why) if why.contains("current")), "{error}");
    let error = catalog.delete_version(tenant, asset.id, VersionId::generate()).await.unwrap_err();
    assert!(matches!(error, Error::NotFound(_)), "{error}");
    assert_eq!(catalog.asset(tenant, asset.id).await.unwrap(), Some(asset));
}

async fn a_hundred_versions_are_enough(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let id = add(catalog, tenant, "/a", 1).await.asset.id;
    for number in 2..=100 {
        assert_eq!(add(catalog, tenant, "/a", number).await.asset.current.number, number);
    }
    let error = catalog.add_version(upload(tenant, "/a", 101)).await.unwrap_err();
    assert_eq!(error.to_string(), "/a has 100 versions, and an asset can have 100");
    assert!(matches!(error, Error::Invalid(_)));
    assert_eq!(catalog.versions(tenant, id).await.unwrap().len(), 100);

    catalog.delete_version(tenant, id, id.cast()).await.unwrap();
    assert_eq!(add(catalog, tenant, "/a", 101).await.asset.current.number, 101);
}

async fn restoring_keeps_id_and_number(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let first = add(catalog, tenant, "/a", 1).await.asset;
    let second = add(catalog, tenant, "/a", 2).await.asset;
    let restored = catalog.restore_version(tenant, first.id, first.current.id).await.unwrap();
    assert_eq!(restored.current, first.current);
    assert!(restored.updated >= second.updated);
    assert_eq!(catalog.asset(tenant, first.id).await.unwrap(), Some(restored));
    assert_eq!(catalog.versions(tenant, first.id).await.unwrap().len(), 2);
    assert_eq!(add(catalog, tenant, "/a", 3).await.asset.current.number, 3);
    let error = catalog.restore_version(tenant, first.id, VersionId::generate()).await.unwrap_err();
    assert!(matches!(error, Error::NotFound(_)), "{error}");
}

async fn folders_come_with_the_asset(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    add(catalog, tenant, "/a/b/c/file", 1).await;
    for path in ["/a", "/a/b", "/a/b/c"] {
        assert!(catalog.folder(tenant, &folder(path)).await.unwrap().is_some(), "{path}");
    }
}

async fn an_unknown_tenant_gets_nothing(catalog: &Catalog) {
    let error = catalog.add_version(upload(catalog::TenantId(404), "/a", 1)).await.unwrap_err();
    assert_eq!(error.to_string(), "tenant 404 does not exist");
}
