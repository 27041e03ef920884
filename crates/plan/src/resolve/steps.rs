//! The steps of a plan, one after the other.

use super::{
    Action, Context, Deferred, Overlay, Resolved, actions::Walk, condition, crop, pad, resize,
    scope::checked,
};
use crate::{Border, Corners, Extend, Gradient, ResolveError, Rotate, Size, Step, effective};

/// Resolves `steps` for a picture of size `input`, as far as that can be done without pixels.
pub(super) fn run(steps: &[Step], input: Size, context: Context) -> Result<Resolved, ResolveError> {
    let mut walk = Walk { context: &context, actions: Vec::new(), size: input };
    let mut deferred = None;
    // The list itself, and upon it the branches that have been taken.
    let mut lists = vec![steps.iter()];
    while let Some(list) = lists.last_mut() {
        let Some(step) = list.next() else {
            lists.pop();
            continue;
        };
        if let Step::If(branch) = step {
            lists.push(condition::taken(branch, &walk.scope()).iter());
            continue;
        }
        run_step(step, &mut walk)?;
        if matches!(step, Step::Trim(_)) {
            let rest: Vec<Step> =
                lists.iter().rev().flat_map(std::slice::Iter::as_slice).cloned().collect();
            if !rest.is_empty() {
                deferred = Some(Deferred { steps: rest, context });
                break;
            }
        }
    }
    let Walk { actions, size, .. } = walk;
    // With deferred steps the picture may yet become smaller; they are checked when they run.
    if deferred.is_none() {
        checked(size.width.into(), size.height.into(), &context.limits)?;
    }
    Ok(Resolved { orientation: 1, input, actions, size, deferred })
}

fn run_step(step: &Step, walk: &mut Walk<'_>) -> Result<(), ResolveError> {
    let effect = match step {
        Step::Resize(resize) => return resize::run(resize, walk),
        Step::Crop(crop) => return crop::run(crop, walk),
        Step::Pad(pad) => return pad::run(pad, walk),
        Step::Extend(extend) => return run_extend(extend, walk),
        Step::Rotate(rotate) => return run_rotate(*rotate, walk),
        Step::Border(border) => return run_border(border, walk),
        Step::FlipHorizontal => Some(Action::FlipHorizontal),
        Step::FlipVertical => Some(Action::FlipVertical),
        Step::Gradient(gradient) => return run_gradient(gradient, walk),
        Step::Background(paint) => effective::background(*paint).map(Action::Background),
        Step::Opacity(opacity) => effective::opacity(*opacity).map(Action::Opacity),
        Step::Blur(sigma) => effective::sigma(*sigma).map(Action::Blur),
        Step::BoxBlur => Some(Action::BoxBlur),
        Step::Median(side) => effective::median(*side).map(Action::Median),
        Step::Convolve(kernel) => effective::convolve(kernel.clone()).map(Action::Convolve),
        Step::Sharpen(sharpen) => effective::sharpen(*sharpen).map(Action::Sharpen),
        Step::Grayscale => Some(Action::Grayscale),
        Step::StretchContrast => Some(Action::StretchContrast),
        Step::StretchLightness => Some(Action::StretchLightness),
        Step::Equalize(equalize) => Some(Action::Equalize(effective::equalize(*equalize))),
        Step::Negate => Some(Action::Negate),
        Step::Linear(linear) => effective::linear(*linear).map(Action::Linear),
        Step::Gamma(gamma) => effective::gamma(*gamma).map(Action::Gamma),
        Step::Threshold(level) => Some(Action::Threshold(*level)),
        Step::Modulate(modulate) => effective::modulate(*modulate).map(Action::Modulate),
        Step::Tint(color) => Some(Action::Tint(effective::tint(*color))),
        Step::Recombine(matrix) => Some(Action::Recombine(*matrix)),
        Step::Trim(trim) => Some(Action::Trim(effective::tolerance(trim.tolerance))),
        Step::RoundCorners(corners) => {
            effective::corners(*corners).map(|corners| limited(corners, walk.size))
        }
        Step::Shadow(shadow) => effective::shadow(*shadow).map(Action::Shadow),
        Step::Colorize(colorize) => effective::colorize(*colorize).map(Action::Colorize),
        Step::Distort(distort) => effective::distort(*distort).map(Action::Distort),
        Step::ReplaceColor(replace) => {
            Some(Action::ReplaceColor(effective::replace_color(*replace)))
        }
        Step::Layer(layer) => {
            let overlay = Overlay::new(layer, walk.size, walk.context.limits);
            Some(Action::Layer(Box::new(overlay)))
        }
        // The caller runs the steps of the branch that is taken.
        Step::If(_) => None,
    };
    if let Some(action) = effect {
        walk.push(action, walk.size);
    }
    Ok(())
}

