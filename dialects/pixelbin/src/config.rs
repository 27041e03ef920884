//! Settings of this dialect.

/// Settings of this dialect; every one has a default but the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Scheme, host and port of the server, without a trailing slash and without our mount.
    pub public_url: String,
    /// Whether URLs in answers of the API begin with the `Host` that the request names instead: right where nobody
    /// has said under which address clients find this server.
    pub follow_host: bool,
    /// What delivery URLs in answers begin with, without a trailing slash. Empty: the public address and our mount.
    pub delivery_url: String,
}

impl Config {
    /// Of delivery, below the public address. The API is at the root.
    pub const MOUNT: &'static str = "/pixelbin";
}

impl Default for Config {
    fn default() -> Self {
        Self {
            public_url: "http://127.0.0.1:8080".to_owned(),
            follow_host: false,
            delivery_url: String::new(),
        }
    }
}
