//! What a pattern means: one plan, whatever the source.
//!
//! sharp's rules: in the order of the URL, on 8-bit sRGB, sizes rounded to nearest, averages in encoded light.

use library::Stage;
use plan::{
    Anchor, Color, Convolve, Crop, CropAt, Density, Equalize, Extend, ExtendMode, Fit, Format,
    Kernel, Length, Light, Linear, Modulate, Output, OutputFormat, Overflow, Paint, Plan, Quality,
    Resize, Rotate, Sharpen, Step, Tolerance, Trim,
};

use super::{
    arguments::{ArgumentError, Arguments},
    grammar::{Call, GrammarError, Op, Pattern, shown},
    merge,
    outside::Surroundings,
    presets::{Chains, expanded},
};
use crate::modules::{self, Operation, Plugin, basic::MAX_SIDE, operated};

/// A pattern, understood.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Meaning {
    /// Up to each operation of somebody else, in turn.
    pub(crate) stages: Vec<Stage>,
    /// What is done after them; `None`: the stored bytes.
    pub(crate) plan: Option<Plan>,
    /// The pattern consists of presets.
    pub(crate) presets_only: bool,
    /// Whether presets were looked up.
    pub(crate) names_presets: bool,
    /// The operations that the plan was made of.
    pub(crate) executed: Vec<Executed>,
}

/// One operation of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Executed {
    pub(crate) plugin: &'static str,
    pub(crate) plugin_name: &'static str,
    pub(crate) method: &'static str,
    /// Whether a back end carries it out: then it ends a stage.
    pub(crate) is_operated: bool,
    /// How many steps there are behind it, counted from the beginning of its stage.
    pub(crate) steps: usize,
    /// The format of the result, as far as the operations up to here say.
    pub(crate) format: OutputFormat,
}

/// Why a pattern means nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MeaningError {
    #[error(transparent)]
    Grammar(#[from] GrammarError),
    #[error(transparent)]
    Argument(#[from] ArgumentError),
    #[error("there is no plug-in `{0}`")]
    NoPlugin(String),
    #[error("`{plugin}` has no operation `{method}`")]
    NoOperation { plugin: String, method: String },
    #[error("plugin not available")]
    NotAvailable,
    #[error("a chain holds at most {limit} operations, found {found}")]
    TooManyOperations { found: usize, limit: usize },
    #[error("there is no preset `{0}`")]
    NoPreset(String),
    #[error("presets name presets more than {0} deep")]
    PresetsTooDeep(usize),
    #[error("a preset holds operations; `original` is none")]
    OriginalPreset,
    #[error("the variable `${0}` is not declared")]
    NoVariable(String),
    #[error("`{name}` of the preset `{preset}` expects {expected}, found `{found}`")]
    Variable { preset: String, name: String, expected: String, found: String },
    #[error("patterns in t.merge are nested more than {0} deep")]
    MergesTooDeep(usize),
}

impl Meaning {
    pub(crate) fn of(
        pattern: &Pattern,
        chains: &dyn Chains,
        outside: Surroundings,
    ) -> Result<Self, MeaningError> {
        let Pattern::Chain(ops) = pattern else {
            return Ok(Self {
                stages: Vec::new(),
                plan: None,
                presets_only: false,
                names_presets: false,
                executed: Vec::new(),
            });
        };
        let is_preset = |op: &Op| matches!(op, Op::Preset { .. });
        let room = plan::Layer::MAX_NESTING;
        let Made { stages, plan, executed } = made(&expanded(ops, chains)?, chains, outside, room)?;
        Ok(Self {
            stages,
            plan: Some(plan),
            presets_only: ops.iter().all(is_preset),
            // Also of patterns inside of a merge, which are rare enough to be taken for granted.
            names_presets: ops.iter().any(is_preset)
                || executed.iter().any(|executed| executed.method == "merge"),
            executed,
        })
    }
}

/// The operation that a call names.
pub(super) fn operation(
    call: &Call,
) -> Result<(&'static Plugin, &'static Operation), MeaningError> {
    let plugin = modules::plugin(&call.plugin);
    let plugin = plugin.ok_or_else(|| MeaningError::NoPlugin(shown(&call.plugin)))?;
    let operation = plugin.operation(&call.method);
    let operation = operation.ok_or_else(|| MeaningError::NoOperation {
        plugin: shown(&call.plugin),
        method: shown(&call.method),
    })?;
    Ok((plugin, operation))
}

/// Steps of a pattern that is applied to the second picture of a merge; what it says of the output has no place there.
/// `room`: merges that may yet be nested.
pub(super) fn steps_of(
    pattern: &str,
    chains: &dyn Chains,
    outside: Surroundings,
    room: usize,
) -> Result<Vec<Step>, MeaningError> {
    match Pattern::parse(pattern)? {
        Pattern::Original => Ok(Vec::new()),
        Pattern::Chain(ops) => {
            let made = made(&expanded(&ops, chains)?, chains, outside, room)?;
            // Back ends are asked about the picture itself only.
            if made.stages.is_empty() {
                Ok(made.plan.steps)
            } else {
                Err(MeaningError::NotAvailable)
            }
        }
    }
}

struct Made {
    stages: Vec<Stage>,
    plan: Plan,
    executed: Vec<Executed>,
}

fn made(
    calls: &[Call],
    chains: &dyn Chains,
    outside: Surroundings,
    room: usize,
) -> Result<Made, MeaningError> {
    let format = if outside.auto_format { OutputFormat::Auto } else { OutputFormat::Source };
    let output = Output {
        format,
        keep_format: true,
        keep_samples: true,
        half_chroma: true,
        ..Output::default()
    };
    let mut making = Making { steps: Vec::new(), output, chains, outside, room };
    let (mut stages, mut executed) = (Vec::new(), Vec::with_capacity(calls.len()));
    for call in calls {
        let (plugin, operation) = operation(call)?;
        let arguments = Arguments::read(call, operation)?;
        let is_operated = plugin.identifier != modules::BASIC;
        if !is_operated {
            making.run(operation.method, &arguments)?;
        }
        executed.push(Executed {
            plugin: plugin.identifier,
            plugin_name: plugin.name,
            method: operation.method,
            is_operated,
            steps: making.steps.len(),
            format: making.output.format,
        });
        if is_operated {
            let plan = Plan { steps: std::mem::take(&mut making.steps), ..Plan::default() };
            let operation = operated(plugin, operation, arguments.options(), arguments.files());
            stages.push(Stage { plan, operation });
        }
    }
    let plan = Plan { steps: making.steps, output: making.output, ..Plan::default() };
    Ok(Made { stages, plan, executed })
}

struct Making<'a> {
    steps: Vec<Step>,
    output: Output,
    chains: &'a dyn Chains,
    outside: Surroundings,
    room: usize,
}

