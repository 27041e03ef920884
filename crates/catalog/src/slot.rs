//! Slots: places for assets that clients name in words of their own.
//!
//! A slot's row goes with its asset and never names another one, so who found it once need not ask again while the
//! asset lives.

use sea_orm::Value;

use crate::asset::{Held, read_held};
use crate::database::Tx;
use crate::error::{self, Result};
use crate::version::{first_version, follow, make_room, next_version, tell_of};
use crate::{
    AssetId, Catalog, Change, Error, KnownAs, NewVersion, OnConflict, Slot, Stored, TenantId,
    folder, sql,
};

/// Part of an index: PostgreSQL takes keys up to 2.7 kB.
const NAME_BYTES: usize = 2000;

impl Catalog {
    /// Adds the next version of the asset in the slot, wherever that lies by now and however it is called; if the slot is
    /// empty, a new asset by the name and in the folder that `new` says. `uploader`: who does it.
    ///
    /// What `new` says of access counts for a new asset only: who changed it later meant it. Where the asset has as many
    /// versions as it may have, its oldest past one goes. Receipts are not looked at.
    ///
    /// * [`Error::Conflict`]: a new asset is to have a name that is taken.
    /// * [`Error::Invalid`]: a text cannot be stored, or the slot's name is longer than 2000 bytes.
    /// * [`Error::NotFound`]: there is no such tenant.
    pub async fn fill_slot(&self, slot: &Slot, uploader: &str, new: NewVersion) -> Result<Stored> {
        error::until_not_overtaken(|| self.try_fill_slot(slot, uploader, new.clone())).await
    }

    async fn try_fill_slot(&self, slot: &Slot, uploader: &str, new: NewVersion) -> Result<Stored> {
        let key = key(new.tenant, slot)?;
        let uploader = sql::text("the uploader", uploader)?;
        let mut tx = self.database.begin().await?;
        let follow_up = new.follow_up.clone();
        let stored = match hold_in(&tx, &key).await? {
            Some(held) => {
                make_room(&tx, &held).await?;
                let update = "UPDATE slots SET uploader = $2 WHERE asset = $1";
                sql::run(&*tx, update, [held.seq.into(), uploader]).await?;
                let on_conflict = OnConflict::NewVersion;
                let known_as = KnownAs::Name;
                let new = NewVersion { on_conflict, known_as, access: Change::Keep, ..new };
                next_version(&tx, held, new).await?
            }
            None => first(&tx, key, uploader, &new).await?,
        };
        tell_of(&mut tx, &stored);
        follow(&tx, &stored.asset, follow_up).await?;
        tx.commit().await?;
        Ok(stored)
    }

    /// The asset in the slot. A name that cannot be stored is that of an empty one.
    pub async fn asset_in_slot(&self, tenant: TenantId, slot: &Slot) -> Result<Option<AssetId>> {
        let Ok(key) = key(tenant, slot) else { return Ok(None) };
        let query = "SELECT a.id FROM slots s JOIN assets a ON a.seq = s.asset \
             WHERE s.tenant = $1 AND s.namespace = $2 AND s.name = $3 AND a.tenant = $1";
        let row = sql::first(&self.database.reader, query, key).await?;
        row.map(|row| row.id("id")).transpose()
    }
}

/// What a slot is found by.
type Key = [Value; 3];

fn key(tenant: TenantId, slot: &Slot) -> Result<Key> {
    if slot.name.len() > NAME_BYTES {
        return Err(Error::Invalid(format!("the slot's name is longer than {NAME_BYTES} bytes")));
    }
    let name = sql::text("the slot's name", &slot.name)?;
    Ok([tenant.0.into(), slot.namespace.into(), name])
}

/// Locks the asset and not the slot, as whoever deletes the asset does: so neither waits for the other's second lock.
async fn hold_in(tx: &Tx, key: &Key) -> Result<Option<Held>> {
    let query = format!(
        "SELECT a.seq FROM slots s JOIN assets a ON a.seq = s.asset \
         WHERE s.tenant = $1 AND s.namespace = $2 AND s.name = $3 AND a.tenant = $1{}",
        tx.for_update("a")
    );
    match sql::first(&**tx, &query, key.clone()).await? {
        Some(row) => read_held(tx, &row).await.map(Some),
        None => Ok(None),
    }
}

async fn first(tx: &Tx, key: Key, uploader: Value, new: &NewVersion) -> Result<Stored> {
    let folder = folder::ensure(tx, new.tenant, &new.folder).await?;
    let Some(asset) = first_version(tx, &folder, new).await? else {
        return Err(Error::Conflict(crate::version::place(&new.folder, &new.name)));
    };
    let [tenant, namespace, name] = key;
    let insert = "INSERT INTO slots (tenant, namespace, name, asset, uploader) \
         SELECT $1, $2, $3, seq, $5 FROM assets WHERE tenant = $1 AND id = $4 \
         ON CONFLICT DO NOTHING";
    let values = [tenant, namespace, name, asset.id.into(), uploader];
    if sql::run(&**tx, insert, values).await? == 0 {
        // Somebody else filled it meanwhile: theirs is the one to add a version to.
        return Err(Error::overtaken());
    }
    Ok(Stored { asset, created: true })
}
