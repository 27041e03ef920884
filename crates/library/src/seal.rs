//! Secrets at rest: sealed with a key from the data directory or the environment.

use std::{io::Write, os::unix::fs::OpenOptionsExt, path::Path};

use base64::{Engine, engine::general_purpose::STANDARD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305,
    aead::{Aead, Payload},
};

use crate::{Error, Result};

/// Seals secrets that must be recoverable (HMAC keys). XChaCha20-Poly1305; the sealed form is a random nonce of
/// 24 bytes followed by the ciphertext.
pub(crate) struct Seal(XChaCha20Poly1305);

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal(***)")
    }
}

const NONCE: usize = 24;

impl Seal {
    /// Environment variable that holds the key as base64 of 32 bytes, instead of the file.
    const VARIABLE: &str = "HALFTONE_SEALING_KEY";

    /// Takes the key from the environment, else from `sealing.key` in the data directory, which is made at the
    /// first start (mode 0600).
    pub(crate) fn open(data: &Path) -> Result<Self> {
        let path = data.join("sealing.key");
        let text = match std::env::var(Self::VARIABLE) {
            Ok(text) => text,
            Err(_) => match std::fs::read_to_string(&path) {
                Ok(text) => text,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => make_key_file(&path)?,
                Err(error) => return Err(Error::unavailable(error)),
            },
        };
        let key = STANDARD.decode(text.trim()).ok().and_then(|key| <[u8; 32]>::try_from(key).ok());
        let key = key.ok_or_else(|| {
            Error::Invalid(
                "the sealing key must be 32 bytes in base64, found something else".into(),
            )
        })?;
        Ok(Self(XChaCha20Poly1305::new(&key.into())))
    }

    /// `purpose` binds the result to its place: what was sealed for one cannot be opened for another.
    pub(crate) fn seal(&self, purpose: &str, secret: &[u8]) -> Result<Vec<u8>> {
        let nonce: [u8; NONCE] = random()?;
        let payload = Payload { msg: secret, aad: purpose.as_bytes() };
        let sealed = self
            .0
            .encrypt(&nonce.into(), payload)
            .map_err(|_| Error::Invalid("the secret cannot be sealed".into()))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// `None` if it was sealed with another key or for another purpose.
    pub(crate) fn open_sealed(&self, purpose: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg: ciphertext, aad: purpose.as_bytes() };
        self.0.decrypt(&(*nonce).into(), payload).ok()
    }
}

/// Bytes from the system's random source.
pub(crate) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(Error::unavailable)?;
    Ok(bytes)
}

fn make_key_file(path: &Path) -> Result<String> {
    let text = STANDARD.encode(random::<32>()?);
    // Written beside its place and linked into it: whoever finds a key there finds the whole of it, even if
    // this process is killed half-way.
    let beside = path.with_extension(format!("{:016x}", u64::from_le_bytes(random()?)));
    let written = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&beside)
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            std::fs::hard_link(&beside, path)?;
            path.parent().map_or(Ok(()), |directory| std::fs::File::open(directory)?.sync_all())
        });
    let _ = std::fs::remove_file(&beside);
    match written {
        Ok(()) => Ok(text),
        // Another process of the same library was quicker: its key is the key.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            std::fs::read_to_string(path).map_err(Error::unavailable)
        }
        Err(error) => Err(Error::unavailable(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_secret_opens_for_its_purpose_and_key_only() {
        let first = tempfile::tempdir().unwrap();
        let second = tempfile::tempdir().unwrap();
        let seal = Seal::open(first.path()).unwrap();
        let sealed = seal.seal("key", b"private").unwrap();
        assert!(!sealed.windows(7).any(|part| part == b"private"));
        assert_eq!(seal.open_sealed("key", &sealed).as_deref(), Some(b"private".as_slice()));
        assert_eq!(seal.open_sealed("token", &sealed), None);
        assert_eq!(seal.open_sealed("key", &sealed[..10]), None);
        assert_eq!(Seal::open(second.path()).unwrap().open_sealed("key", &sealed), None);
        // The key survives a restart, and nothing lies beside it.
        assert_eq!(std::fs::read_dir(first.path()).unwrap().count(), 1);
        let again = Seal::open(first.path()).unwrap();
        assert_eq!(again.open_sealed("key", &sealed).as_deref(), Some(b"private".as_slice()));
    }
}
