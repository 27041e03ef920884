//! What survives a restart.

use std::{path::Path, sync::Arc};

use library::{Actor, Config, Library};
use testkit::{EchoEngine, Picture, upload_to};

use crate::ask::{get, original, rendering};

/// A data directory that libraries are opened on one after the other.
pub(crate) struct Place {
    data: tempfile::TempDir,
    pub(crate) echo: Arc<EchoEngine>,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { data: tempfile::tempdir().unwrap(), echo: Arc::default() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.data.path()
    }

    /// The catalog is a file in the directory.
    pub(crate) fn config(&self) -> Config {
        let mut config = Config::default();
        self.path().clone_into(&mut config.storage.data);
        config.cache.disk_bytes = 64 << 20;
        config
    }

    pub(crate) async fn open(&self) -> Library {
        Library::open(self.config(), Arc::clone(&self.echo) as Arc<_>).await.unwrap()
    }
}

pub(crate) async fn add(
    library: &Library,
    actor: Actor,
    path: &str,
    picture: &Picture,
) -> library::Asset {
    let mut spool = library.spool().unwrap();
    spool.write(picture.bytes().into()).await.unwrap();
    let spooled = spool.finish().await.unwrap();
    library.upload(actor, upload_to(path), spooled).await.unwrap().asset
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rendering_survives_in_the_disk_cache() {
    let place = Place::new();
    let library = place.open().await;
    let owner = Actor::full(library.ensure_tenant("demo").await.unwrap());
    add(&library, owner, "/a.jpg", &Picture::jpeg(600, 400)).await;
    let request = || rendering("/a.jpg", "resize(300x)|auto");
    let etag = library.deliver(owner, request()).await.unwrap().etag;
    let bytes = get(&library, owner, request()).await.unwrap();
    assert_eq!(place.echo.renders(), 1);
    library.close().await;
    drop(library);

    let library = place.open().await;
    assert_eq!(library.deliver(owner, request()).await.unwrap().etag, etag);
    assert_eq!(get(&library, owner, request()).await.unwrap(), bytes);
    assert_eq!(place.echo.renders(), 1, "it was rendered again");
    assert_eq!(
        get(&library, owner, original("/a.jpg")).await.unwrap(),
        Picture::jpeg(600, 400).bytes()
    );
}

#[tokio::test]
async fn nothing_acknowledged_needs_a_clean_end() {
    let place = Place::new();
    let library = place.open().await;
    let owner = Actor::full(library.ensure_tenant("demo").await.unwrap());
    add(&library, owner, "/a.jpg", &Picture::jpeg(600, 400)).await;
    // Neither closed nor dropped: as if it had been killed.
    std::mem::forget(library);
    let library = place.open().await;
    assert_eq!(
        get(&library, owner, original("/a.jpg")).await.unwrap(),
        Picture::jpeg(600, 400).bytes()
    );
}

#[tokio::test]
async fn what_dead_uploads_left_is_swept_and_what_lives_is_not() {
    let place = Place::new();
    let library = place.open().await;
    let living = library.spool().unwrap();
    let old = place.path().join("tmp").join("old.part");
    std::fs::write(&old, "half").unwrap();
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(2 * 60 * 60);
    std::fs::File::options().write(true).open(&old).unwrap().set_modified(long_ago).unwrap();
    let _second = place.open().await;
    assert!(!old.exists());
    assert_eq!(std::fs::read_dir(place.path().join("tmp")).unwrap().count(), 1);
    drop(living);
}
