//! Names that clients give to what they upload, beside folder and name. One of a namespace holds one asset for as long as
//! that lives.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0060_slots",
    up: Up::Sql(&[
        "CREATE TABLE slots (
    seq {serial},
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    namespace {text} NOT NULL,
    name {text} NOT NULL,
    asset BIGINT NOT NULL REFERENCES assets (seq) ON DELETE CASCADE,
    uploader {text} NOT NULL,
    UNIQUE (tenant, namespace, name)
)",
        "CREATE INDEX slots_by_asset ON slots (asset)",
    ]),
};
