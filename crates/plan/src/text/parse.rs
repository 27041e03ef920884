//! A plan from its canonical text.

mod effect;
mod layer;

use std::str::FromStr;

use super::{
    MAX_LENGTH,
    scanner::Scanner,
    words::{self, Word},
};
use crate::{
    Anchor, Border, Branch, Corners, Crop, CropAt, Density, Distort, Expr, Extend, ExtendMode,
    Frames, GradientColors, Layer, Length, Metadata, Operator, Orient, Output, OutputFormat,
    Overflow, Pad, Paint, ParseError, Plan, Profile, Quality, Ratio, Rect, Resize, Rotate, Sharpen,
    Step, Tolerance, Trim, UnsharpMask, Variable,
};

impl FromStr for Plan {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let mut scanner = Scanner::new(text);
        if text.len() > MAX_LENGTH {
            return Err(scanner.error("at most 65536 bytes of text"));
        }
        let mut plan = Self::default();
        loop {
            let start = scanner.clone();
            let name = scanner.word();
            match name {
                "stored" if plan == Self::default() => plan.orient = Orient::Stored,
                "frame" if plan.frames == Frames::All && plan.steps.is_empty() => {
                    plan.frames = frame(&mut scanner)?;
                }
                _ => {
                    let Some(step) = step(&mut scanner, name, Room::default())? else {
                        plan.output = output(&mut scanner, &start, name)?;
                        return finish(&scanner, "the end, since the output comes last", plan);
                    };
                    plan.steps.push(step);
                }
            }
            if !scanner.eat(b'|') {
                return finish(&scanner, "`|` or the end", plan);
            }
        }
    }
}

fn finish(scanner: &Scanner<'_>, expected: &'static str, plan: Plan) -> Result<Plan, ParseError> {
    if scanner.is_at_end() { Ok(plan) } else { Err(scanner.error(expected)) }
}

fn frame(scanner: &mut Scanner<'_>) -> Result<Frames, ParseError> {
    arguments(scanner, |scanner| {
        scanner.integer("a frame or page, counted from 1").map(Frames::One)
    })
}

/// How many layers and branches may still be nested, so that reading recurses no deeper.
#[derive(Clone, Copy)]
struct Room {
    layers: usize,
    branches: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self { layers: Layer::MAX_NESTING, branches: Branch::MAX_NESTING }
    }
}

/// Steps with `|` between them, at least one.
fn steps(scanner: &mut Scanner<'_>, room: Room) -> Result<Vec<Step>, ParseError> {
    let mut steps = Vec::new();
    loop {
        let start = scanner.clone();
        let name = scanner.word();
        steps.push(step(scanner, name, room)?.ok_or_else(|| start.error("a step"))?);
        if !scanner.eat(b'|') {
            return Ok(steps);
        }
    }
}

