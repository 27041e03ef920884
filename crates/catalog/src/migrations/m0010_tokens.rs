//! Single-use tokens that were used, until they would expire anyway.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0010_tokens",
    up: Up::Sql(&[
        "CREATE TABLE spent_tokens (
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    token {text} NOT NULL,
    expires BIGINT NOT NULL,
    PRIMARY KEY (tenant, token)
)",
        "CREATE INDEX spent_tokens_by_expires ON spent_tokens (expires)",
    ]),
};
