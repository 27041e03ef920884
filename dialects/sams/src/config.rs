//! Settings of this dialect.

/// Settings of this dialect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Scheme, host and port of the server, without a trailing slash and without our mount. URLs in answers begin with it.
    pub public_url: String,
    pub auth: Auth,
    /// Whose library it is where no key says so.
    pub tenant: String,
}

/// Who may call the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// Everybody.
    Public,
    /// Who sends a private key of a tenant.
    Basic,
}

impl Config {
    /// Below the public address; the same that `server` nests the router under.
    pub const MOUNT: &'static str = "/sams";

    /// Where public files are, without a trailing slash.
    pub(crate) fn public_base(&self) -> String {
        format!("{}{}/assets", self.public_url, Self::MOUNT)
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            public_url: "http://127.0.0.1:8080".to_owned(),
            auth: Auth::Basic,
            tenant: "demo".to_owned(),
        }
    }
}
