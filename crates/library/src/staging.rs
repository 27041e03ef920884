//! Files that have come and wait for the word that makes them part of the library.
//!
//! They lie in temporary files of this process: a restart loses them, and so does the time that nobody gives that word.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use parking_lot::Mutex;

use crate::{Error, Library, Result, Spooled};

/// So long after the first of them they are given up: before their temporary files are swept as abandoned.
const PATIENCE: Duration = Duration::from_secs(50 * 60);

/// Files that one may have waiting at a time.
const MOST_FILES: usize = 1000;

/// A file that waits, with the name that it came with.
#[derive(Debug)]
pub struct StagedFile {
    pub name: String,
    pub bytes: Spooled,
}

/// What waits, by whose it is.
#[derive(Debug, Default)]
pub(crate) struct Staged(Mutex<HashMap<String, Batch>>);

#[derive(Debug)]
struct Batch {
    files: Vec<StagedFile>,
    began: Instant,
}

impl Staged {
    /// Gives up what waited for too long.
    pub(crate) fn sweep(&self) {
        self.0.lock().retain(|_, batch| batch.began.elapsed() < PATIENCE);
    }
}

impl Library {
    /// Lets a file wait under a name that only who sent it knows. [`Error::TooLarge`]: too many are waiting there.
    pub fn stage(&self, whose: &str, mut file: StagedFile) -> Result<()> {
        // It is here; what is in flight are others.
        file.bytes.place = None;
        let mut staged = self.inner.staged.0.lock();
        let batch = staged
            .entry(whose.to_owned())
            .or_insert_with(|| Batch { files: Vec::new(), began: Instant::now() });
        if batch.files.len() >= MOST_FILES {
            return Err(Error::TooLarge(format!("more than {MOST_FILES} files are waiting")));
        }
        batch.files.push(file);
        Ok(())
    }

    /// What waits there, in the order in which it came. Nothing waits there any more.
    pub fn take_staged(&self, whose: &str) -> Vec<StagedFile> {
        self.inner.staged.0.lock().remove(whose).map_or_else(Vec::new, |batch| batch.files)
    }
}
