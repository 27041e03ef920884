//! The transformation language: `tr:w-300,h-200:rt-90`.
//!
//! Two stages: `grammar` reads what was written, `meaning` says what is meant by it, step by step (`reader`). To add a
//! key: a line in the `take` of the file that holds its kind (`geometry`, `effects`, `output`, `layer`), and rows in
//! `meaning/tests`.

mod color;
mod color_names;
mod conditional;
mod effects;
mod expression;
mod focus;
mod geometry;
mod grammar;
mod hints;
mod layer;
mod legacy;
mod meaning;
mod number;
mod operations;
mod output;
pub(crate) mod presets;
mod reader;

pub(crate) use grammar::{Chain, Place, SyntaxError};
pub(crate) use hints::Hints;
pub(crate) use meaning::{Meaning, MeaningError};
pub(crate) use presets::Names;
