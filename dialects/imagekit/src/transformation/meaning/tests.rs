//! Every row of the transformation language, as plans and as sizes.

use plan::{Format, Limits, Size, probe::Probe};
use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::transformation::Place;

mod conditionals;
mod effects;
mod layers;
mod legacy;

fn meaning(text: &str) -> Result<Meaning, MeaningError> {
    let chain = Chain::parse(text, Place::Path)?;
    Meaning::of(&chain, &Names::built_in(), &mut Hints::new(Some(640), Some(2.0)))
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let plan = meaning(text).expect(text).plan;
    assert_eq!(plan.to_string(), expected, "{text}");
    assert_eq!(
        expected.parse::<Plan>().expect(expected),
        plan,
        "the canonical form of {text} must read back"
    );
}

#[track_caller]
fn check_error(text: &str, expected: &str) {
    assert_eq!(meaning(text).expect_err(text).to_string(), expected, "{text}");
}

/// A photograph of 600 x 400.
fn source(width: u32, height: u32) -> Probe {
    Probe {
        format: Format::Jpeg,
        size: Size::new(width, height),
        orientation: 1,
        has_alpha: false,
        frames: 1,
        duration_ms: 0,
        has_profile: false,
        density: None,
        jpeg_quality: None,
        metadata: Vec::new(),
        look: None,
    }
}

#[track_caller]
fn check_size_of(source: &Probe, text: &str, width: u32, height: u32) {
    let plan = meaning(text).expect(text).plan;
    let resolved = plan.resolve(source, Limits::default()).expect(text);
    assert_eq!(resolved.size, Size::new(width, height), "{text}: {plan}");
}

#[track_caller]
fn check_size(text: &str, width: u32, height: u32) {
    check_size_of(&source(600, 400), text, width, height);
}

#[track_caller]
fn check_unresolvable(text: &str) {
    let plan = meaning(text).expect(text).plan;
    assert!(plan.resolve(&source(600, 400), Limits::default()).is_err(), "{text}: {plan}");
}

#[test]
fn sizes() {
    check("", "auto");
    check("w-300", "resize(300x)");
    check("h-100", "resize(x100)");
    check("w-300,h-200", "resize(300x200,cover)");
    check("w-300.0", "resize(300x)");
    check("w-0.5", "resize(f0.5x)");
    check("w-0.5,h-0.25", "resize(f0.5xf0.25,cover)");
    check("w-auto", "resize(640x)");
    check("w-65535", "resize(65535x)");
}

#[test]
fn malformed_and_out_of_range_items_are_ignored() {
    for text in [
        "w-abc",
        "w-0",
        "w-65536",
        "w--5",
        "w-N5",
        "w-300.5",
        "w-1e3",
        "w-",
        "w",
        "h-inf",
        "w-%20300",
        "q-0",
        "q-101",
        "q-abc",
        "rt-abc",
        "rt-361",
        "bl-1000000000",
        "bl-0",
        "bl-abc",
        "dpr-100",
        "dpr-2",
        "r-abc",
        "r-N3",
        "r-1_2",
        "r-1_2_3_4_5",
        "bg-nocolour",
        "bg-FFF",
        "b-5",
        "b-red",
        "b-5_nocolour",
        "b-0_red",
        "o-101",
        "o-abc",
        "t-0",
        "t-100",
        "t-abc",
        "fl-x",
        "fl-h_h",
        "f-bmp",
        "f-mp4",
        "pr-yes",
        "lo-1",
        "md-x",
        "cp-x",
        "dn-0",
        "dn-1201",
        "pg-0",
        "pg-x",
        "pg-1_3",
        "ar-4-3",
        "ar-0",
        "c-nothing",
        "cm-nothing",
        "fo-left",
        "z-2",
        "e-usm-1-2-3",
        "e-usm-0-1-1-0.1",
        "e-usm-1-1-1-1-1",
        "e-usm",
        "e-sharpen-abc",
        "e-sharpen-0",
        "e-nothing",
        "foo-bar",
        "so-1",
        "vc-none",
        "x-10",
        "orig",
        "orig-false",
        "t-false",
        "rt-auto",
        "rt-360",
        "f-auto",
    ] {
        check(text, "auto");
    }
    check(&format!("w-{}", "9".repeat(400)), "auto");
    check("w-300,w-abc", "resize(300x)");
    check("q-50,q-0", "auto(q50)");
    check("w-100,w-200", "resize(200x)");
}

