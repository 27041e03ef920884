//! Conditionals.

use super::*;

#[test]
fn the_vendors_examples() {
    check("if-ar_gt_1,w-200,if-else,w-100,if-end", "if(car>1?resize(200x):resize(100x))");
    check_size("if-ar_gt_1,w-200,if-else,w-100,if-end", 200, 133);
    check(
        "h-200:if-h_eq_200,w-100,if-end:rt-90",
        "resize(x200)|if(ch==200?resize(100x))|rotate(90)",
    );
    check_size("h-200:if-h_eq_200,w-100,if-end", 100, 67);
    check_size("h-200:if-h_eq_200,w-100,if-end:rt-90", 67, 100);
}

#[test]
fn conditions() {
    let condition = |written: &str, expected: &str| {
        check(&format!("if-{written},w-1,if-end"), &format!("if({expected}?resize(1x))"));
    };
    condition("w_eq_300", "cw==300");
    condition("h_ne_300.5", "ch!=300.5");
    condition("ar_gte_4-3", "car>=1.3333333333333333");
    condition("iw_gt_1_and_ih_lt_2", "iw>1&ih<2");
    condition("iar_lte_1_or_w_gt_1_and_h_gt_2", "iar<=1,cw>1&ch>2");
}

#[test]
fn broken_conditions_say_what_was_expected() {
    let broken = |written: &str, expected: &str| {
        let expected = format!("in the condition `{written}`: expected {expected}");
        check_error(&format!("if-{written},w-1,if-end"), &expected);
    };
    broken("x_gt_1", "w, h, ar, iw, ih or iar, found `x`");
    broken("", "w, h, ar, iw, ih or iar, found ``");
    broken("w", "eq, ne, gt, gte, lt or lte, found `its end`");
    broken("w_above_1", "eq, ne, gt, gte, lt or lte, found `above`");
    broken("w_gt", "a number such as 300 or 4-3, found `its end`");
    broken("w_gt_x", "a number such as 300 or 4-3, found `x`");
    broken("ar_gt_4-0", "a number such as 300 or 4-3, found `4-0`");
    broken("w_gt_1_xor_h_gt_1", "and, or, or the end, found `xor`");
    broken("w_gt_1_and", "w, h, ar, iw, ih or iar, found `its end`");
    let long = format!("w_gt_1{}", "_and_w_gt_1".repeat(32));
    assert!(meaning(&format!("if-{long},w-1,if-end")).is_err());
}

#[test]
fn a_conditional_is_alone_in_its_step() {
    check_error(
        "w-1,if-w_gt_1,h-1,if-end",
        "the conditional `if-w_gt_1` must be alone in its step",
    );
    check_error(
        "if-w_gt_1,h-1,if-end,w-1",
        "the conditional `if-w_gt_1` must be alone in its step",
    );
    check_error(
        "if-w_gt_1,h-1,if-end,if-w_gt_2,h-1,if-end",
        "the conditional `if-w_gt_1` must be alone in its step",
    );
}

#[test]
fn parts_hold_chains_blocks_and_presets() {
    check(
        "if-w_gt_1,w-200:rt-90,if-else,l-text,i-a,l-end,if-end",
        "if(cw>1?resize(200x)|rotate(90):layer(text(\"a\",45,#000000)))",
    );
    check("if-w_gt_1,if-h_gt_1,w-2,if-end,if-end", "if(cw>1?if(ch>1?resize(2x)))");
    check("if-w_gt_1,n-ik_ml_thumbnail,if-end", "if(cw>1?resize(400x300,inside,no-enlarge))");
    check("if-w_gt_1,if-end", "auto");
    // What concerns the output does so wherever it stands.
    check("if-w_gt_1,q-50,f-png,if-end:w-1", "resize(1x)|png");
    check_error("if-w_gt_1,n-nothing,if-end", "the named transformation `nothing` does not exist");
    assert!(!meaning("if-w_gt_1,n-ik_ml_thumbnail,if-end").unwrap().presets_only);
}
