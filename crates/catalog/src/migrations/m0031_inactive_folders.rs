//! Folders that hide what is in them. `concealed` is kept in step with `active` of the folder and all above it, so that
//! an asset need not be asked for its ancestors.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0031_inactive_folders",
    up: Up::Sql(&[
        "ALTER TABLE folders ADD COLUMN active BOOLEAN NOT NULL DEFAULT TRUE",
        "ALTER TABLE folders ADD COLUMN concealed BOOLEAN NOT NULL DEFAULT FALSE",
        "CREATE INDEX folders_inactive ON folders (tenant, path) WHERE NOT active",
        "CREATE INDEX folders_concealed ON folders (tenant, seq) WHERE concealed",
    ]),
};
