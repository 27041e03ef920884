//! Who is signed in: people, their sessions and app passwords, and the tokens that stand in URLs for them.
//!
//! A token is shown once and kept as its SHA-256. URL tokens are handed out again and again, so they are kept sealed. Both
//! are in RAM while they are in use: a request that carries one asks no database.

use std::{
    collections::HashSet,
    sync::{Arc, LazyLock},
};

use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier};
use catalog::{Millis, NewSession, Session, SessionKind, TenantId, User};
use crc_fast::{CrcAlgorithm, checksum};
use sha2::{Digest, Sha256};

use crate::{
    Error, Library, Remembered, Result,
    keyring::word,
    library::now,
    seal::{Seal, random},
};

/// So long somebody stays signed in, in milliseconds.
const LIFE: Millis = 14 * 24 * 60 * 60 * 1000;
/// And so long without doing anything.
const IDLE: Millis = 7 * 24 * 60 * 60 * 1000;
/// How exactly it is known when a session was last used.
const TOUCH: Millis = 60 * 60 * 1000;

/// What binds sealed URL tokens to their place.
const PURPOSE: &str = "url-tokens";

/// A token as a client sends it. Never log it.
///
/// * of a session: 48 lower-case hex digits;
/// * an app password: 27 characters, four groups of letters and digits with dashes between them in the places 7, 14 and
///   21. Its last character is a check of the others that only people's programs look at.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// `None`: it cannot be a token.
    pub fn parse(text: &str) -> Option<Self> {
        let is_session =
            text.len() == 48 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let fits = |(place, byte): (usize, u8)| match place {
            6 | 13 | 20 => byte == b'-',
            _ => byte.is_ascii_alphanumeric(),
        };
        let is_app_password = text.len() == 27 && text.bytes().enumerate().all(fits);
        (is_session || is_app_password).then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the session is known by.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(&self.0).into()
    }

    fn session() -> Result<Self> {
        let bytes: [u8; 24] = random()?;
        Ok(Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    fn app_password() -> Result<Self> {
        const ALPHABET: &[u8; 62] =
            b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let word = word()?;
        let mut text =
            format!("{}-{}-{}-{}", &word[..6], &word[6..12], &word[12..18], &word[18..23]);
        let check = checksum(CrcAlgorithm::Crc32Iscsi, text.as_bytes()) % ALPHABET.len() as u64;
        text.push(char::from(ALPHABET[usize::try_from(check).unwrap_or_default()]));
        Ok(Self(text))
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(***)")
    }
}

/// Somebody who has just signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub token: Token,
    pub session: Session,
}

/// What stands in URLs for a person: 8 base-36 digits each.
#[derive(Clone, PartialEq, Eq)]
pub struct UrlTokens {
    /// Opens renderings.
    pub preview: String,
    /// Opens originals as well.
    pub download: String,
}

impl std::fmt::Debug for UrlTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UrlTokens(***)")
    }
}

/// The URL tokens that hold for a tenant. Only digests are kept, so that how long a look-up takes tells nothing.
#[derive(Debug, Default)]
pub struct KnownUrlTokens {
    previews: HashSet<[u8; 32]>,
    downloads: HashSet<[u8; 32]>,
}

impl KnownUrlTokens {
    /// Whether it opens renderings; a download token does as well.
    pub fn opens_previews(&self, token: &str) -> bool {
        self.previews.contains::<[u8; 32]>(&Sha256::digest(token).into())
            || self.opens_downloads(token)
    }

    pub fn opens_downloads(&self, token: &str) -> bool {
        self.downloads.contains::<[u8; 32]>(&Sha256::digest(token).into())
    }
}

impl Library {
    /// Signs somebody in by name and password, or by an app password in its place. `None`: it is not they.
    pub async fn sign_in(
        &self,
        tenant: TenantId,
        name: &str,
        password: &str,
    ) -> Result<Option<SignedIn>> {
        let Some(user) = self.user_by_password(tenant, name, password).await? else {
            return Ok(None);
        };
        let expires = Some(now() + LIFE);
        self.begin_session(&user, SessionKind::Login, "", expires).await.map(Some)
    }

