//! Conditions: what is decided when.

use plan::{Deferred, Limits, Plan, Size};

use crate::source::{actions, picture};

#[track_caller]
fn check(text: &str, expected: &str) {
    let plan: Plan = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(actions(plan.steps, &picture(600, 400)), expected, "{text}");
}

#[test]
fn the_examples_of_the_vendor() {
    let wide = "resize 600x400 at 0,0 to 200x133";
    check("if(car>1?resize(200x):resize(100x))", wide);
    check(
        "resize(x200)|if(ch==200?resize(100x))|rotate(90)",
        "resize 600x400 at 0,0 to 300x200; resize 300x200 at 0,0 to 100x67; turn by 90",
    );
}

#[test]
fn tests() {
    let rows = [
        ("cw==600", true),
        ("cw==600.1", false),
        ("cw!=600", false),
        ("ch!=600", true),
        ("cw>600", false),
        ("cw>=600", true),
        ("cw<601", true),
        ("cw<=599", false),
        ("car==1.5", true),
        ("cw>1&ch>1&car<1", false),
        ("cw<1&ch<1,car>1", true),
        ("car>1,cw<1&ch<1", true),
        ("cw<1,ch<1", false),
    ];
    for (test, holds) in rows {
        check(
            &format!("if({test}?grayscale:box-blur)"),
            if holds { "grayscale" } else { "box-blur" },
        );
    }
}

#[test]
fn ratios_of_whole_sizes_equal_their_quotient() {
    let ratio = 4.0_f64 / 3.0;
    let plan: Plan = format!("if(car=={ratio}?grayscale)").parse().expect("a plan");
    assert_eq!(actions(plan.steps, &picture(800, 600)), "grayscale");
}

#[test]
fn the_original_stays_what_it_was() {
    check(
        "resize(100x)|if(iw==600&cw==100?grayscale)",
        "resize 600x400 at 0,0 to 100x67; grayscale",
    );
}

#[test]
fn a_condition_inside_a_condition_sees_what_comes_before_it() {
    check(
        "if(cw>1?resize(100x)|if(cw==100?grayscale)|blur(2))|box-blur",
        "resize 600x400 at 0,0 to 100x67; grayscale; blur(2); box-blur",
    );
}

#[test]
fn moves_on_both_sides_of_a_condition_are_one() {
    check("rotate(90)|if(cw==400?rotate(270))", "");
}

/// What stands behind a trim, inside a branch or not, waits for the size that it leaves.
#[test]
fn a_trim_puts_the_decision_off() {
    let plan: Plan =
        "if(cw>1?trim(10%)|if(cw<600?grayscale:blur(2)))|box-blur".parse().expect("a plan");
    let resolved = plan.resolve(&picture(600, 400), Limits::default()).expect("it is small");
    assert_eq!(
        resolved.to_string(),
        "input 600x400\ntrim(10%)\nthen, for the size that is left\n  \
         if(cw<600?grayscale:blur(2))\n  box-blur"
    );
    let rest = |size| {
        let rest = resolved.deferred.clone().map(|deferred| Deferred::resolve(deferred, size));
        let rest = rest.expect("something waits").expect("it is small");
        rest.actions.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    };
    assert_eq!(rest(Size::new(500, 400)), "grayscale; box-blur");
    assert_eq!(rest(Size::new(600, 400)), "blur(2); box-blur");
}
