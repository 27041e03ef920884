//! The verbs around folders and listings.

use std::sync::Arc;

use catalog::{
    Asset, AssetId, Facet, Folder, FolderId, FolderPath, Listing, Name, Page, Query, Stamp,
};

use crate::{Actor, AssetRef, Error, Library, Result, Rights};

impl Library {
    /// An asset that the actor may see.
    pub async fn asset(&self, actor: Actor, id: AssetId) -> Result<Asset> {
        self.seen(actor, &AssetRef::Id(id)).await
    }

    /// The asset of exactly this folder and name, if the actor may see it.
    pub async fn asset_at(&self, actor: Actor, folder: &FolderPath, name: &Name) -> Result<Asset> {
        self.seen(actor, &AssetRef::At(folder.clone(), name.clone())).await
    }

    /// The asset that clients mean who know short names, if the actor may see it: see [`AssetRef::Shown`].
    pub async fn asset_shown(
        &self,
        actor: Actor,
        folder: &FolderPath,
        name: &Name,
    ) -> Result<Asset> {
        self.seen(actor, &AssetRef::Shown(folder.clone(), name.clone())).await
    }

    async fn seen(&self, actor: Actor, wanted: &AssetRef) -> Result<Asset> {
        let known = self.visible(actor, wanted).await?;
        known.map(|known| known.asset.clone()).ok_or_else(|| Error::NotFound(wanted.to_string()))
    }

    /// A folder of the actor's library.
    pub async fn folder(&self, actor: Actor, path: &FolderPath) -> Result<Folder> {
        reader(actor)?;
        let found = self.inner.catalog.folder(actor.tenant, path).await?;
        found.ok_or_else(|| Error::NotFound(format!("the folder {path}")))
    }

    pub async fn folder_by_id(&self, actor: Actor, id: FolderId) -> Result<Folder> {
        reader(actor)?;
        let found = self.inner.catalog.folder_by_id(actor.tenant, id).await?;
        found.ok_or_else(|| Error::NotFound(format!("the folder {id}")))
    }

    /// Deletes an asset with all its versions. Nothing serves it any more when this returns; the bytes go
    /// later, unless another asset shares them.
    pub async fn delete(&self, actor: Actor, id: AssetId) -> Result<()> {
        self.delete_if(actor, id, None).await
    }

    /// The same, unless the asset is in another state by now: [`Error::Stale`].
    pub async fn delete_if(&self, actor: Actor, id: AssetId, only_if: Option<Stamp>) -> Result<()> {
        full(actor)?;
        let inner = Arc::clone(&self.inner);
        self.to_the_end(async move {
            inner.catalog.delete_asset_if(actor.tenant, id, only_if).await?;
            inner.assets.invalidate(actor.tenant, id);
            Ok(())
        })
        .await
    }

    /// One page of the actor's own library, whatever tenant the listing says. Needs a key: listings show what is private.
    pub async fn list(&self, actor: Actor, listing: Listing) -> Result<Page> {
        reader(actor)?;
        let listing = Listing { tenant: actor.tenant, ..listing };
        Ok(self.inner.catalog.list(&listing).await?)
    }

    /// How many assets a query finds, however many these are.
    pub async fn count(&self, actor: Actor, query: &Query) -> Result<u64> {
        full(actor)?;
        Ok(self.inner.catalog.count(actor.tenant, query).await?)
    }

    /// How many of the assets that a query finds have which value in common, most first.
    pub async fn tally(
        &self,
        actor: Actor,
        query: &Query,
        facet: Facet,
    ) -> Result<Vec<(Option<String>, u64)>> {
        full(actor)?;
        Ok(self.inner.catalog.tally(actor.tenant, query, facet).await?)
    }

    /// Makes a folder and its parents; tells whether it is new.
    pub async fn create_folder(&self, actor: Actor, path: &FolderPath) -> Result<(Folder, bool)> {
        full(actor)?;
        Ok(self.inner.catalog.ensure_folder(actor.tenant, path).await?)
    }
}

/// Only who holds a key may list.
pub(crate) fn reader(actor: Actor) -> Result<()> {
    if actor.rights.see_everything() { Ok(()) } else { Err(Error::Denied) }
}

/// Only who holds a key that is not for looking only may change anything.
pub(crate) fn full(actor: Actor) -> Result<()> {
    if actor.rights == Rights::Full { Ok(()) } else { Err(Error::Denied) }
}
