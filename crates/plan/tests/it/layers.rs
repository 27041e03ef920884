//! The sizes and places of layers, as the renderer asks for them.

use plan::{
    Action, Content, Layer, Limits, Overlay, Plan, ResolveError, Size, Step, TextLengths,
    probe::Probe,
};
use proptest::prelude::*;

use crate::{arbitrary::plans, source::picture};

/// The layer of a text as it lies on a base.
fn overlay(layer: &str, base: Size) -> Overlay {
    let plan: Plan = layer.parse().unwrap_or_else(|error| panic!("{layer}: {error}"));
    let resolved = plan.resolve(&picture(base.width, base.height), Limits::default());
    let mut actions = resolved.unwrap_or_else(|error| panic!("{layer}: {error}")).actions;
    match actions.pop() {
        Some(Action::Layer(overlay)) => *overlay,
        other => panic!("{layer}: the last action is {other:?}"),
    }
}

const BASE: Size = Size::new(600, 400);

#[track_caller]
fn check_offset(place: &str, layer: (u32, u32), expected: (i64, i64)) {
    let overlay = overlay(&format!("layer(area(x,#000000){place})"), BASE);
    let size = Size::new(layer.0, layer.1);
    assert_eq!(overlay.offset(size, size), Ok(expected), "{place} for {size}");
}

#[test]
fn places() {
    check_offset("", (100, 50), (250, 175));
    check_offset("", (101, 51), (249, 174));
    check_offset(",x=start,y=end", (100, 50), (0, 350));
    check_offset(",x=start(10),y=start(20)", (100, 50), (10, 20));
    check_offset(",x=end(10),y=end(20)", (100, 50), (490, 330));
    check_offset(",x=middle(10),y=middle(20)", (100, 50), (-40, -5));
    check_offset(",x=middle(10,middle),y=middle(-20,end)", (100, 50), (260, 355));
    check_offset(",x=start(-100,end),y=start(-200,middle)", (100, 50), (500, 0));
    check_offset(",x=start({bw*0.1}),y=start({bh-50})", (100, 50), (60, 350));
    // The layer's own sizes: `iw` before its steps, `cw` behind them.
    check_offset(",x=start({cw*2}),y=start({ih})", (100, 50), (200, 50));
}

#[test]
fn a_place_beyond_the_base_is_its_edge() {
    check_offset(",x=start(10000),y=start(-3)", (100, 50), (600, 0));
    check_offset(",x=end(10000),y=end(-10)", (100, 50), (-100, 350));
    check_offset(",x=middle(10000),y=middle(-10)", (100, 50), (550, -25));
    check_offset(",x=start(1e300),y=middle(-1e300)", (100, 50), (600, -25));
}

#[test]
fn a_layer_larger_than_its_base_sticks_out() {
    check_offset("", (1000, 401), (-200, -1));
    check_offset(",x=start,y=end", (1000, 500), (0, -100));
}

