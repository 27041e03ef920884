//! In which stores bytes lie, and in which one each version and rendition finds its own. The nameless store is the data
//! directory. `touched` is when somebody last came with the bytes to that store, or let go of them there. A destination
//! is what sets name; one without a row is in the data directory.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0044_stores",
    up: Up::Sql(&[
        "CREATE TABLE destinations (
    name {text} NOT NULL PRIMARY KEY,
    store {text} NOT NULL
)",
        "CREATE TABLE copies (
    blob {bytes} NOT NULL REFERENCES blobs (hash),
    store {text} NOT NULL,
    touched BIGINT NOT NULL,
    PRIMARY KEY (blob, store)
)",
        "INSERT INTO copies (blob, store, touched) SELECT hash, '', touched FROM blobs",
        "CREATE INDEX copies_by_touched ON copies (store, touched, blob)",
        "ALTER TABLE versions ADD COLUMN store {text} NOT NULL DEFAULT ''",
        "ALTER TABLE renditions ADD COLUMN store {text} NOT NULL DEFAULT ''",
        // Which bytes nobody needs is a question about copies.
        "DROP INDEX blobs_by_touched",
    ]),
};
