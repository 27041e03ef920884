//! What can go wrong with pixels, by whose fault it is.

use plan::{Format, ResolveError};

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// No decoder of this build claims these bytes.
    #[error("this is no image that can be decoded")]
    Unrecognized,
    /// Recognised, but not decodable or not writable in this build.
    #[error("{0} is not supported for this")]
    Unsupported(Format),
    /// An operation that this build cannot carry out.
    #[error("{0} cannot be rendered by this build")]
    Unavailable(&'static str),
    /// The bytes claim to be this format and are damaged.
    #[error("the {format} data is damaged: {reason}")]
    Damaged { format: Format, reason: String },
    /// A limit on pixels, sides, frames, bytes or time; the text names it and what was found.
    #[error("{0}")]
    TooLarge(String),
    /// The plan cannot be carried out on this picture.
    #[error(transparent)]
    Plan(#[from] ResolveError),
    /// Somebody set [`crate::Cancel`].
    #[error("the rendering was stopped")]
    Cancelled,
}
