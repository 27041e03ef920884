//! Copying, moving and renaming assets.
//!
//! An asset that comes to a place where one of its name is already is appended to the history of that one: next
//! numbers, and what was current in the source is current then. The one that is there keeps its id and its birth; what
//! else is known about it comes with the content, except that neither loses a protection it had.

use crate::asset::{Held, changed, hold, hold_at, save};
use crate::catalog::now;
use crate::database::Tx;
use crate::error::{Result, until_not_overtaken};
use crate::folder::{self, Ensured};
use crate::place::{short_name_after, yield_short_name};
use crate::version::{insert_asset, insert_version, leave_room, place};
use crate::{
    Access, Asset, AssetId, Catalog, Error, EventKind, FolderPath, Name, Stored, Subject, TenantId,
    Version, VersionId, Versions, Visibility, blob, index, row, sql,
};

impl Catalog {
    /// Copies an asset into a folder, which is made if it is missing. The copy has an id of its own, unless an asset of
    /// that name is there. Both share their bytes.
    ///
    /// * [`Error::NotFound`]: the tenant has no such asset.
    /// * [`Error::Invalid`]: it is in that folder already, or its copy would have more versions than an asset can have.
    pub async fn copy_asset(
        &self,
        tenant: TenantId,
        id: AssetId,
        to: &FolderPath,
        versions: Versions,
    ) -> Result<Stored> {
        until_not_overtaken(|| self.try_copy(tenant, id, to, versions)).await
    }

    /// Moves an asset with all versions into a folder, which is made if it is missing. It keeps its id, unless an asset
    /// of that name is there, which is returned then. Errors as in [`Catalog::copy_asset`].
    pub async fn move_asset(
        &self,
        tenant: TenantId,
        id: AssetId,
        to: &FolderPath,
    ) -> Result<Asset> {
        until_not_overtaken(|| self.try_move(tenant, id, to)).await
    }

    /// Gives an asset another name in its folder.
    ///
    /// [`Error::NotFound`]: the tenant has no such asset. [`Error::Conflict`]: another one has the name.
    pub async fn rename_asset(&self, tenant: TenantId, id: AssetId, name: &Name) -> Result<Asset> {
        until_not_overtaken(|| self.try_rename(tenant, id, name)).await
    }

    async fn try_copy(
        &self,
        tenant: TenantId,
        id: AssetId,
        to: &FolderPath,
        versions: Versions,
    ) -> Result<Stored> {
        let mut tx = self.database.begin().await?;
        let source = hold_with_namesake(&tx, tenant, id, to).await?;
        elsewhere(&source, to)?;
        let folder = folder::ensure(&tx, tenant, to).await?;
        blob::let_go(&tx, &[source.seq]).await?;
        let stored = copy_to(&mut tx, &source, &folder, versions).await?;
        tx.commit().await?;
        Ok(stored)
    }

    async fn try_move(&self, tenant: TenantId, id: AssetId, to: &FolderPath) -> Result<Asset> {
        let mut tx = self.database.begin().await?;
        let source = hold_with_namesake(&tx, tenant, id, to).await?;
        elsewhere(&source, to)?;
        let folder = folder::ensure(&tx, tenant, to).await?;
        let moved = move_to(&mut tx, source, &folder).await?;
        tx.commit().await?;
        Ok(moved)
    }

    async fn try_rename(&self, tenant: TenantId, id: AssetId, name: &Name) -> Result<Asset> {
        let mut tx = self.database.begin().await?;
        let mut held = hold(&tx, tenant, id).await?;
        if held.asset.name == *name {
            return Ok(held.asset);
        }
        let taken = "SELECT 1 FROM assets WHERE name = $2 AND folder = (SELECT folder FROM assets WHERE seq = $1)";
        let values = [held.seq.into(), name.as_str().into()];
        if sql::first(&*tx, taken, values).await?.is_some() {
            return Err(Error::Conflict(place(&held.asset.folder, name)));
        }
        held.asset.short_name = short_name_after(&held.asset, name);
        held.asset.name = name.clone();
        let folder = "SELECT folder FROM assets WHERE seq = $1";
        if let Some(row) = sql::first(&*tx, folder, [held.seq.into()]).await? {
            yield_short_name(&tx, row.get("folder")?, &mut held.asset).await?;
        }
        held.asset.updated = now().max(held.asset.updated);
        let update = "UPDATE assets SET name = $2 WHERE seq = $1";
        sql::run(&*tx, update, [held.seq.into(), name.as_str().into()]).await?;
        save(&tx, &mut held).await?;
        index::follow_asset(&tx, held.seq, &held.asset).await?;
        changed(&mut tx, tenant, EventKind::AssetUpdated, Subject::asset(id));
        tx.commit().await?;
        Ok(held.asset)
    }
}

