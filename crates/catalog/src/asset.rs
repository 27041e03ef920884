//! Assets: finding, changing, deleting.

use std::collections::BTreeMap;

use sea_orm::Value;

use crate::catalog::now;
use crate::database::Tx;
use crate::error::Result;
use crate::place::settle;
use crate::sql::Row;
use crate::{
    Asset, AssetId, AssetPatch, Catalog, Change, ContentHash, Error, EventKind, FolderPath,
    Learned, NewEvent, Notice, Stamp, Subject, TenantId, blob, card, index, row, sql,
};

impl Catalog {
    pub async fn asset(&self, tenant: TenantId, id: AssetId) -> Result<Option<Asset>> {
        self.one_asset("a.tenant = $1 AND a.id = $2", [tenant.0.into(), id.into()]).await
    }

    /// `name` as a request spells it; what no asset can be called is not there.
    pub async fn asset_at(
        &self,
        tenant: TenantId,
        folder: &FolderPath,
        name: &str,
    ) -> Result<Option<Asset>> {
        let Ok(name) = sql::text("the name", name) else {
            return Ok(None);
        };
        let condition = "f.tenant = $1 AND f.path = $2 AND a.name = $3 AND a.tenant = $1";
        self.one_asset(condition, [tenant.0.into(), folder.as_str().into(), name]).await
    }

    /// Changes what the patch sets. [`Error::NotFound`]: the tenant has no such asset. [`Error::Conflict`]: another one
    /// is where it is to go.
    pub async fn update_asset(
        &self,
        tenant: TenantId,
        id: AssetId,
        patch: AssetPatch,
    ) -> Result<Asset> {
        let mut tx = self.database.begin().await?;
        let mut held = hold(&tx, tenant, id).await?;
        held.must_be(patch.only_if)?;
        let mut patch = patch;
        let moves = match std::mem::take(&mut patch.place) {
            Change::Keep => false,
            Change::Set(place) => settle(&tx, &mut held, place).await?,
        };
        let card = card::change(&tx, &mut held, std::mem::take(&mut patch.card)).await?;
        let reindex = patch.apply(&mut held.asset) || moves || card;
        held.asset.updated = now().max(held.asset.updated);
        save(&tx, &mut held).await?;
        if reindex {
            index::follow_asset(&tx, held.seq, &held.asset).await?;
        }
        changed(&mut tx, tenant, EventKind::AssetUpdated, Subject::asset(id));
        tx.commit().await?;
        Ok(held.asset)
    }

    /// Adds to an asset what was found by looking at it. [`Error::NotFound`]: the tenant has no such asset.
    pub async fn learn(&self, tenant: TenantId, id: AssetId, learned: Learned) -> Result<Asset> {
        let mut tx = self.database.begin().await?;
        let mut held = hold(&tx, tenant, id).await?;
        learned.apply(&mut held.asset);
        held.asset.updated = now().max(held.asset.updated);
        save(&tx, &mut held).await?;
        index::follow_asset(&tx, held.seq, &held.asset).await?;
        changed(&mut tx, tenant, EventKind::AssetUpdated, Subject::asset(id));
        tx.commit().await?;
        Ok(held.asset)
    }

    /// Deletes the asset with all versions, and returns what was there. Its folder stays, its blobs become orphans
    /// unless others hold them. [`Error::NotFound`]: the tenant has no such asset.
    pub async fn delete_asset(&self, tenant: TenantId, id: AssetId) -> Result<Asset> {
        self.delete_asset_if(tenant, id, None).await
    }

    /// The same, unless the asset is in another state by now: [`Error::Stale`].
    pub async fn delete_asset_if(
        &self,
        tenant: TenantId,
        id: AssetId,
        only_if: Option<Stamp>,
    ) -> Result<Asset> {
        let mut tx = self.database.begin().await?;
        let held = hold(&tx, tenant, id).await?;
        held.must_be(only_if)?;
        blob::let_go(&tx, &[held.seq]).await?;
        sql::run(&*tx, "DELETE FROM assets WHERE seq = $1", [held.seq.into()]).await?;
        changed(&mut tx, tenant, EventKind::AssetDeleted, Subject::asset(id));
        tx.commit().await?;
        Ok(held.asset)
    }

