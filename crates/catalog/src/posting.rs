//! Postings: what is posted to webhooks and callbacks, and the log of it.

use serde_json::json;

use crate::catalog::now;
use crate::database::Tx;
use crate::error::Result;
use crate::sql::Row;
use crate::{
    Attempt, Catalog, EventId, Millis, NewJob, NewPosting, Posting, PostingId, PostingState,
    TenantId, job, row, sql,
};

/// The kind of job that makes the attempts of one posting; its payload is `{"posting": id}`.
pub const POST: &str = "post-event";

const COLUMNS: &str =
    "id, tenant, event, webhook, url, kind, body, state, attempts, status, error, created, updated";

impl Catalog {
    pub async fn posting(&self, tenant: TenantId, id: PostingId) -> Result<Option<Posting>> {
        let query = format!("SELECT {COLUMNS} FROM postings WHERE tenant = $1 AND id = $2");
        let row = sql::first(&self.database.reader, &query, [tenant.0.into(), id.into()]).await?;
        row.as_ref().map(read).transpose()
    }

    /// The latest first.
    pub async fn postings(&self, tenant: TenantId, limit: u64) -> Result<Vec<Posting>> {
        let query =
            format!("SELECT {COLUMNS} FROM postings WHERE tenant = $1 ORDER BY seq DESC LIMIT $2");
        let values = [tenant.0.into(), sql::number("the limit", limit)?];
        let rows = sql::all(&self.database.reader, &query, values).await?;
        rows.iter().map(read).collect()
    }

    /// Enters an attempt into the log.
    pub async fn note_attempt(
        &self,
        tenant: TenantId,
        id: PostingId,
        attempt: Attempt,
    ) -> Result<()> {
        let update = "UPDATE postings SET state = $3, status = $4, error = $5, attempts = attempts + 1, updated = $6 \
             WHERE tenant = $1 AND id = $2";
        let values = [
            tenant.0.into(),
            id.into(),
            row::encode(&STATES, attempt.state).into(),
            attempt.status.map(i64::from).into(),
            attempt.error.map(|error| error.replace('\0', "")).into(),
            now().into(),
        ];
        sql::run(&self.database.writer, update, values).await?;
        Ok(())
    }

    /// Strikes out of the log what came to its end before that time. Returns how many went.
    pub async fn forget_postings(&self, before: Millis) -> Result<u64> {
        let delete = format!(
            "DELETE FROM postings WHERE updated < $1 AND state <> '{}'",
            row::encode(&STATES, PostingState::Waiting)
        );
        sql::run(&self.database.writer, &delete, [before.into()]).await
    }
}

/// Enters a posting, and the job that makes it.
pub(crate) async fn insert(
    tx: &Tx,
    tenant: TenantId,
    event: EventId,
    new: &NewPosting,
) -> Result<()> {
    let (id, created) = (PostingId::generate(), now());
    let values = [
        id.into(),
        tenant.0.into(),
        event.into(),
        new.webhook.map(|id| id.to_bytes().to_vec()).into(),
        sql::text("the URL", &new.url)?,
        new.kind.as_str().into(),
        sql::text("the body", &new.body)?,
        row::encode(&STATES, PostingState::Waiting).into(),
        created.into(),
    ];
    let insert = "INSERT INTO postings (id, tenant, event, webhook, url, kind, body, state, attempts, created, updated) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $9)";
    sql::run(&**tx, insert, values).await?;
    let payload = json!({"posting": id.to_string()});
    job::insert(tx, tenant, &NewJob { kind: POST, payload, run_at: created }).await?;
    Ok(())
}

fn read(row: &Row) -> Result<Posting> {
    Ok(Posting {
        id: row.id("id")?,
        tenant: TenantId(row.get("tenant")?),
        event: row.id("event")?,
        webhook: row.id_or_null("webhook")?,
        url: row.get("url")?,
        kind: row.get("kind")?,
        body: row.get("body")?,
        state: row::decode(&STATES, &row.get::<String>("state")?)?,
        attempts: row.count("attempts")?,
        status: row.count_or_null("status")?,
        error: row.get("error")?,
        created: row.get("created")?,
        updated: row.get("updated")?,
    })
}

const STATES: [(PostingState, &str); 3] = [
    (PostingState::Waiting, "waiting"),
    (PostingState::Delivered, "delivered"),
    (PostingState::Failed, "failed"),
];
