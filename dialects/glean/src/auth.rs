//! Who calls: a bearer token, and for whom it acts.
//!
//! | Token | Act-as header | Who acts |
//! |---|---|---|
//! | of a person (`halftone keys add --user`) | absent, or that person | that person |
//! | a private key | absent | the administrator |
//! | a private key | an e-mail address | whoever that is |
//!
//! Nobody is asked whether the acting person exists: they are recorded, and their requests counted.

use axum::extract::FromRequestParts;
use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderMap, request::Parts};
use library::{Actor, EmailAddress};
use sha2::{Digest, Sha256};

use crate::{Glean, error::ApiError};

/// The older name and the newer one.
const ACT_AS: [&str; 2] = ["x-scio-actas", "x-glean-actas"];

/// Who acts where a private key does not say for whom.
const ADMINISTRATOR: &str = "administrator";

/// Somebody with a token, who has not asked too often.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) actor: Actor,
    /// Who acts: an e-mail address, or the administrator.
    pub(crate) user: String,
    /// Names the token, and tells nothing of it.
    pub(crate) key: String,
}

impl FromRequestParts<Glean> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Glean) -> Result<Self, ApiError> {
        let token = wire::bearer::token(&parts.headers)
            .ok_or_else(|| {
                ApiError::unauthorized("the request holds no token: send `Authorization: Bearer`")
            })?
            .map_err(|malformed| ApiError::unauthorized(malformed.to_string()))?;
        let (actor, user) = acting(app, token, act_as(&parts.headers)).await?;
        let key = BASE64_STANDARD.encode(Sha256::digest(token));
        app.limiter.take((&key, &user))?;
        Ok(Self { actor, user, key })
    }
}

async fn acting(
    app: &Glean,
    token: &str,
    act_as: Result<Option<String>, ApiError>,
) -> Result<(Actor, String), ApiError> {
    if let Some(actor) = app.library.actor_by_secret(token).await? {
        let user = match act_as? {
            None => ADMINISTRATOR.to_owned(),
            Some(user) => {
                let user = EmailAddress::parse(&user).map_err(library::Error::from)?;
                user.as_str().to_owned()
            }
        };
        return Ok((actor, user));
    }
    let Some((actor, user)) = app.library.user_by_token(token).await? else {
        return Err(ApiError::unauthorized("the token is not valid"));
    };
    if let Some(other) = act_as?
        && EmailAddress::parse(&other).ok().as_ref() != Some(&user)
    {
        return Err(ApiError::unauthorized("this token acts for nobody but its own user"));
    }
    Ok((actor, user.as_str().to_owned()))
}

/// What the act-as headers say; empty ones say nothing.
fn act_as(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let lines = ACT_AS.iter().flat_map(|name| headers.get_all(*name));
    let mut values = lines
        // What is no text is no address either, and is refused as such.
        .map(|line| String::from_utf8_lossy(line.as_bytes()).trim().to_owned())
        .filter(|value| !value.is_empty());
    let Some(first) = values.next() else { return Ok(None) };
    if values.any(|other| other.to_lowercase() != first.to_lowercase()) {
        return Err(ApiError::invalid(
            "`X-Scio-Actas` and `X-Glean-ActAs` mean the same and have different values",
        ));
    }
    Ok(Some(first))
}
