//! The verbs around labels.

use std::sync::Arc;

use catalog::{
    AssetId, AssetLabel, Label, LabelEntry, LabelId, LabelListing, LabelPatch, NewLabel,
};

use crate::{Actor, Error, Library, Result, organize::full};

impl Library {
    /// Labels an asset; the label is made if there is none of that name.
    pub async fn label_asset(&self, actor: Actor, id: AssetId, new: NewLabel) -> Result<Label> {
        full(actor)?;
        if new.name.trim().is_empty() {
            return Err(Error::Invalid("the name of a label must hold something".into()));
        }
        let inner = Arc::clone(&self.inner);
        self.to_the_end(async move {
            let label = inner.catalog.label_asset(actor.tenant, id, &new).await?;
            inner.assets.invalidate(actor.tenant, id);
            Ok(label)
        })
        .await
    }

    /// `label`: its row number.
    pub async fn unlabel_asset(&self, actor: Actor, id: AssetId, label: i64) -> Result<()> {
        full(actor)?;
        let inner = Arc::clone(&self.inner);
        self.to_the_end(async move {
            inner.catalog.unlabel_asset(actor.tenant, id, label).await?;
            inner.assets.invalidate(actor.tenant, id);
            Ok(())
        })
        .await
    }

    pub async fn labels_of(&self, actor: Actor, id: AssetId) -> Result<Vec<AssetLabel>> {
        full(actor)?;
        Ok(self.inner.catalog.labels_of(actor.tenant, id).await?)
    }

    pub async fn label(&self, actor: Actor, id: LabelId) -> Result<Label> {
        full(actor)?;
        let label = self.inner.catalog.label(actor.tenant, id).await?;
        label.ok_or_else(|| Error::NotFound(format!("the label {id}")))
    }

    pub async fn labels(&self, actor: Actor, listing: &LabelListing) -> Result<Vec<LabelEntry>> {
        full(actor)?;
        Ok(self.inner.catalog.labels(actor.tenant, listing).await?)
    }

    pub async fn update_label(
        &self,
        actor: Actor,
        id: LabelId,
        patch: LabelPatch,
    ) -> Result<Label> {
        full(actor)?;
        Ok(self.inner.catalog.update_label(actor.tenant, id, patch).await?)
    }

    /// The photos stay.
    pub async fn delete_label(&self, actor: Actor, id: LabelId) -> Result<()> {
        full(actor)?;
        Ok(self.inner.catalog.delete_label(actor.tenant, id).await?)
    }
}
