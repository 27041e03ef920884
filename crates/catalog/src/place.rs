//! Places and names for clients that know short names: one asset for each name that is shown, one for each name.

use sea_orm::Value;

use crate::asset::{Held, hold};
use crate::database::Tx;
use crate::error::Result;
use crate::sql::Row;
use crate::version::place as shown_place;
use crate::{Asset, Catalog, Error, FolderPath, Name, Place, TenantId, folder, row, sql};

/// Shown under the name `$3`.
const IS_SHOWN: &str = "(a.short_name = $3 OR (a.short_name IS NULL AND a.name = $3))";

impl Catalog {
    /// The asset that clients mean who know short names: the one that is shown as such, else the one that has the name.
    pub async fn asset_shown(
        &self,
        tenant: TenantId,
        folder: &FolderPath,
        name: &str,
    ) -> Result<Option<Asset>> {
        let Ok(name) = sql::text("the name", name) else {
            return Ok(None);
        };
        let query = format!(
            "{} WHERE v.number = a.current_number AND f.tenant = $1 AND f.path = $2 AND a.tenant = $1 \
             AND (a.name = $3 OR a.short_name = $3) ORDER BY CASE WHEN {IS_SHOWN} THEN 0 ELSE 1 END LIMIT 1",
            row::SELECT
        );
        let values = [tenant.0.into(), folder.as_str().into(), name];
        let row = sql::first(&self.database.reader, &query, values).await?;
        row.as_ref().map(row::asset).transpose()
    }
}

/// The asset in the folder that is shown under the name of this place. [`Error::Conflict`]: another one has the name itself.
pub(crate) async fn hold_shown(
    tx: &Tx,
    tenant: TenantId,
    folder: i64,
    place: &Place,
) -> Result<Option<Held>> {
    let rows = namesakes(tx, tenant, folder, place).await?;
    let mut shown = None;
    for row in &rows {
        match row.get::<i32>("is_other")? {
            0 => shown = Some(row.id("id")?),
            _ => return Err(Error::Conflict(shown_place(&place.folder, &place.name))),
        }
    }
    match shown {
        Some(id) => hold(tx, tenant, id).await.map(Some),
        None => Ok(None),
    }
}

/// Brings an asset to a place, which another one must not have; tells whether it was elsewhere. Its row's other columns
/// are the caller's to save.
///
/// [`Error::Conflict`]: another asset has the name, or is shown under the same.
pub(crate) async fn settle(tx: &Tx, held: &mut Held, place: Place) -> Result<bool> {
    let asset = &held.asset;
    let is_there = asset.folder == place.folder
        && asset.name == place.name
        && asset.short_name == place.short_name;
    if is_there {
        return Ok(false);
    }
    let folder = folder::ensure(tx, asset.tenant, &place.folder).await?;
    let taken = || Error::Conflict(shown_place(&place.folder, &place.name));
    for row in namesakes(tx, asset.tenant, folder.seq, &place).await? {
        if row.get::<i64>("seq")? != held.seq {
            return Err(taken());
        }
    }
    let update = "UPDATE assets SET folder = $2, name = $3, short_name = $4 WHERE seq = $1";
    let values = [
        held.seq.into(),
        folder.seq.into(),
        place.name.as_str().into(),
        place.short_name.as_ref().map(|name| name.as_str().to_owned()).into(),
    ];
    sql::run(&**tx, update, values).await.map_err(|error| error.or_taken(taken))?;
    held.asset.folder = place.folder;
    held.asset.name = place.name;
    held.asset.short_name = place.short_name;
    held.asset.concealed = folder.folder.concealed;
    Ok(true)
}

/// Forgets the short name of an asset that is about to come into a folder where another one is shown under it: there it
/// goes by its whole name.
pub(crate) async fn yield_short_name(tx: &Tx, folder: i64, asset: &mut Asset) -> Result<()> {
    let Some(short) = &asset.short_name else { return Ok(()) };
    let taken = "SELECT 1 FROM assets WHERE folder = $1 AND short_name = $2";
    if sql::first(&**tx, taken, [folder.into(), short.as_str().into()]).await?.is_some() {
        asset.short_name = None;
    }
    Ok(())
}

/// The short name that goes with a new name: the same without what the old one had behind its own.
pub(crate) fn short_name_after(asset: &Asset, name: &Name) -> Option<Name> {
    let behind = asset.name.as_str().strip_prefix(asset.short_name.as_ref()?.as_str())?;
    let short = name.as_str().strip_suffix(behind)?;
    Name::parse(short).ok()
}

/// Assets in the folder that have the name, or are shown under the short one; `is_other`: the name is all they share.
async fn namesakes(tx: &Tx, tenant: TenantId, folder: i64, place: &Place) -> Result<Vec<Row>> {
    let shown = place.short_name.as_ref().unwrap_or(&place.name);
    let query = format!(
        "SELECT a.seq, a.id, CASE WHEN {IS_SHOWN} THEN 0 ELSE 1 END AS is_other FROM assets a \
         WHERE a.tenant = $1 AND a.folder = $2 AND (a.name = $4 OR {IS_SHOWN}) ORDER BY a.id{}",
        tx.for_update("a")
    );
    let values: [Value; 4] =
        [tenant.0.into(), folder.into(), shown.as_str().into(), place.name.as_str().into()];
    sql::all(&**tx, &query, values).await
}
