//! Uploads of the second version that a browser sends without a private key: the form carries a JWT.
//!
//! The token is signed with HS256 and the private key, its header names the public key (`kid`), and its payload repeats
//! every other field of the form but `file`, besides `iat` and `exp`. So nobody can change, add or leave out a field.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value};
use sha2::Sha256;

use super::receive::Texts;
use crate::{ImageKit, auth::Caller, error::ApiError, time};

/// Lifetime in seconds.
const LONGEST: u64 = 3600;
/// Longer tokens are refused unread.
const MAX_TOKEN: usize = 64 << 10;

/// Who signed the form. 401 without a token, 400 for everything that is wrong with it.
pub(crate) async fn caller(app: &ImageKit, texts: &Texts) -> Result<Caller, ApiError> {
    let token = texts.get("token").ok_or_else(|| {
        // Those of the first version: somebody means to sign.
        let is_signed =
            ["publicKey", "expire", "signature"].iter().any(|it| texts.contains_key(*it));
        if is_signed {
            ApiError::bad_request("Your request is missing the `token` field.")
        } else {
            ApiError::unauthorized()
        }
    })?;
    let token = Token::parse(token)
        .ok_or_else(|| wrong("is no JWT with the algorithm HS256 and a `kid`"))?;
    let key = app.library.client_key(&token.kid).await?;
    let (tenant, key) = key.ok_or_else(|| wrong("names no valid public API key in its `kid`"))?;
    if !token.is_signed_with(key.secret.as_bytes()) {
        return Err(wrong("is not signed with the private key of its `kid`"));
    }
    let expires = token.expires(time::now())?;
    token.repeats(texts)?;
    // Spent now, whatever becomes of the upload: a token is for one request. One signature has one spelling.
    let name = format!("jwt {}", BASE64_URL_SAFE_NO_PAD.encode(&token.signature));
    let expires = i64::try_from(expires * 1000).unwrap_or(i64::MAX);
    if !app.library.spend_token(tenant, &name, expires).await? {
        return Err(wrong("was used before; each upload needs a token of its own"));
    }
    Caller::new(app, library::Actor::full(tenant), key.public_key).await
}

fn wrong(what: &str) -> ApiError {
    ApiError::bad_request(format!("`token` {what}."))
}

#[derive(Debug)]
struct Token<'a> {
    /// Head and payload as they were sent.
    signed: &'a str,
    kid: String,
    payload: Map<String, Value>,
    signature: Vec<u8>,
}

impl<'a> Token<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        if text.len() > MAX_TOKEN {
            return None;
        }
        let (signed, signature) = text.rsplit_once('.')?;
        let (head, payload) = signed.split_once('.')?;
        let object = |part: &str| -> Option<Map<String, Value>> {
            serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).ok()?).ok()
        };
        let head = object(head)?;
        // The algorithm is ours to choose, not the token's.
        if head.get("alg")?.as_str()? != "HS256" {
            return None;
        }
        Some(Self {
            signed,
            kid: head.get("kid")?.as_str()?.to_owned(),
            payload: object(payload)?,
            signature: BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?,
        })
    }

    /// In constant time.
    fn is_signed_with(&self, secret: &[u8]) -> bool {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return false };
        mac.update(self.signed.as_bytes());
        mac.verify_slice(&self.signature).is_ok()
    }

    /// Unix seconds, in the future and at most an hour ahead and after the issue.
    fn expires(&self, now: u64) -> Result<u64, ApiError> {
        let seconds = |claim: &str| self.payload.get(claim).and_then(Value::as_u64);
        let expires = seconds("exp").ok_or_else(|| wrong("has no `exp`"))?;
        if expires <= now {
            return Err(wrong("has expired"));
        }
        let issued = seconds("iat").unwrap_or(now).min(now);
        if expires - issued > LONGEST {
            return Err(wrong("lives longer than an hour"));
        }
        Ok(expires)
    }

    /// Whether payload and form say the same.
    fn repeats(&self, texts: &Texts) -> Result<(), ApiError> {
        let fields = || texts.iter().filter(|(field, _)| *field != "token");
        let differs = fields()
            .find(|(field, text)| !self.payload.get(*field).is_some_and(|value| says(value, text)));
        if let Some((field, _)) = differs {
            let field: String =
                field.chars().take(60).map(|c| if c.is_control() { '?' } else { c }).collect();
            return Err(wrong(&format!("does not hold the field `{field}` as it was sent")));
        }
        let claims = self.payload.keys().filter(|claim| !matches!(claim.as_str(), "iat" | "exp"));
        if claims.count() != fields().count() {
            return Err(wrong("holds fields that were not sent"));
        }
        Ok(())
    }
}

