//! Renditions of versions.

use std::collections::HashMap;

use plan::Size;

use crate::asset::{changed, hold, save};
use crate::catalog::now;
use crate::database::Tx;
use crate::error::Result;
use crate::sql::Row;
use crate::{
    Asked, Asset, AssetId, CardPatch, Catalog, Error, EventKind, NewRendition, Rendition,
    RenditionId, Subject, TenantId, VersionId, blob, card, row, sql,
};

const SELECT: &str = "SELECT r.id AS rendition_id, r.name, r.asked_width, r.asked_height, r.keeps_proportions, \
     r.width, r.height, r.mime, r.created, b.hash, b.sha1, b.crc32c, b.size, r.store, a.id AS asset_id \
     FROM renditions r JOIN versions v ON v.seq = r.version JOIN assets a ON a.seq = v.asset \
     JOIN blobs b ON b.hash = r.blob";

impl Catalog {
    /// The renditions of the current versions of these assets, in the order in which they were made. An asset without
    /// any is not in the answer.
    pub async fn renditions(
        &self,
        tenant: TenantId,
        assets: &[AssetId],
    ) -> Result<HashMap<AssetId, Vec<Rendition>>> {
        let mut found: HashMap<AssetId, Vec<Rendition>> = HashMap::new();
        for assets in assets.chunks(1000) {
            let query = format!(
                "{SELECT} WHERE a.tenant = $1 AND v.number = a.current_number AND a.id IN ({}) ORDER BY r.seq",
                sql::places(2, assets.len())
            );
            let values = [tenant.0.into()].into_iter().chain(assets.iter().map(|&id| id.into()));
            for row in sql::all(&self.database.reader, &query, values).await? {
                found.entry(row.id("asset_id")?).or_default().push(read(&row)?);
            }
        }
        Ok(found)
    }

    /// Adds a rendition to an asset whose current version is still that one, and changes its card. Where the same size
    /// was asked for before, there is one already: it is answered, and nothing changes.
    ///
    /// The bytes are in the blob store before this is called; see [`Catalog::touch_blob`] for the order of steps.
    /// [`Error::NotFound`]: the tenant has no such asset. [`Error::Stale`]: another version is current.
    pub async fn add_rendition(
        &self,
        tenant: TenantId,
        asset: AssetId,
        version: VersionId,
        new: NewRendition,
        patch: CardPatch,
    ) -> Result<(Asset, Rendition)> {
        let mut tx = self.database.begin().await?;
        let mut held = hold(&tx, tenant, asset).await?;
        if held.asset.current.id != version {
            return Err(Error::Stale(format!("asset {asset}")));
        }
        if let Some(there) = like(&tx, held.seq, held.asset.current.number, new.asked).await? {
            return Ok((held.asset, there));
        }
        held.asset.updated = now().max(held.asset.updated);
        let created = held.asset.updated;
        let rendition = insert(&tx, held.seq, held.asset.current.number, new, created).await?;
        card::change(&tx, &mut held, patch).await?;
        save(&tx, &mut held).await?;
        changed(&mut tx, tenant, EventKind::AssetUpdated, Subject::asset(asset));
        tx.commit().await?;
        Ok((held.asset, rendition))
    }
}

/// What was asked for in the same way.
async fn like(tx: &Tx, asset: i64, number: u32, asked: Asked) -> Result<Option<Rendition>> {
    let query = format!("{SELECT} WHERE a.seq = $1 AND v.number = $2 ORDER BY r.seq");
    let rows = sql::all(&**tx, &query, [asset.into(), i64::from(number).into()]).await?;
    for row in &rows {
        let rendition = read(row)?;
        if rendition.asked == asked {
            return Ok(Some(rendition));
        }
    }
    Ok(None)
}

async fn insert(
    tx: &Tx,
    asset: i64,
    number: u32,
    new: NewRendition,
    created: i64,
) -> Result<Rendition> {
    blob::hold(&**tx, &new.blob).await?;
    let NewRendition { name, asked, size, blob, mime } = new;
    let rendition =
        Rendition { id: RenditionId::generate(), name, asked, size, blob, mime, created };
    let side = |side: Option<u32>| side.map(i64::from);
    let insert = "INSERT INTO renditions (id, version, name, asked_width, asked_height, keeps_proportions, \
         width, height, blob, mime, created, store) \
         SELECT $3, seq, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 FROM versions WHERE asset = $1 AND number = $2";
    let values = [
        asset.into(),
        i64::from(number).into(),
        rendition.id.into(),
        sql::text_or_null("the name", rendition.name.as_deref())?,
        side(asked.width).into(),
        side(asked.height).into(),
        asked.keeps_proportions.into(),
        i64::from(rendition.size.width).into(),
        i64::from(rendition.size.height).into(),
        rendition.blob.hash.0.to_vec().into(),
        rendition.mime.as_str().into(),
        created.into(),
        (&rendition.blob.store).into(),
    ];
    sql::run(&**tx, insert, values).await?;
    Ok(rendition)
}

/// Touches the blobs of the renditions of a version that is about to go, see [`blob::let_go`].
pub(crate) async fn let_go(tx: &Tx, asset: i64, number: u32) -> Result<()> {
    let query = "SELECT DISTINCT r.blob, r.store FROM renditions r JOIN versions v ON v.seq = r.version \
         WHERE v.asset = $1 AND v.number = $2 ORDER BY r.blob, r.store";
    for row in sql::all(&**tx, query, [asset.into(), i64::from(number).into()]).await? {
        let (hash, store) = blob::copy(&row)?;
        blob::let_go_of(tx, &hash, &store).await?;
    }
    Ok(())
}

fn read(row: &Row) -> Result<Rendition> {
    Ok(Rendition {
        id: row.id("rendition_id")?,
        name: row.get("name")?,
        asked: Asked {
            width: row.count_or_null("asked_width")?,
            height: row.count_or_null("asked_height")?,
            keeps_proportions: row.get("keeps_proportions")?,
        },
        size: Size::new(row.count("width")?, row.count("height")?),
        blob: row::blob(row)?,
        mime: row.get("mime")?,
        created: row.get("created")?,
    })
}
