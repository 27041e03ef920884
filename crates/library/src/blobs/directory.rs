//! A store on a local disk: a blob is renamed into place once its bytes are on the platter, and is safe when the
//! directory is too.

use std::{
    collections::HashSet,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use catalog::ContentHash;
use object_store::{ObjectStore, local::LocalFileSystem};
use parking_lot::Mutex;

use super::{io_error, random, relative_path, store_error};
use crate::{Error, Result, spool::TemporaryFile};

/// An upload that has not written for so long will not go on.
const ABANDONED: Duration = Duration::from_secs(60 * 60);

#[derive(Debug)]
pub(super) struct Directory {
    objects: LocalFileSystem,
    root: PathBuf,
    /// For files that are not in place yet, on the same disk.
    temporary: PathBuf,
    /// Directories below `root` whose entries are known to be durable.
    durable: Mutex<HashSet<PathBuf>>,
}

impl Directory {
    pub(super) fn open(root: &Path, temporary: PathBuf) -> Result<Self> {
        fs::create_dir_all(root).map_err(io_error)?;
        let root = root.canonicalize().map_err(io_error)?;
        let objects = LocalFileSystem::new_with_prefix(&root).map_err(store_error)?;
        Ok(Self { objects, root, temporary, durable: Mutex::default() })
    }

    /// Of a destination. Only the last directory of its path is made: where a disk is not mounted, nothing must be
    /// written into what is there instead.
    pub(super) fn open_apart(root: &Path) -> Result<Self> {
        let temporary = root.join("tmp");
        let made = match fs::create_dir(root) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => fs::create_dir_all(&temporary),
        };
        made.map_err(|error| {
            Error::Invalid(format!("the directory {} cannot be used: {error}", root.display()))
        })?;
        Self::open(root, temporary.canonicalize().map_err(io_error)?)
    }

    pub(super) fn objects(&self) -> &dyn ObjectStore {
        &self.objects
    }

    /// Makes the bytes of `file` durable under `hash`. Blocks.
    pub(super) fn put(&self, file: &TemporaryFile, hash: &ContentHash) -> Result<()> {
        let target = self.root.join(relative_path(hash));
        let directory = target.parent().unwrap_or(&self.root);
        // The same bytes have the same name. Whoever put them there may not have come to the last line yet.
        self.make_directory(directory)?;
        if !target.exists() {
            file.file.sync_all().map_err(io_error)?;
            match fs::rename(&file.path, &target) {
                Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
                    self.put_from_elsewhere(&file.path, &target)?;
                }
                renamed => renamed.map_err(io_error)?,
            }
        }
        sync_directory(directory)
    }

    /// From another disk: in place is only what has arrived as a whole.
    fn put_from_elsewhere(&self, from: &Path, target: &Path) -> Result<()> {
        let path = fresh_path(&self.temporary)?;
        let file = File::options().write(true).create_new(true).open(&path).map_err(io_error)?;
        let mut near = TemporaryFile { path, file };
        let mut far = File::open(from).map_err(io_error)?;
        io::copy(&mut far, &mut near.file).map_err(io_error)?;
        near.file.sync_all().map_err(io_error)?;
        fs::rename(&near.path, target).map_err(io_error)
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

    /// Removes what never came into place. Young files are let alone: another process of the same library may be
    /// writing them.
    pub(super) fn sweep(&self) -> Result<()> {
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

/// A path in `directory` that nobody has.
pub(super) fn fresh_path(directory: &Path) -> Result<PathBuf> {
    Ok(directory.join(format!("{:032x}.part", u128::from_le_bytes(random()?))))
}

fn sync_directory(directory: &Path) -> Result<()> {
    File::open(directory).and_then(|directory| directory.sync_all()).map_err(io_error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_from_another_disk_is_whole() {
        let place = tempfile::tempdir().unwrap();
        let store = Directory::open_apart(&place.path().join("store")).unwrap();
        let from = place.path().join("from");
        fs::write(&from, b"bytes").unwrap();
        let target = store.root.join("target");
        store.put_from_elsewhere(&from, &target).unwrap();
        assert_eq!(fs::read(target).unwrap(), b"bytes");
        assert_eq!(fs::read_dir(&store.temporary).unwrap().count(), 0);
    }

    #[test]
    fn a_place_that_is_not_there_is_not_made_up() {
        let place = tempfile::tempdir().unwrap();
        let missing = place.path().join("not mounted").join("store");
        assert!(matches!(Directory::open_apart(&missing), Err(Error::Invalid(_))));
        assert!(!missing.exists());
    }
}
