//! The library itself: what its verbs work with.

use std::{
    collections::HashSet,
    path::Path,
    sync::{Arc, OnceLock, Weak},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use argon2::{Argon2, PasswordHasher};
use bytes::Bytes;
use catalog::{
    Blob, Catalog, EmailAddress, Key, Millis, Notice, Options, Session, StoreName, TenantId,
};
use futures_util::StreamExt;
use parking_lot::Mutex;
use plan::{Size, probe::Depth};
use tokio::{
    sync::{OnceCell, Semaphore, broadcast},
    task::JoinSet,
};

use crate::{
    Actor, Body, Config, Deliver, Error, Herald, ImageEngine, Result, SigningKey, Spool,
    TellPrediction,
    admission::Admission,
    asset_map::AssetMap,
    blobs::Blobs,
    cache::{DerivativeCache, DerivativeKey},
    extensions::{
        Ended,
        operation::{self, Answers, QuestionKey, Understood},
    },
    fields::CustomFields,
    flight::Flights,
    jobs::{self, Kind, Workers},
    keyring::{self, Keyring},
    memory::Memory,
    presets::Presets,
    seal::Seal,
    sessions::KnownUrlTokens,
    slots::Slots,
    staging::Staged,
    upload_turn::UploadTurns,
    url_endpoints::UrlEndpoints,
    usage::Meters,
};

/// One media library. Cheap to clone.
#[derive(Clone)]
pub struct Library {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) config: Config,
    pub(crate) engine: Arc<dyn ImageEngine>,
    pub(crate) catalog: Catalog,
    pub(crate) blobs: Blobs,
    pub(crate) cache: DerivativeCache,
    pub(crate) flights: Flights<DerivativeKey, Result<Bytes>>,
    pub(crate) admission: Admission,
    pub(crate) assets: AssetMap,
    pub(crate) keyring: Keyring,
    pub(crate) slots: Slots,
    /// By tenant and namespace.
    pub(crate) presets: Memory<(TenantId, &'static str), Presets>,
    pub(crate) custom_fields: Memory<TenantId, CustomFields>,
    pub(crate) url_endpoints: Memory<TenantId, UrlEndpoints>,
    /// Tenants that are known to have been given their first set.
    pub(crate) with_first_set: Mutex<HashSet<TenantId>>,
    /// By the SHA-256 of the token; what nobody holds is known too.
    pub(crate) sessions: Memory<[u8; 32], Option<Session>>,
    pub(crate) url_tokens: Memory<TenantId, KnownUrlTokens>,
    pub(crate) staged: Staged,
    pub(crate) meters: Meters,
    pub(crate) uploads: Arc<Semaphore>,
    pub(crate) upload_turns: Arc<UploadTurns>,
    /// Who tells of events.
    pub(crate) herald: OnceLock<Arc<Herald>>,
    /// For asking back ends; made when the first one is asked.
    pub(crate) back_ends: OnceCell<reqwest::Client>,
    /// What back ends are asked just now.
    pub(crate) questions: Flights<QuestionKey, Result<Arc<Understood>>>,
    /// What they answered of late.
    pub(crate) answers: Answers,
    /// Operations that may be asked for at the same time.
    pub(crate) operating: Semaphore,
    /// Who tells of predictions.
    pub(crate) prediction_teller: OnceLock<TellPrediction>,
    /// Tells who waits for an extension how it ended.
    pub(crate) extended: broadcast::Sender<Ended>,
    pub(crate) workers: Workers,
    /// Ends with the library.
    background: Mutex<JoinSet<()>>,
}

impl std::fmt::Debug for Library {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Library")
            .field("data", &self.inner.config.storage.data)
            .finish_non_exhaustive()
    }
}

/// What a delivery would do, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// The canonical plan, output format included.
    pub plan: String,
    /// What it means for this source: pixel rectangles.
    pub resolved: String,
    /// Width and height of the result, as far as they are known without pixels.
    pub size: (u32, u32),
    pub format: &'static str,
    /// Derivative key: the ETag of the answer.
    pub key: String,
}

impl Library {
    /// Opens the library of a data directory, making what is missing, and tidies up after a crash.
    pub async fn open(config: Config, engine: Arc<dyn ImageEngine>) -> Result<Self> {
        Self::open_with(config, engine, jobs::KINDS).await
    }

