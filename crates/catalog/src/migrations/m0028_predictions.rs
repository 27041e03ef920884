//! Work of back ends that is done in the background.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0028_predictions",
    up: Up::Sql(&[
        "CREATE TABLE predictions (
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    id {bytes} NOT NULL,
    operation {text} NOT NULL,
    request {text} NOT NULL,
    source {bytes} NOT NULL REFERENCES blobs (hash),
    source_mime {text} NOT NULL,
    callback {text},
    blob {bytes} REFERENCES blobs (hash),
    mime {text},
    facts {text},
    error {text},
    created BIGINT NOT NULL,
    ended BIGINT,
    PRIMARY KEY (tenant, id)
)",
        "CREATE INDEX predictions_by_age ON predictions (created)",
        "CREATE INDEX predictions_by_source ON predictions (source)",
        "CREATE INDEX predictions_by_blob ON predictions (blob)",
    ]),
};