#[test]
fn ignored_items_are_told() {
    let ignored = |text: &str| meaning(text).unwrap().ignored;
    assert_eq!(ignored("w-300,q-50,fo-dog,e-grayscale,orig-false"), Vec::<String>::new());
    assert_eq!(
        ignored("w-abc,foo-bar:e-nothing"),
        [
            "`w-abc`: `w` does not take this value",
            "`foo-bar`: the key is not known",
            "`e-nothing`: `e` does not take this value",
        ]
    );
    assert_eq!(ignored("so-1"), ["`so-1`: it concerns films"]);
    assert_eq!(
        ignored("l-image,i-a,t-abc,f-png,al-5,l-end"),
        [
            "`t-abc`: `t` does not take this value",
            "`f-png`: the key is not known",
            "`al-5`: the key is not known",
        ]
    );
}

#[test]
fn ratios() {
    check("w-300,ar-4-3", "resize(300x225,cover)");
    check("w-300,ar-4_3", "resize(300x225,cover)");
    check("h-300,ar-1.5", "resize(450x300,cover)");
    check("w-300,h-200,ar-1-1", "resize(300x200,cover)");
    check("w-300,ar-iar_div_2", "resize(300x,ratio={iar/2},cover)");
}

#[test]
fn crop_strategies() {
    check("w-300,h-300,c-maintain_ratio", "resize(300x300,cover)");
    check("w-300,h-300,c-force", "resize(300x300,fill)");
    check("w-300,h-200,c-at_max", "resize(300x200,inside,no-enlarge)");
    check("w-300,h-200,c-at_max_enlarge", "resize(300x200,inside)");
    check("w-300,h-200,c-at_least", "resize(300x200,outside)");
    check("w-300,h-200,c-maintain_ratio_no_enlarge", "resize(300x200,cover,no-enlarge)");
    check("w-300,c-force", "resize(300x)");
    check("w-300,h-300,c-force,cm-extract", "crop(300x300)");
}

#[test]
fn crop_modes() {
    check("w-200,h-200,cm-extract", "crop(200x200)");
    check("w-200,h-200,cm-extract,x-10,y-20", "crop(200x200,at=10:20)");
    check("w-200,h-200,cm-extract,y-20", "crop(200x200,at=0:20)");
    check("w-200,h-200,cm-extract,xc-300,yc-200", "crop(200x200,center=300:200,reject)");
    check("w-200,h-200,cm-extract,fo-bottom_right", "crop(200x200,bottom-right)");
    check("w-300,h-300,cm-pad_resize", "resize(300x300,contain,#000000)");
    check(
        "w-300,h-300,cm-pad_resize,bg-FF0000",
        "resize(300x300,contain,#ff0000)|background(#ff0000)",
    );
    check("w-300,h-300,cm-pad_resize,bg-FF000050", "resize(300x300,contain)|background(#ff000080)");
    check("w-300,h-300,cm-pad_resize,fo-top", "resize(300x300,contain,top,#000000)");
    check("w-300,h-300,cm-pad_resize,fo-auto", "resize(300x300,contain,#000000)");
    check("w-800,h-800,cm-pad_resize_no_enlarge", "resize(800x800,contain,no-enlarge,#000000)");
    check(
        "w-800,h-500,cm-pad_extract,bg-00FF00",
        "pad(800x500,shrink,#00ff00)|background(#00ff00)",
    );
    check("w-800,h-500,cm-pad_extract_no_shrink", "pad(800x500,#000000)");
    check("cm-extract", "auto");
    check("cm-pad_resize,bg-red", "background(#ff0000)");
}

#[test]
fn focus() {
    for (name, anchor) in [
        ("top", "top"),
        ("left", "left"),
        ("bottom", "bottom"),
        ("right", "right"),
        ("top_left", "top-left"),
        ("top_right", "top-right"),
        ("bottom_left", "bottom-left"),
        ("bottom_right", "bottom-right"),
        ("auto", "attention"),
        ("face", "attention"),
        ("custom", "custom"),
        ("auto-custom_override", "custom"),
    ] {
        check(&format!("w-300,h-300,fo-{name}"), &format!("resize(300x300,cover,{anchor})"));
        check(&format!("w-300,h-300,cm-extract,fo-{name}"), &format!("crop(300x300,{anchor})"));
    }
    for name in ["center", "dog", "person_car", "nothing", ""] {
        check(&format!("w-300,h-300,fo-{name}"), "resize(300x300,cover)");
    }
}

