//! Sizes, crop modes and offsets of one step: `w h ar dpr c cm x y xc yc fo`.

use plan::{
    Anchor, Color, Crop, CropAt, Enlarge, Fit, Length, Overflow, Pad, Paint, Ratio, Resize, Step,
};

use super::{
    expression::{self, ExpressionError, Scope},
    focus,
    hints::Hints,
    number,
};

/// Sides above this are ignored, as documented.
const MAX_SIDE: u32 = 65_535;

#[derive(Debug, Default)]
pub(crate) struct Geometry {
    width: Option<Length>,
    height: Option<Length>,
    ratio: Option<Ratio>,
    dpr: Option<Length>,
    strategy: Option<Strategy>,
    mode: Option<Mode>,
    x: Option<Length>,
    y: Option<Length>,
    center_x: Option<Length>,
    center_y: Option<Length>,
    anchor: Option<Anchor>,
}

/// `c`.
#[derive(Debug, Clone, Copy)]
enum Strategy {
    MaintainRatio,
    Force,
    AtMax,
    AtMaxEnlarge,
    AtLeast,
    MaintainRatioNoEnlarge,
}

/// `cm`; wins over `c`.
#[derive(Debug, Clone, Copy)]
enum Mode {
    Extract,
    PadResize,
    PadResizeNoEnlarge,
    PadExtract,
    PadExtractNoShrink,
}

impl Geometry {
    /// Takes an item. `None`: the key is none of ours. `false`: its value is none, and is ignored.
    pub(crate) fn take(
        &mut self,
        key: &str,
        value: &str,
        hints: &mut Hints,
        scope: Scope,
    ) -> Result<Option<bool>, ExpressionError> {
        Ok(Some(match key {
            "w" if value == "auto" => set(&mut self.width, hints.width().map(px)),
            "w" => set(&mut self.width, side(value, scope)?),
            "h" => set(&mut self.height, side(value, scope)?),
            "ar" => set(&mut self.ratio, ratio(value, scope)?),
            "dpr" if value == "auto" => set(&mut self.dpr, hints.dpr().map(Length::Px)),
            "dpr" => set(&mut self.dpr, dpr(value, scope)?),
            "c" => set(&mut self.strategy, strategy(value)),
            "cm" => set(&mut self.mode, mode(value)),
            "x" => set(&mut self.x, number::pixels(value, 0, MAX_SIDE, scope)?),
            "y" => set(&mut self.y, number::pixels(value, 0, MAX_SIDE, scope)?),
            "xc" => set(&mut self.center_x, number::pixels(value, 0, MAX_SIDE, scope)?),
            "yc" => set(&mut self.center_y, number::pixels(value, 0, MAX_SIDE, scope)?),
            "fo" => set(&mut self.anchor, Some(focus::parse(value))),
            _ => return Ok(None),
        }))
    }

    /// Takes the two sides away, for what is drawn at that size.
    pub(crate) fn take_sides(&mut self) -> (Option<Length>, Option<Length>) {
        (self.width.take(), self.height.take())
    }

    /// The step that these keys mean together, if any.
    pub(crate) fn into_step(mut self, background: Option<Paint>) -> Option<Step> {
        // A ratio needs exactly one side to start from.
        if self.width.is_some() == self.height.is_some() {
            self.ratio = None;
        }
        match self.mode {
            Some(Mode::Extract) => self.extract(),
            Some(Mode::PadExtract) => self.pad(background, true),
            Some(Mode::PadExtractNoShrink) => self.pad(background, false),
            Some(Mode::PadResize) => self.resize(Fit::Contain, Enlarge::Allowed, background),
            Some(Mode::PadResizeNoEnlarge) => self.resize(Fit::Contain, Enlarge::Never, background),
            None => {
                let (fit, enlarge) = match self.strategy.unwrap_or(Strategy::MaintainRatio) {
                    Strategy::MaintainRatio => (Fit::Cover, Enlarge::Allowed),
                    Strategy::Force => (Fit::Fill, Enlarge::Allowed),
                    Strategy::AtMax => (Fit::Inside, Enlarge::Never),
                    Strategy::AtMaxEnlarge => (Fit::Inside, Enlarge::Allowed),
                    Strategy::AtLeast => (Fit::Outside, Enlarge::Allowed),
                    Strategy::MaintainRatioNoEnlarge => (Fit::Cover, Enlarge::Never),
                };
                self.resize(fit, enlarge, background)
            }
        }
    }

    fn has_no_side(&self) -> bool {
        self.width.is_none() && self.height.is_none()
    }

    fn resize(self, fit: Fit, enlarge: Enlarge, background: Option<Paint>) -> Option<Step> {
        if self.has_no_side() {
            return None;
        }
        let anchor = self.anchor.unwrap_or_default();
        let is_padded = fit == Fit::Contain;
        Some(Step::Resize(Resize {
            width: self.width,
            height: self.height,
            ratio: self.ratio,
            dpr: self.dpr,
            fit,
            enlarge,
            anchor: if is_padded { focus::in_padding(anchor) } else { anchor },
            background: if is_padded { padding(background) } else { Paint::default() },
            ..Resize::default()
        }))
    }

