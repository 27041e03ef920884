//! Nothing is larger than allowed, and nothing is empty.

use plan::{
    Action, Border, Color, Fit, Length, Limits, Paint, Plan, Resize, ResolveError, Resolved,
    Rotate, Sharpen, Size, Step,
};
use proptest::prelude::*;

use crate::{
    arbitrary::{plans, sources},
    source::{picture, plan, px},
};

fn resize(width: Length, height: Length, fit: Fit) -> Plan {
    plan(vec![Step::Resize(Resize {
        width: Some(width),
        height: Some(height),
        fit,
        ..Resize::default()
    })])
}

fn is_too_large(plan: &Plan, source: Size) -> bool {
    let found = plan.resolve(&picture(source.width, source.height), Limits::default());
    matches!(found, Err(ResolveError::TooLarge { .. }))
}

#[test]
fn huge_numbers_are_too_large_and_no_overflow() {
    let source = Size::new(600, 400);
    for huge in [65_536.0, 1e10, 1e300, f64::MAX, f64::INFINITY] {
        for fit in [Fit::Cover, Fit::Contain, Fit::Fill, Fit::Inside, Fit::Outside] {
            let plan = resize(Length::Px(huge), Length::Px(huge), fit);
            assert!(is_too_large(&plan, source), "{huge} {fit:?}");
        }
    }
    let both = |side| resize(Length::Px(side), Length::Px(side), Fit::Fill);
    assert!(!is_too_large(&both(10_000.0), source));
    assert!(is_too_large(&both(10_001.0), source));
    let long = resize(Length::Px(65_535.0), Length::Px(1.0), Fit::Fill);
    assert!(!is_too_large(&long, source));
    let border = plan(vec![Step::Border(Border { width: Length::Px(1e12), color: Color::BLACK })]);
    assert!(is_too_large(&border, source));
}

/// Text cannot hold them, but a dialect's arithmetic may.
#[test]
fn what_is_no_number_is_a_pixel_or_nothing() {
    let size = |step: Step| {
        let resolved = plan(vec![step]).resolve(&picture(600, 400), Limits::default());
        resolved.map(|resolved| (resolved.size, resolved.actions.len()))
    };
    let side = Some(Length::Px(f64::NAN));
    let resize = Resize { width: side.clone(), height: side, ..Resize::default() };
    assert_eq!(size(Step::Resize(resize)), Ok((Size::new(1, 1), 1)));
    for degrees in [f64::NAN, f64::INFINITY] {
        let rotate = Rotate { degrees, background: Paint::default() };
        assert_eq!(size(Step::Rotate(rotate)), Ok((Size::new(600, 400), 0)));
    }
    for idle in [
        Step::Blur(f64::NAN),
        Step::Opacity(f64::NAN),
        Step::Sharpen(Sharpen::Simple { strength: f64::NAN }),
    ] {
        assert_eq!(size(idle), Ok((Size::new(600, 400), 0)));
    }
}

#[test]
fn a_source_beyond_the_limits_must_become_smaller() {
    let source = Size::new(20_000, 10_000);
    assert!(is_too_large(&Plan::default(), source));
    assert!(is_too_large(&plan(vec![Step::Grayscale]), source));
    assert!(!is_too_large(&resize(Length::Px(600.0), Length::Px(600.0), Fit::Inside), source));
}

#[test]
fn the_message_names_both_sizes() {
    let error = resize(Length::Px(20_000.0), Length::Px(10_000.0), Fit::Fill)
        .resolve(&picture(600, 400), Limits::default())
        .map_err(|error| error.to_string());
    let expected = "the result would be 20000 x 10000 pixels, the limit is 100000000 pixels";
    assert_eq!(error.err().as_deref(), Some(expected));
}

#[test]
fn steps_are_counted() {
    let limits = Limits::default();
    let steps = |count| plan(vec![Step::BoxBlur; count]).resolve(&picture(6, 4), limits);
    assert!(steps(64).is_ok());
    assert_eq!(steps(65), Err(ResolveError::TooManySteps { found: 65, limit: 64 }));
}

