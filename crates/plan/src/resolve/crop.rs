//! Rectangles of a crop.

use super::{
    actions::Walk,
    resize::largest_within,
    scope::{BoxFields, Scope, thousandths},
};
use crate::{Anchor, Crop, CropAt, Length, Overflow, Rect, ResolveError, Rounding, Size};

pub(super) fn run(crop: &Crop, walk: &mut Walk<'_>) -> Result<(), ResolveError> {
    let scope = walk.scope();
    let fields = BoxFields {
        width: crop.width.as_ref(),
        height: crop.height.as_ref(),
        ratio: crop.ratio.as_ref(),
        dpr: crop.dpr.as_ref(),
        keeps_ratio: false,
    };
    let (width, height) = lengths(crop, &fields, &scope)?;
    let picture = walk.size;
    match &crop.at {
        CropAt::Anchor(anchor) => {
            let kept = anchored(crop, (width, height), *anchor, picture)?;
            walk.cut(kept, *anchor);
            Ok(())
        }
        CropAt::TopLeft(x, y) => {
            let is_plain = is_one(scope.factor(&fields)?);
            let span = |start: &Length, given: Option<&Length>, length: u64, side: u32| {
                let span = Span { start: scope.offset(start, side)?, length };
                let exact = given.and_then(|given| thousandths_span(start, given, side));
                Ok(exact.filter(|_| is_plain).unwrap_or(span))
            };
            let across = span(x, fields.width, width, picture.width)?;
            let down = span(y, fields.height, height, picture.height)?;
            cut(crop, across, down, walk)
        }
        CropAt::Center(x, y) => {
            let across = centered(x.as_ref(), width, picture.width, crop.overflow, &scope)?;
            let down = centered(y.as_ref(), height, picture.height, crop.overflow, &scope)?;
            cut(crop, across, down, walk)
        }
    }
}

#[expect(clippy::float_cmp, reason = "only exactly 1 leaves every product as it is")]
fn is_one(factor: f64) -> bool {
    factor == 1.0
}

/// One axis of a rectangle, perhaps reaching outside.
#[derive(Clone, Copy)]
struct Span {
    start: i64,
    length: u64,
}

impl Span {
    fn is_inside(self, side: u32) -> bool {
        self.start >= 0 && self.length <= u64::from(side) && self.end() <= i64::from(side)
    }

    /// Lengths and offsets are at most 2^40.
    fn end(self) -> i64 {
        self.start + self.length as i64
    }

    /// The part on the picture as start and length.
    fn clamped(self, side: u32) -> Option<(u32, u32)> {
        let start = self.start.clamp(0, i64::from(side));
        let end = self.end().clamp(0, i64::from(side));
        (end > start).then_some((start as u32, (end - start) as u32))
    }
}

/// Width and height of the rectangle before the picture's edges are looked at.
fn lengths(
    crop: &Crop,
    fields: &BoxFields<'_>,
    scope: &Scope<'_>,
) -> Result<(u64, u64), ResolveError> {
    let wanted = scope.wanted(fields, Rounding::Nearest)?;
    let room = room(&crop.at, scope)?;
    Ok(match (wanted.width, wanted.height, &crop.ratio) {
        (None, None, Some(ratio)) => largest_within(room, scope.ratio(ratio)?, Rounding::Nearest),
        (width, height, _) => {
            (width.unwrap_or(room.width.into()), height.unwrap_or(room.height.into()))
        }
    })
}

/// The largest rectangle at this place: what a side that is not given becomes.
fn room(at: &CropAt, scope: &Scope<'_>) -> Result<Size, ResolveError> {
    let behind = |start: &Length, side: u32| {
        scope.offset(start, side).map(|start| i64::from(side) - start.max(0))
    };
    let around = |center: &Option<Length>, side: u32| {
        let Some(center) = center else {
            return Ok(i64::from(side));
        };
        scope.offset(center, side).map(|center| 2 * center.min(i64::from(side) - center))
    };
    let Size { width, height } = scope.current;
    let (across, down) = match at {
        CropAt::Anchor(_) => return Ok(scope.current),
        CropAt::TopLeft(x, y) => (behind(x, width)?, behind(y, height)?),
        CropAt::Center(x, y) => (around(x, width)?, around(y, height)?),
    };
    let side = |room: i64, side: u32| room.clamp(1, i64::from(side)) as u32;
    Ok(Size::new(side(across, width), side(down, height)))
}

/// The size at an anchor: never larger than the picture.
fn anchored(
    crop: &Crop,
    (width, height): (u64, u64),
    anchor: Anchor,
    picture: Size,
) -> Result<Size, ResolveError> {
    let fits = width <= u64::from(picture.width) && height <= u64::from(picture.height);
    if crop.overflow == Overflow::Reject && !fits {
        let start = |side: u32, length: u64| match anchor {
            Anchor::Center => (i64::from(side) - length as i64).div_euclid(2),
            _ => 0,
        };
        let across = Span { start: start(picture.width, width), length: width };
        let down = Span { start: start(picture.height, height), length: height };
        return Err(outside(across, down, picture));
    }
    Ok(Size::new(width.min(picture.width.into()) as u32, height.min(picture.height.into()) as u32))
}

/// Both ends in thousandths: truncated each for itself, so that areas that touch share no pixel.
/// `None` for other lengths.
fn thousandths_span(start: &Length, length: &Length, side: u32) -> Option<Span> {
    let (Length::Thousandths(start), Length::Thousandths(length)) = (start, length) else {
        return None;
    };
    let start = u32::from(*start).min(1000);
    let end = start + u32::from(*length).min(1000);
    let (left, right) = (thousandths(side, start), thousandths(side, end));
    Some(Span { start: left as i64, length: (right - left).max(1) })
}

/// A span around a place. Where clamping is asked for, it is moved inside.
fn centered(
    center: Option<&Length>,
    length: u64,
    side: u32,
    overflow: Overflow,
    scope: &Scope<'_>,
) -> Result<Span, ResolveError> {
    let twice_center = match center {
        Some(center) => 2 * scope.offset(center, side)?,
        None => i64::from(side),
    };
    let span = |length: u64| Span { start: (twice_center - length as i64).div_euclid(2), length };
    Ok(match overflow {
        Overflow::Reject => span(length),
        Overflow::Clamp => {
            let span = span(length.min(side.into()));
            Span { start: span.start.clamp(0, i64::from(side) - span.length as i64), ..span }
        }
    })
}

fn cut(crop: &Crop, across: Span, down: Span, walk: &mut Walk<'_>) -> Result<(), ResolveError> {
    let picture = walk.size;
    let is_inside = across.is_inside(picture.width) && down.is_inside(picture.height);
    if crop.overflow == Overflow::Reject && !is_inside {
        return Err(outside(across, down, picture));
    }
    let (Some((x, width)), Some((y, height))) =
        (across.clamped(picture.width), down.clamped(picture.height))
    else {
        return Err(outside(across, down, picture));
    };
    walk.crop(Rect { x, y, width, height });
    Ok(())
}

fn outside(across: Span, down: Span, picture: Size) -> ResolveError {
    let side = |length: u64| u32::try_from(length).unwrap_or(u32::MAX);
    ResolveError::Outside {
        x: across.start,
        y: down.start,
        width: side(across.length),
        height: side(down.length),
        picture_width: picture.width,
        picture_height: picture.height,
    }
}
