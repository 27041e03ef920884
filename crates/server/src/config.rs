//! Configuration: defaults, one TOML file, environment, command line; the later wins.
//!
//! Every key is `section.name`, in the environment `HALFTONE_SECTION__NAME`. The defaults say which keys there are and
//! of what type each is, so an unknown key or a value of the wrong type is an error that says what was expected.

mod destinations;
mod layers;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use destinations::Destinations;
pub(crate) use layers::{Layers, Origin};

/// Everything that can be set. [`Layers`] refuses unknown keys before this is read.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Settings {
    pub(crate) server: Server,
    pub(crate) log: Log,
    pub(crate) bootstrap: Bootstrap,
    pub(crate) imagekit: ImageKit,
    pub(crate) pixelbin: Pixelbin,
    pub(crate) sams: Sams,
    pub(crate) photoprism: PhotoPrism,
    pub(crate) glean: Glean,
    #[serde(flatten)]
    pub(crate) library: library::Config,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Server {
    /// Address and port.
    pub(crate) listen: String,
    /// Where clients find this server, as in `https://images.example.com`; empty is `http://` and `listen`.
    pub(crate) public_url: String,
    /// Host name under which ImageKit is served at the root; empty for none.
    pub(crate) imagekit_host: String,
    /// Connections at the same time; more wait in the kernel.
    pub(crate) max_connections: usize,
    /// A request's header block must be complete after this time.
    pub(crate) header_timeout_ms: u64,
    /// At the end, running requests get this long.
    pub(crate) shutdown_ms: u64,
    /// Finished answers in RAM that are found by raw URL, bytes.
    pub(crate) hot_bytes: u64,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".into(),
            public_url: String::new(),
            imagekit_host: String::new(),
            max_connections: 4096,
            header_timeout_ms: 10_000,
            shutdown_ms: 10_000,
            hot_bytes: 64 << 20,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Log {
    /// `error`, `warn`, `info`, `debug`, `trace`, or filters such as `info,library=debug`.
    pub(crate) level: String,
    /// `text` or `json`.
    pub(crate) format: String,
}

impl Default for Log {
    fn default() -> Self {
        Self { level: "info".into(), format: "text".into() }
    }
}

/// What the first start sets up. Empty values are generated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Bootstrap {
    pub(crate) tenant: String,
    pub(crate) public_key: String,
    pub(crate) private_key: String,
    pub(crate) admin_user: String,
    pub(crate) admin_password: String,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self {
            tenant: "demo".into(),
            public_key: String::new(),
            private_key: String::new(),
            admin_user: "admin".into(),
            admin_password: String::new(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the dialect has that many switches, each for itself"
)]
pub(crate) struct ImageKit {
    /// Without `f`, or with `f-auto`, answer WebP to clients that name it.
    pub(crate) auto_webp: bool,
    /// The same for AVIF, which wins.
    pub(crate) auto_avif: bool,
    /// Deliver only what is signed.
    pub(crate) signed_only: bool,
    /// Deliver transformations only by their names.
    pub(crate) named_only: bool,
    /// Say in headers of delivery what a URL was understood as.
    pub(crate) debug: bool,
    /// Largest file that delivery decodes, bytes; `limits.source_bytes` holds as well.
    pub(crate) source_bytes: u64,
    /// Calls of the API that one key may make in a second, uploads and delivery not counted; 0 is no limit.
    pub(crate) rate_per_second: u32,
    /// So many of them at once after a pause.
    pub(crate) rate_burst: u32,
}

impl Default for ImageKit {
    fn default() -> Self {
        Self {
            auto_webp: true,
            auto_avif: false,
            signed_only: false,
            named_only: false,
            debug: false,
            source_bytes: imagekit::Config::SOURCE_BYTES,
            rate_per_second: 0,
            rate_burst: 1000,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Pixelbin {
    /// What delivery URLs in answers begin with; empty is the public address and `/pixelbin`.
    pub(crate) delivery_url: String,
    /// Host names at whose root one cloud is delivered: a comma list of `host=cloud`.
    pub(crate) hosts: String,
    /// Zones that URLs may name, a comma list of six characters each.
    pub(crate) zones: String,
    /// What becomes of the paths behind `wrkr`, a rule a line: `[@zone ]regular expression => pattern/path`.
    pub(crate) rewrites: String,
    /// Seconds for which anybody may keep a public delivery.
    pub(crate) max_age: u32,
}

impl Default for Pixelbin {
    fn default() -> Self {
        Self {
            delivery_url: String::new(),
            hosts: String::new(),
            zones: String::new(),
            rewrites: String::new(),
            max_age: pixelbin::Config::default().max_age,
        }
    }
}

impl Pixelbin {
    /// Host names and their clouds.
    pub(crate) fn hosts(&self) -> anyhow::Result<Vec<(String, String)>> {
        let pairs = self.hosts.split(',').map(str::trim).filter(|pair| !pair.is_empty());
        let pair = |pair: &str| match pair.split_once('=') {
            Some((host, cloud)) if !host.is_empty() && !cloud.is_empty() => {
                Ok((host.trim().to_ascii_lowercase(), cloud.trim().to_owned()))
            }
            _ => anyhow::bail!("pixelbin.hosts expects host=cloud, found `{pair}`"),
        };
        pairs.map(pair).collect()
    }

    pub(crate) fn zones(&self) -> anyhow::Result<pixelbin::Zones> {
        pixelbin::Zones::parse(&self.zones, &self.rewrites)
            .map_err(|why| anyhow::anyhow!("pixelbin.zones, pixelbin.rewrites: {why}"))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Sams {
    /// `basic` or `public`.
    pub(crate) auth: String,
    /// Comma list of storage destinations, `name` or `name:Provider`; or a list of tables, each with a `name` and
    /// perhaps a `path` or a `bucket`.
    pub(crate) destinations: Destinations,
    /// Address and port of a listener of its own, with SAMS at the root; empty for none.
    pub(crate) listen: String,
}

impl Default for Sams {
    fn default() -> Self {
        let destinations = Destinations::Names("internal".to_owned());
        Self { auth: "basic".into(), destinations, listen: String::new() }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct PhotoPrism {
    /// Nobody has to sign in, and everybody may do everything.
    pub(crate) public: bool,
    /// Failed log-ins before a client has to wait.
    pub(crate) login_burst: u32,
    /// Unknown access tokens of a client before those that are not in use are refused unseen for a while.
    pub(crate) token_burst: u32,
    /// Tokens in URLs that hold beside those of the users; empty for none.
    pub(crate) preview_token: String,
    pub(crate) download_token: String,
    /// Longest side of a thumbnail, pixels; larger sizes become the largest that is allowed.
    pub(crate) thumb_limit: u32,
    /// Let caches between server and client keep thumbnails.
    pub(crate) thumb_public: bool,
    /// Of thumbnails, 25 to 100.
    pub(crate) jpeg_quality: u8,
    /// Allow archives of albums and selections.
    pub(crate) downloads: bool,
    /// Directory from which files are imported; empty is `import` in the data directory.
    pub(crate) import: PathBuf,
}

impl Default for PhotoPrism {
    fn default() -> Self {
        Self {
            public: false,
            login_burst: photoprism::Config::LOGIN_BURST,
            token_burst: photoprism::Config::TOKEN_BURST,
            preview_token: String::new(),
            download_token: String::new(),
            thumb_limit: photoprism::Config::THUMB_LIMIT,
            thumb_public: false,
            jpeg_quality: photoprism::Config::JPEG_QUALITY,
            downloads: true,
            import: PathBuf::new(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Glean {
    /// Requests of one token for one acting user in a second; 0 is no limit.
    pub(crate) rate_per_second: u32,
    /// So many of them at once after a pause.
    pub(crate) rate_burst: u32,
    /// Largest image that is taken, bytes; `limits.upload_bytes` holds as well.
    pub(crate) upload_bytes: u64,
}

impl Default for Glean {
    fn default() -> Self {
        Self { rate_per_second: 50, rate_burst: 200, upload_bytes: glean::Config::UPLOAD_BYTES }
    }
}

/// Values that nobody is to read over a shoulder. `database_url` may hold a password.
pub(crate) const SECRETS: [&str; 11] = [
    "bootstrap.private_key",
    "bootstrap.admin_password",
    "photoprism.preview_token",
    "photoprism.download_token",
    "storage.database_url",
    "extensions.remove-bg.token",
    "extensions.google-auto-tagging.token",
    "extensions.aws-auto-tagging.token",
    "extensions.ai-auto-description.token",
    "extensions.ai-tasks.token",
    "extensions.operations_token",
];

/// The same in the tables of a list.
pub(crate) const SECRET_FIELDS: [&str; 1] = ["secret_key"];

/// Settings, and where each came from.
#[derive(Debug, Clone)]
pub(crate) struct Loaded {
    pub(crate) settings: Settings,
    pub(crate) layers: Layers,
}

/// Reads all layers. `file` given by name must exist; `halftone.toml` is read where it does. `flags` are pairs of key
/// and value from the command line.
pub(crate) fn load(file: Option<&Path>, flags: &[(&str, Option<String>)]) -> Result<Loaded> {
    let mut layers = Layers::new(&toml::Table::try_from(Settings::default())?);
    let default_file = PathBuf::from("halftone.toml");
    let file = file.or_else(|| default_file.exists().then_some(default_file.as_path()));
    if let Some(file) = file {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("the configuration file {} cannot be read", file.display()))?;
        layers.add_file(file, &text)?;
    }
    layers.add_environment(std::env::vars())?;
    for (key, value) in flags {
        if let Some(value) = value {
            layers.set(key, value, Origin::Flag)?;
        }
    }
    let mut settings: Settings =
        layers.table().try_into().context("the configuration is not valid")?;
    settings.library.destinations = settings.sams.destinations.places()?;
    check(&settings)?;
    Ok(Loaded { settings, layers })
}

fn check(settings: &Settings) -> Result<()> {
    settings.library.validate()?;
    one_of("log.format", &settings.log.format, &["text", "json"])?;
    one_of("sams.auth", &settings.sams.auth, &["basic", "public"])?;
    for (key, burst) in [
        ("imagekit.rate_burst", settings.imagekit.rate_burst),
        ("glean.rate_burst", settings.glean.rate_burst),
    ] {
        if burst == 0 {
            bail!("`{key}` must be at least 1, found 0");
        }
    }
    let quality = settings.photoprism.jpeg_quality;
    if !(25..=100).contains(&quality) {
        bail!("`photoprism.jpeg_quality` must be 25 to 100, found {quality}");
    }
    let limit = settings.photoprism.thumb_limit;
    if limit < SMALLEST_THUMB_LIMIT {
        bail!("`photoprism.thumb_limit` must be at least {SMALLEST_THUMB_LIMIT}, found {limit}");
    }
    let server = &settings.server;
    if server.max_connections == 0 {
        bail!("`server.max_connections` must be at least 1, found 0");
    }
    let url = &server.public_url;
    let is_url = url.starts_with("http://") || url.starts_with("https://");
    if !is_url && !url.is_empty() {
        bail!("`server.public_url` must begin with http:// or https://, found `{url}`");
    }
    let tenant = &settings.bootstrap.tenant;
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    if tenant.is_empty() || !tenant.chars().all(is_plain) {
        bail!(
            "`bootstrap.tenant` must be lower-case letters, digits, `-` or `_`, found `{tenant}`"
        );
    }
    if RESERVED_TENANTS.contains(&tenant.as_str()) {
        bail!("`bootstrap.tenant` must not be `{tenant}`: that is part of other URLs");
    }
    Ok(())
}

/// The smallest size of a whole picture.
const SMALLEST_THUMB_LIMIT: u32 = 720;

/// Names that URLs use for something else.
const RESERVED_TENANTS: [&str; 11] = [
    "built-in",
    "v1",
    "v2",
    "api",
    "service",
    "console",
    "imagekit",
    "pixelbin",
    "sams",
    "photoprism",
    "glean",
];

fn one_of(key: &str, found: &str, known: &[&str]) -> Result<()> {
    if known.contains(&found) {
        return Ok(());
    }
    bail!("`{key}` must be one of {}, found `{found}`", known.join(", "));
}

impl Settings {
    /// Where clients find this server, without a slash at the end.
    pub(crate) fn public_url(&self) -> String {
        if self.server.public_url.is_empty() {
            format!("http://{}", self.server.listen)
        } else {
            self.server.public_url.trim_end_matches('/').to_owned()
        }
    }
}

#[cfg(test)]
mod tests;
