//! Colour: profiles to sRGB, transfer curves.

pub(crate) mod curve;
