//! How many uploads one key may have under way.

use std::{collections::HashMap, sync::Arc, time::Duration};

use parking_lot::Mutex;

use crate::{Error, Library, Result};

/// Uploads under way, by who sends them.
pub(crate) type UploadTurns = Arc<Mutex<HashMap<String, usize>>>;

/// One upload of somebody, under way until this is dropped.
#[derive(Debug)]
pub struct UploadTurn {
    who: String,
    turns: UploadTurns,
}

impl Library {
    /// Notes that somebody sends an upload. `who`: a key, or a session; not a secret.
    /// [`Error::Busy`]: they have as many under way as one may.
    pub fn upload_turn(&self, who: &str) -> Result<UploadTurn> {
        let turns = Arc::clone(&self.inner.upload_turns);
        let mut under_way = turns.lock();
        let count = under_way.entry(who.to_owned()).or_default();
        if *count >= self.inner.config.limits.uploads_per_key {
            return Err(Error::Busy { retry_after: Duration::from_secs(1) });
        }
        *count += 1;
        drop(under_way);
        Ok(UploadTurn { who: who.to_owned(), turns })
    }
}

impl Drop for UploadTurn {
    fn drop(&mut self) {
        let mut turns = self.turns.lock();
        if let Some(count) = turns.get_mut(&self.who) {
            *count -= 1;
            if *count == 0 {
                turns.remove(&self.who);
            }
        }
    }
}