    /// With jobs of these kinds; tests bring their own.
    pub(crate) async fn open_with(
        config: Config,
        engine: Arc<dyn ImageEngine>,
        kinds: &'static [Kind],
    ) -> Result<Self> {
        config.validate()?;
        let data = config.storage.data.clone();
        std::fs::create_dir_all(&data).map_err(|error| {
            Error::Invalid(format!("the data directory {} cannot be made: {error}", data.display()))
        })?;
        let blobs = Blobs::open(&config).map_err(|error| unusable(&data, error))?;
        let seal = Seal::open(&data).map_err(|error| unusable(&data, error))?;
        let options = Options { url: config.database_url(), ..Options::default() };
        // Said to whoever starts the server, with its causes; nothing is logged twice.
        let catalog = Catalog::open(&options).await.map_err(Error::unavailable)?;
        catalog.migrate().await.map_err(Error::unavailable)?;
        catalog.place_destinations(&config.stores()).await?;
        blobs.sweep()?;
        let inner = Inner {
            cache: DerivativeCache::open(&config).await?,
            flights: Flights::new(),
            admission: Admission::new(&config),
            assets: AssetMap::new(config.cache.assets),
            keyring: Keyring::new(seal),
            slots: Slots::new(),
            presets: Memory::new(10_000),
            custom_fields: Memory::new(10_000),
            url_endpoints: Memory::new(10_000),
            with_first_set: Mutex::default(),
            sessions: Memory::new(10_000),
            url_tokens: Memory::new(10_000),
            staged: Staged::default(),
            meters: Meters::default(),
            uploads: Arc::new(Semaphore::new(config.limits.uploads_in_flight)),
            upload_turns: Arc::default(),
            herald: OnceLock::new(),
            back_ends: OnceCell::new(),
            questions: Flights::new(),
            answers: operation::answers(),
            operating: Semaphore::new(config.extensions.operations_at_once),
            prediction_teller: OnceLock::new(),
            extended: broadcast::Sender::new(256),
            workers: Workers::new(),
            engine,
            catalog,
            blobs,
            config,
            background: Mutex::default(),
        };
        let library = Self { inner: Arc::new(inner) };
        library.follow_changes().await?;
        library.collect_in_background();
        library.inner.workers.start(&library, kinds).await?;
        library.inner.background.lock().spawn(library.write_usage_in_background());
        library.inner.background.lock().spawn(library.hear_of_keys_in_background());
        Ok(library)
    }

    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// What this build can do with pixels.
    pub fn engine(&self) -> &Arc<dyn ImageEngine> {
        &self.inner.engine
    }

    /// Whether the database answers.
    pub async fn ready(&self) -> Result<()> {
        Ok(self.inner.catalog.ping().await?)
    }

    /// SQL statements executed so far; tests count with it.
    pub fn statements(&self) -> u64 {
        self.inner.catalog.statements()
    }

    /// Hands jobs back, writes out caches and gives connections back. Call it once, when nothing is served any more.
    pub async fn close(&self) {
        self.inner.workers.stop().await;
        self.inner.background.lock().abort_all();
        if let Err(error) = self.write_usage().await {
            tracing::warn!(%error, "usage could not be written down");
        }
        self.inner.cache.close().await;
        self.inner.catalog.close().await;
    }

    // Who is who.

    /// The tenant of this name, from RAM when it was asked for in the last minute.
    pub async fn tenant(&self, name: &str) -> Result<Option<TenantId>> {
        self.inner.keyring.tenant(&self.inner.catalog, name).await
    }

    /// Who holds this private key. `None` if nobody does, or the key is disabled or has expired.
    pub async fn actor_by_secret(&self, secret: &str) -> Result<Option<Actor>> {
        self.inner.keyring.actor(&self.inner.catalog, secret).await
    }

    /// The key with this private half, enabled or not.
    pub async fn key_by_secret(&self, secret: &str) -> Result<Option<Key>> {
        Ok(self.inner.catalog.key_by_secret_digest(&keyring::digest(secret)).await?)
    }

    /// Whose token this is. `None` if it is nobody's, or disabled.
    pub async fn user_by_token(&self, token: &str) -> Result<Option<(Actor, EmailAddress)>> {
        self.inner.keyring.user(&self.inner.catalog, token).await
    }

    /// The enabled keys of a tenant, for checking signatures.
    pub async fn signing_keys(&self, tenant: TenantId) -> Result<Arc<[SigningKey]>> {
        self.inner.keyring.signing_keys(&self.inner.catalog, tenant).await
    }

    /// The enabled key with this public half, and whose it is: a form that a browser sends names no tenant.
    pub async fn client_key(&self, public_key: &str) -> Result<Option<(TenantId, SigningKey)>> {
        let Some(key) = self.inner.catalog.key_by_public(public_key).await? else {
            return Ok(None);
        };
        let keys = self.signing_keys(key.tenant).await?;
        Ok(keys
            .iter()
            .find(|known| known.public_key == public_key)
            .map(|known| (key.tenant, known.clone())))
    }

    /// The name of a tenant, as it stands in URLs.
    pub async fn tenant_name(&self, tenant: TenantId) -> Result<Option<Arc<str>>> {
        self.inner.keyring.tenant_name(&self.inner.catalog, tenant).await
    }

