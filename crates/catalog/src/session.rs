//! Who is signed in, and the tokens that stand in URLs.

use crate::catalog::now;
use crate::error::Result;
use crate::sql::Row;
use crate::user::{self, COLUMNS};
use crate::{Catalog, Error, Millis, NewSession, Notice, Session, SessionKind, TenantId, row, sql};

const KINDS: [(SessionKind, &str); 2] =
    [(SessionKind::Login, "login"), (SessionKind::AppPassword, "app-password")];

impl Catalog {
    /// Signs a user in. What has expired meanwhile is swept away.
    ///
    /// [`Error::NotFound`]: the tenant has no such user. [`Error::Conflict`]: somebody has that token.
    pub async fn add_session(&self, new: NewSession) -> Result<Session> {
        let now = now();
        let mut tx = self.database.begin().await?;
        sql::run(&*tx, "DELETE FROM sessions WHERE expires < $1", [now.into()]).await?;
        let values = [
            new.tenant.0.into(),
            new.user.into(),
            new.digest.to_vec().into(),
            row::encode(&KINDS, new.kind).into(),
            sql::text("the label", &new.label)?,
            now.into(),
            new.expires.into(),
        ];
        let insert = "INSERT INTO sessions (tenant, owner, digest, kind, label, created, used, expires) \
             SELECT tenant, id, $3, $4, $5, $6, $6, $7 FROM users WHERE tenant = $1 AND id = $2 \
             ON CONFLICT (digest) DO NOTHING";
        if sql::run(&*tx, insert, values).await? == 0 {
            let user = "SELECT 1 FROM users WHERE tenant = $1 AND id = $2";
            let user = sql::first(&*tx, user, [new.tenant.0.into(), new.user.into()]).await?;
            return Err(match user {
                Some(_) => Error::Conflict("a session with that token".to_owned()),
                None => Error::NotFound(format!("user {}", new.user)),
            });
        }
        tx.notice(Notice::Sessions { tenant: new.tenant });
        tx.commit().await?;
        let session = self.session(&new.digest).await?;
        session.ok_or_else(|| Error::Damaged("a new session is not there".to_owned()))
    }

    /// The session of whatever tenant whose token has this SHA-256, ended by time or not.
    pub async fn session(&self, digest: &[u8; 32]) -> Result<Option<Session>> {
        let query = format!(
            "SELECT {COLUMNS}, s.digest, s.kind, s.label, s.created AS began, s.used, s.expires \
             FROM sessions s JOIN users u ON u.id = s.owner WHERE s.digest = $1"
        );
        let row = sql::first(&self.database.reader, &query, [digest.to_vec().into()]).await?;
        row.as_ref().map(read).transpose()
    }

    /// Notes that the session is in use.
    pub async fn touch_session(&self, digest: &[u8; 32], used: Millis) -> Result<()> {
        let update = "UPDATE sessions SET used = $2 WHERE digest = $1 AND used < $2";
        let values = [digest.to_vec().into(), used.into()];
        sql::run(&self.database.writer, update, values).await?;
        Ok(())
    }

    /// Ends a session. That it is not there is fine.
    pub async fn end_session(&self, tenant: TenantId, digest: &[u8; 32]) -> Result<()> {
        let mut tx = self.database.begin().await?;
        let delete = "DELETE FROM sessions WHERE tenant = $1 AND digest = $2";
        sql::run(&*tx, delete, [tenant.0.into(), digest.to_vec().into()]).await?;
        tx.notice(Notice::Sessions { tenant });
        tx.commit().await
    }

    /// The sealed URL tokens of a user, by row number; those are `fresh` if there were none.
    ///
    /// [`Error::NotFound`]: the tenant has no such user.
    pub async fn ensure_url_tokens(
        &self,
        tenant: TenantId,
        user: i64,
        fresh: &[u8],
    ) -> Result<Vec<u8>> {
        let mut tx = self.database.begin().await?;
        let update = "UPDATE users SET sealed_url_tokens = COALESCE(sealed_url_tokens, $3) \
             WHERE tenant = $1 AND id = $2 RETURNING sealed_url_tokens";
        let values = [tenant.0.into(), user.into(), fresh.to_vec().into()];
        let row = sql::first(&*tx, update, values).await?;
        let row = row.ok_or_else(|| Error::NotFound(format!("user {user}")))?;
        tx.notice(Notice::Sessions { tenant });
        tx.commit().await?;
        row.get("sealed_url_tokens")
    }

    /// The sealed URL tokens of all users of a tenant who have some, by row number.
    pub async fn url_tokens(&self, tenant: TenantId) -> Result<Vec<(i64, Vec<u8>)>> {
        let query = "SELECT id, sealed_url_tokens FROM users \
             WHERE tenant = $1 AND sealed_url_tokens IS NOT NULL ORDER BY id";
        let rows = sql::all(&self.database.reader, query, [tenant.0.into()]).await?;
        rows.iter().map(|row| Ok((row.get("id")?, row.get("sealed_url_tokens")?))).collect()
    }
}

fn read(row: &Row) -> Result<Session> {
    Ok(Session {
        user: user::read(row)?,
        digest: row.bytes("digest")?,
        kind: row::decode(&KINDS, &row.get::<String>("kind")?)?,
        label: row.get("label")?,
        created: row.get("began")?,
        used: row.get("used")?,
        expires: row.get("expires")?,
    })
}
