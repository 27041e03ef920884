//! The verbs around photos: what a photo application does with assets.

use std::{collections::HashMap, sync::Arc};

use catalog::{Asset, AssetId, FolderId, PhotoChange, PhotoCounts};

use crate::{Actor, AssetRef, Error, Library, Result, organize::full};

impl Library {
    /// The asset whose current content has this SHA-1: of several the newest listed one, failing that the newest of the
    /// others.
    pub async fn asset_by_sha1(&self, actor: Actor, sha1: [u8; 20]) -> Result<Asset> {
        let wanted = AssetRef::Sha1(sha1);
        let known = self.visible(actor, &wanted).await?;
        known.map(|known| known.asset.clone()).ok_or_else(|| Error::NotFound(wanted.to_string()))
    }

    /// Changes photos; what does not exist is left out. Returns those that are something else now.
    pub async fn change_photos(
        &self,
        actor: Actor,
        ids: Vec<AssetId>,
        change: PhotoChange,
    ) -> Result<Vec<AssetId>> {
        full(actor)?;
        let inner = Arc::clone(&self.inner);
        self.to_the_end(async move {
            let done = inner.catalog.change_photos(actor.tenant, &ids, change).await?;
            for &id in &done {
                inner.assets.invalidate(actor.tenant, id);
            }
            Ok(done)
        })
        .await
    }

    /// How many listed photos are directly in each folder that has any.
    pub async fn photos_of_folders(&self, actor: Actor) -> Result<HashMap<FolderId, u64>> {
        full(actor)?;
        Ok(self.inner.catalog.photos_of_folders(actor.tenant).await?)
    }

    pub async fn photo_counts(&self, actor: Actor) -> Result<PhotoCounts> {
        full(actor)?;
        Ok(self.inner.catalog.photo_counts(actor.tenant).await?)
    }

    /// The years in which listed photos were taken, newest first.
    pub async fn photo_years(&self, actor: Actor) -> Result<Vec<i32>> {
        full(actor)?;
        Ok(self.inner.catalog.photo_years(actor.tenant).await?)
    }
}
