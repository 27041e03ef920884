//! Finds the jobs that came to their end long ago.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration {
    name: "m0016_ended_jobs",
    up: Up::Sql(&["CREATE INDEX jobs_by_end ON jobs (updated) WHERE due IS NULL"]),
};
