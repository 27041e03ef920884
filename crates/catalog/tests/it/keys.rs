//! Key pairs.

use catalog::{Catalog, Error, NewKey, TenantId};

use crate::databases::on_every_database;
use crate::sample::tenant;

on_every_database!(
    keys_are_found_by_either_half,
    no_two_keys_share_a_half,
    keys_are_disabled_and_enabled,
    keys_belong_to_a_tenant,
);

fn key(tenant: TenantId, public_key: &str, secret: u8) -> NewKey {
    NewKey {
        tenant,
        public_key: public_key.to_owned(),
        secret_digest: [secret; 32],
        sealed_secret: vec![0, 255, secret],
        label: "made at first start".to_owned(),
        expires: Some(i64::MAX),
        read_only: false,
    }
}

async fn keys_are_found_by_either_half(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let first = catalog.add_key(key(tenant, "public_1", 1)).await.unwrap();
    let mut unlimited = key(tenant, "public_2", 2);
    unlimited.expires = None;
    let second = catalog.add_key(unlimited).await.unwrap();
    assert!(first.enabled && first.sealed_secret == [0, 255, 1] && first.expires == Some(i64::MAX));
    assert_eq!(catalog.key_by_public("public_1").await.unwrap(), Some(first.clone()));
    assert_eq!(catalog.key_by_secret_digest(&[2; 32]).await.unwrap(), Some(second.clone()));
    assert_eq!(catalog.keys(tenant).await.unwrap(), [first, second]);
    for unknown in ["", "Public_1", "public_", "public_1\0"] {
        assert_eq!(catalog.key_by_public(unknown).await.unwrap(), None);
    }
    assert_eq!(catalog.key_by_secret_digest(&[3; 32]).await.unwrap(), None);
}

async fn no_two_keys_share_a_half(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let other = catalog.ensure_tenant("other").await.unwrap().id;
    catalog.add_key(key(tenant, "public_1", 1)).await.unwrap();
    for taken in [key(tenant, "public_1", 2), key(other, "public_1", 2), key(other, "public_2", 1)]
    {
        assert!(matches!(catalog.add_key(taken).await, Err(Error::Conflict(_))));
    }
    let unknown = catalog.add_key(key(TenantId(404), "public_3", 3)).await.unwrap_err();
    assert!(matches!(unknown, Error::NotFound(_)), "{unknown}");
}

async fn keys_are_disabled_and_enabled(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let id = catalog.add_key(key(tenant, "public_1", 1)).await.unwrap().id;
    for enabled in [false, false, true] {
        catalog.set_key_enabled(tenant, id, enabled).await.unwrap();
        assert_eq!(catalog.key_by_public("public_1").await.unwrap().unwrap().enabled, enabled);
    }
    assert!(matches!(catalog.set_key_enabled(tenant, id + 1, true).await, Err(Error::NotFound(_))));
}

async fn keys_belong_to_a_tenant(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let other = catalog.ensure_tenant("other").await.unwrap().id;
    let id = catalog.add_key(key(tenant, "public_1", 1)).await.unwrap().id;
    assert!(catalog.keys(other).await.unwrap().is_empty());
    assert!(matches!(catalog.set_key_enabled(other, id, false).await, Err(Error::NotFound(_))));
}
