//! The numbers of ImageKit's crop modes, expressions and conditionals.

use plan::{
    Anchor, Border, Color, Crop, CropAt, Enlarge, Expr, Fit, Length, Operator, Overflow, Pad,
    Paint, Ratio, Rect, Resize, ResolveError, Rotate, Step, Variable,
};

use crate::source::{actions, picture, px, resolve, size};

const RED: Paint = Paint::Solid(Color::rgb(255, 0, 0));

fn resize(resize: Resize) -> Vec<Step> {
    vec![Step::Resize(resize)]
}

fn boxed(width: u32, height: u32, fit: Fit) -> Resize {
    Resize { width: px(width), height: px(height), fit, ..Resize::default() }
}

fn extract(width: u32, height: u32, at: CropAt, overflow: Overflow) -> Vec<Step> {
    vec![Step::Crop(Crop { width: px(width), height: px(height), at, overflow, ..Crop::default() })]
}

fn at(anchor: Anchor) -> CropAt {
    CropAt::Anchor(anchor)
}

#[test]
fn one_side_keeps_the_ratio() {
    let source = picture(600, 400);
    let wide = |width| Resize { width: Some(width), ..Resize::default() };
    let w300 = wide(Length::Px(300.0));
    assert_eq!(actions(resize(w300), &source), "resize 600x400 at 0,0 to 300x200");
    let h100 = Resize { height: px(100), ..Resize::default() };
    assert_eq!(size(resize(h100), &source), "150x100");
    let half = wide(Length::Fraction(0.5));
    assert_eq!(size(resize(half), &source), "300x200");
    let w1200 = wide(Length::Px(1200.0));
    assert_eq!(actions(resize(w1200), &source), "resize 600x400 at 0,0 to 1200x800");
    let dpr = Resize { width: px(100), dpr: Some(Length::Px(2.0)), ..Resize::default() };
    // 100 x 2, and 133 rather than twice the 67 of 100.
    assert_eq!(size(resize(dpr), &source), "200x133");
}

#[test]
fn a_ratio_makes_a_box() {
    let source = picture(600, 400);
    let four_to_three =
        Resize { width: px(300), ratio: Some(Ratio::Value(4.0 / 3.0)), ..Resize::default() };
    // Scaled by 0.5625 to 337.5 x 225: half of the 37.5 to spare, floored to 18, is 32 in the source.
    assert_eq!(
        actions(resize(four_to_three), &source),
        "resize 533.3333333333334x400 at 32,0 to 300x225"
    );
    let square = Resize { height: px(300), ratio: Some(Ratio::Value(1.0)), ..Resize::default() };
    assert_eq!(actions(resize(square), &source), "resize 400x400 at 100,0 to 300x300");
}

#[test]
fn covering_keeps_what_the_anchor_says() {
    let source = picture(600, 400);
    // Columns 75 to 374 of the scaled 450 x 300 are columns 100 to 500 of the source.
    let rows = [
        (Anchor::Center, "resize 400x400 at 100,0 to 300x300"),
        (Anchor::Left, "resize 400x400 at 0,0 to 300x300"),
        (Anchor::TopLeft, "resize 400x400 at 0,0 to 300x300"),
        (Anchor::Right, "resize 400x400 at 200,0 to 300x300"),
        (Anchor::BottomRight, "resize 400x400 at 200,0 to 300x300"),
        (Anchor::Top, "resize 400x400 at 100,0 to 300x300"),
        (Anchor::Custom, "resize 400x400 at 100,0 to 300x300"),
        (Anchor::Attention, "resize the most salient 400x400 to 300x300"),
    ];
    for (anchor, expected) in rows {
        let cover = Resize { anchor, ..boxed(300, 300, Fit::Cover) };
        assert_eq!(actions(resize(cover), &source), expected, "{anchor:?}");
    }
}

#[test]
fn a_cut_below_one_pixel_needs_no_look_for_the_salient_part() {
    let cover = Resize { anchor: Anchor::Attention, ..boxed(300, 200, Fit::Cover) };
    assert_eq!(actions(resize(cover), &picture(601, 400)), "resize 600x400 at 0,0 to 300x200");
}

