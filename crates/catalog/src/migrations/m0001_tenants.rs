//! Who owns everything else.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0001_tenants",
    up: Up::Sql(&["CREATE TABLE tenants (
    id {serial},
    name {text} NOT NULL UNIQUE,
    created BIGINT NOT NULL
)"]),
};
