//! What a step does to pixels beside their number: `t rt fl e cr bl b r o bg`.

mod arguments;

use library::Operation;
use plan::{
    Border, Color, Colorize, Corners, Distort, Gradient, Length, Paint, ReplaceColor, Rotate,
    Shadow, Sharpen, Step, Tolerance, Trim, UnsharpMask,
};

use super::{
    color,
    expression::{ExpressionError, Scope},
    geometry::set,
    meaning::MeaningError,
    number, operations,
};

/// Percent of the channel range that `t-true` takes for background.
const TRIM: f64 = 10.0;

#[derive(Debug, Default)]
pub(crate) struct Effects {
    trim: Option<Edges>,
    rotation: Option<Rotation>,
    flip: Option<(bool, bool)>,
    contrast: bool,
    grayscale: bool,
    replaced: Option<ReplaceColor>,
    tint: Option<Colorize>,
    sharpen: Option<f64>,
    unsharp: Option<UnsharpMask>,
    blur: Option<f64>,
    gradient: Option<Gradient>,
    distortion: Option<Distort>,
    shadow: Option<Shadow>,
    border: Option<Border>,
    corners: Option<Corners>,
    opacity: Option<f64>,
    pub(crate) background: Option<Paint>,
    /// What a back end is to do before all of this.
    pub(crate) operations: Vec<Operation>,
    /// `bg-genfill`: what a back end is to do after it.
    pub(crate) fill: Option<Operation>,
}

/// `t`.
#[derive(Debug, Clone, Copy)]
enum Edges {
    Keep,
    /// Cut what differs by this much of the channel range at most.
    Cut(f64),
}

#[derive(Debug, Clone, Copy)]
enum Rotation {
    /// As EXIF says, which happens anyway.
    Auto,
    Degrees(f64),
}

impl Effects {
    /// Takes an item. `None`: the key is none of ours. `false`: its value is none, and is ignored.
    pub(crate) fn take(
        &mut self,
        key: &str,
        value: &str,
        scope: Scope,
    ) -> Result<Option<bool>, MeaningError> {
        Ok(Some(match key {
            "t" => set(&mut self.trim, trim(value)),
            "rt" => set(&mut self.rotation, rotation(value)),
            "fl" => set(&mut self.flip, flip(value)),
            "e" => self.effect(value, scope)?,
            "cr" => set(&mut self.replaced, arguments::replace_color(value)),
            "bl" => set(&mut self.blur, number::within(value, 1.0, 100.0)),
            "b" => set(&mut self.border, border(value, scope)?),
            "r" => set(&mut self.corners, corners(value)),
            "o" => set(&mut self.opacity, number::within(value, 0.0, 100.0)),
            "bg" => self.background(value),
            _ => return Ok(None),
        }))
    }

    /// `rt-0`: the picture stays as it is stored.
    pub(crate) fn keeps_stored_orientation(&self) -> bool {
        matches!(self.rotation, Some(Rotation::Degrees(degrees)) if degrees == 0.0)
    }

    /// A picture that is laid onto another loses its edges unless something else was said.
    pub(crate) fn trim_by_default(&mut self) {
        self.trim.get_or_insert(Edges::Cut(TRIM));
    }

    pub(crate) fn has_gradient(&self) -> bool {
        self.gradient.is_some()
    }

    /// What comes before the change of size.
    pub(crate) fn before_resize(&self, steps: &mut Vec<Step>) {
        if let Some(Edges::Cut(percent)) = self.trim {
            steps.push(Step::Trim(Trim { tolerance: Tolerance::Percent(percent) }));
        }
    }

    /// What comes after it and below the layers, in the fixed order of a step.
    pub(crate) fn before_layers(&self, steps: &mut Vec<Step>) {
        if let Some(Rotation::Degrees(degrees)) = self.rotation {
            steps.push(Step::Rotate(Rotate { degrees, background: self.corner_paint() }));
        }
        if let Some((horizontal, vertical)) = self.flip {
            steps.extend(horizontal.then_some(Step::FlipHorizontal));
            steps.extend(vertical.then_some(Step::FlipVertical));
        }
        steps.extend(self.contrast.then_some(Step::StretchContrast));
        steps.extend(self.grayscale.then_some(Step::Grayscale));
        steps.extend(self.replaced.map(Step::ReplaceColor));
        steps.extend(self.tint.map(Step::Colorize));
        steps.extend(self.sharpen.map(|strength| Step::Sharpen(Sharpen::Simple { strength })));
        steps.extend(self.unsharp.map(|mask| Step::Sharpen(Sharpen::Unsharp(mask))));
        // `bl` is a radius; a Gaussian of half of it reaches about that far.
        steps.extend(self.blur.map(|radius| Step::Blur(radius / 2.0)));
        steps.extend(self.gradient.clone().map(Step::Gradient));
        steps.extend(self.distortion.map(Step::Distort));
        // Below what is left of the picture, so behind everything that makes parts of it transparent.
        steps.extend(self.shadow.map(Step::Shadow));
    }

