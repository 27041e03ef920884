//! Settings of this dialect.

use library::Rate;

/// Settings of this dialect; every one has a default but the address.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the dialect has that many switches, each for itself"
)]
pub struct Config {
    /// Scheme, host and port of the server, without a trailing slash and without our mount. URLs in answers begin
    /// with it, never with what a client says in `Host`.
    pub public_url: String,
    /// Whether clients that name WebP get it where no format is asked for.
    pub auto_webp: bool,
    /// The same for AVIF.
    pub auto_avif: bool,
    /// Whether delivery needs a signature, also of public files.
    pub signed_only: bool,
    /// Whether delivery takes named transformations only, also of public files and signed URLs.
    pub named_only: bool,
    /// Whether answers of delivery say in headers what their URL was understood as; see `delivery/notes.rs`.
    pub debug: bool,
    /// Larger sources are not decoded, bytes.
    pub source_bytes: u64,
    /// Calls of the API that one key may make. Uploads and delivery are not counted.
    pub rate: Rate,
}

impl Config {
    /// Below the public address; the same that `server` nests the router under.
    pub const MOUNT: &'static str = "/imagekit";
    /// 40 MB, as the vendor documents.
    pub const SOURCE_BYTES: u64 = 40 << 20;

    /// The first fault, naming key, value and what is allowed.
    pub fn validate(&self) -> Result<(), String> {
        let is_address =
            self.public_url.starts_with("http://") || self.public_url.starts_with("https://");
        if is_address && !self.public_url.ends_with('/') {
            return Ok(());
        }
        Err(format!(
            "`public_url` expects a URL such as https://images.example.com without a trailing slash, found `{}`",
            self.public_url
        ))
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            public_url: "http://127.0.0.1:8080".to_owned(),
            auto_webp: true,
            auto_avif: false,
            signed_only: false,
            named_only: false,
            debug: false,
            source_bytes: Self::SOURCE_BYTES,
            rate: Rate::per_second(0, 1),
        }
    }
}
