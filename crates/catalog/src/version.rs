//! Versions: what uploads add.

use std::collections::BTreeMap;

use sea_orm::Value;

use crate::asset::{Held, changed, hold, hold_at, save};
use crate::catalog::now;
use crate::database::Tx;
use crate::error::Result;
use crate::folder::Ensured;
use crate::place::{hold_shown, settle};
use crate::{
    Access, Asset, AssetId, AssetPatch, Catalog, Error, EventKind, FolderPath, KnownAs, Name,
    NewEvent, NewFollowUp, NewJob, NewVersion, OnConflict, Photo, PhotoPatch, Place, Stored,
    Subject, TenantId, Version, VersionId, Visibility, blob, card, folder, index, job, receipt,
    rendition, row, sql,
};

/// Most versions that an asset may have at a time.
const MOST_VERSIONS: usize = 100;

impl Catalog {
    /// Adds an asset, or the next version of the one that has the name, in one transaction with its folder and its blob.
    /// The bytes are in the blob store before this is called; see [`Catalog::touch_blob`] for the order of steps.
    ///
    /// * [`Error::Conflict`]: the name is taken, and the upload wants it for itself; see also [`KnownAs`]. Or the id is.
    /// * [`Error::Stale`]: the asset that it was meant for is not there, or in another state.
    /// * [`Error::Invalid`]: the asset has 100 versions, or a text cannot be stored.
    /// * [`Error::NotFound`]: there is no such tenant.
    pub async fn add_version(&self, mut new: NewVersion) -> Result<Stored> {
        let mut tx = self.database.begin().await?;
        if let Some(receipt) = &new.receipt
            && let Some(asset) = receipt::earlier(&tx, new.tenant, receipt).await?
        {
            return Ok(Stored { asset: hold(&tx, new.tenant, asset).await?.asset, created: false });
        }
        let receipt = new.receipt.clone();
        let folder = folder::ensure(&tx, new.tenant, &new.folder).await?;
        let follow_up = new.follow_up.clone();
        let mut added = add_or_next(&tx, &folder, &mut new).await?;
        if matches!(added, Added::InTheWay)
            && let KnownAs::ShownOrElse(_, place) = std::mem::take(&mut new.known_as)
        {
            new.name = place.name;
            new.known_as = KnownAs::Shown(place.short_name);
            added = add_or_next(&tx, &folder, &mut new).await?;
        }
        let stored = match added {
            Added::First(asset) => Stored { asset: *asset, created: true },
            Added::Taken(held) => next_version(&tx, *held, new).await?,
            Added::InTheWay => return Err(Error::Conflict(place(&new.folder, &new.name))),
        };
        tell_of(&mut tx, &stored);
        follow(&tx, &stored.asset, follow_up).await?;
        if let Some(receipt) = receipt {
            receipt::write(&tx, stored.asset.tenant, &receipt, stored.asset.id).await?;
        }
        tx.commit().await?;
        Ok(stored)
    }

    /// The asset with that version as `current`.
    pub async fn version(
        &self,
        tenant: TenantId,
        asset: AssetId,
        version: VersionId,
    ) -> Result<Option<Asset>> {
        let query = format!("{} WHERE a.tenant = $1 AND a.id = $2 AND v.id = $3", row::SELECT);
        let values = [tenant.0.into(), asset.into(), version.into()];
        let row = sql::first(&self.database.reader, &query, values).await?;
        row.as_ref().map(row::asset).transpose()
    }

    /// The current one first, then the others, newest first. Empty: the tenant has no such asset.
    pub async fn versions(&self, tenant: TenantId, asset: AssetId) -> Result<Vec<Version>> {
        let query = format!(
            "{} WHERE a.tenant = $1 AND a.id = $2 \
             ORDER BY CASE WHEN v.number = a.current_number THEN 0 ELSE 1 END, v.number DESC",
            row::SELECT
        );
        let rows = sql::all(&self.database.reader, &query, [tenant.0.into(), asset.into()]).await?;
        rows.iter().map(row::version).collect()
    }

    /// Makes a past version the current one. It keeps its id and its number, and nothing else about the asset changes.
    /// [`Error::NotFound`]: the tenant's asset has no such version.
    pub async fn restore_version(
        &self,
        tenant: TenantId,
        asset: AssetId,
        version: VersionId,
    ) -> Result<Asset> {
        let mut tx = self.database.begin().await?;
        let mut held = hold(&tx, tenant, asset).await?;
        held.asset.current = find_version(&tx, held.seq, version).await?;
        held.asset.updated = now().max(held.asset.updated);
        save(&tx, &mut held).await?;
        // When it was taken, its colours and its camera are those of its content.
        index::follow_asset(&tx, held.seq, &held.asset).await?;
        changed(&mut tx, tenant, EventKind::AssetUpdated, Subject::asset(asset));
        tx.commit().await?;
        Ok(held.asset)
    }

