//! Derivatives in RAM and on disk. Disposable: losing them costs time, never data.

use std::{
    fs::{File, TryLockError},
    path::Path,
};

use bytes::Bytes;
use foyer::{
    BlockEngineConfig, DeviceBuilder, FileDeviceBuilder, HybridCache, HybridCacheBuilder,
    HybridCachePolicy,
};
use parking_lot::Mutex;
use sha2::{Digest, Sha256};

use crate::{Config, ContentHash, Error, Result};

/// Names a derivative by what it is made of: content, canonical plan, output format, revision of the renderer. So
/// nothing ever has to be purged: other content has another key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct DerivativeKey(u128);

impl DerivativeKey {
    pub(crate) fn new(content: &ContentHash, plan: &str, format: plan::Format) -> Self {
        let mut hash = Sha256::new();
        hash.update(content.0);
        hash.update(plan::RENDERER_REVISION.to_le_bytes());
        hash.update(format.name());
        hash.update([0]);
        hash.update(plan);
        let digest: [u8; 32] = hash.finalize().into();
        let mut half = [0; 16];
        half.copy_from_slice(&digest[..16]);
        Self(u128::from_le_bytes(half))
    }
}

/// 32 hex digits: ETag and log field.
impl std::fmt::Display for DerivativeKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// The derivative cache of this node.
#[derive(Debug)]
pub(crate) struct DerivativeCache {
    tiers: HybridCache<u128, Bytes>,
    /// Says that the files on disk are this process's. `None`: there are none, or they are given back.
    claim: Mutex<Option<File>>,
}

/// Where an answer was found; a label of the metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tier {
    Ram,
    Disk,
}

impl DerivativeCache {
    pub(crate) async fn open(config: &Config) -> Result<Self> {
        let memory = HybridCacheBuilder::new()
            .with_name("derivatives")
            // A restart should find what was rendered before it.
            .with_policy(HybridCachePolicy::WriteOnInsertion)
            .memory(usize::try_from(config.cache.ram_bytes).unwrap_or(usize::MAX))
            .with_weighter(|_: &u128, value: &Bytes| value.len() + 64);
        let path = config.storage.data.join("cache");
        let claim = if config.cache.disk_bytes == 0 { None } else { claim(&path)? };
        let tiers = if claim.is_none() {
            memory.storage().build().await
        } else {
            let device = FileDeviceBuilder::new(path.join("derivatives"))
                .with_capacity(usize::try_from(config.cache.disk_bytes).unwrap_or(usize::MAX))
                .build()
                .map_err(Error::unavailable)?;
            memory.storage().with_engine_config(BlockEngineConfig::new(device)).build().await
        };
        let tiers = tiers.map_err(Error::unavailable)?;
        Ok(Self { tiers, claim: Mutex::new(claim) })
    }

    /// Looks in RAM, then on disk. A cache that fails is a cache that misses.
    pub(crate) async fn get(&self, key: DerivativeKey) -> Option<(Bytes, Tier)> {
        if let Some(entry) = self.tiers.memory().get(&key.0) {
            return Some((entry.value().clone(), Tier::Ram));
        }
        match self.tiers.get(&key.0).await {
            Ok(entry) => entry.map(|entry| (entry.value().clone(), Tier::Disk)),
            Err(error) => {
                tracing::warn!(%error, "the derivative cache cannot be read");
                None
            }
        }
    }

    pub(crate) fn insert(&self, key: DerivativeKey, bytes: Bytes) {
        self.tiers.insert(key.0, bytes);
    }

    /// Writes out what still waits to be written.
    pub(crate) async fn close(&self) {
        if let Err(error) = self.tiers.close().await {
            tracing::warn!(%error, "the derivative cache did not close cleanly");
        }
        self.claim.lock().take();
    }
}

/// The right to use the files in `path`, for as long as the file is open. Two processes on one data
/// directory (an import beside the server) would overwrite each other's: the second one does without.
fn claim(path: &Path) -> Result<Option<File>> {
    std::fs::create_dir_all(path).map_err(Error::unavailable)?;
    let file = File::options().create(true).truncate(false).write(true).open(path.join("lock"));
    let file = file.map_err(Error::unavailable)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => {
            tracing::warn!(
                "another process uses the derivative cache on disk: this one keeps its own in RAM only"
            );
            Ok(None)
        }
        Err(TryLockError::Error(error)) => Err(Error::unavailable(error)),
    }
}
