//! Sizes of a resize, and which part of the picture it reads.
//!
//! A scale is kept as the fraction `numerator / denominator` of whole numbers, so that 74.9999 never
//! stands where 75 is meant.

use std::cmp::Ordering;

use super::{
    Action,
    actions::Walk,
    anchors::{Align, aligns},
    scope::{BoxFields, checked, whole_side},
};
use crate::{Anchor, Enlarge, Fit, Region, Resize, ResolveError, Rounding, Size, effective};

pub(super) fn run(resize: &Resize, walk: &mut Walk<'_>) -> Result<(), ResolveError> {
    let fields = BoxFields {
        width: resize.width.as_ref(),
        height: resize.height.as_ref(),
        ratio: resize.ratio.as_ref(),
        dpr: resize.dpr.as_ref(),
        keeps_ratio: true,
    };
    let wanted = walk.scope().wanted(&fields, resize.rounding)?;
    let work = Work { resize, picture: walk.size };
    match (wanted.width, wanted.height, &resize.ratio) {
        (Some(width), Some(height), _) => fit(&work, (width, height), walk),
        (Some(width), None, _) => {
            let height = work.other_side(width, Axis::Horizontal);
            whole(&work, work.capped((width, height)), walk)
        }
        (None, Some(height), _) => {
            let width = work.other_side(height, Axis::Vertical);
            whole(&work, work.capped((width, height)), walk)
        }
        (None, None, Some(ratio)) => {
            let ratio = walk.scope().ratio(ratio)?;
            fit(&work, largest_within(walk.size, ratio, resize.rounding), walk)
        }
        (None, None, None) => Ok(()),
    }
}

/// The largest box of a ratio inside a picture.
pub(super) fn largest_within(picture: Size, ratio: f64, rounding: Rounding) -> (u64, u64) {
    let (width, height) = (u64::from(picture.width), u64::from(picture.height));
    let narrower = whole_side(height as f64 * ratio, rounding);
    if narrower <= width {
        (narrower, height)
    } else {
        (width, whole_side(width as f64 / ratio, rounding).min(height))
    }
}

/// Width and height before they are known to be within the limits.
type Box = (u64, u64);

enum Axis {
    Horizontal,
    Vertical,
}

fn fit(work: &Work<'_>, target: Box, walk: &mut Walk<'_>) -> Result<(), ResolveError> {
    match work.resize.fit {
        Fit::Cover => cover(work, target, walk),
        Fit::Contain => contain(work, target, walk),
        Fit::Fill => whole(work, work.capped_sides(target), walk),
        Fit::Inside => whole(work, work.capped(work.inside(target)), walk),
        Fit::Outside => whole(work, work.capped(work.outside(target)), walk),
    }
}

/// The whole picture at another size.
fn whole(work: &Work<'_>, (width, height): Box, walk: &mut Walk<'_>) -> Result<(), ResolveError> {
    let to = checked(width, height, &walk.context.limits)?;
    let Resize { kernel, light, .. } = *work.resize;
    walk.push(Action::Resize { from: Region::whole(work.picture), to, kernel, light }, to);
    Ok(())
}

fn contain(work: &Work<'_>, target: Box, walk: &mut Walk<'_>) -> Result<(), ResolveError> {
    let canvas = checked(target.0, target.1, &walk.context.limits)?;
    let (align_x, align_y) = aligns(work.resize.anchor, work.picture, walk.context);
    whole(work, work.capped(work.inside(target)), walk)?;
    let x = i64::from(align_x.place(walk.size.width, canvas.width));
    let y = i64::from(align_y.place(walk.size.height, canvas.height));
    let background = effective::paint(work.resize.background);
    walk.push(Action::Canvas { size: canvas, x, y, background }, canvas);
    Ok(())
}

