//! Uploads that a client may ask for twice, and what came of them: the second time, nothing is stored again.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0033_receipts",
    up: Up::Sql(&[
        "CREATE TABLE receipts (
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    id {text} NOT NULL,
    asset {bytes},
    expires BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)",
        "CREATE INDEX receipts_by_expiry ON receipts (expires)",
    ]),
};
