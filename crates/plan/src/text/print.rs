//! A plan as its canonical text.

mod layer;

use std::fmt::{self, Display, Formatter, Write};

use super::{number::Number, words::Word};
use crate::{
    Anchor, Border, Colorize, Convolve, Corners, Crop, CropAt, Density, Distort, Equalize, Expr,
    Extend, ExtendMode, Fit, Frames, Gradient, Length, Linear, Modulate, Orient, Output,
    OutputFormat, Overflow, Pad, Paint, Plan, Ratio, Rect, ReplaceColor, Resize, Rotate, Shadow,
    Sharpen, Step, Tolerance,
};

impl Display for Plan {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut parts = Separated::new(f, "|");
        if self.orient == Orient::Stored {
            parts.add(&"stored")?;
        }
        if let Frames::One(number) = self.frames {
            parts.add(&format_args!("frame({number})"))?;
        }
        for step in &self.steps {
            parts.add(step)?;
        }
        if parts.is_empty() || self.output != Output::default() {
            parts.add(&self.output)?;
        }
        Ok(())
    }
}

impl Display for Step {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Resize(resize) => resize.fmt(f),
            Self::Crop(crop) => crop.fmt(f),
            Self::Pad(pad) => pad.fmt(f),
            Self::Extend(extend) => extend.fmt(f),
            Self::Rotate(rotate) => rotate.fmt(f),
            Self::FlipHorizontal => f.write_str("flip-horizontal"),
            Self::FlipVertical => f.write_str("flip-vertical"),
            Self::Background(paint) => write!(f, "background({paint})"),
            Self::Opacity(opacity) => write!(f, "opacity({})", Number(*opacity)),
            Self::Blur(sigma) => write!(f, "blur({})", Number(*sigma)),
            Self::BoxBlur => f.write_str("box-blur"),
            Self::Median(side) => write!(f, "median({side})"),
            Self::Convolve(Convolve { width, weights }) => {
                write!(f, "convolve({width},{})", Numbers(weights))
            }
            Self::Sharpen(sharpen) => sharpen.fmt(f),
            Self::Grayscale => f.write_str("grayscale"),
            Self::StretchContrast => f.write_str("stretch-contrast"),
            Self::StretchLightness => f.write_str("stretch-lightness"),
            Self::Equalize(Equalize { width, height, slope }) => {
                write!(f, "equalize({width},{height},{slope})")
            }
            Self::Negate => f.write_str("negate"),
            Self::Linear(Linear { gain, offset }) => {
                write!(f, "linear({})", Numbers(&[*gain, *offset]))
            }
            Self::Gamma(gamma) => write!(f, "gamma({})", Number(*gamma)),
            Self::Threshold(level) => write!(f, "threshold({level})"),
            Self::Modulate(Modulate { lightness, chroma, hue }) => {
                write!(f, "modulate({})", Numbers(&[*lightness, *chroma, *hue]))
            }
            Self::Tint(color) => write!(f, "tint({color})"),
            Self::Recombine(matrix) => write!(f, "recombine({})", Numbers(matrix)),
            Self::Trim(trim) => trim.tolerance.fmt(f),
            Self::Border(Border { width, color }) => write!(f, "border({width},{color})"),
            Self::RoundCorners(corners) => corners.fmt(f),
            Self::Shadow(shadow) => shadow.fmt(f),
            Self::Gradient(Gradient { degrees, from, to, stop }) => {
                write!(f, "gradient({},{from},{to},{stop})", Number(*degrees))
            }
            Self::Colorize(Colorize { color, intensity }) => {
                write!(f, "colorize({color},{})", Number(*intensity))
            }
            Self::Distort(distort) => distort.fmt(f),
            Self::ReplaceColor(replace) => replace.fmt(f),
            Self::Layer(layer) => layer.fmt(f),
            Self::If(branch) => branch.fmt(f),
        }
    }
}

impl Display for Resize {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("resize(")?;
        let mut options = Separated::new(f, ",");
        options.add_box(self.width.as_ref(), self.height.as_ref())?;
        options.add_factors(self.ratio.as_ref(), self.dpr.as_ref())?;
        let has_box = self.ratio.is_some() || (self.width.is_some() && self.height.is_some());
        if has_box || self.fit != Fit::default() {
            options.add_word(self.fit)?;
        }
        options.add_unless_default(self.enlarge)?;
        options.add_anchor(self.anchor)?;
        options.add_unless_default(self.kernel)?;
        options.add_unless_default(self.light)?;
        options.add_unless_default(self.rounding)?;
        options.add_paint(self.background)?;
        f.write_char(')')
    }
}