/// Holds an asset, and before that, in the order of ids, both it and the one of its name in the folder that it is to come
/// to: of two that cross, neither waits for the other while that one waits for it.
async fn hold_with_namesake(
    tx: &Tx,
    tenant: TenantId,
    id: AssetId,
    to: &FolderPath,
) -> Result<Held> {
    let lock = tx.for_update("a");
    if !lock.is_empty() {
        let both = format!(
            "SELECT 1 FROM assets a WHERE a.tenant = $1 AND (a.id = $2 OR a.seq = (\
             SELECT there.seq FROM assets there JOIN folders f ON f.seq = there.folder \
             WHERE f.tenant = $1 AND f.path = $3 AND there.name = (\
             SELECT name FROM assets WHERE tenant = $1 AND id = $2))) ORDER BY a.id{lock}"
        );
        sql::all(&**tx, &both, [tenant.0.into(), id.into(), to.as_str().into()]).await?;
    }
    hold(tx, tenant, id).await
}

/// The blobs of the source have been touched, see [`blob::let_go`].
pub(crate) async fn copy_to(
    tx: &mut Tx,
    source: &Held,
    folder: &Ensured,
    versions: Versions,
) -> Result<Stored> {
    let (mut copies, mut current) = copies(tx, source, versions).await?;
    let name = source.asset.name.as_str();
    if let Some(there) = hold_at(tx, source.asset.tenant, folder.seq, name).await? {
        leave_room(tx, &there, copies.len()).await?;
        let asset = append(tx, there, &source.asset, copies, current).await?;
        return Ok(Stored { asset, created: false });
    }
    let (id, created) = (AssetId::generate(), now());
    // As in every asset, the first version carries the asset's id.
    for first in copies.iter_mut().filter(|version| version.number == 1) {
        if first.id == current.id {
            current.id = id.cast();
        }
        first.id = id.cast();
    }
    let mut asset = Asset {
        id,
        folder: folder.folder.path.clone(),
        concealed: folder.folder.concealed,
        // Whether it comes out of a closed set or not, the copy belongs to none.
        visibility: seen(&source.asset),
        set: None,
        card: None,
        created,
        updated: created,
        revision: 0,
        current,
        ..source.asset.clone()
    };
    asset.current.created = created;
    yield_short_name(tx, folder.seq, &mut asset).await?;
    let last_number = match versions {
        Versions::Current => asset.current.number,
        Versions::All => source.last_number,
    };
    let Some(seq) = insert_asset(tx, folder.seq, &asset, last_number).await? else {
        return Err(Error::overtaken());
    };
    asset.number = seq;
    for mut version in copies {
        if version.id == asset.current.id {
            version.created = created;
        }
        insert_version(tx, seq, &asset, &version).await?;
    }
    changed(tx, asset.tenant, EventKind::AssetCreated, Subject::asset(asset.id));
    Ok(Stored { asset, created: true })
}

pub(crate) async fn move_to(tx: &mut Tx, mut source: Held, folder: &Ensured) -> Result<Asset> {
    let tenant = source.asset.tenant;
    let (name, subject) = (source.asset.name.as_str(), Subject::asset(source.asset.id));
    if let Some(there) = hold_at(tx, tenant, folder.seq, name).await? {
        let absorbed = absorb(tx, there, source).await?;
        changed(tx, tenant, EventKind::AssetDeleted, subject);
        return Ok(absorbed);
    }
    changed(tx, tenant, EventKind::AssetUpdated, subject);
    source.asset.folder = folder.folder.path.clone();
    source.asset.concealed = folder.folder.concealed;
    source.asset.updated = now().max(source.asset.updated);
    yield_short_name(tx, folder.seq, &mut source.asset).await?;
    let update = "UPDATE assets SET folder = $2, updated = $3, short_name = $4 WHERE seq = $1";
    let values = [
        source.seq.into(),
        folder.seq.into(),
        source.asset.updated.into(),
        source.asset.short_name.as_ref().map(|name| name.as_str().to_owned()).into(),
    ];
    sql::run(&**tx, update, values).await?;
    Ok(source.asset)
}