    /// The user of that name and password. Takes as long for a name that nobody has.
    pub async fn user_by_password(
        &self,
        tenant: TenantId,
        name: &str,
        password: &str,
    ) -> Result<Option<User>> {
        if let Some(token) = Token::parse(password)
            && let Some(session) = self.session(&token).await?
            && session.kind == SessionKind::AppPassword
        {
            return Ok(Some(session.user).filter(|user| user.tenant == tenant && user.name == name));
        }
        let user = self.inner.catalog.user(tenant, name).await?;
        let hash = user.as_ref().map_or_else(|| NOBODY.clone(), |user| user.password_hash.clone());
        let password = password.to_owned();
        // Tens of milliseconds of one core, on purpose.
        let is_right = tokio::task::spawn_blocking(move || {
            PasswordHash::new(&hash).is_ok_and(|hash| {
                Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()
            })
        });
        let is_right = is_right.await.map_err(Error::unavailable)?;
        Ok(user.filter(|_| is_right))
    }

    /// Mints a password for one program, which lasts until it is ended. [`Error::NotFound`]: there is no such user.
    pub async fn mint_app_password(
        &self,
        tenant: TenantId,
        user: &str,
        label: &str,
    ) -> Result<SignedIn> {
        let found = self.inner.catalog.user(tenant, user).await?;
        let user = found.ok_or_else(|| Error::NotFound(format!("the user `{user}`")))?;
        self.begin_session(&user, SessionKind::AppPassword, label, None).await
    }

    async fn begin_session(
        &self,
        user: &User,
        kind: SessionKind,
        label: &str,
        expires: Option<Millis>,
    ) -> Result<SignedIn> {
        let token = match kind {
            SessionKind::Login => Token::session()?,
            SessionKind::AppPassword => Token::app_password()?,
        };
        let new = NewSession {
            tenant: user.tenant,
            user: user.id,
            digest: token.digest(),
            kind,
            label: label.to_owned(),
            expires,
        };
        let library = self.clone();
        self.to_the_end(async move {
            let digest = new.digest;
            let session = library.inner.catalog.add_session(new).await?;
            library.inner.sessions.forget(|known| *known == digest);
            // It is in use from now on, see `session_in_use`.
            let begun = session.clone();
            library.inner.sessions.recall(digest, async { Ok(Some(begun)) }).await?;
            Ok(SignedIn { token, session })
        })
        .await
    }

    /// Who holds the token. `None`: nobody, or the session has ended.
    pub async fn session(&self, token: &Token) -> Result<Option<Session>> {
        let digest = token.digest();
        let read = async { Ok(self.inner.catalog.session(&digest).await?) };
        let known = self.inner.sessions.recall(digest, read).await?;
        let Some(session) = known.as_ref().as_ref() else { return Ok(None) };
        let now = now();
        if !is_live(session, now) {
            return Ok(None);
        }
        if now - session.used > TOUCH {
            self.inner.catalog.touch_session(&digest, now).await?;
            self.inner.sessions.forget(|known| *known == digest);
            let used = Session { used: now, ..session.clone() };
            self.inner.sessions.recall(digest, async { Ok(Some(used)) }).await?;
        }
        Ok(Some(session.clone()))
    }

    /// The same, but only of sessions that are in use on this node: asks no database, so that guessing costs none.
    pub fn session_in_use(&self, token: &Token) -> Option<Session> {
        let known = self.inner.sessions.known(&token.digest())?;
        known.as_ref().as_ref().filter(|session| is_live(session, now())).cloned()
    }

    /// Ends a session: its token is void when this returns.
    pub async fn end_session(&self, tenant: TenantId, digest: [u8; 32]) -> Result<()> {
        let library = self.clone();
        self.to_the_end(async move {
            library.inner.catalog.end_session(tenant, &digest).await?;
            library.inner.sessions.forget(|known| *known == digest);
            Ok(())
        })
        .await
    }

