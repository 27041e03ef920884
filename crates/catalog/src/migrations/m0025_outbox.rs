//! Events that were written down with the fact they tell of, until they have been told. `callback` is the one URL that
//! hears of the event; null: the webhooks of the tenant do.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0025_outbox",
    up: Up::Sql(&["CREATE TABLE outbox (
    seq {serial},
    id {bytes} NOT NULL UNIQUE,
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    kind {text} NOT NULL,
    asset {bytes},
    version {bytes},
    folder {bytes},
    note {text} NOT NULL,
    callback {text},
    created BIGINT NOT NULL
)"]),
};
