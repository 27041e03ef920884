//! The verbs around sets. Nothing of a set that is not usable is open to anybody without rights.

use std::sync::Arc;

use catalog::{NewSet, Set, SetId, SetPatch, SetState, Stamp, TenantId};

use crate::{Actor, Error, Library, Result, organize::full};

/// Why a set cannot be changed in this way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetFault {
    /// What has been in use is never set up again.
    BackToDraft(SetState),
    /// Where its bytes are is decided while it is set up.
    DestinationIsFixed,
    ConfigIsFixed,
}

/// The first rule that a change breaks.
pub fn set_fault(set: &Set, patch: &SetPatch) -> Option<SetFault> {
    if set.state == SetState::Draft {
        return None;
    }
    if patch.state == Some(SetState::Draft) {
        return Some(SetFault::BackToDraft(set.state));
    }
    if patch.destination.as_ref().is_some_and(|name| *name != set.destination) {
        return Some(SetFault::DestinationIsFixed);
    }
    let config = patch.destination_config.as_ref();
    if config.is_some_and(|config| Some(config) != set.destination_config.as_ref()) {
        return Some(SetFault::ConfigIsFixed);
    }
    None
}

impl Library {
    /// All sets of the actor's library, in the order in which they came.
    pub async fn sets(&self, actor: Actor) -> Result<Vec<Set>> {
        full(actor)?;
        self.give_first_set(actor.tenant).await?;
        Ok(self.inner.catalog.sets(actor.tenant).await?)
    }

    pub async fn set(&self, actor: Actor, id: SetId) -> Result<Set> {
        full(actor)?;
        self.give_first_set(actor.tenant).await?;
        let set = self.inner.catalog.set(actor.tenant, id).await?;
        set.ok_or_else(|| Error::NotFound(format!("the set {id}")))
    }

    /// How many assets belong to a set.
    pub async fn set_size(&self, actor: Actor, id: SetId) -> Result<u64> {
        full(actor)?;
        Ok(self.inner.catalog.set_size(actor.tenant, id).await?)
    }

    /// Whether any asset belongs to no set.
    pub async fn has_assets_in_no_set(&self, actor: Actor) -> Result<bool> {
        full(actor)?;
        Ok(self.inner.catalog.has_assets_in_no_set(actor.tenant).await?)
    }

    /// Adds all of them, or none. [`Error::Conflict`]: one has the name or the id of another.
    pub async fn add_sets(&self, actor: Actor, new: Vec<NewSet>) -> Result<Vec<Set>> {
        full(actor)?;
        self.give_first_set(actor.tenant).await?;
        Ok(self.inner.catalog.add_sets(actor.tenant, new).await?)
    }

    /// Changes a set that is in this state still, else [`Error::Stale`]. See [`set_fault`] for what cannot be changed.
    pub async fn change_set(
        &self,
        actor: Actor,
        id: SetId,
        patch: SetPatch,
        only_if: Stamp,
    ) -> Result<Set> {
        full(actor)?;
        let inner = Arc::clone(&self.inner);
        self.to_the_end(async move {
            let set = inner.catalog.update_set(actor.tenant, id, patch, Some(only_if)).await?;
            // Its assets may be open now, or not any more.
            inner.assets.invalidate_all();
            Ok(set)
        })
        .await
    }

    /// Deletes a set that is in this state still. [`Error::Invalid`]: it holds assets.
    pub async fn delete_set(&self, actor: Actor, id: SetId, only_if: Stamp) -> Result<()> {
        full(actor)?;
        Ok(self.inner.catalog.delete_set(actor.tenant, id, Some(only_if)).await?)
    }

    /// Names of the places where sets may keep their bytes, and what keeps them there; the first is that of the first
    /// set.
    pub fn destinations(&self) -> Vec<(&str, &str)> {
        let places = self.inner.config.destinations.iter();
        let places: Vec<(&str, &str)> =
            places.map(|place| (place.name.as_str(), place.provider.as_str())).collect();
        if places.is_empty() { vec![DEFAULT_DESTINATION] } else { places }
    }

    /// A new library has one set, so that there is something to upload into.
    async fn give_first_set(&self, tenant: TenantId) -> Result<()> {
        if self.inner.with_first_set.lock().contains(&tenant) {
            return Ok(());
        }
        let first = NewSet {
            id: None,
            name: "Default".to_owned(),
            state: SetState::Usable,
            description: None,
            destination: self.destinations()[0].0.to_owned(),
            destination_config: None,
            max_bytes: None,
            creator: None,
        };
        match self.inner.catalog.give_first_set(tenant, first).await {
            // Somebody who set up sets by other ways has one of that name.
            Ok(_) | Err(catalog::Error::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
        self.inner.with_first_set.lock().insert(tenant);
        Ok(())
    }
}

/// The place in the data directory, where nothing is configured.
const DEFAULT_DESTINATION: (&str, &str) = ("internal", "LocalDisk");
