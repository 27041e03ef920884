//! The protocol over HTTP, with the echo engine: a picture is one line of text.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail the test that calls them")]

mod auth;
mod images;
mod openapi;
mod server;
mod upload;