#[test]
fn dpr() {
    check("w-100,dpr-2", "resize(100x,dpr=2)");
    check("w-100,h-50,dpr-0.5", "resize(50x25,cover)");
    check("w-100,ar-1-2,dpr-2", "resize(200x400,cover)");
    check("w-100,dpr-auto", "resize(100x,dpr=2)");
    check("w-3000,dpr-2", "resize(3000x)");
    check("w-2500,dpr-2", "resize(2500x,dpr=2)");
    check("w-1500,ar-1-2,dpr-2", "resize(1500x3000,cover)");
    check("w-9,dpr-0.1", "resize(9x)");
    check("w-1,dpr-0.1", "resize(1x)");
    check("w-100,h-2600,dpr-2", "resize(100x2600,cover)");
    check("w-0.5,dpr-2", "resize(f0.5x,dpr=2)");
    check("w-100,h-100,cm-extract,dpr-2", "crop(200x200)");
}

#[test]
fn hints_count_only_where_they_are_asked_for() {
    assert!(meaning("w-auto").unwrap().is_hinted);
    assert!(meaning("w-100,dpr-auto").unwrap().is_hinted);
    assert!(!meaning("w-100,dpr-2").unwrap().is_hinted);
    let chain = Chain::parse("w-auto,h-200,dpr-auto", Place::Path).unwrap();
    let meaning = Meaning::of(&chain, &Names::built_in(), &mut Hints::default()).unwrap();
    assert_eq!(meaning.plan.to_string(), "resize(x200)");
    assert!(meaning.is_hinted);
}

#[test]
fn a_mirror_twice_is_a_half_turn() {
    for text in ["fl-h_v", "fl-v_h"] {
        check(text, &meaning("rt-180").unwrap().plan.to_string());
    }
}

#[test]
fn the_order_in_a_step_is_fixed() {
    check(
        "bg-FF0000,o-50,r-5,b-2_blue,bl-4,e-sharpen,e-grayscale,e-contrast,fl-v,rt-90,h-20,t-true,w-10",
        "trim(10%)|resize(10x20,cover)|rotate(270)|flip-horizontal|stretch-contrast|grayscale|sharpen(5)|blur(2)|\
         border(2,#0000ff)|round(5)|opacity(0.5)|background(#ff0000)",
    );
}

#[test]
fn steps_run_from_left_to_right() {
    check("w-300:rt-90:h-100", "resize(300x)|rotate(90)|resize(x100)");
    check(
        "w-iw_div_4,h-ih_div_2:b-cw_mul_0.1_FF0000",
        "resize({iw/4}x{ih/2},cover)|border({cw*0.1},#ff0000)",
    );
}

#[test]
fn the_output_is_one_for_all_steps() {
    check("f-webp,q-50:w-300", "resize(300x)|webp(q50)");
    check("f-webp:f-png", "png");
    check("f-jpg,pr-true", "jpeg(progressive)");
    check("f-jpeg,pr-false", "jpeg(baseline)");
    check("f-avif", "avif");
    check("f-orig", "source");
    check("f-gif", "source");
    check("f-svg", "source");
    check("f-webp,lo-true", "webp(lossless)");
    check("md-true,cp-true", "auto(keep-metadata,keep-profile)");
    check("md-true:md-false", "auto");
    check("dn-300", "auto(density=300)");
    check("dn-idn_mul_2", "auto(density={idn*2})");
    check("pg-2", "frame(2)");
    check("f-webp,f-nothing", "webp");
}

#[test]
fn quality_80_is_the_default() {
    assert_eq!(meaning("q-80").unwrap().plan.to_string(), meaning("").unwrap().plan.to_string());
}

#[test]
fn expressions() {
    check("w-iw_div_2", "resize({iw/2}x)");
    check("w-200,h-200,cm-extract,x-iw_sub_200,y-N2_add_5", "crop(200x200,at={iw-200}:3)");
    check_size("h-2_pow_3_add_1", 24, 16);
    check_size("w-10_add_7_mod_5,h-5,c-force", 2, 5);
    check_error("w-iw_div", "the expression `iw_div` does not end with an operand");
    check_error("b-cw_mul_FF0000", "the expression `cw_mul` does not end with an operand");
    check_error("w-bw_mul_0.5", "in the expression `bw_mul_0.5`: `bw` is known inside layers only");
    check_unresolvable("w-iw_div_0");
    check_unresolvable("w-0_div_0");
}