    /// Notes the single use of a token. False if it was used before.
    pub async fn spend_token(
        &self,
        tenant: TenantId,
        token: &str,
        expires: Millis,
    ) -> Result<bool> {
        Ok(self.inner.catalog.spend_token(tenant, token, expires).await?)
    }

    /// Makes or changes a user. The password is kept as argon2id only.
    pub async fn put_user(
        &self,
        tenant: TenantId,
        name: &str,
        password: &str,
        is_admin: bool,
    ) -> Result<()> {
        let password = password.to_owned();
        // Tens of milliseconds of one core, on purpose.
        let hash = tokio::task::spawn_blocking(move || {
            let hash = Argon2::default().hash_password(password.as_bytes());
            hash.map(|hash| hash.to_string()).map_err(|error| Error::unavailable(error.to_string()))
        })
        .await
        .map_err(Error::unavailable)??;
        self.inner.catalog.put_user(tenant, name, &hash, is_admin).await?;
        Ok(())
    }

    /// Whether any asset of the tenant holds these bytes.
    pub async fn holds(&self, tenant: TenantId, hash: &crate::ContentHash) -> Result<bool> {
        Ok(self.inner.catalog.has_blob(tenant, hash).await?.is_some())
    }

    /// A place for the bytes of an upload. [`Error::Busy`] when too many are under way.
    pub fn spool(&self) -> Result<Spool> {
        let place = Arc::clone(&self.inner.uploads).try_acquire_owned();
        let place = place.map_err(|_| Error::Busy { retry_after: Duration::from_secs(1) })?;
        Spool::new(
            self.inner.blobs.temporary_path()?,
            self.inner.config.limits.upload_bytes,
            Some(place),
        )
    }

    /// What [`Library::deliver`] would do. Stored bytes that would be passed through are said to be so.
    pub async fn explain(&self, actor: Actor, request: &Deliver) -> Result<Explained> {
        let (known, _) = self.locate(actor, request).await?;
        let Some(decision) = self.rendering(actor, &known.asset, request).await? else {
            let blob = &known.asset.current.blob;
            let probe = known.asset.current.probe.as_ref();
            return Ok(Explained {
                plan: "original".into(),
                resolved: "the stored bytes".into(),
                size: probe.map_or((0, 0), |probe| (probe.size.width, probe.size.height)),
                format: probe.map_or("none", |probe| probe.format.name()),
                key: blob.hash.to_string(),
            });
        };
        let rendering = decision.rendering;
        let Some(probe) = &known.asset.current.probe else {
            return Err(Error::NotAnImage("this is no image".into()));
        };
        let resolved = rendering.plan.resolve(probe, plan::Limits::default());
        let resolved = resolved.map_err(|error| Error::Invalid(error.to_string()))?;
        Ok(Explained {
            plan: rendering.plan.to_string(),
            resolved: resolved.to_string(),
            size: (resolved.size.width, resolved.size.height),
            format: rendering.format.name(),
            key: rendering.key.to_string(),
        })
    }

    /// The size of what a request gives, where only pixels tell it: it is rendered for that, and kept.
    pub async fn measured(&self, actor: Actor, request: Deliver) -> Result<Size> {
        let delivery = self.deliver(actor, request).await?;
        let Body::Bytes(bytes) = delivery.open(None).await? else {
            return Err(Error::NotAnImage("this is no image".into()));
        };
        let engine = Arc::clone(&self.inner.engine);
        let probed = tokio::task::spawn_blocking(move || engine.probe(&bytes, Depth::Header));
        Ok(probed.await.map_err(Error::unavailable)??.size)
    }

    /// Drops from RAM what other processes on the same database have changed.
    async fn follow_changes(&self) -> Result<()> {
        let Some(mut changes) = self.inner.catalog.changes().await? else { return Ok(()) };
        let inner = Arc::downgrade(&self.inner);
        self.inner.background.lock().spawn(async move {
            while let Some(change) = changes.next().await {
                let Some(inner) = inner.upgrade() else { return };
                match change {
                    Notice::Asset { tenant, asset } => inner.assets.invalidate(tenant, asset),
                    Notice::Folder { tenant, folder } => {
                        inner.assets.invalidate_folder(tenant, &folder);
                    }
                    Notice::Keys { .. } => inner.keyring.forget(),
                    Notice::Presets { tenant } => {
                        inner.presets.forget(|(owner, _)| *owner == tenant);
                    }
                    Notice::CustomFields { tenant } => {
                        inner.custom_fields.forget(|owner| *owner == tenant);
                    }
                    Notice::UrlEndpoints { tenant } => {
                        inner.url_endpoints.forget(|owner| *owner == tenant);
                    }
                    // Whether the assets of a set are open at all.
                    Notice::Sets { .. } => inner.assets.invalidate_all(),
                    Notice::Sessions { tenant } => {
                        inner.sessions.forget(|_| true);
                        inner.url_tokens.forget(|owner| *owner == tenant);
                    }
                    Notice::Missed => {
                        inner.assets.invalidate_all();
                        inner.sessions.forget(|_| true);
                        inner.url_tokens.forget(|_| true);
                        inner.keyring.forget();
                        inner.presets.forget(|_| true);
                        inner.custom_fields.forget(|_| true);
                        inner.url_endpoints.forget(|_| true);
                    }
                }
            }
        });
        Ok(())
    }

