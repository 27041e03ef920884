//! The tree of folders. Each tenant has a root, which is its own only row without a parent.
//!
//! A folder keeps its whole path, because paths are what requests name; assets point at the row, so that renaming a
//! folder rewrites folders only.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0005_folders",
    up: Up::Sql(&[
        "CREATE TABLE folders (
    seq {primary},
    id {bytes} NOT NULL,
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    parent BIGINT REFERENCES folders (seq),
    path {text} NOT NULL,
    name {text} NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    UNIQUE (tenant, path),
    UNIQUE (tenant, id)
)",
        "CREATE INDEX folders_by_parent ON folders (parent, name)",
    ]),
};
