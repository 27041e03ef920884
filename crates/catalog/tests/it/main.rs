//! Every case runs on every database: SQLite in a file, SQLite in memory, PostgreSQL. Without a PostgreSQL the cases
//! that need one fail; `tests/postgres cargo test -p catalog` brings one.
//!
//! To add a case: an `async fn` in the module of its noun, and its name in the list at the top of that module.

// A case that cannot go on has failed.
#![allow(clippy::unwrap_used)]

mod databases;
mod sample;

mod albums;
mod answers;
mod assets;
mod blobs;
mod bulk;
mod custom_fields;
mod events;
mod folders;
mod inactive_folders;
mod jobs;
mod keys;
mod listing;
mod migrations;
mod notices;
mod opening;
mod photos;
mod places;
mod plugin_credentials;
mod presets;
mod races;
mod relocate;
mod renditions;
mod saved_extensions;
mod search;
mod sessions;
mod sets;
mod slots;
mod stores;
mod tenants;
mod tokens;
mod url_endpoints;
mod usage;
mod user_tokens;
mod versions;
mod webhooks;
