//! The verbs for many assets at once: all of them, or none if one is missing.

use std::sync::Arc;

use catalog::{AssetId, Bulk, TagChange};

use crate::{Actor, Library, Result, organize::full};

impl Library {
    /// Deletes assets with all their versions. Nothing serves them any more when this returns.
    pub async fn delete_all(&self, actor: Actor, ids: Vec<AssetId>) -> Result<Bulk> {
        full(actor)?;
        let inner = Arc::clone(&self.inner);
        self.to_the_end(async move {
            let outcome = inner.catalog.delete_assets(actor.tenant, &ids).await?;
            for id in ids {
                inner.assets.invalidate(actor.tenant, id);
            }
            Ok(outcome)
        })
        .await
    }

    /// Changes tags of assets.
    pub async fn change_tags(
        &self,
        actor: Actor,
        ids: Vec<AssetId>,
        change: TagChange,
    ) -> Result<Bulk> {
        full(actor)?;
        let inner = Arc::clone(&self.inner);
        self.to_the_end(async move {
            let outcome = inner.catalog.change_tags(actor.tenant, &ids, &change).await?;
            for id in ids {
                inner.assets.invalidate(actor.tenant, id);
            }
            Ok(outcome)
        })
        .await
    }

    /// Which of them do not exist.
    pub async fn missing(&self, actor: Actor, ids: &[AssetId]) -> Result<Vec<AssetId>> {
        full(actor)?;
        Ok(self.inner.catalog.missing_assets(actor.tenant, ids).await?)
    }
}
