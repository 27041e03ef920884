//! What a tenant has used.

use super::TenantId;

/// Days since 1970-01-01 UTC.
pub type Day = i64;

/// Answers that are counted together.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Answered {
    pub tenant: TenantId,
    /// Prefix of the URL endpoint; empty for the tenant's own.
    pub endpoint: String,
    pub mime: String,
    /// Of HTTP.
    pub status: u16,
    /// Whether it was there already, or known to the client.
    pub is_hit: bool,
}

/// How many answers, and how large they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traffic {
    pub requests: u64,
    /// Of bodies.
    pub bytes: u64,
}