#[test]
fn presets_stand_for_their_steps() {
    for name in ["ik_ml_thumbnail", "media_library_thumbnail"] {
        let meaning = meaning(&format!("n-{name}")).unwrap();
        assert_eq!(meaning.plan.to_string(), "resize(400x300,inside,no-enlarge)");
        assert!(meaning.presets_only);
    }
    check("rt-90,n-ik_ml_thumbnail", "resize(400x300,inside,no-enlarge)|rotate(90)");
    check_error("n-nothing", "the named transformation `nothing` does not exist");
    check_error("n-", "the named transformation `` does not exist");
}

#[test]
fn only_presets_alone_are_presets_only() {
    assert!(meaning("n-ik_ml_thumbnail:n-media_library_thumbnail").unwrap().presets_only);
    for text in [
        "",
        "w-1",
        "n-ik_ml_thumbnail,w-1",
        "n-ik_ml_thumbnail:w-1",
        "n-ik_ml_thumbnail,orig-true",
        "n-ik_ml_thumbnail,x",
    ] {
        assert!(!meaning(text).unwrap().presets_only, "{text}");
    }
}

#[test]
fn what_concerns_the_delivery() {
    assert!(meaning("w-1,orig-true").unwrap().original);
    for beside in
        ["n-nope", "e-bgremove", "w-iw_div", "l-text,l-end", "l-image,i-a,e-upscale,l-end"]
    {
        let original = meaning(&format!("orig-true:{beside}")).unwrap();
        assert!(original.original && original.check(None).is_ok(), "{beside}");
        for other in ["orig-false", "orig-true:orig-false", "l-text,i-a,orig-true,l-end"] {
            let read = meaning(&format!("{other}:{beside}")).and_then(|it| it.check(None));
            assert!(read.is_err(), "{other}:{beside}");
        }
    }
    assert_eq!(meaning("di-@@a@@b.jpg").unwrap().default_image.as_deref(), Some("/a/b.jpg"));
    assert_eq!(meaning("di-b.jpg").unwrap().default_image.as_deref(), Some("b.jpg"));
    assert_eq!(meaning("w-1").unwrap().default_image, None);
}

#[test]
fn what_is_not_there_is_never_left_out_silently() {
    for name in [
        "e-bgremove",
        "e-removedotbg",
        "e-dropshadow",
        "e-upscale",
        "e-retouch",
        "e-genvar",
        "bg-genfill",
    ] {
        let expected = format!("`{name}` needs a model, and no back end for it is configured");
        let refused = meaning(name).unwrap().check(None);
        assert_eq!(refused.unwrap_err().to_string(), expected);
        let expected =
            format!("`{name}` is for the whole picture, and stands in no layer and no conditional");
        check_error(&format!("l-image,i-a,{name},l-end"), &expected);
        check_error(&format!("if-w_gt_1,{name},if-end"), &expected);
    }
}

#[test]
fn back_ends_cut_a_chain_into_stages() {
    let of = |text: &str| {
        let meaning = meaning(text).unwrap();
        let stages = meaning.stages.iter().map(|stage| {
            let Stage { plan, operation } = stage;
            format!("{plan} > {} {}", operation.name, Value::Object(operation.options.clone()))
        });
        let mut shown: Vec<String> = stages.collect();
        shown.push(meaning.plan.to_string());
        shown
    };
    // Inside of a step a back end comes first: what it knows of pictures it knows of whole ones.
    assert_eq!(of("w-300,e-bgremove"), ["auto > e-bgremove {}", "resize(300x)"]);
    assert_eq!(
        of("rt-90:e-changebg-prompt-snow:e-upscale:w-100"),
        ["rotate(90) > e-changebg {\"prompt\":\"snow\"}", "auto > e-upscale {}", "resize(100x)",]
    );
    // What is to be filled has to be there, and empty.
    assert_eq!(
        of("w-300,h-300,cm-pad_resize,bg-genfill-prompt-x"),
        ["resize(300x300,contain) > bg-genfill {\"prompt\":\"x\"}", "auto"]
    );
}

