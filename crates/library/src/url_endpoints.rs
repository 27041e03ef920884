//! The verbs around URL endpoints, where delivery URLs begin, and origins, where files may be besides.

use std::{collections::BTreeMap, sync::Arc};

use catalog::{
    EndpointId, Origin, OriginId, OriginSettings, TenantId, UrlEndpoint, UrlEndpointSettings,
};
use serde_json::Value;

use crate::{Actor, Error, Library, Remembered, Result, organize::full};

/// The URL endpoints of a tenant.
#[derive(Debug)]
pub struct UrlEndpoints(Vec<UrlEndpoint>);

impl UrlEndpoints {
    /// In the order in which they came.
    pub fn all(&self) -> &[UrlEndpoint] {
        &self.0
    }

    /// The one of this prefix.
    pub fn find(&self, prefix: &str) -> Option<&UrlEndpoint> {
        self.0.iter().find(|endpoint| endpoint.settings.prefix == prefix)
    }
}

/// What an origin is told. Secrets go in and do not come out again.
#[derive(Clone, PartialEq)]
pub struct NewOrigin {
    pub name: String,
    /// In the dialect's words, such as `S3`.
    pub kind: String,
    pub parameters: BTreeMap<String, Value>,
    pub secrets: BTreeMap<String, String>,
}

impl std::fmt::Debug for NewOrigin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewOrigin")
            .field("name", &self.name)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// Binds sealed secrets to their place.
const PURPOSE: &str = "origin";

impl Library {
    /// For everybody who asks, from RAM, so that a hot delivery asks no database. An answer rests on them: with another
    /// endpoint its URL may mean another file.
    pub async fn url_endpoints(&self, tenant: TenantId) -> Result<Arc<Remembered<UrlEndpoints>>> {
        let read = async { Ok(UrlEndpoints(self.inner.catalog.url_endpoints(tenant).await?)) };
        self.inner.url_endpoints.recall(tenant, read).await
    }

    /// [`Error::Conflict`]: the prefix is taken. [`Error::Invalid`]: an origin does not exist.
    pub async fn add_url_endpoint(
        &self,
        actor: Actor,
        settings: UrlEndpointSettings,
    ) -> Result<UrlEndpoint> {
        full(actor)?;
        let inner = Arc::clone(&self.inner);
        self.to_the_end(async move {
            let endpoint = inner.catalog.add_url_endpoint(actor.tenant, settings).await?;
            inner.url_endpoints.forget(|tenant| *tenant == actor.tenant);
            Ok(endpoint)
        })
        .await
    }

    /// Errors as of [`Library::add_url_endpoint`].
    pub async fn set_url_endpoint(
        &self,
        actor: Actor,
        id: EndpointId,
        settings: UrlEndpointSettings,
    ) -> Result<UrlEndpoint> {
        full(actor)?;
        let inner = Arc::clone(&self.inner);
        self.to_the_end(async move {
            let endpoint = inner.catalog.set_url_endpoint(actor.tenant, id, settings).await?;
            inner.url_endpoints.forget(|tenant| *tenant == actor.tenant);
            Ok(endpoint)
        })
        .await
    }

    pub async fn delete_url_endpoint(&self, actor: Actor, id: EndpointId) -> Result<()> {
        full(actor)?;
        let inner = Arc::clone(&self.inner);
        self.to_the_end(async move {
            inner.catalog.delete_url_endpoint(actor.tenant, id).await?;
            inner.url_endpoints.forget(|tenant| *tenant == actor.tenant);
            Ok(())
        })
        .await
    }

    /// In the order in which they came.
    pub async fn origins(&self, actor: Actor) -> Result<Vec<Origin>> {
        full(actor)?;
        Ok(self.inner.catalog.origins(actor.tenant).await?)
    }

    pub async fn origin(&self, actor: Actor, id: OriginId) -> Result<Origin> {
        full(actor)?;
        let found = self.inner.catalog.origin(actor.tenant, id).await?;
        found.ok_or_else(|| Error::NotFound(format!("the origin {id}")))
    }

    pub async fn add_origin(&self, actor: Actor, origin: NewOrigin) -> Result<Origin> {
        full(actor)?;
        let settings = self.sealed(origin)?;
        Ok(self.inner.catalog.add_origin(actor.tenant, &settings).await?)
    }

    /// Gives it other settings, secrets included.
    pub async fn set_origin(
        &self,
        actor: Actor,
        id: OriginId,
        origin: NewOrigin,
    ) -> Result<Origin> {
        full(actor)?;
        let settings = self.sealed(origin)?;
        Ok(self.inner.catalog.set_origin(actor.tenant, id, &settings).await?)
    }

    /// [`Error::Invalid`]: a URL endpoint names it.
    pub async fn delete_origin(&self, actor: Actor, id: OriginId) -> Result<()> {
        full(actor)?;
        Ok(self.inner.catalog.delete_origin(actor.tenant, id).await?)
    }

    fn sealed(&self, origin: NewOrigin) -> Result<OriginSettings> {
        let secrets = serde_json::to_vec(&origin.secrets).map_err(Error::unavailable)?;
        Ok(OriginSettings {
            name: origin.name,
            kind: origin.kind,
            parameters: origin.parameters,
            sealed_secrets: self.inner.keyring.seal().seal(PURPOSE, &secrets)?,
        })
    }
}
