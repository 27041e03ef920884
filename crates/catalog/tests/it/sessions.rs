//! Who is signed in, and the tokens that stand in URLs.

use catalog::{Catalog, Error, NewSession, SessionKind, TenantId, User};

use crate::databases::on_every_database;
use crate::sample::{now, tenant};

on_every_database!(
    a_session_is_found_by_its_token,
    a_token_signs_in_once,
    sessions_end,
    what_has_expired_is_swept,
    use_is_noted_forwards_only,
    url_tokens_are_made_once,
    users_are_told_apart,
);

async fn user(catalog: &Catalog, tenant: TenantId, name: &str) -> User {
    catalog.put_user(tenant, name, "$argon2id$", true).await.unwrap()
}

fn new(user: &User, digest: u8) -> NewSession {
    NewSession {
        tenant: user.tenant,
        user: user.id,
        digest: [digest; 32],
        kind: SessionKind::Login,
        label: "phone".to_owned(),
        expires: None,
    }
}

async fn a_session_is_found_by_its_token(catalog: &Catalog) {
    let ann = user(catalog, tenant(catalog).await, "ann").await;
    let expires = Some(now() + 60_000);
    let new = NewSession { kind: SessionKind::AppPassword, expires, ..new(&ann, 1) };
    let session = catalog.add_session(new).await.unwrap();
    assert_eq!(
        (&session.user, session.kind, session.expires),
        (&ann, SessionKind::AppPassword, expires)
    );
    assert_eq!((session.label.as_str(), session.used), ("phone", session.created));
    assert_eq!(catalog.session(&[1; 32]).await.unwrap(), Some(session));
    assert_eq!(catalog.session(&[2; 32]).await.unwrap(), None);
}

async fn a_token_signs_in_once(catalog: &Catalog) {
    let ann = user(catalog, tenant(catalog).await, "ann").await;
    catalog.add_session(new(&ann, 1)).await.unwrap();
    assert!(matches!(catalog.add_session(new(&ann, 1)).await, Err(Error::Conflict(_))));
    let nobody = NewSession { user: ann.id + 1, ..new(&ann, 2) };
    assert!(matches!(catalog.add_session(nobody).await, Err(Error::NotFound(_))));
    let elsewhere = NewSession { tenant: TenantId(ann.tenant.0 + 1), ..new(&ann, 2) };
    assert!(matches!(catalog.add_session(elsewhere).await, Err(Error::NotFound(_))));
}

async fn sessions_end(catalog: &Catalog) {
    let ann = user(catalog, tenant(catalog).await, "ann").await;
    catalog.add_session(new(&ann, 1)).await.unwrap();
    catalog.end_session(TenantId(ann.tenant.0 + 1), &[1; 32]).await.unwrap();
    assert!(catalog.session(&[1; 32]).await.unwrap().is_some(), "only its own tenant ends it");
    for _ in 0..2 {
        catalog.end_session(ann.tenant, &[1; 32]).await.unwrap();
    }
    assert_eq!(catalog.session(&[1; 32]).await.unwrap(), None);
}

async fn what_has_expired_is_swept(catalog: &Catalog) {
    let ann = user(catalog, tenant(catalog).await, "ann").await;
    let old = NewSession { expires: Some(now() - 60_000), ..new(&ann, 1) };
    catalog.add_session(old).await.unwrap();
    catalog.add_session(new(&ann, 2)).await.unwrap();
    assert_eq!(catalog.session(&[1; 32]).await.unwrap(), None);
    assert!(catalog.session(&[2; 32]).await.unwrap().is_some());
}

async fn use_is_noted_forwards_only(catalog: &Catalog) {
    let ann = user(catalog, tenant(catalog).await, "ann").await;
    let began = catalog.add_session(new(&ann, 1)).await.unwrap().used;
    for (used, expected) in [(began + 5, began + 5), (began - 5, began + 5)] {
        catalog.touch_session(&[1; 32], used).await.unwrap();
        assert_eq!(catalog.session(&[1; 32]).await.unwrap().unwrap().used, expected);
    }
}

async fn url_tokens_are_made_once(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let (ann, bob) = (user(catalog, tenant, "ann").await, user(catalog, tenant, "bob").await);
    assert!(catalog.url_tokens(tenant).await.unwrap().is_empty());
    for fresh in [b"first".as_slice(), b"second"] {
        let kept = catalog.ensure_url_tokens(tenant, ann.id, fresh).await.unwrap();
        assert_eq!(kept, b"first");
    }
    catalog.ensure_url_tokens(tenant, bob.id, b"bob").await.unwrap();
    let expected = [(ann.id, b"first".to_vec()), (bob.id, b"bob".to_vec())];
    assert_eq!(catalog.url_tokens(tenant).await.unwrap(), expected);
    let nobody = catalog.ensure_url_tokens(tenant, bob.id + 1, b"x").await;
    assert!(matches!(nobody, Err(Error::NotFound(_))));
    assert!(catalog.url_tokens(TenantId(tenant.0 + 1)).await.unwrap().is_empty());
}

async fn users_are_told_apart(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let (ann, bob) = (user(catalog, tenant, "ann").await, user(catalog, tenant, "bob").await);
    assert_ne!(ann.uid(), bob.uid());
    assert_eq!(catalog.users(tenant).await.unwrap(), [ann.clone(), bob]);
    assert_eq!(
        user(catalog, tenant, "ann").await.uid(),
        ann.uid(),
        "a new password changes nobody"
    );
}
