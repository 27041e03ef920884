//! Keys that may look at everything and change nothing.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0032_read_only_keys",
    up: Up::Sql(&["ALTER TABLE keys ADD COLUMN read_only BOOLEAN NOT NULL DEFAULT FALSE"]),
};
