//! Patterns: what a delivery URL says is to be done to a file.
//!
//! `grammar.rs` reads the text, `presets.rs` puts chains in the place of their names, `arguments.rs` reads values by the table
//! of modules, `meaning.rs` makes a plan of it all.

mod arguments;
mod grammar;
mod meaning;
mod merge;
mod outside;
mod presets;
mod stored;
#[cfg(test)]
mod tests;

pub(crate) use arguments::options;
pub(crate) use grammar::{Call, GrammarError, Pairs, Pattern};
pub(crate) use meaning::{Executed, Meaning, MeaningError};
pub(crate) use outside::Surroundings;
#[cfg(test)]
pub(crate) use presets::{Chain, Chains};
pub(crate) use presets::{NoChains, Variables, check};
pub(crate) use stored::TenantChains;
