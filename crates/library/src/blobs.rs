//! Immutable bytes, named by their SHA-256.
//!
//! On a local disk a blob is renamed into place once its bytes are on the platter, and is safe when the
//! directory is too; only then is the row committed. A crash in between leaves bytes that no asset refers to:
//! the catalog was told of them beforehand (`touch_blob`), so that they are collected like any other orphan.

use std::{
    collections::HashSet,
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
use parking_lot::Mutex;

use crate::{Error, Result, seal::random, spool::TemporaryFile};

/// An upload that has not written for so long will not go on.
const ABANDONED: Duration = Duration::from_secs(60 * 60);

#[derive(Debug)]
pub(crate) struct Blobs {
    store: Arc<dyn ObjectStore>,
    /// Where `store` keeps its objects on this machine.
    root: PathBuf,
    temporary: PathBuf,
    /// Parts of uploads that are not complete.
    parts: PathBuf,
    /// Directories below `root` whose entries are known to be durable.
    durable: Mutex<HashSet<PathBuf>>,
}

impl Blobs {
    /// Opens the blob store of a data directory, making what is missing.
    pub(crate) fn open(data: &Path) -> Result<Self> {
        let root = data.join("blobs");
        let temporary = data.join("tmp");
        let parts = data.join("parts");
        fs::create_dir_all(&root).map_err(io_error)?;
        fs::create_dir_all(&temporary).map_err(io_error)?;
        fs::create_dir_all(&parts).map_err(io_error)?;
        let root = root.canonicalize().map_err(io_error)?;
        let temporary = temporary.canonicalize().map_err(io_error)?;
        let parts = parts.canonicalize().map_err(io_error)?;
        let store = LocalFileSystem::new_with_prefix(&root).map_err(store_error)?;
        Ok(Self { store: Arc::new(store), root, temporary, parts, durable: Mutex::default() })
    }

    /// Where parts of uploads wait for each other.
    pub(crate) fn parts(&self) -> &Path {
        &self.parts
    }

    /// A path for a file that is not yet part of anything.
    pub(crate) fn temporary_path(&self) -> Result<PathBuf> {
        Ok(self.temporary.join(format!("{:032x}.part", u128::from_le_bytes(random()?))))
    }

    /// Makes the bytes of `file` durable under `hash`. Blocks.
    pub(crate) fn commit(&self, file: &TemporaryFile, hash: &ContentHash) -> Result<()> {
        let target = self.root.join(relative_path(hash));
        let directory = target.parent().unwrap_or(&self.root);
        // The same bytes have the same name. Whoever put them there may not have come to the last line yet.
        self.make_directory(directory)?;
        if !target.exists() {
            file.file.sync_all().map_err(io_error)?;
            fs::rename(&file.path, &target).map_err(io_error)?;
        }
        sync_directory(directory)
    }

    /// Makes a directory below the root, with an entry in its parent that is durable. That it is there is not
    /// enough: somebody else may have made it a moment ago and not have come to the platter.
    fn make_directory(&self, directory: &Path) -> Result<()> {
        if directory == self.root || self.durable.lock().contains(directory) {
            return Ok(());
        }
        let parent = directory.parent().unwrap_or(&self.root);
        self.make_directory(parent)?;
        match fs::create_dir(directory) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(io_error(error));
            }
            _ => sync_directory(parent)?,
        }
        self.durable.lock().insert(directory.to_owned());
        Ok(())
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