    fn extract(self) -> Option<Step> {
        let has_corner = self.x.is_some() || self.y.is_some();
        let has_center = self.center_x.is_some() || self.center_y.is_some();
        if self.has_no_side() && !has_corner {
            return None;
        }
        let (at, overflow) = if has_corner {
            let corner = |offset: Option<Length>| offset.unwrap_or(Length::Px(0.0));
            (CropAt::TopLeft(corner(self.x), corner(self.y)), Overflow::Clamp)
        } else if has_center {
            // Documented: such a crop fails where it reaches outside.
            (CropAt::Center(self.center_x, self.center_y), Overflow::Reject)
        } else {
            (CropAt::Anchor(self.anchor.unwrap_or_default()), Overflow::Clamp)
        };
        Some(Step::Crop(Crop {
            width: self.width,
            height: self.height,
            ratio: self.ratio,
            dpr: self.dpr,
            at,
            overflow,
        }))
    }

    fn pad(self, background: Option<Paint>, shrink: bool) -> Option<Step> {
        if self.has_no_side() {
            return None;
        }
        Some(Step::Pad(Pad {
            width: self.width,
            height: self.height,
            ratio: self.ratio,
            dpr: self.dpr,
            anchor: focus::in_padding(self.anchor.unwrap_or_default()),
            background: padding(unblurred(background)),
            shrink,
        }))
    }
}

/// Keeps what was there when an item is to be ignored; tells whether it is not.
pub(crate) fn set<T>(slot: &mut Option<T>, value: Option<T>) -> bool {
    let is_value = value.is_some();
    if is_value {
        *slot = value;
    }
    is_value
}

/// Padding is black unless told otherwise. A translucent colour is laid under everything at the end of the step;
/// filling the padding with it as well would count it twice.
fn padding(background: Option<Paint>) -> Paint {
    match background {
        None => Paint::Solid(Color::BLACK),
        Some(paint) if paint.is_opaque() => paint,
        Some(_) => Paint::Solid(Color::TRANSPARENT),
    }
}

/// The blurred picture stands behind itself where it is scaled to fit; around an unscaled one it is not known.
fn unblurred(background: Option<Paint>) -> Option<Paint> {
    background.filter(|paint| !matches!(paint, Paint::Blurred { .. }))
}

fn px(side: u32) -> Length {
    Length::Px(f64::from(side))
}

/// Whole pixels from 1, a fraction of the input below 1, or an expression.
fn side(text: &str, scope: Scope) -> Result<Option<Length>, ExpressionError> {
    match number::plain(text) {
        Some(value) if value > 0.0 && value < 1.0 => Ok(Some(Length::Fraction(value))),
        _ => number::pixels(text, 1, MAX_SIDE, scope),
    }
}

fn dpr(text: &str, scope: Scope) -> Result<Option<Length>, ExpressionError> {
    match number::plain(text) {
        Some(_) => Ok(number::within(text, 0.1, 5.0).map(Length::Px)),
        None => Ok(expression::parse(text, scope)?.map(Length::Expr)),
    }
}

/// `4-3`, `4_3`, `1.33` or an expression.
fn ratio(text: &str, scope: Scope) -> Result<Option<Ratio>, ExpressionError> {
    let sides = text.split_once('-').or_else(|| text.split_once('_'));
    if let Some((width, height)) = sides
        && let (Some(width), Some(height)) = (number::plain(width), number::plain(height))
    {
        return Ok(positive(width / height));
    }
    match number::plain(text) {
        Some(value) => Ok(positive(value)),
        None => Ok(expression::parse(text, scope)?.map(Ratio::Expr)),
    }
}

fn positive(value: f64) -> Option<Ratio> {
    (value.is_finite() && value > 0.0).then_some(Ratio::Value(value))
}

fn strategy(text: &str) -> Option<Strategy> {
    Some(match text {
        "maintain_ratio" => Strategy::MaintainRatio,
        "force" => Strategy::Force,
        "at_max" => Strategy::AtMax,
        "at_max_enlarge" => Strategy::AtMaxEnlarge,
        "at_least" => Strategy::AtLeast,
        "maintain_ratio_no_enlarge" => Strategy::MaintainRatioNoEnlarge,
        _ => return None,
    })
}

fn mode(text: &str) -> Option<Mode> {
    Some(match text {
        "extract" => Mode::Extract,
        "pad_resize" => Mode::PadResize,
        "pad_resize_no_enlarge" => Mode::PadResizeNoEnlarge,
        "pad_extract" => Mode::PadExtract,
        "pad_extract_no_shrink" => Mode::PadExtractNoShrink,
        _ => return None,
    })
}
