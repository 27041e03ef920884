//! What is posted to webhooks and callbacks, and what became of it. A job makes the attempts; this is the log.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0026_postings",
    up: Up::Sql(&[
        "CREATE TABLE postings (
    seq {serial},
    id {bytes} NOT NULL UNIQUE,
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    event {bytes} NOT NULL,
    webhook {bytes},
    url {text} NOT NULL,
    kind {text} NOT NULL,
    body {text} NOT NULL,
    state {text} NOT NULL,
    attempts BIGINT NOT NULL,
    status BIGINT,
    error {text},
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL
)",
        "CREATE INDEX postings_by_tenant ON postings (tenant, seq)",
        "CREATE INDEX postings_by_update ON postings (updated)",
    ]),
};
