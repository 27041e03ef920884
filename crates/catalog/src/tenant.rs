//! Tenants.

use crate::catalog::now;
use crate::error::Result;
use crate::{Catalog, Error, FolderId, Tenant, TenantId, sql};

/// Names that begin paths of the server's own.
const RESERVED: [&str; 11] = [
    "api",
    BUILT_IN_TENANT,
    "console",
    "glean",
    "imagekit",
    "photoprism",
    "pixelbin",
    "sams",
    "service",
    "v1",
    "v2",
];
/// Owner of pictures that are nobody's assets. Nobody can call a tenant so.
pub const BUILT_IN_TENANT: &str = "built-in";
/// Longest name, in characters.
const NAME_LENGTH: usize = 63;

impl Catalog {
    /// The tenant of that name, created if there is none.
    ///
    /// [`Error::Invalid`]: the name has other characters than `a-z`, `0-9`, `-`, `_`, or more than 63, or is reserved.
    pub async fn ensure_tenant(&self, name: &str) -> Result<Tenant> {
        if let Some(fault) = fault(name) {
            return Err(Error::Invalid(format!("`{name}` cannot name a tenant: {fault}")));
        }
        if let Some(tenant) = self.tenant(name).await? {
            return Ok(tenant);
        }
        self.create_tenant(name).await?;
        let created = self.tenant(name).await?;
        created.ok_or_else(|| Error::NotFound(format!("tenant `{name}`")))
    }

    /// The tenant that owns pictures which are nobody's assets.
    pub async fn ensure_built_in_tenant(&self) -> Result<Tenant> {
        if let Some(tenant) = self.tenant(BUILT_IN_TENANT).await? {
            return Ok(tenant);
        }
        self.create_tenant(BUILT_IN_TENANT).await?;
        let created = self.tenant(BUILT_IN_TENANT).await?;
        created.ok_or_else(|| Error::NotFound(format!("tenant `{BUILT_IN_TENANT}`")))
    }

    /// All of them, in the order in which they came.
    pub async fn tenants(&self) -> Result<Vec<Tenant>> {
        let rows =
            sql::all(&self.database.reader, "SELECT id, name FROM tenants ORDER BY id", []).await?;
        rows.iter().map(read).collect()
    }

    /// Why an insert did nothing: something is in its way, or there is no such tenant.
    pub(crate) async fn taken_unless_no_tenant(
        &self,
        tenant: TenantId,
        taken: Error,
    ) -> Result<Error> {
        let known = self.tenants().await?.iter().any(|known| known.id == tenant);
        Ok(if known { taken } else { Error::NotFound(format!("tenant {}", tenant.0)) })
    }

    async fn tenant(&self, name: &str) -> Result<Option<Tenant>> {
        let query = "SELECT id, name FROM tenants WHERE name = $1";
        let row = sql::first(&self.database.reader, query, [name.into()]).await?;
        row.as_ref().map(read).transpose()
    }

    /// The tenant and its root folder. Nothing happens if somebody else was faster.
    async fn create_tenant(&self, name: &str) -> Result<()> {
        let tx = self.database.begin().await?;
        let insert = "INSERT INTO tenants (name, created) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING RETURNING id";
        let Some(row) = sql::first(&*tx, insert, [name.into(), now().into()]).await? else {
            return Ok(());
        };
        let values = [
            tx.next_seq().await?.into(),
            FolderId::generate().into(),
            row.get::<i64>("id")?.into(),
            now().into(),
        ];
        let insert = "INSERT INTO folders (seq, id, tenant, parent, path, name, created, updated) \
             VALUES ($1, $2, $3, NULL, '/', '', $4, $4)";
        sql::run(&*tx, insert, values).await?;
        tx.commit().await
    }
}

fn read(row: &sql::Row) -> Result<Tenant> {
    Ok(Tenant { id: TenantId(row.get("id")?), name: row.get("name")? })
}

fn fault(name: &str) -> Option<String> {
    if name.is_empty() || name.len() > NAME_LENGTH {
        return Some(format!("it must have 1 to {NAME_LENGTH} characters"));
    }
    if RESERVED.contains(&name) {
        return Some("the name is reserved".to_owned());
    }
    let unfit = name.chars().find(|c| !matches!(c, 'a'..='z' | '0'..='9' | '-' | '_'))?;
    Some(format!("only a-z, 0-9, `-` and `_` are allowed, found `{}`", unfit.escape_debug()))
}
