//! What stands outside of a pattern and has a say in it.

/// Of the query and the client.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Surroundings {
    /// Multiplies like the `dpr` of operations that do not set their own.
    pub(crate) dpr: f64,
    /// The format may follow `Accept`.
    pub(crate) auto_format: bool,
}

impl Default for Surroundings {
    fn default() -> Self {
        Self { dpr: 1.0, auto_format: false }
    }
}
