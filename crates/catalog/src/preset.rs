//! Presets: named plans, in a namespace for each dialect.

use crate::catalog::now;
use crate::error::Result;
use crate::sql::Row;
use crate::{Catalog, Error, NewPreset, Notice, Preset, PresetId, PresetPatch, TenantId, sql};

const COLUMNS: &str = "id, name, body, enabled, created, updated";

impl Catalog {
    /// [`Error::Conflict`]: the namespace has a preset of that name. [`Error::NotFound`]: there is no such tenant.
    pub async fn add_preset(&self, new: NewPreset) -> Result<Preset> {
        let now = now();
        let values = [
            new.tenant.0.into(),
            PresetId::generate().into(),
            new.namespace.into(),
            sql::short_text("the name of the preset", &new.name)?,
            sql::text("the preset", &new.text)?,
            new.enabled.into(),
            now.into(),
        ];
        let insert = format!(
            "INSERT INTO presets (tenant, id, namespace, name, body, enabled, created, updated) \
             SELECT id, $2, $3, $4, $5, $6, $7, $7 FROM tenants WHERE id = $1 \
             ON CONFLICT (tenant, namespace, name) DO NOTHING RETURNING {COLUMNS}"
        );
        let mut tx = self.database.begin().await?;
        let Some(row) = sql::first(&*tx, &insert, values).await? else {
            drop(tx);
            return Err(self.taken_unless_no_tenant(new.tenant, taken(&new.name)).await?);
        };
        tx.notice(Notice::Presets { tenant: new.tenant });
        tx.commit().await?;
        read(&row)
    }

    /// All of the namespace, disabled ones included, in the order in which they came.
    pub async fn presets(&self, tenant: TenantId, namespace: &'static str) -> Result<Vec<Preset>> {
        let query = format!(
            "SELECT {COLUMNS} FROM presets WHERE tenant = $1 AND namespace = $2 ORDER BY seq"
        );
        let values = [tenant.0.into(), namespace.into()];
        let rows = sql::all(&self.database.reader, &query, values).await?;
        rows.iter().map(read).collect()
    }

    pub async fn preset(
        &self,
        tenant: TenantId,
        namespace: &'static str,
        id: PresetId,
    ) -> Result<Option<Preset>> {
        let query = format!(
            "SELECT {COLUMNS} FROM presets WHERE tenant = $1 AND namespace = $2 AND id = $3"
        );
        let values = [tenant.0.into(), namespace.into(), id.into()];
        let row = sql::first(&self.database.reader, &query, values).await?;
        row.as_ref().map(read).transpose()
    }

    /// Changes what the patch sets. [`Error::NotFound`]: the namespace has no such preset. [`Error::Conflict`]: it has
    /// another one of the new name.
    pub async fn update_preset(
        &self,
        tenant: TenantId,
        namespace: &'static str,
        id: PresetId,
        patch: PresetPatch,
    ) -> Result<Preset> {
        let mut tx = self.database.begin().await?;
        let update = format!(
            "UPDATE presets SET name = COALESCE($4, name), body = COALESCE($5, body), \
             enabled = COALESCE($6, enabled), updated = $7 \
             WHERE tenant = $1 AND namespace = $2 AND id = $3 RETURNING {COLUMNS}"
        );
        let values = [
            tenant.0.into(),
            namespace.into(),
            id.into(),
            sql::short_text_or_null("the name of the preset", patch.name.as_deref())?,
            sql::text_or_null("the preset", patch.text.as_deref())?,
            patch.enabled.into(),
            now().into(),
        ];
        let taken = || taken(patch.name.as_deref().unwrap_or_default());
        let row = sql::first(&*tx, &update, values).await.map_err(|error| error.or_taken(taken))?;
        let preset = read(&row.ok_or_else(|| missing(id))?)?;
        tx.notice(Notice::Presets { tenant });
        tx.commit().await?;
        Ok(preset)
    }

    /// [`Error::NotFound`]: the namespace has no such preset.
    pub async fn delete_preset(
        &self,
        tenant: TenantId,
        namespace: &'static str,
        id: PresetId,
    ) -> Result<()> {
        let mut tx = self.database.begin().await?;
        let delete = "DELETE FROM presets WHERE tenant = $1 AND namespace = $2 AND id = $3";
        let values = [tenant.0.into(), namespace.into(), id.into()];
        if sql::run(&*tx, delete, values).await? == 0 {
            return Err(missing(id));
        }
        tx.notice(Notice::Presets { tenant });
        tx.commit().await
    }
}

fn taken(name: &str) -> Error {
    Error::Conflict(format!("a preset named `{name}`"))
}

fn missing(id: PresetId) -> Error {
    Error::NotFound(format!("preset {id}"))
}

fn read(row: &Row) -> Result<Preset> {
    Ok(Preset {
        id: row.id("id")?,
        name: row.get("name")?,
        text: row.get("body")?,
        enabled: row.get("enabled")?,
        created: row.get("created")?,
        updated: row.get("updated")?,
    })
}
