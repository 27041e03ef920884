//! Who is who.

use catalog::{Catalog, NewKey, Options};
use library::{Actor, Error, KeyPair};
use sha2::{Digest, Sha256};
use testkit::app;

use crate::restart::Place;

#[tokio::test]
async fn a_key_opens_its_tenant_and_no_other() {
    let app = app().await;
    let actor = app.library.actor_by_secret("private_key_test").await.unwrap();
    assert_eq!(actor, Some(Actor::full(app.tenant)));
    assert_eq!(app.library.actor_by_secret("private_key_tesT").await.unwrap(), None);
    assert_eq!(app.library.actor_by_secret("public_key_test").await.unwrap(), None);
    assert_eq!(app.library.actor_by_secret("").await.unwrap(), None);

    assert_eq!(app.library.tenant("demo").await.unwrap(), Some(app.tenant));
    assert_eq!(app.library.tenant("nobody").await.unwrap(), None);
    assert_eq!(app.library.tenant_name(app.tenant).await.unwrap().as_deref(), Some("demo"));
    let (tenant, key) = app.library.client_key("public_key_test").await.unwrap().unwrap();
    assert_eq!((tenant, key.secret.as_str()), (app.tenant, "private_key_test"));
    assert!(app.library.client_key("public_key_nobody").await.unwrap().is_none());
}

#[tokio::test]
async fn a_new_key_and_a_disabled_one_take_effect_at_once() {
    let app = app().await;
    let pair = KeyPair::generate().unwrap();
    // RAM has noted that nobody holds it, and which keys there are.
    assert_eq!(app.library.actor_by_secret(&pair.private_key).await.unwrap(), None);
    assert_eq!(app.library.signing_keys(app.tenant).await.unwrap().len(), 1);

    let key = app.library.add_key(app.tenant, &pair, "second").await.unwrap();
    let actor = app.library.actor_by_secret(&pair.private_key).await.unwrap();
    assert_eq!(actor, Some(app.owner()));
    assert_eq!(app.library.signing_keys(app.tenant).await.unwrap().len(), 2);

    app.library.set_key_enabled(app.tenant, key.id, false).await.unwrap();
    assert_eq!(app.library.actor_by_secret(&pair.private_key).await.unwrap(), None);
    assert_eq!(app.library.signing_keys(app.tenant).await.unwrap().len(), 1);
    assert!(app.library.client_key(&pair.public_key).await.unwrap().is_none());
    assert_eq!(app.library.keys(app.tenant).await.unwrap().len(), 2);

    app.library.set_key_enabled(app.tenant, key.id, true).await.unwrap();
    assert!(app.library.actor_by_secret(&pair.private_key).await.unwrap().is_some());
}

#[tokio::test]
async fn a_known_key_is_found_without_sql() {
    let app = app().await;
    let ask = async || {
        app.library.actor_by_secret("private_key_test").await.unwrap();
        app.library.signing_keys(app.tenant).await.unwrap();
        app.library.tenant("demo").await.unwrap();
    };
    ask().await;
    let before = app.library.statements();
    ask().await;
    assert_eq!(app.library.statements(), before);
}

#[tokio::test]
async fn either_half_belongs_to_one_key() {
    let app = app().await;
    for pair in [
        KeyPair { public_key: "public_key_test".into(), private_key: "other".into() },
        KeyPair { public_key: "other".into(), private_key: "private_key_test".into() },
    ] {
        let taken = app.library.add_key(app.tenant, &pair, "again").await;
        assert!(matches!(taken, Err(Error::Conflict(_))), "{taken:?}");
    }
    let unknown = app.library.set_key_enabled(app.tenant, 12345, false).await;
    assert!(matches!(unknown, Err(Error::NotFound(_))), "{unknown:?}");
}

#[tokio::test]
async fn a_token_is_spent_once() {
    let app = app().await;
    let expires = now() + 60_000;
    let other = app.library.ensure_tenant("other").await.unwrap();
    assert!(app.library.spend_token(app.tenant, "once", expires).await.unwrap());
    assert!(!app.library.spend_token(app.tenant, "once", expires).await.unwrap());
    assert!(app.library.spend_token(app.tenant, "twice", expires).await.unwrap());
    assert!(
        app.library.spend_token(other, "once", expires).await.unwrap(),
        "tenants have tokens of their own"
    );
}

#[tokio::test]
async fn keys_can_be_read_after_a_restart_and_not_from_the_database() {
    let place = Place::new();
    let library = place.open().await;
    let tenant = library.ensure_tenant("demo").await.unwrap();
    let pair =
        KeyPair { public_key: "public_1".into(), private_key: "private_that_nobody_reads".into() };
    library.add_key(tenant, &pair, "first").await.unwrap();
    library.close().await;
    drop(library);

    let catalog = std::fs::read(place.path().join("catalog.db")).unwrap();
    assert!(
        !catalog.windows(pair.private_key.len()).any(|part| part == pair.private_key.as_bytes())
    );
    let library = place.open().await;
    assert_eq!(
        library.actor_by_secret(&pair.private_key).await.unwrap(),
        Some(Actor::full(tenant))
    );
    let keys = library.signing_keys(tenant).await.unwrap();
    assert_eq!(keys[0].secret, pair.private_key);
}

/// What RAM has noted of a key does not outlive the key.
#[tokio::test]
async fn a_key_ends_when_it_expires() {
    let place = Place::new();
    let library = place.open().await;
    let tenant = library.ensure_tenant("demo").await.unwrap();
    let lasting = KeyPair { public_key: "public_1".into(), private_key: "private_1".into() };
    let sealed = library.add_key(tenant, &lasting, "lasting").await.unwrap().sealed_secret;
    let catalog = Catalog::open(&Options::sqlite(&place.path().join("catalog.db"))).await.unwrap();
    let expires = now() + 1000;
    let key = NewKey {
        tenant,
        public_key: "public_2".into(),
        secret_digest: Sha256::digest("private_2").into(),
        sealed_secret: sealed,
        label: "short".into(),
        expires: Some(expires),
        read_only: false,
    };
    catalog.add_key(key).await.unwrap();
    loop {
        let before = now();
        let actor = library.actor_by_secret("private_2").await.unwrap();
        let signing = library
            .signing_keys(tenant)
            .await
            .unwrap()
            .iter()
            .any(|key| key.public_key == "public_2");
        let after = now();
        if after < expires {
            assert!(actor.is_some());
        }
        if before > expires {
            assert!(actor.is_none());
            assert!(!signing);
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(library.actor_by_secret("private_1").await.unwrap().is_some());
    assert_eq!(library.signing_keys(tenant).await.unwrap().len(), 1);
}

fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_that_another_process_changes_count_at_once() {
    let place = Place::new();
    let (server, tool) = (place.open().await, place.open().await);
    let tenant = tool.ensure_tenant("demo").await.unwrap();
    let pair = KeyPair { public_key: "public_x".into(), private_key: "private_x".into() };
    assert!(server.actor_by_secret("private_x").await.unwrap().is_none());
    assert!(server.signing_keys(tenant).await.unwrap().is_empty());
    let key = tool.add_key(tenant, &pair, "late").await.unwrap();
    // Well within the minute after which keys are read anew in any case.
    let settled = async |is_there: bool| {
        for _ in 0..1500 {
            let actor = server.actor_by_secret("private_x").await.unwrap();
            let signing = server.signing_keys(tenant).await.unwrap();
            if actor.is_some() == is_there && signing.is_empty() != is_there {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("the server never heard of it");
    };
    settled(true).await;
    tool.set_key_enabled(tenant, key.id, false).await.unwrap();
    settled(false).await;
}
