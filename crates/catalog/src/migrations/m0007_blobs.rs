//! Bytes that the blob store holds, or is about to. `touched` is when somebody last came with them or let go of them.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0007_blobs",
    up: Up::Sql(&[
        "CREATE TABLE blobs (
    hash {bytes} NOT NULL PRIMARY KEY,
    sha1 {bytes} NOT NULL,
    crc32c BIGINT NOT NULL,
    size BIGINT NOT NULL,
    touched BIGINT NOT NULL
)",
        "CREATE INDEX blobs_by_sha1 ON blobs (sha1)",
        "CREATE INDEX blobs_by_touched ON blobs (touched)",
    ]),
};
