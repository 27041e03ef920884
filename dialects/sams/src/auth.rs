//! Who calls: `Authorization: Basic <key>`, where the key is a private key as it is, not the base64 of anything.

use axum::extract::FromRequestParts;
use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderMap, header, request::Parts};
use library::Actor;
use sha2::{Digest, Sha256};

use crate::{Sams, config::Auth, error::ApiError};

/// Somebody who may call the API.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) actor: Actor,
    /// Names the key, and tells nothing of it.
    pub(crate) key: String,
}

impl FromRequestParts<Sams> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Sams) -> Result<Self, ApiError> {
        if let Some(key) = key(&parts.headers)
            && let Some(actor) = app.library.actor_by_secret(key).await?
        {
            return Ok(Self { actor, key: BASE64_STANDARD.encode(Sha256::digest(key)) });
        }
        if app.config.auth == Auth::Basic {
            return Err(ApiError::unauthorized());
        }
        let tenant = app.library.tenant(&app.config.tenant).await?;
        let actor = Actor::full(tenant.ok_or_else(ApiError::not_found)?);
        Ok(Self { actor, key: "everybody".to_owned() })
    }
}

/// The key, with or without the scheme before it. `None`: there is none, or it cannot be told which is meant.
fn key(headers: &HeaderMap) -> Option<&str> {
    const SCHEME: &str = "basic";
    let mut lines = headers.get_all(header::AUTHORIZATION).iter();
    let line = std::str::from_utf8(lines.next()?.as_bytes()).ok()?.trim();
    if lines.next().is_some() {
        return None;
    }
    let key = match line.split_at_checked(SCHEME.len()) {
        // The word itself, and not a key that begins with these letters.
        Some((scheme, rest))
            if scheme.eq_ignore_ascii_case(SCHEME)
                && rest.chars().next().is_none_or(char::is_whitespace) =>
        {
            rest.trim()
        }
        _ => line,
    };
    (!key.is_empty()).then_some(key)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn keys_are_taken_as_they_are() {
        for (line, expected) in [
            ("Basic abc", Some("abc")),
            ("basic abc", Some("abc")),
            ("BASIC   abc ", Some("abc")),
            ("abc", Some("abc")),
            // Keys that begin with letters of the scheme.
            ("Basic Basics", Some("Basics")),
            ("Basics", Some("Basics")),
            ("Basic siccabc", Some("siccabc")),
            ("Basic Basic abc", Some("Basic abc")),
            ("Basic", None),
            ("Basic ", None),
            ("", None),
        ] {
            let headers =
                HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_static(line))]);
            assert_eq!(key(&headers), expected, "{line:?}");
        }
        assert_eq!(key(&HeaderMap::new()), None);
        let mut two = HeaderMap::new();
        two.append(header::AUTHORIZATION, HeaderValue::from_static("Basic a"));
        two.append(header::AUTHORIZATION, HeaderValue::from_static("Basic b"));
        assert_eq!(key(&two), None);
    }
}
