//! Who hears of events. `events` is a JSON list of their names.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0020_webhooks",
    up: Up::Sql(&["CREATE TABLE webhooks (
    seq {serial},
    id {bytes} NOT NULL,
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    url {text} NOT NULL,
    events {text} NOT NULL,
    enabled BOOLEAN NOT NULL,
    sealed_secret {bytes} NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    UNIQUE (tenant, id),
    UNIQUE (tenant, url)
)"]),
};
