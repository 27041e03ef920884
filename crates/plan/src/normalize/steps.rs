//! Steps without what cannot matter.

use super::lengths::{BoxFields, normalized_offset};
use crate::{
    Anchor, Border, Crop, CropAt, Enlarge, Fit, Length, Pad, Paint, Resize, Rotate, Rounding, Step,
    Trim, effective,
    symmetry::{Move, Symmetry},
};

pub(super) fn normalized(steps: Vec<Step>) -> Vec<Step> {
    let mut kept = Vec::with_capacity(steps.len());
    for step in steps.into_iter().filter_map(normalized_step) {
        if as_move(&step).is_some() {
            push_move(&mut kept, &step);
        } else {
            kept.push(step);
        }
    }
    kept
}

/// `None` if the step changes nothing, whatever the picture.
fn normalized_step(step: Step) -> Option<Step> {
    Some(match step {
        Step::Resize(resize) => Step::Resize(normalized_resize(resize)?),
        Step::Crop(crop) => Step::Crop(normalized_crop(crop)?),
        Step::Pad(pad) => Step::Pad(normalized_pad(pad)?),
        Step::Extend(extend) => {
            let sides = [extend.top, extend.right, extend.bottom, extend.left];
            return (sides != [0; 4]).then_some(Step::Extend(extend));
        }
        Step::Rotate(rotate) => Step::Rotate(normalized_rotate(rotate)?),
        Step::Background(color) if color.a == 0 => return None,
        Step::Opacity(opacity) => Step::Opacity(effective::opacity(opacity)?),
        Step::Blur(sigma) => Step::Blur(effective::sigma(sigma)?),
        Step::Sharpen(sharpen) => Step::Sharpen(effective::sharpen(sharpen)?),
        Step::Trim(trim) => Step::Trim(Trim { tolerance: effective::tolerance(trim.tolerance) }),
        Step::Border(border) => Step::Border(normalized_border(border)?),
        Step::RoundCorners(corners) => Step::RoundCorners(effective::corners(corners)?),
        step @ (Step::FlipHorizontal
        | Step::FlipVertical
        | Step::Background(_)
        | Step::BoxBlur
        | Step::Grayscale
        | Step::StretchContrast) => step,
    })
}

fn normalized_resize(mut resize: Resize) -> Option<Resize> {
    let mut fields = BoxFields {
        width: &mut resize.width,
        height: &mut resize.height,
        ratio: &mut resize.ratio,
        dpr: &mut resize.dpr,
    };
    if fields.is_empty() {
        return None;
    }
    fields.normalize(resize.rounding);
    let has_box = resize.ratio.is_some() || (resize.width.is_some() && resize.height.is_some());
    if !has_box {
        resize.fit = Fit::default();
        resize.anchor = Anchor::default();
    }
    if !has_box || resize.fit != Fit::Contain {
        resize.background = Paint::default();
    }
    match resize.fit {
        Fit::Cover => {}
        Fit::Contain => resize.anchor = placing(resize.anchor),
        Fit::Fill | Fit::Inside | Fit::Outside => resize.anchor = Anchor::default(),
    }
    if is_rounded_already(&resize) {
        resize.rounding = Rounding::default();
    }
    Some(resize)
}

/// Whether every side of the result is given in pixels, so that nothing is left to round.
fn is_rounded_already(resize: &Resize) -> bool {
    let is_box = matches!(
        (&resize.width, &resize.height, &resize.dpr),
        (Some(Length::Px(_)), Some(Length::Px(_)), None)
    );
    is_box
        && match resize.fit {
            Fit::Fill => true,
            Fit::Cover => resize.enlarge == Enlarge::Allowed,
            Fit::Contain | Fit::Inside | Fit::Outside => false,
        }
}

fn normalized_crop(mut crop: Crop) -> Option<Crop> {
    crop.at = match crop.at {
        CropAt::Anchor(anchor) => CropAt::Anchor(anchor),
        CropAt::TopLeft(x, y) => CropAt::TopLeft(normalized_offset(x), normalized_offset(y)),
        CropAt::Center(None, None) => CropAt::default(),
        CropAt::Center(x, y) => CropAt::Center(x.map(normalized_offset), y.map(normalized_offset)),
    };
    let mut fields = BoxFields {
        width: &mut crop.width,
        height: &mut crop.height,
        ratio: &mut crop.ratio,
        dpr: &mut crop.dpr,
    };
    let is_whole = match &crop.at {
        CropAt::Anchor(_) => true,
        CropAt::TopLeft(x, y) => [x, y].into_iter().all(|offset| *offset == Length::Px(0.0)),
        CropAt::Center(..) => false,
    };
    if fields.is_empty() && is_whole {
        return None;
    }
    fields.normalize(Rounding::Nearest);
    Some(crop)
}

fn normalized_pad(mut pad: Pad) -> Option<Pad> {
    let mut fields = BoxFields {
        width: &mut pad.width,
        height: &mut pad.height,
        ratio: &mut pad.ratio,
        dpr: &mut pad.dpr,
    };
    if fields.is_empty() {
        return None;
    }
    fields.normalize(Rounding::Nearest);
    pad.anchor = match pad.anchor {
        Anchor::Attention => Anchor::Center,
        anchor if !pad.shrink => placing(anchor),
        anchor => anchor,
    };
    Some(pad)
}

/// Where something is only placed there is nothing to look at.
fn placing(anchor: Anchor) -> Anchor {
    match anchor {
        Anchor::Focus(_) | Anchor::Custom | Anchor::Attention => Anchor::Center,
        anchor => anchor,
    }
}

fn normalized_rotate(rotate: Rotate) -> Option<Rotate> {
    let degrees = effective::degrees(rotate.degrees);
    match effective::quarter_turns(degrees) {
        Some(0) => None,
        Some(_) => Some(Rotate { degrees, background: Paint::default() }),
        None => Some(Rotate { degrees, ..rotate }),
    }
}

fn normalized_border(border: Border) -> Option<Border> {
    let is_computed = matches!(border.width, Length::Expr(_));
    let width = match normalized_offset(border.width) {
        // An expression is at least 1, also when it is constant.
        Length::Px(pixels) if is_computed => Length::Px(pixels.max(1.0)),
        Length::Px(pixels) if pixels > 0.0 => Length::Px(pixels),
        Length::Px(_) | Length::Thousandths(0) => return None,
        width => width,
    };
    Some(Border { width, color: border.color })
}

/// Joins a turn or mirroring with those right before it.
fn push_move(kept: &mut Vec<Step>, step: &Step) {
    let mut run: Vec<Move> = as_move(step).into_iter().collect();
    while let Some(earlier) = kept.last().and_then(as_move) {
        run.push(earlier);
        kept.pop();
    }
    let symmetry = run.into_iter().rev().fold(Symmetry::default(), Symmetry::then);
    kept.extend(symmetry.moves().map(|next| match next {
        Move::Turn(turns) => {
            Step::Rotate(Rotate { degrees: 90.0 * f64::from(turns), background: Paint::default() })
        }
        Move::FlipHorizontal => Step::FlipHorizontal,
        Move::FlipVertical => Step::FlipVertical,
    }));
}

fn as_move(step: &Step) -> Option<Move> {
    match step {
        Step::Rotate(rotate) => effective::quarter_turns(rotate.degrees).map(Move::Turn),
        Step::FlipHorizontal => Some(Move::FlipHorizontal),
        Step::FlipVertical => Some(Move::FlipVertical),
        _ => None,
    }
}
