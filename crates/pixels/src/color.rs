//! Colour: profiles to sRGB, transfer curves.
