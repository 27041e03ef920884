//! An index over the words of titles, file names and descriptions, one by one and in their order (`place`), so that
//! words, words with wildcards and phrases can be looked for; and over the names of tags as they are. Fields: `title`,
//! `filename`, `description`, `tag`. A title that is the file name has no rows of its own.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0043_asset_tokens",
    up: Up::Sql(&[
        "CREATE TABLE asset_tokens (
    tenant BIGINT NOT NULL,
    field {text} NOT NULL,
    token {text} NOT NULL,
    place BIGINT NOT NULL,
    created BIGINT NOT NULL,
    asset BIGINT NOT NULL REFERENCES assets (seq) ON DELETE CASCADE
)",
        "CREATE INDEX asset_tokens_by_token ON asset_tokens (tenant, field, token, created, asset)",
        "CREATE INDEX asset_tokens_by_asset ON asset_tokens (asset, field, place)",
    ]),
};
