//! What searches ask for, beside the asset: facts of the current version, and an index for each.
//!
//! Every index ends with `created`, because that is the order that results come in unless another one is asked for: what
//! an index finds can then be sorted without reading the assets themselves.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0012_search_columns",
    up: Up::Sql(&[
        "ALTER TABLE versions ADD COLUMN file_format {text}",
        "ALTER TABLE assets ADD COLUMN file_format {text}",
        "ALTER TABLE assets ADD COLUMN width BIGINT",
        "ALTER TABLE assets ADD COLUMN height BIGINT",
        "ALTER TABLE assets ADD COLUMN has_alpha BOOLEAN NOT NULL DEFAULT FALSE",
        "ALTER TABLE asset_tags ADD COLUMN created BIGINT NOT NULL DEFAULT 0",
        "DROP INDEX assets_by_name",
        "DROP INDEX assets_by_updated",
        "DROP INDEX assets_by_size",
        "DROP INDEX assets_by_captured",
        "CREATE INDEX assets_by_name ON assets (tenant, name, seq, created)",
        "CREATE INDEX assets_by_updated ON assets (tenant, updated, seq, created)",
        "CREATE INDEX assets_by_size ON assets (tenant, by_size, seq, created)",
        "CREATE INDEX assets_by_captured ON assets (tenant, by_captured, seq, created)",
        "CREATE INDEX assets_by_stored_width ON assets (tenant, width, seq, created)",
        "CREATE INDEX assets_by_stored_height ON assets (tenant, height, seq, created)",
        "CREATE INDEX assets_by_format ON assets (tenant, file_format, created, seq)",
        "CREATE INDEX assets_by_folder ON assets (folder, created, seq)",
        "CREATE INDEX assets_not_public ON assets (tenant, created, seq) WHERE access <> 'public'",
        "CREATE INDEX assets_not_listed ON assets (tenant, created, seq) WHERE visibility <> 'listed'",
        "CREATE INDEX assets_with_alpha ON assets (tenant, created, seq) WHERE has_alpha",
        "CREATE INDEX asset_tags_by_created ON asset_tags (tenant, tag, created, asset)",
        "CREATE INDEX folders_by_name ON folders (tenant, name, seq)",
        "CREATE INDEX folders_by_created ON folders (tenant, created, seq)",
        "CREATE INDEX folders_by_updated ON folders (tenant, updated, seq)",
    ]),
};