#[test]
fn fits_have_the_documented_sizes() {
    let source = picture(600, 400);
    let never = |resize| Resize { enlarge: Enlarge::Never, ..resize };
    let rows = [
        (boxed(300, 300, Fit::Fill), "resize 600x400 at 0,0 to 300x300"),
        (boxed(300, 300, Fit::Inside), "resize 600x400 at 0,0 to 300x200"),
        (never(boxed(1200, 1200, Fit::Inside)), ""),
        (boxed(1200, 1200, Fit::Inside), "resize 600x400 at 0,0 to 1200x800"),
        (boxed(300, 300, Fit::Outside), "resize 600x400 at 0,0 to 450x300"),
        (never(boxed(1200, 1200, Fit::Outside)), ""),
        (never(boxed(1200, 1200, Fit::Cover)), "crop 400x400 at 100,0"),
        (never(boxed(1200, 450, Fit::Cover)), "crop 600x225 at 0,87"),
        (never(boxed(300, 300, Fit::Cover)), "resize 400x400 at 100,0 to 300x300"),
        (never(boxed(1200, 200, Fit::Fill)), "resize 600x400 at 0,0 to 600x200"),
    ];
    for (resize, expected) in rows {
        let text = resize.to_string();
        assert_eq!(actions(vec![Step::Resize(resize)], &source), expected, "{text}");
    }
}

#[test]
fn the_vendors_own_numbers_for_a_ratio_of_0_74() {
    let source = picture(740, 1000);
    let at_max = Resize { enlarge: Enlarge::Never, ..boxed(300, 200, Fit::Inside) };
    assert_eq!(size(resize(at_max), &source), "148x200");
    assert_eq!(size(resize(boxed(300, 200, Fit::Outside)), &source), "300x405");
    assert_eq!(size(resize(boxed(850, 1000, Fit::Inside)), &source), "740x1000");
    let smaller = picture(370, 500);
    assert_eq!(size(resize(boxed(850, 1000, Fit::Inside)), &smaller), "740x1000");
}

#[test]
fn extracts_cut_without_scaling() {
    let source = picture(600, 400);
    let center = |x, y| CropAt::Center(px(x), px(y));
    let top_left = |x, y| CropAt::TopLeft(Length::from(x), Length::from(y));
    let rows = [
        (200, 200, at(Anchor::Center), "crop 200x200 at 200,100"),
        (200, 200, top_left(10, 20), "crop 200x200 at 10,20"),
        (200, 200, center(300, 200), "crop 200x200 at 200,100"),
        (200, 200, at(Anchor::BottomRight), "crop 200x200 at 400,200"),
        (200, 200, at(Anchor::Attention), "crop the most salient 200x200"),
        (800, 800, at(Anchor::Center), ""),
        (800, 200, at(Anchor::Attention), "crop the most salient 600x200"),
        // A middle that does not divide evenly is floored.
        (199, 199, at(Anchor::Center), "crop 199x199 at 200,100"),
        (199, 199, center(300, 200), "crop 199x199 at 200,100"),
    ];
    for (width, height, at, expected) in rows {
        let steps = extract(width, height, at.clone(), Overflow::Clamp);
        assert_eq!(actions(steps, &source), expected, "{width}x{height} {at:?}");
    }
}

#[test]
fn an_extract_around_a_centre_must_lie_inside() {
    let outside = CropAt::Center(px(10), px(10));
    let steps = extract(200, 200, outside, Overflow::Reject);
    assert_eq!(
        resolve(steps, &picture(600, 400)),
        Err(ResolveError::Outside {
            x: -90,
            y: -90,
            width: 200,
            height: 200,
            picture_width: 600,
            picture_height: 400,
        })
    );
}

#[test]
fn pad_resize_fits_and_fills() {
    let source = picture(600, 400);
    let contain = |width, height, anchor| {
        resize(Resize { anchor, background: RED, ..boxed(width, height, Fit::Contain) })
    };
    let small = "resize 600x400 at 0,0 to 300x200";
    let rows = [
        (contain(300, 300, Anchor::Center), "0,50 on 300x300"),
        (contain(300, 300, Anchor::Top), "0,0 on 300x300"),
        (contain(300, 300, Anchor::Bottom), "0,100 on 300x300"),
        (contain(400, 200, Anchor::Left), "0,0 on 400x200"),
        (contain(400, 200, Anchor::Right), "100,0 on 400x200"),
        (contain(401, 200, Anchor::Center), "50,0 on 401x200"),
    ];
    for (steps, placed) in rows {
        let expected = format!("{small}; place at {placed} of #ff0000");
        assert_eq!(actions(steps, &source), expected);
    }
    let no_enlarge = Resize { enlarge: Enlarge::Never, ..boxed(800, 800, Fit::Contain) };
    assert_eq!(actions(resize(no_enlarge), &source), "place at 100,200 on 800x800 of #00000000");
}

