//! What can go wrong, by what the caller can do about it. Dialects turn it into their own shape, once, as a table.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// Does not exist, belongs to another tenant, or is not to be seen by this actor.
    #[error("{0} does not exist")]
    NotFound(String),
    /// Something of that name is there already.
    #[error("{0} already exists")]
    Conflict(String),
    /// It is no longer in the state that the change was meant for.
    #[error("{0} was changed meanwhile")]
    Stale(String),
    /// A value breaks a rule; the text says which, what was expected and what was found.
    #[error("{0}")]
    Invalid(String),
    /// Custom metadata with values that their fields do not take: why, by the name of the field.
    #[error("the custom metadata is not valid")]
    Fields(BTreeMap<String, String>),
    /// Exists, but needs credentials or a valid signature.
    #[error("this needs a valid signature or key")]
    Denied,
    /// Over a limit on pixels, frames, steps, bytes or time; the text names it.
    #[error("{0}")]
    TooLarge(String),
    /// The stored bytes are no image, or none that can be decoded.
    #[error("{0}")]
    NotAnImage(String),
    /// A format that this build cannot decode or encode.
    #[error("{0}")]
    Unsupported(String),
    /// The queue is full or the wait was too long.
    #[error("the server is busy")]
    Busy { retry_after: Duration },
    /// Asks more often than this actor may.
    #[error("too many requests")]
    RateLimited { retry_after: Duration },
    /// Database or blob store cannot be reached. The cause has been logged; it is not for clients.
    #[error("temporarily unavailable")]
    Unavailable(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// No space is left on a disk.
    #[error("no space is left")]
    Full,
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// The cause is for the log; clients never see it.
    pub(crate) fn unavailable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unavailable(Arc::from(cause.into()))
    }
}

impl From<catalog::Error> for Error {
    fn from(error: catalog::Error) -> Self {
        match error {
            catalog::Error::NotFound(what) => Self::NotFound(what),
            catalog::Error::Conflict(what) => Self::Conflict(what),
            catalog::Error::Stale(what) => Self::Stale(what),
            catalog::Error::Invalid(why) => Self::Invalid(why),
            catalog::Error::Full(_) => Self::Full,
            other => {
                tracing::error!(error = ?other, "the catalog failed");
                Self::unavailable(other)
            }
        }
    }
}
