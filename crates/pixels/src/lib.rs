//! Doing it: bytes and a plan in, bytes out. CPU only, synchronous, no I/O, no clock.
//!
//! [`probe`] says what a file is; [`render`] carries out a plan on it. Both check every limit of
//! [`Limits`] against the header before anything is allocated, and look at [`Limits::cancel`] as they go.
//!
//! To add an operation: a file in `op/`, a line in `pipeline.rs`. To add a format: a file in
//! `decode/` or `encode/` and a line in its `mod.rs`.

// The codecs are C libraries; each use carries its own reason.
#![allow(unsafe_code)]

mod color;
mod decode;
mod encode;
mod error;
mod heap;
mod ingredients;
mod limits;
mod op;
mod picture;
mod pipeline;
mod probe;
mod sniff;
mod text;

pub use error::Error;
pub use heap::keep_heap;
pub use ingredients::Ingredients;
pub use limits::{Cancel, Limits};
pub use pipeline::{Rendered, render};
pub use probe::probe;
pub use sniff::sniff;
