//! The library from outside: real files, a real database, a real HTTP server, and the echo engine for pixels.
//!
//! To add a case: an `async fn` in the module of its verb.

// A case that cannot go on has failed.
#![allow(clippy::unwrap_used)]

mod access;
mod ask;
mod cache;
mod collect;
mod deliver;
mod events;
mod extensions;
mod fetch;
mod gate;
mod ingredients;
mod keys;
mod killed;
mod limits;
mod list;
mod negotiate;
mod parts;
mod prepare;
mod presets;
mod processes;
mod relocate;
mod restart;
mod server;
mod shown;
mod staged;
mod stores;
mod upload;
mod url_endpoints;
mod usage;
mod webhooks;
