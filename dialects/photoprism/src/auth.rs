//! Who calls: by a session token in a header, or by a token that stands in the URL.

use axum::extract::FromRequestParts;
use http::{HeaderMap, request::Parts};
use library::{Actor, Session, Token, User};
use wire::{bearer, peer::Peer};

use crate::{PhotoPrism, error::ApiError};

/// Somebody who is signed in. In public mode everybody is the administrator.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) actor: Actor,
    pub(crate) user: User,
    /// Missing in public mode.
    pub(crate) signed_in: Option<(Token, Session)>,
}

impl Caller {
    /// `None`: nobody is signed in.
    pub(crate) async fn find(app: &PhotoPrism, parts: &Parts) -> Result<Option<Self>, ApiError> {
        let tenant = app.tenant().await?;
        if app.config.public {
            let user = app.library.administrator(tenant).await?;
            return Ok(Some(Self { actor: Actor::full(tenant), user, signed_in: None }));
        }
        let Some(token) = token(&parts.headers) else { return Ok(None) };
        let client = Peer::of(parts);
        // Who guesses too much gets no look into the database any more. Those who are signed in notice nothing of it.
        let session = if app.limits.tokens.is_spent(client) {
            app.library.session_in_use(&token)
        } else {
            app.library.session(&token).await?
        };
        let Some(session) = session.filter(|session| session.user.tenant == tenant) else {
            // One too many is no different from one that is unknown.
            let _ = app.limits.tokens.take(client);
            return Ok(None);
        };
        let user = session.user.clone();
        Ok(Some(Self { actor: Actor::full(tenant), user, signed_in: Some((token, session)) }))
    }

    /// Names who it is where a secret must not be.
    pub(crate) fn name(&self) -> String {
        let session = self.signed_in.as_ref().map(|(_, session)| crate::ids::hex(&session.digest));
        format!("photoprism {} {}", self.user.id, session.unwrap_or_default())
    }
}

impl FromRequestParts<PhotoPrism> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &PhotoPrism) -> Result<Self, ApiError> {
        Self::find(app, parts).await?.ok_or_else(ApiError::unauthorized)
    }
}

/// Somebody, or nobody.
pub(crate) struct MaybeCaller(pub(crate) Option<Caller>);

impl FromRequestParts<PhotoPrism> for MaybeCaller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &PhotoPrism) -> Result<Self, ApiError> {
        Caller::find(app, parts).await.map(Self)
    }
}

/// The first header that holds anything decides, and what cannot be a token is no token.
fn token(headers: &HeaderMap) -> Option<Token> {
    let plain = ["x-auth-token", "x-session-id"]
        .into_iter()
        .filter_map(|name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim));
    let bearer = bearer::token(headers).and_then(Result::ok);
    let first = plain.chain(bearer).find(|text| !text.is_empty())?;
    Token::parse(first)
}

/// What stands in a URL, as it is compared: without what no token holds.
pub(crate) fn cleaned(token: &str) -> Option<String> {
    const LONGEST: usize = 64;
    if token.len() > LONGEST {
        return None;
    }
    let clean: String = token
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':'))
        .collect();
    (!clean.is_empty()).then_some(clean)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[track_caller]
    fn check(headers: &[(&'static str, &str)], expected: Option<&str>) {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                (http::HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())
            })
            .collect();
        let found = token(&headers);
        assert_eq!(found.as_ref().map(Token::as_str), expected, "{headers:?}");
    }

    #[test]
    fn the_first_header_that_holds_anything_decides() {
        let (a, b) = ("a".repeat(48), "b".repeat(48));
        check(&[], None);
        check(&[("x-auth-token", &a), ("x-session-id", &b)], Some(&a));
        check(&[("x-auth-token", ""), ("x-session-id", &b)], Some(&b));
        check(&[("x-auth-token", "nonsense"), ("x-session-id", &b)], None);
        check(&[("authorization", &format!("Bearer {a}"))], Some(&a));
        check(&[("authorization", &format!("Basic {a}"))], None);
    }

    #[test]
    fn tokens_of_urls_are_cleaned() {
        assert_eq!(cleaned("ab 1.2/3-_:").as_deref(), Some("ab123-_:"));
        assert_eq!(cleaned(""), None);
        assert_eq!(cleaned("..."), None);
        assert_eq!(cleaned(&"a".repeat(64)).as_deref(), Some(&*"a".repeat(64)));
        assert_eq!(cleaned(&"a".repeat(65)), None);
    }
}
