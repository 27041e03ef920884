//! Named transformations of all dialects, each in a namespace of its own. What every library has is built in and has no
//! row.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0019_presets",
    up: Up::Sql(&["CREATE TABLE presets (
    seq {serial},
    id {bytes} NOT NULL,
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    namespace {text} NOT NULL,
    name {text} NOT NULL,
    body {text} NOT NULL,
    enabled BOOLEAN NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    UNIQUE (tenant, id),
    UNIQUE (tenant, namespace, name)
)"]),
};
