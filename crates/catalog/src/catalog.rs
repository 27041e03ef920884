//! The facts, one method each.
