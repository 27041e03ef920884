//! What is split where.

use proptest::prelude::*;

use super::*;

/// Writes a chain back in one line: steps by ` : `, items by ` , `, blocks in brackets.
fn show(chain: &Chain) -> String {
    let item = |item: &Item| match item {
        Item::Pair { key, value } => format!("{key}={value}"),
        Item::Layer(layer) => format!("[{} {}]", layer.kind, show(&layer.chain)),
        Item::Conditional(Conditional { condition, then, otherwise }) => {
            format!("[{condition} ? {} ; {}]", show(then), show(otherwise))
        }
    };
    let step = |items: &Vec<Item>| items.iter().map(item).collect::<Vec<_>>().join(" , ");
    chain.steps.iter().map(step).collect::<Vec<_>>().join(" : ")
}

#[track_caller]
fn check(raw: &str, expected: &str) {
    let chain = Chain::parse(raw, Place::Path).expect(raw);
    assert_eq!(show(&chain), expected, "{raw}");
}

#[track_caller]
fn check_query(raw: &str, expected: &str) {
    let chain = Chain::parse(raw, Place::Query).expect(raw);
    assert_eq!(show(&chain), expected, "{raw}");
}

#[track_caller]
fn check_error(raw: &str, expected: &str) {
    let error = Chain::parse(raw, Place::Path).expect_err(raw);
    assert_eq!(error.to_string(), expected, "{raw}");
}

#[test]
fn items_and_steps_are_split() {
    check("", "");
    check("w-300", "w=300");
    check("h-300,w-400:rt-90", "h=300 , w=400 : rt=90");
    check("ar-4-3", "ar=4-3");
    check("orig", "orig=");
    check("e-usm-2-2-0.8-0.024", "e=usm-2-2-0.8-0.024");
    check(":w-1::,,h-2:", "w=1 : h=2");
    check("foo-bar", "foo=bar");
}

#[test]
fn everything_is_decoded_once() {
    check("h-300%2Cw-400%3Art-90", "h=300 , w=400 : rt=90");
    check("di-a%2Cb,w-1", "di=a,b , w=1");
    check("di-a%252Cb", "di=a%2Cb");
    check("di-a+b", "di=a+b");
    check_query("di-a+b", "di=a b");
    check_query("di-a%2Bb", "di=a+b");
    check_query("h-300%2Cw-400", "h=300 , w=400");
    check_error("w-%ff", "the transformation is not valid UTF-8");
}

#[test]
fn blocks_keep_what_they_hold() {
    check("l-text,i-a,w-1,l-end,w-300", "[text i=a , w=1] , w=300");
    check("l-text,i-a:b,w-1,l-end,w-300", "[text i=a : b= , w=1] , w=300");
    check(
        "w-1:l-image,i-a,l-text,i-b:rt-90,l-end,h-5,l-end:h-2",
        "w=1 : [image i=a , [text i=b : rt=90] , h=5] : h=2",
    );
    check("if-ar_gt_1,w-200:h-1,if-else,w-100,if-end", "[ar_gt_1 ? w=200 : h=1 ; w=100]");
    check("if-ar_gt_4-3,w-200,if-end:h-1", "[ar_gt_4-3 ? w=200 ; ] : h=1");
    check("if-w_gt_1:if-else:w-1:if-end", "[w_gt_1 ?  ; w=1]");
    check(
        "if-w_gt_1,if-h_gt_1,w-1,if-else,w-2,if-end,if-end",
        "[w_gt_1 ? [h_gt_1 ? w=1 ; w=2] ; ]",
    );
    check("l-image,l-end", "[image ]");
    check("l-text,i-a%2Cb%3Ac,l-end", "[text i=a,b:c]");
    check("l-text%2Ci-a%2Cl-end", "[text i=a]");
}

#[test]
fn blocks_are_balanced() {
    check_error("l-text,i-a", "`l-text` is never closed, expected `l-end`");
    check_error("if-w_gt_1,w-2", "`if-w_gt_1` is never closed, expected `if-end`");
    check_error("w-300,l-end", "`l-end` ends a block that was not opened");
    check_error("l-text,if-w_gt_1,l-end,if-end", "`l-end` ends a block that was not opened");
    check_error("l-text,if-else,l-end", "`if-else` ends a block that was not opened");
    check_error("if-else", "`if-else` ends a block that was not opened");
    check_error("if-w_gt_1,if-else,if-else,if-end", "`if-else` ends a block that was not opened");
}

#[test]
fn depth_and_length_are_limited() {
    let nested = |n: usize| format!("{}{}", "l-image,i-a,".repeat(n), "l-end,".repeat(n));
    check(&nested(3), "[image i=a , [image i=a , [image i=a]]]");
    check_error(&nested(4), "blocks are nested deeper than 3");
    check_error(&nested(1000), "blocks are nested deeper than 3");
    check_error(&"l-image,l-end,".repeat(21), "more than 20 layers");
    let chained = |n: usize| vec!["w-9"; n].join(":");
    assert!(Chain::parse(&chained(64), Place::Path).is_ok());
    check_error(&chained(65), "more than 64 steps");
    check_error(&chained(5000), "more than 64 steps");
    check_error(&format!("l-image,{},l-end", chained(65)), "more than 64 steps");
    check_error(&format!("if-w_gt_1,{0},if-else,{0},if-end", chained(33)), "more than 64 steps");
}

proptest! {
    #[test]
    fn never_panics(text in ".{0,200}") {
        let _ = Chain::parse(&text, Place::Path);
        let _ = Chain::parse(&text, Place::Query);
    }

    #[test]
    fn never_panics_on_its_own_words(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "w-1", ",", ":", "l-image", "l-end", "if-w_gt_1", "if-else", "if-end", "%2C", "%", "-", "é", "",
            ]),
            0..40,
        )
    ) {
        if let Ok(chain) = Chain::parse(&words.concat(), Place::Query) {
            prop_assert!(chain.steps.iter().all(|step| !step.is_empty()));
        }
    }
}
