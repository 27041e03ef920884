//! Who may use the processor: bounded queues, two lanes, a budget of pixels.
//!
//! Heavy work (an animation, a 96-megapixel picture) never takes the last worker, so thumbnails keep coming. Both
//! queues are first come, first served; a request that would wait in a full one is refused at once.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use crate::{Config, EngineError, Error, Result};

/// What a piece of work will cost, estimated from headers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    /// Pixels decoded and encoded, over all frames.
    pub(crate) pixels: u64,
    /// Bytes of pixel buffers alive at the same time.
    pub(crate) memory: u64,
}

impl Cost {
    /// Beyond this many pixels (half a second of one core, roughly) work is heavy.
    const HEAVY: u64 = 30_000_000;

    fn is_heavy(self) -> bool {
        self.pixels > Self::HEAVY
    }
}

/// Unit of the memory budget: permits of a semaphore are `u32`.
const MEGABYTE: u64 = 1 << 20;

#[derive(Debug)]
pub(crate) struct Admission {
    workers: Arc<Semaphore>,
    heavy: Arc<Semaphore>,
    memory: Arc<Semaphore>,
    memory_megabytes: u32,
    /// Told whenever memory is given back.
    freed: Arc<Notify>,
    light_waiting: AtomicUsize,
    heavy_waiting: AtomicUsize,
    light_queue: usize,
    heavy_queue: usize,
    max_wait: Duration,
    max_run: Duration,
}

impl Admission {
    pub(crate) fn new(config: &Config) -> Self {
        let workers = config.workers();
        let memory_megabytes = u32::try_from(config.render.memory_bytes.div_ceil(MEGABYTE))
            .unwrap_or(u32::MAX >> 4)
            .max(1);
        Self {
            workers: Arc::new(Semaphore::new(workers)),
            heavy: Arc::new(Semaphore::new(workers.saturating_sub(1).max(1))),
            memory: Arc::new(Semaphore::new(memory_megabytes as usize)),
            memory_megabytes,
            freed: Arc::default(),
            light_waiting: AtomicUsize::new(0),
            heavy_waiting: AtomicUsize::new(0),
            light_queue: config.render.light_queue,
            heavy_queue: config.render.heavy_queue,
            max_wait: Duration::from_millis(config.render.max_wait_ms),
            max_run: Duration::from_millis(config.render.max_run_ms),
        }
    }

    /// Runs `work` on a render thread when its turn comes. Dropping the future, or the time limit, sets the switch
    /// that `work` is given; the worker is free again as soon as `work` has noticed.
    pub(crate) async fn run<T, F>(&self, cost: Cost, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(Arc<AtomicBool>) -> Result<T> + Send + 'static,
    {
        let waited = Instant::now();
        let place = self.enter(cost).await?;
        metrics::histogram!("halftone_queue_wait_seconds").record(waited.elapsed().as_secs_f64());

        let cancelled = Arc::new(AtomicBool::new(false));
        let _cancel = CancelOnDrop(Arc::clone(&cancelled));
        let switch = Arc::clone(&cancelled);
        let mut worker = tokio::task::spawn_blocking(move || {
            // The place is given back by the worker, not by the waiter: a cancelled render still occupies a core.
            let _place = place;
            work(switch)
        });
        let finished = if let Ok(finished) = tokio::time::timeout(self.max_run, &mut worker).await {
            finished
        } else {
            cancelled.store(true, Ordering::Relaxed);
            // Engines look at the switch between rows and frames; one that does not is left behind.
            let late = tokio::time::timeout(self.max_run, worker).await;
            late.map_err(|_| EngineError::Cancelled)?
        };
        finished.map_err(|panic| {
            tracing::error!(%panic, "a render panicked");
            Error::NotAnImage("the picture could not be processed".into())
        })?
    }

    async fn enter(&self, cost: Cost) -> Result<Place> {
        let megabytes = u32::try_from(cost.memory.div_ceil(MEGABYTE)).unwrap_or(u32::MAX);
        if megabytes > self.memory_megabytes {
            return Err(Error::TooLarge(format!(
                "this needs about {megabytes} MB of pixels at once, the limit is {} MB",
                self.memory_megabytes
            )));
        }
        let (waiting, limit) = if cost.is_heavy() {
            (&self.heavy_waiting, self.heavy_queue)
        } else {
            (&self.light_waiting, self.light_queue)
        };
        let _seat = Seat::take(waiting, limit)?;
        let enter = async {
            let (heavy, memory) = if cost.is_heavy() {
                (Some(acquire(&self.heavy, 1).await?), self.spare_memory(megabytes).await)
            } else {
                (None, acquire(&self.memory, megabytes).await?)
            };
            let memory = Memory { permit: Some(memory), freed: Arc::clone(&self.freed) };
            let worker = acquire(&self.workers, 1).await?;
            Ok(Place { _heavy: heavy, _memory: memory, _worker: worker })
        };
        match tokio::time::timeout(self.max_wait, enter).await {
            Ok(place) => place,
            Err(_) => Err(busy()),
        }
    }

    /// Memory for heavy work: what light work leaves. In one queue with it, a large wish would hold up
    /// all the small ones behind it.
    async fn spare_memory(&self, megabytes: u32) -> OwnedSemaphorePermit {
        loop {
            let mut freed = std::pin::pin!(self.freed.notified());
            // Listens before it looks, so that nothing is given back unheard.
            freed.as_mut().enable();
            if let Ok(permit) = Arc::clone(&self.memory).try_acquire_many_owned(megabytes) {
                return permit;
            }
            freed.await;
        }
    }
}

/// Part of the memory budget.
struct Memory {
    permit: Option<OwnedSemaphorePermit>,
    freed: Arc<Notify>,
}

impl Drop for Memory {
    fn drop(&mut self) {
        // First given back, then told.
        self.permit.take();
        self.freed.notify_waiters();
    }
}

async fn acquire(semaphore: &Arc<Semaphore>, permits: u32) -> Result<OwnedSemaphorePermit> {
    // The semaphores are never closed; if one were, nobody could be served.
    Arc::clone(semaphore).acquire_many_owned(permits).await.map_err(|_| busy())
}

fn busy() -> Error {
    metrics::counter!("halftone_refused_total").increment(1);
    Error::Busy { retry_after: Duration::from_secs(1) }
}

/// What a running piece of work holds.
struct Place {
    _heavy: Option<OwnedSemaphorePermit>,
    _memory: Memory,
    _worker: OwnedSemaphorePermit,
}

/// A seat in a queue, free again when dropped.
struct Seat<'a>(&'a AtomicUsize);

impl<'a> Seat<'a> {
    fn take(waiting: &'a AtomicUsize, limit: usize) -> Result<Self> {
        if waiting.fetch_add(1, Ordering::Relaxed) >= limit {
            waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(busy());
        }
        Ok(Self(waiting))
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

struct CancelOnDrop(Arc<AtomicBool>);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
