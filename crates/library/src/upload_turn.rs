//! How many uploads one key may have under way.

use std::{collections::HashMap, sync::Arc, time::Duration};

use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::{Error, Library, Result};

/// Uploads under way, by who sends them.
#[derive(Debug, Default)]
pub(crate) struct UploadTurns {
    under_way: Mutex<HashMap<String, usize>>,
    freed: Notify,
}

/// One upload of somebody, under way until this is dropped.
#[derive(Debug)]
pub struct UploadTurn {
    who: String,
    turns: Arc<UploadTurns>,
}

impl Library {
    /// Notes that somebody sends an upload. `who`: a key, or a session; not a secret.
    /// [`Error::Busy`]: they have as many under way as one may.
    pub fn upload_turn(&self, who: &str) -> Result<UploadTurn> {
        let turns = Arc::clone(&self.inner.upload_turns);
        let mut under_way = turns.under_way.lock();
        let count = under_way.entry(who.to_owned()).or_default();
        if *count >= self.inner.config.limits.uploads_per_key {
            return Err(Error::Busy { retry_after: Duration::from_secs(1) });
        }
        *count += 1;
        drop(under_way);
        Ok(UploadTurn { who: who.to_owned(), turns })
    }

    /// As [`Library::upload_turn`], for clients that would not come again: waits until it is their turn, or `patience`
    /// is over.
    pub async fn next_upload_turn(&self, who: &str, patience: Duration) -> Result<UploadTurn> {
        let turns = Arc::clone(&self.inner.upload_turns);
        let wait = async {
            loop {
                // Listened to before it is asked, so that no turn ends unheard in between.
                let freed = turns.freed.notified();
                if let Ok(turn) = self.upload_turn(who) {
                    return turn;
                }
                freed.await;
            }
        };
        match tokio::time::timeout(patience, wait).await {
            Ok(turn) => Ok(turn),
            Err(_) => self.upload_turn(who),
        }
    }
}

impl Drop for UploadTurn {
    fn drop(&mut self) {
        let mut under_way = self.turns.under_way.lock();
        if let Some(count) = under_way.get_mut(&self.who) {
            *count -= 1;
            if *count == 0 {
                under_way.remove(&self.who);
            }
        }
        drop(under_way);
        self.turns.freed.notify_waiters();
    }
}
