//! Keys of tenants: who holds a secret, and what signatures are checked with.

use std::{sync::Arc, time::Duration};

use catalog::{Catalog, EmailAddress, Key, NewKey, NewUserToken, TenantId, UserToken};
use moka::sync::Cache;
use parking_lot::Mutex;
use sha2::{Digest, Sha256};

use crate::{
    Actor, Error, Millis, Result,
    library::now,
    seal::{Seal, random},
};

/// A new pair, shown once. The secret serves as private key, API secret and global token.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyPair {
    pub public_key: String,
    pub private_key: String,
}

impl std::fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyPair").field("public_key", &self.public_key).finish_non_exhaustive()
    }
}

impl KeyPair {
    /// `public_...` and `private_...`, each with 24 random characters (142 bits).
    pub fn generate() -> Result<Self> {
        Ok(Self {
            public_key: format!("public_{}", word()?),
            private_key: format!("private_{}", word()?),
        })
    }
}

/// 24 random letters and digits.
pub(crate) fn word() -> Result<String> {
    const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut word = String::with_capacity(24);
    while word.len() < 24 {
        // 248 is the largest multiple of 62 in a byte: what lies above would favour the first letters.
        let bytes = random::<32>()?;
        let fair = bytes.iter().filter(|byte| **byte < 248);
        word.extend(fair.map(|byte| char::from(ALPHABET[usize::from(byte % 62)])));
    }
    word.truncate(24);
    Ok(word)
}

/// What signatures are checked with.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// Row number.
    pub id: i64,
    pub public_key: String,
    pub secret: String,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey").field("public_key", &self.public_key).finish_non_exhaustive()
    }
}

/// Keys in RAM. What another process changes is noticed within [`Keyring::MEMORY`].
#[derive(Debug)]
pub(crate) struct Keyring {
    seal: Seal,
    actors: Cache<[u8; 32], Option<(Actor, Option<Millis>)>>,
    users: Cache<[u8; 32], Option<(Actor, EmailAddress)>>,
    signing: Cache<TenantId, Signing>,
    tenants: Cache<String, Option<TenantId>>,
    names: Cache<TenantId, Arc<str>>,
    /// Counts changes. What a change overtook while it was being read is used once and not kept.
    changes: Mutex<u64>,
}

/// Keys, and the moment from which on one of them has expired.
type Signing = (Arc<[SigningKey]>, Option<Millis>);

impl Keyring {
    const MEMORY: Duration = Duration::from_secs(60);
    const PURPOSE: &str = "key";

    pub(crate) fn new(seal: Seal) -> Self {
        fn remember<K, V>(capacity: u64) -> Cache<K, V>
        where
            K: std::hash::Hash + Eq + Send + Sync + 'static,
            V: Clone + Send + Sync + 'static,
        {
            Cache::builder().max_capacity(capacity).time_to_live(Keyring::MEMORY).build()
        }
        Self {
            seal,
            actors: remember(10_000),
            users: remember(10_000),
            signing: remember(1_000),
            tenants: remember(10_000),
            names: remember(10_000),
            changes: Mutex::new(0),
        }
    }

    /// What secrets are sealed with.
    pub(crate) fn seal(&self) -> &Seal {
        &self.seal
    }

    pub(crate) async fn tenant(&self, catalog: &Catalog, name: &str) -> Result<Option<TenantId>> {
        if let Some(known) = self.tenants.get(name) {
            return Ok(known);
        }
        let before = *self.changes.lock();
        let tenants = catalog.tenants().await?;
        let found = tenants.into_iter().find(|tenant| tenant.name == name).map(|tenant| tenant.id);
        self.unless_changed(before, || self.tenants.insert(name.to_owned(), found));
        Ok(found)
    }

    pub(crate) async fn tenant_name(
        &self,
        catalog: &Catalog,
        tenant: TenantId,
    ) -> Result<Option<Arc<str>>> {
        if let Some(known) = self.names.get(&tenant) {
            return Ok(Some(known));
        }
        let found = catalog.tenants().await?.into_iter().find(|known| known.id == tenant);
        let name = found.map(|tenant| Arc::<str>::from(tenant.name));
        if let Some(name) = &name {
            self.names.insert(tenant, Arc::clone(name));
        }
        Ok(name)
    }

