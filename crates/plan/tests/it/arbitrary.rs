//! Plans of every shape for the property tests.

use plan::{
    Anchor, Area, Blend, Border, Branch, Color, Colorize, Comparison, Condition, Content, Convolve,
    Corners, Crop, CropAt, Density, Distort, Enlarge, Equalize, Expr, Extend, ExtendMode, Fit,
    Font, Format, Frames, Gradient, GradientColors, Ingredient, Inset, Kernel, Layer, Length,
    Light, Linear, Metadata, Modulate, Operator, Order, Orient, Output, OutputFormat, Overflow,
    Pad, Paint, Place, Plan, Position, Profile, Quality, Ratio, Rect, Repeat, ReplaceColor, Resize,
    Rotate, Rounding, Shadow, Sharpen, Side, Slant, Step, Strike, Test, Text, TextAlign, Tolerance,
    Trim, UnsharpMask, Variable, Weight, probe::Probe,
};
use proptest::{collection::vec, num, option, prelude::*, sample::select};

use crate::source::picture;

/// Any plan with finite numbers, sensible or not.
pub(crate) fn plans() -> impl Strategy<Value = Plan> {
    let orient = select(vec![Orient::Exif, Orient::Stored]);
    let frames = prop_oneof![
        Just(Frames::All),
        (1_u32..5).prop_map(|number| number.try_into().map_or(Frames::All, Frames::One)),
    ];
    (orient, frames, vec(steps(), 0..6), outputs())
        .prop_map(|(orient, frames, steps, output)| Plan { orient, frames, steps, output })
}

/// Any source, tiny and elongated ones included, within the default limits.
pub(crate) fn sources() -> impl Strategy<Value = Probe> {
    let side = || prop_oneof![1_u32..10, 1_u32..2000, 1_u32..10_000];
    (side(), side(), 0_u8..10, option::of(1_u32..1200)).prop_map(
        |(width, height, orientation, density)| Probe {
            orientation,
            density,
            ..picture(width, height)
        },
    )
}

// Boxed where they hold many others: unboxed, their values fill the stack of a test's thread.

pub(crate) fn steps() -> BoxedStrategy<Step> {
    // Three deep is as deep as it may be; few enough that no plan is over the limits.
    plain_steps()
        .prop_recursive(3, 8, 2, |inner| {
            let list = || vec(inner.clone(), 0..3);
            prop_oneof![
                4 => plain_steps(),
                1 => (contents(), list(), places(), blends()).prop_map(
                    |(content, steps, place, (blend, order, repeat))| {
                        Step::Layer(Layer { content, steps, place, blend, order, repeat }.into())
                    }
                ),
                1 => (conditions(), list(), list()).prop_map(|(condition, then, otherwise)| {
                    Step::If(Branch { condition, then, otherwise }.into())
                }),
            ]
        })
        .boxed()
}

fn plain_steps() -> BoxedStrategy<Step> {
    prop_oneof![
        4 => resizes().prop_map(Step::Resize),
        3 => crops().prop_map(Step::Crop),
        2 => pads().prop_map(Step::Pad),
        1 => extends().prop_map(Step::Extend),
        2 => (angles(), paints()).prop_map(|(degrees, background)| {
            Step::Rotate(Rotate { degrees, background })
        }),
        2 => select(vec![
            Step::FlipHorizontal,
            Step::FlipVertical,
            Step::BoxBlur,
            Step::Grayscale,
            Step::StretchContrast,
            Step::StretchLightness,
            Step::Negate,
        ]),
        1 => paints().prop_map(Step::Background),
        1 => numbers().prop_map(Step::Opacity),
        1 => numbers().prop_map(Step::Blur),
        1 => sharpens().prop_map(Step::Sharpen),
        1 => tolerances().prop_map(|tolerance| Step::Trim(Trim { tolerance })),
        1 => (lengths(), colors()).prop_map(|(width, color)| Step::Border(Border { width, color })),
        1 => corners().prop_map(Step::RoundCorners),
        2 => effects(),
        2 => tones(),
    ]
    .boxed()
}

fn effects() -> BoxedStrategy<Step> {
    let point = || (numbers(), numbers());
    prop_oneof![
        (numbers(), numbers(), numbers(), numbers())
            .prop_map(|(blur, strength, x, y)| Step::Shadow(Shadow { blur, strength, x, y })),
        (angles(), colors(), colors(), lengths()).prop_map(|(degrees, from, to, stop)| {
            Step::Gradient(Gradient { degrees, from, to, stop })
        }),
        (colors(), numbers())
            .prop_map(|(color, intensity)| Step::Colorize(Colorize { color, intensity })),
        angles().prop_map(|degrees| Step::Distort(Distort::Arc(degrees))),
        [point(), point(), point(), point()]
            .prop_map(|corners| Step::Distort(Distort::Perspective(corners))),
        (colors(), numbers(), option::of(colors())).prop_map(|(to, tolerance, from)| {
            Step::ReplaceColor(ReplaceColor { to, tolerance, from })
        }),
    ]
    .boxed()
}

