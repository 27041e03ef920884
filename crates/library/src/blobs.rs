//! Immutable bytes, named by their SHA-256, in stores: the data directory, and one for each destination that has a place
//! of its own.
//!
//! Bytes are durable in their store before the row that needs them is committed. A crash in between leaves bytes that no
//! asset refers to: the catalog was told of them beforehand (`touch_blob`), so that they are collected like any other
//! orphan.
//!
//! To add a kind of store: a file in `blobs/`, a variant of [`Store`], and one of `DestinationPlace`.

mod bucket;
mod connection;
mod directory;

use std::{
    collections::BTreeMap,
    fs, io,
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use catalog::{Blob, ContentHash, StoreName};
use futures_util::{StreamExt, stream::BoxStream};
use object_store::{GetOptions, ObjectStore, ObjectStoreExt};

use crate::{Config, DestinationPlace, Error, Result, seal::random, spool::TemporaryFile};
use bucket::Bucket;
use directory::Directory;

#[derive(Debug)]
pub(crate) struct Blobs {
    stores: BTreeMap<StoreName, Store>,
    temporary: PathBuf,
    /// Parts of uploads that are not complete.
    parts: PathBuf,
}

/// A place for bytes.
#[derive(Debug)]
enum Store {
    Directory(Arc<Directory>),
    Bucket(Bucket),
}

impl Blobs {
    /// Opens the stores that the configuration names, making what is missing.
    pub(crate) fn open(config: &Config) -> Result<Self> {
        let data = &config.storage.data;
        let (temporary, parts) = (data.join("tmp"), data.join("parts"));
        fs::create_dir_all(&temporary).map_err(io_error)?;
        fs::create_dir_all(&parts).map_err(io_error)?;
        let temporary = temporary.canonicalize().map_err(io_error)?;
        let parts = parts.canonicalize().map_err(io_error)?;
        let home = Directory::open(&data.join("blobs"), temporary.clone())?;
        let mut stores = BTreeMap::from([(StoreName::default(), Store::Directory(Arc::new(home)))]);
        for destination in &config.destinations {
            let store = match &destination.place {
                DestinationPlace::Home => continue,
                DestinationPlace::Directory(path) => {
                    Store::Directory(Arc::new(Directory::open_apart(path)?))
                }
                DestinationPlace::Bucket(bucket) => Store::Bucket(Bucket::open(bucket)?),
            };
            stores.insert(StoreName::new(&destination.name), store);
        }
        Ok(Self { stores, temporary, parts })
    }

    /// Where parts of uploads wait for each other.
    pub(crate) fn parts(&self) -> &Path {
        &self.parts
    }

    /// A path for a file that is not yet part of anything.
    pub(crate) fn temporary_path(&self) -> Result<PathBuf> {
        directory::fresh_path(&self.temporary)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &StoreName> {
        self.stores.keys()
    }

    /// Whether one failure in it is likely to be followed by others, each after a while.
    pub(crate) fn is_remote(&self, store: &StoreName) -> bool {
        matches!(self.stores.get(store), Some(Store::Bucket(_)))
    }

    /// Makes the bytes of `file` durable in the blob's store.
    pub(crate) async fn commit(&self, file: TemporaryFile, blob: &Blob) -> Result<()> {
        match self.store(&blob.store)? {
            Store::Directory(directory) => {
                let (directory, hash) = (Arc::clone(directory), blob.hash);
                let commit = tokio::task::spawn_blocking(move || directory.put(&file, &hash));
                commit.await.map_err(Error::unavailable)?
            }
            Store::Bucket(bucket) => bucket.put(file, blob).await,
        }
    }

    /// The whole blob. `None`: it is not in its store.
    pub(crate) async fn read(&self, blob: &Blob) -> Result<Option<Bytes>> {
        match self.store(&blob.store)?.objects().get(&object_path(&blob.hash)).await {
            Ok(found) => Ok(Some(found.bytes().await.map_err(store_error)?)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(store_error(error)),
        }
    }

    /// Part of a blob, as it comes from the store. `None`: it is not there.
    pub(crate) async fn stream(
        &self,
        blob: &Blob,
        range: Range<u64>,
    ) -> Result<Option<BoxStream<'static, io::Result<Bytes>>>> {
        if range.is_empty() {
            return Ok(Some(futures_util::stream::empty().boxed()));
        }
        let options = GetOptions { range: Some(range.into()), ..GetOptions::default() };
        let objects = self.store(&blob.store)?.objects();
        match objects.get_opts(&object_path(&blob.hash), options).await {
            Ok(found) => {
                Ok(Some(found.into_stream().map(|part| part.map_err(io::Error::other)).boxed()))
            }
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(store_error(error)),
        }
    }

    /// Removes the bytes from their store. That they are gone already is fine.
    pub(crate) async fn remove(&self, blob: &Blob) -> Result<()> {
        match self.store(&blob.store)?.objects().delete(&object_path(&blob.hash)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(store_error(error)),
        }
    }

    /// Removes what uploads that never ended left behind.
    pub(crate) fn sweep(&self) -> Result<()> {
        for store in self.stores.values() {
            if let Store::Directory(directory) = store {
                directory.sweep()?;
            }
        }
        Ok(())
    }

    fn store(&self, name: &StoreName) -> Result<&Store> {
        self.stores.get(name).ok_or_else(|| {
            tracing::error!(store = %name, "no such store is configured");
            Error::unavailable("the store of these bytes is not configured")
        })
    }
}

impl Store {
    fn objects(&self) -> &dyn ObjectStore {
        match self {
            Store::Directory(directory) => directory.objects(),
            Store::Bucket(bucket) => bucket.objects(),
        }
    }
}

/// `ab/cd/<64 hex digits>`: no directory grows beyond what a file system likes.
fn relative_path(hash: &ContentHash) -> String {
    let name = hash.to_string();
    format!("{}/{}/{name}", &name[..2], &name[2..4])
}

fn object_path(hash: &ContentHash) -> object_store::path::Path {
    object_store::path::Path::from(relative_path(hash))
}

/// Tells a full disk from every other failure; the cause is logged here and goes no further.
pub(crate) fn io_error(error: io::Error) -> Error {
    tracing::error!(%error, "the disk failed");
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Error::Full,
        _ => Error::unavailable(error),
    }
}

fn store_error(error: object_store::Error) -> Error {
    tracing::error!(%error, "the blob store failed");
    Error::unavailable(error)
}