/// Fresh versions with the content of the source's, oldest number first, and the one that is to be current. A single
/// one is the first of its asset.
async fn copies(tx: &Tx, source: &Held, versions: Versions) -> Result<(Vec<Version>, Version)> {
    let mut copies = match versions {
        Versions::Current => vec![Version { number: 1, ..source.asset.current.clone() }],
        Versions::All => versions_of(tx, source.seq).await?,
    };
    let mut current = None;
    for copy in &mut copies {
        let is_current = copy.id == source.asset.current.id;
        copy.id = VersionId::generate();
        if is_current {
            current = Some(copy.clone());
        }
    }
    let current = current.ok_or_else(|| {
        Error::Damaged(format!("asset {} has no current version", source.asset.id))
    })?;
    Ok((copies, current))
}

/// Adds versions to the history of the asset that is there.
async fn append(
    tx: &mut Tx,
    mut there: Held,
    source: &Asset,
    copies: Vec<Version>,
    current: Version,
) -> Result<Asset> {
    let updated = now().max(there.asset.updated);
    for mut version in copies {
        there.last_number += 1;
        version.number = there.last_number;
        if version.id == current.id {
            version.created = updated;
            there.asset.current = version.clone();
        }
        insert_version(tx, there.seq, &there.asset, &version).await?;
    }
    take_over(tx, there, source, updated).await
}

/// Adds the versions of the source themselves, which is gone then.
async fn absorb(tx: &mut Tx, mut there: Held, source: Held) -> Result<Asset> {
    let versions = versions_of(tx, source.seq).await?;
    leave_room(tx, &there, versions.len()).await?;
    let updated = now().max(there.asset.updated);
    for mut version in versions {
        there.last_number += 1;
        let values = [
            source.seq.into(),
            i64::from(version.number).into(),
            there.seq.into(),
            i64::from(there.last_number).into(),
        ];
        let update = "UPDATE versions SET asset = $3, number = $4 WHERE asset = $1 AND number = $2";
        sql::run(&**tx, update, values).await?;
        version.number = there.last_number;
        if version.id == source.asset.current.id {
            there.asset.current = version;
        }
    }
    sql::run(&**tx, "DELETE FROM assets WHERE seq = $1", [source.seq.into()]).await?;
    take_over(tx, there, &source.asset, updated).await
}

/// What is known about the source is known about the asset that got its content.
async fn take_over(
    tx: &mut Tx,
    mut there: Held,
    source: &Asset,
    updated: crate::Millis,
) -> Result<Asset> {
    let kept = &there.asset;
    there.asset = Asset {
        id: kept.id,
        number: kept.number,
        folder: kept.folder.clone(),
        short_name: kept.short_name.clone(),
        concealed: kept.concealed,
        created: kept.created,
        updated,
        access: stricter(kept.access, source.access),
        visibility: match seen(source) {
            Visibility::Listed => kept.visibility,
            hidden => hidden,
        },
        set: kept.set,
        card: kept.card.clone(),
        revision: kept.revision,
        current: kept.current.clone(),
        ..source.clone()
    };
    save(tx, &mut there).await?;
    index::follow_asset(tx, there.seq, &there.asset).await?;
    let subject = Subject::asset(there.asset.id);
    changed(tx, there.asset.tenant, EventKind::AssetUpdated, subject);
    Ok(there.asset)
}

/// What hides an asset, its set included.
fn seen(asset: &Asset) -> Visibility {
    if asset.is_withheld() && asset.visibility == Visibility::Listed {
        Visibility::Hidden
    } else {
        asset.visibility
    }
}

/// Past versions stay reachable, so what protected them protects the whole.
fn stricter(one: Access, other: Access) -> Access {
    match (one, other) {
        (Access::Closed, _) | (_, Access::Closed) => Access::Closed,
        (Access::Private, _) | (_, Access::Private) => Access::Private,
        (Access::PresetsOnly, _) | (_, Access::PresetsOnly) => Access::PresetsOnly,
        (Access::Public, Access::Public) => Access::Public,
    }
}

/// All versions of an asset, oldest number first.
async fn versions_of(tx: &Tx, asset: i64) -> Result<Vec<Version>> {
    let query = format!("{} WHERE a.seq = $1 ORDER BY v.number", row::SELECT);
    let rows = sql::all(&**tx, &query, [asset.into()]).await?;
    rows.iter().map(row::version).collect()
}

fn elsewhere(source: &Held, to: &FolderPath) -> Result<()> {
    if source.asset.folder != *to {
        return Ok(());
    }
    let place = place(&source.asset.folder, &source.asset.name);
    Err(Error::Invalid(format!("{place} is in the folder {to} already")))
}
