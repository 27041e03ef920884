//! The verbs copy, move and rename, of one asset. What was at the old place is 404 when they return.

use std::sync::Arc;

use catalog::{Asset, AssetId, FolderPath, Name, Stored, Versions};

use crate::{Actor, AssetRef, Error, Library, Result, organize::full};

impl Library {
    /// Copies an asset into a folder, which is made if it is missing. Where one of its name is, it becomes versions of
    /// that one. [`Error::Invalid`]: it is in that folder already, or there would be too many versions.
    pub async fn copy_asset(
        &self,
        actor: Actor,
        source: &AssetRef,
        to: FolderPath,
        versions: Versions,
    ) -> Result<Stored> {
        let id = self.id_of(actor, source).await?;
        let inner = Arc::clone(&self.inner);
        self.to_the_end(async move {
            let stored = inner.catalog.copy_asset(actor.tenant, id, &to, versions).await?;
            inner.assets.invalidate(actor.tenant, stored.asset.id);
            Ok(stored)
        })
        .await
    }

    /// Moves an asset with all its versions into a folder, by the same rules.
    pub async fn move_asset(
        &self,
        actor: Actor,
        source: &AssetRef,
        to: FolderPath,
    ) -> Result<Asset> {
        let id = self.id_of(actor, source).await?;
        let inner = Arc::clone(&self.inner);
        self.to_the_end(async move {
            let asset = inner.catalog.move_asset(actor.tenant, id, &to).await?;
            inner.assets.invalidate(actor.tenant, id);
            inner.assets.invalidate(actor.tenant, asset.id);
            Ok(asset)
        })
        .await
    }

    /// Gives an asset another name in its folder. [`Error::Conflict`]: another one has it.
    pub async fn rename_asset(&self, actor: Actor, source: &AssetRef, name: Name) -> Result<Asset> {
        let id = self.id_of(actor, source).await?;
        let inner = Arc::clone(&self.inner);
        self.to_the_end(async move {
            let asset = inner.catalog.rename_asset(actor.tenant, id, &name).await?;
            inner.assets.invalidate(actor.tenant, id);
            Ok(asset)
        })
        .await
    }

    async fn id_of(&self, actor: Actor, source: &AssetRef) -> Result<AssetId> {
        full(actor)?;
        let known = self.visible(actor, source).await?;
        known.map(|known| known.asset.id).ok_or_else(|| Error::NotFound(source.to_string()))
    }
}
