//! The numbers of PhotoPrism's sizes and crop areas.

use plan::{Anchor, Crop, CropAt, Enlarge, Fit, Kernel, Length, Resize, ResolveError, Step};

use crate::source::{actions, picture, plan, px, resolve, size};

fn fit(width: u32, height: u32) -> Vec<Step> {
    vec![Step::Resize(Resize {
        width: px(width),
        height: px(height),
        fit: Fit::Inside,
        enlarge: Enlarge::Never,
        ..Resize::default()
    })]
}

fn tile(side: u32, anchor: Anchor) -> Step {
    Step::Resize(Resize { width: px(side), height: px(side), anchor, ..Resize::default() })
}

/// An area of four groups of three hex digits, cut and filled into a tile.
fn area(digits: &str, side: u32) -> Vec<Step> {
    let part = |group: usize| {
        let group = &digits[3 * group..3 * group + 3];
        Length::Thousandths(u16::from_str_radix(group, 16).expect("hex digits"))
    };
    let crop = Step::Crop(Crop {
        width: Some(part(2)),
        height: Some(part(3)),
        at: CropAt::TopLeft(part(0), part(1)),
        ..Crop::default()
    });
    vec![crop, tile(side, Anchor::Center)]
}

#[test]
fn fit_sizes_of_the_worked_examples() {
    let boxes = [
        (720, 720),
        (1280, 1024),
        (1600, 900),
        (1920, 1200),
        (2048, 2048),
        (2560, 1600),
        (4096, 4096),
    ];
    let rows = [
        (
            (3000, 2000),
            ["720x480", "1280x853", "1350x900", "1800x1200", "2048x1365", "2400x1600", "3000x2000"],
        ),
        (
            (2000, 3000),
            ["480x720", "683x1024", "600x900", "800x1200", "1365x2048", "1067x1600", "2000x3000"],
        ),
        (
            (1000, 1000),
            ["720x720", "1000x1000", "900x900", "1000x1000", "1000x1000", "1000x1000", "1000x1000"],
        ),
        ((600, 400), ["600x400"; 7]),
    ];
    for ((width, height), sizes) in rows {
        let source = picture(width, height);
        for ((box_width, box_height), expected) in boxes.into_iter().zip(sizes) {
            let found = size(fit(box_width, box_height), &source);
            assert_eq!(found, expected, "{width}x{height} in {box_width}x{box_height}");
        }
    }
}

#[test]
fn a_box_beyond_the_limits_may_hold_a_picture_within_them() {
    // 15360 x 8640 are 133 million pixels.
    assert_eq!(size(fit(15360, 8640), &picture(6000, 4000)), "6000x4000");
}

#[test]
fn tiles_are_exact() {
    let rows = [
        ((600, 400), 500, Anchor::Center, "resize 400x400 at 100,0 to 500x500"),
        ((100, 80), 1080, Anchor::Center, "resize 80x80 at 10,0 to 1080x1080"),
        ((900, 300), 224, Anchor::Start, "resize 300x300 at 0,0 to 224x224"),
        ((900, 300), 224, Anchor::Center, "resize 300x300 at 300,0 to 224x224"),
        ((900, 300), 224, Anchor::End, "resize 300x300 at 600,0 to 224x224"),
        ((300, 900), 224, Anchor::Start, "resize 300x300 at 0,0 to 224x224"),
        ((300, 900), 224, Anchor::Center, "resize 300x300 at 0,300 to 224x224"),
        ((300, 900), 224, Anchor::End, "resize 300x300 at 0,600 to 224x224"),
    ];
    for ((width, height), side, anchor, expected) in rows {
        let found = actions(vec![tile(side, anchor)], &picture(width, height));
        assert_eq!(found, expected, "{width}x{height} {anchor:?}");
    }
}

#[test]
fn colors_stretches_by_nearest_neighbour() {
    let colors = Step::Resize(Resize {
        width: px(3),
        height: px(3),
        fit: Fit::Fill,
        kernel: Kernel::Nearest,
        ..Resize::default()
    });
    assert_eq!(
        actions(vec![colors], &picture(600, 400)),
        "resize 600x400 at 0,0 to 3x3 by nearest"
    );
}

#[test]
fn orientation_comes_first() {
    let mut source = picture(3000, 2000);
    source.orientation = 6;
    let resolved = resolve(fit(720, 720), &source).expect("it becomes smaller");
    assert_eq!(resolved.orientation, 6);
    assert_eq!(resolved.input.to_string(), "2000x3000");
    assert_eq!(resolved.size.to_string(), "480x720");
}

#[test]
fn the_crop_of_the_worked_example() {
    let steps = area("016014058037", 224);
    let source = picture(4000, 3000);
    assert_eq!(actions(steps[..1].to_vec(), &source), "crop 352x165 at 88,60");
    // Its middle 165 x 165 is the middle 224 x 224 of the enlarged 477 x 224, which begins at its column 126.
    // Crop and tile are one resize.
    let expected = "resize 165x165 at 180.8125,60 to 224x224";
    assert_eq!(actions(steps, &source), expected);
}

#[test]
fn crops_of_the_quadrants() {
    let source = picture(1000, 1000);
    let rows = [
        ("0000001f41f4", "resize 500x500 at 0,0 to 224x224"),
        ("1f40001f41f4", "resize 500x500 at 500,0 to 224x224"),
        ("0001f41f41f4", "resize 500x500 at 0,500 to 224x224"),
        ("1f41f41f41f4", "resize 500x500 at 500,500 to 224x224"),
        // The upper half: its middle 500 x 500.
        ("0000003e81f4", "resize 500x500 at 250,0 to 224x224"),
    ];
    for (digits, expected) in rows {
        assert_eq!(actions(area(digits, 224), &source), expected, "{digits}");
    }
}

#[test]
fn areas_are_clipped_and_never_empty() {
    let cut =
        |digits, width, height| actions(area(digits, 100)[..1].to_vec(), &picture(width, height));
    // Over 1000 counts as 1000, and what reaches outside is cut off.
    assert_eq!(cut("1f4000fff1f4", 1000, 1000), "crop 500x500 at 500,0");
    // 0.022 to 0.023 of 100 pixels is nothing; one pixel is left.
    assert_eq!(cut("016016001001", 100, 100), "crop 1x1 at 2,2");
    assert_eq!(cut("0000001f4fff", 1000, 1000), "crop 500x1000 at 0,0");
    let behind =
        plan(area("fff000001001", 100)).resolve(&picture(100, 100), plan::Limits::default());
    assert!(matches!(behind, Err(ResolveError::Outside { x: 100, .. })));
}

#[test]
fn areas_that_touch_share_no_pixel() {
    // 333 pixels in parts of 100 thousandths: each begins where the one before ended.
    let mut end = 0;
    for part in 0..10_u16 {
        let crop = Step::Crop(Crop {
            width: Some(Length::Thousandths(100)),
            at: CropAt::TopLeft(Length::Thousandths(100 * part), Length::Px(0.0)),
            ..Crop::default()
        });
        let resolved = resolve(vec![crop], &picture(333, 10)).expect("it lies inside");
        let [plan::Action::Crop(rect)] = resolved.actions[..] else {
            panic!("one crop, found {:?}", resolved.actions)
        };
        assert_eq!(rect.x, end);
        end = rect.x + rect.width;
    }
    assert_eq!(end, 333);
}
