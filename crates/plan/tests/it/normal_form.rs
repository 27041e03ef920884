//! Equal meaning has equal text.

use plan::{Deferred, Limits, Plan, ResolveError, Resolved, Size, Step};
use proptest::prelude::*;

use crate::arbitrary::{plans, sources, steps};

fn normal(text: &str) -> String {
    let plan: Plan = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
    plan.normalized().to_string()
}

#[test]
fn colours_and_ways_to_lay_have_one_text() {
    let rows = [
        // Colours.
        ("linear(1,0)|gamma(1)|modulate(1,1,360)|median(1)", "auto"),
        ("modulate(1,1,-270)|tint(#ff000080)", "modulate(1,1,90)|tint(#ff0000)"),
        ("median(200)|gamma(99)|equalize(0,9999,200)", "median(10)|gamma(10)|equalize(1,500,100)"),
        ("convolve(3,1,2,3,4)|convolve(9,1)", "convolve(3,1,2,3)"),
        // Which is on top.
        ("layer(area(x,#ff0000),below,screen)", "layer(area(x,#ff0000),screen)"),
        ("layer(area(x,#ff0000),below,overlay)", "layer(area(x,#ff0000),hard-light)"),
        ("layer(area(x,#ff0000),below,in)", "layer(area(x,#ff0000),cutter)"),
        ("layer(area(x,#ff0000),below,out)", "layer(area(x,#ff0000),cutout)"),
        ("layer(area(x,#ff0000),below)", "layer(area(x,#ff0000),below)"),
        ("layer(area(x,#ff0000),x=at(0.3))", "layer(area(x,#ff0000),x=start)"),
    ];
    for (text, expected) in rows {
        assert_eq!(normal(text), expected, "{text}");
    }
}

