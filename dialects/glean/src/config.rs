//! Settings of this dialect.

use library::Rate;

/// Settings of this dialect; every one has a default but the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Scheme, host and port of the server, without a trailing slash and without our mount.
    pub public_url: String,
    /// Whether URLs in answers begin with the host that the client used instead: nobody has said what the public one is.
    pub follow_host: bool,
    /// Requests of one token for one acting user.
    pub rate: Rate,
    /// Largest image that is taken, bytes.
    pub upload_bytes: u64,
}

impl Config {
    /// Below the public address; the same that `server` nests the router under.
    pub const MOUNT: &'static str = "/glean";
    /// 20 MB.
    pub const UPLOAD_BYTES: u64 = 20 << 20;
}

impl Default for Config {
    fn default() -> Self {
        Self {
            public_url: "http://127.0.0.1:8080".to_owned(),
            follow_host: false,
            rate: Rate::per_second(50, 200),
            upload_bytes: Self::UPLOAD_BYTES,
        }
    }
}
