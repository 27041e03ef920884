//! Several processes on one PostgreSQL and the same blobs. `tests/postgres cargo test -p library` brings one.

use std::sync::Arc;

use library::{Actor, Config, Error, Library};
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
