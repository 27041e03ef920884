//! The outbox: what happened is written down in the transaction in which it happened, so that it is told exactly if it
//! did. A job takes it from here to those who want to hear of it.

use serde_json::{Value, json};

use crate::catalog::now;
use crate::database::Tx;
use crate::error::Result;
use crate::sql::Row;
use crate::{
    Audience, Catalog, Error, Event, EventId, EventKind, NewEvent, NewJob, NewPosting, Subject,
    TenantId, job, posting, row, sql,
};

/// The kind of job that empties the outbox.
pub const TELL_EVENTS: &str = "tell-events";

/// Rows of one statement: eight values each, and databases take some 30,000 at a time.
const BATCH: usize = 500;

impl Catalog {
    /// Writes down what happened outside of the catalog.
    pub async fn add_events(&self, events: Vec<NewEvent>) -> Result<()> {
        let tx = self.database.begin().await?;
        for event in events {
            tx.happened(event);
        }
        tx.commit().await
    }

    /// What has not been told yet, in the order in which it happened.
    pub async fn outbox(&self, limit: u64) -> Result<Vec<Event>> {
        let query = "SELECT id, tenant, kind, asset, version, folder, note, callback, created \
             FROM outbox ORDER BY seq LIMIT $1";
        let rows =
            sql::all(&self.database.reader, query, [sql::number("the limit", limit)?]).await?;
        rows.iter().map(read).collect()
    }

    /// Takes an event from the outbox, and writes down what is to be posted because of it. False: somebody else did so
    /// before, and nothing changes.
    pub async fn tell(&self, event: &Event, postings: Vec<NewPosting>) -> Result<bool> {
        let tx = self.database.begin().await?;
        if sql::run(&*tx, "DELETE FROM outbox WHERE id = $1", [event.id.into()]).await? == 0 {
            return Ok(false);
        }
        for posting in postings {
            posting::insert(&tx, event.tenant, event.id, &posting).await?;
        }
        tx.commit().await?;
        Ok(true)
    }
}

impl NewEvent {
    /// For all webhooks of the tenant, without a note.
    pub(crate) fn plain(tenant: TenantId, kind: EventKind, subject: Subject) -> Self {
        Self { tenant, kind, subject, note: Value::Null, audience: Audience::Webhooks }
    }
}

impl Subject {
    pub fn asset(asset: crate::AssetId) -> Self {
        Self { asset: Some(asset), ..Self::default() }
    }

    pub fn version(asset: crate::AssetId, version: crate::VersionId) -> Self {
        Self { asset: Some(asset), version: Some(version), folder: None }
    }

    pub fn folder(folder: crate::FolderId) -> Self {
        Self { folder: Some(folder), ..Self::default() }
    }
}

/// Writes down what somebody wants to hear. Most tenants have no webhooks; for them this is one look at an empty index.
pub(crate) async fn write(tx: &Tx, mut events: Vec<NewEvent>) -> Result<()> {
    while let Some(tenant) = events.first().map(|event| event.tenant) {
        let (mut own, others) = events.into_iter().partition(|event| event.tenant == tenant);
        events = others;
        if !has_listeners(tx, tenant).await? {
            Vec::retain(&mut own, |event: &NewEvent| event.audience != Audience::Webhooks);
        }
        for batch in own.chunks(BATCH) {
            insert(tx, batch).await?;
        }
        if !own.is_empty() {
            let tell = NewJob { kind: TELL_EVENTS, payload: json!(null), run_at: now() };
            job::insert(tx, tenant, &tell).await?;
        }
    }
    Ok(())
}

/// Whether anybody would hear of what happens to the tenant's things.
pub(crate) async fn has_listeners(tx: &Tx, tenant: TenantId) -> Result<bool> {
    let query = "SELECT 1 AS one FROM webhooks WHERE tenant = $1 AND enabled LIMIT 1";
    Ok(sql::first(&**tx, query, [tenant.0.into()]).await?.is_some())
}

async fn insert(tx: &Tx, events: &[NewEvent]) -> Result<()> {
    const VALUES: usize = 9;
    let created = now();
    let mut values = Vec::with_capacity(events.len() * VALUES);
    for event in events {
        let Subject { asset, version, folder } = event.subject;
        let callback = match &event.audience {
            Audience::Webhooks => None,
            Audience::Callback(url) => Some(url.clone()),
        };
        values.extend([
            EventId::generate().into(),
            event.tenant.0.into(),
            row::encode(&KINDS, event.kind).into(),
            asset.map(|id| id.to_bytes().to_vec()).into(),
            version.map(|id| id.to_bytes().to_vec()).into(),
            folder.map(|id| id.to_bytes().to_vec()).into(),
            event.note.to_string().into(),
            callback.into(),
            created.into(),
        ]);
    }
    let rows =
        (0..events.len()).map(|number| format!("({})", sql::places(number * VALUES + 1, VALUES)));
    let insert = format!(
        "INSERT INTO outbox (id, tenant, kind, asset, version, folder, note, callback, created) VALUES {}",
        rows.collect::<Vec<_>>().join(", ")
    );
    sql::run(&**tx, &insert, values).await?;
    Ok(())
}

fn read(row: &Row) -> Result<Event> {
    let note: String = row.get("note")?;
    let callback: Option<String> = row.get("callback")?;
    Ok(Event {
        id: row.id("id")?,
        tenant: TenantId(row.get("tenant")?),
        kind: row::decode(&KINDS, &row.get::<String>("kind")?)?,
        subject: Subject {
            asset: row.id_or_null("asset")?,
            version: row.id_or_null("version")?,
            folder: row.id_or_null("folder")?,
        },
        note: serde_json::from_str(&note).map_err(|error| Error::Damaged(error.to_string()))?,
        audience: callback.map_or(Audience::Webhooks, Audience::Callback),
        created: row.get("created")?,
    })
}

const KINDS: [(EventKind, &str); 14] = [
    (EventKind::AssetCreated, "asset-created"),
    (EventKind::AssetUpdated, "asset-updated"),
    (EventKind::AssetDeleted, "asset-deleted"),
    (EventKind::VersionCreated, "version-created"),
    (EventKind::VersionDeleted, "version-deleted"),
    (EventKind::FolderCreated, "folder-created"),
    (EventKind::FolderUpdated, "folder-updated"),
    (EventKind::FolderDeleted, "folder-deleted"),
    (EventKind::Prepared, "prepared"),
    (EventKind::PreparationFailed, "preparation-failed"),
    (EventKind::VariantMade, "variant-made"),
    (EventKind::VariantFailed, "variant-failed"),
    (EventKind::ExtensionDone, "extension-done"),
    (EventKind::ExtensionFailed, "extension-failed"),
];
