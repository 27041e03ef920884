//! Tokens of single people.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0061_user_tokens",
    up: Up::Sql(&["CREATE TABLE user_tokens (
    id {serial},
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    email {text} NOT NULL,
    digest {bytes} NOT NULL UNIQUE,
    label {text} NOT NULL,
    enabled BOOLEAN NOT NULL,
    created BIGINT NOT NULL
)"]),
};
