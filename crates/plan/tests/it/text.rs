//! The canonical text, both directions.

use insta::assert_snapshot;
use plan::{Expr, Operator, ParseError, Plan};
use proptest::prelude::*;

use crate::arbitrary::plans;

/// Reads `text`, whose canonical form is `canonical`, and reads that again.
fn check(text: &str, canonical: &str) {
    let plan: Plan = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(plan.to_string(), canonical, "{text}");
    assert_eq!(canonical.parse(), Ok(plan), "{text}");
}

fn fails(text: &str) -> ParseError {
    match text.parse::<Plan>() {
        Ok(plan) => panic!("{text} was read as {plan:?}"),
        Err(error) => error,
    }
}

#[test]
fn canonical_texts_stay_as_they_are() {
    let texts = [
        "auto",
        "source",
        "stored",
        "frame(3)",
        "stored|frame(2)|png",
        "resize(300x200,cover,left)|blur(2)|jpeg(q80)",
        "resize(300x)",
        "resize(x200)",
        "resize(x)",
        "resize(f0.5x,dpr=2)",
        "resize(300x,ratio=1.5,cover)",
        "resize({iw/2}x{(ih*0.5)+10},inside,no-enlarge)",
        "resize(640x640,inside,truncate)|source(q85,keep-orientation)",
        "resize(200x200,contain,top,mitchell,srgb,#00ff00)",
        "resize(200x200,cover,focus(10,20,30,40))",
        "resize(200x200,cover,no-enlarge,attention,lanczos2)",
        "resize(300x200,cover,custom)",
        "crop(200x100,at=10:-20,reject)",
        "crop(200x100,center=300:,reject)",
        "crop(200x100,center=:)",
        "crop(t88xt55,at=t22:t20)|resize(224x224,cover)",
        "crop(x,ratio={iar*2},bottom-right)",
        "pad(800x500,shrink,#00ff0080)",
        "extend(2,5,3,4,#000000)",
        "extend(2,5,3,4,reflect)",
        "rotate(45,#ffffff)",
        "rotate(-90)|flip-horizontal|flip-vertical",
        "background(#ffffff)|opacity(0.5)|blur(0.3)|box-blur",
        "sharpen|sharpen(2.5)|sharpen-lab(1.5)|unsharp(2,1,0.8,0.05)",
        "grayscale|stretch-contrast|stretch-lightness|negate|threshold(128)",
        "median(3)|convolve(3,0,-1,0,-1,5,-1,0,-1,0)|equalize(50,40,3)",
        "linear(1.5,-20)|gamma(2.2)|modulate(2,1,-90)|tint(#ff0000)",
        "recombine(1,0,0,0,0.5,0.5,0,0,1)",
        "layer(area(10x10,#ff0000),x=at(-5),below,tiled,soft-light)",
        "trim(10)|trim(10%)|trim(0.5%)",
        "border({cw*0.1},#ff0000)",
        "round(20)|round(1,2,3,4)|round(max)",
        "jpeg(progressive,keep-metadata,keep-profile,density=300,#ffffff)",
        "jpeg(baseline)",
        "source(keep-format,q60)",
        "webp(q75,lossless)",
        "png(palette,density={idn/2})",
        "source(keep-format,keep-samples,half-chroma)",
        "blur(1e300)|blur(1e-7)|blur(123456.789)",
        "pad(800x500,blurred)|resize(9x9,contain,blurred(20))|rotate(3,blurred(auto,-10))",
        "background(dominant)|pad(9x9,left,dominant-gradient(4))",
        "shadow(10,0.3,2,-2)|gradient(180,#ffffff,#00000000,f0.5)|colorize(#808080,1)",
        "perspective(1,2,3,4,5,6,7,8)|arc(-30)|replace-color(#ff0000,35)",
        "replace-color(#ff0000,35,#00ff00)",
        "layer(picture(\"/a b/c\\\"\\\\.jpg\"))",
        "layer(picture(\"/a.gif\",frame=2,stored),x=start(10),y=end({bh*0.1}),multiply|trim(10%))",
        "layer(area(100x,#ff000080),x=start(-10,end),y=middle(5,end)|layer(area(x,#000000)))",
        "layer(text(\"a\\nü\\u{202e}\",45,#000000),x=start,y=end)",
        "layer(text(\"\",{bw/10},#000000,font=\"Noto Sans\",bold,italic,strike,wrap=300,left,\
         padding=1:2:3:4,background=#ff0000,line-height=50))",
        "layer(text(\"x\",45,#000000,font-file=\"/a.ttf\",right,padding=5))",
        "layer(picture(sha256:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eff))",
        "if(cw>300&ch<=200,iar==1.5?resize(200x)|grayscale:resize(100x))",
        "if(cw!=3?if(ch>=1?:blur(2))|trim(1%))|if(car<1?)",
    ];
    for text in texts {
        check(text, text);
    }
}

