//! One binary for all tests through the public face of the crate.

mod corpus;
mod encode;
mod golden;
mod probe;
mod properties;
mod render;
