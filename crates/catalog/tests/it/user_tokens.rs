//! Tokens of single people.

use catalog::{Catalog, EmailAddress, Error, NewUserToken, TenantId};

use crate::databases::on_every_database;
use crate::sample::tenant;

on_every_database!(
    user_tokens_are_found_by_their_digest,
    no_two_user_tokens_are_alike,
    user_tokens_are_disabled_and_enabled_by_their_tenant,
);

fn token(tenant: TenantId, email: &str, digest: u8) -> NewUserToken {
    NewUserToken {
        tenant,
        email: EmailAddress::parse(email).unwrap(),
        digest: [digest; 32],
        label: "telephone".to_owned(),
    }
}

async fn user_tokens_are_found_by_their_digest(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let first = catalog.add_user_token(token(tenant, "Ann@example.com", 1)).await.unwrap();
    let second = catalog.add_user_token(token(tenant, "ann@example.com", 2)).await.unwrap();
    assert_eq!((first.email.as_str(), first.enabled), ("ann@example.com", true));
    assert_eq!(catalog.user_token_by_digest(&[1; 32]).await.unwrap(), Some(first.clone()));
    assert_eq!(catalog.user_token_by_digest(&[3; 32]).await.unwrap(), None);
    assert_eq!(catalog.user_tokens(tenant).await.unwrap(), [first, second]);
}

async fn no_two_user_tokens_are_alike(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    catalog.add_user_token(token(tenant, "ann@example.com", 1)).await.unwrap();
    let taken = catalog.add_user_token(token(tenant, "bob@example.com", 1)).await;
    assert!(matches!(taken, Err(Error::Conflict(_))), "{taken:?}");
    let nobody = catalog.add_user_token(token(TenantId(404), "ann@example.com", 2)).await;
    assert!(matches!(nobody, Err(Error::NotFound(_))), "{nobody:?}");
}

async fn user_tokens_are_disabled_and_enabled_by_their_tenant(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let other = catalog.ensure_tenant("other").await.unwrap().id;
    let id = catalog.add_user_token(token(tenant, "ann@example.com", 1)).await.unwrap().id;
    for enabled in [false, true] {
        catalog.set_user_token_enabled(tenant, id, enabled).await.unwrap();
        let found = catalog.user_token_by_digest(&[1; 32]).await.unwrap();
        assert_eq!(found.unwrap().enabled, enabled);
    }
    let foreign = catalog.set_user_token_enabled(other, id, false).await;
    assert!(matches!(foreign, Err(Error::NotFound(_))), "{foreign:?}");
    assert!(catalog.user_tokens(other).await.unwrap().is_empty());
}
