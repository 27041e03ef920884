//! The numbers of SAMS renditions: truncated in 64-bit floats, in the order of operations of the
//! reference.

use plan::{Fit, Length, Limits, Orient, Plan, Resize, Rounding, Step};

use crate::source::{picture, px, size};

/// A rendition that keeps the proportions; 0 is a side that was not asked for.
fn keep(width: u32, height: u32) -> Vec<Step> {
    let side = |pixels| if pixels == 0 { None } else { px(pixels) };
    vec![Step::Resize(Resize {
        width: side(width),
        height: side(height),
        fit: Fit::Inside,
        rounding: Rounding::Truncate,
        ..Resize::default()
    })]
}

/// One that does not: the source's side stands in for a missing one.
fn distort(width: u32, height: u32) -> Vec<Step> {
    let side = |pixels| {
        if pixels == 0 { Some(Length::Fraction(1.0)) } else { px(pixels) }
    };
    vec![Step::Resize(Resize {
        width: side(width),
        height: side(height),
        fit: Fit::Fill,
        rounding: Rounding::Truncate,
        ..Resize::default()
    })]
}

#[test]
fn worked_values() {
    let rows = [
        ((1000, 667), (100, 0), "100x66"),
        ((1000, 667), (0, 100), "149x100"),
        ((1000, 667), (333, 100), "149x100"),
        ((1000, 667), (640, 640), "640x426"),
        ((1000, 667), (2000, 0), "2000x1334"),
        ((667, 1000), (100, 0), "100x149"),
        ((667, 1000), (7, 9), "6x9"),
        ((400, 200), (100, 100), "100x50"),
        ((400, 200), (33, 0), "33x16"),
        // Upscaling is allowed.
        ((400, 200), (800, 0), "800x400"),
        // The 64 x 64 box of the reuse rule.
        ((1000, 667), (64, 64), "64x42"),
        // A side that truncates to 0 is 1.
        ((1000, 10), (20, 0), "20x1"),
        ((10, 1000), (0, 20), "1x20"),
        ((1000, 10), (20, 20), "20x1"),
        ((10, 1000), (20, 20), "1x20"),
    ];
    for ((source_width, source_height), (width, height), expected) in rows {
        let found = size(keep(width, height), &picture(source_width, source_height));
        assert_eq!(found, expected, "{source_width}x{source_height} as {width}x{height}");
    }
}

#[test]
fn every_size_follows_the_reference() {
    for (source_width, source_height) in [(1000_u32, 667_u32), (667, 1000), (400, 200), (37, 91)] {
        let (w, h) = (f64::from(source_width), f64::from(source_height));
        let source = picture(source_width, source_height);
        let cut = |side: f64| (side as u32).max(1);
        for asked in 1..300_u32 {
            let a = f64::from(asked);
            let by_width = format!("{asked}x{}", cut(a / (w / h)));
            assert_eq!(size(keep(asked, 0), &source), by_width);
            let by_height = format!("{}x{asked}", cut(a * (w / h)));
            assert_eq!(size(keep(0, asked), &source), by_height);
            let (rx, ry) = (w / a, h / 100.0);
            let boxed = if rx > ry {
                format!("{asked}x{}", cut(h / rx))
            } else {
                format!("{}x100", cut(w / ry))
            };
            assert_eq!(size(keep(asked, 100), &source), boxed);
        }
    }
}

#[test]
fn without_proportions_a_missing_side_is_the_sources() {
    let source = picture(1000, 667);
    assert_eq!(size(distort(100, 100), &source), "100x100");
    assert_eq!(size(distort(100, 0), &source), "100x667");
    assert_eq!(size(distort(0, 100), &source), "1000x100");
}

#[test]
fn orientation_may_stay_as_stored() {
    let mut source = picture(1000, 667);
    source.orientation = 6;
    let plan = Plan { orient: Orient::Stored, steps: keep(100, 0), ..Plan::default() };
    let resolved = plan.resolve(&source, Limits::default()).expect("it is small");
    assert_eq!(resolved.orientation, 1);
    assert_eq!(resolved.size.to_string(), "100x66");
}