    pub(crate) async fn actor(&self, catalog: &Catalog, secret: &str) -> Result<Option<Actor>> {
        let digest = digest(secret);
        let known = if let Some(known) = self.actors.get(&digest) {
            known
        } else {
            let before = *self.changes.lock();
            let key = catalog.key_by_secret_digest(&digest).await?.filter(is_usable);
            let actor = |key: &Key| {
                if key.read_only { Actor::reader(key.tenant) } else { Actor::full(key.tenant) }
            };
            let known = key.map(|key| (actor(&key), key.expires));
            self.unless_changed(before, || self.actors.insert(digest, known));
            known
        };
        Ok(known
            .filter(|(_, expires)| expires.is_none_or(|moment| moment > now()))
            .map(|(actor, _)| actor))
    }

    pub(crate) async fn user(
        &self,
        catalog: &Catalog,
        token: &str,
    ) -> Result<Option<(Actor, EmailAddress)>> {
        let digest = digest(token);
        if let Some(known) = self.users.get(&digest) {
            return Ok(known);
        }
        let before = *self.changes.lock();
        let token = catalog.user_token_by_digest(&digest).await?.filter(|token| token.enabled);
        let user = token.map(|token| (Actor::full(token.tenant), token.email));
        self.unless_changed(before, || self.users.insert(digest, user.clone()));
        Ok(user)
    }

    pub(crate) async fn signing_keys(
        &self,
        catalog: &Catalog,
        tenant: TenantId,
    ) -> Result<Arc<[SigningKey]>> {
        if let Some((known, until)) = self.signing.get(&tenant)
            && until.is_none_or(|moment| moment > now())
        {
            return Ok(known);
        }
        let before = *self.changes.lock();
        let mut keys = catalog.keys(tenant).await?;
        keys.retain(is_usable);
        let until = keys.iter().filter_map(|key| key.expires).min();
        let opened = keys.into_iter().map(|key| {
            let secret = self.seal.open_sealed(Self::PURPOSE, &key.sealed_secret);
            let secret = secret.and_then(|secret| String::from_utf8(secret).ok());
            let secret = secret.ok_or_else(|| {
                tracing::error!(
                    public_key = key.public_key,
                    "the key was sealed with another sealing key"
                );
                Error::unavailable("a key cannot be opened")
            })?;
            Ok(SigningKey { id: key.id, public_key: key.public_key, secret })
        });
        let opened: Arc<[SigningKey]> = opened.collect::<Result<Vec<_>>>()?.into();
        self.unless_changed(before, || self.signing.insert(tenant, (Arc::clone(&opened), until)));
        Ok(opened)
    }

    /// Adds a pair; [`Error::Conflict`] if one of its halves is in use.
    pub(crate) async fn add(
        &self,
        catalog: &Catalog,
        tenant: TenantId,
        pair: &KeyPair,
        label: &str,
        read_only: bool,
    ) -> Result<Key> {
        let key = NewKey {
            tenant,
            public_key: pair.public_key.clone(),
            secret_digest: digest(&pair.private_key),
            sealed_secret: self.seal.seal(Self::PURPOSE, pair.private_key.as_bytes())?,
            label: label.to_owned(),
            expires: None,
            read_only,
        };
        let key = catalog.add_key(key).await?;
        self.forget();
        Ok(key)
    }

    /// Makes a token of one person, told apart by its beginning from the private keys of tenants.
    pub(crate) async fn add_user_token(
        &self,
        catalog: &Catalog,
        tenant: TenantId,
        email: EmailAddress,
        label: String,
    ) -> Result<(UserToken, String)> {
        let token = format!("user_{}", word()?);
        let new = NewUserToken { tenant, email, digest: digest(&token), label };
        let made = catalog.add_user_token(new).await?;
        self.forget();
        Ok((made, token))
    }

    /// Keys have changed.
    pub(crate) fn forget(&self) {
        let mut changes = self.changes.lock();
        *changes += 1;
        self.actors.invalidate_all();
        self.users.invalidate_all();
        self.signing.invalidate_all();
        self.tenants.invalidate_all();
    }

    fn unless_changed(&self, before: u64, keep: impl FnOnce()) {
        let changes = self.changes.lock();
        if *changes == before {
            keep();
        }
    }
}

fn is_usable(key: &Key) -> bool {
    key.enabled && key.expires.is_none_or(|moment| moment > now())
}

pub(crate) fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}
