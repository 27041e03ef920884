//! Real libraries on a disk, with kinds of jobs that tests can count.

use std::{
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
};

use catalog::{JobState, NewJob, TenantId};
use plan::{
    Format,
    probe::{Depth, Probe},
};
use serde_json::{Value, json};

use super::*;
use crate::{Config, EngineError, ImageEngine, RenderJob, Rendered};

/// Runs, by the name in the payload: tests run in parallel.
static RUNS: Mutex<Vec<String>> = Mutex::new(Vec::new());
static SLOW_UNDER_WAY: AtomicUsize = AtomicUsize::new(0);
static SLOW_MOST: AtomicUsize = AtomicUsize::new(0);

const KINDS: &[Kind] = &[
    Kind { name: "note", at_once: 4, run: |_, work| async move { note(&work) }.boxed() },
    Kind { name: "slow", at_once: 2, run: |_, work| slow(work).boxed() },
    Kind { name: "endless", at_once: 1, run: |_, work| endless(work).boxed() },
    Kind { name: "thrice", at_once: 1, run: |_, work| async move { thrice(&work) }.boxed() },
    Kind { name: "panic", at_once: 1, run: |_, _| async { panic!("as a test wants it") }.boxed() },
];

fn note(work: &Work) -> Outcome {
    RUNS.lock().push(work.job.payload.to_string());
    work.progress(3, 3);
    Outcome::Done
}

async fn slow(work: Work) -> Outcome {
    let under_way = SLOW_UNDER_WAY.fetch_add(1, Ordering::SeqCst) + 1;
    SLOW_MOST.fetch_max(under_way, Ordering::SeqCst);
    sleep(Duration::from_millis(50)).await;
    SLOW_UNDER_WAY.fetch_sub(1, Ordering::SeqCst);
    note(&work)
}

async fn endless(work: Work) -> Outcome {
    note(&work);
    std::future::pending().await
}

fn thrice(work: &Work) -> Outcome {
    note(work);
    match work.job.attempts {
        1 => Outcome::after(Duration::ZERO, "not yet".to_owned()),
        2 => Outcome::after(Duration::from_millis(20), "nearly".to_owned()),
        _ => Outcome::Failed("never".to_owned()),
    }
}

#[derive(Debug)]
struct NoEngine;

impl ImageEngine for NoEngine {
    fn sniff(&self, _: &[u8]) -> Option<Format> {
        None
    }

    fn probe(&self, _: &[u8], _: Depth) -> Result<Probe, EngineError> {
        Err(EngineError::Unsupported("no pictures here".to_owned()))
    }

    fn render(&self, _: RenderJob<'_>) -> Result<Rendered, EngineError> {
        Err(EngineError::Unsupported("no pictures here".to_owned()))
    }
}

async fn open(data: &Path) -> (Library, TenantId) {
    let mut config = Config::default();
    data.clone_into(&mut config.storage.data);
    config.cache.disk_bytes = 0;
    let library = Library::open_with(config, Arc::new(NoEngine), KINDS).await.unwrap();
    let tenant = library.ensure_tenant("demo").await.unwrap();
    (library, tenant)
}

async fn add(library: &Library, tenant: TenantId, kind: &'static str, payload: Value) -> JobId {
    let new = NewJob { kind, payload, run_at: now() };
    library.inner.catalog.add_job(tenant, new).await.unwrap().id
}

fn runs(payload: &Value) -> usize {
    let payload = payload.to_string();
    RUNS.lock().iter().filter(|run| **run == payload).count()
}

/// Bounded, so that what never comes is a failure and not a hang.
async fn until(holds: impl Fn() -> bool) {
    for _ in 0..2000 {
        if holds() {
            return;
        }
        sleep(Duration::from_millis(5)).await;
    }
    panic!("it never came");
}

async fn ended(library: &Library, tenant: TenantId, id: JobId) -> Job {
    for _ in 0..2000 {
        let job = library.job(Actor::full(tenant), id).await.unwrap();
        if matches!(job.state, JobState::Done | JobState::Failed) {
            return job;
        }
        sleep(Duration::from_millis(5)).await;
    }
    panic!("the job never ended");
}