    /// Deletes a past version; its number is not given out again.
    ///
    /// [`Error::NotFound`]: the tenant's asset has no such version. [`Error::Invalid`]: it is the current one.
    pub async fn delete_version(
        &self,
        tenant: TenantId,
        asset: AssetId,
        version: VersionId,
    ) -> Result<Version> {
        let mut tx = self.database.begin().await?;
        let held = hold(&tx, tenant, asset).await?;
        let found = find_version(&tx, held.seq, version).await?;
        if found.id == held.asset.current.id {
            return Err(Error::Invalid(format!(
                "version {version} is the current one of its asset"
            )));
        }
        rendition::let_go(&tx, held.seq, found.number).await?;
        blob::let_go_of(&tx, &found.blob.hash, &found.blob.store).await?;
        let delete = "DELETE FROM versions WHERE asset = $1 AND number = $2";
        sql::run(&*tx, delete, [held.seq.into(), i64::from(found.number).into()]).await?;
        changed(&mut tx, tenant, EventKind::VersionDeleted, Subject::version(asset, version));
        tx.commit().await?;
        Ok(found)
    }
}

/// A first version is the asset itself; with every further one the asset changes as well.
pub(crate) fn tell_of(tx: &mut Tx, stored: &Stored) {
    let Asset { id, tenant, ref current, .. } = stored.asset;
    if stored.created {
        return changed(tx, tenant, EventKind::AssetCreated, Subject::asset(id));
    }
    changed(tx, tenant, EventKind::AssetUpdated, Subject::asset(id));
    let version = Subject::version(id, current.id);
    tx.happened(NewEvent::plain(tenant, EventKind::VersionCreated, version));
}

pub(crate) async fn follow(tx: &Tx, asset: &Asset, follow_up: NewFollowUp) -> Result<()> {
    for (kind, mut payload) in follow_up.jobs {
        payload["asset"] = asset.id.to_string().into();
        payload["version"] = asset.current.id.to_string().into();
        job::insert(tx, asset.tenant, &NewJob { kind, payload, run_at: now() }).await?;
    }
    for (kind, note) in follow_up.events {
        let subject = Subject::version(asset.id, asset.current.id);
        tx.happened(NewEvent { note, ..NewEvent::plain(asset.tenant, kind, subject) });
    }
    Ok(())
}

async fn find_version(tx: &Tx, asset: i64, version: VersionId) -> Result<Version> {
    let query = format!("{} WHERE a.seq = $1 AND v.id = $2", row::SELECT);
    let row = sql::first(&**tx, &query, [asset.into(), version.into()]).await?;
    row::version(&row.ok_or_else(|| Error::NotFound(format!("version {version}")))?)
}

enum Added {
    First(Box<Asset>),
    /// The name is taken.
    Taken(Box<Held>),
    /// The same, and the upload goes elsewhere then.
    InTheWay,
}

/// Adds the asset, or holds the one that has the name. Others may take the name between our look and our insert, and
/// give it up again before our next look; each round, somebody else got something done.
async fn add_or_next(tx: &Tx, folder: &Ensured, new: &mut NewVersion) -> Result<Added> {
    const ROUNDS: u32 = 100;
    for _ in 0..ROUNDS {
        let there = match &new.known_as {
            KnownAs::Name => hold_at(tx, new.tenant, folder.seq, new.name.as_str()).await?,
            KnownAs::Shown(short) | KnownAs::ShownOrElse(short, _) => {
                let place = Place {
                    folder: new.folder.clone(),
                    name: new.name.clone(),
                    short_name: short.clone(),
                };
                let there = hold_shown(tx, new.tenant, folder.seq, &place).await;
                match (&new.known_as, there) {
                    (KnownAs::ShownOrElse(..), Ok(Some(_)) | Err(Error::Conflict(_))) => {
                        return Ok(Added::InTheWay);
                    }
                    (_, there) => there?,
                }
            }
        };
        if let Some(held) = there {
            if new.on_conflict == OnConflict::Rename {
                new.name = new.name.apart();
                continue;
            }
            return Ok(Added::Taken(Box::new(held)));
        }
        if let Some((id, _)) = new.terms.only_if {
            return Err(Error::Stale(format!("asset {id}")));
        }
        if let Some(id) = new.terms.id {
            free(tx, new.tenant, id).await?;
        }
        if let Some(asset) = first_version(tx, folder, new).await? {
            return Ok(Added::First(Box::new(asset)));
        }
    }
    Err(Error::overtaken())
}