fn tones() -> BoxedStrategy<Step> {
    prop_oneof![
        any::<u8>().prop_map(Step::Median),
        (any::<u8>(), vec(numbers(), 1..30))
            .prop_map(|(width, weights)| Step::Convolve(Convolve { width, weights })),
        (any::<u16>(), any::<u16>(), any::<u8>())
            .prop_map(|(width, height, slope)| Step::Equalize(Equalize { width, height, slope })),
        (numbers(), numbers()).prop_map(|(gain, offset)| Step::Linear(Linear { gain, offset })),
        numbers().prop_map(Step::Gamma),
        any::<u8>().prop_map(Step::Threshold),
        (numbers(), numbers(), angles()).prop_map(|(lightness, chroma, hue)| Step::Modulate(
            Modulate { lightness, chroma, hue }
        )),
        colors().prop_map(Step::Tint),
        proptest::array::uniform9(numbers()).prop_map(Step::Recombine),
    ]
    .boxed()
}

fn contents() -> BoxedStrategy<Content> {
    let inset = (ingredients(), option::of(1_u32..5), select(vec![Orient::Exif, Orient::Stored]))
        .prop_map(|(file, frame, orient)| {
            let frame = frame.and_then(|number| number.try_into().ok());
            Content::Picture(Inset { file, frame, orient })
        });
    let area = (option::of(lengths()), option::of(lengths()), colors())
        .prop_map(|(width, height, color)| Content::Area(Area { width, height, color }));
    prop_oneof![inset, area, texts().prop_map(Content::Text)].boxed()
}

fn ingredients() -> BoxedStrategy<Ingredient> {
    prop_oneof![
        ".{0,12}".prop_map(Ingredient::Path),
        any::<[u8; 32]>().prop_map(Ingredient::Content),
    ]
    .boxed()
}

fn texts() -> BoxedStrategy<Text> {
    let font = prop_oneof![
        Just(Font::default()),
        ".{0,8}".prop_map(Font::Family),
        ingredients().prop_map(Font::File),
    ];
    let face = (
        select(vec![Weight::Regular, Weight::Bold]),
        select(vec![Slant::Upright, Slant::Italic]),
        select(vec![Strike::None, Strike::Through]),
        select(vec![TextAlign::Left, TextAlign::Center, TextAlign::Right]),
    );
    let padding = prop_oneof![
        lengths().prop_map(|length| [length.clone(), length.clone(), length.clone(), length]),
        [lengths(), lengths(), lengths(), lengths()],
    ];
    let lengths = (lengths(), option::of(lengths()), padding, option::of(lengths()));
    let text = prop_oneof![".{0,20}", "(?s).{0,20}", Just("x".repeat(2600))];
    (text, font, face, lengths, [colors(), colors()])
        .prop_map(|(text, font, (weight, slant, strike, align), lengths, [color, background])| {
            let (size, wrap, padding, line_height) = lengths;
            Text {
                text,
                font,
                size,
                color,
                weight,
                slant,
                strike,
                wrap,
                align,
                padding,
                background,
                line_height,
            }
        })
        .boxed()
}

fn places() -> BoxedStrategy<Place> {
    let side = || select(vec![Side::Start, Side::Middle, Side::End]);
    let position = || {
        prop_oneof![
            side().prop_map(Position::Align),
            (lengths(), side()).prop_map(|(offset, from)| Position::Start { offset, from }),
            lengths().prop_map(|offset| Position::End { offset }),
            (lengths(), side()).prop_map(|(offset, from)| Position::Middle { offset, from }),
            lengths().prop_map(Position::At),
        ]
    };
    (position(), position()).prop_map(|(x, y)| Place { x, y }).boxed()
}

fn blends() -> impl Strategy<Value = (Blend, Order, Repeat)> {
    let blend = vec![
        Blend::Normal,
        Blend::Multiply,
        Blend::Displace,
        Blend::Cutout,
        Blend::Cutter,
        Blend::Source,
        Blend::In,
        Blend::Out,
        Blend::Atop,
        Blend::Xor,
        Blend::Add,
        Blend::Saturate,
        Blend::Screen,
        Blend::Overlay,
        Blend::Darken,
        Blend::Lighten,
        Blend::ColorDodge,
        Blend::ColorBurn,
        Blend::HardLight,
        Blend::SoftLight,
        Blend::Difference,
        Blend::Exclusion,
    ];
    let order = select(vec![Order::Above, Order::Below]);
    (select(blend), order, select(vec![Repeat::Once, Repeat::Tiled]))
}

