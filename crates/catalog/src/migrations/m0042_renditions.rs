//! Renditions: derivatives with a name and bytes of their own. They belong to the version they were made from. A side
//! that was not asked for is null.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0042_renditions",
    up: Up::Sql(&[
        "CREATE TABLE renditions (
    seq {serial},
    id {bytes} NOT NULL UNIQUE,
    version BIGINT NOT NULL REFERENCES versions (seq) ON DELETE CASCADE,
    name {text},
    asked_width BIGINT,
    asked_height BIGINT,
    keeps_proportions BOOLEAN NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    blob {bytes} NOT NULL REFERENCES blobs (hash),
    mime {text} NOT NULL,
    created BIGINT NOT NULL
)",
        "CREATE INDEX renditions_by_version ON renditions (version, seq)",
        "CREATE INDEX renditions_by_blob ON renditions (blob)",
    ]),
};
