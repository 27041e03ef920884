//! Tokens of single people.

use crate::catalog::now;
use crate::error::Result;
use crate::{Catalog, EmailAddress, Error, NewUserToken, Notice, TenantId, UserToken, sql};

const SELECT: &str = "SELECT id, tenant, email, label, enabled, created FROM user_tokens";

impl Catalog {
    /// [`Error::Conflict`]: there is such a token already, of whatever tenant.
    pub async fn add_user_token(&self, new: NewUserToken) -> Result<UserToken> {
        let created = now();
        let values = [
            new.tenant.0.into(),
            sql::text("the e-mail address", new.email.as_str())?,
            new.digest.to_vec().into(),
            sql::text("the label", &new.label)?,
            created.into(),
        ];
        let insert = "INSERT INTO user_tokens (tenant, email, digest, label, enabled, created) \
             SELECT id, $2, $3, $4, TRUE, $5 FROM tenants WHERE id = $1 \
             ON CONFLICT DO NOTHING RETURNING id";
        let mut tx = self.database.begin().await?;
        let Some(row) = sql::first(&*tx, insert, values).await? else {
            drop(tx);
            let taken = Error::Conflict("a token like this".to_owned());
            return Err(self.taken_unless_no_tenant(new.tenant, taken).await?);
        };
        tx.notice(Notice::Keys { tenant: new.tenant });
        tx.commit().await?;
        let NewUserToken { tenant, email, label, .. } = new;
        Ok(UserToken { id: row.get("id")?, tenant, email, label, enabled: true, created })
    }

    /// All tokens of the tenant's people, disabled ones included, in the order in which they came.
    pub async fn user_tokens(&self, tenant: TenantId) -> Result<Vec<UserToken>> {
        let query = format!("{SELECT} WHERE tenant = $1 ORDER BY id");
        let rows = sql::all(&self.database.reader, &query, [tenant.0.into()]).await?;
        rows.iter().map(read).collect()
    }

    /// The token with this SHA-256, enabled or not, of whatever tenant: the token says whose it is.
    pub async fn user_token_by_digest(&self, digest: &[u8; 32]) -> Result<Option<UserToken>> {
        let query = format!("{SELECT} WHERE digest = $1");
        let row = sql::first(&self.database.reader, &query, [digest.to_vec().into()]).await?;
        row.as_ref().map(read).transpose()
    }

    /// [`Error::NotFound`]: the tenant has no such token.
    pub async fn set_user_token_enabled(
        &self,
        tenant: TenantId,
        id: i64,
        enabled: bool,
    ) -> Result<()> {
        let mut tx = self.database.begin().await?;
        let update = "UPDATE user_tokens SET enabled = $3 WHERE tenant = $1 AND id = $2";
        let changed = sql::run(&*tx, update, [tenant.0.into(), id.into(), enabled.into()]).await?;
        if changed == 0 {
            return Err(Error::NotFound(format!("user token {id}")));
        }
        tx.notice(Notice::Keys { tenant });
        tx.commit().await
    }
}

fn read(row: &sql::Row) -> Result<UserToken> {
    let email: String = row.get("email")?;
    Ok(UserToken {
        id: row.get("id")?,
        tenant: TenantId(row.get("tenant")?),
        email: EmailAddress::parse(&email).map_err(|error| Error::Damaged(error.to_string()))?,
        label: row.get("label")?,
        enabled: row.get("enabled")?,
        created: row.get("created")?,
    })
}
