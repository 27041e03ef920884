//! The one port of our own: pixels by plan.

use plan::{
    Format, Plan, Size,
    probe::{Depth, Probe},
};

/// Pixels by plan. Two implementations: `pixels` (joined in `server`) and the echo engine of `testkit`.
///
/// A pure function of its arguments: no I/O, no clock, no global state, so that it may one day run in
/// another process. Blocks for milliseconds to seconds: call it on a render thread.
pub trait ImageEngine: std::fmt::Debug + Send + Sync {
    /// The format that these bytes claim to be; needs the first 4 kB at most.
    fn sniff(&self, head: &[u8]) -> Option<Format>;

    /// What the bytes are. [`EngineError::NotAnImage`] if no decoder claims them, [`EngineError::TooLarge`] before
    /// anything is allocated.
    fn probe(&self, bytes: &[u8], depth: Depth) -> Result<Probe, EngineError>;

    /// Runs a plan on a source. The same input gives the same bytes.
    fn render(&self, job: RenderJob<'_>) -> Result<Rendered, EngineError>;
}

/// One render.
#[derive(Debug)]
pub struct RenderJob<'a> {
    pub source: &'a [u8],
    pub plan: &'a Plan,
    /// The other files that the plan names, by the SHA-256 of their bytes.
    pub ingredients: &'a [([u8; 32], bytes::Bytes)],
    /// Concrete: the plan's own output format has been negotiated.
    pub format: Format,
    /// Set from outside when the time is over or nobody waits any more; the engine looks at it as it goes and
    /// answers [`EngineError::Cancelled`].
    pub cancelled: &'a std::sync::Arc<std::sync::atomic::AtomicBool>,
}

/// An encoded picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    pub bytes: Vec<u8>,
    pub size: Size,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// No decoder claims the bytes, or they are damaged; the text says which.
    #[error("{0}")]
    NotAnImage(String),
    #[error("{0}")]
    Unsupported(String),
    #[error("{0}")]
    TooLarge(String),
    /// The plan cannot be carried out on this picture.
    #[error("{0}")]
    Plan(String),
    #[error("the rendering was stopped")]
    Cancelled,
}

impl From<EngineError> for crate::Error {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::NotAnImage(why) => Self::NotAnImage(why),
            EngineError::Unsupported(why) => Self::Unsupported(why),
            EngineError::TooLarge(why) => Self::TooLarge(why),
            EngineError::Plan(why) => Self::Invalid(why),
            EngineError::Cancelled => {
                Self::TooLarge("the rendering took longer than allowed".into())
            }
        }
    }
}
