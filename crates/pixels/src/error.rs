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
    /// The bytes claim to be this format and are damaged.
    #[error("the {format} data is damaged: {reason}")]
    Damaged { format: Format, reason: String },
    /// A limit on pixels, sides, frames, bytes or time; the text names it and what was found.
    #[error("{0}")]
    TooLarge(String),
    /// The plan cannot be carried out on this picture.
    #[error(transparent)]
    Plan(#[from] ResolveError),
    /// Something is wrong with a layer, not with the picture that it is laid on.
    #[error("a layer cannot be made: {0}")]
    Layer(Box<Error>),
    /// The plan draws on a file that did not come with it.
    #[error("a file that the plan draws on is missing")]
    Missing,
    /// Somebody set [`crate::Cancel`].
    #[error("the rendering was stopped")]
    Cancelled,
}

impl Error {
    /// The same, of a layer. A layer inside of a layer is one.
    pub(crate) fn in_layer(self) -> Self {
        match self {
            Self::Cancelled | Self::Layer(_) => self,
            other => Self::Layer(Box::new(other)),
        }
    }
}
