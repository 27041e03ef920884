//! Jobs are leased, retried and visible.

use std::time::Duration;

use catalog::{Catalog, Error, Job, JobId, JobState, NewJob, TenantId};
use serde_json::json;

use crate::databases::on_every_database;
use crate::sample::{now, tenant};

const HOUR: i64 = 3_600_000;

on_every_database!(
    a_job_waits_runs_and_is_done,
    jobs_wait_for_their_time,
    the_longest_due_goes_first,
    workers_take_the_kinds_they_know,
    a_lease_that_ran_out_is_claimed_again,
    a_renewed_lease_holds,
    a_failed_job_stays_failed,
    a_job_is_tried_again,
    a_returned_job_lost_nothing,
    the_bell_rings_for_each_new_job,
    the_next_job_is_known,
    ended_jobs_are_forgotten,
    jobs_belong_to_a_tenant,
);

async fn add(catalog: &Catalog, tenant: TenantId, kind: &'static str, run_at: i64) -> Job {
    catalog
        .add_job(tenant, NewJob { kind, payload: json!({"page": [1, "ü"]}), run_at })
        .await
        .unwrap()
}

async fn claim(catalog: &Catalog, worker: &str) -> Option<Job> {
    catalog.claim_job(&["sweep", "other"], worker, HOUR).await.unwrap()
}

async fn state(catalog: &Catalog, job: &Job) -> JobState {
    catalog.job(job.tenant, job.id).await.unwrap().unwrap().state
}

async fn a_job_waits_runs_and_is_done(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let job = add(catalog, tenant, "sweep", now()).await;
    assert_eq!((job.state, job.attempts, job.progress), (JobState::Waiting, 0, (0, 0)));
    assert_eq!((job.payload.clone(), job.kind.as_str()), (json!({"page": [1, "ü"]}), "sweep"));
    assert_eq!(catalog.job(tenant, job.id).await.unwrap(), Some(job.clone()));

    let claimed = claim(catalog, "w1").await.unwrap();
    assert_eq!((claimed.id, claimed.state, claimed.attempts), (job.id, JobState::Running, 1));
    assert_eq!(claim(catalog, "w2").await, None, "it is taken");

    assert!(catalog.renew_job(job.id, "w1", (3, 10), HOUR).await.unwrap());
    let seen = catalog.job(tenant, job.id).await.unwrap().unwrap();
    assert_eq!((seen.state, seen.progress), (JobState::Running, (3, 10)));

    assert!(catalog.finish_job(job.id, "w1", Ok(()), None).await.unwrap());
    let seen = catalog.job(tenant, job.id).await.unwrap().unwrap();
    assert_eq!((seen.state, seen.error), (JobState::Done, None));
    assert_eq!(claim(catalog, "w2").await, None);
    assert!(!catalog.finish_job(job.id, "w1", Ok(()), None).await.unwrap(), "once");
    assert!(!catalog.renew_job(job.id, "w1", (0, 0), HOUR).await.unwrap());
}

async fn jobs_wait_for_their_time(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    add(catalog, tenant, "sweep", now() + HOUR).await;
    assert_eq!(claim(catalog, "w").await, None);
}

async fn the_longest_due_goes_first(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let late = add(catalog, tenant, "sweep", 2000).await;
    let early = add(catalog, tenant, "sweep", 1000).await;
    let tie = add(catalog, tenant, "sweep", 2000).await;
    for expected in [early, late, tie] {
        assert_eq!(claim(catalog, "w").await.unwrap().id, expected.id);
    }
}

async fn workers_take_the_kinds_they_know(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let job = add(catalog, tenant, "unknown", 0).await;
    assert_eq!(claim(catalog, "w").await, None);
    assert_eq!(catalog.claim_job(&["unknown"], "w", HOUR).await.unwrap().unwrap().id, job.id);
}

async fn a_lease_that_ran_out_is_claimed_again(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let job = add(catalog, tenant, "sweep", 0).await;
    // A lease of no length has run out at once: what a killed worker leaves behind, after a while.
    assert!(catalog.claim_job(&["sweep"], "killed", 0).await.unwrap().is_some());
    assert_eq!(state(catalog, &job).await, JobState::Waiting);
    let again = claim(catalog, "w2").await.unwrap();
    assert_eq!((again.id, again.attempts), (job.id, 2));
    assert!(!catalog.renew_job(job.id, "killed", (1, 1), HOUR).await.unwrap(), "no longer theirs");
    assert!(!catalog.finish_job(job.id, "killed", Ok(()), None).await.unwrap());
    assert_eq!(state(catalog, &job).await, JobState::Running);
    assert!(catalog.finish_job(job.id, "w2", Ok(()), None).await.unwrap());
}

async fn a_renewed_lease_holds(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let job = add(catalog, tenant, "sweep", 0).await;
    assert!(catalog.claim_job(&["sweep"], "slow", 0).await.unwrap().is_some());
    assert!(
        catalog.renew_job(job.id, "slow", (1, 2), HOUR).await.unwrap(),
        "nobody took it meanwhile"
    );
    assert_eq!(claim(catalog, "w2").await, None);
}

