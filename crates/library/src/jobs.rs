//! Background work: which kinds of jobs there are, and the workers that run them.
//!
//! A job is a row that was added in the transaction of the fact it belongs to, so that it is there exactly if the fact
//! is. Workers of this process hear of it at once; what other processes added, or what a killed one left behind, is
//! found by looking. Whatever a job does must bear being done twice: a process may be killed after the work and before
//! the row says so.
//!
//! To add a kind: a line in [`KINDS`], and beside the verb that it belongs to a function that runs it. Work on pixels
//! goes through admission there as everywhere.

use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, Weak},
    time::Duration,
};

use catalog::{Job, JobId, Millis};
use futures_util::{FutureExt, future::BoxFuture};
use parking_lot::Mutex;
use tokio::{
    sync::watch,
    task::{JoinHandle, JoinSet},
    time::{sleep, timeout},
};

use crate::{
    Actor, Error, Library, Result, events, extensions, folders, follow_up,
    library::{Inner, now},
    organize::full,
    postings, predictions, purge,
    seal::random,
    settle,
};

mod outcome;

pub(crate) use outcome::Outcome;

/// All kinds of jobs, and what runs them.
pub(crate) const KINDS: &[Kind] = &[
    Kind { name: catalog::COPY_FOLDER, at_once: 2, run: folders::run },
    Kind { name: catalog::MOVE_FOLDER, at_once: 2, run: folders::run },
    Kind { name: catalog::RENAME_FOLDER, at_once: 2, run: folders::run },
    Kind { name: purge::PURGE, at_once: 1, run: purge::run },
    Kind {
        name: catalog::TELL_EVENTS,
        // One after the other, so that what happened first is told first.
        at_once: 1,
        run: |library, work| events::run(library, work).boxed(),
    },
    Kind {
        name: catalog::POST,
        at_once: 16,
        run: |library, work| postings::run(library, work).boxed(),
    },
    Kind {
        name: follow_up::MAKE_VARIANT,
        at_once: 2,
        run: |library, work| follow_up::run(library, work).boxed(),
    },
    Kind {
        name: catalog::SETTLE,
        at_once: 2,
        run: |library, work| settle::run(library, work).boxed(),
    },
    Kind {
        name: extensions::EXTEND,
        at_once: 8,
        run: |library, work| extensions::run(library, work).boxed(),
    },
    Kind {
        name: catalog::PREDICT,
        at_once: 8,
        run: |library, work| predictions::run(library, work).boxed(),
    },
];

/// One kind of job.
pub(crate) struct Kind {
    /// As in [`catalog::NewJob::kind`].
    pub(crate) name: &'static str,
    /// How many of them run at the same time in this process. Each kind has places of its own, so that one that waits
    /// for slow servers does not keep the others.
    pub(crate) at_once: usize,
    pub(crate) run: fn(Library, Work) -> BoxFuture<'static, Outcome>,
}

/// A job in the hands of a worker.
#[derive(Debug, Clone)]
pub(crate) struct Work {
    pub(crate) job: Job,
    progress: Arc<Mutex<(u64, u64)>>,
}

impl Work {
    fn new(job: Job) -> Self {
        Self { progress: Arc::new(Mutex::new(job.progress)), job }
    }

    /// Says how far the work is: done and total, in a unit of its own. Seen by others within seconds.
    pub(crate) fn progress(&self, done: u64, total: u64) {
        *self.progress.lock() = (done, total);
    }
}

/// A worker that was not heard of for so long is dead, and its job is somebody else's.
const LEASE: Duration = Duration::from_secs(15);
/// A lease is renewed so often, and progress shown.
const RENEWAL: Duration = Duration::from_secs(4);
/// Longest pause between two looks for jobs that another process added.
const LOOK: Duration = Duration::from_secs(5);
/// Pause after a look at a job that another process took just then.
const TAKEN: Duration = Duration::from_millis(200);
/// Longest time in which workers hand back what they have not finished.
const FAREWELL: Duration = Duration::from_secs(5);

