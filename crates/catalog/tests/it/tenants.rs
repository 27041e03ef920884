//! Tenants, their users and their folders.

use catalog::{Catalog, Error, FolderPath, TenantId};

use crate::databases::on_every_database;
use crate::sample::{folder, tenant};

on_every_database!(
    a_tenant_is_made_once,
    names_that_no_tenant_can_have,
    users_are_put_and_found,
    the_root_is_always_there,
    folders_come_with_their_parents,
    folders_of_an_unknown_tenant,
);

async fn a_tenant_is_made_once(catalog: &Catalog) {
    assert!(catalog.tenants().await.unwrap().is_empty());
    let demo = catalog.ensure_tenant("demo").await.unwrap();
    let other = catalog.ensure_tenant("a-b_9").await.unwrap();
    assert_eq!(catalog.ensure_tenant("demo").await.unwrap(), demo);
    assert_eq!(catalog.tenants().await.unwrap(), [demo, other]);
}

async fn names_that_no_tenant_can_have(catalog: &Catalog) {
    let long = "x".repeat(64);
    for name in ["", "Demo", "a b", "a/b", "ä", "a\0", "v2", "console", "imagekit", &long] {
        let error = catalog.ensure_tenant(name).await.unwrap_err();
        assert!(
            matches!(&error, Error::Invalid(why) if why.contains("cannot name a tenant")),
            "{error}"
        );
    }
    assert!(catalog.tenants().await.unwrap().is_empty());
}

async fn users_are_put_and_found(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    assert_eq!(catalog.user(tenant, "anna").await.unwrap(), None);
    let anna = catalog.put_user(tenant, "anna", "$argon2id$1", false).await.unwrap();
    assert_eq!((anna.name.as_str(), anna.is_admin), ("anna", false));
    assert_eq!(catalog.user(tenant, "anna").await.unwrap(), Some(anna.clone()));
    assert_eq!(catalog.user(tenant, "Anna").await.unwrap(), None);
    assert_eq!(catalog.user(tenant, "anna\0").await.unwrap(), None);

    let changed = catalog.put_user(tenant, "anna", "$argon2id$2", true).await.unwrap();
    assert_eq!(
        (changed.id, changed.password_hash.as_str(), changed.is_admin),
        (anna.id, "$argon2id$2", true)
    );
    assert_eq!(catalog.user(tenant, "anna").await.unwrap(), Some(changed));

    let other = catalog.ensure_tenant("other").await.unwrap().id;
    assert_eq!(catalog.user(other, "anna").await.unwrap(), None);
    let unknown = catalog.put_user(TenantId(404), "anna", "", false).await.unwrap_err();
    assert!(matches!(unknown, Error::NotFound(_)), "{unknown}");
}

async fn the_root_is_always_there(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let root = catalog.folder(tenant, &FolderPath::root()).await.unwrap().unwrap();
    assert_eq!(catalog.ensure_folder(tenant, &FolderPath::root()).await.unwrap(), (root, false));
}

async fn folders_come_with_their_parents(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let (deep, created) = catalog.ensure_folder(tenant, &folder("/a/b/c")).await.unwrap();
    assert!(created);
    assert_eq!(deep.path, folder("/a/b/c"));
    assert_eq!(catalog.folder(tenant, &folder("/a/b/c")).await.unwrap(), Some(deep.clone()));
    let parent = catalog.folder(tenant, &folder("/a/b")).await.unwrap().unwrap();
    assert!(parent.id != deep.id);
    assert_eq!(catalog.ensure_folder(tenant, &folder("/a/b")).await.unwrap(), (parent, false));
    assert_eq!(catalog.folder(tenant, &folder("/a/B")).await.unwrap(), None);

    let deepest = folder(&"/d".repeat(50));
    assert!(catalog.ensure_folder(tenant, &deepest).await.unwrap().1);
    let longest = folder(&format!("/{}", "ü".repeat(120)).repeat(8));
    assert!(catalog.ensure_folder(tenant, &longest).await.unwrap().1);
}

async fn folders_of_an_unknown_tenant(catalog: &Catalog) {
    let error = catalog.ensure_folder(TenantId(404), &folder("/a")).await.unwrap_err();
    assert!(matches!(error, Error::NotFound(_)), "{error}");
}
