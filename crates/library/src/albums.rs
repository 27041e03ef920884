//! The verbs around albums.

use catalog::{
    Album, AlbumEntry, AlbumId, AlbumListing, AlbumMember, AlbumPatch, Asset, AssetId, Clause,
    CoverOf, Entry, Grouped, Listing, Query, Sort, Test,
};

use crate::{Actor, Error, Library, Result, organize::full};

impl Library {
    /// The album of that title, made if there is none, or brought back if it was deleted.
    pub async fn ensure_album(
        &self,
        actor: Actor,
        title: &str,
        is_favorite: bool,
    ) -> Result<Album> {
        full(actor)?;
        let title = title.trim();
        if title.is_empty() {
            return Err(Error::Invalid("the title of an album must hold something".into()));
        }
        Ok(self.inner.catalog.ensure_album(actor.tenant, title, is_favorite).await?.0)
    }

    pub async fn album(&self, actor: Actor, id: AlbumId) -> Result<Album> {
        full(actor)?;
        let album = self.inner.catalog.album(actor.tenant, id).await?;
        album.ok_or_else(|| Error::NotFound(format!("the album {id}")))
    }

    pub async fn albums(&self, actor: Actor, listing: &AlbumListing) -> Result<Vec<AlbumEntry>> {
        full(actor)?;
        Ok(self.inner.catalog.albums(actor.tenant, listing).await?)
    }

    pub async fn update_album(
        &self,
        actor: Actor,
        id: AlbumId,
        patch: AlbumPatch,
    ) -> Result<Album> {
        full(actor)?;
        Ok(self.inner.catalog.update_album(actor.tenant, id, patch).await?)
    }

    /// The photos stay.
    pub async fn delete_album(&self, actor: Actor, id: AlbumId) -> Result<Album> {
        full(actor)?;
        Ok(self.inner.catalog.delete_album(actor.tenant, id).await?)
    }

    /// Returns the album, and who is new in it.
    pub async fn add_to_album(
        &self,
        actor: Actor,
        id: AlbumId,
        assets: Vec<AssetId>,
    ) -> Result<(Album, Vec<AlbumMember>)> {
        full(actor)?;
        let library = self.clone();
        self.to_the_end(async move {
            let outcome = library.inner.catalog.add_to_album(actor.tenant, id, &assets).await?;
            // Being in an album makes a photo a good one.
            for asset in assets {
                library.inner.assets.invalidate(actor.tenant, asset);
            }
            Ok(outcome)
        })
        .await
    }

    /// Returns the album, and who was in it.
    pub async fn remove_from_album(
        &self,
        actor: Actor,
        id: AlbumId,
        assets: &[AssetId],
    ) -> Result<(Album, Vec<AlbumMember>)> {
        full(actor)?;
        Ok(self.inner.catalog.remove_from_album(actor.tenant, id, assets).await?)
    }

    /// The photos of an album that may be given away: in service, and not closed by anybody.
    pub async fn album_photos(
        &self,
        actor: Actor,
        id: AlbumId,
        sort: Sort,
        [limit, skip]: [u64; 2],
    ) -> Result<Vec<Asset>> {
        let not = |test| Query::Clause(Clause { negated: true, test });
        let in_album = Test::Album(vec![Grouped::Id(id)]).into();
        let tests = vec![in_album, Test::Image.into(), not(Test::Unlisted), not(Test::Closed)];
        let listing = Listing {
            query: Some(Query::All(tests)),
            sort,
            limit,
            skip,
            ..Listing::of(actor.tenant)
        };
        let page = self.list(actor, listing).await?;
        let photo = |entry| match entry {
            Entry::Asset(asset) => Some(*asset),
            Entry::PastVersion(_) | Entry::Folder(_) => None,
        };
        Ok(page.entries.into_iter().filter_map(photo).collect())
    }

    /// All that is in an album, in service or not.
    pub async fn album_members(&self, actor: Actor, id: AlbumId) -> Result<Vec<AssetId>> {
        full(actor)?;
        Ok(self.inner.catalog.album_members(actor.tenant, id).await?)
    }

    pub async fn albums_of(&self, actor: Actor, asset: AssetId) -> Result<Vec<Album>> {
        full(actor)?;
        Ok(self.inner.catalog.albums_of(actor.tenant, asset).await?)
    }

    /// The photo that stands for a group. [`Error::NotFound`]: there is no such group, or none of its photos may.
    pub async fn cover(&self, actor: Actor, of: CoverOf) -> Result<Asset> {
        full(actor)?;
        if let CoverOf::Album(id) = of
            && let Some(sha1) = self.album(actor, id).await?.details.cover
            && let Some(chosen) =
                self.inner.catalog.assets_by_sha1(actor.tenant, &sha1, 1).await?.pop()
        {
            return Ok(chosen);
        }
        let cover = self.inner.catalog.cover(actor.tenant, of).await?;
        cover.ok_or_else(|| Error::NotFound("a photo for this cover".to_owned()))
    }
}