#[test]
fn what_cannot_matter_goes() {
    let rows = [
        // Fits, anchors and backgrounds.
        ("resize(300x,inside,left,#ff0000)", "resize(300x)"),
        ("resize(300x200,fill,left,#ff0000)", "resize(300x200,fill)"),
        ("resize(300x200,inside,attention)", "resize(300x200,inside)"),
        ("resize(300x200,cover,left,#ff0000)", "resize(300x200,cover,left)"),
        ("resize(300x200,contain,attention,#ff0000)", "resize(300x200,contain,#ff0000)"),
        ("resize(300x200,contain,custom)", "resize(300x200,contain)"),
        ("resize(300x200,cover,custom)", "resize(300x200,cover,custom)"),
        ("resize(300x,ratio={iar*2},left)", "resize(300x,ratio={iar*2},cover,left)"),
        // Ratios and densities.
        ("resize(300x200,ratio=7)", "resize(300x200,cover)"),
        ("resize(300x,ratio=1.5)", "resize(300x200,cover)"),
        ("resize(x200,ratio=1.5)", "resize(300x200,cover)"),
        ("resize(300x,dpr=1)", "resize(300x)"),
        ("resize(100x50,dpr=2)", "resize(200x100,cover)"),
        ("resize(f0.5x,dpr=2)", "resize(f0.5x,dpr=2)"),
        ("resize(x,dpr=2)", "auto"),
        // What follows from the picture decides whether the density has a say.
        ("resize(100x,dpr=2)", "resize(100x,dpr=2)"),
        ("resize(3000x,dpr=2)", "resize(3000x)"),
        ("resize(1500x,ratio=0.5,dpr=2)", "resize(1500x3000,cover)"),
        ("resize({cw}x3000,dpr=2)", "resize({cw}x3000,cover)"),
        ("resize(100x,dpr=6)", "resize(100x)"),
        ("crop(100x,dpr=2)", "crop(200x)"),
        ("pad(100x,dpr=1.5,ratio=1)", "pad(150x150)"),
        // Numbers.
        ("resize(299.6x)", "resize(300x)"),
        ("resize(299.6x,truncate)", "resize(299x,truncate)"),
        ("resize(300x200,fill,truncate)", "resize(300x200,fill)"),
        ("resize(300x200,inside,truncate)", "resize(300x200,inside,truncate)"),
        ("resize(0x)", "resize(1x)"),
        ("resize({2*100}x)", "resize(200x)"),
        ("resize({iw*(4/2)}x)", "resize({iw*2}x)"),
        ("resize({iw/(2-2)}x)", "resize({iw/0}x)"),
        ("resize({5.5+0.2}x,truncate)", "resize({5.7}x,truncate)"),
        ("resize({5/0}x)", "resize({5/0}x)"),
        ("crop(100x100,at=10.4:{3+4})", "crop(100x100,at=10:7)"),
        ("crop(t1200x,at=t2000:0)", "crop(t1000x,at=t1000:0)"),
        ("blur(0.1)", "blur(0.3)"),
        ("opacity(-1)", "opacity(0)"),
        ("trim(300)", "trim(255)"),
        ("border({1-1},#ff0000)", "border(1,#ff0000)"),
        // Places.
        ("crop(100x100,center=:)", "crop(100x100)"),
        ("crop(x,at=0:0)", "auto"),
        ("crop(x,at=5:0)", "crop(x,at=5:0)"),
        ("pad(100x100,attention)", "pad(100x100)"),
        ("pad(100x100,focus(1,2,3,4))", "pad(100x100)"),
        ("pad(100x100,focus(1,2,3,4),shrink)", "pad(100x100,focus(1,2,3,4),shrink)"),
        // Turns.
        ("rotate(450,#ff0000)", "rotate(90)"),
        ("rotate(-10,#ff0000)", "rotate(350,#ff0000)"),
        ("rotate(0)|rotate(360)|rotate(-720)", "auto"),
        ("flip-horizontal|flip-vertical", "rotate(180)"),
        ("flip-horizontal|flip-horizontal", "auto"),
        ("flip-horizontal|blur(0)|flip-horizontal", "auto"),
        ("flip-horizontal|rotate(90)", "rotate(270)|flip-horizontal"),
        // Effects.
        ("blur(0)|opacity(1)|sharpen(0)|background(#ff000000)|round(0)|border(0,#ff0000)", "auto"),
        ("resize(x)|pad(x)|extend(0,0,0,0,wrap)", "auto"),
        ("grayscale|box-blur", "grayscale|box-blur"),
        ("shadow(20,2,500,-2)|shadow(1,0,1,1)", "shadow(15,1,100,-2)"),
        ("gradient(-90,#ffffff,#000000,{3/2})", "gradient(270,#ffffff,#000000,2)"),
        ("gradient(0,#ffffff00,#00000000,f1)|colorize(#ff0000,0)|arc(0)", "auto"),
        ("colorize(#ff0000,7)|arc(900)", "colorize(#ff0000,1)|arc(360)"),
        ("replace-color(#ff0000,-1)", "replace-color(#ff0000,0)"),
        ("background(blurred)|pad(9x9,blurred(200))", "pad(9x9,blurred(100))"),
        // Layers.
        (
            "layer(area(1.6x{2*3},#ff0000),x=start(0),y=middle(0,middle)|blur(0)|rotate(360))",
            "layer(area(2x6,#ff0000),x=start)",
        ),
        (
            "layer(area(x,#ff0000),x=end(0.2),y=start(0,end))",
            "layer(area(x,#ff0000),x=end,y=start(0,end))",
        ),
        (
            "layer(text(\"a\",0,#000000,background=#ff000000,padding=-1:0:0.2:{1-5}))",
            "layer(text(\"a\",1,#000000))",
        ),
        // Conditions.
        ("if(cw>1?blur(0):opacity(1))", "auto"),
        ("flip-vertical|if(cw>1?flip-vertical|blur(0):flip-vertical)", "auto"),
        ("if(cw>1?blur(0):grayscale)", "if(cw>1?:grayscale)"),
        // Frames and orientation.
        ("frame(1)|jpeg", "jpeg"),
        ("frame(2)|jpeg", "frame(2)|jpeg"),
        ("frame(1)|webp", "frame(1)|webp"),
        ("frame(1)|auto", "frame(1)"),
        ("stored|blur(0)", "stored"),
    ];
    for (text, expected) in rows {
        assert_eq!(normal(text), expected, "{text}");
    }
}

