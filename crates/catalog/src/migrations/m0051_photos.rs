//! What people see in an asset as a photo: `photo` is JSON; the other columns repeat what listings sort and search by.
//! `default_access` is what opening an asset gives back that somebody has closed.
//!
//! `asset_facts` holds what is compared as a whole and without case: titles, names, dates, colours, cameras.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0051_photos",
    up: Up::Sql(&[
        "ALTER TABLE assets ADD COLUMN photo {text} NOT NULL DEFAULT '{}'",
        "ALTER TABLE assets ADD COLUMN default_access {text} NOT NULL DEFAULT 'public'",
        "ALTER TABLE assets ADD COLUMN is_favorite BOOLEAN NOT NULL DEFAULT FALSE",
        "ALTER TABLE assets ADD COLUMN by_taken BIGINT NOT NULL DEFAULT 0",
        "ALTER TABLE assets ADD COLUMN by_title {text} NOT NULL DEFAULT ''",
        "ALTER TABLE assets ADD COLUMN quality BIGINT NOT NULL DEFAULT 0",
        "CREATE INDEX assets_by_taken ON assets (tenant, by_taken, seq, created)",
        "CREATE INDEX assets_by_title ON assets (tenant, by_title, seq, created)",
        "CREATE INDEX assets_by_quality ON assets (tenant, quality, seq, created)",
        "CREATE INDEX assets_favorite ON assets (tenant, created, seq) WHERE is_favorite",
        "CREATE INDEX assets_closed ON assets (tenant, created, seq) WHERE access IN ('presets-only', 'closed')",
        "CREATE TABLE asset_facts (
    tenant BIGINT NOT NULL,
    fact {text} NOT NULL,
    value {text} NOT NULL,
    created BIGINT NOT NULL,
    asset BIGINT NOT NULL REFERENCES assets (seq) ON DELETE CASCADE
)",
        "CREATE INDEX asset_facts_by_value ON asset_facts (tenant, fact, value, created, asset)",
        "CREATE INDEX asset_facts_by_asset ON asset_facts (asset, fact, value)",
    ]),
};
