//! Who is signed in, and what stands in URLs instead of a session: tokens of a person.
//!
//! A session is found by the SHA-256 of its token, which is not kept. URL tokens are handed out again and again, so they
//! are kept, sealed.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0050_sessions",
    up: Up::Sql(&[
        "CREATE TABLE sessions (
    seq {serial},
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    owner BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    digest {bytes} NOT NULL UNIQUE,
    kind {text} NOT NULL,
    label {text} NOT NULL,
    created BIGINT NOT NULL,
    used BIGINT NOT NULL,
    expires BIGINT
)",
        "CREATE INDEX sessions_by_owner ON sessions (owner)",
        "CREATE INDEX sessions_by_expires ON sessions (expires)",
        "ALTER TABLE users ADD COLUMN sealed_url_tokens {bytes}",
    ]),
};
