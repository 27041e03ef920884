//! Nothing panics, and sizes are what the plan says, for any plan on any small picture.

use std::path::Path;

use pixels::{Error, Limits, probe, render};
use plan::{Plan, probe::Depth};
use proptest::prelude::*;

use crate::golden::Sources;

/// One step in canonical text, of every kind, with values from sensible to silly.
fn step() -> impl Strategy<Value = String> {
    prop_oneof![6 => plain_step(), 2 => layer(plain_step().boxed(), 2)]
}

/// A layer with steps of its own, some of them layers, `depth` more of them inside of each other.
fn layer(inner: BoxedStrategy<String>, depth: usize) -> BoxedStrategy<String> {
    let content = prop_oneof![
        Just("picture(\"/glyph.png\")"),
        Just("picture(\"/scene.png\",frame=3,stored)"),
        Just("area(30x20,#ff000080)"),
        Just("area(x,#808080)"),
        Just("area({bw*2}xf0.3,#00000000)"),
        Just("text(\"Ab\\nשלום\",12,#336699)"),
        Just("text(\"a b c\",{bh/4},#00000080,bold,wrap=20,padding=1:2:3:4,background=#ffffff)"),
    ];
    let place = prop_oneof![
        Just(""),
        Just(",x=start"),
        Just(",x=end(3),y=middle(-7)"),
        Just(",x=start(-1000),y=start({bh},end)"),
    ];
    let blend = prop_oneof![
        3 => Just(""), 1 => Just(",multiply"), 1 => Just(",displace"), 1 => Just(",cutout"), 1 => Just(",cutter"),
        1 => Just(",below"), 1 => Just(",tiled,in"), 1 => Just(",tiled,x=at(-7)"), 1 => Just(",below,atop"),
        1 => Just(",color-burn"), 1 => Just(",color-dodge"), 1 => Just(",soft-light"), 1 => Just(",saturate"),
    ];
    let steps = match depth {
        0 => inner.clone(),
        _ => prop_oneof![4 => inner.clone(), 1 => layer(inner, depth - 1)].boxed(),
    };
    (content, place, blend, proptest::collection::vec(steps, 0..3))
        .prop_map(|(content, place, blend, steps)| {
            let steps: String = steps.iter().map(|step| format!("|{step}")).collect();
            format!("layer({content}{place}{blend}{steps})")
        })
        .boxed()
}

