//! What an administrator may set. Every field has a default; an empty file is a valid configuration.

use std::{collections::BTreeMap, path::PathBuf};

use catalog::StoreName;
use serde::{Deserialize, Serialize};

use crate::{Error, ExtensionKind, Operation, Result};

/// Megabyte as in every limit of this page: 2^20 bytes.
const MB: u64 = 1 << 20;

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Config {
    pub storage: StorageConfig,
    pub cache: CacheConfig,
    pub render: RenderConfig,
    pub limits: LimitsConfig,
    pub fetch: FetchConfig,
    pub webhooks: WebhooksConfig,
    pub extensions: ExtensionsConfig,
    /// Places for the bytes of sets. The first is the default; one that names no place of its own is in the data
    /// directory. Set from `sams.destinations`.
    #[serde(skip)]
    pub destinations: Vec<DestinationConfig>,
}

/// A place for bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DestinationConfig {
    pub name: String,
    /// What keeps the bytes, in a word for people.
    pub provider: String,
    pub place: DestinationPlace,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DestinationPlace {
    /// The data directory.
    Home,
    /// A directory of its own, perhaps on another disk.
    Directory(PathBuf),
    Bucket(BucketConfig),
}

/// A bucket of an S3-compatible service.
#[derive(Clone, PartialEq, Eq)]
pub struct BucketConfig {
    pub bucket: String,
    /// `http` or `https` URL of the service; empty for Amazon's own.
    pub endpoint: String,
    pub region: String,
    /// In front of the names of all objects.
    pub prefix: String,
    pub access_key: String,
    pub secret_key: String,
}

/// The key is a secret.
impl std::fmt::Debug for BucketConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BucketConfig")
            .field("bucket", &self.bucket)
            .field("endpoint", &self.endpoint)
            .field("region", &self.region)
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

/// Where things are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StorageConfig {
    /// Directory of everything that is kept on this machine.
    pub data: PathBuf,
    /// `sqlite://path` or `postgres://...`; empty is `catalog.db` in the data directory.
    pub database_url: String,
}

impl Default for StorageConfig {
    fn default() -> Self {
        Self { data: PathBuf::from("halftone-data"), database_url: String::new() }
    }
}

/// The derivative cache. Disposable: never backed up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CacheConfig {
    /// Bytes of derivatives in RAM.
    pub ram_bytes: u64,
    /// Bytes of derivatives on disk; 0 keeps none there.
    pub disk_bytes: u64,
    /// Assets whose facts are kept in RAM.
    pub assets: u64,
}

impl Default for CacheConfig {
    fn default() -> Self {
        Self { ram_bytes: 128 * MB, disk_bytes: 4096 * MB, assets: 100_000 }
    }
}

/// How many renders run and wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RenderConfig {
    /// Renders at the same time; 0 is one per core.
    pub workers: usize,
    /// Cheap renders that may wait.
    pub light_queue: usize,
    /// Expensive renders that may wait.
    pub heavy_queue: usize,
    /// Longest wait in a queue, milliseconds.
    pub max_wait_ms: u64,
    /// Longest run of one render, milliseconds.
    pub max_run_ms: u64,
    /// Bytes of pixels of all renders together.
    pub memory_bytes: u64,
}

impl Default for RenderConfig {
    fn default() -> Self {
        Self {
            workers: 0,
            light_queue: 1024,
            heavy_queue: 64,
            max_wait_ms: 10_000,
            max_run_ms: 10_000,
            memory_bytes: 512 * MB,
        }
    }
}

/// Sizes beyond which a request is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsConfig {
    /// Largest upload, bytes.
    pub upload_bytes: u64,
    /// Largest file that is decoded, bytes.
    pub source_bytes: u64,
    /// Pixels of a source picture.
    pub source_pixels: u64,
    /// Longest side of a source picture.
    pub source_side: u32,
    /// Pixels of a result.
    pub output_pixels: u64,
    /// Frames of an animation.
    pub frames: u32,
    /// Pixels of all frames of an animation.
    pub animation_pixels: u64,
    /// Uploads whose bodies are being received.
    pub uploads_in_flight: usize,
    /// Of them, those of one key.
    pub uploads_per_key: usize,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            upload_bytes: 300 * MB,
            source_bytes: 100 * MB,
            source_pixels: 100_000_000,
            source_side: 65_535,
            output_pixels: 100_000_000,
            frames: 1_000,
            animation_pixels: 250_000_000,
            uploads_in_flight: 64,
            uploads_per_key: 16,
        }
    }
}

