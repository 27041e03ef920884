//! Albums, which any number of assets are in, in an order. `details` is JSON, of which the columns
//! behind it repeat what is searched by. A deleted album keeps its entries: making it
//! again brings it back.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0052_albums",
    up: Up::Sql(&[
        "CREATE TABLE albums (
    seq {serial},
    id {bytes} NOT NULL,
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    title {text} NOT NULL,
    by_title {text} NOT NULL,
    slug {text} NOT NULL,
    is_favorite BOOLEAN NOT NULL,
    details {text} NOT NULL,
    by_location {text} NOT NULL,
    by_category {text} NOT NULL,
    year BIGINT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    deleted BIGINT,
    UNIQUE (tenant, id)
)",
        "CREATE INDEX albums_by_slug ON albums (tenant, slug)",
        "CREATE INDEX albums_by_title ON albums (tenant, by_title)",
        "CREATE TABLE album_assets (
    album BIGINT NOT NULL REFERENCES albums (seq) ON DELETE CASCADE,
    asset BIGINT NOT NULL REFERENCES assets (seq) ON DELETE CASCADE,
    added BIGINT NOT NULL,
    PRIMARY KEY (album, asset)
)",
        "CREATE INDEX album_assets_by_asset ON album_assets (asset, album)",
    ]),
};
