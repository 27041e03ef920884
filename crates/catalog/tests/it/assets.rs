//! What is put in comes out again, changes, and goes.

use catalog::{Access, AssetId, AssetPatch, Catalog, Change, Error, Visibility};
use plan::Size;

use crate::databases::on_every_database;
use crate::sample::{
    add, auto_tag, blob, folder, metadata, picture, plain_probe, rich_probe, tags, tenant, upload,
};

on_every_database!(
    a_new_asset_has_defaults,
    every_field_comes_back,
    probes_come_back,
    a_patch_changes_what_it_sets,
    a_patch_of_nothing_is_a_change,
    texts_that_cannot_be_stored_are_refused,
    deleting_takes_all_versions,
    unknown_assets,
    lookups_by_place,
    walks_see_each_asset_once,
    content_is_known_by_its_hash,
    tenants_do_not_see_each_other,
    reading_an_asset_takes_one_statement,
);

async fn a_new_asset_has_defaults(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let stored = add(catalog, tenant, "/a/b/cat.txt", 1).await;
    assert!(stored.created);
    let asset = stored.asset;
    assert_eq!((asset.folder.as_str(), asset.name.as_str()), ("/a/b", "cat.txt"));
    assert_eq!((asset.access, asset.visibility), (Access::Public, Visibility::Listed));
    assert!(
        asset.tags.is_empty() && asset.auto_tags.is_empty() && asset.custom_metadata.is_empty()
    );
    assert_eq!((&asset.description, asset.focus), (&None, None));
    assert_eq!(asset.current.number, 1);
    assert_eq!(
        asset.current.id.to_string(),
        asset.id.to_string(),
        "the first version has the asset's id"
    );
    assert_eq!(asset.current.blob, blob(1));
    assert_eq!((asset.created, asset.updated), (asset.current.created, asset.current.created));
    assert_eq!(catalog.asset(tenant, asset.id).await.unwrap(), Some(asset));
}

async fn every_field_comes_back(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    for (access, visibility) in [
        (Access::Public, Visibility::Draft),
        (Access::PresetsOnly, Visibility::Archived),
        (Access::Private, Visibility::Hidden),
        (Access::Private, Visibility::Listed),
    ] {
        let mut new = upload(tenant, "/full.webp", u32::MAX);
        new.probe = Some(rich_probe());
        new.tags = tags(&["z", "a", "Größe, \"x\"", "z"]);
        new.auto_tags = Change::Set(vec![auto_tag("cat"), auto_tag("")]);
        new.description = Change::Set(Some("two\nlines".to_owned()));
        new.focus = Change::Set(Some([0, 1, 2, u32::MAX]));
        new.custom_metadata = Change::Set(metadata());
        new.access = Change::Set(access);
        new.visibility = Change::Set(visibility);
        let asset = catalog.add_version(new).await.unwrap().asset;

        assert_eq!(asset.tags, ["z", "a", "Größe, \"x\"", "z"], "in the order given");
        assert_eq!(asset.focus, Some([0, 1, 2, u32::MAX]));
        assert_eq!((asset.access, asset.visibility), (access, visibility));
        assert_eq!(catalog.asset(tenant, asset.id).await.unwrap(), Some(asset));
    }
}

async fn probes_come_back(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    for (content, probe) in [(1, None), (2, Some(plain_probe())), (3, Some(rich_probe()))] {
        let mut new = upload(tenant, &format!("/{content}"), content);
        new.probe.clone_from(&probe);
        let id = catalog.add_version(new).await.unwrap().asset.id;
        assert_eq!(catalog.asset(tenant, id).await.unwrap().unwrap().current.probe, probe);
    }
}

async fn a_patch_changes_what_it_sets(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let mut new = picture(tenant, "/a.jpg", 1, Size::new(3, 2));
    new.tags = tags(&["old"]);
    new.description = Change::Set(Some("old".to_owned()));
    let before = catalog.add_version(new).await.unwrap().asset;

    let patch = AssetPatch {
        description: Change::Set(None),
        focus: Change::Set(Some([1, 2, 3, 4])),
        access: Change::Set(Access::PresetsOnly),
        ..AssetPatch::default()
    };
    let after = catalog.update_asset(tenant, before.id, patch).await.unwrap();
    assert_eq!(after.description, None);
    assert_eq!(after.focus, Some([1, 2, 3, 4]));
    assert_eq!(after.access, Access::PresetsOnly);
    assert_eq!(after.tags, ["old"]);
    assert_eq!(after.current, before.current);
    assert_eq!(after.created, before.created);
    assert!(after.updated >= before.updated);
    assert_eq!(catalog.asset(tenant, before.id).await.unwrap(), Some(after));
}

async fn a_patch_of_nothing_is_a_change(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let before = add(catalog, tenant, "/a", 1).await.asset;
    let mut after = catalog.update_asset(tenant, before.id, AssetPatch::default()).await.unwrap();
    assert_eq!(after.revision, before.revision + 1);
    (after.updated, after.revision) = (before.updated, before.revision);
    assert_eq!(after, before);
}

async fn texts_that_cannot_be_stored_are_refused(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let id = add(catalog, tenant, "/a", 1).await.asset.id;
    let long = "x".repeat(1001);
    let rows = [
        (
            AssetPatch {
                description: Change::Set(Some("a\0b".to_owned())),
                ..AssetPatch::default()
            },
            "U+0000",
        ),
        (AssetPatch { tags: tags(&["fine", "a\0b"]), ..AssetPatch::default() }, "U+0000"),
        (AssetPatch { tags: tags(&[&long]), ..AssetPatch::default() }, "longer than 1000 bytes"),
    ];
    for (patch, why) in rows {
        let error = catalog.update_asset(tenant, id, patch).await.unwrap_err();
        assert!(matches!(&error, Error::Invalid(text) if text.contains(why)), "{error}");
    }
    assert!(
        catalog.asset(tenant, id).await.unwrap().unwrap().tags.is_empty(),
        "nothing was changed"
    );

    let mut new = upload(tenant, "/new/b", 1);
    new.tags = tags(&["a\0b"]);
    assert!(matches!(catalog.add_version(new).await, Err(Error::Invalid(_))));
    assert_eq!(catalog.folder(tenant, &folder("/new")).await.unwrap(), None, "not even the folder");
}

