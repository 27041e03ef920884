//! What becomes one action, what none, and how it reads.

use insta::assert_snapshot;
use plan::{Limits, Plan, Size, Step};
use proptest::prelude::*;

use crate::{
    arbitrary::plans,
    source::{actions, picture},
};

fn check(text: &str, expected: &str) {
    let plan: Plan = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
    let steps: Vec<Step> = plan.steps;
    assert_eq!(actions(steps, &picture(600, 400)), expected, "{text}");
}

#[test]
fn a_crop_becomes_what_the_resize_reads() {
    check("crop(200x100,at=10:20)|resize(100x)", "resize 200x100 at 10,20 to 100x50");
    check(
        "crop(400x300,at=10:20)|crop(200x100,at=5:5)|resize(50x50,cover)",
        "resize 100x100 at 65,25 to 50x50",
    );
    check("pad(200x100,shrink)|resize(100x)", "resize 200x100 at 200,150 to 100x50");
    check("crop(400x300,at=10:20)|crop(200x100,at=5:5)", "crop 200x100 at 15,25");
}

#[test]
fn other_neighbours_stay_apart() {
    check("resize(300x)|crop(100x100)", "resize 600x400 at 0,0 to 300x200; crop 100x100 at 100,50");
    check(
        "crop(300x300,attention)|resize(100x)",
        "crop the most salient 300x300; resize 300x300 at 0,0 to 100x100",
    );
    check(
        "crop(500x300)|resize(100x100,cover,attention)",
        "crop 500x300 at 50,50; resize the most salient 300x300 to 100x100",
    );
}

#[test]
fn what_changes_nothing_is_no_action() {
    for text in [
        "resize(600x400,cover)",
        "resize(600x)",
        "resize(x)",
        "resize(600x400,cover,attention)",
        "crop(600x400)",
        "crop(x)",
        "pad(600x400,#ff0000)",
        "pad(x)",
        "extend(0,0,0,0,reflect)",
        "rotate(360,#ff0000)",
        "rotate(-720)",
        "blur(0)|opacity(1)|opacity(2)|sharpen(0)|border(0,#ff0000)|round(0)",
        "background(#ff000000)",
        "flip-vertical|rotate(180)|flip-horizontal",
        "sharpen-lab(0)|unsharp(0,1,1,0)",
    ] {
        check(text, "");
    }
}

#[test]
fn an_unscaled_cover_is_a_crop() {
    check("resize(400x400,cover)", "crop 400x400 at 100,0");
    check("resize(400x400,cover,attention)", "resize the most salient 400x400 to 400x400");
}

#[test]
fn numbers_outside_their_range_become_the_nearest() {
    check("blur(0.1)", "blur(0.3)");
    check("blur(1000)", "blur(250)");
    check("opacity(-1)", "opacity(0)");
    check("sharpen-lab(20)", "sharpen-lab(10)");
    check("unsharp(2,1,1,7)", "unsharp(2,1,1,1)");
    check("trim(200%)", "trim(99%)");
    check("trim(0.1%)", "trim(1%)");
    check("trim(300)", "trim(255)");
    check("round(500,1,-1,0)", "round(200,1,0,0)");
}

#[test]
fn sides_that_are_not_given() {
    check("crop(x100,at=200:10)", "crop 400x100 at 200,10");
    check("crop(100x)", "crop 100x400 at 250,0");
    check("crop(x,at=200:100)", "crop 400x300 at 200,100");
    check("crop(x,center=100:)", "crop 200x400 at 0,0");
    check("crop(x,center=500:)", "crop 200x400 at 400,0");
    check("crop(x,ratio=1)", "crop 400x400 at 100,0");
    check("crop(x,ratio=3)", "crop 600x200 at 0,100");
    check("crop(300x,ratio=3)", "crop 300x100 at 150,150");
    check("crop(100x50,dpr=2)", "crop 200x100 at 200,150");
    check("crop(300x200,at=500:300)", "crop 100x100 at 500,300");
    check("crop(300x200,center=10:10)", "crop 300x200 at 0,0");
    check("pad(x,ratio=1)", "place at 0,100 on 600x600 of #00000000");
    check("pad(800x,ratio=1,#ff0000)", "place at 100,200 on 800x800 of #ff0000");
    check("resize(x,ratio=1,cover)", "crop 400x400 at 100,0");
}

#[test]
fn thousandths_are_truncated() {
    // 22 and 88 thousandths of 600 end at 66.0, of 400 at 44.0; alone 52.8 is 52.
    check("crop(t88x10,at=t22:0)", "crop 53x10 at 13,0");
    check("crop(t88x10,at=13:0)", "crop 52x10 at 13,0");
    check("crop(t88x10,at=t22:0,dpr=2)", "crop 104x20 at 13,0");
    check("crop(t88x10,at=t22:0,dpr=1)", "crop 53x10 at 13,0");
    check("resize(t2000x)", "");
    check("crop(t500x,at=0:0,dpr=t500)", "crop 150x400 at 0,0");
}

