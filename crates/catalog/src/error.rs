//! What can go wrong in the catalog, by what the caller can do about it.

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was asked for does not exist (or belongs to another tenant, which is the same).
    #[error("{0} does not exist")]
    NotFound(String),
    /// Something of that name is there already.
    #[error("{0} already exists")]
    Conflict(String),
    /// The value breaks a rule of the noun; the text says which.
    #[error("{0}")]
    Invalid(String),
    /// The database cannot be reached, is full, or stayed locked. Trying again later may help.
    #[error("the catalog is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The database itself is full (disk).
    #[error("no space is left for the catalog")]
    Full(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A row that our own code cannot have written.
    #[error("the catalog holds a damaged row: {0}")]
    Damaged(String),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;