#[tokio::test]
async fn a_new_job_is_run_at_once_and_once() {
    let data = tempfile::tempdir().unwrap();
    let (library, tenant) = open(data.path()).await;
    let payload = json!("at once");
    let began = std::time::Instant::now();
    let id = add(&library, tenant, "note", payload.clone()).await;
    let job = ended(&library, tenant, id).await;
    assert!(began.elapsed() < LOOK, "nobody had to look for it");
    assert_eq!((job.state, job.attempts, job.progress), (JobState::Done, 1, (3, 3)));
    assert_eq!(runs(&payload), 1);
}

#[tokio::test]
async fn a_job_is_for_its_tenant_only() {
    let data = tempfile::tempdir().unwrap();
    let (library, tenant) = open(data.path()).await;
    let other = library.ensure_tenant("other").await.unwrap();
    let id = add(&library, tenant, "note", json!("whose")).await;
    let seen = library.job(Actor::full(other), id).await;
    assert!(matches!(seen, Err(Error::NotFound(_))), "{seen:?}");
    let seen = library.job(Actor::anonymous(tenant), id).await;
    assert!(matches!(seen, Err(Error::Denied)), "{seen:?}");
}

#[tokio::test]
async fn a_kind_has_its_places_and_keeps_nobody_elses() {
    let data = tempfile::tempdir().unwrap();
    let (library, tenant) = open(data.path()).await;
    let stuck = add(&library, tenant, "endless", json!("stuck")).await;
    let mut ids = Vec::new();
    for number in 0..8 {
        ids.push(add(&library, tenant, "slow", json!(["slow", number])).await);
    }
    for id in ids {
        assert_eq!(ended(&library, tenant, id).await.state, JobState::Done);
    }
    assert_eq!(SLOW_MOST.load(Ordering::SeqCst), 2);
    let stuck = library.job(Actor::full(tenant), stuck).await.unwrap();
    assert_eq!(stuck.state, JobState::Running);
}

#[tokio::test]
async fn a_job_says_when_it_wants_to_be_tried_again() {
    let data = tempfile::tempdir().unwrap();
    let (library, tenant) = open(data.path()).await;
    let payload = json!("thrice");
    let id = add(&library, tenant, "thrice", payload.clone()).await;
    let job = ended(&library, tenant, id).await;
    assert_eq!((job.state, job.attempts), (JobState::Failed, 3));
    assert_eq!(job.error.as_deref(), Some("never"));
    assert_eq!(runs(&payload), 3);
}

#[tokio::test]
async fn a_job_that_panics_has_failed_and_leaves_its_place() {
    let data = tempfile::tempdir().unwrap();
    let (library, tenant) = open(data.path()).await;
    for _ in 0..2 {
        let id = add(&library, tenant, "panic", json!(null)).await;
        let job = ended(&library, tenant, id).await;
        assert_eq!(job.error.as_deref(), Some("it stopped unexpectedly"));
    }
}

#[tokio::test]
async fn closing_hands_back_what_is_under_way() {
    let data = tempfile::tempdir().unwrap();
    let (library, tenant) = open(data.path()).await;
    let payload = json!("handed back");
    let id = add(&library, tenant, "endless", payload.clone()).await;
    until(|| runs(&payload) == 1).await;
    library.close().await;
    drop(library);

    let (library, tenant) = open(data.path()).await;
    until(|| runs(&payload) == 2).await;
    let job = library.job(Actor::full(tenant), id).await.unwrap();
    assert_eq!((job.state, job.attempts), (JobState::Running, 1), "the first turn does not count");
}

#[tokio::test]
async fn what_waited_while_nobody_was_there_is_done() {
    let data = tempfile::tempdir().unwrap();
    let (library, tenant) = open(data.path()).await;
    library.inner.workers.stop().await;
    let payload = json!("left behind");
    let id = add(&library, tenant, "note", payload.clone()).await;
    library.close().await;
    drop(library);
    assert_eq!(runs(&payload), 0);

    let (library, tenant) = open(data.path()).await;
    assert_eq!(ended(&library, tenant, id).await.state, JobState::Done);
    assert_eq!(runs(&payload), 1);
}

#[tokio::test]
async fn a_library_that_is_let_go_of_has_no_workers() {
    let data = tempfile::tempdir().unwrap();
    let (library, _) = open(data.path()).await;
    let inner = Arc::downgrade(&library.inner);
    drop(library);
    until(|| inner.upgrade().is_none()).await;
}