impl Making<'_> {
    fn run(&mut self, method: &str, it: &Arguments<'_>) -> Result<(), MeaningError> {
        let step = match method {
            "resize" => resize(it, self.dpr(it)),
            "compress" => {
                self.compress(it);
                return Ok(());
            }
            "toFormat" => {
                self.set_format(it);
                return Ok(());
            }
            "density" => {
                self.output.density = Some(Density::Dpi(it.integer("d") as u16));
                return Ok(());
            }
            "merge" => {
                let steps = merge::steps(it, self.chains, self.outside, self.room)?;
                self.steps.extend(steps);
                return Ok(());
            }
            "extend" => extend(it, self.dpr(it)),
            "extract" => extract(it)?,
            "trim" => Step::Trim(Trim { tolerance: Tolerance::Levels(it.integer("t") as u16) }),
            "rotate" => {
                let degrees = it.integer("a") as f64;
                Step::Rotate(Rotate { degrees, background: Paint::Solid(it.color("b")) })
            }
            "blur" if !it.has("s") => Step::BoxBlur,
            "blur" => Step::Blur(it.float("s") * self.dpr(it)),
            _ => filter(method, it)?,
        };
        self.steps.push(step);
        Ok(())
    }

    /// The operation's own, else that of the query.
    fn dpr(&self, it: &Arguments<'_>) -> f64 {
        if it.has("dpr") { it.float("dpr") } else { self.outside.dpr }
    }

    fn compress(&mut self, it: &Arguments<'_>) {
        let quality = it.integer("q").clamp(1, 100) as u8;
        self.output.quality = Quality::new(quality);
        // Where the result is a PNG, which has no other quality.
        self.output.palette = quality < 100;
    }

    fn set_format(&mut self, it: &Arguments<'_>) {
        let format = match it.text("f") {
            "png" => Format::Png,
            "webp" => Format::Webp,
            "tiff" => Format::Tiff,
            "avif" => Format::Avif,
            "bmp" => Format::Bmp,
            "heif" => Format::Heic,
            "gif" => Format::Gif,
            // "jpeg" and "jpg".
            _ => Format::Jpeg,
        };
        let is_lossy = matches!(format, Format::Jpeg | Format::Webp | Format::Avif);
        let quality = it.integer("q").clamp(1, 100) as u8;
        self.output.format = OutputFormat::Is(format);
        self.output.keep_format = false;
        self.output.quality = if is_lossy { Quality::new(quality) } else { None };
        self.output.palette = false;
    }
}

