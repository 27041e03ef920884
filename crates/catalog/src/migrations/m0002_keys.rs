//! Key pairs. Both halves are unique over all tenants: a request that carries one says by it whose it is.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0002_keys",
    up: Up::Sql(&[
        "CREATE TABLE keys (
    id {serial},
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    public_key {text} NOT NULL UNIQUE,
    secret_digest {bytes} NOT NULL UNIQUE,
    sealed_secret {bytes} NOT NULL,
    label {text} NOT NULL,
    enabled BOOLEAN NOT NULL,
    expires BIGINT,
    created BIGINT NOT NULL
)",
        "CREATE INDEX keys_by_tenant ON keys (tenant)",
    ]),
};
