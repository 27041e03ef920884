//! Background work: leased, retried, visible.
//!
//! A worker claims a job for a while and renews the lease as it goes. When it is killed, the lease runs out and the job
//! is claimed again, so whatever a job does must bear being done twice.
//!
//! A job that belongs to a fact is added in the transaction of the fact, by [`insert`].

use crate::catalog::now;
use crate::database::{self, Tx};
use crate::error::Result;
use crate::sql::Row;
use crate::{Catalog, Error, Job, JobId, JobState, Millis, NewJob, TenantId, sql};

const COLUMNS: &str =
    "id, tenant, kind, payload, state, attempts, done, total, due, error, created, updated";

const WAITING: &str = "waiting";
const RUNNING: &str = "running";
const DONE: &str = "done";
const FAILED: &str = "failed";

impl Catalog {
    /// [`Error::NotFound`]: there is no such tenant.
    pub async fn add_job(&self, tenant: TenantId, new: NewJob) -> Result<Job> {
        let tx = self.database.begin().await?;
        let job = insert(&tx, tenant, &new).await?;
        tx.commit().await?;
        Ok(job)
    }

    /// Resolves when a job has been added through this catalog since the last time that it did: for the one who waits
    /// for work. Jobs that other processes add are found by looking.
    pub async fn job_added(&self) {
        self.database.job_bell.notified().await;
    }

    /// When the next job of these kinds is due; that may be long ago. `None`: none waits.
    pub async fn next_job(&self, kinds: &[&str]) -> Result<Option<Millis>> {
        if kinds.is_empty() {
            return Ok(None);
        }
        let query = format!(
            "SELECT MIN(due) AS due FROM jobs WHERE kind IN ({})",
            sql::places(1, kinds.len())
        );
        let values = kinds.iter().map(|&kind| kind.into());
        let row = sql::first(&self.database.reader, &query, values).await?;
        row.map_or(Ok(None), |row| row.get("due"))
    }

    /// The job of one of these kinds that has been due for longest, leased to `worker` for `lease_ms` milliseconds.
    /// No two workers get the same one, unless the lease of the first runs out.
    pub async fn claim_job(
        &self,
        kinds: &[&str],
        worker: &str,
        lease_ms: i64,
    ) -> Result<Option<Job>> {
        if kinds.is_empty() {
            return Ok(None);
        }
        let now = now();
        let claim = format!(
            "UPDATE jobs SET state = '{RUNNING}', attempts = attempts + 1, worker = $1, due = $2, updated = $3 \
             WHERE seq = (SELECT seq FROM jobs WHERE kind IN ({}) AND due <= $3 ORDER BY due, seq LIMIT 1{}) \
             RETURNING {COLUMNS}",
            sql::places(4, kinds.len()),
            database::skip_locked(self.database.kind),
        );
        let mut values =
            vec![sql::text("the worker", worker)?, now.saturating_add(lease_ms).into(), now.into()];
        values.extend(kinds.iter().map(|&kind| kind.into()));
        let row = sql::first(&self.database.writer, &claim, values).await?;
        row.as_ref().map(read).transpose()
    }

    /// Prolongs the lease to `lease_ms` milliseconds from now and records how far the work is (done and total). False:
    /// the job is no longer this worker's, which must stop.
    pub async fn renew_job(
        &self,
        id: JobId,
        worker: &str,
        (done, total): (u64, u64),
        lease_ms: i64,
    ) -> Result<bool> {
        let now = now();
        let update = format!(
            "UPDATE jobs SET done = $3, total = $4, due = $5, updated = $6 \
             WHERE id = $1 AND worker = $2 AND state = '{RUNNING}'"
        );
        let values = [
            id.into(),
            sql::text("the worker", worker)?,
            sql::number("the progress", done)?,
            sql::number("the total", total)?,
            now.saturating_add(lease_ms).into(),
            now.into(),
        ];
        Ok(sql::run(&self.database.writer, &update, values).await? == 1)
    }

    /// Ends this worker's turn: done, or failed for the reason given, or to be tried again at `retry_at` for that
    /// reason. False: the job is no longer this worker's, and stays as it is.
    pub async fn finish_job(
        &self,
        id: JobId,
        worker: &str,
        outcome: Result<(), String>,
        retry_at: Option<Millis>,
    ) -> Result<bool> {
        let (state, due, error) = match (outcome, retry_at) {
            (Ok(()), _) => (DONE, None, None),
            (Err(why), None) => (FAILED, None, Some(why)),
            (Err(why), Some(at)) => (WAITING, Some(at), Some(why)),
        };
        let update = format!(
            "UPDATE jobs SET state = $3, due = $4, error = $5, updated = $6, worker = NULL \
             WHERE id = $1 AND worker = $2 AND state = '{RUNNING}'"
        );
        let values = [
            id.into(),
            sql::text("the worker", worker)?,
            state.into(),
            due.into(),
            // Whatever the reason holds, the end of the job is recorded.
            error.map(|why| why.replace('\0', "")).into(),
            now().into(),
        ];
        Ok(sql::run(&self.database.writer, &update, values).await? == 1)
    }

