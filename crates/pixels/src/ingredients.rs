//! The other files that a plan draws on.

use std::collections::HashMap;

use plan::Ingredient;

use crate::Error;

/// Pictures and fonts of layers, by the SHA-256 of their bytes. A plan whose ingredients are still paths, or that names
/// others than these, cannot be carried out.
#[derive(Debug, Clone, Default)]
pub struct Ingredients<'a>(HashMap<[u8; 32], &'a [u8]>);

impl<'a> Ingredients<'a> {
    /// None, for plans without layers.
    pub fn none() -> Self {
        Self::default()
    }

    pub(crate) fn get(&self, ingredient: &Ingredient) -> Result<&'a [u8], Error> {
        match ingredient {
            Ingredient::Content(hash) => self.0.get(hash).copied(),
            Ingredient::Path(_) => None,
        }
        .ok_or(Error::Missing)
    }
}

impl<'a> FromIterator<([u8; 32], &'a [u8])> for Ingredients<'a> {
    fn from_iter<I: IntoIterator<Item = ([u8; 32], &'a [u8])>>(files: I) -> Self {
        Self(files.into_iter().collect())
    }
}