fn run_extend(extend: &Extend, walk: &mut Walk<'_>) -> Result<(), ResolveError> {
    let Extend { top, right, bottom, left, mode } = *extend;
    if [top, right, bottom, left] == [0; 4] {
        return Ok(());
    }
    let sum = |sides: [u32; 3]| sides.into_iter().map(u64::from).sum();
    let width = sum([left, walk.size.width, right]);
    let height = sum([top, walk.size.height, bottom]);
    let size = checked(width, height, &walk.context.limits)?;
    walk.push(Action::Extend { top, right, bottom, left, mode }, size);
    Ok(())
}

fn run_rotate(rotate: Rotate, walk: &mut Walk<'_>) -> Result<(), ResolveError> {
    let Size { width, height } = walk.size;
    if let Some(turns) = effective::quarter_turns(rotate.degrees) {
        let size = if turns % 2 == 1 { walk.size.turned() } else { walk.size };
        if turns > 0 {
            walk.push(Action::Turn(turns), size);
        }
        return Ok(());
    }
    let degrees = effective::degrees(rotate.degrees);
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (width, height) = (f64::from(width), f64::from(height));
    let side = |length: f64| length.round().max(1.0) as u64;
    let to = checked(
        side(width * cos.abs() + height * sin.abs()),
        side(width * sin.abs() + height * cos.abs()),
        &walk.context.limits,
    )?;
    let background = effective::paint(rotate.background);
    walk.push(Action::Rotate { degrees, to, background }, to);
    Ok(())
}

fn run_gradient(gradient: &Gradient, walk: &mut Walk<'_>) -> Result<(), ResolveError> {
    let Gradient { degrees, from, to, ref stop } = *gradient;
    if from.a == 0 && to.a == 0 {
        return Ok(());
    }
    let degrees = effective::degrees(degrees);
    let (sin, cos) = degrees.to_radians().sin_cos();
    let Size { width, height } = walk.size;
    let way = f64::from(width) * sin.abs() + f64::from(height) * cos.abs();
    let stop = walk.scope().distance(stop, way)?;
    walk.push(Action::Gradient { degrees, from, to, stop }, walk.size);
    Ok(())
}

fn run_border(border: &Border, walk: &mut Walk<'_>) -> Result<(), ResolveError> {
    let width = walk.scope().thickness(&border.width)?;
    if width == 0 {
        return Ok(());
    }
    let side = |length: u32| u64::from(length) + 2 * width;
    let size = checked(side(walk.size.width), side(walk.size.height), &walk.context.limits)?;
    let action = Action::Border { width: width as u32, color: border.color };
    walk.push(action, size);
    Ok(())
}

/// Radii that fit into the picture.
fn limited(corners: Corners, picture: Size) -> Action {
    let Corners::Radii { top_left, top_right, bottom_right, bottom_left } = corners else {
        return Action::RoundCorners(corners);
    };
    let most = f64::from(picture.width.min(picture.height)) / 2.0;
    Action::RoundCorners(Corners::Radii {
        top_left: top_left.min(most),
        top_right: top_right.min(most),
        bottom_right: bottom_right.min(most),
        bottom_left: bottom_left.min(most),
    })
}
