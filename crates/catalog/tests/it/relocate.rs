//! Copying, moving and renaming assets.

use catalog::{
    Access, Asset, AssetId, Catalog, Change, Error, Name, TenantId, Versions, Visibility,
};

use crate::databases::on_every_database;
use crate::sample::{
    add, auto_tag, blob, folder, metadata, now, orphans, picture, rich_probe, tags, tenant, upload,
};

on_every_database!(
    a_copy_is_an_asset_of_its_own,
    a_copy_may_have_the_whole_history,
    a_copy_onto_another_becomes_its_version,
    a_copy_onto_another_with_history,
    a_moved_asset_keeps_its_id,
    a_move_onto_another_brings_all_versions,
    what_protected_one_protects_both,
    a_renamed_asset_keeps_its_id,
    a_name_that_is_taken_stays,
    nothing_comes_to_where_it_is,
    too_many_versions_are_refused_whole,
    copies_share_their_bytes,
    only_the_tenants_own,
);

fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

async fn at(catalog: &Catalog, tenant: TenantId, path: &str) -> Option<Asset> {
    let (parent, name) = path.rsplit_once('/').unwrap();
    let parent = folder(if parent.is_empty() { "/" } else { parent });
    catalog.asset_at(tenant, &parent, name).await.unwrap()
}

/// Numbers and contents, in the order of a listing.
async fn history(catalog: &Catalog, tenant: TenantId, id: AssetId) -> Vec<(u32, u64)> {
    let versions = catalog.versions(tenant, id).await.unwrap();
    versions.iter().map(|version| (version.number, version.blob.size)).collect()
}

async fn a_copy_is_an_asset_of_its_own(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    add(catalog, tenant, "/a/cat.jpg", 1).await;
    let mut new = picture(tenant, "/a/cat.jpg", 2, plan::Size::new(3, 2));
    new.probe = Some(rich_probe());
    new.tags = tags(&["x", "y"]);
    new.auto_tags = Change::Set(vec![auto_tag("z")]);
    new.description = Change::Set(Some("words".to_owned()));
    new.focus = Change::Set(Some([1, 2, 3, 4]));
    new.custom_metadata = Change::Set(metadata());
    new.access = Change::Set(Access::PresetsOnly);
    new.visibility = Change::Set(Visibility::Draft);
    let source = catalog.add_version(new).await.unwrap().asset;

    let to = folder("/b/c");
    let stored = catalog.copy_asset(tenant, source.id, &to, Versions::Current).await.unwrap();
    assert!(stored.created);
    let copy = stored.asset;
    assert!(copy.id != source.id && copy.current.id != source.current.id);
    assert_eq!((copy.folder.as_str(), copy.name.as_str()), ("/b/c", "cat.jpg"));
    assert_eq!((copy.current.number, copy.current.id), (1, copy.id.cast()));
    assert_eq!(history(catalog, tenant, copy.id).await, [(1, 2)]);
    let mut expected = source.clone();
    (expected.id, expected.number, expected.folder) = (copy.id, copy.number, to);
    (expected.created, expected.updated) = (copy.created, copy.updated);
    (expected.current.id, expected.current.number) = (copy.current.id, 1);
    (expected.current.created, expected.revision) = (copy.created, 0);
    assert_eq!(copy, expected, "all else is as in the source");
    assert_eq!(at(catalog, tenant, "/b/c/cat.jpg").await, Some(copy.clone()));
    assert_eq!(at(catalog, tenant, "/a/cat.jpg").await, Some(source), "which stays as it is");
    assert_eq!(add(catalog, tenant, "/b/c/cat.jpg", 3).await.asset.current.number, 2);
}

async fn a_copy_may_have_the_whole_history(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let source = add(catalog, tenant, "/a/cat", 1).await.asset.id;
    for content in [2, 3, 4] {
        add(catalog, tenant, "/a/cat", content).await;
    }
    let versions = catalog.versions(tenant, source).await.unwrap();
    catalog.restore_version(tenant, source, versions[2].id).await.unwrap();
    catalog.delete_version(tenant, source, versions[0].id).await.unwrap();
    assert_eq!(history(catalog, tenant, source).await, [(2, 2), (3, 3), (1, 1)]);

    let copied = catalog.copy_asset(tenant, source, &folder("/b"), Versions::All).await.unwrap();
    let copy = copied.asset;
    assert_eq!(history(catalog, tenant, copy.id).await, [(2, 2), (3, 3), (1, 1)]);
    let copies = catalog.versions(tenant, copy.id).await.unwrap();
    assert_eq!(copies[0], copy.current);
    assert_eq!(copies.iter().find(|copy| copy.number == 1).unwrap().id, copy.id.cast());
    assert!(copies.iter().all(|copy| versions.iter().all(|version| version.id != copy.id)));
    assert_eq!(
        add(catalog, tenant, "/b/cat", 5).await.asset.current.number,
        5,
        "numbers go on behind the highest that the source ever had"
    );
}

