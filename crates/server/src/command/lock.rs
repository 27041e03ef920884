//! One process at a time on a library that keeps its catalog in SQLite: facts in RAM would not learn of another's.

use std::fs::{File, TryLockError};

use anyhow::{Context, Result, bail};

/// Held until dropped; the system releases it when the process dies, however it dies.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: Option<File>,
}

/// Takes the lock of the data directory, or says who is in the way. PostgreSQL needs none: it tells everybody.
pub(crate) fn take(config: &library::Config) -> Result<Lock> {
    if !config.database_url().starts_with("sqlite:") {
        return Ok(Lock { _file: None });
    }
    let data = &config.storage.data;
    std::fs::create_dir_all(data)
        .with_context(|| format!("the data directory {} cannot be made", data.display()))?;
    let path = data.join("lock");
    let file = File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .with_context(|| format!("the data directory {} is not writable", data.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(Lock { _file: Some(file) }),
        Err(TryLockError::WouldBlock) => {
            bail!("another halftone process is using {}; stop it first", data.display())
        }
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("{} cannot be locked", path.display()))
        }
    }
}