/// The step of this name; `None` if no step has it.
fn step(scanner: &mut Scanner<'_>, name: &str, room: Room) -> Result<Option<Step>, ParseError> {
    Ok(Some(match name {
        "resize" => Step::Resize(arguments(scanner, resize)?),
        "crop" => Step::Crop(arguments(scanner, crop)?),
        "pad" => Step::Pad(arguments(scanner, pad)?),
        "extend" => Step::Extend(arguments(scanner, extend)?),
        "rotate" => Step::Rotate(arguments(scanner, rotate)?),
        "flip-horizontal" => Step::FlipHorizontal,
        "flip-vertical" => Step::FlipVertical,
        "background" => Step::Background(arguments(scanner, paint)?),
        "opacity" => Step::Opacity(arguments(scanner, Scanner::number)?),
        "blur" => Step::Blur(arguments(scanner, Scanner::number)?),
        "box-blur" => Step::BoxBlur,
        "median" => {
            Step::Median(arguments(scanner, |scanner| scanner.integer("a side in pixels"))?)
        }
        "convolve" => Step::Convolve(arguments(scanner, effect::convolve)?),
        "sharpen" => Step::Sharpen(sharpen(scanner)?),
        "sharpen-lab" => {
            Step::Sharpen(Sharpen::Lab { sigma: arguments(scanner, Scanner::number)? })
        }
        "unsharp" => Step::Sharpen(Sharpen::Unsharp(arguments(scanner, unsharp)?)),
        "grayscale" => Step::Grayscale,
        "stretch-contrast" => Step::StretchContrast,
        "stretch-lightness" => Step::StretchLightness,
        "equalize" => Step::Equalize(arguments(scanner, effect::equalize)?),
        "negate" => Step::Negate,
        "linear" => Step::Linear(arguments(scanner, effect::linear)?),
        "gamma" => Step::Gamma(arguments(scanner, Scanner::number)?),
        "threshold" => {
            Step::Threshold(arguments(scanner, |scanner| scanner.integer("a level of 0 to 255"))?)
        }
        "modulate" => Step::Modulate(arguments(scanner, effect::modulate)?),
        "tint" => Step::Tint(arguments(scanner, Scanner::color)?),
        "recombine" => Step::Recombine(arguments(scanner, effect::numbers)?),
        "trim" => Step::Trim(Trim { tolerance: arguments(scanner, tolerance)? }),
        "border" => Step::Border(arguments(scanner, border)?),
        "round" => Step::RoundCorners(arguments(scanner, corners)?),
        "shadow" => Step::Shadow(arguments(scanner, effect::shadow)?),
        "gradient" => Step::Gradient(arguments(scanner, effect::gradient)?),
        "colorize" => Step::Colorize(arguments(scanner, effect::colorize)?),
        "arc" => Step::Distort(Distort::Arc(arguments(scanner, Scanner::number)?)),
        "perspective" => Step::Distort(arguments(scanner, effect::perspective)?),
        "replace-color" => Step::ReplaceColor(arguments(scanner, effect::replace_color)?),
        "layer" => Step::Layer(Box::new(layer::layer(scanner, room)?)),
        "if" => Step::If(Box::new(effect::branch(scanner, room)?)),
        _ => return Ok(None),
    }))
}

fn resize(scanner: &mut Scanner<'_>) -> Result<Resize, ParseError> {
    let (width, height) = size(scanner)?;
    let mut resize = Resize { width, height, ..Resize::default() };
    while scanner.eat(b',') {
        if let Some(paint) = paint_option(scanner)? {
            resize.background = paint;
            continue;
        }
        let start = scanner.clone();
        let word = scanner.word();
        if box_option(scanner, word, &mut resize.ratio, &mut resize.dpr)?
            || set(&mut resize.fit, word)
            || set(&mut resize.enlarge, word)
            || set(&mut resize.kernel, word)
            || set(&mut resize.light, word)
            || set(&mut resize.rounding, word)
        {
            continue;
        }
        resize.anchor = anchor(scanner, word)?.ok_or_else(|| start.error("an option of resize"))?;
    }
    Ok(resize)
}

fn crop(scanner: &mut Scanner<'_>) -> Result<Crop, ParseError> {
    let (width, height) = size(scanner)?;
    let mut crop = Crop { width, height, ..Crop::default() };
    while scanner.eat(b',') {
        let start = scanner.clone();
        match scanner.word() {
            "at" => {
                scanner.expect(b'=', "`=`")?;
                let x = length(scanner)?;
                scanner.expect(b':', "`:`")?;
                crop.at = CropAt::TopLeft(x, length(scanner)?);
            }
            "center" if scanner.eat(b'=') => {
                let x = length_before(scanner, b":")?;
                scanner.expect(b':', "`:`")?;
                crop.at = CropAt::Center(x, length_before(scanner, b",)")?);
            }
            word if box_option(scanner, word, &mut crop.ratio, &mut crop.dpr)? => {}
            word => match (Overflow::from_word(word), anchor(scanner, word)?) {
                (Some(overflow), _) => crop.overflow = overflow,
                (None, Some(anchor)) => crop.at = CropAt::Anchor(anchor),
                (None, None) => return Err(start.error("an option of crop")),
            },
        }
    }
    Ok(crop)
}

