//! Changes to many assets: all of them in one transaction, or none.

use std::collections::BTreeSet;

use crate::asset::{Held, changed, hold, save};
use crate::catalog::now;
use crate::database::Tx;
use crate::error::Result;
use crate::{
    Access, Asset, AssetId, Bulk, Catalog, Error, EventKind, PhotoChange, Subject, TagChange,
    TenantId, Visibility, blob, error, index, sql,
};

impl Catalog {
    /// Deletes assets with all versions, as [`Catalog::delete_asset`] does.
    pub async fn delete_assets(&self, tenant: TenantId, ids: &[AssetId]) -> Result<Bulk> {
        error::until_not_overtaken(|| self.try_delete(tenant, ids)).await
    }

    /// Changes tags of assets. Only those that had to be changed count as updated now.
    ///
    /// [`Error::Invalid`]: a tag is longer than 1000 bytes, or holds U+0000.
    pub async fn change_tags(
        &self,
        tenant: TenantId,
        ids: &[AssetId],
        change: &TagChange,
    ) -> Result<Bulk> {
        error::until_not_overtaken(|| self.try_change_tags(tenant, ids, change)).await
    }

    /// Changes photos; what the tenant does not have is left out. Returns those that are something else now.
    pub async fn change_photos(
        &self,
        tenant: TenantId,
        ids: &[AssetId],
        change: PhotoChange,
    ) -> Result<Vec<AssetId>> {
        error::until_not_overtaken(|| self.try_change_photos(tenant, ids, change)).await
    }

    /// Which of them the tenant does not have, in the order in which they are named.
    pub async fn missing_assets(&self, tenant: TenantId, ids: &[AssetId]) -> Result<Vec<AssetId>> {
        let mut missing = Vec::new();
        let query = "SELECT 1 FROM assets WHERE tenant = $1 AND id = $2";
        for &id in ids {
            let values = [tenant.0.into(), id.into()];
            if sql::first(&self.database.reader, query, values).await?.is_none() {
                missing.push(id);
            }
        }
        Ok(missing)
    }

    async fn try_delete(&self, tenant: TenantId, ids: &[AssetId]) -> Result<Bulk> {
        let mut tx = self.database.begin().await?;
        let held = match hold_all(&tx, tenant, ids).await? {
            Ok(held) => held,
            Err(missing) => return Ok(Bulk::Missing(missing)),
        };
        let seqs: Vec<i64> = held.iter().map(|held| held.seq).collect();
        blob::let_go(&tx, &seqs).await?;
        for Held { seq, asset, .. } in held {
            sql::run(&*tx, "DELETE FROM assets WHERE seq = $1", [seq.into()]).await?;
            changed(&mut tx, tenant, EventKind::AssetDeleted, Subject::asset(asset.id));
        }
        tx.commit().await?;
        Ok(Bulk::Done { refused: Vec::new() })
    }

    async fn try_change_tags(
        &self,
        tenant: TenantId,
        ids: &[AssetId],
        change: &TagChange,
    ) -> Result<Bulk> {
        let mut tx = self.database.begin().await?;
        let held = match hold_all(&tx, tenant, ids).await? {
            Ok(held) => held,
            Err(missing) => return Ok(Bulk::Missing(missing)),
        };
        let mut refused = BTreeSet::new();
        for mut held in held {
            match change.apply(&mut held.asset) {
                Applied::Nothing => continue,
                Applied::Refused => {
                    refused.insert(held.asset.id);
                    continue;
                }
                Applied::Changed => {}
            }
            held.asset.updated = now().max(held.asset.updated);
            save(&tx, &mut held).await?;
            index::follow_asset(&tx, held.seq, &held.asset).await?;
            let subject = Subject::asset(held.asset.id);
            changed(&mut tx, tenant, EventKind::AssetUpdated, subject);
        }
        tx.commit().await?;
        Ok(Bulk::Done { refused: in_order(ids, refused) })
    }

