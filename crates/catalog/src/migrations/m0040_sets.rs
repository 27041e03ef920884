//! Sets, and which set an asset belongs to: none for whatever did not come through one. `destination_config` is JSON.
//! `revision` counts the changes to a set, or to an asset.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0040_sets",
    up: Up::Sql(&[
        "CREATE TABLE sets (
    seq {serial},
    id {bytes} NOT NULL,
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    name {text} NOT NULL,
    folder {text} NOT NULL,
    state {text} NOT NULL,
    description {text},
    destination {text} NOT NULL,
    destination_config {text},
    max_bytes BIGINT,
    creator {text},
    editor {text},
    revision BIGINT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    UNIQUE (tenant, id),
    UNIQUE (tenant, name),
    UNIQUE (tenant, folder)
)",
        // Whether the tenant was given its first set, which does not come back once it is deleted.
        "ALTER TABLE tenants ADD COLUMN has_had_set BOOLEAN NOT NULL DEFAULT FALSE",
        "ALTER TABLE assets ADD COLUMN set_seq BIGINT REFERENCES sets (seq)",
        "ALTER TABLE assets ADD COLUMN revision BIGINT NOT NULL DEFAULT 0",
        "CREATE INDEX assets_by_set ON assets (set_seq, created, seq)",
        "CREATE INDEX assets_in_no_set ON assets (tenant, created, seq) WHERE set_seq IS NULL",
    ]),
};
