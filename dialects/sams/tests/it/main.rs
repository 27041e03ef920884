//! The protocol over HTTP, with the echo engine.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail the test that calls them")]

mod assets;
mod conventions;
mod pictures;
mod searches;
mod server;
mod sets;
