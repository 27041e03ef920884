//! The verbs around saved extensions: extensions that are kept with their parameters, in the words of a dialect.

use catalog::{NewSavedExtension, SavedExtension, SavedExtensionId, SavedExtensionPatch};
use serde_json::Value;

use crate::{Actor, Error, Library, Result, organize::full};

impl Library {
    /// In the order in which they came.
    pub async fn saved_extensions(&self, actor: Actor) -> Result<Vec<SavedExtension>> {
        full(actor)?;
        Ok(self.inner.catalog.saved_extensions(actor.tenant).await?)
    }

    pub async fn saved_extension(
        &self,
        actor: Actor,
        id: SavedExtensionId,
    ) -> Result<SavedExtension> {
        full(actor)?;
        let found = self.inner.catalog.saved_extension(actor.tenant, id).await?;
        found.ok_or_else(|| Error::NotFound(format!("the saved extension {id}")))
    }

    /// `config` is the dialect's, who has checked it.
    pub async fn add_saved_extension(
        &self,
        actor: Actor,
        name: String,
        description: String,
        config: Value,
    ) -> Result<SavedExtension> {
        full(actor)?;
        let new = NewSavedExtension { tenant: actor.tenant, name, description, config };
        Ok(self.inner.catalog.add_saved_extension(new).await?)
    }

    pub async fn change_saved_extension(
        &self,
        actor: Actor,
        id: SavedExtensionId,
        patch: SavedExtensionPatch,
    ) -> Result<SavedExtension> {
        full(actor)?;
        Ok(self.inner.catalog.update_saved_extension(actor.tenant, id, patch).await?)
    }

    pub async fn delete_saved_extension(&self, actor: Actor, id: SavedExtensionId) -> Result<()> {
        full(actor)?;
        Ok(self.inner.catalog.delete_saved_extension(actor.tenant, id).await?)
    }
}