#[test]
fn what_a_format_cannot_show_goes() {
    for (text, expected) in [
        ("jpeg(q80)", "jpeg"),
        ("jpeg(q81)", "jpeg(q81)"),
        ("jpeg(#000000)", "jpeg"),
        ("jpeg(#ffffff,lossless,palette)", "jpeg(#ffffff)"),
        ("png(q50,progressive,lossless,#ffffff)", "png"),
        ("png(q50,palette)", "png(q50,palette)"),
        ("png(palette,keep-samples,half-chroma)", "png(palette)"),
        ("png(keep-samples,half-chroma)", "png(keep-samples)"),
        ("jpeg(keep-samples,half-chroma)", "jpeg(half-chroma)"),
        ("webp(keep-samples,half-chroma)", "webp"),
        ("gif(q50)", "gif"),
        ("webp(q50,lossless)", "webp(lossless)"),
        ("webp(q50,baseline)", "webp(q50)"),
        ("auto(q50,lossless,progressive)", "auto(q50,progressive,lossless)"),
        ("jpeg(density={100*3})", "jpeg(density=300)"),
        ("jpeg(density=0)", "jpeg(density=1)"),
    ] {
        assert_eq!(normal(text), expected, "{text}");
    }
}

/// All that a resolved plan says, with what is deferred resolved for a third of the size.
fn meaning(resolved: Result<Resolved, ResolveError>) -> Vec<String> {
    let mut said = Vec::new();
    let mut next = resolved;
    loop {
        let part = match next {
            Ok(part) => part,
            Err(error) => {
                // A computed number may be written in another way, so the kind has to do.
                said.push(format!("{:?}", std::mem::discriminant(&error)));
                return said;
            }
        };
        said.push(format!("{} {} {:?}", part.orientation, part.size, part.actions));
        let Some(deferred) = part.deferred else {
            return said;
        };
        let Size { width, height } = part.size;
        next = Deferred::resolve(deferred, Size::new(width / 3, height / 3));
    }
}

proptest! {
    #[test]
    fn twice_is_once(plan in plans()) {
        let once = plan.normalized();
        prop_assert_eq!(once.clone().normalized(), once);
    }

    #[test]
    fn the_normal_form_means_the_same(plan in plans(), source in sources()) {
        let limits = Limits::default();
        let before = meaning(plan.resolve(&source, limits));
        let normal = plan.clone().normalized();
        let after = meaning(normal.resolve(&source, limits));
        // A trim at the end and steps behind it that change nothing: there is one part less.
        let shared = before.len().min(after.len());
        prop_assert_eq!(&before[..shared], &after[..shared], "{} -> {}", plan, normal);
        prop_assert_eq!(plan.density(&source), normal.density(&source));
    }

    #[test]
    fn steps_that_change_nothing_leave_the_key(plan in plans(), place: prop::sample::Index) {
        let nothing = [
            "resize(x)", "crop(x)", "pad(x,#ff0000)", "rotate(720)", "blur(0)", "opacity(1)",
            "flip-vertical|flip-vertical", "rotate(90)|rotate(270)", "border(0,#ffffff)",
        ];
        let key = plan.clone().normalized().to_string();
        for text in nothing {
            let idle: Plan = text.parse().expect("a plan");
            let mut longer = plan.clone();
            let index = place.index(longer.steps.len() + 1);
            longer.steps.splice(index..index, idle.steps);
            prop_assert_eq!(longer.normalized().to_string(), &*key, "{}", text);
        }
    }

    #[test]
    fn a_box_in_other_words_has_the_same_key(
        width in 1_u32..2000,
        height in 1_u32..2000,
        after in steps(),
    ) {
        let key = |resize: String| {
            let mut plan: Plan = resize.parse().expect("a plan");
            plan.steps.push(after.clone());
            plan.normalized().to_string()
        };
        let expected = key(format!("resize({width}x{height},cover)"));
        let (double_width, double_height) = (2 * width, 2 * height);
        for words in [
            format!("resize({width}x{height},ratio=3,linear,#00ff00)"),
            format!("resize({double_width}x{double_height},dpr=0.5)"),
            format!("resize({double_width}x{double_height},dpr=f0.5,truncate)"),
            format!("resize({{{double_width}/2}}x{{{height}*1}})"),
            format!("resize({width}.2x{height}.4)"),
        ] {
            prop_assert_eq!(key(words), &*expected);
        }
    }

    #[test]
    fn other_sizes_have_other_keys(width in 1_u32..2000, other in 1_u32..2000) {
        let key = |width: u32| normal(&format!("resize({width}x)"));
        prop_assert_eq!(key(width) == key(other), width == other);
    }
}

#[test]
fn a_plan_of_idle_steps_is_empty() {
    let plan = crate::source::plan(vec![Step::Blur(0.0), Step::Opacity(1.0)]);
    assert_eq!(plan.normalized(), Plan::default());
}
