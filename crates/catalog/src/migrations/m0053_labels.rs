//! Labels, which say what is to be seen, each with how uncertain that is. Their names compare without case.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0053_labels",
    up: Up::Sql(&[
        "CREATE TABLE labels (
    seq {serial},
    id {bytes} NOT NULL,
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    name {text} NOT NULL,
    by_name {text} NOT NULL,
    slug {text} NOT NULL,
    priority BIGINT NOT NULL,
    is_favorite BOOLEAN NOT NULL,
    description {text} NOT NULL,
    notes {text} NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    UNIQUE (tenant, id),
    UNIQUE (tenant, by_name)
)",
        "CREATE TABLE asset_labels (
    label BIGINT NOT NULL REFERENCES labels (seq) ON DELETE CASCADE,
    asset BIGINT NOT NULL REFERENCES assets (seq) ON DELETE CASCADE,
    source {text} NOT NULL,
    uncertainty BIGINT NOT NULL,
    PRIMARY KEY (label, asset)
)",
        "CREATE INDEX asset_labels_by_asset ON asset_labels (asset, label)",
    ]),
};