    /// Removes bytes that no asset has any more, some time after the last one went.
    fn collect_in_background(&self) {
        const PAUSE: Duration = Duration::from_secs(60);
        /// Long enough for an upload to go from its bytes to its row.
        const GRACE: Millis = 10 * 60 * 1000;
        /// So long one may ask what became of a job or a prediction.
        const MEMORY: Millis = 30 * 24 * 60 * 60 * 1000;
        let inner = Arc::downgrade(&self.inner);
        self.inner.background.lock().spawn(async move {
            loop {
                tokio::time::sleep(PAUSE).await;
                let Some(library) = Weak::upgrade(&inner).map(|inner| Self { inner }) else {
                    return;
                };
                library.inner.staged.sweep();
                if let Err(error) = library.inner.blobs.sweep() {
                    tracing::warn!(%error, "temporary files could not be swept");
                }
                library.sweep_parts().await;
                if let Err(error) = library.collect(now() - GRACE).await {
                    tracing::warn!(%error, "orphaned bytes could not be collected");
                }
                let log =
                    Millis::try_from(library.inner.config.webhooks.log_days).unwrap_or(Millis::MAX);
                let log = now().saturating_sub(log.saturating_mul(24 * 60 * 60 * 1000));
                if let Err(error) = library.inner.catalog.forget_postings(log).await {
                    tracing::warn!(%error, "old postings could not be forgotten");
                }
                let days = library.inner.config.extensions.keep_days;
                let days = Millis::try_from(days).unwrap_or(Millis::MAX);
                let answers = now().saturating_sub(days.saturating_mul(24 * 60 * 60 * 1000));
                if let Err(error) = library.inner.catalog.forget_answers(answers).await {
                    tracing::warn!(%error, "old answers of back ends could not be forgotten");
                }
                let predictions = library.inner.catalog.forget_predictions(now() - MEMORY);
                if let Err(error) = predictions.await {
                    tracing::warn!(%error, "old predictions could not be forgotten");
                }
                if let Err(error) = library.inner.catalog.forget_jobs(now() - MEMORY).await {
                    tracing::warn!(%error, "old jobs could not be forgotten");
                }
            }
        });
    }

    /// Removes the bytes of blobs that have had no asset since `before`. Returns how many went.
    pub async fn collect(&self, before: Millis) -> Result<u64> {
        let (mut removed, mut failure) = (0, None);
        for store in self.inner.blobs.names() {
            match self.collect_in(store, before).await {
                Ok(some) => removed += some,
                // A store that does not answer does not keep the others.
                Err(error) => failure = Some(error),
            }
        }
        failure.map_or(Ok(removed), Err)
    }

    async fn collect_in(&self, store: &StoreName, before: Millis) -> Result<u64> {
        let (mut removed, inner) = (0, &self.inner);
        loop {
            let orphans = inner.catalog.orphans(store, before, 100).await?;
            if orphans.is_empty() {
                return Ok(removed);
            }
            let (mut progress, mut failure) = (false, None);
            for blob in orphans {
                let delete_bytes = self.remove(&blob);
                match inner.catalog.forget_orphan(&blob, before, delete_bytes).await {
                    Ok(true) => {
                        progress = true;
                        removed += 1;
                    }
                    Ok(false) => {}
                    // Whoever writes waits for a service that does not answer; once is enough.
                    Err(error) if inner.blobs.is_remote(store) => return Err(error.into()),
                    // One blob that cannot be removed does not keep the others.
                    Err(error) => failure = Some(error),
                }
            }
            if !progress {
                return failure.map_or(Ok(removed), |error| Err(error.into()));
            }
        }
    }

    async fn remove(&self, blob: &Blob) -> Result<()> {
        /// SQLite has one writer, and this is it.
        const LONGEST: Duration = Duration::from_secs(5);
        let removed = tokio::time::timeout(LONGEST, self.inner.blobs.remove(blob)).await;
        removed.map_err(Error::unavailable)?
    }
}

/// For the administrator: what is wrong with the data directory.
fn unusable(data: &Path, error: Error) -> Error {
    match error {
        Error::Unavailable(cause) => {
            Error::Invalid(format!("the data directory {} cannot be used: {cause}", data.display()))
        }
        other => other,
    }
}

/// Milliseconds since 1970.
pub(crate) fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
}