    /// Gives a job back that was not finished through no fault of its own: it is due at once, and this turn does not
    /// count. False: the job is no longer this worker's, and stays as it is.
    pub async fn return_job(&self, id: JobId, worker: &str) -> Result<bool> {
        let update = format!(
            "UPDATE jobs SET state = '{WAITING}', attempts = attempts - 1, due = $3, updated = $3, worker = NULL \
             WHERE id = $1 AND worker = $2 AND state = '{RUNNING}'"
        );
        let values = [id.into(), sql::text("the worker", worker)?, now().into()];
        Ok(sql::run(&self.database.writer, &update, values).await? == 1)
    }

    /// Forgets jobs that came to their end before that time. Returns how many.
    pub async fn forget_jobs(&self, ended_before: Millis) -> Result<u64> {
        let delete = "DELETE FROM jobs WHERE due IS NULL AND updated < $1";
        sql::run(&self.database.writer, delete, [ended_before.into()]).await
    }

    pub async fn job(&self, tenant: TenantId, id: JobId) -> Result<Option<Job>> {
        let query = format!("SELECT {COLUMNS} FROM jobs WHERE tenant = $1 AND id = $2");
        let row = sql::first(&self.database.reader, &query, [tenant.0.into(), id.into()]).await?;
        row.as_ref().map(read).transpose()
    }
}

/// Adds a job together with the fact that it belongs to: both are there or neither, and its worker hears of it once
/// they are. [`Error::NotFound`]: there is no such tenant.
pub(crate) async fn insert(tx: &Tx, tenant: TenantId, new: &NewJob) -> Result<Job> {
    let insert = format!(
        "INSERT INTO jobs (id, tenant, kind, payload, state, attempts, done, total, due, created, updated) \
         SELECT $1, id, $3, $4, '{WAITING}', 0, 0, 0, $5, $6, $6 FROM tenants WHERE id = $2 \
         RETURNING {COLUMNS}"
    );
    let values = [
        JobId::generate().into(),
        tenant.0.into(),
        sql::short_text("the kind of job", new.kind)?,
        new.payload.to_string().into(),
        new.run_at.into(),
        now().into(),
    ];
    let row = sql::first(&**tx, &insert, values).await?;
    let job = read(&row.ok_or_else(|| Error::NotFound(format!("tenant {}", tenant.0)))?)?;
    tx.ring_for_jobs();
    Ok(job)
}

/// The same job, if one waits: it is not begun before this transaction has ended, and so sees what it did.
pub(crate) async fn waiting(tx: &Tx, tenant: TenantId, like: &NewJob) -> Result<Option<Job>> {
    let query = format!(
        "SELECT {COLUMNS} FROM jobs WHERE tenant = $1 AND kind = $2 AND payload = $3 \
         AND state = '{WAITING}' AND due IS NOT NULL ORDER BY seq LIMIT 1{}",
        tx.for_update("jobs")
    );
    let values = [
        tenant.0.into(),
        sql::short_text("the kind of job", like.kind)?,
        like.payload.to_string().into(),
    ];
    sql::first(&**tx, &query, values).await?.as_ref().map(read).transpose()
}

fn read(row: &Row) -> Result<Job> {
    let due: Option<Millis> = row.get("due")?;
    let state = match row.get::<String>("state")?.as_str() {
        WAITING => JobState::Waiting,
        // Its worker has not been heard of for too long.
        RUNNING if due.is_none_or(|due| due <= now()) => JobState::Waiting,
        RUNNING => JobState::Running,
        DONE => JobState::Done,
        FAILED => JobState::Failed,
        other => return Err(Error::Damaged(format!("unknown state of a job: `{other}`"))),
    };
    let payload: String = row.get("payload")?;
    Ok(Job {
        id: row.id("id")?,
        tenant: TenantId(row.get("tenant")?),
        kind: row.get("kind")?,
        payload: serde_json::from_str(&payload)
            .map_err(|error| Error::Damaged(error.to_string()))?,
        state,
        attempts: row.count("attempts")?,
        progress: (row.count("done")?, row.count("total")?),
        created: row.get("created")?,
        updated: row.get("updated")?,
        error: row.get("error")?,
    })
}