fn cover(work: &Work<'_>, target: Box, walk: &mut Walk<'_>) -> Result<(), ResolveError> {
    let scale = work.larger_scale(target);
    if work.resize.enlarge == Enlarge::Never && scale.enlarges() {
        cut_to_ratio(work, target, walk);
        return Ok(());
    }
    let to = checked(target.0, target.1, &walk.context.limits)?;
    let Resize { kernel, light, anchor, .. } = *work.resize;
    let cut_x = scale.spare(work.picture.width, to.width);
    let cut_y = scale.spare(work.picture.height, to.height);
    if anchor == Anchor::Attention && (cut_x.pixels() > 0 || cut_y.pixels() > 0) {
        let window = (cut_x.kept(), cut_y.kept());
        walk.push(Action::ResizeAttention { window, to, kernel, light }, to);
        return Ok(());
    }
    let (align_x, align_y) = aligns(anchor, work.picture, walk.context);
    let (x, y) = (cut_x.start(align_x), cut_y.start(align_y));
    let from = Region {
        x,
        y,
        // A sum of rounded numbers may pass the edge by their last bit.
        width: cut_x.kept().min(f64::from(work.picture.width) - x),
        height: cut_y.kept().min(f64::from(work.picture.height) - y),
    };
    walk.push(Action::Resize { from, to, kernel, light }, to);
    Ok(())
}

/// Covering without enlarging: the box shrinks until it fits, and the picture is cut to it unscaled.
fn cut_to_ratio(work: &Work<'_>, target: Box, walk: &mut Walk<'_>) {
    let Size { width, height } = work.picture;
    let (kept_width, kept_height) = match work.compare(target) {
        // The box is wider than the picture: the full width stays.
        Ordering::Greater | Ordering::Equal => {
            (width, proportional(width.into(), target.1, target.0, work.resize.rounding))
        }
        Ordering::Less => {
            (proportional(height.into(), target.0, target.1, work.resize.rounding), height)
        }
    };
    let kept = Size::new(kept_width.min(width), kept_height.min(height));
    walk.cut(kept, work.resize.anchor);
}

/// A resize and the picture that it meets.
struct Work<'a> {
    resize: &'a Resize,
    picture: Size,
}

impl Work<'_> {
    /// The missing side, when one is given along `axis` and the ratio is kept.
    fn other_side(&self, given: u64, axis: Axis) -> u64 {
        let (width, height) = (u64::from(self.picture.width), u64::from(self.picture.height));
        match (self.resize.rounding, axis) {
            (Rounding::Nearest, Axis::Horizontal) => nearest(height, given, width),
            (Rounding::Nearest, Axis::Vertical) => nearest(width, given, height),
            (Rounding::Truncate, Axis::Horizontal) => {
                whole_side(given as f64 / self.picture.ratio(), Rounding::Truncate)
            }
            (Rounding::Truncate, Axis::Vertical) => {
                whole_side(given as f64 * self.picture.ratio(), Rounding::Truncate)
            }
        }
    }

    /// The picture scaled so that it just fits into the box.
    fn inside(&self, target: Box) -> Box {
        match self.resize.rounding {
            Rounding::Nearest => self.scaled(target, self.compare(target) == Ordering::Less),
            Rounding::Truncate => self.truncated(target, |rx, ry| rx > ry),
        }
    }

    /// The picture scaled so that it just covers the box.
    fn outside(&self, target: Box) -> Box {
        match self.resize.rounding {
            Rounding::Nearest => self.scaled(target, self.compare(target) == Ordering::Greater),
            Rounding::Truncate => self.truncated(target, |rx, ry| rx < ry),
        }
    }

    /// The ratio of the box against that of the picture.
    fn compare(&self, (width, height): Box) -> Ordering {
        let across = u128::from(width) * u128::from(self.picture.height);
        across.cmp(&(u128::from(height) * u128::from(self.picture.width)))
    }

    fn scaled(&self, (width, height): Box, by_width: bool) -> Box {
        if by_width {
            (width, self.other_side(width, Axis::Horizontal))
        } else {
            (self.other_side(height, Axis::Vertical), height)
        }
    }

    /// In 64-bit floats and in the order of operations of the SAMS reference.
    fn truncated(&self, (width, height): Box, by_width: impl Fn(f64, f64) -> bool) -> Box {
        let (w, h) = (f64::from(self.picture.width), f64::from(self.picture.height));
        let (rx, ry) = (w / width as f64, h / height as f64);
        if by_width(rx, ry) {
            (width, whole_side(h / rx, Rounding::Truncate))
        } else {
            (whole_side(w / ry, Rounding::Truncate), height)
        }
    }

    /// The picture's own size instead, where the new one would be larger and must not be.
    fn capped(&self, (width, height): Box) -> Box {
        let (own_width, own_height) =
            (u64::from(self.picture.width), u64::from(self.picture.height));
        let enlarges = width > own_width || height > own_height;
        if self.resize.enlarge == Enlarge::Never && enlarges {
            (own_width, own_height)
        } else {
            (width, height)
        }
    }

    /// Each side for itself at most the picture's, where it must not become larger.
    fn capped_sides(&self, (width, height): Box) -> Box {
        match self.resize.enlarge {
            Enlarge::Allowed => (width, height),
            Enlarge::Never => {
                (width.min(self.picture.width.into()), height.min(self.picture.height.into()))
            }
        }
    }

    /// The larger of the two scales that bring the picture to the box's sides.
    fn larger_scale(&self, target: Box) -> Scale {
        match self.compare(target) {
            Ordering::Greater => {
                Scale { numerator: target.0, denominator: self.picture.width.into() }
            }
            Ordering::Less | Ordering::Equal => {
                Scale { numerator: target.1, denominator: self.picture.height.into() }
            }
        }
    }
}

