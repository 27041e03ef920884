//! Assets, as they are now; what they were is in versions.
//!
//! `is_image` and `by_*` repeat facts of the current version, so that an index serves each order of a listing. What has
//! no such value holds the lowest number.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0006_assets",
    up: Up::Sql(&[
        "CREATE TABLE assets (
    seq {primary},
    id {bytes} NOT NULL,
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    folder BIGINT NOT NULL REFERENCES folders (seq),
    name {text} NOT NULL,
    tags {text} NOT NULL,
    auto_tags {text} NOT NULL,
    description {text},
    focus {text},
    custom_metadata {text} NOT NULL,
    access {text} NOT NULL,
    visibility {text} NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    current_number BIGINT NOT NULL,
    last_number BIGINT NOT NULL,
    is_image BOOLEAN NOT NULL,
    by_width BIGINT NOT NULL,
    by_height BIGINT NOT NULL,
    by_size BIGINT NOT NULL,
    by_duration BIGINT NOT NULL,
    by_captured BIGINT NOT NULL,
    UNIQUE (tenant, id),
    UNIQUE (folder, name)
)",
        "CREATE INDEX assets_by_name ON assets (tenant, name, seq)",
        "CREATE INDEX assets_by_created ON assets (tenant, created, seq)",
        "CREATE INDEX assets_by_updated ON assets (tenant, updated, seq)",
        "CREATE INDEX assets_by_width ON assets (tenant, by_width, seq)",
        "CREATE INDEX assets_by_height ON assets (tenant, by_height, seq)",
        "CREATE INDEX assets_by_size ON assets (tenant, by_size, seq)",
        "CREATE INDEX assets_by_duration ON assets (tenant, by_duration, seq)",
        "CREATE INDEX assets_by_captured ON assets (tenant, by_captured, seq)",
    ]),
};