#[test]
fn documented_sizes_come_out() {
    check_size("w-300", 300, 200);
    check_size("h-100", 150, 100);
    check_size("w-0.5", 300, 200);
    check_size("w-1200", 1200, 800);
    check_size("w-300,ar-4-3", 300, 225);
    check_size("h-300,ar-1-1", 300, 300);
    check_size("w-300,h-300", 300, 300);
    check_size("w-300,h-300,c-force", 300, 300);
    check_size("w-300,h-300,c-at_max", 300, 200);
    check_size("w-1200,h-1200,c-at_max", 600, 400);
    check_size("w-1200,h-1200,c-at_max_enlarge", 1200, 800);
    check_size("w-300,h-300,c-at_least", 450, 300);
    check_size("w-1200,h-1200,c-maintain_ratio_no_enlarge", 400, 400);
    check_size("w-200,h-200,cm-extract", 200, 200);
    check_size("w-800,h-800,cm-extract", 600, 400);
    check_size("w-300,h-300,cm-pad_resize,bg-FF0000", 300, 300);
    check_size("w-400,h-200,cm-pad_resize,fo-left", 400, 200);
    check_size("w-800,h-500,cm-pad_extract,bg-00FF00", 800, 500);
    check_size("w-800,h-800,cm-pad_resize_no_enlarge", 800, 800);
    check_size("w-100,dpr-2", 200, 133);
    // Ignored where a side would be above 5000 pixels or below one.
    check_size("w-iw_mul_2,dpr-5", 1200, 800);
    check_size("h-2000,dpr-2", 3000, 2000);
    check_size("w-100,dpr-iw_mul_10", 100, 67);
    check_size("w-9,dpr-0.1", 9, 6);
    check_size("w-14,dpr-0.1", 14, 9);
    check_size("w-15,dpr-0.1", 2, 1);
    check_size("w-iw_div_2", 300, 200);
    check_size("w-ih_mul_0.5", 200, 133);
    check_size("w-iw_div_4,h-ih_div_2:b-cw_mul_0.1_FF0000", 180, 230);
    check_size("w-300:rt-90", 200, 300);
    check_size("b-5_red", 610, 410);
    check_unresolvable("w-200,h-200,cm-extract,xc-10,yc-10");
    check_unresolvable("w-65535,h-65535");
    let portrait = source(740, 1000);
    check_size_of(&portrait, "w-300,h-200,c-at_max", 148, 200);
    check_size_of(&portrait, "w-300,h-200,c-at_least", 300, 405);
    check_size_of(&portrait, "w-850,h-1000,c-at_max_enlarge", 740, 1000);
}

/// Words of the language, so that the fuzzing gets past the first check.
fn word() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec![
        "w", "h", "ar", "dpr", "c", "cm", "x", "y", "xc", "yc", "fo", "t", "rt", "fl", "e", "bl",
        "b", "r", "o", "bg", "cr", "f", "q", "pr", "lo", "md", "cp", "dn", "di", "orig", "pg", "n",
        "z", "foo", "i", "ie", "lx", "ly", "lxc", "lap", "lfo", "lm", "al", "fs", "co", "ff", "ia",
        "pa", "tg", "lh", "oi", "ot", "ote", "obg", "ox", "ow", "otp",
    ]);
    let value = prop_oneof![
        "[0-9]{1,6}",
        "0\\.[0-9]{1,3}",
        "N[0-9]{1,3}",
        "[a-z_0-9N.-]{0,20}",
        "true|false|auto|max|red|extract|pad_resize",
        "(iw|ch|5)_(mul|div|add|sub|mod|pow)_(0|2|iar)",
        ".{0,10}",
    ];
    let pair = (key, value).prop_map(|(key, value)| format!("{key}-{value}"));
    let block = prop::sample::select(vec![
        "l-image,i-a",
        "l-image,i-ik_canvas",
        "l-text,i-a",
        "l-end",
        "if-w_gt_1",
        "if-ar_lt_4-3_or_ih_eq_2",
        "if-else",
        "if-end",
        "e-shadow-bl-5_x-N2",
        "e-gradient-ld-top_right_sp-ih_div_2",
        "e-distort-a-30",
    ]);
    prop_oneof![3 => pair, 1 => block.prop_map(str::to_owned)]
}

proptest! {
    #[test]
    fn any_text_is_understood_or_refused(text in ".{0,120}") {
        let _ = meaning(&text);
    }

    #[test]
    fn any_plan_reads_back_and_stays_inside_the_limits(
        words in prop::collection::vec((word(), prop::sample::select(vec![",", ":"])), 0..12)
    ) {
        let text: String = words.into_iter().map(|(word, separator)| word + separator).collect();
        if let Ok(Meaning { plan, .. }) = meaning(&text) {
            let canonical = plan.to_string();
            prop_assert_eq!(canonical.parse::<Plan>(), Ok(plan.clone()), "{}", canonical);
            if let Ok(resolved) = plan.resolve(&source(600, 400), Limits::default()) {
                prop_assert!(resolved.size.pixels() <= Limits::default().output_pixels);
            }
        }
    }
}
