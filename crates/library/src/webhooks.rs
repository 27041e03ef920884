//! The verbs around webhooks: who hears of events, and with which secret deliveries to them are signed.

use catalog::{Millis, NewWebhook, TenantId, WebhookId, WebhookPatch};

use crate::{Actor, Error, Library, Result, keyring::word, organize::full};

/// Somebody who hears of events.
#[derive(Clone, PartialEq, Eq)]
pub struct Webhook {
    pub id: WebhookId,
    /// Where events are posted.
    pub url: String,
    /// Names of the events that are posted.
    pub events: Vec<String>,
    pub enabled: bool,
    /// `whsec_...`: what deliveries are signed with.
    pub secret: String,
    pub created: Millis,
    pub updated: Millis,
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Webhook")
            .field("id", &self.id)
            .field("url", &self.url)
            .field("enabled", &self.enabled)
            .finish_non_exhaustive()
    }
}

/// Binds sealed secrets to their place.
const PURPOSE: &str = "webhook";

impl Library {
    /// Who hears of the event of this name, with their secrets: the enabled webhooks that ask for it.
    pub async fn subscribers(&self, tenant: TenantId, event: &str) -> Result<Vec<Webhook>> {
        let webhooks = self.inner.catalog.webhooks(tenant).await?.into_iter();
        webhooks
            .filter(|webhook| webhook.enabled && webhook.events.iter().any(|name| name == event))
            .map(|webhook| self.opened(webhook))
            .collect()
    }

    /// All of them, in the order in which they came.
    pub async fn webhooks(&self, actor: Actor) -> Result<Vec<Webhook>> {
        full(actor)?;
        let webhooks = self.inner.catalog.webhooks(actor.tenant).await?;
        webhooks.into_iter().map(|webhook| self.opened(webhook)).collect()
    }

    pub async fn webhook(&self, actor: Actor, id: WebhookId) -> Result<Webhook> {
        full(actor)?;
        let found = self.inner.catalog.webhook(actor.tenant, id).await?;
        self.opened(found.ok_or_else(|| Error::NotFound(format!("the webhook {id}")))?)
    }

    /// Adds a webhook with a fresh secret. [`Error::Conflict`]: there is one with this URL.
    pub async fn add_webhook(
        &self,
        actor: Actor,
        url: String,
        events: Vec<String>,
        enabled: bool,
    ) -> Result<Webhook> {
        full(actor)?;
        let secret = format!("whsec_{}", word()?);
        let sealed_secret = self.inner.keyring.seal().seal(PURPOSE, secret.as_bytes())?;
        let new = NewWebhook { tenant: actor.tenant, url, events, enabled, sealed_secret };
        self.opened(self.inner.catalog.add_webhook(new).await?)
    }

    pub async fn change_webhook(
        &self,
        actor: Actor,
        id: WebhookId,
        patch: WebhookPatch,
    ) -> Result<Webhook> {
        full(actor)?;
        self.opened(self.inner.catalog.update_webhook(actor.tenant, id, patch).await?)
    }

    pub async fn delete_webhook(&self, actor: Actor, id: WebhookId) -> Result<()> {
        full(actor)?;
        Ok(self.inner.catalog.delete_webhook(actor.tenant, id).await?)
    }

    fn opened(&self, webhook: catalog::Webhook) -> Result<Webhook> {
        let secret = self.inner.keyring.seal().open_sealed(PURPOSE, &webhook.sealed_secret);
        let secret = secret.and_then(|secret| String::from_utf8(secret).ok());
        let secret = secret.ok_or_else(|| {
            tracing::error!(id = %webhook.id, "the webhook was sealed with another sealing key");
            Error::unavailable("a webhook cannot be opened")
        })?;
        Ok(Webhook {
            id: webhook.id,
            url: webhook.url,
            events: webhook.events,
            enabled: webhook.enabled,
            secret,
            created: webhook.created,
            updated: webhook.updated,
        })
    }
}
