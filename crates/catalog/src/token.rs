//! Single-use tokens of client-side uploads.

use crate::catalog::now;
use crate::error::Result;
use crate::{Catalog, Millis, TenantId, sql};

/// A spent token is kept for so long after it expired, in milliseconds: the clocks of several servers differ.
const GRACE_MS: Millis = 5 * 60 * 1000;

impl Catalog {
    /// Whether this is the first time that the token is spent; exactly one of several callers at once hears so.
    /// `expires`: from when on the caller refuses the token anyway, so that it need not be remembered.
    pub async fn spend_token(
        &self,
        tenant: TenantId,
        token: &str,
        expires: Millis,
    ) -> Result<bool> {
        let token = sql::short_text("the token", token)?;
        let tx = self.database.begin().await?;
        let sweep = "DELETE FROM spent_tokens WHERE expires < $1";
        sql::run(&*tx, sweep, [now().saturating_sub(GRACE_MS).into()]).await?;
        let insert = "INSERT INTO spent_tokens (tenant, token, expires) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        let spent = sql::run(&*tx, insert, [tenant.0.into(), token, expires.into()]).await?;
        tx.commit().await?;
        Ok(spent == 1)
    }
}
