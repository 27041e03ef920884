//! Webhooks: who hears of events. What is on its way to them is elsewhere.

use serde_json::json;

use crate::catalog::now;
use crate::error::Result;
use crate::sql::Row;
use crate::{Catalog, Error, NewWebhook, TenantId, Webhook, WebhookId, WebhookPatch, row, sql};

const COLUMNS: &str = "id, url, events, enabled, sealed_secret, created, updated";

const URL: &str = "the URL of the webhook";

impl Catalog {
    /// [`Error::Conflict`]: the tenant has a webhook with that URL. [`Error::NotFound`]: there is no such tenant.
    pub async fn add_webhook(&self, new: NewWebhook) -> Result<Webhook> {
        let now = now();
        let values = [
            new.tenant.0.into(),
            WebhookId::generate().into(),
            sql::short_text(URL, &new.url)?,
            json!(new.events).to_string().into(),
            new.enabled.into(),
            new.sealed_secret.into(),
            now.into(),
        ];
        let insert = format!(
            "INSERT INTO webhooks (tenant, id, url, events, enabled, sealed_secret, created, updated) \
             SELECT id, $2, $3, $4, $5, $6, $7, $7 FROM tenants WHERE id = $1 \
             ON CONFLICT (tenant, url) DO NOTHING RETURNING {COLUMNS}"
        );
        match sql::first(&self.database.writer, &insert, values).await? {
            Some(row) => read(&row),
            None => Err(self.taken_unless_no_tenant(new.tenant, taken(&new.url)).await?),
        }
    }

    /// All of the tenant, disabled ones included, in the order in which they came.
    pub async fn webhooks(&self, tenant: TenantId) -> Result<Vec<Webhook>> {
        let query = format!("SELECT {COLUMNS} FROM webhooks WHERE tenant = $1 ORDER BY seq");
        let rows = sql::all(&self.database.reader, &query, [tenant.0.into()]).await?;
        rows.iter().map(read).collect()
    }

    pub async fn webhook(&self, tenant: TenantId, id: WebhookId) -> Result<Option<Webhook>> {
        let query = format!("SELECT {COLUMNS} FROM webhooks WHERE tenant = $1 AND id = $2");
        let row = sql::first(&self.database.reader, &query, [tenant.0.into(), id.into()]).await?;
        row.as_ref().map(read).transpose()
    }

    /// Changes what the patch sets. [`Error::NotFound`]: the tenant has no such webhook. [`Error::Conflict`]: it has
    /// another one with the new URL.
    pub async fn update_webhook(
        &self,
        tenant: TenantId,
        id: WebhookId,
        patch: WebhookPatch,
    ) -> Result<Webhook> {
        let update = format!(
            "UPDATE webhooks SET url = COALESCE($3, url), events = COALESCE($4, events), \
             enabled = COALESCE($5, enabled), updated = $6 WHERE tenant = $1 AND id = $2 RETURNING {COLUMNS}"
        );
        let values = [
            tenant.0.into(),
            id.into(),
            sql::short_text_or_null(URL, patch.url.as_deref())?,
            patch.events.map(|events| json!(events).to_string()).into(),
            patch.enabled.into(),
            now().into(),
        ];
        let taken = || taken(patch.url.as_deref().unwrap_or_default());
        let row = sql::first(&self.database.writer, &update, values).await;
        let row = row.map_err(|error| error.or_taken(taken))?;
        read(&row.ok_or_else(|| missing(id))?)
    }

    /// [`Error::NotFound`]: the tenant has no such webhook.
    pub async fn delete_webhook(&self, tenant: TenantId, id: WebhookId) -> Result<()> {
        let delete = "DELETE FROM webhooks WHERE tenant = $1 AND id = $2";
        let gone = sql::run(&self.database.writer, delete, [tenant.0.into(), id.into()]).await?;
        if gone == 0 { Err(missing(id)) } else { Ok(()) }
    }
}

fn taken(url: &str) -> Error {
    Error::Conflict(format!("a webhook with the URL `{url}`"))
}

fn missing(id: WebhookId) -> Error {
    Error::NotFound(format!("webhook {id}"))
}

fn read(row: &Row) -> Result<Webhook> {
    Ok(Webhook {
        id: row.id("id")?,
        url: row.get("url")?,
        events: row::texts(&row.get::<String>("events")?)?,
        enabled: row.get("enabled")?,
        sealed_secret: row.get("sealed_secret")?,
        created: row.get("created")?,
        updated: row.get("updated")?,
    })
}