#[derive(Clone, Copy)]
struct Scale {
    numerator: u64,
    denominator: u64,
}

impl Scale {
    fn enlarges(self) -> bool {
        self.numerator > self.denominator
    }

    /// What is cut from a side of the scaled picture to leave `kept` pixels.
    fn spare(self, side: u32, kept: u32) -> Spare {
        let scaled = u128::from(side) * u128::from(self.numerator);
        let kept_scaled = u128::from(kept) * u128::from(self.denominator);
        // The scale covers the box, so nothing is negative.
        Spare { scale: self, side, kept, parts: scaled.saturating_sub(kept_scaled) }
    }

    /// Pixels of the scaled picture in pixels of the picture.
    fn back(self, scaled: f64) -> f64 {
        scaled * self.denominator as f64 / self.numerator as f64
    }
}

/// One axis of a cover: the part of the scaled picture that has no place in the box.
struct Spare {
    scale: Scale,
    side: u32,
    kept: u32,
    /// In units of 1 / denominator of a scaled pixel.
    parts: u128,
}

impl Spare {
    /// Whole scaled pixels.
    fn pixels(&self) -> u128 {
        self.parts / u128::from(self.scale.denominator)
    }

    /// Length of the part that is read, in pixels of the picture.
    fn kept(&self) -> f64 {
        self.scale.back(f64::from(self.kept)).min(f64::from(self.side))
    }

    /// Where the part that is read begins, in pixels of the picture. Offsets that do not divide evenly are floored to
    /// whole pixels of the scaled picture.
    fn start(&self, align: Align) -> f64 {
        let most = f64::from(self.side) - self.kept();
        let start = match align {
            Align::Low => 0.0,
            Align::Middle => {
                self.scale.back((self.parts / (2 * u128::from(self.scale.denominator))) as f64)
            }
            Align::High => most,
            Align::On(center) => {
                let scale = self.scale.numerator as f64 / self.scale.denominator as f64;
                let offset = (center * scale - f64::from(self.kept) / 2.0).floor();
                self.scale.back(offset.max(0.0))
            }
        };
        start.min(most)
    }
}

/// `side * numerator / denominator` to nearest, halves up, at least 1. Exact.
fn nearest(side: u64, numerator: u64, denominator: u64) -> u64 {
    let (numerator, denominator) = (u128::from(numerator), u128::from(denominator));
    let twice = 2 * u128::from(side) * numerator + denominator;
    u64::try_from(twice / (2 * denominator)).unwrap_or(u64::MAX).max(1)
}

/// As [`nearest`], or truncated, for a side that does not grow.
fn proportional(side: u64, numerator: u64, denominator: u64, rounding: Rounding) -> u32 {
    let length = match rounding {
        Rounding::Nearest => nearest(side, numerator, denominator),
        Rounding::Truncate => {
            let length = u128::from(side) * u128::from(numerator) / u128::from(denominator);
            u64::try_from(length).unwrap_or(u64::MAX).max(1)
        }
    };
    u32::try_from(length).unwrap_or(u32::MAX)
}
