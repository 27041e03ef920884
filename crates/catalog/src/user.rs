//! People.

use crate::catalog::now;
use crate::error::Result;
use crate::{Catalog, Error, TenantId, User, sql};

const COLUMNS: &str = "id, tenant, name, password_hash, is_admin";

impl Catalog {
    /// Adds the user, or gives the one of that name a new password and rank.
    pub async fn put_user(
        &self,
        tenant: TenantId,
        name: &str,
        password_hash: &str,
        is_admin: bool,
    ) -> Result<User> {
        let values = [
            tenant.0.into(),
            sql::short_text("the user's name", name)?,
            sql::text("the password hash", password_hash)?,
            is_admin.into(),
            now().into(),
        ];
        let upsert = format!(
            "INSERT INTO users (tenant, name, password_hash, is_admin, created) \
             SELECT id, $2, $3, $4, $5 FROM tenants WHERE id = $1 \
             ON CONFLICT (tenant, name) DO UPDATE \
             SET password_hash = excluded.password_hash, is_admin = excluded.is_admin \
             RETURNING {COLUMNS}"
        );
        let row = sql::first(&self.database.writer, &upsert, values).await?;
        read(&row.ok_or_else(|| Error::NotFound(format!("tenant {}", tenant.0)))?)
    }

    pub async fn user(&self, tenant: TenantId, name: &str) -> Result<Option<User>> {
        // What could not be stored is not there.
        let Ok(name) = sql::text("the user's name", name) else {
            return Ok(None);
        };
        let query = format!("SELECT {COLUMNS} FROM users WHERE tenant = $1 AND name = $2");
        let row = sql::first(&self.database.reader, &query, [tenant.0.into(), name]).await?;
        row.as_ref().map(read).transpose()
    }
}

fn read(row: &sql::Row) -> Result<User> {
    Ok(User {
        id: row.get("id")?,
        tenant: TenantId(row.get("tenant")?),
        name: row.get("name")?,
        password_hash: row.get("password_hash")?,
        is_admin: row.get("is_admin")?,
    })
}
