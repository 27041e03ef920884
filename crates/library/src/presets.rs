//! The verbs around presets: named plans in the words of a dialect. `namespace` is the dialect's own.

use std::collections::HashMap;
use std::sync::Arc;

use catalog::{NewPreset, Preset, PresetId, PresetPatch, TenantId};

use crate::{
    Actor, Error, Library, Remembered, Result,
    organize::{full, reader},
};

/// The presets of a tenant in one namespace, by name.
#[derive(Debug)]
pub struct Presets(HashMap<String, Preset>);

impl Presets {
    /// Enabled or not: what a disabled one means is for the dialect to say.
    pub fn find(&self, name: &str) -> Option<&Preset> {
        self.0.get(name)
    }
}

impl Library {
    /// What names mean now, for everybody who asks. From RAM, so that a hot delivery asks no database; an answer that
    /// rests on them is fresh only as long as they are.
    pub async fn presets(
        &self,
        tenant: TenantId,
        namespace: &'static str,
    ) -> Result<Arc<Remembered<Presets>>> {
        let read = async {
            let presets = self.inner.catalog.presets(tenant, namespace).await?;
            let by_name = presets.into_iter().map(|preset| (preset.name.clone(), preset));
            Ok(Presets(by_name.collect()))
        };
        self.inner.presets.recall((tenant, namespace), read).await
    }

    /// In the order in which they came.
    pub async fn list_presets(&self, actor: Actor, namespace: &'static str) -> Result<Vec<Preset>> {
        reader(actor)?;
        Ok(self.inner.catalog.presets(actor.tenant, namespace).await?)
    }

    pub async fn preset(
        &self,
        actor: Actor,
        namespace: &'static str,
        id: PresetId,
    ) -> Result<Preset> {
        reader(actor)?;
        let found = self.inner.catalog.preset(actor.tenant, namespace, id).await?;
        found.ok_or_else(|| Error::NotFound(format!("the preset {id}")))
    }

    /// Adds a preset: the next request that names it finds it. Its text is the dialect's, who has checked it.
    /// [`Error::Conflict`]: the name is taken.
    pub async fn add_preset(
        &self,
        actor: Actor,
        namespace: &'static str,
        name: String,
        text: String,
        enabled: bool,
    ) -> Result<Preset> {
        full(actor)?;
        let new = NewPreset { tenant: actor.tenant, namespace, name, text, enabled };
        let inner = Arc::clone(&self.inner);
        self.to_the_end(async move {
            let preset = inner.catalog.add_preset(new).await?;
            inner.presets.forget(|(tenant, _)| *tenant == actor.tenant);
            Ok(preset)
        })
        .await
    }

    pub async fn change_preset(
        &self,
        actor: Actor,
        namespace: &'static str,
        id: PresetId,
        patch: PresetPatch,
    ) -> Result<Preset> {
        full(actor)?;
        let inner = Arc::clone(&self.inner);
        self.to_the_end(async move {
            let preset = inner.catalog.update_preset(actor.tenant, namespace, id, patch).await?;
            inner.presets.forget(|(tenant, _)| *tenant == actor.tenant);
            Ok(preset)
        })
        .await
    }

    pub async fn delete_preset(
        &self,
        actor: Actor,
        namespace: &'static str,
        id: PresetId,
    ) -> Result<()> {
        full(actor)?;
        let inner = Arc::clone(&self.inner);
        self.to_the_end(async move {
            inner.catalog.delete_preset(actor.tenant, namespace, id).await?;
            inner.presets.forget(|(tenant, _)| *tenant == actor.tenant);
            Ok(())
        })
        .await
    }
}
