//! The counter that numbers folders and assets together, in the order in which they came to be.

use super::{Migration, Up};

pub(super) const MIGRATION: Migration = Migration { name: "m0004_births", up: Up::Births };
