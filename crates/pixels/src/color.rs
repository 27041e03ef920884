//! Colour: profiles to sRGB, transfer curves, CIELAB, what a picture is mostly made of.

pub(crate) mod curve;
pub(crate) mod dominant;
pub(crate) mod lab;
mod profile;

pub(crate) use profile::ToSrgb;
