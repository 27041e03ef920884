//! Some clients know an asset by a name that says nothing of its format, see `noun::Asset::short_name`. What they write
//! beside it, by no schema, is in `notes`.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0030_short_names",
    up: Up::Sql(&[
        "ALTER TABLE assets ADD COLUMN short_name {text}",
        "ALTER TABLE assets ADD COLUMN notes {text} NOT NULL DEFAULT '{}'",
        "CREATE UNIQUE INDEX assets_by_short_name ON assets (folder, short_name)",
    ]),
};
