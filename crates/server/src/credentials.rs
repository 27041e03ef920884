//! The credentials of the first start: given, or generated, printed once and kept in the data directory.

use std::{io::Write, os::unix::fs::OpenOptionsExt, path::Path};

use anyhow::{Context, Result, bail};
use library::{KeyPair, Library};
use serde::{Deserialize, Serialize};

use crate::config::Bootstrap;

/// What an application, or a person, needs to talk to this server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Credentials {
    pub(crate) tenant: String,
    pub(crate) public_key: String,
    pub(crate) private_key: String,
    pub(crate) admin_user: String,
    pub(crate) admin_password: String,
}

/// How the credentials of this start came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Made now: print them.
    Generated(Credentials),
    /// Those of an earlier start.
    Kept(Credentials),
    /// Given by configuration, wholly or in part: whoever gave them knows them.
    Given(Credentials),
}

impl Origin {
    pub(crate) fn credentials(&self) -> &Credentials {
        match self {
            Self::Generated(credentials) | Self::Kept(credentials) | Self::Given(credentials) => {
                credentials
            }
        }
    }
}

const FILE: &str = "credentials.toml";

/// Makes sure that the tenant, its first key and the administrator exist.
pub(crate) async fn establish(library: &Library, bootstrap: &Bootstrap) -> Result<Origin> {
    let path = library.config().storage.data.join(FILE);
    let kept = read(&path)?;
    let is_new = kept.is_none();
    let base = match kept {
        Some(kept) => kept,
        None => generate(bootstrap)?,
    };
    let credentials = override_with(base.clone(), bootstrap);
    if credentials.public_key == credentials.private_key {
        bail!("`bootstrap.public_key` and `bootstrap.private_key` must differ");
    }
    let tenant = library.ensure_tenant(&credentials.tenant).await?;
    let pair = KeyPair {
        public_key: credentials.public_key.clone(),
        private_key: credentials.private_key.clone(),
    };
    let holder = library.actor_by_secret(&pair.private_key).await?;
    let exists = library.keys(tenant).await?.iter().any(|key| key.public_key == pair.public_key);
    match (holder, exists) {
        (Some(actor), true) if actor.tenant == tenant => {}
        (None, false) => {
            library.add_key(tenant, &pair, "first start").await?;
        }
        _ => bail!(
            "the key `{}` exists with another secret, or its secret belongs to another key; \
             `halftone keys` shows which keys there are",
            pair.public_key
        ),
    }
    if is_new || !bootstrap.admin_password.is_empty() {
        let Credentials { admin_user, admin_password, .. } = &credentials;
        library.put_user(tenant, admin_user, admin_password, true).await?;
    }
    if is_new {
        write(&path, &credentials)?;
    }
    let was_given = !bootstrap.public_key.is_empty() || !bootstrap.private_key.is_empty();
    Ok(match (was_given, is_new) {
        (true, _) => Origin::Given(credentials),
        (false, true) => Origin::Generated(credentials),
        (false, false) => Origin::Kept(credentials),
    })
}

fn generate(bootstrap: &Bootstrap) -> Result<Credentials> {
    let pair = KeyPair::generate()?;
    // Twelve characters of the same alphabet as the keys: 71 bits.
    let password: String = KeyPair::generate()?.private_key.chars().rev().take(12).collect();
    Ok(Credentials {
        tenant: bootstrap.tenant.clone(),
        public_key: pair.public_key,
        private_key: pair.private_key,
        admin_user: bootstrap.admin_user.clone(),
        admin_password: password,
    })
}

fn override_with(mut credentials: Credentials, bootstrap: &Bootstrap) -> Credentials {
    let pairs = [
        (&mut credentials.tenant, &bootstrap.tenant),
        (&mut credentials.public_key, &bootstrap.public_key),
        (&mut credentials.private_key, &bootstrap.private_key),
        (&mut credentials.admin_user, &bootstrap.admin_user),
        (&mut credentials.admin_password, &bootstrap.admin_password),
    ];
    for (current, given) in pairs {
        if !given.is_empty() {
            current.clone_from(given);
        }
    }
    credentials
}

fn read(path: &Path) -> Result<Option<Credentials>> {
    match std::fs::read_to_string(path) {
        Ok(text) => {
            let credentials = toml::from_str(&text)
                .with_context(|| format!("{} is not what the first start wrote", path.display()))?;
            Ok(Some(credentials))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
    }
}

/// Readable by its owner only, and durable before the server answers anybody.
fn write(path: &Path, credentials: &Credentials) -> Result<()> {
    let text = format!(
        "# Credentials of the first start. Keep this file to yourself.\n{}",
        toml::to_string(credentials)?
    );
    std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        })
        .with_context(|| format!("{} cannot be written", path.display()))
}
