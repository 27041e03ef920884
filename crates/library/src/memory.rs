//! Facts about tenants in RAM: what changes seldom and is asked for with every delivery.

use std::hash::Hash;
use std::ops::Deref;
use std::sync::Arc;

use moka::sync::Cache;
use parking_lot::Mutex;

use crate::{Freshness, Result};

/// Facts as they were when they were looked up.
#[derive(Debug)]
pub struct Remembered<V> {
    facts: V,
    freshness: Freshness,
}

impl<V> Remembered<V> {
    /// Whether the facts still hold: an answer that rests on them is as fresh as they are.
    pub fn freshness(&self) -> &Freshness {
        &self.freshness
    }
}

impl<V> Deref for Remembered<V> {
    type Target = V;

    fn deref(&self) -> &V {
        &self.facts
    }
}

pub(crate) struct Memory<K, V> {
    known: Cache<K, Arc<Remembered<V>>>,
    /// Counts changes. What a change overtook while it was being read is used once and not kept.
    changes: Mutex<u64>,
}

impl<K, V> Memory<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    pub(crate) fn new(capacity: u64) -> Self {
        let known = Cache::builder()
            .max_capacity(capacity)
            // Who still holds the facts must not believe them once nobody would tell of a change.
            .eviction_listener(|_, known: Arc<Remembered<V>>, _| known.freshness.spoil())
            .build();
        Self { known, changes: Mutex::new(0) }
    }

    /// The facts, if they are in RAM.
    pub(crate) fn known(&self, key: &K) -> Option<Arc<Remembered<V>>> {
        self.known.get(key)
    }

    /// The facts, from RAM or by `read`.
    pub(crate) async fn recall(
        &self,
        key: K,
        read: impl Future<Output = Result<V>>,
    ) -> Result<Arc<Remembered<V>>> {
        if let Some(known) = self.known.get(&key) {
            return Ok(known);
        }
        let before = *self.changes.lock();
        let known = Arc::new(Remembered { facts: read.await?, freshness: Freshness::new() });
        // Kept under the lock, so that nobody finds what a change has overtaken while it was being read.
        let changes = self.changes.lock();
        if *changes == before {
            self.known.insert(key, Arc::clone(&known));
        } else {
            known.freshness.spoil();
        }
        drop(changes);
        Ok(known)
    }

    /// Facts of these keys have changed, and the change is committed.
    pub(crate) fn forget(&self, is_changed: impl Fn(&K) -> bool) {
        let mut changes = self.changes.lock();
        *changes += 1;
        for (key, known) in &self.known {
            if is_changed(&key) {
                known.freshness.spoil();
                self.known.invalidate(&*key);
            }
        }
    }
}
