//! Origins: other places where files may be.

use crate::catalog::now;
use crate::error::Result;
use crate::sql::Row;
use crate::{Catalog, Error, Origin, OriginId, OriginSettings, TenantId, row, sql};

const COLUMNS: &str = "id, name, kind, parameters, sealed_secrets, created, updated";

impl Catalog {
    /// [`Error::NotFound`]: there is no such tenant.
    pub async fn add_origin(&self, tenant: TenantId, settings: &OriginSettings) -> Result<Origin> {
        let insert = format!(
            "INSERT INTO origins (tenant, id, name, kind, parameters, sealed_secrets, created, updated) \
             SELECT id, $2, $3, $4, $5, $6, $7, $7 FROM tenants WHERE id = $1 RETURNING {COLUMNS}"
        );
        let values = values(tenant, OriginId::generate(), settings)?;
        let row = sql::first(&self.database.writer, &insert, values).await?;
        read(&row.ok_or_else(|| Error::NotFound(format!("tenant {}", tenant.0)))?)
    }

    /// All of the tenant, in the order in which they came.
    pub async fn origins(&self, tenant: TenantId) -> Result<Vec<Origin>> {
        let query = format!("SELECT {COLUMNS} FROM origins WHERE tenant = $1 ORDER BY seq");
        let rows = sql::all(&self.database.reader, &query, [tenant.0.into()]).await?;
        rows.iter().map(read).collect()
    }

    pub async fn origin(&self, tenant: TenantId, id: OriginId) -> Result<Option<Origin>> {
        let query = format!("SELECT {COLUMNS} FROM origins WHERE tenant = $1 AND id = $2");
        let row = sql::first(&self.database.reader, &query, [tenant.0.into(), id.into()]).await?;
        row.as_ref().map(read).transpose()
    }

    /// Gives the origin other settings. [`Error::NotFound`]: the tenant has no such origin.
    pub async fn set_origin(
        &self,
        tenant: TenantId,
        id: OriginId,
        settings: &OriginSettings,
    ) -> Result<Origin> {
        let update = format!(
            "UPDATE origins SET name = $3, kind = $4, parameters = $5, sealed_secrets = $6, updated = $7 \
             WHERE tenant = $1 AND id = $2 RETURNING {COLUMNS}"
        );
        let row = sql::first(&self.database.writer, &update, values(tenant, id, settings)?).await?;
        read(&row.ok_or_else(|| missing(id))?)
    }

    /// [`Error::NotFound`]: the tenant has no such origin. [`Error::Invalid`]: a URL endpoint names it.
    pub async fn delete_origin(&self, tenant: TenantId, id: OriginId) -> Result<()> {
        let delete = "DELETE FROM origins WHERE tenant = $1 AND id = $2";
        let used = || Error::Invalid(format!("origin {id} is in use by a URL endpoint"));
        let gone = sql::run(&self.database.writer, delete, [tenant.0.into(), id.into()]).await;
        if gone.map_err(|error| error.or_used(used))? == 0 { Err(missing(id)) } else { Ok(()) }
    }
}

fn values(
    tenant: TenantId,
    id: OriginId,
    settings: &OriginSettings,
) -> Result<[sea_orm::Value; 7]> {
    Ok([
        tenant.0.into(),
        id.into(),
        sql::text("the name of the origin", &settings.name)?,
        sql::text("the kind of the origin", &settings.kind)?,
        row::object_text(&settings.parameters).into(),
        settings.sealed_secrets.clone().into(),
        now().into(),
    ])
}

fn missing(id: OriginId) -> Error {
    Error::NotFound(format!("origin {id}"))
}

fn read(row: &Row) -> Result<Origin> {
    Ok(Origin {
        id: row.id("id")?,
        settings: OriginSettings {
            name: row.get("name")?,
            kind: row.get("kind")?,
            parameters: row::object(&row.get::<String>("parameters")?)?,
            sealed_secrets: row.get("sealed_secrets")?,
        },
        created: row.get("created")?,
        updated: row.get("updated")?,
    })
}