/// Operations that change how the picture looks, not its size.
fn filter(method: &str, it: &Arguments<'_>) -> Result<Step, MeaningError> {
    Ok(match method {
        "flip" => Step::FlipVertical,
        "flop" => Step::FlipHorizontal,
        "sharpen" => Step::Sharpen(Sharpen::Lab { sigma: it.float("s") }),
        "median" => Step::Median(it.integer("s") as u8),
        "flatten" => Step::Background(Paint::Solid(Color { a: 255, ..it.color("b") })),
        "negate" => Step::Negate,
        "normalise" => Step::StretchLightness,
        "linear" => Step::Linear(Linear { gain: it.float("a"), offset: it.float("b") }),
        "modulate" => Step::Modulate(Modulate {
            lightness: it.float("b"),
            chroma: it.float("s"),
            hue: it.integer("h") as f64,
        }),
        "grey" => Step::Grayscale,
        "tint" => Step::Tint(it.color("c")),
        "gamma" => Step::Gamma(it.float("g")),
        "threshold" => Step::Threshold(it.integer("t") as u8),
        "clahe" => Step::Equalize(Equalize {
            width: it.integer("w") as u16,
            height: it.integer("h") as u16,
            slope: it.integer("s") as u8,
        }),
        "convolve" => convolve(it)?,
        "recomb" => {
            let fault = || it.fault("m", "nine numbers joined with `_`".to_owned());
            let matrix = numbers(it.text("m")).and_then(|numbers| numbers.try_into().ok());
            Step::Recombine(matrix.ok_or_else(fault)?)
        }
        // The table names what is here; a test walks it.
        method => {
            return Err(MeaningError::NoOperation {
                plugin: modules::BASIC.to_owned(),
                method: method.to_owned(),
            });
        }
    })
}

fn resize(it: &Arguments<'_>, dpr: f64) -> Step {
    let side = |key| match it.integer(key) {
        0 => None,
        pixels => {
            let pixels = (pixels as f64 * dpr).round().clamp(1.0, MAX_SIDE as f64);
            Some(Length::Px(pixels))
        }
    };
    Step::Resize(Resize {
        width: side("w"),
        height: side("h"),
        fit: match it.text("f") {
            "contain" => Fit::Contain,
            "fill" => Fit::Fill,
            "inside" => Fit::Inside,
            "outside" => Fit::Outside,
            _ => Fit::Cover,
        },
        anchor: match it.text("p") {
            "top" => Anchor::Top,
            "bottom" => Anchor::Bottom,
            "left" => Anchor::Left,
            "right" => Anchor::Right,
            "left_top" => Anchor::TopLeft,
            "right_top" => Anchor::TopRight,
            "left_bottom" => Anchor::BottomLeft,
            "right_bottom" => Anchor::BottomRight,
            _ => Anchor::Center,
        },
        kernel: match it.text("k") {
            "nearest" => Kernel::Nearest,
            "cubic" => Kernel::Cubic,
            "mitchell" => Kernel::Mitchell,
            "lanczos2" => Kernel::Lanczos2,
            _ => Kernel::Lanczos3,
        },
        light: Light::Srgb,
        background: Paint::Solid(it.color("b")),
        ..Resize::default()
    })
}

fn extend(it: &Arguments<'_>, dpr: f64) -> Step {
    let side = |key| (it.integer(key) as f64 * dpr).round() as u32;
    Step::Extend(Extend {
        top: side("t"),
        right: side("r"),
        bottom: side("b"),
        left: side("l"),
        mode: match it.text("bt") {
            "replicate" => ExtendMode::Replicate,
            "reflect" => ExtendMode::Reflect,
            "wrap" => ExtendMode::Wrap,
            _ => ExtendMode::Constant(it.color("bc")),
        },
    })
}

fn extract(it: &Arguments<'_>) -> Result<Step, MeaningError> {
    let region = match it.text("bbox") {
        "" => [it.integer("l"), it.integer("t"), it.integer("w"), it.integer("h")],
        text => {
            let fault = || it.fault("bbox", "left_top_width_height".to_owned());
            bbox(text).ok_or_else(fault)?.map(i64::from)
        }
    };
    let [left, top, width, height] = region.map(|pixels| pixels as f64);
    // The plan knows no empty region: a side is at least a pixel there.
    for (key, side) in [("w", width), ("h", height)] {
        if side < 1.0 {
            return Err(it.fault(key, "at least 1 pixel".to_owned()).into());
        }
    }
    Ok(Step::Crop(Crop {
        width: Some(Length::Px(width)),
        height: Some(Length::Px(height)),
        at: CropAt::TopLeft(Length::Px(left), Length::Px(top)),
        overflow: Overflow::Reject,
        ..Crop::default()
    }))
}

fn convolve(it: &Arguments<'_>) -> Result<Step, MeaningError> {
    let (width, height) = (it.integer("w") as u8, it.integer("h") as usize);
    let weights = numbers(it.text("k"));
    let weights = weights.filter(|weights| weights.len() == usize::from(width) * height);
    let expected = || it.fault("k", format!("{width} times {height} numbers joined with `_`"));
    Ok(Step::Convolve(Convolve { width, weights: weights.ok_or_else(expected)? }))
}

/// `left_top_width_height`
pub(super) fn bbox(text: &str) -> Option<[u32; 4]> {
    let parts: Vec<u32> = text.split('_').map(str::parse).collect::<Result<_, _>>().ok()?;
    let parts: [u32; 4] = parts.try_into().ok()?;
    parts.iter().all(|part| i32::try_from(*part).is_ok()).then_some(parts)
}

/// Numbers joined with `_`.
fn numbers(text: &str) -> Option<Vec<f64>> {
    let number = |text: &str| text.parse().ok().filter(|number: &f64| number.is_finite());
    text.split('_').map(number).collect()
}
