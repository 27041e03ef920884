//! The protocol over HTTP, with the echo engine: a rendering is the canonical plan.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail the test that calls them")]

mod downloads;
mod openapi;
mod server;
mod sessions;
mod thumbs;
