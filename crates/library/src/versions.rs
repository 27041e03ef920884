//! The verbs around the history of an asset.

use std::sync::Arc;

use catalog::{Asset, AssetId, VersionId};

use crate::{Actor, AssetRef, Error, Library, Result, organize::full};

impl Library {
    /// The asset as it is, and then with each of its past versions in place of the current one, newest first.
    pub async fn versions(&self, actor: Actor, id: AssetId) -> Result<Vec<Asset>> {
        full(actor)?;
        let missing = || Error::NotFound(AssetRef::Id(id).to_string());
        let asset = self.inner.catalog.asset(actor.tenant, id).await?.ok_or_else(missing)?;
        let versions = self.inner.catalog.versions(actor.tenant, id).await?;
        if versions.is_empty() {
            return Err(missing());
        }
        let seen = versions.into_iter().map(|current| Asset { current, ..asset.clone() });
        Ok(seen.collect())
    }

    /// The asset with this version in place of the current one, and whether it is the current one.
    pub async fn version(
        &self,
        actor: Actor,
        id: AssetId,
        version: VersionId,
    ) -> Result<(Asset, bool)> {
        let seen = self.versions(actor, id).await?;
        let mut seen = seen.into_iter().enumerate();
        let found = seen.find(|(_, asset)| asset.current.id == version);
        let (place, asset) =
            found.ok_or_else(|| Error::NotFound(format!("the version {version}")))?;
        Ok((asset, place == 0))
    }

    /// Makes a past version the current one; that is what is served when this returns. It keeps its id and its number.
    pub async fn restore_version(
        &self,
        actor: Actor,
        id: AssetId,
        version: VersionId,
    ) -> Result<Asset> {
        full(actor)?;
        let inner = Arc::clone(&self.inner);
        self.to_the_end(async move {
            let asset = inner.catalog.restore_version(actor.tenant, id, version).await?;
            inner.assets.invalidate(actor.tenant, id);
            Ok(asset)
        })
        .await
    }

    /// Deletes a past version. [`Error::Invalid`]: it is the current one.
    pub async fn delete_version(
        &self,
        actor: Actor,
        id: AssetId,
        version: VersionId,
    ) -> Result<()> {
        full(actor)?;
        let inner = Arc::clone(&self.inner);
        self.to_the_end(async move {
            inner.catalog.delete_version(actor.tenant, id, version).await?;
            inner.assets.invalidate(actor.tenant, id);
            Ok(())
        })
        .await
    }
}