    /// What comes above the layers.
    pub(crate) fn after_layers(self, steps: &mut Vec<Step>) {
        steps.extend(self.border.map(Step::Border));
        steps.extend(self.corners.map(Step::RoundCorners));
        steps.extend(self.opacity.map(|percent| Step::Opacity(percent / 100.0)));
        steps.extend(self.background.map(Step::Background));
    }

    /// The corners that a rotation opens. What stays clear here meets the background at the end of the step, so a
    /// translucent colour must not be laid twice. A blurred picture fills padding only.
    fn corner_paint(&self) -> Paint {
        match self.background {
            None | Some(Paint::Blurred { .. }) => Paint::default(),
            Some(paint) if paint.is_opaque() => paint,
            Some(_) => Paint::default(),
        }
    }

    fn effect(&mut self, value: &str, scope: Scope) -> Result<bool, MeaningError> {
        let (name, argument) = value.split_once('-').unwrap_or((value, ""));
        Ok(match name {
            "grayscale" => {
                self.grayscale = true;
                true
            }
            "contrast" => {
                self.contrast = true;
                true
            }
            "sharpen" => set(&mut self.sharpen, sharpen(argument)),
            "usm" => set(&mut self.unsharp, unsharp(argument)),
            "shadow" => set(&mut self.shadow, arguments::shadow(argument)),
            "gradient" => set(&mut self.gradient, arguments::gradient(argument, scope)?),
            "colorize" => set(&mut self.tint, arguments::colorize(argument)),
            "distort" => set(&mut self.distortion, arguments::distort(argument)),
            _ => {
                let operation = operations::effect(name, argument);
                let is_known = operation.is_some();
                self.operations.extend(operation);
                is_known
            }
        })
    }

    fn background(&mut self, value: &str) -> bool {
        let (name, argument) = value.split_once('-').unwrap_or((value, ""));
        if name != "genfill" {
            return set(&mut self.background, arguments::background(value));
        }
        self.background = Some(Paint::Solid(Color::TRANSPARENT));
        self.fill = Some(operations::operation(operations::FILL, argument));
        true
    }
}

fn trim(text: &str) -> Option<Edges> {
    match number::boolean(text) {
        Some(true) => Some(Edges::Cut(TRIM)),
        Some(false) => Some(Edges::Keep),
        None => number::whole(text, 1, 99).map(|percent| Edges::Cut(f64::from(percent))),
    }
}

fn rotation(text: &str) -> Option<Rotation> {
    if text == "auto" {
        return Some(Rotation::Auto);
    }
    number::signed(text).filter(|degrees| degrees.abs() <= 360.0).map(Rotation::Degrees)
}

fn flip(text: &str) -> Option<(bool, bool)> {
    match text {
        "h" => Some((true, false)),
        "v" => Some((false, true)),
        "h_v" | "v_h" => Some((true, true)),
        _ => None,
    }
}

/// The vendor gives no scale: here the number is how many thirds of the difference from its neighbours a pixel gains, and
/// 5 is the strength without one.
fn sharpen(text: &str) -> Option<f64> {
    match text {
        "" => Some(5.0),
        _ => number::within(text, 1.0, 100.0),
    }
}

/// `<radius>-<sigma>-<amount>-<threshold>`, all above zero.
fn unsharp(text: &str) -> Option<UnsharpMask> {
    let mut values = text.split('-').map(|value| number::plain(value).filter(|value| *value > 0.0));
    let (radius, sigma, amount, threshold) =
        (values.next()??, values.next()??, values.next()??, values.next()??);
    let is_sane = radius <= 100.0 && sigma <= 100.0 && amount <= 100.0 && threshold <= 1.0;
    (values.next().is_none() && is_sane).then_some(UnsharpMask { radius, sigma, amount, threshold })
}

/// `<width>_<colour>` or `<width>-<colour>`; the width may be an expression.
fn border(text: &str, scope: Scope) -> Result<Option<Border>, ExpressionError> {
    let Some((width, name)) = text.rsplit_once(['_', '-']) else { return Ok(None) };
    let Some(color) = color::parse(name) else { return Ok(None) };
    let width: Option<Length> = number::pixels(width, 1, 65_535, scope)?;
    Ok(width.map(|width| Border { width, color }))
}

/// `20`, `max` or `tl_tr_br_bl`.
fn corners(text: &str) -> Option<Corners> {
    if text == "max" {
        return Some(Corners::Max);
    }
    let radius = |text: &str| number::whole(text, 0, 65_535).map(f64::from);
    let mut radii = text.split('_').map(radius);
    let top_left = radii.next()??;
    let Some(top_right) = radii.next() else {
        return Some(Corners::Radii {
            top_left,
            top_right: top_left,
            bottom_right: top_left,
            bottom_left: top_left,
        });
    };
    let corners = Corners::Radii {
        top_left,
        top_right: top_right?,
        bottom_right: radii.next()??,
        bottom_left: radii.next()??,
    };
    radii.next().is_none().then_some(corners)
}
