//! Key pairs.

use crate::catalog::now;
use crate::error::Result;
use crate::{Catalog, Error, Key, NewKey, Notice, TenantId, sql};

const SELECT: &str = "SELECT id, tenant, public_key, secret_digest, sealed_secret, label, enabled, expires, read_only, created FROM keys";

impl Catalog {
    /// [`Error::Conflict`]: a key with that public half or that secret exists already, of whatever tenant.
    pub async fn add_key(&self, key: NewKey) -> Result<Key> {
        let created = now();
        let values = [
            key.tenant.0.into(),
            sql::short_text("the public key", &key.public_key)?,
            key.secret_digest.to_vec().into(),
            key.sealed_secret.clone().into(),
            sql::text("the label", &key.label)?,
            key.expires.into(),
            created.into(),
            key.read_only.into(),
        ];
        let insert = "INSERT INTO keys (tenant, public_key, secret_digest, sealed_secret, label, enabled, expires, created, read_only) \
             SELECT id, $2, $3, $4, $5, TRUE, $6, $7, $8 FROM tenants WHERE id = $1 \
             ON CONFLICT DO NOTHING RETURNING id";
        let mut tx = self.database.begin().await?;
        let Some(row) = sql::first(&*tx, insert, values).await? else {
            drop(tx);
            let taken = Error::Conflict(format!("a key like `{}`", key.public_key));
            return Err(self.taken_unless_no_tenant(key.tenant, taken).await?);
        };
        tx.notice(Notice::Keys { tenant: key.tenant });
        tx.commit().await?;
        Ok(Key {
            id: row.get("id")?,
            tenant: key.tenant,
            public_key: key.public_key,
            secret_digest: key.secret_digest,
            sealed_secret: key.sealed_secret,
            label: key.label,
            enabled: true,
            expires: key.expires,
            read_only: key.read_only,
            created,
        })
    }

    /// All keys of the tenant, disabled and expired ones included, in the order in which they came.
    pub async fn keys(&self, tenant: TenantId) -> Result<Vec<Key>> {
        let query = format!("{SELECT} WHERE tenant = $1 ORDER BY id");
        let rows = sql::all(&self.database.reader, &query, [tenant.0.into()]).await?;
        rows.iter().map(read).collect()
    }

    /// The key whose secret has this SHA-256, enabled or not, of whatever tenant: the secret says whose it is.
    pub async fn key_by_secret_digest(&self, digest: &[u8; 32]) -> Result<Option<Key>> {
        let query = format!("{SELECT} WHERE secret_digest = $1");
        let row = sql::first(&self.database.reader, &query, [digest.to_vec().into()]).await?;
        row.as_ref().map(read).transpose()
    }

    /// The key with this public half, enabled or not, of whatever tenant.
    pub async fn key_by_public(&self, public_key: &str) -> Result<Option<Key>> {
        // What could not be stored is not there.
        let Ok(public_key) = sql::text("the public key", public_key) else {
            return Ok(None);
        };
        let query = format!("{SELECT} WHERE public_key = $1");
        let row = sql::first(&self.database.reader, &query, [public_key]).await?;
        row.as_ref().map(read).transpose()
    }

    /// [`Error::NotFound`]: the tenant has no such key.
    pub async fn set_key_enabled(&self, tenant: TenantId, id: i64, enabled: bool) -> Result<()> {
        let mut tx = self.database.begin().await?;
        let update = "UPDATE keys SET enabled = $3 WHERE tenant = $1 AND id = $2";
        let changed = sql::run(&*tx, update, [tenant.0.into(), id.into(), enabled.into()]).await?;
        if changed == 0 {
            return Err(Error::NotFound(format!("key {id}")));
        }
        tx.notice(Notice::Keys { tenant });
        tx.commit().await
    }
}

fn read(row: &sql::Row) -> Result<Key> {
    Ok(Key {
        id: row.get("id")?,
        tenant: TenantId(row.get("tenant")?),
        public_key: row.get("public_key")?,
        secret_digest: row.bytes("secret_digest")?,
        sealed_secret: row.get("sealed_secret")?,
        label: row.get("label")?,
        enabled: row.get("enabled")?,
        expires: row.get("expires")?,
        read_only: row.get("read_only")?,
        created: row.get("created")?,
    })
}