    /// All assets of the tenant in the order of their ids, a page at a time: `after` is the last id of the page before.
    /// For walks over everything, which see each asset once however long they take.
    pub async fn assets_after(
        &self,
        tenant: TenantId,
        after: Option<AssetId>,
        limit: u64,
    ) -> Result<Vec<Asset>> {
        let after = after.map_or(Vec::new(), |id| id.to_bytes().to_vec());
        let query = format!(
            "{} WHERE v.number = a.current_number AND a.tenant = $1 AND a.id > $2 ORDER BY a.id LIMIT $3",
            row::SELECT
        );
        let values = [tenant.0.into(), after.into(), sql::number("the limit", limit)?];
        let rows = sql::all(&self.database.reader, &query, values).await?;
        rows.iter().map(row::asset).collect()
    }

    /// The assets whose current version has these bytes: listed ones first, of these the newest.
    pub async fn assets_by_sha1(
        &self,
        tenant: TenantId,
        sha1: &[u8; 20],
        limit: u64,
    ) -> Result<Vec<Asset>> {
        let query = format!(
            "{} WHERE b.sha1 = $2 AND v.number = a.current_number AND a.tenant = $1 \
             ORDER BY CASE WHEN a.visibility = 'listed' THEN 0 ELSE 1 END, a.created DESC, a.seq DESC LIMIT $3",
            row::SELECT
        );
        let values = [tenant.0.into(), sha1.to_vec().into(), sql::number("the limit", limit)?];
        let rows = sql::all(&self.database.reader, &query, values).await?;
        rows.iter().map(row::asset).collect()
    }

    /// An asset of the tenant that holds these bytes, in whichever of its versions; the oldest of several.
    pub async fn has_blob(&self, tenant: TenantId, hash: &ContentHash) -> Result<Option<AssetId>> {
        let query = "SELECT a.id FROM versions v JOIN assets a ON a.seq = v.asset \
             WHERE v.blob = $2 AND a.tenant = $1 ORDER BY a.seq LIMIT 1";
        let values = [tenant.0.into(), hash.0.to_vec().into()];
        let row = sql::first(&self.database.reader, query, values).await?;
        row.map(|row| row.id("id")).transpose()
    }

    async fn one_asset<const N: usize>(
        &self,
        condition: &str,
        values: [Value; N],
    ) -> Result<Option<Asset>> {
        let query = format!("{} WHERE v.number = a.current_number AND {condition}", row::SELECT);
        let row = sql::first(&self.database.reader, &query, values).await?;
        row.as_ref().map(row::asset).transpose()
    }
}

impl Learned {
    fn apply(self, asset: &mut Asset) {
        if let Some((source, tags)) = self.auto_tags {
            asset.auto_tags.retain(|tag| tag.source != source);
            asset.auto_tags.extend(tags);
        }
        asset.description = self.description.or_else(|| asset.description.take());
        asset.tags.retain(|tag| !self.remove_tags.contains(tag));
        for tag in self.add_tags {
            if !asset.tags.contains(&tag) {
                asset.tags.push(tag);
            }
        }
        edit(&mut asset.custom_metadata, self.edit_metadata);
    }
}

/// Other processes forget what they knew of the asset, and who wants to hears what happened to it.
pub(crate) fn changed(tx: &mut Tx, tenant: TenantId, kind: EventKind, subject: Subject) {
    if let Some(asset) = subject.asset {
        tx.notice(Notice::Asset { tenant, asset });
        tx.touched(tenant, asset);
    }
    tx.happened(NewEvent::plain(tenant, kind, subject));
}