#[test]
fn areas() {
    let size = |area: &str| {
        let overlay = overlay(&format!("layer({area})"), BASE);
        match &overlay.layer.content {
            Content::Area(area) => overlay.area(area),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(size("area(x,#ff0000)"), Ok(BASE));
    assert_eq!(size("area(100x,#ff0000)"), Ok(Size::new(100, 400)));
    assert_eq!(size("area({bw/4}xf0.5,#ff0000)"), Ok(Size::new(150, 200)));
    assert_eq!(size("area(0x0,#ff0000)"), Ok(Size::new(1, 1)));
    assert!(matches!(size("area(20000x20000,#ff0000)"), Err(ResolveError::TooLarge { .. })));
    assert!(matches!(size("area({bw/0}x,#ff0000)"), Err(ResolveError::Expression { .. })));
}

#[test]
fn text_lengths() {
    let lengths = |style: &str| {
        let overlay = overlay(&format!("layer(text(\"x\",{style}))"), BASE);
        match &overlay.layer.content {
            Content::Text(text) => overlay.text(text).expect("lengths"),
            other => panic!("{other:?}"),
        }
    };
    let plain = TextLengths { size: 45, wrap: None, padding: [0; 4], line_height: None };
    assert_eq!(lengths("45,#000000"), plain);
    assert_eq!(lengths("{bh/10},#000000"), TextLengths { size: 40, ..plain });
    assert_eq!(lengths("0,#000000"), TextLengths { size: 1, ..plain });
    assert_eq!(lengths("1e300,#000000"), TextLengths { size: u32::MAX, ..plain });
    assert_eq!(
        lengths("45,#000000,wrap=f0.5,padding=1:{bw/100}:-3:4,line-height={bh/8}"),
        TextLengths { size: 45, wrap: Some(300), padding: [1, 6, 0, 4], line_height: Some(50) }
    );
}

#[test]
fn steps_of_a_layer_see_its_content_and_its_base() {
    let overlay =
        overlay("layer(picture(\"/a.jpg\")|resize({bw/2}x)|resize({iw}x{ch+bh},fill))", BASE);
    let size = |content: &Probe| overlay.resolve(content).map(|resolved| resolved.size);
    assert_eq!(size(&picture(100, 50)), Ok(Size::new(100, 550)));
    // Turned upright by its own orientation.
    let turned = overlay.resolve(&Probe { orientation: 6, ..picture(100, 50) });
    let turned = turned.map(|resolved| (resolved.orientation, resolved.input, resolved.size));
    assert_eq!(turned, Ok((6, Size::new(50, 100), Size::new(50, 1000))));
    let drawn = overlay.resolve_drawn(Size::new(100, 50)).map(|resolved| resolved.size);
    assert_eq!(drawn, Ok(Size::new(100, 550)));
}

#[test]
fn a_layer_in_a_layer_lies_on_the_layer() {
    let outer = overlay(
        "resize(300x)|layer(area(100x50,#ff0000)|resize(50x)|layer(area({bw}x{bh/5},#00ff00)))",
        BASE,
    );
    assert_eq!(outer.base, Size::new(300, 200));
    let resolved = outer.resolve_drawn(Size::new(100, 50)).expect("it is small");
    let Some(Action::Layer(inner)) = resolved.actions.last() else {
        panic!("{resolved}");
    };
    assert_eq!(inner.base, Size::new(50, 25));
    let Content::Area(area) = &inner.layer.content else {
        panic!("{inner:?}");
    };
    assert_eq!(inner.area(area), Ok(Size::new(50, 5)));
}

#[test]
fn layers_are_counted_at_every_depth() {
    let error = |plan: &Plan| plan.resolve(&picture(6, 4), Limits::default()).err();
    let many = |count: usize| {
        let text = vec!["layer(area(x,#000000)|layer(area(x,#000000)))"; count].join("|");
        text.parse::<Plan>().expect("a plan")
    };
    assert_eq!(error(&many(10)), None);
    let expected = ResolveError::TooManyLayers { found: 22, limit: 20 };
    assert_eq!(error(&many(11)), Some(expected));
    let idle = "blur(2)|".repeat(33);
    let branches = format!("if(cw>1?{idle}blur(2):{idle}blur(2))").parse().expect("a plan");
    let expected = ResolveError::TooManySteps { found: 69, limit: 64 };
    assert_eq!(error(&branches), Some(expected));
}

/// Text cannot hold them, but a dialect might build them.
#[test]
fn deep_nesting_is_refused() {
    let mut layer: Layer = match "layer(area(x,#000000))".parse::<Plan>().map(|plan| plan.steps) {
        Ok(steps) => match steps.into_iter().next() {
            Some(Step::Layer(layer)) => *layer,
            other => panic!("{other:?}"),
        },
        Err(error) => panic!("{error}"),
    };
    for _ in 0..3 {
        layer.steps = vec![Step::Layer(Box::new(layer.clone()))];
    }
    let plan = crate::source::plan(vec![Step::Layer(Box::new(layer))]);
    let error = plan.resolve(&picture(6, 4), Limits::default());
    assert_eq!(error, Err(ResolveError::TooDeep { what: "layers", limit: 3 }));
}

proptest! {
    #[test]
    fn any_layer_has_a_place_or_a_reason(plan in plans(), width in 1_u32..2000, height in 1_u32..2000) {
        let content = Size::new(width, height);
        let Ok(resolved) = plan.resolve(&picture(300, 200), Limits::default()) else {
            return Ok(());
        };
        for action in &resolved.actions {
            let Action::Layer(overlay) = action else { continue };
            match &overlay.layer.content {
                Content::Picture(_) => drop(overlay.resolve(&picture(width, height))),
                Content::Text(text) => drop(overlay.text(text)),
                Content::Area(area) => drop(overlay.area(area)),
            }
            let _ = overlay.resolve_drawn(content);
            if let Ok((x, y)) = overlay.offset(content, content) {
                let base = (i64::from(overlay.base.width), i64::from(overlay.base.height));
                prop_assert!(x <= base.0 && x >= -i64::from(width), "{x} on {}", overlay.base);
                prop_assert!(y <= base.1 && y >= -i64::from(height), "{y} on {}", overlay.base);
            }
        }
    }
}
