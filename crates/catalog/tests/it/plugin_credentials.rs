//! What plug-ins of other services log in with.

use catalog::{Catalog, Error};

use crate::databases::on_every_database;
use crate::sample::tenant;

on_every_database!(a_plugin_has_one_credential, credentials_belong_to_a_tenant);

async fn a_plugin_has_one_credential(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let added = catalog.add_plugin_credential(tenant, "remove.bg", vec![0, 255]).await.unwrap();
    assert_eq!((added.plugin.as_str(), &added.sealed[..]), ("remove.bg", &[0, 255][..]));
    let again = catalog.add_plugin_credential(tenant, "remove.bg", vec![1]).await;
    assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
    let changed = catalog.update_plugin_credential(tenant, "remove.bg", vec![1]).await.unwrap();
    assert_eq!((changed.id, changed.created), (added.id, added.created));
    assert!(changed.updated >= added.updated);
    let read = catalog.plugin_credential(tenant, "remove.bg").await.unwrap();
    assert_eq!(read, Some(changed.clone()));
    let gone = catalog.delete_plugin_credential(tenant, "remove.bg").await.unwrap();
    assert_eq!(gone, changed);
    for missing in [
        catalog.delete_plugin_credential(tenant, "remove.bg").await,
        catalog.update_plugin_credential(tenant, "remove.bg", vec![2]).await,
    ] {
        assert!(matches!(missing, Err(Error::NotFound(_))), "{missing:?}");
    }
    catalog.add_plugin_credential(tenant, "remove.bg", vec![3]).await.unwrap();
}

async fn credentials_belong_to_a_tenant(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let other = catalog.ensure_tenant("other").await.unwrap().id;
    catalog.add_plugin_credential(tenant, "a", vec![1]).await.unwrap();
    assert_eq!(catalog.plugin_credential(other, "a").await.unwrap(), None);
    catalog.add_plugin_credential(other, "a", vec![2]).await.unwrap();
    catalog.delete_plugin_credential(other, "a").await.unwrap();
    assert!(catalog.plugin_credential(tenant, "a").await.unwrap().is_some());
    let unknown = catalog::TenantId(999);
    let refused = catalog.add_plugin_credential(unknown, "a", vec![1]).await;
    assert!(matches!(refused, Err(Error::NotFound(_))), "{refused:?}");
}