impl Library {
    /// A job of the tenant. Needs a key.
    pub async fn job(&self, actor: Actor, id: JobId) -> Result<Job> {
        full(actor)?;
        let job = self.inner.catalog.job(actor.tenant, id).await?;
        job.ok_or_else(|| Error::NotFound(format!("the job {id}")))
    }
}

/// The workers of one library. They end with it.
pub(crate) struct Workers {
    stop: watch::Sender<bool>,
    dispatcher: Mutex<Option<JoinHandle<()>>>,
}

impl Workers {
    pub(crate) fn new() -> Self {
        Self { stop: watch::Sender::new(false), dispatcher: Mutex::default() }
    }

    /// Takes up what is due already, so that nothing is looked for behind the back of the first caller, and goes on in
    /// the background.
    pub(crate) async fn start(&self, library: &Library, kinds: &'static [Kind]) -> Result<()> {
        let mut dispatcher = Dispatcher {
            library: Arc::downgrade(&library.inner),
            kinds,
            name: format!("{:032x}", u128::from_le_bytes(random()?)),
            running: JoinSet::new(),
            under_way: vec![0; kinds.len()],
            stop: self.stop.subscribe(),
        };
        let pause = dispatcher.begin_due(library).await?;
        *self.dispatcher.lock() = Some(tokio::spawn(dispatcher.run(pause)));
        Ok(())
    }

    /// Begins nothing more, and hands back what is under way: whoever opens the library next goes on with it at once.
    pub(crate) async fn stop(&self) {
        self.stop.send_replace(true);
        let dispatcher = self.dispatcher.lock().take();
        let Some(mut dispatcher) = dispatcher else { return };
        if timeout(FAREWELL, &mut dispatcher).await.is_err() {
            // What was not handed back is taken up when its lease has run out.
            dispatcher.abort();
        }
    }
}

/// Claims jobs and sees them through.
struct Dispatcher {
    library: Weak<Inner>,
    kinds: &'static [Kind],
    /// Of this process among all that work on the same database.
    name: String,
    /// Each answers the number of its kind.
    running: JoinSet<usize>,
    /// Jobs that are running, by kind.
    under_way: Vec<usize>,
    stop: watch::Receiver<bool>,
}

impl Dispatcher {
    async fn run(mut self, mut pause: Duration) {
        loop {
            // Not held while waiting: the library ends when its owner lets go of it.
            let Some(inner) = self.library.upgrade() else { return };
            let catalog = inner.catalog.clone();
            drop(inner);
            tokio::select! {
                () = stopped(&mut self.stop) => break,
                Some(ended) = self.running.join_next() => {
                    // No turn panics: what it runs is caught inside.
                    if let Ok(kind) = ended {
                        self.under_way[kind] -= 1;
                    }
                }
                () = catalog.job_added() => {}
                () = sleep(pause) => {}
            }
            let Some(inner) = self.library.upgrade() else { return };
            let library = Library { inner };
            pause = self.begin_due(&library).await.unwrap_or_else(|error| {
                tracing::warn!(%error, "jobs cannot be looked for, trying again");
                LOOK
            });
        }
        while self.running.join_next().await.is_some() {}
    }

    /// Begins all jobs that are due and have a place. How long there is nothing more to do.
    async fn begin_due(&mut self, library: &Library) -> Result<Duration> {
        loop {
            let kinds: Vec<&str> = self.with_places().map(|(_, kind)| kind.name).collect();
            let catalog = &library.inner.catalog;
            let wait = match catalog.next_job(&kinds).await? {
                Some(due) => due.saturating_sub(now()),
                None => return Ok(LOOK),
            };
            if wait > 0 {
                return Ok(LOOK.min(Duration::from_millis(wait.unsigned_abs())));
            }
            match catalog.claim_job(&kinds, &self.name, millis(LEASE)).await? {
                Some(job) => self.begin(library.clone(), job),
                None => return Ok(TAKEN),
            }
        }
    }