fn conditions() -> BoxedStrategy<Condition> {
    let tests = vec![
        Test::Equal,
        Test::NotEqual,
        Test::Greater,
        Test::GreaterOrEqual,
        Test::Less,
        Test::LessOrEqual,
    ];
    let comparison = (variables(), select(tests), numbers())
        .prop_map(|(left, test, right)| Comparison { left, test, right });
    vec(vec(comparison, 1..3), 1..3).prop_map(Condition).boxed()
}

fn resizes() -> BoxedStrategy<Resize> {
    let how = (
        select(vec![Fit::Cover, Fit::Contain, Fit::Fill, Fit::Inside, Fit::Outside]),
        select(vec![Enlarge::Allowed, Enlarge::Never]),
        anchors(),
        select(vec![
            Kernel::Nearest,
            Kernel::Cubic,
            Kernel::Mitchell,
            Kernel::Lanczos2,
            Kernel::Lanczos3,
        ]),
        select(vec![Light::Linear, Light::Srgb]),
        select(vec![Rounding::Nearest, Rounding::Truncate]),
        paints(),
    );
    (boxes(), how)
        .prop_map(|((width, height, ratio, dpr), how)| {
            let (fit, enlarge, anchor, kernel, light, rounding, background) = how;
            Resize {
                width,
                height,
                ratio,
                dpr,
                fit,
                enlarge,
                anchor,
                kernel,
                light,
                rounding,
                background,
            }
        })
        .boxed()
}

fn crops() -> BoxedStrategy<Crop> {
    let at = prop_oneof![
        anchors().prop_map(CropAt::Anchor),
        (lengths(), lengths()).prop_map(|(x, y)| CropAt::TopLeft(x, y)),
        (option::of(lengths()), option::of(lengths())).prop_map(|(x, y)| CropAt::Center(x, y)),
    ];
    let overflow = select(vec![Overflow::Clamp, Overflow::Reject]);
    (boxes(), at, overflow)
        .prop_map(|((width, height, ratio, dpr), at, overflow)| Crop {
            width,
            height,
            ratio,
            dpr,
            at,
            overflow,
        })
        .boxed()
}

fn pads() -> BoxedStrategy<Pad> {
    (boxes(), anchors(), paints(), any::<bool>())
        .prop_map(|((width, height, ratio, dpr), anchor, background, shrink)| Pad {
            width,
            height,
            ratio,
            dpr,
            anchor,
            background,
            shrink,
        })
        .boxed()
}

type Box = (Option<Length>, Option<Length>, Option<Ratio>, Option<Length>);

fn boxes() -> impl Strategy<Value = Box> {
    let ratio = prop_oneof![numbers().prop_map(Ratio::Value), expressions().prop_map(Ratio::Expr),];
    (
        option::of(lengths()),
        option::of(lengths()),
        option::weighted(0.3, ratio),
        option::weighted(0.3, lengths()),
    )
}

fn extends() -> impl Strategy<Value = Extend> {
    let side = || prop_oneof![4 => 0_u32..300, 1 => any::<u32>()];
    let mode = prop_oneof![
        colors().prop_map(ExtendMode::Constant),
        Just(ExtendMode::Replicate),
        Just(ExtendMode::Reflect),
        Just(ExtendMode::Wrap),
    ];
    (side(), side(), side(), side(), mode).prop_map(|(top, right, bottom, left, mode)| Extend {
        top,
        right,
        bottom,
        left,
        mode,
    })
}

fn sharpens() -> impl Strategy<Value = Sharpen> {
    let mask = (numbers(), numbers(), numbers(), numbers());
    prop_oneof![
        Just(Sharpen::Simple { strength: 1.0 }),
        numbers().prop_map(|strength| Sharpen::Simple { strength }),
        numbers().prop_map(|sigma| Sharpen::Lab { sigma }),
        mask.prop_map(|(radius, sigma, amount, threshold)| {
            Sharpen::Unsharp(UnsharpMask { radius, sigma, amount, threshold })
        }),
    ]
}

fn tolerances() -> impl Strategy<Value = Tolerance> {
    prop_oneof![numbers().prop_map(Tolerance::Percent), any::<u16>().prop_map(Tolerance::Levels),]
}

fn corners() -> impl Strategy<Value = Corners> {
    let equal = numbers().prop_map(|radius| [radius; 4]);
    let different = [numbers(), numbers(), numbers(), numbers()];
    let radii = |[top_left, top_right, bottom_right, bottom_left]: [f64; 4]| Corners::Radii {
        top_left,
        top_right,
        bottom_right,
        bottom_left,
    };
    prop_oneof![Just(Corners::Max), equal.prop_map(radii), different.prop_map(radii),]
}

