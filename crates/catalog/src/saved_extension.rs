//! Extensions that are kept with their parameters.

use crate::catalog::now;
use crate::error::Result;
use crate::sql::Row;
use crate::{
    Catalog, Error, NewSavedExtension, SavedExtension, SavedExtensionId, SavedExtensionPatch,
    TenantId, row, sql,
};

const COLUMNS: &str = "id, name, description, config, created, updated";
const NAME: &str = "the name of the saved extension";
const DESCRIPTION: &str = "the description of the saved extension";

impl Catalog {
    /// [`Error::NotFound`]: there is no such tenant.
    pub async fn add_saved_extension(&self, new: NewSavedExtension) -> Result<SavedExtension> {
        let values = [
            new.tenant.0.into(),
            SavedExtensionId::generate().into(),
            sql::text(NAME, &new.name)?,
            sql::text(DESCRIPTION, &new.description)?,
            new.config.to_string().into(),
            now().into(),
        ];
        let insert = format!(
            "INSERT INTO saved_extensions (tenant, id, name, description, config, created, updated) \
             SELECT id, $2, $3, $4, $5, $6, $6 FROM tenants WHERE id = $1 RETURNING {COLUMNS}"
        );
        let row = sql::first(&self.database.writer, &insert, values).await?;
        read(&row.ok_or_else(|| Error::NotFound(format!("tenant {}", new.tenant.0)))?)
    }

    /// All of the tenant, in the order in which they came.
    pub async fn saved_extensions(&self, tenant: TenantId) -> Result<Vec<SavedExtension>> {
        let query =
            format!("SELECT {COLUMNS} FROM saved_extensions WHERE tenant = $1 ORDER BY seq");
        let rows = sql::all(&self.database.reader, &query, [tenant.0.into()]).await?;
        rows.iter().map(read).collect()
    }

    pub async fn saved_extension(
        &self,
        tenant: TenantId,
        id: SavedExtensionId,
    ) -> Result<Option<SavedExtension>> {
        let query = format!("SELECT {COLUMNS} FROM saved_extensions WHERE tenant = $1 AND id = $2");
        let row = sql::first(&self.database.reader, &query, [tenant.0.into(), id.into()]).await?;
        row.as_ref().map(read).transpose()
    }

    /// Changes what the patch sets. [`Error::NotFound`]: the tenant has no such extension.
    pub async fn update_saved_extension(
        &self,
        tenant: TenantId,
        id: SavedExtensionId,
        patch: SavedExtensionPatch,
    ) -> Result<SavedExtension> {
        let values = [
            tenant.0.into(),
            id.into(),
            sql::text_or_null(NAME, patch.name.as_deref())?,
            sql::text_or_null(DESCRIPTION, patch.description.as_deref())?,
            patch.config.map(|config| config.to_string()).into(),
            now().into(),
        ];
        let update = format!(
            "UPDATE saved_extensions SET name = COALESCE($3, name), description = COALESCE($4, description), \
             config = COALESCE($5, config), updated = $6 WHERE tenant = $1 AND id = $2 RETURNING {COLUMNS}"
        );
        let row = sql::first(&self.database.writer, &update, values).await?;
        read(&row.ok_or_else(|| missing(id))?)
    }

    /// [`Error::NotFound`]: the tenant has no such extension.
    pub async fn delete_saved_extension(
        &self,
        tenant: TenantId,
        id: SavedExtensionId,
    ) -> Result<()> {
        let delete = "DELETE FROM saved_extensions WHERE tenant = $1 AND id = $2";
        let gone = sql::run(&self.database.writer, delete, [tenant.0.into(), id.into()]).await?;
        if gone == 0 { Err(missing(id)) } else { Ok(()) }
    }
}

fn missing(id: SavedExtensionId) -> Error {
    Error::NotFound(format!("saved extension {id}"))
}

fn read(row: &Row) -> Result<SavedExtension> {
    Ok(SavedExtension {
        id: row.id("id")?,
        name: row.get("name")?,
        description: row.get("description")?,
        config: row::json(&row.get::<String>("config")?)?,
        created: row.get("created")?,
        updated: row.get("updated")?,
    })
}
