//! Who calls the API: HTTP Basic with the private key as user name. The password is ignored, because SDKs send anything there.

use axum::extract::FromRequestParts;
use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderMap, request::Parts};
use library::Actor;
use sha2::{Digest, Sha256};

use crate::{ImageKit, endpoint::Endpoint, error::ApiError};

/// Somebody with a valid private key.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) actor: Actor,
    pub(crate) endpoint: Endpoint,
    /// Names the key, and tells nothing of it.
    pub(crate) key: String,
}

impl Caller {
    pub(crate) async fn new(app: &ImageKit, actor: Actor, key: String) -> Result<Self, ApiError> {
        let tenant =
            app.library.tenant_name(actor.tenant).await?.ok_or_else(ApiError::unknown_key)?;
        let others = app.library.url_endpoints(actor.tenant).await?;
        Ok(Self { actor, endpoint: Endpoint::new(&app.config, &tenant).beside(&others), key })
    }

    /// `None`: nothing is said about who asks, which browsers may do that sign their uploads.
    pub(crate) async fn from_headers(
        app: &ImageKit,
        headers: &HeaderMap,
    ) -> Result<Option<Self>, ApiError> {
        let secret = match wire::basic::user(headers) {
            None => return Ok(None),
            Some(user) => user.map_err(|_| ApiError::unauthorized())?,
        };
        let actor =
            app.library.actor_by_secret(&secret).await?.ok_or_else(ApiError::unknown_key)?;
        let key = BASE64_STANDARD.encode(Sha256::digest(&secret));
        Self::new(app, actor, key).await.map(Some)
    }
}

impl FromRequestParts<ImageKit> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &ImageKit) -> Result<Self, ApiError> {
        let caller = Self::from_headers(app, &parts.headers).await?;
        let caller = caller.ok_or_else(ApiError::unauthorized)?;
        // Here and not before: uploads are not limited.
        app.limiter.take(&caller.key)?;
        Ok(caller)
    }
}
