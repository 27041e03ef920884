//! Parts for tests: application builder, echo engine, golden comparison.