fn outputs() -> impl Strategy<Value = Output> {
    let format = prop_oneof![
        Just(OutputFormat::Auto),
        Just(OutputFormat::Source),
        select(Format::ALL.to_vec()).prop_map(OutputFormat::Is),
    ];
    let density =
        prop_oneof![any::<u16>().prop_map(Density::Dpi), expressions().prop_map(Density::Expr),];
    let encoder = (
        option::of((1_u8..=100).prop_map(|value| Quality::new(value).unwrap_or(Quality::DEFAULT))),
        option::of(any::<bool>()),
        any::<bool>(),
        any::<bool>(),
    );
    let kept = (
        select(vec![Metadata::Strip, Metadata::Keep, Metadata::OrientationOnly]),
        select(vec![Profile::Srgb, Profile::Keep]),
        option::weighted(0.2, density),
        option::of(prop_oneof![Just(Color::BLACK), colors()]),
        any::<[bool; 3]>(),
    );
    let outputs = (format, encoder, kept).prop_map(|(format, encoder, kept)| {
        let (quality, progressive, lossless, palette) = encoder;
        let (metadata, profile, density, flatten, flags) = kept;
        let [keep_format, keep_samples, half_chroma] = flags;
        Output {
            format,
            keep_format,
            quality,
            progressive,
            lossless,
            palette,
            keep_samples,
            half_chroma,
            metadata,
            profile,
            density,
            flatten,
        }
    });
    prop_oneof![Just(Output::default()), outputs]
}

fn anchors() -> impl Strategy<Value = Anchor> {
    let named = select(vec![
        Anchor::Center,
        Anchor::Top,
        Anchor::Bottom,
        Anchor::Left,
        Anchor::Right,
        Anchor::TopLeft,
        Anchor::TopRight,
        Anchor::BottomLeft,
        Anchor::BottomRight,
        Anchor::Start,
        Anchor::End,
        Anchor::Custom,
        Anchor::Attention,
    ]);
    let number = || prop_oneof![4 => 0_u32..5000, 1 => any::<u32>()];
    let focus = (number(), number(), number(), number())
        .prop_map(|(x, y, width, height)| Anchor::Focus(Rect { x, y, width, height }));
    prop_oneof![3 => named, 1 => focus]
}

fn paints() -> impl Strategy<Value = Paint> {
    prop_oneof![
        2 => Just(Paint::default()),
        2 => colors().prop_map(Paint::Solid),
        1 => (option::of(any::<u8>()), -255_i16..=255)
            .prop_map(|(intensity, brightness)| Paint::Blurred { intensity, brightness }),
        1 => select(vec![
            Paint::Dominant,
            Paint::DominantGradient(GradientColors::Two),
            Paint::DominantGradient(GradientColors::Four),
        ]),
    ]
}

fn colors() -> impl Strategy<Value = Color> {
    let alpha = prop_oneof![Just(0), Just(255), any::<u8>()];
    (any::<[u8; 3]>(), alpha).prop_map(|([r, g, b], a)| Color { r, g, b, a })
}

fn lengths() -> BoxedStrategy<Length> {
    prop_oneof![
        4 => numbers().prop_map(Length::Px),
        2 => (0.0..1.5).prop_map(Length::Fraction),
        1 => numbers().prop_map(Length::Fraction),
        1 => (0_u16..1200).prop_map(Length::Thousandths),
        2 => expressions().prop_map(Length::Expr),
    ]
    .boxed()
}

fn variables() -> impl Strategy<Value = Variable> {
    select(vec![
        Variable::InputWidth,
        Variable::InputHeight,
        Variable::InputRatio,
        Variable::CurrentWidth,
        Variable::CurrentHeight,
        Variable::CurrentRatio,
        Variable::BaseWidth,
        Variable::BaseHeight,
        Variable::BaseRatio,
        Variable::InputDensity,
    ])
}

fn expressions() -> impl Strategy<Value = Expr> {
    let operators = || {
        select(vec![
            Operator::Add,
            Operator::Sub,
            Operator::Mul,
            Operator::Div,
            Operator::Mod,
            Operator::Pow,
        ])
    };
    let leaf = prop_oneof![numbers().prop_map(Expr::Number), variables().prop_map(Expr::Variable),];
    leaf.prop_recursive(4, 16, 2, move |inner| {
        (inner.clone(), operators(), inner)
            .prop_map(|(left, operator, right)| Expr::Binary(left.into(), operator, right.into()))
    })
}

fn angles() -> impl Strategy<Value = f64> {
    prop_oneof![(-8_i32..8).prop_map(|turns| f64::from(turns) * 90.0), -720.0..720.0, numbers(),]
}

/// Finite numbers, mostly such as people write.
fn numbers() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => (0_u32..3000).prop_map(f64::from),
        2 => 0.0..3.0,
        1 => -100.0..100.0,
        1 => num::f64::NORMAL | num::f64::SUBNORMAL | num::f64::ZERO | num::f64::POSITIVE
            | num::f64::NEGATIVE,
    ]
}
