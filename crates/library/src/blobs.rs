//! Immutable bytes, named by their SHA-256.
//!
//! On a local disk a blob is renamed into place once its bytes are on the platter, and is safe when the
//! directory is too; only then is the row committed. A crash in between leaves bytes that no asset refers to:
//! the catalog was told of them beforehand (`touch_blob`), so that they are collected like any other orphan.

use std::{
    fs::{self, File},
    io,
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use catalog::ContentHash;
use futures_util::{StreamExt, stream::BoxStream};
use object_store::{GetOptions, ObjectStore, ObjectStoreExt, local::LocalFileSystem};

use crate::{Error, Result, seal::random, spool::TemporaryFile};

/// An upload that has not written for so long will not go on.
const ABANDONED: Duration = Duration::from_secs(60 * 60);

#[derive(Debug)]
pub(crate) struct Blobs {
    store: Arc<dyn ObjectStore>,
    /// Where `store` keeps its objects on this machine.
    root: PathBuf,
    temporary: PathBuf,
}

impl Blobs {
    /// Opens the blob store of a data directory, making what is missing.
    pub(crate) fn open(data: &Path) -> Result<Self> {
        let root = data.join("blobs");
        let temporary = data.join("tmp");
        fs::create_dir_all(&root).map_err(io_error)?;
        fs::create_dir_all(&temporary).map_err(io_error)?;
        let root = root.canonicalize().map_err(io_error)?;
        let temporary = temporary.canonicalize().map_err(io_error)?;
        let store = LocalFileSystem::new_with_prefix(&root).map_err(store_error)?;
        Ok(Self { store: Arc::new(store), root, temporary })
    }

    /// A path for a file that is not yet part of anything.
    pub(crate) fn temporary_path(&self) -> Result<PathBuf> {
        Ok(self.temporary.join(format!("{:032x}.part", u128::from_le_bytes(random()?))))
    }

    /// Makes the bytes of `file` durable under `hash`. Blocks.
    pub(crate) fn commit(&self, file: &TemporaryFile, hash: &ContentHash) -> Result<()> {
        let target = self.root.join(relative_path(hash));
        let directory = target.parent().unwrap_or(&self.root);
        if target.exists() {
            // The same bytes have the same name. Whoever put them there may not have come to the last line yet.
            return sync_directory(directory);
        }
        file.file.sync_all().map_err(io_error)?;
        make_directory(directory, &self.root)?;
        fs::rename(&file.path, &target).map_err(io_error)?;
        sync_directory(directory)
    }

    /// The whole blob.
    pub(crate) async fn read(&self, hash: &ContentHash) -> Result<Bytes> {
        let found = self.store.get(&object_path(hash)).await.map_err(store_error)?;
        found.bytes().await.map_err(store_error)
    }

    /// Part of a blob, as it comes from the store.
    pub(crate) async fn stream(
        &self,
        hash: &ContentHash,
        range: Range<u64>,
    ) -> Result<BoxStream<'static, io::Result<Bytes>>> {
        if range.is_empty() {
            return Ok(futures_util::stream::empty().boxed());
        }
        let options = GetOptions { range: Some(range.into()), ..GetOptions::default() };
        let found = self.store.get_opts(&object_path(hash), options).await.map_err(store_error)?;
        Ok(found.into_stream().map(|part| part.map_err(io::Error::other)).boxed())
    }

    /// Removes the bytes. That they are gone already is fine.
    pub(crate) async fn remove(&self, hash: &ContentHash) -> Result<()> {
        match self.store.delete(&object_path(hash)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(store_error(error)),
        }
    }

    /// Removes what uploads that never ended left behind. Young files are let alone: another process of the same
    /// library may be writing them.
    pub(crate) fn sweep(&self) -> Result<()> {
        for entry in fs::read_dir(&self.temporary).map_err(io_error)? {
            let entry = entry.map_err(io_error)?;
            let age = entry.metadata().and_then(|file| file.modified()).map(|time| time.elapsed());
            if matches!(age, Ok(Ok(age)) if age > ABANDONED) {
                // Somebody else may have swept it at the same moment.
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(())
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

/// Makes a directory below `root`, and makes its entry durable in each parent that had to be changed.
fn make_directory(directory: &Path, root: &Path) -> Result<()> {
    if directory.is_dir() || directory == root {
        return Ok(());
    }
    let parent = directory.parent().unwrap_or(root);
    make_directory(parent, root)?;
    match fs::create_dir(directory) {
        Ok(()) => sync_directory(parent),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(io_error(error)),
    }
}

fn sync_directory(directory: &Path) -> Result<()> {
    File::open(directory).and_then(|directory| directory.sync_all()).map_err(io_error)
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
    if let object_store::Error::NotFound { path, .. } = &error {
        tracing::error!(path, "a blob is missing");
        return Error::unavailable("the stored bytes are missing");
    }
    tracing::error!(%error, "the blob store failed");
    Error::unavailable(error)
}
