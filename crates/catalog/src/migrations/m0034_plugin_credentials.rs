//! What a tenant lets plug-ins of other services log in with, sealed.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0034_plugin_credentials",
    up: Up::Sql(&["CREATE TABLE plugin_credentials (
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    plugin {text} NOT NULL,
    id {bytes} NOT NULL,
    sealed {bytes} NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    PRIMARY KEY (tenant, plugin)
)"]),
};