#[test]
fn pad_extract_does_not_scale() {
    let source = picture(600, 400);
    let pad = |width, height, anchor, shrink| {
        vec![Step::Pad(Pad {
            width: px(width),
            height: px(height),
            anchor,
            shrink,
            background: RED,
            ..Pad::default()
        })]
    };
    let rows = [
        (800, 500, Anchor::Center, true, "place at 100,50 on 800x500 of #ff0000"),
        (800, 500, Anchor::BottomRight, true, "place at 200,100 on 800x500 of #ff0000"),
        // Cut on both axes, on one, and not at all.
        (200, 200, Anchor::Center, true, "crop 200x200 at 200,100"),
        (200, 500, Anchor::Center, true, "place at -200,50 on 200x500 of #ff0000"),
        (200, 500, Anchor::Left, true, "place at 0,50 on 200x500 of #ff0000"),
        (200, 500, Anchor::Center, false, "place at 0,50 on 600x500 of #ff0000"),
        (200, 200, Anchor::Center, false, ""),
    ];
    for (width, height, anchor, shrink, expected) in rows {
        let steps = pad(width, height, anchor, shrink);
        assert_eq!(actions(steps, &source), expected, "{width}x{height} {anchor:?} {shrink}");
    }
}

#[test]
fn a_focus_is_scaled_along_and_clamped() {
    let source = picture(600, 400);
    let focus = |x, y, width, height| Anchor::Focus(Rect { x, y, width, height });
    let cover = |anchor| resize(Resize { anchor, ..boxed(300, 300, Fit::Cover) });
    // Centre 250 is 187.5 of the scaled 450; the window starts at floor(37.5), which is 49.3 here.
    assert_eq!(
        actions(cover(focus(200, 100, 100, 100)), &source),
        "resize 400x400 at 49.333333333333336,0 to 300x300"
    );
    assert_eq!(actions(cover(focus(0, 0, 10, 10)), &source), "resize 400x400 at 0,0 to 300x300");
    assert_eq!(
        actions(cover(focus(5000, 0, 10, 10)), &source),
        "resize 400x400 at 200,0 to 300x300"
    );
    let extract = extract(200, 200, at(focus(400, 300, 100, 100)), Overflow::Clamp);
    assert_eq!(actions(extract.clone(), &source), "crop 200x200 at 350,200");
    // Half the size: the focus moves along.
    let mut after_half = resize(Resize { width: px(300), ..Resize::default() });
    after_half.extend(extract);
    assert_eq!(
        actions(after_half, &source),
        "resize 600x400 at 0,0 to 300x200; crop 200x200 at 100,0"
    );
}

#[test]
fn expressions_give_sizes() {
    use Variable::{CurrentWidth, InputHeight, InputWidth};
    let source = picture(600, 400);
    let times = |variable, operator, number| {
        let rest = vec![(operator, Expr::Number(number))];
        Length::Expr(Expr::from_operations(Expr::Variable(variable), rest))
    };
    let width = |width| Resize { width: Some(width), ..Resize::default() };
    let half = width(times(InputWidth, Operator::Div, 2.0));
    assert_eq!(size(resize(half), &source), "300x200");
    let by_height = width(times(InputHeight, Operator::Mul, 0.5));
    assert_eq!(size(resize(by_height), &source), "200x133");
    let both = Resize {
        height: Some(times(InputHeight, Operator::Div, 2.0)),
        ..width(times(InputWidth, Operator::Div, 4.0))
    };
    assert_eq!(size(resize(both.clone()), &source), "150x200");
    let border = Step::Border(Border {
        width: times(CurrentWidth, Operator::Mul, 0.1),
        color: Color::rgb(255, 0, 0),
    });
    let steps = vec![Step::Resize(both), border];
    assert_eq!(size(steps.clone(), &source), "180x230");
    assert!(actions(steps, &source).ends_with("; border of 15 in #ff0000"));
}

#[test]
fn the_parts_of_conditionals_have_their_sizes() {
    let source = picture(600, 400);
    let side = |width: Option<Length>, height: Option<Length>| {
        Step::Resize(Resize { width, height, ..Resize::default() })
    };
    let quarter = Step::Rotate(Rotate { degrees: 90.0, background: Paint::default() });
    let steps = [side(None, px(200)), side(px(100), None), quarter];
    let sizes = ["300x200", "100x67", "67x100"];
    for (count, expected) in (1..).zip(sizes) {
        assert_eq!(size(steps[..count].to_vec(), &source), expected);
    }
    assert_eq!(size(vec![side(px(200), None)], &source), "200x133");
}
