//! Extensions that are kept with their parameters. `config` is JSON.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0022_saved_extensions",
    up: Up::Sql(&["CREATE TABLE saved_extensions (
    seq {serial},
    id {bytes} NOT NULL,
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    name {text} NOT NULL,
    description {text} NOT NULL,
    config {text} NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    UNIQUE (tenant, id)
)"]),
};
