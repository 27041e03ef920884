//! Who calls the API: `Authorization: Bearer` with the API secret in base64.
//!
//! The `x-ebg-param` and `x-ebg-signature` headers of older SDKs are not looked at: their key is a public constant, so
//! they say nothing about who asks.

use axum::extract::FromRequestParts;
use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use http::{HeaderMap, Method, request::Parts};
use library::{Actor, Rights};
use sha2::{Digest, Sha256};

use crate::{Pixelbin, base::Base, error::ApiError};

/// Some clients leave the padding away.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Somebody with a valid API secret.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) actor: Actor,
    /// The secret itself, to find out which token it is. Never log it.
    secret: Secret,
    key: String,
    /// What URLs in the answer begin with.
    pub(crate) base: Base,
}

#[derive(Clone)]
struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl Caller {
    /// What the organisation's numbers are: row numbers of the tenant.
    pub(crate) fn organization(&self) -> i64 {
        self.actor.tenant.0
    }

    pub(crate) fn secret(&self) -> &str {
        &self.secret.0
    }

    /// Names the token, and tells nothing of it.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }
}

impl FromRequestParts<Pixelbin> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Pixelbin) -> Result<Self, ApiError> {
        let secret = bearer(&parts.headers).ok_or_else(ApiError::unauthorized)?;
        let actor = app.library.actor_by_secret(&secret).await?;
        let actor = actor.ok_or_else(ApiError::unauthorized)?;
        let only_looks = parts.method == Method::GET || parts.method == Method::HEAD;
        if !only_looks && actor.rights != Rights::Full {
            return Err(ApiError::forbidden("This token has no permission to write"));
        }
        let cloud = app.library.tenant_name(actor.tenant).await?;
        let cloud = cloud.ok_or_else(ApiError::unauthorized)?;
        let base = Base::new(&app.config, &parts.headers, &cloud);
        let key: String = Sha256::digest(&secret).iter().map(|b| format!("{b:02x}")).collect();
        Ok(Self { actor, secret: Secret(secret), key, base })
    }
}

/// The secret in the header, if there is one header and it can be read.
fn bearer(headers: &HeaderMap) -> Option<String> {
    let token = wire::bearer::token(headers)?.ok()?;
    String::from_utf8(BASE64.decode(token).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, header};

    use super::*;

    #[test]
    fn secrets_are_read() {
        #[track_caller]
        fn check(line: &'static str, expected: Option<&str>) {
            let headers =
                HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_static(line))]);
            assert_eq!(bearer(&headers).as_deref(), expected, "{line}");
        }
        check("Bearer dGVzdC1zZWNyZXQtMTIzNDU=", Some("test-secret-12345"));
        check("bearer dGVzdC1zZWNyZXQtMTIzNDU", Some("test-secret-12345"));
        check(
            "Bearer c2FtcGxlLWFwaS10b2tlbi1iNDU1LTdlZDQ3ODkzNw==",
            Some("sample-api-token-b455-7ed478937"),
        );
        check("Bearer test-secret-12345", None);
        check("Bearer", None);
        check("Basic dGVzdC1zZWNyZXQtMTIzNDU=", None);
        assert_eq!(bearer(&HeaderMap::new()), None);
    }
}