#[test]
fn what_is_spelled_out_is_left_out() {
    check("resize(300x200)", "resize(300x200,cover)");
    check(
        "resize(300x200,linear,center,cover,enlarge,round,lanczos3,#00000000)",
        "resize(300x200,cover)",
    );
    check("resize(300x200,left,inside)", "resize(300x200,inside,left)");
    check("crop(10x10,center,clamp)", "crop(10x10)");
    check("blur(2.50)", "blur(2.5)");
    check("blur(20e-1)", "blur(2)");
    check("blur(-0)", "blur(0)");
    check("background(#FF0000ff)", "background(#ff0000)");
    check("round(4,4,4,4)", "round(4)");
    check("sharpen(1)", "sharpen");
    check("resize(10x)|auto", "resize(10x)");
    check("resize({((iw))+(2)}x)", "resize({iw+2}x)");
    check("resize({iw--5}x)", "resize({iw--5}x)");
    check("jpeg(strip-metadata,to-srgb)", "jpeg");
}

#[test]
fn errors_say_what_and_where() {
    let rows = [
        "",
        "bogus",
        "resize",
        "resize(300)",
        "resize(300x200",
        "resize(300x200,wide)",
        "resize(axb)",
        "resize(300x200)blur(2)",
        "resize(300x200)|",
        "resize({iw/}x)",
        "resize({iw*2+1}x)",
        "resize({iw*2",
        "blur(inf)",
        "blur(+1)",
        "blur( 1)",
        "blur(1e999)",
        "background(#ff00)",
        "background(red)",
        "jpeg(q0)",
        "jpeg(q101)",
        "jpeg|blur(2)",
        "blur(2)|stored",
        "frame(0)",
        "blur(2)|frame(1)",
        "trim(1.5)",
        "trim(70000)",
        "extend(1,2,3,4)",
        "crop(10x10,at=1)",
        "blur(ü)",
        "layer()",
        "layer(picture(/a.jpg))",
        "layer(picture(\"/a.jpg))",
        "layer(picture(\"/a\\x\"))",
        "layer(picture(sha256:00))",
        "layer(area(x,#000000),z=1)",
        "layer(area(x,#000000)|png)",
        "layer(text(\"a\"))",
        "if(w>1?blur(2))",
        "if(cw~1?blur(2))",
        "if(cw>1)",
        "pad(9x9,blurred(1,256))",
    ];
    let lines: Vec<String> = rows.map(|text| fails(text).to_string()).into();
    assert_snapshot!(lines.join("\n"), @r#"
    plan: at 0: expected a step or an output format, found `end of text`
    plan: at 0: expected a step or an output format, found `bogus`
    plan: at 6: expected `(`, found `end of text`
    plan: at 10: expected `x` between width and height, found `)`
    plan: at 14: expected `,` or `)`, found `end of text`
    plan: at 15: expected an option of resize, found `wide)`
    plan: at 7: expected a length such as 300, f0.5, t500 or {iw/2}, found `axb)`
    plan: at 15: expected `|` or the end, found `blur(2)`
    plan: at 16: expected a step or an output format, found `end of text`
    plan: at 11: expected a number, a variable such as iw, or `(`, found `}x)`
    plan: at 12: expected `}`, found `+1}x)`
    plan: at 12: expected `}`, found `end of text`
    plan: at 5: expected a number, found `inf)`
    plan: at 5: expected a number, found `+1)`
    plan: at 5: expected a number, found ` 1)`
    plan: at 5: expected a number, found `1e999)`
    plan: at 11: expected a colour such as #ff0000 or #ff000080, found `#ff00)`
    plan: at 11: expected a colour such as #ff0000, or a paint, found `red)`
    plan: at 5: expected an output option, with a quality from q1 to q100, found `q0)`
    plan: at 5: expected an output option, with a quality from q1 to q100, found `q101)`
    plan: at 4: expected the end, since the output comes last, found `|blur(2)`
    plan: at 8: expected a step or an output format, found `stored`
    plan: at 6: expected a frame or page, counted from 1, found `0)`
    plan: at 8: expected a step or an output format, found `frame(1)`
    plan: at 6: expected `,` or `)`, found `.5)`
    plan: at 5: expected whole levels or a percentage such as 10%, found `70000)`
    plan: at 14: expected `,`, found `)`
    plan: at 15: expected `:`, found `)`
    plan: at 5: expected a number, found `ü)`
    plan: at 6: expected picture, text or area, found `)`
    plan: at 14: expected a text in quotation marks, found `/a.jpg))`
    plan: at 23: expected a quotation mark at the end of the text, found `end of text`
    plan: at 17: expected an escape such as \", \\, \n or \u{e9}, found `\x"))`
    plan: at 21: expected 64 hexadecimal digits, found `00))`
    plan: at 22: expected x=, y=, below, tiled or a way to blend, found `z=1)`
    plan: at 22: expected a step, found `png)`
    plan: at 14: expected `,` and the size of an em, found `))`
    plan: at 3: expected a variable such as cw, found `w>1?blur(2))`
    plan: at 5: expected a test such as == or >=, found `~1?blur(2))`
    plan: at 7: expected `?` behind the condition, found `)`
    plan: at 18: expected a brightness from -255 to 255, found `256))`
    "#);
}

#[test]
fn length_and_depth_are_bounded() {
    let long = "blur(1)|".repeat(10_000);
    assert_eq!(fails(&long).expected, "at most 65536 bytes of text");
    let deep = format!("resize({{{}iw", "(".repeat(60_000));
    assert_eq!(fails(&deep).expected, "an expression at most 64 deep");

    let nested = |depth: usize| {
        let operands = std::iter::repeat_n((Operator::Add, Expr::Number(1.0)), depth);
        let expr = Expr::from_operations(Expr::Number(1.0), operands.collect());
        let width = Some(plan::Length::Expr(expr));
        let resize = plan::Resize { width, ..plan::Resize::default() };
        crate::source::plan(vec![plan::Step::Resize(resize)])
    };
    let text = nested(64).to_string();
    assert_eq!(text.parse(), Ok(nested(64)));
    assert!(nested(65).to_string().parse::<Plan>().is_err());
}

#[test]
fn nesting_is_bounded() {
    let nested = |begin: &str, middle: &str, end: &str, depth: usize| {
        format!("{}{middle}{}", begin.repeat(depth), end.repeat(depth))
    };
    let layers = |depth| nested("layer(area(x,#000000)|", "blur(2)", ")", depth);
    check(&layers(3), &layers(3));
    assert_eq!(fails(&layers(4)).expected, "layers at most 3 deep");
    assert_eq!(fails(&layers(1500)).expected, "layers at most 3 deep");
    let branches = |depth| nested("if(cw>1?", "blur(2)", ")", depth);
    check(&branches(3), &branches(3));
    assert_eq!(fails(&branches(4)).expected, "conditions at most 3 deep");
    assert_eq!(fails(&branches(1500)).expected, "conditions at most 3 deep");
    let both = |depth| nested("if(cw>1?layer(area(x,#000000)|", "blur(2)", "))", depth);
    check(&both(3), &both(3));
    assert_eq!(fails(&both(1000)).expected, "conditions at most 3 deep");
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(plan in plans()) {
        let text = plan.to_string();
        prop_assert_eq!(text.parse::<Plan>(), Ok(plan), "{}", text);
    }

    #[test]
    fn one_plan_has_one_text(plan in plans()) {
        let text = plan.to_string();
        let reread = text.parse::<Plan>().map(|plan| plan.to_string());
        prop_assert_eq!(reread, Ok(text));
    }

    #[test]
    fn arbitrary_text_is_read_or_refused(text in ".{0,200}") {
        if let Ok(plan) = text.parse::<Plan>() {
            prop_assert_eq!(plan.to_string().parse(), Ok(plan));
        }
    }

    /// Near misses: a plan with a few bytes exchanged.
    #[test]
    fn damaged_text_is_read_or_refused(
        plan in plans(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), "[ -~é]"), 1..4),
    ) {
        let mut characters: Vec<char> = plan.to_string().chars().collect();
        for (index, replacement) in damage {
            let index = index.index(characters.len());
            characters.splice(index..=index, replacement.chars());
        }
        let text: String = characters.into_iter().collect();
        match text.parse::<Plan>() {
            Ok(plan) => prop_assert_eq!(plan.to_string().parse(), Ok(plan)),
            Err(error) => prop_assert!(text.is_char_boundary(error.position)),
        }
    }
}