impl Display for Crop {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("crop(")?;
        let mut options = Separated::new(f, ",");
        options.add_box(self.width.as_ref(), self.height.as_ref())?;
        options.add_factors(self.ratio.as_ref(), self.dpr.as_ref())?;
        match &self.at {
            CropAt::Anchor(anchor) => options.add_anchor(*anchor)?,
            CropAt::TopLeft(x, y) => options.add(&format_args!("at={x}:{y}"))?,
            CropAt::Center(x, y) => {
                options.add(&format_args!(
                    "center={}:{}",
                    OrNothing(x.as_ref()),
                    OrNothing(y.as_ref())
                ))?;
            }
        }
        if self.overflow == Overflow::Reject {
            options.add_word(self.overflow)?;
        }
        f.write_char(')')
    }
}

impl Display for Pad {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("pad(")?;
        let mut options = Separated::new(f, ",");
        options.add_box(self.width.as_ref(), self.height.as_ref())?;
        options.add_factors(self.ratio.as_ref(), self.dpr.as_ref())?;
        options.add_anchor(self.anchor)?;
        if self.shrink {
            options.add(&"shrink")?;
        }
        options.add_paint(self.background)?;
        f.write_char(')')
    }
}

impl Display for Extend {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { top, right, bottom, left, mode } = self;
        write!(f, "extend({top},{right},{bottom},{left},{mode})")
    }
}

impl Display for ExtendMode {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constant(color) => color.fmt(f),
            Self::Replicate | Self::Reflect | Self::Wrap => {
                f.write_str(self.word().unwrap_or_default())
            }
        }
    }
}

impl Display for Rotate {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("rotate(")?;
        let mut options = Separated::new(f, ",");
        options.add(&Number(self.degrees))?;
        options.add_paint(self.background)?;
        f.write_char(')')
    }
}

impl Display for Sharpen {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Simple { strength: 1.0 } => f.write_str("sharpen"),
            Self::Simple { strength } => write!(f, "sharpen({})", Number(*strength)),
            Self::Lab { sigma } => write!(f, "sharpen-lab({})", Number(*sigma)),
            Self::Unsharp(mask) => write!(
                f,
                "unsharp({},{},{},{})",
                Number(mask.radius),
                Number(mask.sigma),
                Number(mask.amount),
                Number(mask.threshold)
            ),
        }
    }
}

impl Display for Tolerance {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percent(percent) => write!(f, "trim({}%)", Number(*percent)),
            Self::Levels(levels) => write!(f, "trim({levels})"),
        }
    }
}

impl Display for Corners {
    #[expect(clippy::float_cmp, reason = "only radii that are exactly equal may share one text")]
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self::Radii { top_left, top_right, bottom_right, bottom_left } = *self else {
            return f.write_str("round(max)");
        };
        let radii = [top_left, top_right, bottom_right, bottom_left];
        let shown = if radii == [top_left; 4] { 1 } else { 4 };
        f.write_str("round(")?;
        let mut arguments = Separated::new(f, ",");
        for radius in &radii[..shown] {
            arguments.add(&Number(*radius))?;
        }
        f.write_char(')')
    }
}

impl Display for Shadow {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let [blur, strength, x, y] = [self.blur, self.strength, self.x, self.y].map(Number);
        write!(f, "shadow({blur},{strength},{x},{y})")
    }
}

impl Display for Distort {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Arc(degrees) => write!(f, "arc({})", Number(*degrees)),
            Self::Perspective(corners) => {
                f.write_str("perspective(")?;
                let mut numbers = Separated::new(f, ",");
                for (x, y) in corners {
                    numbers.add(&Number(*x))?;
                    numbers.add(&Number(*y))?;
                }
                f.write_char(')')
            }
        }
    }
}

impl Display for ReplaceColor {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "replace-color({},{}", self.to, Number(self.tolerance))?;
        if let Some(from) = self.from {
            write!(f, ",{from}")?;
        }
        f.write_char(')')
    }
}

impl Display for Paint {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Solid(color) => color.fmt(f),
            Self::Dominant => f.write_str("dominant"),
            Self::DominantGradient(colors) => {
                write!(f, "dominant-gradient({})", colors.word().unwrap_or_default())
            }
            Self::Blurred { intensity: None, brightness: 0 } => f.write_str("blurred"),
            Self::Blurred { intensity, brightness } => {
                match intensity {
                    Some(intensity) => write!(f, "blurred({intensity}")?,
                    None => f.write_str("blurred(auto")?,
                }
                if *brightness != 0 {
                    write!(f, ",{brightness}")?;
                }
                f.write_char(')')
            }
        }
    }
}

