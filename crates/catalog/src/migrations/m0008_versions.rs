//! The revisions of an asset, with what reading the bytes told. From `format` on they are null for
//! what is no picture; `metadata` is JSON.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0008_versions",
    up: Up::Sql(&[
        "CREATE TABLE versions (
    seq {serial},
    id {bytes} NOT NULL,
    asset BIGINT NOT NULL REFERENCES assets (seq) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    blob {bytes} NOT NULL REFERENCES blobs (hash),
    mime {text} NOT NULL,
    created BIGINT NOT NULL,
    format {text},
    width BIGINT,
    height BIGINT,
    orientation BIGINT,
    has_alpha BOOLEAN,
    frames BIGINT,
    duration_ms BIGINT,
    has_profile BOOLEAN,
    density BIGINT,
    jpeg_quality BIGINT,
    metadata {text},
    phash BIGINT,
    thumbhash {bytes},
    dominant BIGINT,
    captured BIGINT,
    UNIQUE (asset, number)
)",
        "CREATE INDEX versions_by_blob ON versions (blob)",
    ]),
};
