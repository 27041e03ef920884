//! Indexes over words and values inside assets, which their rows follow in the same transaction. `search_index` says
//! which revision of the rules filled them; an older one, or none, makes the next start fill them again.
//!
//! * Words are those of a name (field `name`), of tags (`tags`) and of custom texts (`custom.` and the field).
//! * Values are custom metadata, one row for each item of a list, in the column of its type; a text that is a date stands
//!   in `moment` as well.
//! * Keywords and places are told by the bytes, so they belong to versions, which never change. A place is a point on
//!   the unit sphere beside its degrees: nearness is then plain arithmetic.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0013_search_index",
    up: Up::Sql(&[
        "CREATE TABLE search_index (revision BIGINT NOT NULL)",
        "INSERT INTO search_index (revision) VALUES (0)",
        "CREATE TABLE asset_words (
    tenant BIGINT NOT NULL,
    field {text} NOT NULL,
    word {text} NOT NULL,
    created BIGINT NOT NULL,
    asset BIGINT NOT NULL REFERENCES assets (seq) ON DELETE CASCADE
)",
        "CREATE INDEX asset_words_by_word ON asset_words (tenant, field, word, created, asset)",
        "CREATE INDEX asset_words_by_asset ON asset_words (asset, field, word)",
        "CREATE TABLE folder_words (
    tenant BIGINT NOT NULL,
    word {text} NOT NULL,
    folder BIGINT NOT NULL REFERENCES folders (seq) ON DELETE CASCADE
)",
        "CREATE INDEX folder_words_by_word ON folder_words (tenant, word, folder)",
        "CREATE INDEX folder_words_by_folder ON folder_words (folder, word)",
        "CREATE TABLE asset_values (
    tenant BIGINT NOT NULL,
    field {text} NOT NULL,
    text {text},
    number DOUBLE PRECISION,
    flag BOOLEAN,
    moment BIGINT,
    created BIGINT NOT NULL,
    asset BIGINT NOT NULL REFERENCES assets (seq) ON DELETE CASCADE
)",
        // Long texts are indexed by their beginning.
        "CREATE INDEX asset_values_by_text ON asset_values (tenant, field, substr(text, 1, 200), created, asset)",
        "CREATE INDEX asset_values_by_number ON asset_values (tenant, field, number, created, asset) WHERE number IS NOT NULL",
        "CREATE INDEX asset_values_by_flag ON asset_values (tenant, field, flag, created, asset) WHERE flag IS NOT NULL",
        "CREATE INDEX asset_values_by_moment ON asset_values (tenant, field, moment, created, asset) WHERE moment IS NOT NULL",
        "CREATE INDEX asset_values_by_asset ON asset_values (asset, field)",
        "CREATE TABLE version_keywords (
    tenant BIGINT NOT NULL,
    keyword {text} NOT NULL,
    version BIGINT NOT NULL REFERENCES versions (seq) ON DELETE CASCADE
)",
        "CREATE INDEX version_keywords_by_keyword ON version_keywords (tenant, keyword, version)",
        "CREATE INDEX version_keywords_by_version ON version_keywords (version, keyword)",
        "CREATE TABLE version_places (
    tenant BIGINT NOT NULL,
    latitude DOUBLE PRECISION NOT NULL,
    longitude DOUBLE PRECISION NOT NULL,
    x DOUBLE PRECISION NOT NULL,
    y DOUBLE PRECISION NOT NULL,
    z DOUBLE PRECISION NOT NULL,
    version BIGINT NOT NULL REFERENCES versions (seq) ON DELETE CASCADE
)",
        "CREATE INDEX version_places_by_latitude ON version_places (tenant, latitude, longitude, version)",
        "CREATE INDEX version_places_by_version ON version_places (version)",
    ]),
};
