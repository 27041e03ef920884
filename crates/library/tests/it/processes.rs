//! Several processes on one PostgreSQL and the same blobs. `tests/postgres cargo test -p library` brings one.

use std::sync::Arc;

use library::{Actor, Config, Error, FieldRule, FieldSchema, Library, UrlEndpointSettings};
use testkit::{EchoEngine, Picture};

use crate::{
    ask::{get, original},
    restart::add,
};

async fn open(data: &std::path::Path, url: &str) -> Library {
    let mut config = Config::default();
    config.storage.data = data.to_owned();
    config.storage.database_url = url.to_owned();
    config.cache.disk_bytes = 0;
    Library::open(config, Arc::new(EchoEngine::default())).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_through_one_is_seen_by_the_other() {
    let Ok(url) = std::env::var("DATABASE_URL") else { return };
    let data = tempfile::tempdir().unwrap();
    let (first, second) = (open(data.path(), &url).await, open(data.path(), &url).await);
    // The database may be shared with other runs.
    let name = format!("t{:x}", std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos());
    let owner = Actor::full(first.ensure_tenant(&name).await.unwrap());

    add(&first, owner, "/a.jpg", &Picture::jpeg(10, 10)).await;
    let known = settled(&second, owner).await;
    let asset = add(&first, owner, "/a.jpg", &Picture::jpeg(20, 20)).await;
    until(|| !known.freshness.is_fresh()).await;
    let bytes = get(&second, owner, original("/a.jpg")).await.unwrap();
    assert_eq!(bytes, Picture::jpeg(20, 20).bytes());

    let known = settled(&second, owner).await;
    first.delete(owner, asset.id).await.unwrap();
    until(|| !known.freshness.is_fresh()).await;
    let gone = second.deliver(owner, original("/a.jpg")).await;
    assert!(matches!(gone, Err(Error::NotFound(_))), "{gone:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_sets_up_holds_in_the_other() {
    let Ok(url) = std::env::var("DATABASE_URL") else { return };
    let data = tempfile::tempdir().unwrap();
    let (first, second) = (open(data.path(), &url).await, open(data.path(), &url).await);
    let name = format!("s{:x}", std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos());
    let owner = Actor::full(first.ensure_tenant(&name).await.unwrap());
    let presets = second.presets(owner.tenant, "imagekit").await.unwrap();
    let endpoints = second.url_endpoints(owner.tenant).await.unwrap();
    let fields = second.custom_fields(owner.tenant).await.unwrap();

    first.add_preset(owner, "imagekit", "a".into(), "w-1".into(), true).await.unwrap();
    until(|| !presets.freshness().is_fresh()).await;
    let presets = second.presets(owner.tenant, "imagekit").await.unwrap();
    assert!(presets.find("a").is_some());
    assert!(endpoints.freshness().is_fresh() && fields.freshness().is_fresh());

    let settings = UrlEndpointSettings {
        prefix: "shop".into(),
        description: String::new(),
        origins: Vec::new(),
        rewriter: None,
    };
    first.add_url_endpoint(owner, settings).await.unwrap();
    until(|| !endpoints.freshness().is_fresh()).await;
    assert!(second.url_endpoints(owner.tenant).await.unwrap().find("shop").is_some());

    let schema = FieldSchema { rule: FieldRule::Boolean, is_required: None, default: None };
    first.add_custom_field(owner, "a".into(), "A".into(), None, schema).await.unwrap();
    until(|| !fields.freshness().is_fresh()).await;
    assert!(second.custom_fields(owner.tenant).await.unwrap().find("a").is_some());
}

/// Facts that no notice of an earlier change is on its way to.
async fn settled(library: &Library, owner: Actor) -> library::Delivery {
    loop {
        let known = library.deliver(owner, original("/a.jpg")).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        if known.freshness.is_fresh() {
            return known;
        }
    }
}

/// Bounded, so that a notice that never comes is a failure and not a hang.
async fn until(holds: impl Fn() -> bool) {
    for _ in 0..3000 {
        if holds() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the notice never came");
}
