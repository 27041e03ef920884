//! Background work: leased, retried, visible.
//!
//! A worker claims a job for a while and renews the lease as it goes. When it is killed, the lease runs out and the job
//! is claimed again, so whatever a job does must bear being done twice.

use serde_json::Value;

use crate::catalog::now;
use crate::database;
use crate::error::Result;
use crate::sql::Row;
use crate::{Catalog, Error, Job, JobId, JobState, Millis, TenantId, sql};

const COLUMNS: &str =
    "id, tenant, kind, payload, state, attempts, done, total, due, error, created, updated";

const WAITING: &str = "waiting";
const RUNNING: &str = "running";
const DONE: &str = "done";
const FAILED: &str = "failed";

impl Catalog {
    /// `run_at`: not before that time.
    pub async fn add_job(
        &self,
        tenant: TenantId,
        kind: &str,
        payload: Value,
        run_at: Millis,
    ) -> Result<Job> {
        let insert = format!(
            "INSERT INTO jobs (id, tenant, kind, payload, state, attempts, done, total, due, created, updated) \
             SELECT $1, id, $3, $4, '{WAITING}', 0, 0, 0, $5, $6, $6 FROM tenants WHERE id = $2 \
             RETURNING {COLUMNS}"
        );
        let values = [
            JobId::generate().into(),
            tenant.0.into(),
            sql::short_text("the kind of job", kind)?,
            payload.to_string().into(),
            run_at.into(),
            now().into(),
        ];
        let row = sql::first(&self.database.writer, &insert, values).await?;
        read(&row.ok_or_else(|| Error::NotFound(format!("tenant {}", tenant.0)))?)
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

    pub async fn job(&self, tenant: TenantId, id: JobId) -> Result<Option<Job>> {
        let query = format!("SELECT {COLUMNS} FROM jobs WHERE tenant = $1 AND id = $2");
        let row = sql::first(&self.database.reader, &query, [tenant.0.into(), id.into()]).await?;
        row.as_ref().map(read).transpose()
    }
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
