//! Where delivery URLs begin, and the other places where files may be. `parameters` and `rewriter` are JSON.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0023_url_endpoints",
    up: Up::Sql(&[
        "CREATE TABLE origins (
    seq {serial},
    id {bytes} NOT NULL,
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    name {text} NOT NULL,
    kind {text} NOT NULL,
    parameters {text} NOT NULL,
    sealed_secrets {bytes} NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    UNIQUE (tenant, id)
)",
        "CREATE TABLE url_endpoints (
    seq {serial},
    id {bytes} NOT NULL,
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    prefix {text} NOT NULL,
    description {text} NOT NULL,
    rewriter {text},
    UNIQUE (tenant, id),
    UNIQUE (tenant, prefix)
)",
        "CREATE TABLE url_endpoint_origins (
    endpoint BIGINT NOT NULL REFERENCES url_endpoints (seq) ON DELETE CASCADE,
    place BIGINT NOT NULL,
    origin BIGINT NOT NULL REFERENCES origins (seq),
    PRIMARY KEY (endpoint, place)
)",
        "CREATE INDEX url_endpoint_origins_by_origin ON url_endpoint_origins (origin)",
    ]),
};