impl AssetPatch {
    /// Whether what the index holds may be something else now.
    pub(crate) fn apply(self, asset: &mut Asset) -> bool {
        let reindex = self.tags != Change::Keep
            || self.auto_tags != Change::Keep
            || !self.drop_auto_tags.is_empty()
            || self.description != Change::Keep
            || self.custom_metadata != Change::Keep
            || !self.edit_metadata.is_empty()
            || !self.fill_metadata.is_empty()
            || self.is_about_photo();
        set(&mut asset.tags, self.tags);
        set(&mut asset.auto_tags, self.auto_tags);
        asset.auto_tags.retain(|tag| !self.drop_auto_tags.contains(&tag.name));
        set(&mut asset.description, self.description);
        set(&mut asset.focus, self.focus);
        set(&mut asset.custom_metadata, self.custom_metadata);
        edit(&mut asset.custom_metadata, self.edit_metadata);
        for (key, value) in self.fill_metadata {
            asset.custom_metadata.entry(key).or_insert(value);
        }
        set(&mut asset.notes, self.notes);
        set(&mut asset.access, self.access);
        set(&mut asset.visibility, self.visibility);
        self.photo.apply(&mut asset.photo, now());
        reindex
    }
}

/// Null takes a key away.
fn edit(
    metadata: &mut BTreeMap<String, serde_json::Value>,
    changes: BTreeMap<String, serde_json::Value>,
) {
    for (key, value) in changes {
        if value.is_null() {
            metadata.remove(&key);
        } else {
            metadata.insert(key, value);
        }
    }
}

pub(crate) fn set<T>(field: &mut T, change: Change<T>) {
    if let Change::Set(value) = change {
        *field = value;
    }
}

/// An asset that nobody else changes until the transaction ends.
pub(crate) struct Held {
    pub(crate) seq: i64,
    /// The highest number that a version of it ever had.
    pub(crate) last_number: u32,
    pub(crate) asset: Asset,
}

impl Held {
    /// [`Error::Stale`]: it is in another state. `None`: any will do.
    pub(crate) fn must_be(&self, state: Option<Stamp>) -> Result<()> {
        match state {
            Some(state) if state != self.asset.stamp() => {
                Err(Error::Stale(format!("asset {}", self.asset.id)))
            }
            _ => Ok(()),
        }
    }
}

/// [`Error::NotFound`]: the tenant has no such asset.
pub(crate) async fn hold(tx: &Tx, tenant: TenantId, id: AssetId) -> Result<Held> {
    let lock = tx.for_update("a");
    let query = format!("SELECT a.seq FROM assets a WHERE a.tenant = $1 AND a.id = $2{lock}");
    let row = sql::first(&**tx, &query, [tenant.0.into(), id.into()]).await?;
    let missing = || Error::NotFound(format!("asset {id}"));
    read_held(tx, &row.ok_or_else(missing)?).await
}

/// The asset of that name in a folder, by the folder's row number.
pub(crate) async fn hold_at(
    tx: &Tx,
    tenant: TenantId,
    folder: i64,
    name: &str,
) -> Result<Option<Held>> {
    let query = format!(
        "SELECT a.seq FROM assets a WHERE a.tenant = $1 AND a.folder = $2 AND a.name = $3{}",
        tx.for_update("a")
    );
    let values = [tenant.0.into(), folder.into(), name.into()];
    match sql::first(&**tx, &query, values).await? {
        Some(row) => read_held(tx, &row).await.map(Some),
        None => Ok(None),
    }
}

/// A statement of its own after the lock: PostgreSQL would join the row it waited for with a version that was current
/// before, and find nothing.
pub(crate) async fn read_held(tx: &Tx, locked: &Row) -> Result<Held> {
    let seq: i64 = locked.get("seq")?;
    let query = format!("{} WHERE v.number = a.current_number AND a.seq = $1", row::SELECT);
    let row = sql::first(&**tx, &query, [seq.into()]).await?;
    let row =
        row.ok_or_else(|| Error::Damaged(format!("asset row {seq} has no current version")))?;
    Ok(Held { seq, last_number: row.count("last_number")?, asset: row::asset(&row)? })
}

/// Writes all of an asset's row but what never changes and where it is. From here on it is in another state.
pub(crate) async fn save(tx: &Tx, held: &mut Held) -> Result<()> {
    let columns = row::ASSET_COLUMNS.join(", ");
    let places = sql::places(2, row::ASSET_COLUMNS.len());
    let update = format!(
        "UPDATE assets SET ({columns}) = ({places}), revision = revision + 1 WHERE seq = $1"
    );
    held.asset.revision += 1;
    let mut values = vec![held.seq.into()];
    values.extend(row::asset_values(&held.asset, held.last_number)?);
    sql::run(&**tx, &update, values).await?;
    Ok(())
}
