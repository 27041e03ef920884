//! The facts, one method each.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use futures_util::stream::BoxStream;
use serde_json::Value;

use crate::error::Result;
use crate::{
    Asset, AssetId, AssetPatch, Blob, ContentHash, Folder, FolderPath, Job, JobId, Key, Listing,
    Millis, NewKey, NewVersion, Page, Stored, Tenant, TenantId, User, Version, VersionId,
};

/// Where the catalog is.
#[derive(Debug, Clone)]
pub struct Options {
    /// `sqlite:///path/catalog.db`, `sqlite::memory:` or `postgres://user:password@host/database`.
    pub url: String,
    /// Readers on SQLite (one writer comes on top); all connections on PostgreSQL.
    pub max_connections: u32,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            url: "sqlite::memory:".to_owned(),
            max_connections: 8,
        }
    }
}

/// What we know. Cheap to clone; all clones share their connections.
#[derive(Debug, Clone)]
pub struct Catalog {
    statements: Arc<AtomicU64>,
}

/// A change made through any process that works on the same database (this one included).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// The asset is new, was changed, or is gone.
    Asset { tenant: TenantId, asset: AssetId },
    /// A key of the tenant is new or was changed.
    Keys { tenant: TenantId },
    /// The connection was lost for a while: anything may have changed.
    Missed,
}

#[allow(clippy::unimplemented, unused_variables, clippy::unused_async)]
impl Catalog {
    pub async fn open(options: &Options) -> Result<Catalog> {
        unimplemented!()
    }
    pub async fn migrate(&self) -> Result<()> {
        unimplemented!()
    }
    pub async fn ping(&self) -> Result<()> {
        unimplemented!()
    }
    /// Statements executed so far by this catalog, over all connections; `BEGIN` and `COMMIT` not counted.
    pub fn statements(&self) -> u64 {
        unimplemented!()
    }

    pub async fn ensure_tenant(&self, name: &str) -> Result<Tenant> {
        unimplemented!()
    }
    pub async fn tenants(&self) -> Result<Vec<Tenant>> {
        unimplemented!()
    }
    pub async fn add_key(&self, key: NewKey) -> Result<Key> {
        unimplemented!()
    }
    pub async fn keys(&self, tenant: TenantId) -> Result<Vec<Key>> {
        unimplemented!()
    }
    pub async fn key_by_secret_digest(&self, digest: &[u8; 32]) -> Result<Option<Key>> {
        unimplemented!()
    }
    pub async fn key_by_public(&self, public_key: &str) -> Result<Option<Key>> {
        unimplemented!()
    }
    pub async fn set_key_enabled(&self, tenant: TenantId, id: i64, enabled: bool) -> Result<()> {
        unimplemented!()
    }
    pub async fn put_user(
        &self,
        tenant: TenantId,
        name: &str,
        password_hash: &str,
        is_admin: bool,
    ) -> Result<User> {
        unimplemented!()
    }
    pub async fn user(&self, tenant: TenantId, name: &str) -> Result<Option<User>> {
        unimplemented!()
    }

    /// The folder and whether it is new. The root is no folder here: [`crate::Error::Invalid`].
    pub async fn ensure_folder(
        &self,
        tenant: TenantId,
        path: &FolderPath,
    ) -> Result<(Folder, bool)> {
        unimplemented!()
    }
    pub async fn folder(&self, tenant: TenantId, path: &FolderPath) -> Result<Option<Folder>> {
        unimplemented!()
    }

