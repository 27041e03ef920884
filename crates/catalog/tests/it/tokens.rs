//! Tokens are spent once.

use catalog::{Catalog, Error};

use crate::databases::on_every_database;
use crate::sample::{now, tenant};

const HOUR: i64 = 3_600_000;

on_every_database!(a_token_is_spent_once, expired_tokens_are_swept, tokens_that_cannot_be_stored);

async fn a_token_is_spent_once(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let other = catalog.ensure_tenant("other").await.unwrap().id;
    let spend =
        async |tenant, token| catalog.spend_token(tenant, token, now() + HOUR).await.unwrap();
    assert!(spend(tenant, "t").await);
    assert!(!spend(tenant, "t").await);
    assert!(spend(tenant, "T").await);
    assert!(spend(tenant, "").await);
    assert!(spend(other, "t").await, "each tenant has its own");
}

async fn expired_tokens_are_swept(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let old = now() - HOUR;
    assert!(catalog.spend_token(tenant, "old", old).await.unwrap());
    // Swept by the next call, and so free again: whoever calls refuses it for its date.
    assert!(catalog.spend_token(tenant, "old", old).await.unwrap());
    let recent = now() - 1000;
    assert!(catalog.spend_token(tenant, "recent", recent).await.unwrap());
    assert!(
        !catalog.spend_token(tenant, "recent", recent).await.unwrap(),
        "clocks may differ by a little"
    );
}

async fn tokens_that_cannot_be_stored(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    for token in ["a\0", &"x".repeat(1001)] {
        let error = catalog.spend_token(tenant, token, now()).await.unwrap_err();
        assert!(matches!(error, Error::Invalid(_)), "{error}");
    }
}
