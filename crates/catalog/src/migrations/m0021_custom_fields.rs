//! Fields of custom metadata. `schema` is JSON. A deleted field stays, because its name is never given out again; its
//! label is.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0021_custom_fields",
    up: Up::Sql(&[
        "CREATE TABLE custom_fields (
    seq {serial},
    id {bytes} NOT NULL,
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    name {text} NOT NULL,
    label {text} NOT NULL,
    description {text},
    schema {text} NOT NULL,
    deleted BIGINT,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    UNIQUE (tenant, id),
    UNIQUE (tenant, name)
)",
        "CREATE UNIQUE INDEX custom_fields_by_label ON custom_fields (tenant, label) WHERE deleted IS NULL",
    ]),
};