fn pad(scanner: &mut Scanner<'_>) -> Result<Pad, ParseError> {
    let (width, height) = size(scanner)?;
    let mut pad = Pad { width, height, ..Pad::default() };
    while scanner.eat(b',') {
        if let Some(paint) = paint_option(scanner)? {
            pad.background = paint;
            continue;
        }
        let start = scanner.clone();
        match scanner.word() {
            "shrink" => pad.shrink = true,
            word if box_option(scanner, word, &mut pad.ratio, &mut pad.dpr)? => {}
            word => {
                pad.anchor =
                    anchor(scanner, word)?.ok_or_else(|| start.error("an option of pad"))?;
            }
        }
    }
    Ok(pad)
}

fn extend(scanner: &mut Scanner<'_>) -> Result<Extend, ParseError> {
    let mut side = || {
        let pixels = scanner.integer("a number of pixels")?;
        scanner.expect(b',', "`,`")?;
        Ok(pixels)
    };
    let (top, right, bottom, left) = (side()?, side()?, side()?, side()?);
    let mode = if scanner.peek() == Some(b'#') {
        ExtendMode::Constant(scanner.color()?)
    } else {
        let start = scanner.clone();
        ExtendMode::from_word(scanner.word())
            .ok_or_else(|| start.error("a colour, replicate, reflect or wrap"))?
    };
    Ok(Extend { top, right, bottom, left, mode })
}

fn rotate(scanner: &mut Scanner<'_>) -> Result<Rotate, ParseError> {
    let degrees = scanner.number()?;
    let background = if scanner.eat(b',') { paint(scanner)? } else { Paint::default() };
    Ok(Rotate { degrees, background })
}

fn sharpen(scanner: &mut Scanner<'_>) -> Result<Sharpen, ParseError> {
    let strength =
        if scanner.peek() == Some(b'(') { arguments(scanner, Scanner::number)? } else { 1.0 };
    Ok(Sharpen::Simple { strength })
}

fn unsharp(scanner: &mut Scanner<'_>) -> Result<UnsharpMask, ParseError> {
    let radius = scanner.number()?;
    let [sigma, amount, threshold] = three_more(scanner)?;
    Ok(UnsharpMask { radius, sigma, amount, threshold })
}

fn tolerance(scanner: &mut Scanner<'_>) -> Result<Tolerance, ParseError> {
    let mut ahead = scanner.clone();
    let number = ahead.number()?;
    if ahead.eat(b'%') {
        *scanner = ahead;
        return Ok(Tolerance::Percent(number));
    }
    scanner.integer("whole levels or a percentage such as 10%").map(Tolerance::Levels)
}

fn border(scanner: &mut Scanner<'_>) -> Result<Border, ParseError> {
    let width = length(scanner)?;
    scanner.expect(b',', "`,`")?;
    Ok(Border { width, color: scanner.color()? })
}

fn corners(scanner: &mut Scanner<'_>) -> Result<Corners, ParseError> {
    let mut ahead = scanner.clone();
    if ahead.word() == "max" {
        *scanner = ahead;
        return Ok(Corners::Max);
    }
    let top_left = scanner.number()?;
    let [top_right, bottom_right, bottom_left] =
        if scanner.peek() == Some(b',') { three_more(scanner)? } else { [top_left; 3] };
    Ok(Corners::Radii { top_left, top_right, bottom_right, bottom_left })
}

fn paint(scanner: &mut Scanner<'_>) -> Result<Paint, ParseError> {
    let start = scanner.clone();
    paint_option(scanner)?.ok_or_else(|| start.error("a colour such as #ff0000, or a paint"))
}

/// A paint, if one comes next.
fn paint_option(scanner: &mut Scanner<'_>) -> Result<Option<Paint>, ParseError> {
    if scanner.peek() == Some(b'#') {
        return scanner.color().map(Paint::Solid).map(Some);
    }
    let mut ahead = scanner.clone();
    let paint = match ahead.word() {
        "dominant" => Paint::Dominant,
        "dominant-gradient" => Paint::DominantGradient(arguments(&mut ahead, |scanner| {
            let start = scanner.clone();
            GradientColors::from_word(scanner.word()).ok_or_else(|| start.error("2 or 4 colours"))
        })?),
        "blurred" if ahead.peek() == Some(b'(') => arguments(&mut ahead, blurred)?,
        "blurred" => Paint::Blurred { intensity: None, brightness: 0 },
        _ => return Ok(None),
    };
    *scanner = ahead;
    Ok(Some(paint))
}