async fn a_copy_onto_another_becomes_its_version(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let mut new = upload(tenant, "/a/cat", 1);
    new.tags = tags(&["source"]);
    new.focus = Change::Set(Some([1, 2, 3, 4]));
    let source = catalog.add_version(new).await.unwrap().asset;
    let mut new = upload(tenant, "/b/cat", 2);
    new.tags = tags(&["there"]);
    let there = catalog.add_version(new).await.unwrap().asset;
    add(catalog, tenant, "/b/cat", 3).await;

    let to = folder("/b");
    let stored = catalog.copy_asset(tenant, source.id, &to, Versions::Current).await.unwrap();
    assert!(!stored.created);
    let after = stored.asset;
    assert_eq!((after.id, after.created), (there.id, there.created));
    assert_eq!((after.current.number, &after.current.blob), (3, &blob(1)));
    assert_eq!(after.tags, ["source"], "what is known about the content comes with it");
    assert_eq!(after.focus, Some([1, 2, 3, 4]));
    assert!(after.updated >= there.updated);
    assert_eq!(history(catalog, tenant, there.id).await, [(3, 1), (2, 3), (1, 2)]);
    assert_eq!(at(catalog, tenant, "/b/cat").await, Some(after));
    assert_eq!(at(catalog, tenant, "/a/cat").await, Some(source));
}

async fn a_copy_onto_another_with_history(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let source = add(catalog, tenant, "/a/cat", 1).await.asset;
    add(catalog, tenant, "/a/cat", 2).await;
    catalog.restore_version(tenant, source.id, source.current.id).await.unwrap();
    let there = add(catalog, tenant, "/b/cat", 10).await.asset.id;
    let to = folder("/b");
    let after = catalog.copy_asset(tenant, source.id, &to, Versions::All).await.unwrap().asset;
    assert_eq!((after.id, after.current.number), (there, 2), "what was current is current");
    assert_eq!(history(catalog, tenant, there).await, [(2, 1), (3, 2), (1, 10)]);
    assert_eq!(add(catalog, tenant, "/b/cat", 11).await.asset.current.number, 4);
}

async fn a_moved_asset_keeps_its_id(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let source = add(catalog, tenant, "/a/cat", 1).await.asset;
    let source = {
        add(catalog, tenant, "/a/cat", 2).await;
        catalog.restore_version(tenant, source.id, source.current.id).await.unwrap()
    };
    let versions = catalog.versions(tenant, source.id).await.unwrap();
    let moved = catalog.move_asset(tenant, source.id, &folder("/b/c")).await.unwrap();
    assert_eq!((moved.id, moved.folder.as_str()), (source.id, "/b/c"));
    assert_eq!((&moved.current, moved.created), (&source.current, source.created));
    assert_eq!(at(catalog, tenant, "/a/cat").await, None);
    assert_eq!(at(catalog, tenant, "/b/c/cat").await, Some(moved));
    assert_eq!(catalog.versions(tenant, source.id).await.unwrap(), versions);
    assert!(catalog.folder(tenant, &folder("/a")).await.unwrap().is_some(), "the folder stays");
}

async fn a_move_onto_another_brings_all_versions(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let source = add(catalog, tenant, "/a/cat", 1).await.asset;
    add(catalog, tenant, "/a/cat", 2).await;
    catalog.restore_version(tenant, source.id, source.current.id).await.unwrap();
    let there = add(catalog, tenant, "/b/cat", 10).await.asset.id;
    let moved = catalog.move_asset(tenant, source.id, &folder("/b")).await.unwrap();
    assert_eq!((moved.id, moved.current.number), (there, 2));
    assert_eq!(moved.current.id, source.current.id, "versions keep their ids");
    assert_eq!(history(catalog, tenant, there).await, [(2, 1), (3, 2), (1, 10)]);
    assert_eq!(catalog.asset(tenant, source.id).await.unwrap(), None);
    assert_eq!(at(catalog, tenant, "/a/cat").await, None);
    assert!(orphans(catalog, now() + 1000, 10).await.is_empty());
}

async fn what_protected_one_protects_both(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    for (number, (source, there, expected)) in [
        (Access::Public, Access::Private, Access::Private),
        (Access::Private, Access::Public, Access::Private),
        (Access::PresetsOnly, Access::Public, Access::PresetsOnly),
        (Access::PresetsOnly, Access::Private, Access::Private),
        (Access::Public, Access::Public, Access::Public),
    ]
    .into_iter()
    .enumerate()
    {
        let mut new = upload(tenant, &format!("/a/{number}"), 1);
        new.access = Change::Set(source);
        let id = catalog.add_version(new).await.unwrap().asset.id;
        let mut new = upload(tenant, &format!("/b/{number}"), 2);
        new.access = Change::Set(there);
        new.visibility = Change::Set(Visibility::Draft);
        catalog.add_version(new).await.unwrap();
        let after = catalog.move_asset(tenant, id, &folder("/b")).await.unwrap();
        assert_eq!((after.access, after.visibility), (expected, Visibility::Draft), "{number}");
    }
}