    fn begin(&mut self, library: Library, job: Job) {
        let known = self.with_places().find(|(_, kind)| kind.name == job.kind);
        // Only what has a place was claimed.
        let Some((number, kind)) = known else { return };
        self.under_way[number] += 1;
        let turn = Turn { library, worker: self.name.clone(), work: Work::new(job) };
        let (run, stop) = (kind.run, self.stop.clone());
        self.running.spawn(async move {
            turn.take(run, stop).await;
            number
        });
    }

    fn with_places(&self) -> impl Iterator<Item = (usize, &'static Kind)> {
        let kinds = self.kinds.iter().enumerate();
        kinds.filter(|(number, kind)| self.under_way[*number] < kind.at_once)
    }
}

/// One worker's turn at a job.
struct Turn {
    library: Library,
    worker: String,
    work: Work,
}

impl Turn {
    /// Runs the job to its end, or until the library closes, or until the job is no longer ours.
    async fn take(
        self,
        run: fn(Library, Work) -> BoxFuture<'static, Outcome>,
        mut stop: watch::Receiver<bool>,
    ) {
        let Job { id, kind, attempts, .. } = self.work.job.clone();
        tracing::debug!(job = %id, kind, attempts, "begun");
        let work = AssertUnwindSafe(run(self.library.clone(), self.work.clone())).catch_unwind();
        tokio::select! {
            outcome = work => {
                let outcome = outcome.unwrap_or_else(|_| {
                    tracing::error!(job = %id, kind, "the job panicked");
                    Outcome::Failed("it stopped unexpectedly".to_owned())
                });
                self.finish(outcome).await;
            }
            () = stopped(&mut stop) => {
                let returned = self.library.inner.catalog.return_job(id, &self.worker).await;
                if let Err(error) = returned {
                    tracing::warn!(job = %id, %error, "the job was not handed back, and waits for its lease to run out");
                }
            }
            () = self.keep_lease() => tracing::warn!(job = %id, kind, "somebody else took the job over"),
        }
    }

    async fn finish(&self, outcome: Outcome) {
        let job = &self.work.job;
        let (result, retry_at) = match outcome {
            Outcome::Done => (Ok(()), None),
            Outcome::Again { at, why } => {
                tracing::warn!(job = %job.id, kind = job.kind, why, "the job is tried again later");
                (Err(why), Some(at))
            }
            Outcome::Failed(why) => {
                tracing::error!(job = %job.id, kind = job.kind, why, "the job failed");
                (Err(why), None)
            }
        };
        let catalog = &self.library.inner.catalog;
        if *self.work.progress.lock() != job.progress {
            self.renew().await;
        }
        // Without this it is done once more when its lease has run out, which it bears.
        if let Err(error) = catalog.finish_job(job.id, &self.worker, result, retry_at).await {
            tracing::warn!(job = %job.id, %error, "the end of the job was not recorded");
        }
    }

    /// Ends when the job is no longer ours.
    async fn keep_lease(&self) {
        loop {
            sleep(RENEWAL).await;
            if !self.renew().await {
                return;
            }
        }
    }

    /// False: the job is no longer ours. A database that does not answer is no reason to stop yet.
    async fn renew(&self) -> bool {
        let progress = *self.work.progress.lock();
        let catalog = &self.library.inner.catalog;
        let renewed =
            catalog.renew_job(self.work.job.id, &self.worker, progress, millis(LEASE)).await;
        renewed.unwrap_or_else(|error| {
            tracing::warn!(job = %self.work.job.id, %error, "the lease was not renewed");
            true
        })
    }
}

/// Resolves when no more jobs are wanted, also because nobody is left who could say so.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

fn millis(duration: Duration) -> Millis {
    Millis::try_from(duration.as_millis()).unwrap_or(Millis::MAX)
}

#[cfg(test)]
mod tests;
