//! People and how they are signed in.

use super::{Millis, TenantId};
use crate::UserId;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub id: i64,
    pub tenant: TenantId,
    pub name: String,
    /// argon2id, PHC string.
    pub password_hash: String,
    pub is_admin: bool,
    pub created: Millis,
}

impl User {
    /// Its row number is the random part: no two people of a second share one.
    pub fn uid(&self) -> UserId {
        let seconds = u32::try_from(self.created / 1000).unwrap_or_default();
        UserId::from_parts(seconds, u64::try_from(self.id).unwrap_or_default())
    }
}

/// Somebody who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub user: User,
    /// SHA-256 of the token, as text; by it a session is named where the token must not be shown.
    pub digest: [u8; 32],
    pub kind: SessionKind,
    pub label: String,
    pub created: Millis,
    /// About when it was last used.
    pub used: Millis,
    /// `None`: lasts until it is ended.
    pub expires: Option<Millis>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SessionKind {
    /// Made by signing in with a password.
    Login,
    /// A password for one program, minted for a person.
    AppPassword,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    pub tenant: TenantId,
    /// Row number of the user.
    pub user: i64,
    pub digest: [u8; 32],
    pub kind: SessionKind,
    pub label: String,
    pub expires: Option<Millis>,
}