/// Fetching files from other servers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FetchConfig {
    /// Opens loopback and private ranges. Link-local, unspecified, multicast and broadcast stay shut.
    pub allow_private: bool,
    pub connect_ms: u64,
    /// Until the response headers are there.
    pub headers_ms: u64,
    pub total_ms: u64,
    /// Largest body after decoding, bytes.
    pub max_bytes: u64,
    pub redirects: usize,
}

impl Default for FetchConfig {
    fn default() -> Self {
        Self {
            allow_private: false,
            connect_ms: 4_000,
            headers_ms: 8_000,
            total_ms: 20_000,
            max_bytes: 64 * MB,
            redirects: 5,
        }
    }
}

/// Posting events to webhooks and callbacks. Which addresses are open is said by `fetch.allow_private`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WebhooksConfig {
    pub connect_ms: u64,
    /// Until the answer has been read.
    pub total_ms: u64,
    /// Pause after the first failure; each further one takes twice as long, up to four hours.
    pub retry_ms: u64,
    /// From the event on; what has not been delivered by then is given up.
    pub give_up_ms: u64,
    /// So long one can see what was posted and what became of it.
    pub log_days: u64,
}

impl Default for WebhooksConfig {
    fn default() -> Self {
        Self {
            connect_ms: 4_000,
            total_ms: 30_000,
            retry_ms: 10_000,
            give_up_ms: 24 * 60 * 60 * 1000,
            log_days: 30,
        }
    }
}

/// Other programs that know something about a picture, or make something of it. `docs/operations.md` says how they are
/// asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ExtensionsConfig {
    /// So long an upload waits for extensions that may end at once.
    #[serde(rename = "wait_ms")]
    pub wait_ms: u64,
    /// Larger files are not sent, bytes.
    #[serde(rename = "max_bytes")]
    pub max_bytes: u64,
    pub remove_bg: BackEndConfig,
    pub google_auto_tagging: BackEndConfig,
    pub aws_auto_tagging: BackEndConfig,
    pub ai_auto_description: BackEndConfig,
    pub ai_tasks: BackEndConfig,
    /// URLs of what carries out operations of delivery URLs, by the name of the plug-in (`erase`) or of the operation
    /// (`qr.scan`, `e-upscale`).
    pub operations: BTreeMap<String, String>,
    /// Sent to all of them as a bearer token, if there is one.
    #[serde(rename = "operations_token")]
    pub operations_token: String,
    /// Until the answer of one of them has been read.
    #[serde(rename = "operations_timeout_ms")]
    pub operations_timeout_ms: u64,
    /// So many operations are asked for at the same time; more wait.
    #[serde(rename = "operations_at_once")]
    pub operations_at_once: usize,
    /// So long an answer is kept; the same question is answered from there.
    #[serde(rename = "keep_days")]
    pub keep_days: u64,
}

impl Default for ExtensionsConfig {
    fn default() -> Self {
        Self {
            wait_ms: 2_000,
            max_bytes: 40 * MB,
            remove_bg: BackEndConfig::default(),
            google_auto_tagging: BackEndConfig::default(),
            aws_auto_tagging: BackEndConfig::default(),
            ai_auto_description: BackEndConfig::default(),
            ai_tasks: BackEndConfig::default(),
            operations: BTreeMap::new(),
            operations_token: String::new(),
            operations_timeout_ms: 60_000,
            operations_at_once: 8,
            keep_days: 90,
        }
    }
}

impl ExtensionsConfig {
    /// What runs the extension; `None` if nothing does.
    pub(crate) fn back_end(&self, kind: ExtensionKind) -> Option<&BackEndConfig> {
        let back_end = match kind {
            ExtensionKind::RemoveBackground => &self.remove_bg,
            ExtensionKind::GoogleTags => &self.google_auto_tagging,
            ExtensionKind::AwsTags => &self.aws_auto_tagging,
            ExtensionKind::Describe => &self.ai_auto_description,
            ExtensionKind::Tasks => &self.ai_tasks,
        };
        (!back_end.url.is_empty()).then_some(back_end)
    }

    /// What carries the operation out: a back end of its own, that of its plug-in, or the one of an extension that does
    /// the same. `None` if nothing does.
    pub(crate) fn operated_by(&self, operation: &Operation) -> Option<BackEndConfig> {
        // Variables of the environment, where keys may come from, have no capitals to be told apart by.
        let url_of = |name: &str| {
            let mut urls = self.operations.iter();
            urls.find(|(known, url)| known.eq_ignore_ascii_case(name) && !url.is_empty())
        };
        let own = url_of(&operation.name).or_else(|| url_of(&operation.plugin));
        match own {
            Some((_, url)) => Some(BackEndConfig {
                url: url.clone(),
                token: self.operations_token.clone(),
                timeout_ms: self.operations_timeout_ms,
            }),
            None => operation.like.and_then(|kind| self.back_end(kind)).cloned(),
        }
    }
}