/// Of 600 x 400 pixels.
#[test]
fn a_density_has_no_say_where_a_side_would_be_too_small_or_too_large() {
    check("resize(100x,dpr=2)", "resize 600x400 at 0,0 to 200x133");
    check("resize({iw*2}x,dpr=5)", "resize 600x400 at 0,0 to 1200x800");
    check("resize(f4x,dpr=3)", "resize 600x400 at 0,0 to 2400x1600");
    check("resize(x4000,dpr=1.2)", "resize 600x400 at 0,0 to 6000x4000");
    check("resize(1500x,ratio=0.5,fill,dpr=2)", "resize 600x400 at 0,0 to 1500x3000");
    check("resize(1500x,ratio={1/2},fill,dpr=2)", "resize 600x400 at 0,0 to 1500x3000");
    check("resize(100x,dpr={iw*10})", "resize 600x400 at 0,0 to 100x67");
    check("resize(9x,dpr=0.1)", "resize 600x400 at 0,0 to 9x6");
    check("resize(14x,dpr=0.1)", "resize 600x400 at 0,0 to 14x9");
    check("resize(15x,dpr=0.1)", "resize 600x400 at 0,0 to 2x1");
    // Here the other side does not follow.
    check("crop(x50,dpr=4)", "crop 600x200 at 0,100");
}

#[test]
fn an_expression_is_rounded_whatever_the_step_says() {
    check("border({cw*0},#ff0000)", "border of 1 in #ff0000");
    check("resize({5.7*1}x3,fill,truncate)", "resize 600x400 at 0,0 to 6x3");
    check("resize(5.7x3,fill,truncate)", "resize 600x400 at 0,0 to 5x3");
}

#[test]
fn a_factor_without_a_side_is_not_computed() {
    check("resize(x,ratio=1,dpr={1/0})", "crop 400x400 at 100,0");
    check("crop(x,at=100:0,dpr={1/0})", "crop 500x400 at 100,0");
}

#[test]
fn a_tiny_negative_angle_is_no_turn() {
    check("rotate(-1e-20)", "");
}

#[test]
fn a_side_that_rounding_keeps_does_not_hide_an_enlargement() {
    let plan: Plan = "resize(1001x,no-enlarge)".parse().expect("a plan");
    assert_eq!(actions(plan.steps, &picture(1000, 1)), "");
}

#[test]
fn an_orientation_that_does_not_exist_is_none() {
    for orientation in [0, 9, 255] {
        let mut source = picture(600, 400);
        source.orientation = orientation;
        let resolved = Plan::default().resolve(&source, Limits::default());
        let found = resolved.map(|resolved| (resolved.orientation, resolved.size));
        assert_eq!(found, Ok((1, Size::new(600, 400))));
    }
}

#[test]
fn explaining_a_plan() {
    let explain = |text: &str, orientation: u8| {
        let plan: Plan = text.parse().expect("a plan");
        let mut source = picture(600, 400);
        source.orientation = orientation;
        let resolved = plan.resolve(&source, Limits::default()).expect("it is small");
        resolved.to_string()
    };
    assert_snapshot!(explain("auto", 1), @r"
    input 600x400
    result 600x400
    ");
    let contained = "resize(300x300,contain,cubic,srgb,#ff0000)|extend(1,2,3,4,wrap)|rotate(30)";
    assert_snapshot!(explain(contained, 6), @r"
    input 400x600, upright from orientation 6
    resize 400x600 at 0,0 to 200x300 by cubic in srgb
    place at 50,0 on 300x300 of #ff0000
    extend by 1 2 3 4 with wrap
    rotate by 30 onto 417x416 of #00000000
    result 417x416
    ");
    assert_snapshot!(explain("crop(100x100)|trim(10%)|resize(50x)|blur(2)", 1), @r"
    input 600x400
    crop 100x100 at 250,150
    trim(10%)
    then, for the size that is left
      resize(50x)
      blur(2)
    ");
    assert_snapshot!(explain("trim(10)", 1), @r"
    input 600x400
    trim(10)
    result at most 600x400
    ");
}

proptest! {
    #[test]
    fn resolving_any_plan_for_any_size_ends_well(plan in plans(), width: u32, height: u32) {
        // Without limits worth the name, so that nothing hides behind them.
        let limits = Limits { output_pixels: u64::MAX, output_side: u32::MAX, ..Limits::default() };
        if let Ok(resolved) = plan.resolve(&picture(width, height), limits) {
            prop_assert!(resolved.size.width > 0 && resolved.size.height > 0);
            let _explained = resolved.to_string();
            if let Some(deferred) = resolved.deferred {
                let _ = deferred.resolve(Size::new(height, width));
            }
        }
        let _ = plan.density(&picture(width, height));
    }
}
