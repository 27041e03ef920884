//! What patterns mean, as plans.

use base64::{Engine, prelude::BASE64_STANDARD};
use plan::Plan;
use proptest::prelude::*;

use super::{
    Chain, Chains, Meaning, Pattern, Surroundings, grammar::Op, meaning::MeaningError,
    presets::Variables,
};
use crate::modules;

/// A few presets.
struct Known;

impl Chains for Known {
    fn find(&self, name: &str) -> Option<Chain> {
        let (text, params) = match name {
            "x" => (
                "t.resize(w:$w,h:$h)",
                r#"{"w":{"type":"integer","default":200},"h":{"type":"integer","default":400}}"#,
            ),
            "thumb" => ("t.resize(w:100)", "{}"),
            "both" => ("p:thumb~p:x(w:$v)", r#"{"v":{"type":"integer","default":7}}"#),
            "again" => ("p:again", "{}"),
            "four" => ("p:three~p:three", "{}"),
            "three" => ("p:two~p:two~p:two~p:two", "{}"),
            "two" => ("p:one~p:one~p:one~p:one", "{}"),
            "one" => ("t.flip()~t.blur()~t.flip()~t.blur()", "{}"),
            "bare" => ("t.resize(w:$w)", r#"{"w":{"type":"integer"}}"#),
            "colored" => ("t.flatten(b:$c)", r#"{"c":{"type":"color","default":"ff0000"}}"#),
            "undeclared" => ("t.resize(w:$w)", "{}"),
            _ => return None,
        };
        let variables = Variables::read(&serde_json::from_str(params).unwrap()).unwrap();
        Some(Chain { text: text.to_owned(), variables })
    }
}

fn means(text: &str, outside: Surroundings) -> Result<Meaning, MeaningError> {
    Meaning::of(&Pattern::parse(text)?, &Known, outside)
}

#[track_caller]
fn check(text: &str, expected: &str) {
    check_with(text, Surroundings::default(), expected);
}

#[track_caller]
fn check_with(text: &str, outside: Surroundings, expected: &str) {
    let meaning = means(text, outside).unwrap_or_else(|error| panic!("{text}: {error}"));
    let mut plan = meaning.plan.unwrap().normalized();
    // Of every plan; a test of its own looks at them.
    (plan.output.keep_samples, plan.output.half_chroma) = (false, false);
    let shown = plan.to_string();
    assert_eq!(expected.parse::<Plan>().as_ref(), Ok(&plan), "{text} is {shown}");
    assert_eq!(
        shown.replace("|source(keep-format)", ""),
        expected.replace("|source(keep-format)", "")
    );
}

#[track_caller]
fn fails(text: &str, expected: &str) {
    let error = means(text, Surroundings::default()).unwrap_err().to_string();
    assert_eq!(error, expected, "{text}");
}

/// Appends the output that nothing was said of.
#[track_caller]
fn steps(text: &str, expected: &str) {
    check(text, &format!("{expected}|source(keep-format)"));
}

#[test]
fn resizing() {
    steps("t.resize(w:200,h:100)", "resize(200x100,cover,srgb)");
    steps("t.resize(h:100)", "resize(x100,srgb)");
    steps("t.resize(w:20000)", "resize(10000x,srgb)");
    steps("t.resize(w:4000,dpr:5)", "resize(10000x,srgb)");
    steps("t.resize(w:101,dpr:1.5)", "resize(152x,srgb)");
    steps("t.resize(w:1,dpr:0.1)", "resize(1x,srgb)");
    check("t.resize()", "source(keep-format)");
    check("t.resize(w:0,h:0)", "source(keep-format)");
    steps("t.resize(w:9,h:8,f:fill)", "resize(9x8,fill,srgb)");
    steps("t.resize(w:9,h:8,f:inside)", "resize(9x8,inside,srgb)");
    steps("t.resize(w:9,h:8,f:outside)", "resize(9x8,outside,srgb)");
    steps(
        "t.resize(w:9,h:8,f:contain,b:00ff0080,p:right_top,k:mitchell)",
        "resize(9x8,contain,top-right,mitchell,srgb,#00ff0080)",
    );
    steps("t.resize(w:9,h:8,f:contain)", "resize(9x8,contain,srgb,#000000)");
    for (position, anchor) in [
        ("top", "top"),
        ("bottom", "bottom"),
        ("left", "left"),
        ("right", "right"),
        ("left_top", "top-left"),
        ("left_bottom", "bottom-left"),
        ("right_bottom", "bottom-right"),
    ] {
        steps(
            &format!("t.resize(w:9,h:8,p:{position})"),
            &format!("resize(9x8,cover,{anchor},srgb)"),
        );
    }
    for kernel in ["nearest", "cubic", "mitchell", "lanczos2"] {
        steps(&format!("t.resize(w:9,k:{kernel})"), &format!("resize(9x,{kernel},srgb)"));
    }
}

#[test]
fn other_geometry() {
    steps("t.extend(t:2,b:3,l:4,r:5)", "extend(2,5,3,4,#000000)");
    steps("t.extend()", "extend(10,10,10,10,#000000)");
    steps("t.extend(t:1,bc:ff0000,bt:constant,dpr:2)", "extend(2,20,20,20,#ff0000)");
    steps("t.extend(bt:reflect)", "extend(10,10,10,10,reflect)");
    steps("t.extend(bt:replicate)", "extend(10,10,10,10,replicate)");
    steps("t.extend(bt:wrap)", "extend(10,10,10,10,wrap)");
    steps("t.extract()", "crop(20x50,at=10:10,reject)");
    steps("t.extract(t:1,l:2,h:3,w:4)", "crop(4x3,at=2:1,reject)");
    steps("t.extract(w:9,bbox:2_1_4_3)", "crop(4x3,at=2:1,reject)");
    steps("t.trim()", "trim(10)");
    steps("t.trim(t:500)", "trim(255)");
    steps("t.rotate(a:90)", "rotate(90)");
    steps("t.rotate(a:-90)", "rotate(270)");
    steps("t.rotate(a:45,b:ff0000)", "rotate(45,#ff0000)");
    steps("t.rotate(a:45)", "rotate(45,#000000)");
    steps("t.flip()", "flip-vertical");
    steps("t.flop()", "flip-horizontal");
}

#[test]
fn colours_and_filters() {
    steps("t.sharpen()", "sharpen-lab(1.5)");
    steps("t.sharpen(s:3)", "sharpen-lab(3)");
    steps("t.median()", "median(3)");
    check("t.median(s:1)", "source(keep-format)");
    steps("t.blur()", "box-blur");
    steps("t.blur(dpr:2)", "box-blur");
    steps("t.blur(s:2)", "blur(2)");
    steps("t.blur(s:2,dpr:3)", "blur(6)");
    steps("t.flatten()", "background(#000000)");
    steps("t.flatten(b:FFFFFF)", "background(#ffffff)");
    steps("t.negate()", "negate");
    steps("t.normalise()", "stretch-lightness");
    steps("t.linear(a:1.5,b:10)", "linear(1.5,10)");
    check("t.linear()", "source(keep-format)");
    steps("t.linear(b:-20)", "linear(1,-20)");
    steps("t.modulate(b:2,h:0)", "modulate(2,1,0)");
    steps("t.modulate(b:2)", "modulate(2,1,90)");
    steps("t.grey()", "grayscale");
    steps("t.greyscale()", "grayscale");
    steps("t.grayscale()", "grayscale");
    steps("t.tint(c:ff0000)", "tint(#ff0000)");
    steps("t.gamma()", "gamma(2.2)");
    steps("t.threshold()", "threshold(128)");
    steps("t.clahe(w:50,h:40)", "equalize(50,40,3)");
    steps("t.convolve(k:-1_0_1_-2_0_2_-1_0_1)", "convolve(3,-1,0,1,-2,0,2,-1,0,1)");
    steps("t.recomb(m:1_0_0_0_0.5_0_0_0_1)", "recombine(1,0,0,0,0.5,0,0,0,1)");
}

#[test]
fn output() {
    check("t.compress()", "source(keep-format,palette)");
    check("t.compress(q:50)", "source(keep-format,q50,palette)");
    check("t.compress(q:0)", "source(keep-format,q1,palette)");
    check("t.compress(q:100)", "source(keep-format,q100)");
    check("t.toFormat()", "jpeg(q75)");
    check("t.toFormat(f:webp,q:best)", "webp(q95)");
    check("t.toFormat(f:webp,q:eco)", "webp(q60)");
    check("t.toFormat(f:jpg,q:low)", "jpeg(q40)");
    check("t.toFormat(f:avif,q:good)", "avif");
    check("t.toFormat(f:png,q:50)", "png");
    check("t.toFormat(f:tiff,q:50)", "tiff");
    check("t.toFormat(f:gif)", "gif");
    check("t.toFormat(f:bmp)", "bmp");
    check("t.toFormat(f:png)~t.compress(q:50)", "png(q50,palette)");
    check("t.compress(q:50)~t.toFormat(f:png)", "png");
    check("t.toFormat(f:webp)~t.toFormat(f:jpeg,q:33)", "jpeg(q33)");
    check("t.density()", "source(keep-format,density=300)");
    let auto = Surroundings { auto_format: true, ..Surroundings::default() };
    check_with("t.flip()", auto, "flip-vertical|auto(keep-format)");
    check_with("t.toFormat(f:png)", auto, "png");
}

#[test]
fn results_have_samples_of_their_own_kind_and_jpeg_halves_colour() {
    for (text, expected) in [
        ("t.flip()", "flip-vertical|source(keep-format,keep-samples,half-chroma)"),
        ("t.compress(q:50)", "source(keep-format,q50,palette,half-chroma)"),
        ("t.toFormat()", "jpeg(q75,half-chroma)"),
        ("t.toFormat(f:png)", "png(keep-samples)"),
        ("t.toFormat(f:webp)", "webp(q75)"),
    ] {
        let plan = means(text, Surroundings::default()).unwrap().plan.unwrap().normalized();
        assert_eq!(plan.to_string(), expected);
    }
}

#[test]
fn the_query_s_density_is_for_operations_that_set_none() {
    let twice = Surroundings { dpr: 2.0, ..Surroundings::default() };
    let check = |text: &str, expected: &str| {
        check_with(text, twice, &format!("{expected}|source(keep-format)"));
    };
    check("t.resize(w:100)", "resize(200x,srgb)");
    check("t.resize(w:100,dpr:3)", "resize(300x,srgb)");
    check("t.resize(w:100,dpr:1)", "resize(100x,srgb)");
    check("t.extend(t:1,l:1,b:1,r:1)", "extend(2,2,2,2,#000000)");
    check("t.blur(s:2)", "blur(4)");
    check("t.flip()", "flip-vertical");
}

#[test]
fn operations_run_in_the_order_of_the_url() {
    steps("t.flip()~t.blur(s:2)~t.resize(w:9)", "flip-vertical|blur(2)|resize(9x,srgb)");
    steps(&["t.negate()"; 64].join("~"), &["negate"; 64].join("|"));
}

#[test]
fn merging() {
    // "dir/logo.png", "t.grey()", "é.png"
    steps("t.merge(i:ZGlyL2xvZ28ucG5n)", "layer(picture(\"/dir/logo.png\"))");
    steps("t.merge(i:w6kucG5n)", "layer(picture(\"/é.png\"))");
    steps(
        "t.merge(i:ZGlyL2xvZ28ucG5n,tr:dC5ncmV5KCk,g:northwest,b:screen)",
        "layer(picture(\"/dir/logo.png\"),x=start,y=start,screen|grayscale)",
    );
    steps("t.merge(bg:ff000080)", "layer(area(x,#ff000080))");
    steps(
        "t.merge(bg:ff0000,w:50,h:40,g:custom,t:-7,l:9)",
        "layer(area(50x40,#ff0000),x=at(9),y=at(-7))",
    );
    steps("t.merge(bg:ff0000,w:50,h:40,r:true)", "layer(area(50x40,#ff0000),tiled)");
    for (gravity, place) in [
        ("north", ",y=start"),
        ("northeast", ",x=end,y=start"),
        ("west", ",x=start"),
        ("center", ""),
        ("east", ",x=end"),
        ("southwest", ",x=start,y=end"),
        ("south", ",y=end"),
        ("southeast", ",x=end,y=end"),
    ] {
        steps(
            &format!("t.merge(bg:ff0000,g:{gravity})"),
            &format!("layer(area(x,#ff0000){place})"),
        );
    }
    for (blend, words) in [
        ("over", ""),
        ("in", ",in"),
        ("out", ",out"),
        ("atop", ",atop"),
        ("dest", ",below,source"),
        ("dest-over", ",below"),
        ("dest-in", ",cutter"),
        ("dest-out", ",cutout"),
        ("dest-atop", ",below,atop"),
        ("xor", ",xor"),
        ("add", ",add"),
        ("saturate", ",saturate"),
        ("multiply", ",multiply"),
        ("overlay", ",overlay"),
        ("darken", ",darken"),
        ("lighten", ",lighten"),
        ("colour-dodge", ",color-dodge"),
        ("color-dodge", ",color-dodge"),
        ("colour-burn", ",color-burn"),
        ("color-burn", ",color-burn"),
        ("hard-light", ",hard-light"),
        ("soft-light", ",soft-light"),
        ("difference", ",difference"),
        ("exclusion", ",exclusion"),
    ] {
        steps(&format!("t.merge(bg:ff0000,b:{blend})"), &format!("layer(area(x,#ff0000){words})"));
    }
    steps("t.merge(m:underlay,bg:ff0000)", "layer(area(x,#ff0000),below)");
    steps("t.merge(m:underlay,bg:ff0000,b:dest-over)", "layer(area(x,#ff0000))");
    steps(
        "t.merge(m:wrap,bg:ff0000,bboxes:1_2_30_40-5_6_7_8)",
        "layer(area(x,#ff0000),x=at(1),y=at(2)|resize(30x40,fill,srgb))\
         |layer(area(x,#ff0000),x=at(5),y=at(6)|resize(7x8,fill,srgb))",
    );
    steps(
        "t.merge(m:wrap,bg:ff0000,polys:10_10_50_20_50_60_10_50)",
        "layer(area(x,#ff0000),x=at(10),y=at(10)|resize(40x50,fill,srgb)\
         |perspective(0,0,40,10,40,50,0,40))",
    );
    fails(
        "t.merge(m:wrap,bg:ff0000)",
        "`bboxes` of t.merge expects boxes to wrap the picture into, left_top_width_height, or `polys`, found ``",
    );
    fails("t.merge(i:*)", "`i` of t.merge expects a text in base64, found `*`");
}

#[test]
fn presets_stand_for_their_chains() {
    steps("p:x", "resize(200x400,cover,srgb)");
    steps("p:x()", "resize(200x400,cover,srgb)");
    steps("p:x(w:50)", "resize(50x400,cover,srgb)");
    steps("p:x(w:50,unknown:1)", "resize(50x400,cover,srgb)");
    steps("p.apply(n:x,w:50)", "resize(50x400,cover,srgb)");
    steps("p:thumb~t.grey()", "resize(100x,srgb)|grayscale");
    steps("p:both(v:9)", "resize(100x,srgb)|resize(9x400,cover,srgb)");
    check("p:bare", "source(keep-format)");
    steps("p:bare(w:3)", "resize(3x,srgb)");
    steps("p:colored", "background(#ff0000)");
    fails("p:nothing", "there is no preset `nothing`");
    fails("p:x(w:abc)", "`w` of the preset `x` expects an integer, found `abc`");
    fails("p:colored(c:red)", "`c` of the preset `colored` expects 6 or 8 hex digits, found `red`");
    fails("p:again", "presets name presets more than 5 deep");
    fails("p:four", "a chain holds at most 64 operations, found 65");
    fails("p:undeclared", "the variable `$w` is not declared");
    let presets_only = |text| means(text, Surroundings::default()).unwrap().presets_only;
    assert!(presets_only("p:x~p:thumb") && !presets_only("p:x~t.flip()"));
}

#[test]
fn what_means_nothing_says_why() {
    fails("t.nothing()", "`t` has no operation `nothing`");
    fails("nothing.flip()", "there is no plug-in `nothing`");
    fails(
        "erase.bg(i:nobody)",
        "`i` of erase.bg expects one of general, ecommerce, car, human, object, found `nobody`",
    );
    fails("t.resize(w:abc)", "`w` of t.resize expects whole pixels from 0 to 10000, found `abc`");
    fails("t.resize(w:-1)", "`w` of t.resize expects whole pixels from 0 to 10000, found `-1`");
    fails("t.resize(dpr:6)", "`dpr` of t.resize expects a number from 0.1 to 5, found `6`");
    fails(
        "t.resize(f:crop)",
        "`f` of t.resize expects one of cover, contain, fill, inside, outside, found `crop`",
    );
    fails("t.resize(b:red)", "`b` of t.resize expects 6 or 8 hex digits, found `red`");
    fails("t.rotate(a:4.5)", "`a` of t.rotate expects an integer, found `4.5`");
    fails("t.median(s:0)", "`s` of t.median expects an integer from 1 to 10, found `0`");
    fails("t.blur(s:0.1)", "`s` of t.blur expects a number from 0.3 to 100, found `0.1`");
    fails("t.extend(t:501)", "`t` of t.extend expects an integer from 0 to 500, found `501`");
    fails("t.trim(t:0)", "`t` of t.trim expects an integer from 1 to 500, found `0`");
    fails(
        "t.toFormat(f:docx)",
        "`f` of t.toFormat expects one of jpeg, png, webp, tiff, avif, bmp, heif, jpg, gif, found `docx`",
    );
    fails(
        "t.toFormat(q:great)",
        "`q` of t.toFormat expects a quality from 1 to 100, or best, good, eco, low, found `great`",
    );
    fails("t.extract(w:0)", "`w` of t.extract expects at least 1 pixel, found `0`");
    fails(
        "t.extract(bbox:1_2_3)",
        "`bbox` of t.extract expects left_top_width_height, found `1_2_3`",
    );
    fails("t.density(d:0)", "`d` of t.density expects an integer from 1 to 10000, found `0`");
    fails(
        "t.modulate(h:361)",
        "`h` of t.modulate expects an integer from -360 to 360, found `361`",
    );
    fails("t.linear(a:x)", "`a` of t.linear expects a number, found `x`");
    fails(
        "t.convolve(k:1_2)",
        "`k` of t.convolve expects 3 times 3 numbers joined with `_`, found `1_2`",
    );
    fails("t.recomb(m:1)", "`m` of t.recomb expects nine numbers joined with `_`, found `1`");
}

#[test]
fn merges_nest_three_deep() {
    let nested = |depth: usize| {
        (0..depth).fold("t.flip()".to_owned(), |inner, _| {
            format!("t.merge(bg:ff0000,tr:{})", BASE64_STANDARD.encode(inner))
        })
    };
    assert!(means(&nested(3), Surroundings::default()).is_ok());
    fails(&nested(4), "patterns in t.merge are nested more than 3 deep");
    fails(&nested(20), "patterns in t.merge are nested more than 3 deep");
}

/// The table and what is carried out are the same.
#[test]
fn every_operation_of_the_basic_module_means_something() {
    let basic = modules::plugin(modules::BASIC).unwrap();
    for operation in basic.operations {
        let text = format!("t.{}()", operation.method);
        assert!(means(&text, Surroundings::default()).is_ok(), "{text}");
    }
    for plugin in modules::plugins().skip(1) {
        for operation in plugin.operations {
            let name = format!("{}.{}", plugin.identifier, operation.method);
            let meaning = means(&format!("{name}()"), Surroundings::default()).unwrap();
            assert_eq!(meaning.stages[0].operation.name, name);
            let inside = format!("t.merge(tr:{})", BASE64_STANDARD.encode(format!("{name}()")));
            fails(&inside, "plugin not available");
        }
    }
}

proptest! {
    #[test]
    fn never_panics(text in "(t\\.[a-zA-Z]{3,9}\\([a-z]{1,2}:[-0-9a-f_.]{0,12}(,[a-z]{1,2}:[a-z0-9-]{0,9})?\\)~?){1,3}") {
        let _ = means(&text, Surroundings { dpr: 3.0, auto_format: true });
    }

    #[test]
    fn any_values_are_read_or_refused(
        op in 0_usize..26, param in 0_usize..13, value in "[-0-9a-zA-Z_.+/=]{0,20}",
    ) {
        let basic = modules::plugin(modules::BASIC).unwrap();
        let operation = &basic.operations[op % basic.operations.len()];
        if let Some(param) = operation.params.get(param) {
            let text = format!("t.{}({}:{value})", operation.method, param.identifier);
            if let Ok(meaning) = means(&text, Surroundings::default()) {
                let plan = meaning.plan.unwrap();
                prop_assert_eq!(plan.to_string().parse::<Plan>(), Ok(plan));
            }
        }
    }
}

#[test]
fn ops_of_presets_keep_their_values() {
    let Ok(Pattern::Chain(ops)) = Pattern::parse("p:x(w:1)") else { panic!() };
    assert!(matches!(&ops[..], [Op::Preset { name, .. }] if name == "x"));
}