/// [`Error::Conflict`]: the tenant has an asset with that id.
async fn free(tx: &Tx, tenant: TenantId, id: AssetId) -> Result<()> {
    let query = "SELECT 1 FROM assets WHERE tenant = $1 AND id = $2";
    match sql::first(&**tx, query, [tenant.0.into(), id.into()]).await? {
        Some(_) => Err(Error::Conflict(format!("asset {id}"))),
        None => Ok(()),
    }
}

/// `None`: somebody else took the name since we looked.
pub(crate) async fn first_version(
    tx: &Tx,
    folder: &Ensured,
    new: &NewVersion,
) -> Result<Option<Asset>> {
    let mut asset = Asset { concealed: folder.folder.concealed, ..new_asset(new) };
    let last_number = asset.current.number;
    let Some(seq) = insert_asset(tx, folder.seq, &asset, last_number).await? else {
        return Ok(None);
    };
    asset.number = seq;
    insert_version(tx, seq, &asset, &asset.current).await?;
    let mut held = Held { seq, last_number, asset };
    if card::change(tx, &mut held, new.card.clone()).await? {
        index::follow_asset(tx, seq, &held.asset).await?;
    }
    Ok(Some(held.asset))
}

/// Adds the row of an asset and its index; the versions follow. `None`: the name is taken.
pub(crate) async fn insert_asset(
    tx: &Tx,
    folder: i64,
    asset: &Asset,
    last_number: u32,
) -> Result<Option<i64>> {
    let seq = tx.next_seq().await?;
    let mut values: Vec<Value> = vec![
        seq.into(),
        asset.id.into(),
        asset.tenant.0.into(),
        folder.into(),
        asset.name.as_str().into(),
        asset.created.into(),
    ];
    values.extend(row::asset_values(asset, last_number)?);
    let insert = format!(
        "INSERT INTO assets (seq, id, tenant, folder, name, created, {}) VALUES ({}) \
         ON CONFLICT DO NOTHING",
        row::ASSET_COLUMNS.join(", "),
        sql::places(1, values.len()),
    );
    if sql::run(&**tx, &insert, values).await? == 0 {
        return Ok(None);
    }
    index::follow_asset(tx, seq, asset).await?;
    Ok(Some(seq))
}

pub(crate) async fn next_version(tx: &Tx, mut held: Held, new: NewVersion) -> Result<Stored> {
    if new.on_conflict == OnConflict::Reject {
        return Err(Error::Conflict(place(&new.folder, &new.name)));
    }
    if let Some((id, state)) = new.terms.only_if {
        if held.asset.id != id {
            return Err(Error::Stale(format!("asset {id}")));
        }
        held.must_be(Some(state))?;
    }
    match &new.known_as {
        // Who replaces one file by another, in the state that it saw, knows nothing of versions.
        KnownAs::Name if new.terms.only_if.is_some() => make_room(tx, &held).await?,
        KnownAs::Name => leave_room(tx, &held, 1).await?,
        KnownAs::Shown(short) | KnownAs::ShownOrElse(short, _) => {
            make_room(tx, &held).await?;
            rename_shown(tx, &mut held, &new.name, short.as_ref()).await?;
        }
    }
    let created = now().max(held.asset.updated);
    held.last_number += 1;
    held.asset.updated = created;
    held.asset.current = Version {
        id: VersionId::generate(),
        number: held.last_number,
        blob: new.blob.clone(),
        mime: new.mime.clone(),
        probe: new.probe.clone(),
        created,
    };
    card::change(tx, &mut held, new.card.clone()).await?;
    patch_of(new).apply(&mut held.asset);
    insert_version(tx, held.seq, &held.asset, &held.asset.current).await?;
    save(tx, &mut held).await?;
    index::follow_asset(tx, held.seq, &held.asset).await?;
    Ok(Stored { asset: held.asset, created: false })
}

/// Content with another format has another name, where the name that clients know says nothing of it. An asset that
/// they know by its whole name keeps that.
async fn rename_shown(tx: &Tx, held: &mut Held, name: &Name, short: Option<&Name>) -> Result<()> {
    if held.asset.short_name.is_none() || held.asset.name == *name {
        return Ok(());
    }
    let place =
        Place { folder: held.asset.folder.clone(), name: name.clone(), short_name: short.cloned() };
    settle(tx, held, place).await?;
    Ok(())
}

