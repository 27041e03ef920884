//! The protocol over HTTP, with the echo engine: a rendering is the canonical plan.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail the test that calls them")]

mod api;
mod bulk;
mod client_upload;
mod custom_fields;
mod delivery;
mod events;
mod extensions;
mod files;
mod folder_jobs;
mod folders;
mod layers;
mod metadata;
mod named_transformations;
mod prepared;
mod private;
mod purge;
mod relocate;
mod saved_extensions;
mod server;
mod svg;
mod token_upload;
mod update;
mod upload;
mod url_endpoints;
mod usage;
mod versions;
mod webhooks;
