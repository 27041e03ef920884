//! What a tenant has used. Answers are counted in RAM, where a hot delivery costs two additions, and written to the
//! catalog in the background and at the end.

use std::{
    collections::HashMap,
    ops::RangeInclusive,
    sync::{
        Arc, Weak,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use catalog::{Answered, Day, TenantId, Traffic};
use parking_lot::Mutex;

use crate::{Actor, Library, Result, library::now, organize::full};

/// Counts answers of one kind. Cheap to clone and to use.
#[derive(Debug, Clone, Default)]
pub struct Meter(Arc<Counter>);

#[derive(Debug, Default)]
struct Counter {
    requests: AtomicU64,
    bytes: AtomicU64,
}

impl Meter {
    /// One more answer with a body of so many bytes.
    pub fn count(&self, bytes: u64) {
        self.0.requests.fetch_add(1, Ordering::Relaxed);
        self.0.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// What was counted since the last time.
    fn take(&self) -> Traffic {
        Traffic {
            requests: self.0.requests.swap(0, Ordering::Relaxed),
            bytes: self.0.bytes.swap(0, Ordering::Relaxed),
        }
    }

    fn give_back(&self, traffic: Traffic) {
        self.0.requests.fetch_add(traffic.requests, Ordering::Relaxed);
        self.0.bytes.fetch_add(traffic.bytes, Ordering::Relaxed);
    }

    /// Whether somebody may still count with it.
    fn is_held(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }
}

/// All meters. There are as many as kinds of answers, not as answers.
#[derive(Debug, Default)]
pub(crate) struct Meters(Mutex<HashMap<Answered, Meter>>);

impl Meters {
    fn of(&self, answered: Answered) -> Meter {
        self.0.lock().entry(answered).or_default().clone()
    }

    /// What was counted since the last time. Meters that nobody holds and that counted nothing go.
    fn take(&self) -> Vec<(Answered, Traffic)> {
        let mut counted = Vec::new();
        self.0.lock().retain(|answered, meter| {
            let traffic = meter.take();
            if traffic != Traffic::default() {
                counted.push((answered.clone(), traffic));
                return true;
            }
            meter.is_held()
        });
        // In one order everywhere: processes that write the same rows at once wait for each other, and not in a circle.
        counted.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        counted
    }

    fn give_back(&self, counted: Vec<(Answered, Traffic)>) {
        for (answered, traffic) in counted {
            self.of(answered).give_back(traffic);
        }
    }
}

/// What a tenant has used on some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// What was answered, by kind.
    pub deliveries: Vec<(Answered, Traffic)>,
    /// How often each extension ran.
    pub extensions: Vec<(String, u64)>,
    /// Bytes of everything that the library holds now.
    pub stored_bytes: u64,
}

impl Library {
    /// Counts answers of this kind. Take it once where the same answer is given again and again.
    pub fn meter(&self, answered: Answered) -> Meter {
        self.inner.meters.of(answered)
    }

    /// Notes that an extension ran once.
    pub async fn count_extension(&self, tenant: TenantId, name: &str) -> Result<()> {
        Ok(self.inner.catalog.count_extension(tenant, today(), name).await?)
    }

    /// What was used on these days, everything until now included.
    pub async fn usage(&self, actor: Actor, days: RangeInclusive<Day>) -> Result<Usage> {
        full(actor)?;
        self.write_usage().await?;
        let catalog = &self.inner.catalog;
        Ok(Usage {
            deliveries: catalog.deliveries(actor.tenant, days.clone()).await?,
            extensions: catalog.extension_runs(actor.tenant, days).await?,
            stored_bytes: catalog.stored_bytes(actor.tenant).await?,
        })
    }

    /// Writes down what was counted. It counts for the day on which it is written: what is answered in the last moments
    /// of a day may count for the next one.
    pub(crate) async fn write_usage(&self) -> Result<()> {
        let counted = self.inner.meters.take();
        if counted.is_empty() {
            return Ok(());
        }
        let inner = Arc::clone(&self.inner);
        self.to_the_end(async move {
            let written = inner.catalog.count_deliveries(today(), &counted).await;
            if written.is_err() {
                inner.meters.give_back(counted);
            }
            Ok(written?)
        })
        .await
    }

    pub(crate) fn write_usage_in_background(&self) -> impl Future<Output = ()> + Send + 'static {
        const PAUSE: Duration = Duration::from_secs(10);
        let inner = Arc::downgrade(&self.inner);
        async move {
            loop {
                tokio::time::sleep(PAUSE).await;
                let Some(library) = Weak::upgrade(&inner).map(|inner| Self { inner }) else {
                    return;
                };
                if let Err(error) = library.write_usage().await {
                    tracing::warn!(%error, "usage could not be written down, trying again later");
                }
            }
        }
    }
}

/// The day of UTC that it is.
fn today() -> Day {
    const DAY_MS: i64 = 24 * 60 * 60 * 1000;
    now().div_euclid(DAY_MS)
}
