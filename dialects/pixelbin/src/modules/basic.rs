//! The basic module, `t`: sharp's operations.

use super::{Kind, Operation, Param, Plugin};

/// Longest side of a result.
pub(crate) const MAX_SIDE: i64 = 10_000;

const fn param(identifier: &'static str, name: &'static str, kind: Kind) -> Param {
    Param { identifier, name, kind }
}

const fn integer(default: i64, min: i64, max: i64) -> Kind {
    Kind::Integer { default, min, max }
}

const fn float(default: f64, min: f64, max: f64) -> Kind {
    Kind::Float { default, min, max }
}

const fn any(default: f64) -> Kind {
    float(default, f64::MIN, f64::MAX)
}

const fn one_of(default: &'static str, values: &'static [&'static str]) -> Kind {
    Kind::Enum { default, values }
}

const fn op(
    method: &'static str,
    display_name: &'static str,
    description: &'static str,
    params: &'static [Param],
) -> Operation {
    Operation { method, display_name, description, params }
}

const DPR: Param = param("dpr", "DPR", float(1.0, 0.1, 5.0));
const SIDE: Kind = Kind::Side { default: 0, max: MAX_SIDE };

pub(crate) const FITS: &[&str] = &["cover", "contain", "fill", "inside", "outside"];
pub(crate) const POSITIONS: &[&str] = &[
    "top",
    "bottom",
    "left",
    "right",
    "right_top",
    "right_bottom",
    "left_top",
    "left_bottom",
    "center",
];
pub(crate) const KERNELS: &[&str] = &["nearest", "cubic", "mitchell", "lanczos2", "lanczos3"];
pub(crate) const FORMATS: &[&str] =
    &["jpeg", "png", "webp", "tiff", "avif", "bmp", "heif", "jpg", "gif"];
pub(crate) const BORDERS: &[&str] = &["constant", "replicate", "reflect", "wrap"];
pub(crate) const MERGES: &[&str] = &["overlay", "underlay", "wrap"];
pub(crate) const GRAVITIES: &[&str] = &[
    "northwest",
    "north",
    "northeast",
    "east",
    "center",
    "west",
    "southwest",
    "south",
    "southeast",
    "custom",
];
pub(crate) const BLENDS: &[&str] = &[
    "over",
    "in",
    "out",
    "atop",
    "dest",
    "dest-over",
    "dest-in",
    "dest-out",
    "dest-atop",
    "xor",
    "add",
    "saturate",
    "multiply",
    "screen",
    "overlay",
    "darken",
    "lighten",
    "colour-dodge",
    "color-dodge",
    "colour-burn",
    "color-burn",
    "hard-light",
    "soft-light",
    "difference",
    "exclusion",
];

pub(crate) static BASIC: Plugin = Plugin {
    identifier: super::BASIC,
    name: "Basic",
    description: "Basic Transformations",
    needs_credentials: false,
    is_heavy: false,
    operations: &[
        op(
            "resize",
            "Resize",
            "Changes the size",
            &[
                param("h", "Height", SIDE),
                param("w", "Width", SIDE),
                param("f", "Fit", one_of("cover", FITS)),
                param("b", "Background", Kind::Color("000000")),
                param("p", "Position", one_of("center", POSITIONS)),
                param("k", "Algorithm", one_of("lanczos3", KERNELS)),
                DPR,
            ],
        ),
        op(
            "compress",
            "Compress",
            "Sets the quality of the result",
            &[param("q", "Quality", integer(80, 0, 100))],
        ),
        op(
            "toFormat",
            "To Format",
            "Sets the format of the result",
            &[
                param("f", "Format", one_of("jpeg", FORMATS)),
                param("q", "Quality", Kind::Quality { default: 75 }),
            ],
        ),
        op(
            "extend",
            "Extend",
            "Adds pixels on each side",
            &[
                param("t", "Top", integer(10, 0, 500)),
                param("l", "Left", integer(10, 0, 500)),
                param("b", "Bottom", integer(10, 0, 500)),
                param("r", "Right", integer(10, 0, 500)),
                param("bc", "Background", Kind::Color("000000")),
                param("bt", "Border Type", one_of("constant", BORDERS)),
                DPR,
            ],
        ),
        op(
            "extract",
            "Extract",
            "Cuts out a region",
            &[
                param("t", "Top", integer(10, 0, i32::MAX as i64)),
                param("l", "Left", integer(10, 0, i32::MAX as i64)),
                param("h", "Height", integer(50, 0, i32::MAX as i64)),
                param("w", "Width", integer(20, 0, i32::MAX as i64)),
                param("bbox", "Bounding Box", Kind::Bbox("")),
            ],
        ),
        op(
            "trim",
            "Trim",
            "Cuts away edges that look like the top-left pixel",
            &[param("t", "Threshold", integer(10, 1, 500))],
        ),
        op(
            "rotate",
            "Rotate",
            "Turns clockwise",
            &[
                param("a", "Angle", integer(0, i32::MIN as i64, i32::MAX as i64)),
                param("b", "Background", Kind::Color("000000")),
            ],
        ),
        op("flip", "Flip", "Mirrors top and bottom", &[]),
        op("flop", "Flop", "Mirrors left and right", &[]),
        op(
            "sharpen",
            "Sharpen",
            "Sharpens lightness",
            &[param("s", "Sigma", float(1.5, 0.01, 10.0))],
        ),
        op(
            "median",
            "Median",
            "Takes the median of a neighbourhood",
            &[param("s", "Size", integer(3, 1, 10))],
        ),
        op(
            "blur",
            "Blur",
            "Blurs; without a sigma by the mean of 3 x 3 pixels",
            &[param("s", "Sigma", float(0.3, 0.3, 100.0)), DPR],
        ),
        op(
            "flatten",
            "Flatten",
            "Lays the picture onto a colour",
            &[param("b", "Background", Kind::Color("000000"))],
        ),
        op("negate", "Negate", "Makes the negative", &[]),
        op("normalise", "Normalise", "Stretches lightness to the full range", &[]),
        op(
            "linear",
            "Linear",
            "Multiplies levels and adds to them",
            &[param("a", "A", any(1.0)), param("b", "B", any(0.0))],
        ),
        op(
            "modulate",
            "Modulate",
            "Changes lightness, chroma and hue",
            &[
                param("b", "Brightness", float(1.0, 0.0, 10.0)),
                param("s", "Saturation", float(1.0, 0.0, 10.0)),
                param("h", "Hue", integer(90, -360, 360)),
            ],
        ),
        op("grey", "Grey", "Makes it grey", &[]),
        op(
            "tint",
            "Tint",
            "Takes the hue of a colour",
            &[param("c", "Color", Kind::Color("000000"))],
        ),
        op(
            "density",
            "Density",
            "Sets the resolution of the result",
            &[param("d", "Density", integer(300, 1, 10_000))],
        ),
        op(
            "merge",
            "Merge",
            "Lays another picture or a colour onto the picture, or beneath it",
            &[
                param("m", "Mode", one_of("overlay", MERGES)),
                param("i", "Image", Kind::File),
                param("tr", "Transformation", Kind::Custom("")),
                param("bg", "Background", Kind::Color("00000000")),
                param("h", "Height", SIDE),
                param("w", "Width", SIDE),
                param("t", "Top", integer(0, i32::MIN as i64, i32::MAX as i64)),
                param("l", "Left", integer(0, i32::MIN as i64, i32::MAX as i64)),
                param("g", "Gravity", one_of("center", GRAVITIES)),
                param("b", "Blend", one_of("over", BLENDS)),
                param("r", "Tile", Kind::Boolean(false)),
                param("bboxes", "List Of Bboxes", Kind::BboxList),
                param("polys", "List Of Polygons", Kind::PolygonList),
            ],
        ),
        // Beyond what the vendor's SDKs know.
        op("gamma", "Gamma", "Brightens by a power", &[param("g", "Gamma", float(2.2, 1.0, 3.0))]),
        op(
            "threshold",
            "Threshold",
            "Makes it black and white",
            &[param("t", "Threshold", integer(128, 0, 255))],
        ),
        op(
            "clahe",
            "Clahe",
            "Equalises the histogram around each pixel",
            &[
                param("w", "Width", integer(8, 1, 500)),
                param("h", "Height", integer(8, 1, 500)),
                param("s", "Slope", integer(3, 0, 100)),
            ],
        ),
        op(
            "convolve",
            "Convolve",
            "Weighs a neighbourhood by numbers joined with _",
            &[
                param("w", "Width", integer(3, 1, 25)),
                param("h", "Height", integer(3, 1, 25)),
                param("k", "Kernel", Kind::Text("0_0_0_0_1_0_0_0_0")),
            ],
        ),
        op(
            "recomb",
            "Recomb",
            "Recombines channels by nine numbers joined with _",
            &[param("m", "Matrix", Kind::Text("1_0_0_0_1_0_0_0_1"))],
        ),
    ],
};
