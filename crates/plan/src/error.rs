//! What can be wrong with a plan.

/// A text that is no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("plan: at {position}: expected {expected}, found `{found}`")]
pub struct ParseError {
    /// Byte offset in the text.
    pub position: usize,
    pub expected: &'static str,
    pub found: String,
}

/// A plan that cannot be carried out on this source.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ResolveError {
    /// A picture would be larger than the limits allow.
    #[error("the result would be {width} x {height} pixels, the limit is {limit}")]
    TooLarge { width: u64, height: u64, limit: String },
    #[error("{found} steps, at most {limit} are allowed")]
    TooManySteps { found: usize, limit: usize },
    #[error("{found} layers, at most {limit} are allowed")]
    TooManyLayers { found: usize, limit: usize },
    /// Layers inside of layers, or conditions inside of conditions.
    #[error("{what} are nested more than {limit} deep")]
    TooDeep { what: &'static str, limit: usize },
    /// A rectangle reaches outside and the plan says that this is an error.
    #[error(
        "the crop {width} x {height} at {x}, {y} reaches outside the picture of {picture_width} x {picture_height}"
    )]
    Outside { x: i64, y: i64, width: u32, height: u32, picture_width: u32, picture_height: u32 },
    /// Division by zero, or a result that is no finite number.
    #[error("the expression `{expression}` has no value: {reason}")]
    Expression { expression: String, reason: &'static str },
}

impl ResolveError {
    /// Whether the plan asks for more than the limits allow, whatever it means.
    pub fn is_limit(&self) -> bool {
        match self {
            Self::TooLarge { .. }
            | Self::TooManySteps { .. }
            | Self::TooManyLayers { .. }
            | Self::TooDeep { .. } => true,
            Self::Outside { .. } | Self::Expression { .. } => false,
        }
    }
}