async fn deleting_takes_all_versions(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let first = add(catalog, tenant, "/a/b", 1).await.asset;
    let second = add(catalog, tenant, "/a/b", 2).await.asset;
    assert_eq!(catalog.delete_asset(tenant, first.id).await.unwrap(), second);

    assert_eq!(catalog.asset(tenant, first.id).await.unwrap(), None);
    assert_eq!(catalog.asset_at(tenant, &folder("/a"), "b").await.unwrap(), None);
    assert!(catalog.versions(tenant, first.id).await.unwrap().is_empty());
    assert_eq!(catalog.version(tenant, first.id, second.current.id).await.unwrap(), None);
    assert!(catalog.folder(tenant, &folder("/a")).await.unwrap().is_some(), "the folder stays");
    assert!(matches!(catalog.delete_asset(tenant, first.id).await, Err(Error::NotFound(_))));

    let again = add(catalog, tenant, "/a/b", 1).await;
    assert!(again.created && again.asset.id != first.id && again.asset.current.number == 1);
}

async fn unknown_assets(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let unknown = AssetId::generate();
    assert_eq!(catalog.asset(tenant, unknown).await.unwrap(), None);
    let error = catalog.update_asset(tenant, unknown, AssetPatch::default()).await.unwrap_err();
    assert_eq!(error.to_string(), format!("asset {unknown} does not exist"));
    assert!(matches!(catalog.delete_asset(tenant, unknown).await, Err(Error::NotFound(_))));
}

async fn lookups_by_place(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let root = add(catalog, tenant, "/cat.jpg", 1).await.asset;
    let deep = add(catalog, tenant, "/a/b/cat.jpg", 2).await.asset;
    let at = async |path, name| {
        catalog.asset_at(tenant, &folder(path), name).await.unwrap().map(|asset| asset.id)
    };
    assert_eq!(at("/", "cat.jpg").await, Some(root.id));
    assert_eq!(at("/a/b", "cat.jpg").await, Some(deep.id));
    assert_eq!(at("/a", "cat.jpg").await, None);
    assert_eq!(at("/A/b", "cat.jpg").await, None);
    assert_eq!(at("/", "Cat.jpg").await, None);
    assert_eq!(at("/", "cat%").await, None);
    assert_eq!(at("/", "").await, None);
    assert_eq!(at("/", "\0").await, None);
}

async fn walks_see_each_asset_once(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let mut expected = Vec::new();
    for content in 0..7 {
        expected.push(add(catalog, tenant, &format!("/{content}"), content).await.asset.id);
    }
    expected.sort();
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = catalog.assets_after(tenant, after, 3).await.unwrap();
        assert!(page.len() <= 3);
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        seen.extend(page.iter().map(|asset| asset.id));
    }
    assert_eq!(seen, expected);
}

async fn content_is_known_by_its_hash(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let asset = add(catalog, tenant, "/a", 1).await.asset.id;
    add(catalog, tenant, "/a", 2).await;
    add(catalog, tenant, "/b", 1).await;
    let holder = async |content| catalog.has_blob(tenant, &blob(content).hash).await.unwrap();
    assert_eq!(holder(1).await, Some(asset), "also in a past version");
    assert_eq!(holder(2).await, Some(asset));
    assert_eq!(holder(3).await, None);
}

async fn tenants_do_not_see_each_other(catalog: &Catalog) {
    let mine = tenant(catalog).await;
    let theirs = catalog.ensure_tenant("other").await.unwrap().id;
    let asset = add(catalog, mine, "/a/b", 1).await.asset;

    assert_eq!(catalog.asset(theirs, asset.id).await.unwrap(), None);
    assert_eq!(catalog.asset_at(theirs, &asset.folder, "b").await.unwrap(), None);
    assert_eq!(catalog.folder(theirs, &asset.folder).await.unwrap(), None);
    assert!(catalog.versions(theirs, asset.id).await.unwrap().is_empty());
    assert_eq!(catalog.version(theirs, asset.id, asset.current.id).await.unwrap(), None);
    assert!(catalog.assets_after(theirs, None, 10).await.unwrap().is_empty());
    assert_eq!(catalog.has_blob(theirs, &blob(1).hash).await.unwrap(), None);
    assert!(catalog.update_asset(theirs, asset.id, AssetPatch::default()).await.is_err());
    assert!(catalog.delete_asset(theirs, asset.id).await.is_err());

    let other = add(catalog, theirs, "/a/b", 1).await;
    assert!(other.created, "the same name is free for another tenant");
    catalog.delete_asset(theirs, other.asset.id).await.unwrap();
    assert_eq!(catalog.asset(mine, asset.id).await.unwrap(), Some(asset));
}

async fn reading_an_asset_takes_one_statement(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let asset = add(catalog, tenant, "/a/b", 1).await.asset;
    let before = catalog.statements();
    catalog.asset(tenant, asset.id).await.unwrap();
    assert_eq!(catalog.statements() - before, 1);
    catalog.asset_at(tenant, &asset.folder, "b").await.unwrap();
    assert_eq!(catalog.statements() - before, 2);
}