    pub async fn add_version(&self, new: NewVersion) -> Result<Stored> {
        unimplemented!()
    }
    pub async fn asset(&self, tenant: TenantId, id: AssetId) -> Result<Option<Asset>> {
        unimplemented!()
    }
    pub async fn asset_at(
        &self,
        tenant: TenantId,
        folder: &FolderPath,
        name: &str,
    ) -> Result<Option<Asset>> {
        unimplemented!()
    }
    /// The asset with that version as `current`.
    pub async fn version(
        &self,
        tenant: TenantId,
        asset: AssetId,
        version: VersionId,
    ) -> Result<Option<Asset>> {
        unimplemented!()
    }
    /// Current first, then newest first.
    pub async fn versions(&self, tenant: TenantId, asset: AssetId) -> Result<Vec<Version>> {
        unimplemented!()
    }
    pub async fn update_asset(
        &self,
        tenant: TenantId,
        id: AssetId,
        patch: AssetPatch,
    ) -> Result<Asset> {
        unimplemented!()
    }
    pub async fn delete_asset(&self, tenant: TenantId, id: AssetId) -> Result<Asset> {
        unimplemented!()
    }
    pub async fn list(&self, listing: &Listing) -> Result<Page> {
        unimplemented!()
    }
    /// In order of id, for walks over everything.
    pub async fn assets_after(
        &self,
        tenant: TenantId,
        after: Option<AssetId>,
        limit: u64,
    ) -> Result<Vec<Asset>> {
        unimplemented!()
    }
    /// An asset of the tenant that holds these bytes in any of its versions.
    pub async fn has_blob(&self, tenant: TenantId, hash: &ContentHash) -> Result<Option<AssetId>> {
        unimplemented!()
    }

    /// First step of storing bytes: `touch_blob`, then store the bytes unless the store has them, then `add_version`.
    ///
    /// Waits for a clean-up of these bytes that is under way, and keeps others off until the time that clean-ups leave
    /// (`older_than` of [`Catalog::forget_orphan`]) has passed. Whether the catalog knows the bytes. Ask the store, not
    /// this answer, whether the bytes are there: a clean-up that crashed may have left a row without bytes.
    pub async fn touch_blob(&self, hash: &ContentHash) -> Result<bool> {
        unimplemented!()
    }
    /// Blobs no version refers to, and that nobody touched since `older_than`.
    pub async fn orphans(&self, older_than: Millis, limit: u64) -> Result<Vec<ContentHash>> {
        unimplemented!()
    }
    /// Forgets a blob that no version refers to and nobody touched since `older_than`, and runs `delete_bytes` before
    /// that becomes visible to others: who comes with the same bytes waits in [`Catalog::touch_blob`]. When it fails,
    /// the row stays. `delete_bytes` must not call the catalog. False: the blob is in use, `delete_bytes` did not run.
    pub async fn forget_orphan<F, E>(
        &self,
        hash: &ContentHash,
        older_than: Millis,
        delete_bytes: F,
    ) -> Result<bool>
    where
        F: Future<Output = std::result::Result<(), E>> + Send,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        unimplemented!()
    }
    pub async fn blob_known(&self, hash: &ContentHash) -> Result<bool> {
        unimplemented!()
    }
    /// What is known about these bytes.
    pub async fn blob(&self, hash: &ContentHash) -> Result<Option<Blob>> {
        unimplemented!()
    }

    /// Whether this is the first time. `expires`: from when on the caller refuses the token anyway.
    pub async fn spend_token(
        &self,
        tenant: TenantId,
        token: &str,
        expires: Millis,
    ) -> Result<bool> {
        unimplemented!()
    }

    pub async fn add_job(
        &self,
        tenant: TenantId,
        kind: &str,
        payload: Value,
        run_at: Millis,
    ) -> Result<Job> {
        unimplemented!()
    }
    pub async fn claim_job(
        &self,
        kinds: &[&str],
        worker: &str,
        lease_ms: i64,
    ) -> Result<Option<Job>> {
        unimplemented!()
    }
    pub async fn renew_job(
        &self,
        id: JobId,
        worker: &str,
        progress: (u64, u64),
        lease_ms: i64,
    ) -> Result<bool> {
        unimplemented!()
    }
    pub async fn finish_job(
        &self,
        id: JobId,
        worker: &str,
        outcome: std::result::Result<(), String>,
        retry_at: Option<Millis>,
    ) -> Result<bool> {
        unimplemented!()
    }
    pub async fn job(&self, tenant: TenantId, id: JobId) -> Result<Option<Job>> {
        unimplemented!()
    }

    /// What changes from now on. `None` on SQLite, which one process has to itself.
    pub async fn changes(&self) -> Result<Option<BoxStream<'static, Notice>>> {
        unimplemented!()
    }
}
