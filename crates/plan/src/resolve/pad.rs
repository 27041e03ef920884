//! Canvases around an unscaled picture.

use super::{
    Action,
    actions::Walk,
    anchors::{Align, aligns},
    scope::{BoxFields, checked, whole_side},
};
use crate::{Pad, Rect, ResolveError, Rounding, Size, effective};

pub(super) fn run(pad: &Pad, walk: &mut Walk<'_>) -> Result<(), ResolveError> {
    let picture = walk.size;
    let (width, height) = canvas(pad, walk)?;
    if (width, height) == (picture.width.into(), picture.height.into()) {
        return Ok(());
    }
    let canvas = checked(width, height, &walk.context.limits)?;
    let (align_x, align_y) = aligns(pad.anchor, picture, walk.context);
    let x = place(align_x, picture.width, canvas.width);
    let y = place(align_y, picture.height, canvas.height);
    if canvas.width <= picture.width && canvas.height <= picture.height {
        // Nothing is added, so this is a crop, and a resize behind it may read just that.
        let (x, y) = ((-x) as u32, (-y) as u32);
        walk.crop(Rect { x, y, width: canvas.width, height: canvas.height });
    } else {
        let background = effective::paint(pad.background);
        walk.push(Action::Canvas { size: canvas, x, y, background }, canvas);
    }
    Ok(())
}

fn canvas(pad: &Pad, walk: &Walk<'_>) -> Result<(u64, u64), ResolveError> {
    let fields = BoxFields {
        width: pad.width.as_ref(),
        height: pad.height.as_ref(),
        ratio: pad.ratio.as_ref(),
        dpr: pad.dpr.as_ref(),
        keeps_ratio: false,
    };
    let wanted = walk.scope().wanted(&fields, Rounding::Nearest)?;
    let (own_width, own_height) = (u64::from(walk.size.width), u64::from(walk.size.height));
    let (width, height) = match (wanted.width, wanted.height, &pad.ratio) {
        (None, None, Some(ratio)) => smallest_around(walk.size, walk.scope().ratio(ratio)?),
        (width, height, _) => (width.unwrap_or(own_width), height.unwrap_or(own_height)),
    };
    Ok(if pad.shrink { (width, height) } else { (width.max(own_width), height.max(own_height)) })
}

/// The smallest canvas of a ratio that holds the picture.
fn smallest_around(picture: Size, ratio: f64) -> (u64, u64) {
    let (width, height) = (u64::from(picture.width), u64::from(picture.height));
    let wider = whole_side(height as f64 * ratio, Rounding::Nearest);
    if wider >= width {
        (wider, height)
    } else {
        (width, whole_side(width as f64 / ratio, Rounding::Nearest))
    }
}

/// Where the picture begins on one axis of the canvas; negative if the canvas cuts it.
fn place(align: Align, side: u32, canvas: u32) -> i64 {
    if canvas < side {
        -i64::from(align.cut(side, canvas))
    } else {
        i64::from(align.place(side, canvas))
    }
}
