//! The verbs around what plug-ins of other services log in with. It is sealed at rest and shown to nobody.

use catalog::{PluginCredential, TenantId};
use serde_json::Value;

use crate::{Actor, Error, Library, Result, organize::full};

/// Binds sealed credentials to their place.
const PURPOSE: &str = "plugin";

impl Library {
    /// [`Error::Conflict`]: the plug-in has some.
    pub async fn add_plugin_credential(
        &self,
        actor: Actor,
        plugin: &str,
        credentials: &Value,
    ) -> Result<PluginCredential> {
        full(actor)?;
        let sealed = self.sealed_credentials(credentials)?;
        Ok(self.inner.catalog.add_plugin_credential(actor.tenant, plugin, sealed).await?)
    }

    pub async fn change_plugin_credential(
        &self,
        actor: Actor,
        plugin: &str,
        credentials: &Value,
    ) -> Result<PluginCredential> {
        full(actor)?;
        let sealed = self.sealed_credentials(credentials)?;
        Ok(self.inner.catalog.update_plugin_credential(actor.tenant, plugin, sealed).await?)
    }

    pub async fn plugin_credential(&self, actor: Actor, plugin: &str) -> Result<PluginCredential> {
        full(actor)?;
        let found = self.inner.catalog.plugin_credential(actor.tenant, plugin).await?;
        found.ok_or_else(|| Error::NotFound(format!("a credential of the plug-in `{plugin}`")))
    }

    pub async fn delete_plugin_credential(
        &self,
        actor: Actor,
        plugin: &str,
    ) -> Result<PluginCredential> {
        full(actor)?;
        Ok(self.inner.catalog.delete_plugin_credential(actor.tenant, plugin).await?)
    }

    /// What the plug-in is to log in with, for whoever asks it on the tenant's behalf.
    pub async fn credentials_for_plugin(
        &self,
        tenant: TenantId,
        plugin: &str,
    ) -> Result<Option<Value>> {
        let Some(found) = self.inner.catalog.plugin_credential(tenant, plugin).await? else {
            return Ok(None);
        };
        let opened = self.inner.keyring.seal().open_sealed(PURPOSE, &found.sealed);
        let credentials = opened.and_then(|text| serde_json::from_slice(&text).ok());
        credentials.map(Some).ok_or_else(|| {
            tracing::error!(plugin, "the credentials were sealed with another sealing key");
            Error::unavailable("the credentials of a plug-in cannot be opened")
        })
    }

    fn sealed_credentials(&self, credentials: &Value) -> Result<Vec<u8>> {
        self.inner.keyring.seal().seal(PURPOSE, credentials.to_string().as_bytes())
    }
}
