//! What was delivered and which extensions ran, by day: days since 1970-01-01 UTC.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0024_usage",
    up: Up::Sql(&[
        "CREATE TABLE deliveries (
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    day BIGINT NOT NULL,
    endpoint {text} NOT NULL,
    mime {text} NOT NULL,
    status BIGINT NOT NULL,
    is_hit BOOLEAN NOT NULL,
    requests BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    PRIMARY KEY (tenant, day, endpoint, mime, status, is_hit)
)",
        "CREATE TABLE extension_runs (
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    day BIGINT NOT NULL,
    name {text} NOT NULL,
    runs BIGINT NOT NULL,
    PRIMARY KEY (tenant, day, name)
)",
    ]),
};
