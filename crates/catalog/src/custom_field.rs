//! Fields of custom metadata.

use crate::catalog::now;
use crate::error::Result;
use crate::sql::Row;
use crate::{
    Catalog, CustomField, CustomFieldPatch, Error, FieldId, NewCustomField, Notice, TenantId, row,
    sql,
};

const COLUMNS: &str = "id, name, label, description, schema, deleted, created, updated";
const NAME: &str = "the name of the field";
const LABEL: &str = "the label of the field";
const DESCRIPTION: &str = "the description of the field";
const SCHEMA: &str = "the schema of the field";

impl Catalog {
    /// [`Error::Conflict`]: the tenant has, or had, a field of that name, or has one of that label.
    /// [`Error::NotFound`]: there is no such tenant.
    pub async fn add_custom_field(&self, new: NewCustomField) -> Result<CustomField> {
        let now = now();
        let values = [
            new.tenant.0.into(),
            FieldId::generate().into(),
            sql::short_text(NAME, &new.name)?,
            sql::short_text(LABEL, &new.label)?,
            sql::text_or_null(DESCRIPTION, new.description.as_deref())?,
            sql::text(SCHEMA, &row::schema::write(&new.schema))?,
            now.into(),
        ];
        let insert = format!(
            "INSERT INTO custom_fields (tenant, id, name, label, description, schema, created, updated) \
             SELECT id, $2, $3, $4, $5, $6, $7, $7 FROM tenants WHERE id = $1 \
             ON CONFLICT DO NOTHING RETURNING {COLUMNS}"
        );
        let mut tx = self.database.begin().await?;
        let Some(row) = sql::first(&*tx, &insert, values).await? else {
            let query = "SELECT 1 FROM custom_fields WHERE tenant = $1 AND name = $2";
            let values = [new.tenant.0.into(), new.name.as_str().into()];
            let has_name = sql::first(&*tx, query, values).await?.is_some();
            drop(tx);
            let taken = if has_name { taken_name(&new.name) } else { taken_label(&new.label) };
            return Err(self.taken_unless_no_tenant(new.tenant, taken).await?);
        };
        tx.notice(Notice::CustomFields { tenant: new.tenant });
        tx.commit().await?;
        read(&row)
    }

    /// All of the tenant, deleted ones included, in the order in which they came.
    pub async fn custom_fields(&self, tenant: TenantId) -> Result<Vec<CustomField>> {
        let query = format!("SELECT {COLUMNS} FROM custom_fields WHERE tenant = $1 ORDER BY seq");
        let rows = sql::all(&self.database.reader, &query, [tenant.0.into()]).await?;
        rows.iter().map(read).collect()
    }

    /// Changes what the patch sets. [`Error::NotFound`]: the tenant has no such field, or has deleted it.
    /// [`Error::Conflict`]: another one has the new label.
    pub async fn update_custom_field(
        &self,
        tenant: TenantId,
        id: FieldId,
        patch: CustomFieldPatch,
    ) -> Result<CustomField> {
        let schema = patch.schema.as_ref().map(row::schema::write);
        let values = [
            tenant.0.into(),
            id.into(),
            sql::short_text_or_null(LABEL, patch.label.as_deref())?,
            sql::text_or_null(DESCRIPTION, patch.description.as_deref())?,
            sql::text_or_null(SCHEMA, schema.as_deref())?,
            now().into(),
        ];
        let update = format!(
            "UPDATE custom_fields SET label = COALESCE($3, label), \
             description = NULLIF(COALESCE($4, description), ''), schema = COALESCE($5, schema), updated = $6 \
             WHERE tenant = $1 AND id = $2 AND deleted IS NULL RETURNING {COLUMNS}"
        );
        let mut tx = self.database.begin().await?;
        let taken = || taken_label(patch.label.as_deref().unwrap_or_default());
        let row = sql::first(&*tx, &update, values).await.map_err(|error| error.or_taken(taken))?;
        let field = read(&row.ok_or_else(|| missing(id))?)?;
        tx.notice(Notice::CustomFields { tenant });
        tx.commit().await?;
        Ok(field)
    }

    /// Takes the field out of use. [`Error::NotFound`]: the tenant has no such field, or has deleted it.
    pub async fn delete_custom_field(&self, tenant: TenantId, id: FieldId) -> Result<()> {
        let mut tx = self.database.begin().await?;
        let update = "UPDATE custom_fields SET deleted = $3, updated = $3 \
             WHERE tenant = $1 AND id = $2 AND deleted IS NULL";
        if sql::run(&*tx, update, [tenant.0.into(), id.into(), now().into()]).await? == 0 {
            return Err(missing(id));
        }
        tx.notice(Notice::CustomFields { tenant });
        tx.commit().await
    }
}

fn taken_name(name: &str) -> Error {
    Error::Conflict(format!("a field named `{name}`"))
}

fn taken_label(label: &str) -> Error {
    Error::Conflict(format!("a field with the label `{label}`"))
}

fn missing(id: FieldId) -> Error {
    Error::NotFound(format!("field {id}"))
}

fn read(row: &Row) -> Result<CustomField> {
    Ok(CustomField {
        id: row.id("id")?,
        name: row.get("name")?,
        label: row.get("label")?,
        description: row.get("description")?,
        schema: row::schema::read(&row.get::<String>("schema")?)?,
        deleted: row.get("deleted")?,
        created: row.get("created")?,
        updated: row.get("updated")?,
    })
}
