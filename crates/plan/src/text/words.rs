//! The words of the canonical text: one list per enumeration, read in both directions.

use crate::{
    Anchor, Blend, Enlarge, ExtendMode, Fit, Format, GradientColors, Kernel, Light, Metadata,
    Operator, Order, Overflow, Profile, Repeat, Rounding, Side, Slant, Strike, Test, TextAlign,
    Variable, Weight,
};

/// An enumeration whose values have one word each.
pub(super) trait Word: Copy + PartialEq + 'static {
    const ALL: &'static [(&'static str, Self)];

    /// The word of a value; `None` for values that carry data and are written otherwise.
    fn word(self) -> Option<&'static str> {
        Self::ALL.iter().find(|(_, value)| *value == self).map(|(word, _)| *word)
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == word).map(|(_, value)| *value)
    }
}

impl Word for Fit {
    const ALL: &'static [(&'static str, Self)] = &[
        ("cover", Self::Cover),
        ("contain", Self::Contain),
        ("fill", Self::Fill),
        ("inside", Self::Inside),
        ("outside", Self::Outside),
    ];
}

impl Word for Enlarge {
    const ALL: &'static [(&'static str, Self)] =
        &[("enlarge", Self::Allowed), ("no-enlarge", Self::Never)];
}

impl Word for Anchor {
    const ALL: &'static [(&'static str, Self)] = &[
        ("center", Self::Center),
        ("top", Self::Top),
        ("bottom", Self::Bottom),
        ("left", Self::Left),
        ("right", Self::Right),
        ("top-left", Self::TopLeft),
        ("top-right", Self::TopRight),
        ("bottom-left", Self::BottomLeft),
        ("bottom-right", Self::BottomRight),
        ("start", Self::Start),
        ("end", Self::End),
        ("custom", Self::Custom),
        ("attention", Self::Attention),
    ];
}

impl Word for Kernel {
    const ALL: &'static [(&'static str, Self)] = &[
        ("nearest", Self::Nearest),
        ("cubic", Self::Cubic),
        ("mitchell", Self::Mitchell),
        ("lanczos2", Self::Lanczos2),
        ("lanczos3", Self::Lanczos3),
    ];
}

impl Word for Light {
    const ALL: &'static [(&'static str, Self)] = &[("linear", Self::Linear), ("srgb", Self::Srgb)];
}

impl Word for Rounding {
    const ALL: &'static [(&'static str, Self)] =
        &[("round", Self::Nearest), ("truncate", Self::Truncate)];
}

impl Word for Overflow {
    const ALL: &'static [(&'static str, Self)] =
        &[("clamp", Self::Clamp), ("reject", Self::Reject)];
}

impl Word for ExtendMode {
    const ALL: &'static [(&'static str, Self)] =
        &[("replicate", Self::Replicate), ("reflect", Self::Reflect), ("wrap", Self::Wrap)];
}

impl Word for Metadata {
    const ALL: &'static [(&'static str, Self)] = &[
        ("strip-metadata", Self::Strip),
        ("keep-metadata", Self::Keep),
        ("keep-orientation", Self::OrientationOnly),
    ];
}

impl Word for Profile {
    const ALL: &'static [(&'static str, Self)] =
        &[("to-srgb", Self::Srgb), ("keep-profile", Self::Keep)];
}

impl Word for Variable {
    const ALL: &'static [(&'static str, Self)] = &[
        ("iw", Self::InputWidth),
        ("ih", Self::InputHeight),
        ("iar", Self::InputRatio),
        ("cw", Self::CurrentWidth),
        ("ch", Self::CurrentHeight),
        ("car", Self::CurrentRatio),
        ("bw", Self::BaseWidth),
        ("bh", Self::BaseHeight),
        ("bar", Self::BaseRatio),
        ("idn", Self::InputDensity),
    ];
}

impl Word for Operator {
    const ALL: &'static [(&'static str, Self)] = &[
        ("+", Self::Add),
        ("-", Self::Sub),
        ("*", Self::Mul),
        ("/", Self::Div),
        ("%", Self::Mod),
        ("^", Self::Pow),
    ];
}

impl Word for GradientColors {
    const ALL: &'static [(&'static str, Self)] = &[("2", Self::Two), ("4", Self::Four)];
}

impl Word for Side {
    const ALL: &'static [(&'static str, Self)] =
        &[("start", Self::Start), ("middle", Self::Middle), ("end", Self::End)];
}

impl Word for Blend {
    const ALL: &'static [(&'static str, Self)] = &[
        ("normal", Self::Normal),
        ("multiply", Self::Multiply),
        ("displace", Self::Displace),
        ("cutout", Self::Cutout),
        ("cutter", Self::Cutter),
        ("source", Self::Source),
        ("in", Self::In),
        ("out", Self::Out),
        ("atop", Self::Atop),
        ("xor", Self::Xor),
        ("add", Self::Add),
        ("saturate", Self::Saturate),
        ("screen", Self::Screen),
        ("overlay", Self::Overlay),
        ("darken", Self::Darken),
        ("lighten", Self::Lighten),
        ("color-dodge", Self::ColorDodge),
        ("color-burn", Self::ColorBurn),
        ("hard-light", Self::HardLight),
        ("soft-light", Self::SoftLight),
        ("difference", Self::Difference),
        ("exclusion", Self::Exclusion),
    ];
}

impl Word for Order {
    const ALL: &'static [(&'static str, Self)] = &[("above", Self::Above), ("below", Self::Below)];
}

impl Word for Repeat {
    const ALL: &'static [(&'static str, Self)] = &[("once", Self::Once), ("tiled", Self::Tiled)];
}

impl Word for Weight {
    const ALL: &'static [(&'static str, Self)] =
        &[("regular", Self::Regular), ("bold", Self::Bold)];
}

impl Word for Slant {
    const ALL: &'static [(&'static str, Self)] =
        &[("upright", Self::Upright), ("italic", Self::Italic)];
}

impl Word for Strike {
    const ALL: &'static [(&'static str, Self)] =
        &[("no-strike", Self::None), ("strike", Self::Through)];
}

impl Word for TextAlign {
    const ALL: &'static [(&'static str, Self)] =
        &[("left", Self::Left), ("center", Self::Center), ("right", Self::Right)];
}

impl Word for Test {
    // A sign stands before those that it begins with.
    const ALL: &'static [(&'static str, Self)] = &[
        ("==", Self::Equal),
        ("!=", Self::NotEqual),
        (">=", Self::GreaterOrEqual),
        (">", Self::Greater),
        ("<=", Self::LessOrEqual),
        ("<", Self::Less),
    ];
}

/// The format of a name as [`Format::name`] gives it.
pub(super) fn format(name: &str) -> Option<Format> {
    Format::ALL.into_iter().find(|format| format.name() == name)
}
