//! The numbers of Pixelbin's basic module, which are sharp's.

use plan::{
    Action, Anchor, Color, Crop, CropAt, Extend, ExtendMode, Fit, Kernel, Length, Light, Limits,
    Overflow, Paint, Resize, ResolveError, Rotate, Size, Step, Tolerance, Trim,
};

use crate::source::{actions, picture, plan, px, resolve, size};

fn resize(width: u32, height: u32, fit: Fit) -> Vec<Step> {
    let side = |pixels| if pixels == 0 { None } else { px(pixels) };
    vec![Step::Resize(Resize {
        width: side(width),
        height: side(height),
        fit,
        light: Light::Srgb,
        ..Resize::default()
    })]
}

const FITS: [Fit; 5] = [Fit::Cover, Fit::Contain, Fit::Fill, Fit::Inside, Fit::Outside];

#[test]
fn every_fit_has_its_size() {
    let source = picture(400, 300);
    let rows = [
        ((200, 100), ["200x100", "200x100", "200x100", "133x100", "200x150"]),
        ((100, 200), ["100x200", "100x200", "100x200", "100x75", "267x200"]),
        ((800, 800), ["800x800", "800x800", "800x800", "800x600", "1067x800"]),
        ((133, 77), ["133x77", "133x77", "133x77", "103x77", "133x100"]),
        ((101, 0), ["101x76"; 5]),
        ((0, 90), ["120x90"; 5]),
        ((0, 0), ["400x300"; 5]),
    ];
    for ((width, height), sizes) in rows {
        for (fit, expected) in FITS.into_iter().zip(sizes) {
            let found = size(resize(width, height, fit), &source);
            assert_eq!(found, expected, "{width}x{height} {fit:?}");
        }
    }
    let source = picture(1000, 667);
    let rows = [
        (resize(300, 0, Fit::Cover), "300x200"),
        (resize(0, 300, Fit::Cover), "450x300"),
        (resize(333, 333, Fit::Inside), "333x222"),
        (resize(333, 333, Fit::Outside), "499x333"),
    ];
    for (steps, expected) in rows {
        assert_eq!(size(steps, &source), expected);
    }
}

#[test]
fn contain_pads_at_the_anchor() {
    let contain = |anchor| {
        vec![Step::Resize(Resize {
            width: px(200),
            height: px(200),
            fit: Fit::Contain,
            anchor,
            kernel: Kernel::Mitchell,
            background: Paint::Solid(Color::rgb(0, 255, 0)),
            ..Resize::default()
        })]
    };
    let small = "resize 400x300 at 0,0 to 200x150 by mitchell";
    let source = picture(400, 300);
    assert_eq!(
        actions(contain(Anchor::Center), &source),
        format!("{small}; place at 0,25 on 200x200 of #00ff00")
    );
    assert_eq!(
        actions(contain(Anchor::Top), &source),
        format!("{small}; place at 0,0 on 200x200 of #00ff00")
    );
}

#[test]
fn dpr_multiplies_before_rounding() {
    let resize = |dpr| {
        vec![Step::Resize(Resize {
            width: px(101),
            dpr: Some(Length::Px(dpr)),
            ..Resize::default()
        })]
    };
    let source = picture(400, 300);
    assert_eq!(size(resize(1.5), &source), "152x114");
    assert_eq!(size(resize(0.1), &source), "10x8");
}

#[test]
fn extend_adds_each_side() {
    let extend =
        Step::Extend(Extend { top: 2, right: 5, bottom: 3, left: 4, mode: ExtendMode::Reflect });
    assert_eq!(size(vec![extend], &picture(40, 20)), "49x25");
}

#[test]
fn extract_must_lie_inside() {
    let source = picture(400, 300);
    let extract = |left: u32, top: u32, width, height| {
        vec![Step::Crop(Crop {
            width: px(width),
            height: px(height),
            at: CropAt::TopLeft(left.into(), top.into()),
            overflow: Overflow::Reject,
            ..Crop::default()
        })]
    };
    assert_eq!(actions(extract(10, 10, 20, 50), &source), "crop 20x50 at 10,10");
    assert_eq!(actions(extract(380, 250, 20, 50), &source), "crop 20x50 at 380,250");
    for (left, top, width, height) in [(381, 0, 20, 50), (0, 251, 20, 50), (0, 0, 401, 1)] {
        let found = resolve(extract(left, top, width, height), &source);
        assert!(matches!(found, Err(ResolveError::Outside { .. })), "{left} {top}");
    }
}

#[test]
fn rotation_grows_the_canvas() {
    let rows = [
        (90.0, "300x400"),
        (270.0, "300x400"),
        (-90.0, "300x400"),
        (180.0, "400x300"),
        (0.0, "400x300"),
        (720.0, "400x300"),
        (45.0, "495x495"),
        (30.0, "496x460"),
        (10.0, "446x365"),
        (350.0, "446x365"),
        (-10.0, "446x365"),
        (1.0, "405x307"),
    ];
    for (degrees, expected) in rows {
        let rotate = Rotate { degrees, background: Paint::Solid(Color::BLACK) };
        let found = size(vec![Step::Rotate(rotate)], &picture(400, 300));
        assert_eq!(found, expected, "{degrees}");
    }
}

#[test]
fn quarter_turns_are_exact_moves() {
    let rotate = |degrees| Step::Rotate(Rotate { degrees, background: Paint::default() });
    let source = picture(400, 300);
    let found = resolve(vec![rotate(-90.0)], &source).map(|resolved| resolved.actions);
    assert_eq!(found, Ok(vec![Action::Turn(3)]));
    let full = vec![rotate(90.0), rotate(180.0), rotate(90.0)];
    assert_eq!(actions(full, &source), "");
    let transposed = vec![Step::FlipHorizontal, rotate(90.0)];
    assert_eq!(actions(transposed, &source), "turn by 270; flip-horizontal");
}

#[test]
fn trimming_waits_for_pixels() {
    let source = picture(60, 50);
    let trim = Step::Trim(Trim { tolerance: Tolerance::Levels(10) });
    let last = plan(vec![trim.clone()])
        .resolve(&source, Limits::default())
        .expect("a trim fits any source");
    assert_eq!(last.actions, [Action::Trim(Tolerance::Levels(10))]);
    assert_eq!((last.size, last.deferred), (Size::new(60, 50), None));

    let mut steps = vec![Step::Grayscale, trim];
    steps.extend(resize(0, 20, Fit::Cover));
    let first = plan(steps).resolve(&source, Limits::default()).expect("a trim fits any source");
    assert_eq!(first.actions.len(), 2);
    let deferred = first.deferred.expect("the resize waits");
    let rest = deferred.resolve(Size::new(20, 10)).expect("40 x 20 is small");
    assert_eq!(rest.input, Size::new(20, 10));
    assert_eq!(rest.size, Size::new(40, 20));
    assert_eq!(rest.deferred, None);
}
