//! What to do to an image: pure data and arithmetic. No I/O, no pixels, no HTTP, no async.
//!
//! A transformation passes three stages. A dialect reads what was *written* in a URL into a
//! struct of its own; it builds a [`Plan`], which says what is *meant*, independent of any
//! source; [`Plan::resolve`] yields what is to be done to one concrete source: pixel
//! rectangles, no percentages, no expressions.
//!
//! A plan has exactly one text form ([`std::fmt::Display`] and [`std::str::FromStr`]): it is
//! cache key, log field, test notation and command-line argument. Equal meaning gives equal text.
//!
//! To add an operation: a variant of [`Step`], a line in `text/print.rs` and `text/parse.rs`, a
//! rule in `resolve`, and a file in `pixels/src/op/`.

mod color;
mod condition;
mod effect;
mod effective;
mod error;
mod expr;
mod format;
mod geometry;
mod layer;
mod normalize;
mod output;
pub mod probe;
pub mod resolve;
mod step;
mod symmetry;
mod text;

pub use color::{Color, GradientColors, Paint};
pub use condition::{Branch, Comparison, Condition, Test};
pub use effect::{
    Colorize, Convolve, Distort, Equalize, Gradient, Linear, Modulate, ReplaceColor, Shadow,
};
pub use error::{ParseError, ResolveError};
pub use expr::{Expr, Operator, Variable};
pub use format::Format;
pub use geometry::{Anchor, Length, Ratio, Rect, Region, Rounding, Size};
pub use layer::{
    Area, Blend, Content, Font, Ingredient, Inset, Layer, Order, Place, Position, Repeat, Side,
    Slant, Strike, Text, TextAlign, Weight,
};
pub use output::{Density, Metadata, Output, OutputFormat, Profile, Quality};
pub use resolve::{Action, Deferred, Limits, Overlay, Resolved, TextLengths};
pub use step::{
    Border, Corners, Crop, CropAt, Enlarge, Extend, ExtendMode, Fit, Kernel, Light, Overflow, Pad,
    Resize, Rotate, Sharpen, Step, Tolerance, Trim, UnsharpMask,
};

/// What to do to an image. Says nothing about where the image comes from or who asked.
///
/// Build one with struct syntax and [`Plan::default`], then [`Plan::normalized`] before it is used as
/// a key: normalising drops what cannot matter (a fit where only one side is given, a blur of
/// zero), so that equal meaning has equal text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plan {
    /// Whether the EXIF orientation is applied before the first step.
    pub orient: Orient,
    /// Which frames of an animation, or which page of a document, are used.
    pub frames: Frames,
    /// Run from left to right, each on the result of the one before.
    pub steps: Vec<Step>,
    /// How the result is encoded.
    pub output: Output,
}

/// Whether EXIF orientation is applied before the first step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Orient {
    /// Turn the picture upright; all later sizes refer to the upright picture.
    #[default]
    Exif,
    /// Leave the pixel grid as it is stored.
    Stored,
}

/// Which frames of an animated source are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Frames {
    /// All of them, when the output format can hold an animation; else the first.
    #[default]
    All,
    /// One still: the n-th frame or page, counted from 1. Past the end: the last.
    One(std::num::NonZeroU32),
}

/// Version of the renderer's output. It is part of every derivative's key, so raising it when
/// pixels change means that nothing stale is ever served.
pub const RENDERER_REVISION: u32 = 3;
