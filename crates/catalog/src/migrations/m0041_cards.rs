//! What editors write about an asset beside the facts of the library. An asset without a card has none of it.
//! `tag_names` and `extra` are JSON. `media_type` and `sniffed` are about the version `media_version`, and about no other.
//! A lock is held while `lock_time` is not null.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0041_cards",
    up: Up::Sql(&[
        "CREATE TABLE cards (
    asset BIGINT PRIMARY KEY REFERENCES assets (seq) ON DELETE CASCADE,
    title {text},
    filename {text},
    parent {bytes},
    media_type {text},
    sniffed {text},
    media_version {bytes},
    tag_names {text},
    extra {text},
    creator {text},
    editor {text},
    was_locked BOOLEAN NOT NULL,
    lock_action {text},
    lock_user {text},
    lock_session {text},
    lock_time BIGINT
)",
        "CREATE INDEX cards_by_lock ON cards (lock_user, lock_session) WHERE lock_time IS NOT NULL",
        "CREATE INDEX cards_by_parent ON cards (parent) WHERE parent IS NOT NULL",
    ]),
};
