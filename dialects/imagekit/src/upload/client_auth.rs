//! Uploads that a browser sends without a private key: a server of the customer signed them.
//!
//! ```text
//! signature = lower-case hex of HMAC-SHA1(private key, token expire)
//! ```

use wire::sign::{hmac_sha1_hex, same};

use super::receive::Texts;
use crate::{ImageKit, auth::Caller, error::ApiError, time};

/// A signature may be valid for this long, in seconds.
const LONGEST: u64 = 3600;

/// Who signed the form. 401 if nobody claims to have, 400 for everything that is wrong with it.
pub(crate) async fn caller(app: &ImageKit, texts: &Texts) -> Result<Caller, ApiError> {
    let claim = Claim::parse(texts)?;
    let expire = claim.expire(time::now())?;
    let key = app.library.client_key(&claim.public_key).await?;
    let (tenant, key) =
        key.ok_or_else(|| ApiError::bad_request("`publicKey` is not a valid public API key."))?;
    if !claim.is_signed_with(key.secret.as_bytes()) {
        return Err(ApiError::bad_request("`signature` does not fit `token` and `expire`."));
    }
    // Spent now, whatever becomes of the upload: a token is for one request.
    let expires = i64::try_from(expire * 1000).unwrap_or(i64::MAX);
    if !app.library.spend_token(tenant, &claim.token, expires).await? {
        return Err(ApiError::bad_request(
            "`token` was used before. Each upload needs a token of its own.",
        ));
    }
    Caller::new(app, library::Actor::full(tenant), key.public_key).await
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Claim {
    public_key: String,
    token: String,
    expire: String,
    signature: String,
}

impl Claim {
    fn parse(texts: &Texts) -> Result<Self, ApiError> {
        const FIELDS: [&str; 4] = ["publicKey", "token", "expire", "signature"];
        if !FIELDS.iter().any(|field| texts.contains_key(*field)) {
            return Err(ApiError::unauthorized());
        }
        let field = |name: &'static str| {
            let text = texts.get(name).filter(|text| !text.is_empty()).cloned();
            text.ok_or_else(|| {
                ApiError::bad_request(format!("Your request is missing the `{name}` field."))
            })
        };
        let claim = Self {
            public_key: field("publicKey")?,
            token: field("token")?,
            expire: field("expire")?,
            signature: field("signature")?,
        };
        if claim.token.len() > 1024 {
            return Err(ApiError::bad_request("`token` may have 1024 bytes."));
        }
        Ok(claim)
    }

    /// Unix seconds, in the future and less than an hour ahead.
    fn expire(&self, now: u64) -> Result<u64, ApiError> {
        let is_decimal = self.expire.bytes().all(|byte| byte.is_ascii_digit());
        let expire = self.expire.parse::<u64>().ok().filter(|_| is_decimal);
        match expire {
            None => {
                Err(ApiError::bad_request("`expire` expects Unix seconds as a decimal number."))
            }
            Some(expire) if expire <= now => Err(ApiError::bad_request("`expire` is in the past.")),
            Some(expire) if expire - now >= LONGEST => {
                Err(ApiError::bad_request("`expire` is an hour ahead or more; it must be less."))
            }
            Some(expire) => Ok(expire),
        }
    }

    fn is_signed_with(&self, secret: &[u8]) -> bool {
        let expected = hmac_sha1_hex(secret, &[self.token.as_bytes(), self.expire.as_bytes()]);
        same(expected.as_bytes(), self.signature.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim() -> Claim {
        Claim {
            public_key: "public".to_owned(),
            token: "your_token".to_owned(),
            expire: "1655379249".to_owned(),
            signature: "239f84d664cd64492ebf366e2c8a1cbe529dac74".to_owned(),
        }
    }

    /// The example of the SDKs, 3.2.0 and 5.11.0.
    #[test]
    fn the_signature_of_the_sdks_is_valid() {
        assert!(claim().is_signed_with(b"private_key_test"));
        assert!(!claim().is_signed_with(b"private_key_tesu"));
        for altered in [
            Claim { token: "your_tokem".to_owned(), ..claim() },
            Claim { expire: "1655379250".to_owned(), ..claim() },
            Claim { signature: claim().signature.to_uppercase(), ..claim() },
            Claim { signature: claim().signature[..39].to_owned(), ..claim() },
        ] {
            assert!(!altered.is_signed_with(b"private_key_test"), "{altered:?}");
        }
    }

    #[test]
    fn signatures_hold_for_less_than_an_hour() {
        let expire = 1_655_379_249;
        assert_eq!(claim().expire(expire - 1).ok(), Some(expire));
        assert_eq!(claim().expire(expire - 3599).ok(), Some(expire));
        assert!(claim().expire(expire - 3600).is_err());
        assert!(claim().expire(expire).is_err());
        for text in ["", "+1655379249", "abc", "1655379249.0", "-5", "99999999999999999999999"] {
            assert!(Claim { expire: text.to_owned(), ..claim() }.expire(0).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let texts = |fields: &[&'static str]| {
            fields.iter().map(|field| ((*field).to_owned(), "x".to_owned())).collect::<Texts>()
        };
        assert_eq!(Claim::parse(&texts(&[])).unwrap_err().status, 401);
        for (given, missing) in [
            (["token", "expire", "signature"], "publicKey"),
            (["publicKey", "expire", "signature"], "token"),
            (["publicKey", "token", "signature"], "expire"),
            (["publicKey", "token", "expire"], "signature"),
        ] {
            let error = Claim::parse(&texts(&given)).unwrap_err();
            assert_eq!(error.status, 400);
            assert_eq!(error.message, format!("Your request is missing the `{missing}` field."));
        }
        assert!(Claim::parse(&texts(&["publicKey", "token", "expire", "signature"])).is_ok());
    }
}