fn blurred(scanner: &mut Scanner<'_>) -> Result<Paint, ParseError> {
    let intensity = if scanner.eat_text("auto") {
        None
    } else {
        Some(scanner.integer("auto or an intensity from 0 to 255")?)
    };
    let mut brightness = 0;
    if scanner.eat(b',') {
        let sign = if scanner.eat(b'-') { -1 } else { 1 };
        let start = scanner.clone();
        let levels: i16 = scanner.integer("a brightness from -255 to 255")?;
        brightness = sign * levels;
        if levels > 255 {
            return Err(start.error("a brightness from -255 to 255"));
        }
    }
    Ok(Paint::Blurred { intensity, brightness })
}

fn three_more(scanner: &mut Scanner<'_>) -> Result<[f64; 3], ParseError> {
    let mut next = || {
        scanner.expect(b',', "`,` and a number")?;
        scanner.number()
    };
    Ok([next()?, next()?, next()?])
}

/// The output whose format is `name`, read from `start`.
fn output(
    scanner: &mut Scanner<'_>,
    start: &Scanner<'_>,
    name: &str,
) -> Result<Output, ParseError> {
    let format = match name {
        "auto" => OutputFormat::Auto,
        "source" => OutputFormat::Source,
        name => OutputFormat::Is(
            words::format(name).ok_or_else(|| start.error("a step or an output format"))?,
        ),
    };
    let mut output = Output { format, ..Output::default() };
    if scanner.peek() == Some(b'(') {
        arguments(scanner, |scanner| output_options(scanner, &mut output))?;
    }
    Ok(output)
}

fn output_options(scanner: &mut Scanner<'_>, output: &mut Output) -> Result<(), ParseError> {
    loop {
        if scanner.peek() == Some(b'#') {
            output.flatten = Some(scanner.color()?);
        } else {
            output_option(scanner, output)?;
        }
        if !scanner.eat(b',') {
            return Ok(());
        }
    }
}

fn output_option(scanner: &mut Scanner<'_>, output: &mut Output) -> Result<(), ParseError> {
    let start = scanner.clone();
    match scanner.word() {
        "keep-format" => output.keep_format = true,
        "progressive" => output.progressive = Some(true),
        "baseline" => output.progressive = Some(false),
        "lossless" => output.lossless = true,
        "palette" => output.palette = true,
        "keep-samples" => output.keep_samples = true,
        "half-chroma" => output.half_chroma = true,
        "density" => {
            scanner.expect(b'=', "`=`")?;
            output.density = Some(if scanner.peek() == Some(b'{') {
                Density::Expr(braced(scanner)?)
            } else {
                Density::Dpi(scanner.integer("dots per inch, at most 65535")?)
            });
        }
        word => {
            if let Some(metadata) = Metadata::from_word(word) {
                output.metadata = metadata;
            } else if let Some(profile) = Profile::from_word(word) {
                output.profile = profile;
            } else {
                let digits = word.strip_prefix('q').and_then(|digits| digits.parse().ok());
                let quality = digits.and_then(Quality::new);
                let expected = "an output option, with a quality from q1 to q100";
                output.quality = Some(quality.ok_or_else(|| start.error(expected))?);
            }
        }
    }
    Ok(())
}

/// What stands between parentheses.
fn arguments<'a, T>(
    scanner: &mut Scanner<'a>,
    read: impl FnOnce(&mut Scanner<'a>) -> Result<T, ParseError>,
) -> Result<T, ParseError> {
    scanner.expect(b'(', "`(`")?;
    let value = read(scanner)?;
    scanner.expect(b')', "`,` or `)`")?;
    Ok(value)
}

/// `300x200` with either side or both missing.
fn size(scanner: &mut Scanner<'_>) -> Result<(Option<Length>, Option<Length>), ParseError> {
    let width = length_before(scanner, b"x")?;
    scanner.expect(b'x', "`x` between width and height")?;
    Ok((width, length_before(scanner, b",)")?))
}