impl Display for Output {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.format.fmt(f)?;
        if *self == (Self { format: self.format, ..Self::default() }) {
            return Ok(());
        }
        f.write_char('(')?;
        let mut options = Separated::new(f, ",");
        if self.keep_format {
            options.add(&"keep-format")?;
        }
        if let Some(quality) = self.quality {
            options.add(&format_args!("q{}", quality.get()))?;
        }
        match self.progressive {
            Some(true) => options.add(&"progressive")?,
            Some(false) => options.add(&"baseline")?,
            None => {}
        }
        if self.lossless {
            options.add(&"lossless")?;
        }
        if self.palette {
            options.add(&"palette")?;
        }
        if self.keep_samples {
            options.add(&"keep-samples")?;
        }
        if self.half_chroma {
            options.add(&"half-chroma")?;
        }
        options.add_unless_default(self.metadata)?;
        options.add_unless_default(self.profile)?;
        match &self.density {
            Some(Density::Dpi(dpi)) => options.add(&format_args!("density={dpi}"))?,
            Some(Density::Expr(expr)) => options.add(&format_args!("density={{{expr}}}"))?,
            None => {}
        }
        if let Some(color) = self.flatten {
            options.add(&color)?;
        }
        f.write_char(')')
    }
}

impl Display for OutputFormat {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Source => "source",
            Self::Is(format) => format.name(),
        })
    }
}

impl Display for Length {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Px(pixels) => Number(*pixels).fmt(f),
            Self::Fraction(fraction) => write!(f, "f{}", Number(*fraction)),
            Self::Thousandths(thousandths) => write!(f, "t{thousandths}"),
            Self::Expr(expr) => write!(f, "{{{expr}}}"),
        }
    }
}

impl Display for Ratio {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => Number(*value).fmt(f),
            Self::Expr(expr) => write!(f, "{{{expr}}}"),
        }
    }
}

impl Display for Expr {
    /// Every operator but the outermost stands in parentheses. What lies deeper than [`Expr::MAX_DEPTH`] prints as
    /// `...`, which cannot be read back.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write_expr(f, self, Self::MAX_DEPTH)
    }
}

fn write_expr(f: &mut Formatter<'_>, expr: &Expr, levels: usize) -> fmt::Result {
    match (expr, levels.checked_sub(1)) {
        (Expr::Number(number), _) => Number(*number).fmt(f),
        (Expr::Variable(variable), _) => f.write_str(variable.word().unwrap_or_default()),
        (Expr::Binary(..), None) => f.write_str("..."),
        (Expr::Binary(left, operator, right), Some(levels)) => {
            write_operand(f, left, levels)?;
            f.write_str(operator.word().unwrap_or_default())?;
            write_operand(f, right, levels)
        }
    }
}

fn write_operand(f: &mut Formatter<'_>, operand: &Expr, levels: usize) -> fmt::Result {
    if !matches!(operand, Expr::Binary(..)) {
        return write_expr(f, operand, levels);
    }
    f.write_char('(')?;
    write_expr(f, operand, levels)?;
    f.write_char(')')
}

/// Numbers with commas between them.
struct Numbers<'a>(&'a [f64]);

impl Display for Numbers<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut numbers = Separated::new(f, ",");
        self.0.iter().try_for_each(|number| numbers.add(&Number(*number)))
    }
}

/// A list with something between its items.
struct Separated<'f, 'a> {
    f: &'f mut Formatter<'a>,
    separator: &'static str,
    is_empty: bool,
}

impl<'f, 'a> Separated<'f, 'a> {
    fn new(f: &'f mut Formatter<'a>, separator: &'static str) -> Self {
        Self { f, separator, is_empty: true }
    }

    fn is_empty(&self) -> bool {
        self.is_empty
    }

    fn add(&mut self, item: &dyn Display) -> fmt::Result {
        if !std::mem::take(&mut self.is_empty) {
            self.f.write_str(self.separator)?;
        }
        item.fmt(self.f)
    }

    fn add_box(&mut self, width: Option<&Length>, height: Option<&Length>) -> fmt::Result {
        self.add(&format_args!("{}x{}", OrNothing(width), OrNothing(height)))
    }

    fn add_factors(&mut self, ratio: Option<&Ratio>, dpr: Option<&Length>) -> fmt::Result {
        if let Some(ratio) = ratio {
            self.add(&format_args!("ratio={ratio}"))?;
        }
        if let Some(dpr) = dpr {
            self.add(&format_args!("dpr={dpr}"))?;
        }
        Ok(())
    }

    fn add_word(&mut self, value: impl Word) -> fmt::Result {
        self.add(&value.word().unwrap_or_default())
    }

    fn add_unless_default<T: Word + Default>(&mut self, value: T) -> fmt::Result {
        if value == T::default() { Ok(()) } else { self.add_word(value) }
    }

    fn add_anchor(&mut self, anchor: Anchor) -> fmt::Result {
        let Anchor::Focus(Rect { x, y, width, height }) = anchor else {
            return self.add_unless_default(anchor);
        };
        self.add(&format_args!("focus({x},{y},{width},{height})"))
    }

    fn add_paint(&mut self, paint: Paint) -> fmt::Result {
        if paint == Paint::default() {
            return Ok(());
        }
        self.add(&paint)
    }
}

/// Nothing where there is no length.
struct OrNothing<'a>(Option<&'a Length>);

impl Display for OrNothing<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |length| length.fmt(f))
    }
}
