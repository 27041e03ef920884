//! People.

use crate::catalog::now;
use crate::error::Result;
use crate::{Catalog, Error, TenantId, User, sql};

/// Of `users u`.
pub(crate) const COLUMNS: &str = "u.id, u.tenant, u.name, u.password_hash, u.is_admin, u.created";

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
        let upsert = "INSERT INTO users (tenant, name, password_hash, is_admin, created) \
             SELECT id, $2, $3, $4, $5 FROM tenants WHERE id = $1 \
             ON CONFLICT (tenant, name) DO UPDATE \
             SET password_hash = excluded.password_hash, is_admin = excluded.is_admin \
             RETURNING id, tenant, name, password_hash, is_admin, created";
        let row = sql::first(&self.database.writer, upsert, values).await?;
        read(&row.ok_or_else(|| Error::NotFound(format!("tenant {}", tenant.0)))?)
    }

    pub async fn user(&self, tenant: TenantId, name: &str) -> Result<Option<User>> {
        // What could not be stored is not there.
        let Ok(name) = sql::text("the user's name", name) else {
            return Ok(None);
        };
        let query = format!("SELECT {COLUMNS} FROM users u WHERE u.tenant = $1 AND u.name = $2");
        let row = sql::first(&self.database.reader, &query, [tenant.0.into(), name]).await?;
        row.as_ref().map(read).transpose()
    }

    /// All of the tenant, in the order in which they came.
    pub async fn users(&self, tenant: TenantId) -> Result<Vec<User>> {
        let query = format!("SELECT {COLUMNS} FROM users u WHERE u.tenant = $1 ORDER BY u.id");
        let rows = sql::all(&self.database.reader, &query, [tenant.0.into()]).await?;
        rows.iter().map(read).collect()
    }
}

/// Reads [`COLUMNS`].
pub(crate) fn read(row: &sql::Row) -> Result<User> {
    Ok(User {
        id: row.get("id")?,
        tenant: TenantId(row.get("tenant")?),
        name: row.get("name")?,
        password_hash: row.get("password_hash")?,
        is_admin: row.get("is_admin")?,
        created: row.get("created")?,
    })
}