    /// The tokens that stand in URLs for a user; made the first time, the same ever after.
    pub async fn url_tokens(&self, user: &User) -> Result<UrlTokens> {
        let known = self.inner.catalog.url_tokens(user.tenant).await?;
        if let Some((_, sealed)) = known.iter().find(|(owner, _)| *owner == user.id) {
            return open(self.inner.keyring.seal(), sealed);
        }
        let (library, tenant, id) = (self.clone(), user.tenant, user.id);
        self.to_the_end(async move {
            let fresh = format!("{} {}", base36()?, base36()?);
            let fresh = library.inner.keyring.seal().seal(PURPOSE, fresh.as_bytes())?;
            let sealed = library.inner.catalog.ensure_url_tokens(tenant, id, &fresh).await?;
            library.inner.url_tokens.forget(|owner| *owner == tenant);
            open(library.inner.keyring.seal(), &sealed)
        })
        .await
    }

    /// All URL tokens that hold for a tenant, from RAM. An answer to one rests on them.
    pub async fn known_url_tokens(
        &self,
        tenant: TenantId,
    ) -> Result<Arc<Remembered<KnownUrlTokens>>> {
        let read = async {
            let mut known = KnownUrlTokens::default();
            for (_, sealed) in self.inner.catalog.url_tokens(tenant).await? {
                let tokens = open(self.inner.keyring.seal(), &sealed)?;
                known.previews.insert(Sha256::digest(&tokens.preview).into());
                known.downloads.insert(Sha256::digest(&tokens.download).into());
            }
            Ok(known)
        };
        self.inner.url_tokens.recall(tenant, read).await
    }

    /// 8 random base-36 digits, for names that nobody is to guess.
    pub fn random_word(&self) -> Result<String> {
        base36()
    }

    /// The first administrator of a tenant: who acts where nobody has to sign in.
    pub async fn administrator(&self, tenant: TenantId) -> Result<User> {
        let users = self.inner.catalog.users(tenant).await?;
        let found = users.into_iter().find(|user| user.is_admin);
        found.ok_or_else(|| Error::NotFound("an administrator".to_owned()))
    }
}

/// What a password is compared with where there is no user of that name.
static NOBODY: LazyLock<String> = LazyLock::new(|| {
    let hash = Argon2::default().hash_password(b"nobody has this password");
    hash.map(|hash| hash.to_string()).unwrap_or_default()
});

fn is_live(session: &Session, now: Millis) -> bool {
    let is_idle = session.kind == SessionKind::Login && now - session.used > IDLE;
    !is_idle && session.expires.is_none_or(|moment| moment > now)
}

fn open(seal: &Seal, sealed: &[u8]) -> Result<UrlTokens> {
    let text = seal.open_sealed(PURPOSE, sealed).and_then(|text| String::from_utf8(text).ok());
    let tokens = text.as_deref().and_then(|text| text.split_once(' '));
    let (preview, download) = tokens.ok_or_else(|| {
        tracing::error!("URL tokens were sealed with another sealing key");
        Error::unavailable("URL tokens cannot be opened")
    })?;
    Ok(UrlTokens { preview: preview.to_owned(), download: download.to_owned() })
}

/// 8 random base-36 digits.
fn base36() -> Result<String> {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut text = String::with_capacity(8);
    while text.len() < 8 {
        // 252 is the largest multiple of 36 in a byte: what lies above would favour the first digits.
        let bytes = random::<16>()?;
        let fair = bytes.iter().filter(|byte| **byte < 252);
        text.extend(fair.map(|byte| char::from(DIGITS[usize::from(byte % 36)])));
    }
    text.truncate(8);
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_have_two_forms() {
        #[track_caller]
        fn check(text: &str, is_token: bool) {
            assert_eq!(Token::parse(text).is_some(), is_token, "{text}");
        }
        check(&"0123456789abcdef".repeat(3), true);
        check(&"0123456789ABCDEF".repeat(3), false);
        check(&"0".repeat(47), false);
        check("xxxxxx-xxxxxx-xxxxxx-xxxxxx", true);
        check("Xx0xxx-xxxxxx-xxxxxx-xxxxxZ", true);
        check("xxxxxxx-xxxxx-xxxxxx-xxxxxx", false);
        check("xxxxxx-xxxxxx-xxxxxx-xxxxx-", false);
        check("", false);
        check("public", false);
    }

    #[test]
    fn what_is_made_reads_back() {
        for token in [Token::session().unwrap(), Token::app_password().unwrap()] {
            assert_eq!(Token::parse(token.as_str()), Some(token));
        }
        assert_eq!(base36().unwrap().len(), 8);
    }
}
