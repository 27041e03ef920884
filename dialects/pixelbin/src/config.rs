//! Settings of this dialect.

use crate::Zones;

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
    /// Zones beside the default one, and what they do to the paths of workers.
    pub zones: Zones,
    /// Seconds for which anybody may keep a public answer.
    pub max_age: u32,
}

impl Config {
    /// Of delivery, below the public address. The API is at the root.
    pub const MOUNT: &'static str = "/pixelbin";

    /// Longest side of a result, and of every picture on the way to it.
    pub(crate) const MAX_SIDE: u32 = 10_000;

    /// What stands in delivery URLs between host and version, without slashes around it.
    pub(crate) fn delivery_prefix(&self) -> &str {
        if self.delivery_url.is_empty() {
            return Self::MOUNT.trim_start_matches('/');
        }
        let behind = self.delivery_url.split_once("://").map_or("", |(_, behind)| behind);
        behind.split_once('/').map_or("", |(_, path)| path.trim_matches('/'))
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            public_url: "http://127.0.0.1:8080".to_owned(),
            follow_host: false,
            delivery_url: String::new(),
            zones: Zones::default(),
            max_age: 3600,
        }
    }
}
