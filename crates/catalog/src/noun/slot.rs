//! What clients address by words of their own, and tokens of single people.

use crate::{EmailAddress, Millis, TenantId};

/// A place for one asset that a client names in its own words, beside folder and name. It is the asset's for as long as
/// that lives, wherever it is moved to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Slot {
    /// Of the dialect.
    pub namespace: &'static str,
    /// At most 2000 bytes.
    pub name: String,
}

/// A token that stands for one person. Shown once, kept as SHA-256.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserToken {
    pub id: i64,
    pub tenant: TenantId,
    pub email: EmailAddress,
    pub label: String,
    pub enabled: bool,
    pub created: Millis,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUserToken {
    pub tenant: TenantId,
    pub email: EmailAddress,
    /// SHA-256 of the token.
    pub digest: [u8; 32],
    pub label: String,
}
