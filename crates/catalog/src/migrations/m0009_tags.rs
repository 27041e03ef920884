//! An index over the tags of assets, automatic ones included. What counts is in the asset, in order; these rows follow.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0009_tags",
    up: Up::Sql(&[
        "CREATE TABLE asset_tags (
    tenant BIGINT NOT NULL,
    tag {text} NOT NULL,
    asset BIGINT NOT NULL REFERENCES assets (seq) ON DELETE CASCADE,
    PRIMARY KEY (tenant, tag, asset)
)",
        "CREATE INDEX asset_tags_by_asset ON asset_tags (asset)",
    ]),
};
