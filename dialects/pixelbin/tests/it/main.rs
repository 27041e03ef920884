//! The protocol over HTTP, with the echo engine: a rendering is the canonical plan.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail the test that calls them")]

mod api;
mod back_ends;
mod chunked;
mod credentials;
mod delivery;
mod files;
mod folders;
mod form;
mod list;
mod modules;
mod playground;
mod presets;
mod server;
mod signed;
mod upload;