/// Where clients know nothing of versions, none of them can delete one: the oldest past one goes.
pub(crate) async fn make_room(tx: &Tx, held: &Held) -> Result<()> {
    if leave_room(tx, held, 1).await.is_ok() {
        return Ok(());
    }
    let query = format!(
        "{} WHERE a.seq = $1 AND v.number <> a.current_number ORDER BY v.number LIMIT 1",
        row::SELECT
    );
    if let Some(row) = sql::first(&**tx, &query, [held.seq.into()]).await? {
        let oldest = row::version(&row)?;
        blob::let_go_of(tx, &oldest.blob.hash, &oldest.blob.store).await?;
        let delete = "DELETE FROM versions WHERE asset = $1 AND number = $2";
        sql::run(&**tx, delete, [held.seq.into(), i64::from(oldest.number).into()]).await?;
    }
    Ok(())
}

/// [`Error::Invalid`]: the asset cannot have so many versions more.
pub(crate) async fn leave_room(tx: &Tx, held: &Held, more: usize) -> Result<()> {
    let count = "SELECT COUNT(*) AS versions FROM versions WHERE asset = $1";
    let row = sql::first(&**tx, count, [held.seq.into()]).await?;
    let versions: usize = row.map_or(Ok(0), |row| row.count("versions"))?;
    if versions + more <= MOST_VERSIONS {
        return Ok(());
    }
    let place = place(&held.asset.folder, &held.asset.name);
    Err(Error::Invalid(format!(
        "{place} has {versions} versions, and an asset can have {MOST_VERSIONS}"
    )))
}

/// Adds a version of an asset. The blob's row comes with it.
pub(crate) async fn insert_version(
    tx: &Tx,
    seq: i64,
    asset: &Asset,
    version: &Version,
) -> Result<()> {
    blob::hold(&**tx, &version.blob).await?;
    let mut values = vec![seq.into()];
    values.extend(row::version_values(version, &asset.name)?);
    let insert = format!(
        "INSERT INTO versions (asset, {}) VALUES ({}) RETURNING seq",
        row::VERSION_COLUMNS.join(", "),
        sql::places(1, values.len()),
    );
    let row = sql::first(&**tx, &insert, values).await?;
    let row = row.ok_or_else(|| Error::Damaged("a new version has no row".to_owned()))?;
    index::add_version(tx, asset.tenant, row.get("seq")?, version).await
}

fn new_asset(new: &NewVersion) -> Asset {
    let created = now();
    let id = new.terms.id.unwrap_or_else(AssetId::generate);
    let mut asset = Asset {
        id,
        number: 0,
        tenant: new.tenant,
        folder: new.folder.clone(),
        name: new.name.clone(),
        short_name: match &new.known_as {
            KnownAs::Name => None,
            KnownAs::Shown(short) | KnownAs::ShownOrElse(short, _) => short.clone(),
        },
        tags: Vec::new(),
        auto_tags: Vec::new(),
        description: None,
        focus: None,
        custom_metadata: BTreeMap::new(),
        notes: BTreeMap::new(),
        access: Access::default(),
        default_access: Access::default(),
        visibility: Visibility::default(),
        concealed: false,
        set: None,
        card: None,
        photo: Photo::default(),
        created,
        updated: created,
        revision: 0,
        current: Version {
            id: id.cast(),
            number: 1,
            blob: new.blob.clone(),
            mime: new.mime.clone(),
            probe: new.probe.clone(),
            created,
        },
    };
    patch_of(new.clone()).apply(&mut asset);
    // What came open, or was closed on purpose, is open once nobody closes it any more.
    asset.default_access = match asset.access {
        Access::Private => Access::Private,
        Access::Public | Access::PresetsOnly | Access::Closed => Access::Public,
    };
    asset
}

/// What an upload says about the asset itself.
fn patch_of(new: NewVersion) -> AssetPatch {
    AssetPatch {
        tags: new.tags,
        auto_tags: new.auto_tags,
        description: new.description,
        focus: new.focus,
        custom_metadata: new.custom_metadata,
        fill_metadata: new.fill_metadata,
        notes: new.notes,
        access: new.access,
        visibility: new.visibility,
        photo: PhotoPatch { original_name: new.original_name, ..PhotoPatch::default() },
        ..AssetPatch::default()
    }
}

/// How an asset is called in messages: `/folder/name`.
pub(crate) fn place(folder: &FolderPath, name: &Name) -> String {
    format!("{}/{name}", folder.as_str().trim_end_matches('/'))
}
