//! What an administrator may set about this dialect.

use std::path::PathBuf;

/// Beside what holds for the whole library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Name of the tenant whose library is shown: an instance of PhotoPrism has one.
    pub tenant: String,
    /// Where clients find the server, without a slash at the end.
    pub public_url: String,
    /// Nobody has to sign in, and everybody may do everything.
    pub public: bool,
    /// Failed log-ins of one client before it has to wait; one more is allowed each minute.
    pub login_burst: u32,
    /// Unknown access tokens of one client before only those in use are looked up; one more is allowed every 10 seconds.
    pub token_burst: u32,
    /// A preview token that always holds; empty for none.
    pub preview_token: String,
    /// A download token that always holds; empty for none.
    pub download_token: String,
    /// Longest side of a thumbnail in pixels: larger `fit_*` sizes become the largest that is allowed.
    pub thumb_limit: u32,
    /// Whether caches between server and client may keep thumbnails.
    pub thumb_public: bool,
    /// Quality of JPEG thumbnails, 25 to 100.
    pub jpeg_quality: u8,
    /// Whether albums and selections may be downloaded as archives.
    pub downloads: bool,
    /// Directory whose files `POST /import` takes.
    pub import: PathBuf,
}

impl Config {
    /// Where the router is mounted.
    pub const MOUNT: &str = "/photoprism";
    pub const LOGIN_BURST: u32 = 20;
    pub const TOKEN_BURST: u32 = 60;
    pub const THUMB_LIMIT: u32 = 15_360;
    pub const JPEG_QUALITY: u8 = 83;
}

impl Default for Config {
    fn default() -> Self {
        Self {
            tenant: "demo".to_owned(),
            public_url: String::new(),
            public: false,
            login_burst: Self::LOGIN_BURST,
            token_burst: Self::TOKEN_BURST,
            preview_token: String::new(),
            download_token: String::new(),
            thumb_limit: Self::THUMB_LIMIT,
            thumb_public: false,
            jpeg_quality: Self::JPEG_QUALITY,
            downloads: true,
            import: PathBuf::new(),
        }
    }
}