/// The program behind one extension.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BackEndConfig {
    /// Empty: there is none.
    pub url: String,
    /// Sent as a bearer token, if there is one.
    pub token: String,
    /// Until the answer has been read.
    pub timeout_ms: u64,
}

/// The token is a secret.
impl std::fmt::Debug for BackEndConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BackEndConfig")
            .field("url", &self.url)
            .field("timeout_ms", &self.timeout_ms)
            .finish_non_exhaustive()
    }
}

impl Default for BackEndConfig {
    fn default() -> Self {
        Self { url: String::new(), token: String::new(), timeout_ms: 30_000 }
    }
}

impl Config {
    /// Refuses values that cannot work; the text names key, value and range.
    pub fn validate(&self) -> Result<()> {
        let positive = [
            ("render.light_queue", self.render.light_queue as u64),
            ("render.heavy_queue", self.render.heavy_queue as u64),
            ("render.max_wait_ms", self.render.max_wait_ms),
            ("render.max_run_ms", self.render.max_run_ms),
            ("render.memory_bytes", self.render.memory_bytes),
            ("limits.upload_bytes", self.limits.upload_bytes),
            ("limits.source_bytes", self.limits.source_bytes),
            ("limits.source_pixels", self.limits.source_pixels),
            ("limits.source_side", u64::from(self.limits.source_side)),
            ("limits.output_pixels", self.limits.output_pixels),
            ("limits.frames", u64::from(self.limits.frames)),
            ("limits.animation_pixels", self.limits.animation_pixels),
            ("limits.uploads_in_flight", self.limits.uploads_in_flight as u64),
            ("limits.uploads_per_key", self.limits.uploads_per_key as u64),
            ("fetch.connect_ms", self.fetch.connect_ms),
            ("fetch.headers_ms", self.fetch.headers_ms),
            ("fetch.total_ms", self.fetch.total_ms),
            ("fetch.max_bytes", self.fetch.max_bytes),
            ("extensions.operations_timeout_ms", self.extensions.operations_timeout_ms),
            ("extensions.operations_at_once", self.extensions.operations_at_once as u64),
            ("extensions.keep_days", self.extensions.keep_days),
            ("webhooks.connect_ms", self.webhooks.connect_ms),
            ("webhooks.total_ms", self.webhooks.total_ms),
            ("webhooks.retry_ms", self.webhooks.retry_ms),
            ("webhooks.log_days", self.webhooks.log_days),
        ];
        for (key, value) in positive {
            if value == 0 {
                return Err(Error::Invalid(format!("`{key}` must be at least 1, found 0")));
            }
        }
        for (name, url) in &self.extensions.operations {
            if !url.is_empty() && !url.starts_with("http://") && !url.starts_with("https://") {
                return Err(Error::Invalid(format!(
                    "`extensions.operations.{name}` must begin with http:// or https://, found `{url}`"
                )));
            }
        }
        for (name, kind) in ExtensionKind::ALL {
            let Some(back_end) = self.extensions.back_end(kind) else { continue };
            let url = &back_end.url;
            if !url.starts_with("http://") && !url.starts_with("https://") {
                return Err(Error::Invalid(format!(
                    "`extensions.{name}.url` must begin with http:// or https://, found `{url}`"
                )));
            }
            if back_end.timeout_ms == 0 {
                return Err(Error::Invalid(format!(
                    "`extensions.{name}.timeout_ms` must be at least 1, found 0"
                )));
            }
        }
        Ok(())
    }

    /// In which store each destination is.
    pub(crate) fn stores(&self) -> BTreeMap<String, StoreName> {
        let store = |destination: &DestinationConfig| match destination.place {
            DestinationPlace::Home => StoreName::default(),
            _ => StoreName::new(&destination.name),
        };
        self.destinations.iter().map(|known| (known.name.clone(), store(known))).collect()
    }

    /// Renders at the same time.
    pub fn workers(&self) -> usize {
        match self.render.workers {
            0 => std::thread::available_parallelism().map_or(2, std::num::NonZero::get),
            set => set,
        }
    }

    /// The database that is meant, with the default filled in.
    pub fn database_url(&self) -> String {
        if self.storage.database_url.is_empty() {
            catalog::Options::sqlite(&self.storage.data.join("catalog.db")).url
        } else {
            self.storage.database_url.clone()
        }
    }
}