async fn a_renamed_asset_keeps_its_id(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let before = add(catalog, tenant, "/a/cat.jpg", 1).await.asset;
    let after = catalog.rename_asset(tenant, before.id, &name("dog.jpg")).await.unwrap();
    assert_eq!(
        (after.id, after.folder.as_str(), after.name.as_str()),
        (before.id, "/a", "dog.jpg")
    );
    assert_eq!(at(catalog, tenant, "/a/cat.jpg").await, None);
    assert_eq!(at(catalog, tenant, "/a/dog.jpg").await, Some(after.clone()));
    let same = catalog.rename_asset(tenant, before.id, &name("dog.jpg")).await.unwrap();
    assert_eq!(same, after, "nothing happens");
    assert!(add(catalog, tenant, "/a/cat.jpg", 2).await.created, "the old name is free");
}

async fn a_name_that_is_taken_stays(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let cat = add(catalog, tenant, "/a/cat", 1).await.asset;
    let dog = add(catalog, tenant, "/a/dog", 2).await.asset;
    add(catalog, tenant, "/b/bird", 3).await;
    let error = catalog.rename_asset(tenant, cat.id, &name("dog")).await.unwrap_err();
    assert!(matches!(&error, Error::Conflict(what) if what == "/a/dog"), "{error}");
    assert_eq!(at(catalog, tenant, "/a/cat").await, Some(cat.clone()));
    assert_eq!(at(catalog, tenant, "/a/dog").await, Some(dog));
    catalog.rename_asset(tenant, cat.id, &name("bird")).await.unwrap();
}

async fn nothing_comes_to_where_it_is(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let cat = add(catalog, tenant, "/a/cat", 1).await.asset;
    let to = folder("/a");
    let copied = catalog.copy_asset(tenant, cat.id, &to, Versions::All).await.unwrap_err();
    let moved = catalog.move_asset(tenant, cat.id, &to).await.unwrap_err();
    for error in [copied, moved] {
        assert!(matches!(&error, Error::Invalid(_)), "{error:?}");
        assert_eq!(error.to_string(), "/a/cat is in the folder /a already");
    }
    assert_eq!(at(catalog, tenant, "/a/cat").await, Some(cat));
}

async fn too_many_versions_are_refused_whole(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let mut ids = Vec::new();
    for path in ["/a/cat", "/b/cat"] {
        for content in 1..=51 {
            let asset = add(catalog, tenant, path, content).await.asset;
            ids.extend((content == 1).then_some(asset.id));
        }
    }
    let to = folder("/b");
    let copied = catalog.copy_asset(tenant, ids[0], &to, Versions::All).await.unwrap_err();
    let moved = catalog.move_asset(tenant, ids[0], &to).await.unwrap_err();
    for error in [copied, moved] {
        assert_eq!(error.to_string(), "/b/cat has 51 versions, and an asset can have 100");
    }
    for id in &ids {
        assert_eq!(catalog.versions(tenant, *id).await.unwrap().len(), 51);
    }
    catalog.copy_asset(tenant, ids[0], &to, Versions::Current).await.unwrap();
}

async fn copies_share_their_bytes(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let source = add(catalog, tenant, "/a/cat", 1).await.asset.id;
    let to = folder("/b");
    let copy = catalog.copy_asset(tenant, source, &to, Versions::All).await.unwrap().asset.id;
    catalog.delete_asset(tenant, source).await.unwrap();
    assert!(orphans(catalog, now() + 1000, 10).await.is_empty());
    catalog.delete_asset(tenant, copy).await.unwrap();
    assert_eq!(orphans(catalog, now() + 1000, 10).await, [blob(1).hash]);
}

async fn only_the_tenants_own(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let other = catalog.ensure_tenant("other").await.unwrap().id;
    let asset = add(catalog, tenant, "/a/cat", 1).await.asset;
    let to = folder("/b");
    let copied = catalog.copy_asset(other, asset.id, &to, Versions::All).await.unwrap_err();
    let moved = catalog.move_asset(other, asset.id, &to).await.unwrap_err();
    let renamed = catalog.rename_asset(other, asset.id, &name("x")).await.unwrap_err();
    for error in [copied, moved, renamed] {
        assert!(matches!(error, Error::NotFound(_)), "{error}");
    }
    assert_eq!(catalog.folder(other, &to).await.unwrap(), None, "nor is a folder made");
    assert_eq!(at(catalog, tenant, "/a/cat").await, Some(asset));
}
