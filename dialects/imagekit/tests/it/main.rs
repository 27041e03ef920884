//! The protocol over HTTP, with the echo engine: a rendering is the canonical plan.

mod api;
mod client_upload;
mod delivery;
mod files;
mod folders;
mod private;
mod server;
mod svg;
mod upload;
