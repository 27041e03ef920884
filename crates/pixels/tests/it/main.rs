//! One binary for all tests through the public face of the crate.

// What helps a test may fail it.
#![allow(clippy::unwrap_used)]

mod corpus;
mod encode;
mod exif;
mod golden;
mod layers;
mod probe;
mod properties;
mod render;
