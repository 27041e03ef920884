//! Colour: profiles to sRGB, transfer curves.

pub(crate) mod curve;
mod profile;

pub(crate) use profile::ToSrgb;
