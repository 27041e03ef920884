//! Operations on pixels. One file each; `pipeline/run.rs` calls them.
//!
//! They work on 8-bit samples as they are encoded, unless they say otherwise, with straight alpha; what averages
//! pixels weighs colours with their alpha.

pub(crate) mod attention;
pub(crate) mod backdrop;
pub(crate) mod background;
pub(crate) mod blur;
pub(crate) mod canvas;
pub(crate) mod colorize;
pub(crate) mod compose;
pub(crate) mod contrast;
pub(crate) mod corners;
pub(crate) mod crop;
pub(crate) mod distort;
pub(crate) mod extend;
mod gaussian;
pub(crate) mod gradient;
pub(crate) mod grayscale;
pub(crate) mod kernel;
pub(crate) mod lightness;
pub(crate) mod neighbourhood;
pub(crate) mod opacity;
pub(crate) mod recolor;
pub(crate) mod recombine;
pub(crate) mod resize;
pub(crate) mod rotate;
mod sampling;
pub(crate) mod shadow;
pub(crate) mod sharpen;
pub(crate) mod tile;
pub(crate) mod tone;
pub(crate) mod trim;
pub(crate) mod turn;
