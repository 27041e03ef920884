//! The verb update: everything about an asset but its content and its place.

use std::sync::Arc;

use catalog::{Asset, AssetId, AssetPatch, Change};

use crate::{Actor, Library, Result, organize::full};

impl Library {
    /// Changes what the patch sets. Custom metadata must be what its fields take, else [`crate::Error::Fields`]; where it
    /// is edited, fields that must have a value and have none get their default.
    pub async fn update(&self, actor: Actor, id: AssetId, mut patch: AssetPatch) -> Result<Asset> {
        full(actor)?;
        let is_set = matches!(&patch.custom_metadata, Change::Set(_));
        if is_set || !patch.edit_metadata.is_empty() {
            let fields = self.custom_fields(actor.tenant).await?;
            if let Change::Set(values) = &patch.custom_metadata {
                fields.check(values)?;
            }
            fields.check(&patch.edit_metadata)?;
            patch.fill_metadata.extend(fields.required_defaults());
        }
        let inner = Arc::clone(&self.inner);
        self.to_the_end(async move {
            let asset = inner.catalog.update_asset(actor.tenant, id, patch).await?;
            inner.assets.invalidate(actor.tenant, id);
            Ok(asset)
        })
        .await
    }
}