    async fn try_change_photos(
        &self,
        tenant: TenantId,
        ids: &[AssetId],
        change: PhotoChange,
    ) -> Result<Vec<AssetId>> {
        let mut tx = self.database.begin().await?;
        let mut done = BTreeSet::new();
        for id in ids.iter().copied().collect::<BTreeSet<_>>() {
            let mut held = match hold(&tx, tenant, id).await {
                Err(Error::NotFound(_)) => continue,
                held => held?,
            };
            if change.apply(&mut held.asset) {
                held.asset.updated = now().max(held.asset.updated);
                save(&tx, &mut held).await?;
                changed(&mut tx, tenant, EventKind::AssetUpdated, Subject::asset(id));
                done.insert(id);
            }
        }
        tx.commit().await?;
        Ok(in_order(ids, done))
    }
}

impl PhotoChange {
    /// Whether anything is different then.
    fn apply(self, asset: &mut Asset) -> bool {
        let before = (asset.access, asset.visibility, asset.photo.is_approved);
        match self {
            PhotoChange::Archive if asset.visibility == Visibility::Listed => {
                asset.visibility = Visibility::Archived;
            }
            PhotoChange::Restore if asset.visibility == Visibility::Archived => {
                asset.visibility = Visibility::Listed;
            }
            PhotoChange::Archive | PhotoChange::Restore => {}
            PhotoChange::Approve => asset.photo.is_approved = true,
            PhotoChange::TogglePrivate if asset.access.is_closed() => {
                asset.access = asset.default_access;
            }
            PhotoChange::TogglePrivate => asset.access = Access::Closed,
        }
        before != (asset.access, asset.visibility, asset.photo.is_approved)
    }
}

/// What a change means for one asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Applied {
    Changed,
    Nothing,
    /// It would have too many tags, and keeps those that it has.
    Refused,
}

impl TagChange {
    fn apply(&self, asset: &mut Asset) -> Applied {
        let before = (asset.tags.len(), asset.auto_tags.len());
        match self {
            TagChange::Add { tags, most_characters } => {
                let mut all = asset.tags.clone();
                for tag in tags {
                    if !all.contains(tag) {
                        all.push(tag.clone());
                    }
                }
                if all.len() > before.0 && characters(&all) > *most_characters {
                    return Applied::Refused;
                }
                asset.tags = all;
            }
            TagChange::Remove(tags) => asset.tags.retain(|tag| !tags.contains(tag)),
            TagChange::RemoveAuto(names) => {
                asset.auto_tags.retain(|tag| !names.contains(&tag.name));
            }
        }
        if before == (asset.tags.len(), asset.auto_tags.len()) {
            Applied::Nothing
        } else {
            Applied::Changed
        }
    }
}

fn characters(tags: &[String]) -> usize {
    let commas = tags.len().saturating_sub(1);
    tags.iter().map(|tag| tag.chars().count()).sum::<usize>() + commas
}

/// All of the assets, each once, or those that are missing. In the order of ids, so that two who want the same ones do
/// not wait for each other.
async fn hold_all(
    tx: &Tx,
    tenant: TenantId,
    ids: &[AssetId],
) -> Result<Result<Vec<Held>, Vec<AssetId>>> {
    let mut held = Vec::with_capacity(ids.len());
    let mut missing = BTreeSet::new();
    for id in ids.iter().copied().collect::<BTreeSet<_>>() {
        match hold(tx, tenant, id).await {
            Ok(one) => held.push(one),
            Err(Error::NotFound(_)) => {
                missing.insert(id);
            }
            Err(error) => return Err(error),
        }
    }
    if missing.is_empty() {
        return Ok(Ok(held));
    }
    Ok(Err(in_order(ids, missing)))
}

/// Each of `some` once, in the order in which all are named.
fn in_order(ids: &[AssetId], mut some: BTreeSet<AssetId>) -> Vec<AssetId> {
    ids.iter().copied().filter(|id| some.remove(id)).collect()
}
