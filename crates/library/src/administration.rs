//! The verbs of administration: tenants, keys and tokens. The command line uses them, often beside a running server.

use std::{path::PathBuf, sync::Arc, time::Duration};

use catalog::{EmailAddress, Key, TenantId, UserToken};

use crate::{KeyPair, Library, Result, library::Inner};

/// In the data directory: touched when keys change. SQLite tells other processes of nothing.
const MARK: &str = "keys-changed";

/// How often others look at it.
const LOOK: Duration = Duration::from_secs(1);

impl Library {
    /// The tenant of this name, made if there is none.
    pub async fn ensure_tenant(&self, name: &str) -> Result<TenantId> {
        let tenant = self.inner.catalog.ensure_tenant(name).await?;
        self.inner.keys_changed().await;
        Ok(tenant.id)
    }

    pub async fn keys(&self, tenant: TenantId) -> Result<Vec<Key>> {
        Ok(self.inner.catalog.keys(tenant).await?)
    }

    pub async fn add_key(&self, tenant: TenantId, pair: &KeyPair, label: &str) -> Result<Key> {
        self.put_key(tenant, pair, label, false).await
    }

    /// A key that opens everything and changes nothing.
    pub async fn add_read_only_key(
        &self,
        tenant: TenantId,
        pair: &KeyPair,
        label: &str,
    ) -> Result<Key> {
        self.put_key(tenant, pair, label, true).await
    }

    async fn put_key(
        &self,
        tenant: TenantId,
        pair: &KeyPair,
        label: &str,
        read_only: bool,
    ) -> Result<Key> {
        let (inner, pair, label) = (Arc::clone(&self.inner), pair.clone(), label.to_owned());
        self.to_the_end(async move {
            let key = inner.keyring.add(&inner.catalog, tenant, &pair, &label, read_only).await?;
            inner.keys_changed().await;
            Ok(key)
        })
        .await
    }

    pub async fn set_key_enabled(&self, tenant: TenantId, id: i64, enabled: bool) -> Result<()> {
        let inner = Arc::clone(&self.inner);
        self.to_the_end(async move {
            inner.catalog.set_key_enabled(tenant, id, enabled).await?;
            inner.keys_changed().await;
            Ok(())
        })
        .await
    }

    pub async fn user_tokens(&self, tenant: TenantId) -> Result<Vec<UserToken>> {
        Ok(self.inner.catalog.user_tokens(tenant).await?)
    }

    /// Makes a token for a person; this is the only time that it can be read.
    pub async fn add_user_token(
        &self,
        tenant: TenantId,
        email: EmailAddress,
        label: &str,
    ) -> Result<(UserToken, String)> {
        let (inner, label) = (Arc::clone(&self.inner), label.to_owned());
        self.to_the_end(async move {
            let added = inner.keyring.add_user_token(&inner.catalog, tenant, email, label).await?;
            inner.keys_changed().await;
            Ok(added)
        })
        .await
    }

    pub async fn set_user_token_enabled(
        &self,
        tenant: TenantId,
        id: i64,
        enabled: bool,
    ) -> Result<()> {
        let inner = Arc::clone(&self.inner);
        self.to_the_end(async move {
            inner.catalog.set_user_token_enabled(tenant, id, enabled).await?;
            inner.keys_changed().await;
            Ok(())
        })
        .await
    }

    /// Forgets keys when another process on the same data directory has changed some.
    pub(crate) fn hear_of_keys_in_background(&self) -> impl Future<Output = ()> + use<> {
        let (inner, mark) = (Arc::downgrade(&self.inner), self.inner.mark_of_keys());
        async move {
            let mut known = None;
            loop {
                let touched = tokio::fs::metadata(&mark).await.and_then(|mark| mark.modified());
                let touched = touched.ok();
                let Some(inner) = inner.upgrade() else { return };
                if touched != known {
                    inner.keyring.forget();
                    known = touched;
                }
                drop(inner);
                tokio::time::sleep(LOOK).await;
            }
        }
    }
}

impl Inner {
    fn mark_of_keys(&self) -> PathBuf {
        self.config.storage.data.join(MARK)
    }

    /// Forgets what is known of keys, here and in other processes.
    async fn keys_changed(&self) {
        self.keyring.forget();
        if let Err(error) = tokio::fs::write(self.mark_of_keys(), b"").await {
            tracing::warn!(%error, "other processes hear of the changed keys within a minute only");
        }
    }
}