/// Whether `word` began `ratio=` or `dpr=`, whose value is read.
fn box_option(
    scanner: &mut Scanner<'_>,
    word: &str,
    ratio: &mut Option<Ratio>,
    dpr: &mut Option<Length>,
) -> Result<bool, ParseError> {
    match word {
        "ratio" => {
            scanner.expect(b'=', "`=`")?;
            *ratio = Some(if scanner.peek() == Some(b'{') {
                Ratio::Expr(braced(scanner)?)
            } else {
                Ratio::Value(scanner.number()?)
            });
        }
        "dpr" => {
            scanner.expect(b'=', "`=`")?;
            *dpr = Some(length(scanner)?);
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn set<T: Word>(target: &mut T, word: &str) -> bool {
    T::from_word(word).map(|value| *target = value).is_some()
}

/// The anchor that `word` names or begins.
fn anchor(scanner: &mut Scanner<'_>, word: &str) -> Result<Option<Anchor>, ParseError> {
    if word != "focus" {
        return Ok(Anchor::from_word(word));
    }
    arguments(scanner, |scanner| {
        let expected = "a number of pixels";
        let x = scanner.integer(expected)?;
        let mut next = || {
            scanner.expect(b',', "`,`")?;
            scanner.integer(expected)
        };
        let (y, width, height) = (next()?, next()?, next()?);
        Ok(Some(Anchor::Focus(Rect { x, y, width, height })))
    })
}

/// A length, or nothing if one of `ends` comes next.
fn length_before(scanner: &mut Scanner<'_>, ends: &[u8]) -> Result<Option<Length>, ParseError> {
    match scanner.peek() {
        Some(byte) if ends.contains(&byte) => Ok(None),
        _ => length(scanner).map(Some),
    }
}

fn length(scanner: &mut Scanner<'_>) -> Result<Length, ParseError> {
    match scanner.peek() {
        Some(b'{') => Ok(Length::Expr(braced(scanner)?)),
        Some(b'f') => {
            scanner.eat(b'f');
            scanner.number().map(Length::Fraction)
        }
        Some(b't') => {
            scanner.eat(b't');
            scanner.integer("thousandths").map(Length::Thousandths)
        }
        Some(b'-' | b'0'..=b'9') => scanner.number().map(Length::Px),
        _ => Err(scanner.error("a length such as 300, f0.5, t500 or {iw/2}")),
    }
}

fn braced(scanner: &mut Scanner<'_>) -> Result<Expr, ParseError> {
    scanner.expect(b'{', "`{`")?;
    let value = expr(scanner, Expr::MAX_DEPTH)?;
    scanner.expect(b'}', "`}`")?;
    Ok(value)
}

/// `levels` is how many operators may still lie on a path downwards, so the recursion is bounded.
fn expr(scanner: &mut Scanner<'_>, levels: usize) -> Result<Expr, ParseError> {
    let left = operand(scanner, levels)?;
    let start = scanner.clone();
    let Some(operator) = operator(scanner) else {
        return Ok(left);
    };
    if levels == 0 {
        return Err(start.error("an expression at most 64 deep"));
    }
    let right = operand(scanner, levels)?;
    Ok(Expr::Binary(Box::new(left), operator, Box::new(right)))
}

fn operand(scanner: &mut Scanner<'_>, levels: usize) -> Result<Expr, ParseError> {
    let start = scanner.clone();
    match scanner.peek() {
        Some(b'(') => {
            scanner.eat(b'(');
            let levels = levels
                .checked_sub(1)
                .ok_or_else(|| start.error("an expression at most 64 deep"))?;
            let value = expr(scanner, levels)?;
            scanner.expect(b')', "`)`")?;
            Ok(value)
        }
        Some(b'-' | b'0'..=b'9') => scanner.number().map(Expr::Number),
        _ => Variable::from_word(scanner.letters())
            .map(Expr::Variable)
            .ok_or_else(|| start.error("a number, a variable such as iw, or `(`")),
    }
}

fn operator(scanner: &mut Scanner<'_>) -> Option<Operator> {
    let found = Operator::ALL.iter().find(|(sign, _)| scanner.peek() == sign.bytes().next())?;
    scanner.eat(scanner.peek()?);
    Some(found.1)
}
