//! The shape of the house, checked.

mod arrows;
