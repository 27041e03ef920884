//! Stores: where bytes lie.

use std::fmt;
use std::sync::Arc;

use crate::{AssetId, SetId};

/// Which store holds the bytes. The data directory has no name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StoreName(Arc<str>);

impl StoreName {
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The data directory.
    pub fn is_home(&self) -> bool {
        self.0.is_empty()
    }
}

/// The data directory.
impl Default for StoreName {
    fn default() -> Self {
        Self::new("")
    }
}

impl fmt::Display for StoreName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_home() { f.write_str("the data directory") } else { f.write_str(&self.0) }
    }
}

impl From<&StoreName> for sea_orm::Value {
    fn from(name: &StoreName) -> Self {
        name.as_str().into()
    }
}

/// Assets whose bytes are to lie where they belong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settling {
    Asset(AssetId),
    /// All that belong to it.
    Set(SetId),
}