async fn a_failed_job_stays_failed(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let job = add(catalog, tenant, "sweep", 0).await;
    claim(catalog, "w").await.unwrap();
    let why = Err("no such\0 picture".to_owned());
    assert!(catalog.finish_job(job.id, "w", why, None).await.unwrap());
    let seen = catalog.job(tenant, job.id).await.unwrap().unwrap();
    assert_eq!((seen.state, seen.error.as_deref()), (JobState::Failed, Some("no such picture")));
    assert_eq!(claim(catalog, "w").await, None);
}

async fn a_job_is_tried_again(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let job = add(catalog, tenant, "sweep", 0).await;
    claim(catalog, "w").await.unwrap();
    let why = || Err("busy".to_owned());
    assert!(catalog.finish_job(job.id, "w", why(), Some(now() + HOUR)).await.unwrap());
    assert_eq!(state(catalog, &job).await, JobState::Waiting);
    assert_eq!(claim(catalog, "w").await, None, "not yet");

    let job = add(catalog, tenant, "sweep", 0).await;
    claim(catalog, "w").await.unwrap();
    assert!(catalog.finish_job(job.id, "w", why(), Some(now())).await.unwrap());
    let again = claim(catalog, "w").await.unwrap();
    assert_eq!((again.id, again.attempts, again.error.as_deref()), (job.id, 2, Some("busy")));
    assert!(catalog.finish_job(job.id, "w", Ok(()), None).await.unwrap());
    assert_eq!(catalog.job(tenant, job.id).await.unwrap().unwrap().error, None);
}

async fn a_returned_job_lost_nothing(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let job = add(catalog, tenant, "sweep", 0).await;
    claim(catalog, "w1").await.unwrap();
    assert!(!catalog.return_job(job.id, "w2").await.unwrap(), "not theirs");
    assert!(catalog.return_job(job.id, "w1").await.unwrap());
    let seen = catalog.job(tenant, job.id).await.unwrap().unwrap();
    assert_eq!((seen.state, seen.attempts, seen.error), (JobState::Waiting, 0, None));
    let again = claim(catalog, "w2").await.unwrap();
    assert_eq!((again.id, again.attempts), (job.id, 1));
    assert!(!catalog.return_job(job.id, "w1").await.unwrap(), "no longer theirs");
}

async fn the_bell_rings_for_each_new_job(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let rings =
        async || tokio::time::timeout(Duration::from_millis(50), catalog.job_added()).await.is_ok();
    assert!(!rings().await, "nothing was added yet");
    let waiting = tokio::spawn({
        let catalog = catalog.clone();
        async move { catalog.job_added().await }
    });
    add(catalog, tenant, "sweep", 0).await;
    waiting.await.unwrap();
    add(catalog, tenant, "sweep", 0).await;
    assert!(rings().await, "also when nobody was waiting");
    assert!(!rings().await, "once");
}

async fn the_next_job_is_known(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let next = async || catalog.next_job(&["sweep", "other"]).await.unwrap();
    assert_eq!(next().await, None);
    add(catalog, tenant, "unknown", 1).await;
    assert_eq!(next().await, None);
    let late = now() + HOUR;
    add(catalog, tenant, "sweep", late).await;
    assert_eq!(next().await, Some(late));
    let job = add(catalog, tenant, "other", 7).await;
    assert_eq!(next().await, Some(7));
    claim(catalog, "w").await.unwrap();
    assert!(next().await.unwrap() > now(), "the lease of the one, or the time of the other");
    catalog.finish_job(job.id, "w", Ok(()), None).await.unwrap();
    assert_eq!(next().await, Some(late));
    assert_eq!(catalog.next_job(&[]).await.unwrap(), None);
}

async fn ended_jobs_are_forgotten(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let [done, failed, running] = [(); 3].map(|()| add(catalog, tenant, "sweep", 0));
    let (done, failed, running) = (done.await, failed.await, running.await);
    for _ in 0..3 {
        claim(catalog, "w").await.unwrap();
    }
    let waiting = add(catalog, tenant, "sweep", 0).await;
    let before = now();
    catalog.finish_job(done.id, "w", Ok(()), None).await.unwrap();
    catalog.finish_job(failed.id, "w", Err("why".to_owned()), None).await.unwrap();
    assert_eq!(catalog.forget_jobs(before).await.unwrap(), 0, "they ended later");
    assert_eq!(catalog.forget_jobs(now() + 1).await.unwrap(), 2);
    for (job, is_known) in [(done, false), (failed, false), (running, true), (waiting, true)] {
        assert_eq!(catalog.job(tenant, job.id).await.unwrap().is_some(), is_known);
    }
}

async fn jobs_belong_to_a_tenant(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let other = catalog.ensure_tenant("other").await.unwrap().id;
    let job = add(catalog, tenant, "sweep", 0).await;
    assert_eq!(catalog.job(other, job.id).await.unwrap(), None);
    assert_eq!(catalog.job(tenant, JobId::generate()).await.unwrap(), None);
    let new = NewJob { kind: "sweep", payload: json!(null), run_at: 0 };
    let error = catalog.add_job(TenantId(404), new).await.unwrap_err();
    assert!(matches!(error, Error::NotFound(_)), "{error}");
}
