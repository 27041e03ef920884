//! Receipts: what came of an upload that its client may ask for again.

use crate::database::Tx;
use crate::error::Result;
use crate::{AssetId, Catalog, Error, Millis, Receipt, TenantId, sql};

impl Catalog {
    /// What came of the upload, if it was carried out.
    pub async fn receipt(&self, tenant: TenantId, id: &str) -> Result<Option<AssetId>> {
        let query = "SELECT asset FROM receipts WHERE tenant = $1 AND id = $2";
        let values = [tenant.0.into(), sql::short_text("the receipt", id)?];
        let row = sql::first(&self.database.reader, query, values).await?;
        row.map_or(Ok(None), |row| row.id_or_null("asset"))
    }

    /// Forgets receipts that expired before that moment.
    pub async fn forget_receipts(&self, before: Millis) -> Result<u64> {
        let delete = "DELETE FROM receipts WHERE expires < $1";
        sql::run(&self.database.writer, delete, [before.into()]).await
    }
}

/// What came of an earlier request with this receipt. Without one, the receipt belongs to this transaction, and whoever
/// comes with the same one waits for its end.
pub(crate) async fn earlier(
    tx: &Tx,
    tenant: TenantId,
    receipt: &Receipt,
) -> Result<Option<AssetId>> {
    let id = sql::short_text("the receipt", &receipt.id)?;
    let insert =
        "INSERT INTO receipts (tenant, id, expires) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    let values = [tenant.0.into(), id.clone(), receipt.expires.into()];
    if sql::run(&**tx, insert, values).await? == 1 {
        return Ok(None);
    }
    let query = "SELECT asset FROM receipts WHERE tenant = $1 AND id = $2";
    let row = sql::first(&**tx, query, [tenant.0.into(), id]).await?;
    let asset = row.ok_or_else(Error::overtaken)?.id_or_null("asset")?;
    asset.ok_or_else(|| Error::Damaged("a receipt says nothing".to_owned())).map(Some)
}

pub(crate) async fn write(
    tx: &Tx,
    tenant: TenantId,
    receipt: &Receipt,
    asset: AssetId,
) -> Result<()> {
    let update = "UPDATE receipts SET asset = $3 WHERE tenant = $1 AND id = $2";
    let id = sql::short_text("the receipt", &receipt.id)?;
    sql::run(&**tx, update, [tenant.0.into(), id, asset.into()]).await?;
    Ok(())
}
