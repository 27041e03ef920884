//! Steps without what cannot matter.

use super::{
    layer,
    lengths::{BoxFields, normalized_offset, normalized_stop},
};
use crate::{
    Anchor, Border, Branch, Crop, CropAt, Enlarge, Fit, Gradient, Length, Pad, Paint, Resize,
    Rotate, Rounding, Step, Trim, effective,
    symmetry::{Move, Symmetry},
};

pub(super) fn normalized(steps: Vec<Step>) -> Vec<Step> {
    let mut kept = Vec::with_capacity(steps.len());
    for step in steps {
        match step {
            Step::If(branch) => push_branch(&mut kept, *branch),
            step => {
                if let Some(step) = normalized_step(step) {
                    push(&mut kept, step);
                }
            }
        }
    }
    kept
}

fn push(kept: &mut Vec<Step>, step: Step) {
    if as_move(&step).is_some() {
        push_move(kept, &step);
    } else {
        kept.push(step);
    }
}

/// A condition that decides nothing goes.
fn push_branch(kept: &mut Vec<Step>, branch: Branch) {
    let then = normalized(branch.then);
    let otherwise = normalized(branch.otherwise);
    if then == otherwise {
        for step in then {
            push(kept, step);
        }
    } else {
        kept.push(Step::If(Box::new(Branch { then, otherwise, ..branch })));
    }
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
        Step::Background(paint) => Step::Background(effective::background(paint)?),
        Step::Opacity(opacity) => Step::Opacity(effective::opacity(opacity)?),
        Step::Blur(sigma) => Step::Blur(effective::sigma(sigma)?),
        Step::Median(side) => Step::Median(effective::median(side)?),
        Step::Convolve(kernel) => Step::Convolve(effective::convolve(kernel)?),
        Step::Sharpen(sharpen) => Step::Sharpen(effective::sharpen(sharpen)?),
        Step::Equalize(equalize) => Step::Equalize(effective::equalize(equalize)),
        Step::Linear(linear) => Step::Linear(effective::linear(linear)?),
        Step::Gamma(gamma) => Step::Gamma(effective::gamma(gamma)?),
        Step::Modulate(modulate) => Step::Modulate(effective::modulate(modulate)?),
        Step::Tint(color) => Step::Tint(effective::tint(color)),
        Step::Trim(trim) => Step::Trim(Trim { tolerance: effective::tolerance(trim.tolerance) }),
        Step::Border(border) => Step::Border(normalized_border(border)?),
        Step::RoundCorners(corners) => Step::RoundCorners(effective::corners(corners)?),
        Step::Shadow(shadow) => Step::Shadow(effective::shadow(shadow)?),
        Step::Gradient(gradient) => Step::Gradient(normalized_gradient(gradient)?),
        Step::Colorize(colorize) => Step::Colorize(effective::colorize(colorize)?),
        Step::Distort(distort) => Step::Distort(effective::distort(distort)?),
        Step::ReplaceColor(replace) => Step::ReplaceColor(effective::replace_color(replace)),
        Step::Layer(content) => Step::Layer(Box::new(layer::normalized(*content))),
        // Its caller has taken this one aside, because it may become several steps.
        step @ (Step::If(_)
        | Step::FlipHorizontal
        | Step::FlipVertical
        | Step::BoxBlur
        | Step::Grayscale
        | Step::StretchContrast
        | Step::StretchLightness
        | Step::Negate
        | Step::Threshold(_)
        | Step::Recombine(_)) => step,
    })
}

fn normalized_resize(mut resize: Resize) -> Option<Resize> {
    let mut fields = BoxFields {
        width: &mut resize.width,
        height: &mut resize.height,
        ratio: &mut resize.ratio,
        dpr: &mut resize.dpr,
        keeps_ratio: true,
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
    resize.background = if has_box && resize.fit == Fit::Contain {
        effective::paint(resize.background)
    } else {
        Paint::default()
    };
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
        keeps_ratio: false,
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
        keeps_ratio: false,
    };
    if fields.is_empty() {
        return None;
    }
    fields.normalize(Rounding::Nearest);
    pad.background = effective::paint(pad.background);
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
        None => Some(Rotate { degrees, background: effective::paint(rotate.background) }),
    }
}

fn normalized_gradient(gradient: Gradient) -> Option<Gradient> {
    let Gradient { degrees, from, to, stop } = gradient;
    (from.a > 0 || to.a > 0).then(|| Gradient {
        degrees: effective::degrees(degrees),
        from,
        to,
        stop: normalized_stop(stop),
    })
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
