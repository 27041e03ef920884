//! One piece of work per key at a time: who comes later shares the result.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared, WeakShared},
};
use parking_lot::Mutex;

/// Work under way, by key. It lives as long as somebody waits for it: when the last one goes away the
/// future is dropped, and whatever it guards is cancelled.
pub(crate) struct Flights<K, T: Clone> {
    under_way: Arc<Mutex<HashMap<K, Entry<T>>>>,
    next: AtomicU64,
}

struct Entry<T: Clone> {
    /// Tells this entry from a later one under the same key.
    number: u64,
    work: WeakShared<BoxFuture<'static, T>>,
}

impl<K, T> Flights<K, T>
where
    K: Eq + Hash + Clone + Send + 'static,
    T: Clone + Send + Sync + 'static,
{
    pub(crate) fn new() -> Self {
        Self { under_way: Arc::default(), next: AtomicU64::new(0) }
    }

    /// Joins the work for `key`, or begins it.
    pub(crate) fn join(
        &self,
        key: &K,
        begin: impl FnOnce() -> BoxFuture<'static, T>,
    ) -> Shared<BoxFuture<'static, T>> {
        let mut under_way = self.under_way.lock();
        if let Some(work) = under_way.get(key).and_then(|entry| entry.work.upgrade()) {
            return work;
        }
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let tidy = Tidy { under_way: Arc::clone(&self.under_way), key: key.clone(), number };
        let work = begin();
        // The entry goes whether the work ends or is dropped half-way.
        let work = async move {
            let _tidy = tidy;
            work.await
        }
        .boxed()
        .shared();
        if let Some(weak) = work.downgrade() {
            under_way.insert(key.clone(), Entry { number, work: weak });
        }
        work
    }
}

/// Takes the entry away when the work is over.
struct Tidy<K: Eq + Hash, T: Clone> {
    under_way: Arc<Mutex<HashMap<K, Entry<T>>>>,
    key: K,
    number: u64,
}

impl<K: Eq + Hash, T: Clone> Drop for Tidy<K, T> {
    fn drop(&mut self) {
        let mut under_way = self.under_way.lock();
        if under_way.get(&self.key).is_some_and(|entry| entry.number == self.number) {
            under_way.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[tokio::test]
    async fn many_waiters_share_one_piece_of_work() {
        let flights = Flights::<u8, usize>::new();
        let runs = Arc::new(AtomicUsize::new(0));
        let begin = |runs: Arc<AtomicUsize>| {
            move || {
                async move {
                    tokio::task::yield_now().await;
                    runs.fetch_add(1, Ordering::SeqCst)
                }
                .boxed()
            }
        };
        let waiters: Vec<_> =
            (0..256).map(|_| flights.join(&1, begin(Arc::clone(&runs)))).collect();
        let results = futures_util::future::join_all(waiters).await;
        assert!(results.iter().all(|result| *result == 0));
        assert_eq!(runs.load(Ordering::SeqCst), 1);

        // The key is free again afterwards.
        assert_eq!(flights.join(&1, begin(Arc::clone(&runs))).await, 1);
        assert!(flights.under_way.lock().is_empty());
    }

    #[tokio::test]
    async fn work_that_nobody_waits_for_is_dropped() {
        struct Flag(Arc<AtomicUsize>);
        impl Drop for Flag {
            fn drop(&mut self) {
                self.0.fetch_add(1, Ordering::SeqCst);
            }
        }
        let flights = Flights::<u8, usize>::new();
        let dropped = Arc::new(AtomicUsize::new(0));
        let flag = Flag(Arc::clone(&dropped));
        let work = flights.join(&1, || {
            async move {
                let _flag = flag;
                std::future::pending::<usize>().await
            }
            .boxed()
        });
        let second = flights.join(&1, || std::future::ready(9).boxed());
        drop(work);
        assert_eq!(dropped.load(Ordering::SeqCst), 0, "the second one still waits");
        drop(second);
        assert_eq!(dropped.load(Ordering::SeqCst), 1);
        assert!(flights.under_way.lock().is_empty());
    }
}
