//! What back ends made of pictures, by what they were asked.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0027_answers",
    up: Up::Sql(&[
        "CREATE TABLE answers (
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    question {bytes} NOT NULL,
    blob {bytes} REFERENCES blobs (hash),
    mime {text},
    facts {text} NOT NULL,
    kept BIGINT NOT NULL,
    PRIMARY KEY (tenant, question)
)",
        "CREATE INDEX answers_by_age ON answers (kept)",
        "CREATE INDEX answers_by_blob ON answers (blob)",
    ]),
};
