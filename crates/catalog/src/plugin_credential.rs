//! Credentials of plug-ins: what a tenant lets services of others log in with.

use crate::catalog::now;
use crate::error::Result;
use crate::sql::Row;
use crate::{Catalog, CredentialId, Error, PluginCredential, TenantId, sql};

const COLUMNS: &str = "id, plugin, sealed, created, updated";

impl Catalog {
    /// [`Error::Conflict`]: the plug-in has some. [`Error::NotFound`]: there is no such tenant.
    pub async fn add_plugin_credential(
        &self,
        tenant: TenantId,
        plugin: &str,
        sealed: Vec<u8>,
    ) -> Result<PluginCredential> {
        let insert = format!(
            "INSERT INTO plugin_credentials (tenant, plugin, id, sealed, created, updated) \
             SELECT id, $2, $3, $4, $5, $5 FROM tenants WHERE id = $1 ON CONFLICT DO NOTHING RETURNING {COLUMNS}"
        );
        let values = [
            tenant.0.into(),
            sql::short_text("the plug-in", plugin)?,
            CredentialId::generate().into(),
            sealed.into(),
            now().into(),
        ];
        if let Some(row) = sql::first(&self.database.writer, &insert, values).await? {
            return read(&row);
        }
        let taken = Error::Conflict(format!("a credential of the plug-in `{plugin}`"));
        Err(self.taken_unless_no_tenant(tenant, taken).await?)
    }

    pub async fn plugin_credential(
        &self,
        tenant: TenantId,
        plugin: &str,
    ) -> Result<Option<PluginCredential>> {
        let query =
            format!("SELECT {COLUMNS} FROM plugin_credentials WHERE tenant = $1 AND plugin = $2");
        let values = [tenant.0.into(), sql::short_text("the plug-in", plugin)?];
        let row = sql::first(&self.database.reader, &query, values).await?;
        row.as_ref().map(read).transpose()
    }

    /// [`Error::NotFound`]: the plug-in has none.
    pub async fn update_plugin_credential(
        &self,
        tenant: TenantId,
        plugin: &str,
        sealed: Vec<u8>,
    ) -> Result<PluginCredential> {
        let update = format!(
            "UPDATE plugin_credentials SET sealed = $3, updated = $4 WHERE tenant = $1 AND plugin = $2 RETURNING {COLUMNS}"
        );
        let plugin_text = sql::short_text("the plug-in", plugin)?;
        let values = [tenant.0.into(), plugin_text, sealed.into(), now().into()];
        let row = sql::first(&self.database.writer, &update, values).await?;
        read(&row.ok_or_else(|| missing(plugin))?)
    }

    /// What was there. [`Error::NotFound`]: the plug-in has none.
    pub async fn delete_plugin_credential(
        &self,
        tenant: TenantId,
        plugin: &str,
    ) -> Result<PluginCredential> {
        let delete = format!(
            "DELETE FROM plugin_credentials WHERE tenant = $1 AND plugin = $2 RETURNING {COLUMNS}"
        );
        let values = [tenant.0.into(), sql::short_text("the plug-in", plugin)?];
        let row = sql::first(&self.database.writer, &delete, values).await?;
        read(&row.ok_or_else(|| missing(plugin))?)
    }
}

fn missing(plugin: &str) -> Error {
    Error::NotFound(format!("a credential of the plug-in `{plugin}`"))
}

fn read(row: &Row) -> Result<PluginCredential> {
    Ok(PluginCredential {
        id: row.id("id")?,
        plugin: row.get("plugin")?,
        sealed: row.get("sealed")?,
        created: row.get("created")?,
        updated: row.get("updated")?,
    })
}
