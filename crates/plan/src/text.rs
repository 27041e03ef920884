//! The canonical text of a plan, both directions.
