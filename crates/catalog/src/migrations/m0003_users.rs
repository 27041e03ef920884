//! People who sign in with a password.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0003_users",
    up: Up::Sql(&["CREATE TABLE users (
    id {serial},
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    name {text} NOT NULL,
    password_hash {text} NOT NULL,
    is_admin BOOLEAN NOT NULL,
    created BIGINT NOT NULL,
    UNIQUE (tenant, name)
)"]),
};
