//! Background work. `due` is when a worker may take the job: once it is time, or when the lease of another has run out;
//! null when the job has come to an end.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0011_jobs",
    up: Up::Sql(&[
        "CREATE TABLE jobs (
    seq {serial},
    id {bytes} NOT NULL UNIQUE,
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    kind {text} NOT NULL,
    payload {text} NOT NULL,
    state {text} NOT NULL,
    attempts BIGINT NOT NULL,
    done BIGINT NOT NULL,
    total BIGINT NOT NULL,
    due BIGINT,
    worker {text},
    error {text},
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL
)",
        "CREATE INDEX jobs_by_due ON jobs (kind, due)",
    ]),
};
