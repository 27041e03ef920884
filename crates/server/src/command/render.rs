//! `halftone render IN PLAN -o OUT`.

use std::{path::PathBuf, sync::Arc};

use anyhow::{Context, Result, anyhow};
use clap::Args;
use library::{ImageEngine, RenderJob};
use plan::{
    Format, OutputFormat, Plan,
    probe::{Depth, Probe},
};
use serde_json::json;

use crate::{config::Settings, engine::Pixels};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Image file
    input: PathBuf,
    /// Plan, such as `resize(400x300,inside)|jpeg(q80)`
    plan: String,
    /// File to write; its extension decides the format unless the plan names one
    #[arg(short, long)]
    output: PathBuf,
}

#[expect(clippy::print_stdout, reason = "the command's output")]
pub(crate) fn run(settings: &Settings, arguments: &Arguments, as_json: bool) -> Result<()> {
    let Arguments { input, plan, output } = arguments;
    let plan: Plan = plan.parse()?;
    let source =
        std::fs::read(input).with_context(|| format!("{} cannot be read", input.display()))?;
    let engine = Pixels::new(&settings.library.limits, &settings.library.render);
    let probe = engine
        .probe(&source, Depth::Header)
        .map_err(|error| anyhow!("{}: {error}", input.display()))?;
    let format = choose_format(&plan, arguments, &probe)?;
    // A plan that names other files needs a library, so there are none here.
    let job = RenderJob {
        source: &source,
        plan: &plan,
        ingredients: &[],
        format,
        cancelled: &Arc::default(),
    };
    let rendered = engine.render(job).map_err(|error| anyhow!("{}: {error}", input.display()))?;
    std::fs::write(output, &rendered.bytes)
        .with_context(|| format!("{} cannot be written", output.display()))?;
    let (width, height, bytes) = (rendered.size.width, rendered.size.height, rendered.bytes.len());
    if as_json {
        let answer = json!({
            "plan": plan.to_string(), "format": format.name(), "width": width, "height": height, "bytes": bytes,
        });
        println!("{answer}");
    } else {
        println!("{}: {format}, {width} x {height}, {bytes} bytes", output.display());
    }
    Ok(())
}

/// Of the plan, else of the output's extension, else of the source.
fn choose_format(plan: &Plan, arguments: &Arguments, probe: &Probe) -> Result<Format> {
    if let OutputFormat::Is(format) = plan.output.format {
        return Ok(format);
    }
    let Some(extension) = arguments.output.extension().and_then(|extension| extension.to_str())
    else {
        return Ok(probe.format);
    };
    let extension = extension.to_ascii_lowercase();
    let wanted = match extension.as_str() {
        "jpg" | "jpe" => "jpeg",
        "tif" => "tiff",
        other => other,
    };
    let found =
        Format::ALL.into_iter().find(|format| format.name() == wanted && format.is_encodable());
    found.ok_or_else(|| anyhow!("`.{extension}` is no format that can be written"))
}
