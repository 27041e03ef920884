//! Settings of this dialect.

/// Settings of this dialect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Scheme, host and port of the server, without a trailing slash and without our mount. Links to public files begin
    /// with it; there are none where nobody has said what it is.
    pub public_url: Option<String>,
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
    pub(crate) fn public_base(&self) -> Option<String> {
        self.public_url.as_ref().map(|url| format!("{url}{}/assets", Self::MOUNT))
    }
}

impl Default for Config {
    fn default() -> Self {
        Self { public_url: None, auth: Auth::Basic, tenant: "demo".to_owned() }
    }
}