/// A form knows texts only; a payload may hold what the text is read as.
fn says(value: &Value, text: &str) -> bool {
    match value {
        Value::String(value) => value == text,
        value => serde_json::from_str::<Value>(text).is_ok_and(|text| text == *value),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const KEY: &[u8] = b"private_key_test";
    const NOW: u64 = 1_700_000_000;

    fn token(head: &Value, payload: &Value) -> String {
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(head), part(payload));
        let mut mac = Hmac::<Sha256>::new_from_slice(KEY).unwrap();
        mac.update(signed.as_bytes());
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }

    fn head() -> Value {
        json!({"alg": "HS256", "typ": "JWT", "kid": "public"})
    }

    /// The example of jwt.io: secret `your-256-bit-secret`.
    #[test]
    fn a_published_signature_is_valid() {
        let text = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.\
                    SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";
        let (signed, signature) = text.rsplit_once('.').unwrap();
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
        let token = Token { signed, kid: String::new(), payload: Map::new(), signature };
        assert!(token.is_signed_with(b"your-256-bit-secret"));
        assert!(!token.is_signed_with(b"your-256-bit-secreT"));
    }

    #[test]
    fn what_is_no_token_of_ours_is_refused() {
        let good = token(&head(), &json!({}));
        assert!(Token::parse(&good).is_some_and(|token| token.is_signed_with(KEY)));
        for alg in ["none", "HS512", "RS256", "hs256"] {
            assert!(
                Token::parse(&token(&json!({"alg": alg, "kid": "public"}), &json!({}))).is_none(),
                "{alg}"
            );
        }
        for text in [
            "",
            ".",
            "..",
            "a.b.c",
            &good[..good.len() - 1],
            &good.replace('.', ":"),
            &format!("{good}="),
        ] {
            assert!(Token::parse(text).is_none_or(|token| !token.is_signed_with(KEY)), "{text}");
        }
        assert!(Token::parse(&token(&json!({"alg": "HS256"}), &json!({}))).is_none(), "no kid");
        assert!(Token::parse(&token(&head(), &json!([]))).is_none(), "no object");
    }

    #[test]
    fn tokens_live_for_an_hour_at_most() {
        let expires =
            |payload: &Value| Token::parse(&token(&head(), payload)).unwrap().expires(NOW);
        assert_eq!(expires(&json!({"iat": NOW, "exp": NOW + 3600})).ok(), Some(NOW + 3600));
        assert_eq!(expires(&json!({"exp": NOW + 1})).ok(), Some(NOW + 1));
        for payload in [
            json!({}),
            json!({"exp": NOW}),
            json!({"exp": -5}),
            json!({"exp": "soon"}),
            json!({"iat": NOW, "exp": NOW + 3601}),
            json!({"iat": NOW - 3000, "exp": NOW + 3000}),
            json!({"iat": NOW + 9000, "exp": NOW + 9100}),
        ] {
            assert!(expires(&payload).is_err(), "{payload}");
        }
    }

    #[test]
    fn the_payload_repeats_the_form() {
        let repeats = |payload: &Value, form: &[(&str, &str)]| {
            let texts = form
                .iter()
                .map(|(field, text)| ((*field).to_owned(), (*text).to_owned()))
                .collect();
            Token::parse(&token(&head(), payload)).unwrap().repeats(&texts).is_ok()
        };
        let payload = json!({"fileName": "a.jpg", "isPrivateFile": true, "iat": 1, "exp": 2});
        assert!(repeats(
            &payload,
            &[("fileName", "a.jpg"), ("isPrivateFile", "true"), ("token", "x")]
        ));
        assert!(!repeats(&payload, &[("fileName", "b.jpg"), ("isPrivateFile", "true")]), "changed");
        assert!(
            !repeats(&payload, &[("fileName", "a.jpg"), ("isPrivateFile", "false")]),
            "changed"
        );
        assert!(!repeats(&payload, &[("fileName", "a.jpg")]), "left out");
        assert!(
            !repeats(&payload, &[("fileName", "a.jpg"), ("isPrivateFile", "true"), ("x", "y")]),
            "added"
        );
    }
}