#[test]
fn tiny_and_elongated_pictures_keep_a_pixel() {
    let width = |width| plan(vec![Step::Resize(Resize { width: px(width), ..Resize::default() })]);
    let found = width(10).resolve(&picture(10_000, 3), Limits::default());
    assert_eq!(found.map(|resolved| resolved.size), Ok(Size::new(10, 1)));
    // A header that says 0 x 0 is refused by decoders; arithmetic takes it for 1 x 1.
    let found = width(10).resolve(&picture(0, 0), Limits::default());
    assert_eq!(found.map(|resolved| resolved.size), Ok(Size::new(10, 10)));
}

/// Follows the actions and checks that each fits the picture before it.
fn check(resolved: &Resolved, limits: Limits) {
    let mut size = resolved.input;
    for action in &resolved.actions {
        size = after(action, size);
        assert!(size.width > 0 && size.height > 0, "{action}");
        assert!(size.width <= limits.output_side && size.height <= limits.output_side, "{action}");
        assert!(size.pixels() <= limits.output_pixels, "{action}");
    }
    assert_eq!(size, resolved.size, "{resolved}");
}

fn after(action: &Action, size: Size) -> Size {
    let (width, height) = (f64::from(size.width), f64::from(size.height));
    match action {
        Action::Resize { from, to, .. } => {
            assert!(from.x >= 0.0 && from.y >= 0.0, "{action} in {size}");
            assert!(from.width > 0.0 && from.height > 0.0, "{action} in {size}");
            assert!(from.x + from.width <= width, "{action} in {size}");
            assert!(from.y + from.height <= height, "{action} in {size}");
            *to
        }
        Action::ResizeAttention { window, to, .. } => {
            assert!(window.0 > 0.0 && window.0 <= width, "{action} in {size}");
            assert!(window.1 > 0.0 && window.1 <= height, "{action} in {size}");
            *to
        }
        Action::Crop(rect) => {
            assert!(rect.x + rect.width <= size.width, "{action} in {size}");
            assert!(rect.y + rect.height <= size.height, "{action} in {size}");
            assert_ne!(rect.size(), size);
            rect.size()
        }
        Action::CropAttention(kept) => {
            assert!(kept.width <= size.width && kept.height <= size.height, "{action} in {size}");
            *kept
        }
        Action::Canvas { size: canvas, x, y, .. } => {
            // Some of the picture stays visible.
            assert!(*x < i64::from(canvas.width) && *x > -i64::from(size.width), "{action}");
            assert!(*y < i64::from(canvas.height) && *y > -i64::from(size.height), "{action}");
            *canvas
        }
        Action::Extend { top, right, bottom, left, .. } => {
            Size::new(size.width + left + right, size.height + top + bottom)
        }
        Action::Turn(turns) => {
            assert!((1..=3).contains(turns));
            if turns % 2 == 1 { size.turned() } else { size }
        }
        Action::Rotate { degrees, to, .. } => {
            assert!(*degrees > 0.0 && *degrees < 360.0);
            *to
        }
        Action::Median(side) => {
            assert!((2..=10).contains(side), "{action}");
            size
        }
        Action::Border { width, .. } => Size::new(size.width + 2 * width, size.height + 2 * width),
        Action::FlipHorizontal
        | Action::FlipVertical
        | Action::Background(_)
        | Action::Opacity(_)
        | Action::Blur(_)
        | Action::BoxBlur
        | Action::Sharpen(_)
        | Action::Grayscale
        | Action::StretchContrast
        | Action::StretchLightness
        | Action::Equalize(_)
        | Action::Convolve(_)
        | Action::Negate
        | Action::Linear(_)
        | Action::Gamma(_)
        | Action::Threshold(_)
        | Action::Modulate(_)
        | Action::Tint(_)
        | Action::Recombine(_)
        | Action::Trim(_)
        | Action::RoundCorners(_)
        | Action::Shadow(_)
        | Action::Gradient { .. }
        | Action::Colorize(_)
        | Action::Distort(_)
        | Action::ReplaceColor(_) => size,
        Action::Layer(overlay) => {
            assert_eq!(overlay.base, size, "{action}");
            size
        }
    }
}

proptest! {
    #[test]
    fn every_picture_on_the_way_is_within_the_limits(plan in plans(), source in sources()) {
        let limits = Limits::default();
        let mut resolved = plan.resolve(&source, limits);
        while let Ok(part) = resolved {
            check(&part, limits);
            let Some(deferred) = part.deferred else { break };
            // As if the trim had found a third to cut.
            let Size { width, height } = part.size;
            resolved = deferred.resolve(Size::new(width / 3, height / 3));
        }
    }
}