fn plain_step() -> impl Strategy<Value = String> {
    let side = prop_oneof![3 => 1_u32..80, 1 => 80_u32..3000];
    let color = prop_oneof![Just("#ff0000"), Just("#00000000"), Just("#12345680"), Just("#808080")];
    let anchor = prop_oneof![
        Just("center"),
        Just("top"),
        Just("bottom-right"),
        Just("attention"),
        Just("start"),
        Just("focus(3,4,5,6)"),
    ];
    let fit =
        prop_oneof![Just("cover"), Just("contain"), Just("fill"), Just("inside"), Just("outside")];
    let kernel = prop_oneof![
        Just("nearest"),
        Just("cubic"),
        Just("mitchell"),
        Just("lanczos2"),
        Just("lanczos3"),
        Just("srgb")
    ];
    let number = prop_oneof![0.0..3.0_f64, 0.0..400.0_f64];
    let paint = prop_oneof![
        Just("blurred"),
        Just("blurred(0,-20)"),
        Just("blurred(100,255)"),
        Just("dominant"),
        Just("dominant-gradient(2)"),
        Just("dominant-gradient(4)"),
    ];
    let corner = || -100.0..200.0_f64;
    let effects = prop_oneof![
        (side.clone(), side.clone(), paint.clone())
            .prop_map(|(w, h, p)| format!("pad({w}x{h},{p})")),
        (-400.0..400.0_f64, paint.clone()).prop_map(|(angle, p)| format!("rotate({angle},{p})")),
        paint.prop_map(|paint| format!("background({paint})")),
        (0.0..15.0_f64, 0.0..1.0_f64, -100.0..100.0_f64, -100.0..100.0_f64)
            .prop_map(|(blur, strength, x, y)| format!("shadow({blur},{strength},{x},{y})")),
        (-400.0..400.0_f64, color.clone(), color.clone(), number.clone())
            .prop_map(|(angle, from, to, stop)| format!("gradient({angle},{from},{to},{stop})")),
        (color.clone(), 0.0..1.0_f64).prop_map(|(c, part)| format!("colorize({c},{part})")),
        (-400.0..400.0_f64).prop_map(|angle| format!("arc({angle})")),
        proptest::collection::vec(corner(), 8).prop_map(|corners| {
            let corners: Vec<String> = corners.iter().map(f64::to_string).collect();
            format!("perspective({})", corners.join(","))
        }),
        (color.clone(), 0.0..100.0_f64)
            .prop_map(|(c, tolerance)| format!("replace-color({c},{tolerance})")),
        (color.clone(), 0.0..100.0_f64, color.clone())
            .prop_map(|(to, tolerance, from)| format!("replace-color({to},{tolerance},{from})")),
    ];
    let tones = prop_oneof![
        (0_u8..20).prop_map(|side| format!("median({side})")),
        (0_u8..4, -3.0..3.0_f64)
            .prop_map(|(width, w)| format!("convolve({width},{w},1,0,-1,{w},2)")),
        (0_u16..80, 0_u16..600, 0_u8..9).prop_map(|(w, h, s)| format!("equalize({w},{h},{s})")),
        (-3.0..3.0_f64, -400.0..400.0_f64).prop_map(|(a, b)| format!("linear({a},{b})")),
        (0.0..20.0_f64).prop_map(|gamma| format!("gamma({gamma})")),
        any::<u8>().prop_map(|level| format!("threshold({level})")),
        (0.0..12.0_f64, 0.0..12.0_f64, -400.0..400.0_f64)
            .prop_map(|(l, c, h)| format!("modulate({l},{c},{h})")),
        color.clone().prop_map(|color| format!("tint({color})")),
        (-2.0..2.0_f64).prop_map(|a| format!("recombine({a},1,0,0,{a},0,0,1,{a})")),
        Just("negate|stretch-lightness".to_owned()),
    ];
    prop_oneof![
        8 => effects,
        5 => tones,
        4 => (side.clone(), side.clone(), fit, anchor.clone(), kernel)
            .prop_map(|(w, h, fit, anchor, kernel)| format!("resize({w}x{h},{fit},{anchor},{kernel})")),
        1 => (side.clone(), anchor.clone()).prop_map(|(w, anchor)| format!("resize({w}x,{anchor})")),
        1 => (0.01..1.0_f64).prop_map(|part| format!("resize(f{part}x)")),
        2 => (side.clone(), side.clone(), anchor.clone()).prop_map(|(w, h, a)| format!("crop({w}x{h},{a})")),
        1 => (side.clone(), side.clone(), 0_u32..60, 0_u32..60)
            .prop_map(|(w, h, x, y)| format!("crop({w}x{h},at={x}:{y})")),
        1 => (side.clone(), side.clone(), anchor, color.clone()).prop_map(|(w, h, a, c)| format!("pad({w}x{h},{a},{c})")),
        1 => (0_u32..90, 0_u32..90, prop_oneof![Just("replicate"), Just("reflect"), Just("wrap"), Just("#ffffff")])
            .prop_map(|(a, b, mode)| format!("extend({a},{b},{b},{a},{mode})")),
        1 => (-400.0..400.0_f64, color.clone()).prop_map(|(angle, c)| format!("rotate({angle},{c})")),
        1 => prop_oneof![Just(90), Just(180), Just(270)].prop_map(|angle| format!("rotate({angle})")),
        1 => prop_oneof![
            Just("flip-horizontal"), Just("flip-vertical"), Just("box-blur"), Just("sharpen"), Just("grayscale"),
            Just("stretch-contrast"), Just("round(max)"),
        ].prop_map(String::from),
        1 => color.clone().prop_map(|c| format!("background({c})")),
        1 => (0.0..1.0_f64).prop_map(|part| format!("opacity({part})")),
        2 => number.clone().prop_map(|sigma| format!("blur({sigma})")),
        1 => number.clone().prop_map(|sigma| format!("sharpen-lab({sigma})")),
        1 => (number.clone(), number.clone(), number.clone(), 0.0..1.0_f64)
            .prop_map(|(radius, sigma, amount, threshold)| format!("unsharp({radius},{sigma},{amount},{threshold})")),
        1 => (1_u32..99).prop_map(|percent| format!("trim({percent}%)")),
        1 => (0_u32..50, color).prop_map(|(width, c)| format!("border({width},{c})")),
        1 => (number.clone(), number.clone(), number.clone(), number)
            .prop_map(|(a, b, c, d)| format!("round({a},{b},{c},{d})")),
    ]
}

fn plan() -> impl Strategy<Value = String> {
    let output = prop_oneof![
        3 => Just("png"), 2 => Just("jpeg"), 1 => Just("webp(q50)"), 1 => Just("gif"), 1 => Just("bmp"),
        1 => Just("jpeg(keep-metadata,keep-profile)"), 1 => Just("tiff"),
    ];
    (proptest::collection::vec(step(), 0..5), output).prop_map(|(steps, output)| {
        steps.into_iter().chain([output.to_owned()]).collect::<Vec<_>>().join("|")
    })
}

/// Small pictures of several layouts: opaque, transparent, grey, turned, with a profile, animated.
fn sources() -> Vec<Vec<u8>> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    [
        "golden/sources/scene.png",
        "golden/sources/glyph.png",
        "golden/sources/dim.png",
        "it/files/exif.jpg",
        "it/files/animated.webp",
    ]
    .map(|name| std::fs::read(tests.join(name)).unwrap_or_else(|error| panic!("{name}: {error}")))
    .into()
}

/// Small, so that the plans stay quick.
fn limits() -> Limits {
    Limits {
        memory: 16 << 20,
        plan: plan::Limits { output_pixels: 300_000, ..plan::Limits::default() },
        ..Limits::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn any_plan_is_carried_out_or_refused(text in plan(), which in 0_usize..5) {
        let source = &sources()[which];
        let layers = Sources::read();
        let plan: Plan = layers.bound(&text).parse().map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
        match render(source, &plan, &layers.ingredients(), &limits()) {
            Ok(rendered) => {
                let seen = probe(&rendered.bytes, Depth::Header, &limits()).unwrap();
                prop_assert_eq!(seen.size, rendered.size, "{}", &text);
                let resolved =
                    plan.resolve(&probe(source, Depth::Header, &limits()).unwrap(), limits().plan).unwrap();
                if !text.contains("trim") {
                    prop_assert_eq!(resolved.size, rendered.size, "{}", &text);
                }
            }
            Err(Error::TooLarge(_) | Error::Plan(_)) => {}
            Err(Error::Layer(error)) if matches!(*error, Error::TooLarge(_) | Error::Plan(_)) => {}
            Err(other) => prop_assert!(false, "{text}: {other}"),
        }
    }
}
