//! Where `pixels` and `library` meet.

use std::sync::{Arc, atomic::AtomicBool};

use library::{EngineError, ImageEngine, LimitsConfig, RenderConfig, RenderJob, Rendered};
use plan::{
    Format, OutputFormat,
    probe::{Depth, Probe},
};

/// The real engine.
#[derive(Debug)]
pub(crate) struct Pixels {
    limits: pixels::Limits,
}

impl Pixels {
    pub(crate) fn new(limits: &LimitsConfig, render: &RenderConfig) -> Self {
        let defaults = pixels::Limits::default();
        Self {
            limits: pixels::Limits {
                source_pixels: limits.source_pixels,
                source_side: limits.source_side,
                frames: limits.frames,
                animation_pixels: limits.animation_pixels,
                memory: render.memory_bytes,
                plan: plan::Limits { output_pixels: limits.output_pixels, ..defaults.plan },
                ..defaults
            },
        }
    }
}

impl ImageEngine for Pixels {
    fn sniff(&self, head: &[u8]) -> Option<Format> {
        pixels::sniff(head)
    }

    fn probe(&self, bytes: &[u8], depth: Depth) -> Result<Probe, EngineError> {
        pixels::probe(bytes, depth, &self.limits).map_err(|error| engine_error(&error))
    }

    fn render(&self, job: RenderJob<'_>) -> Result<Rendered, EngineError> {
        let limits = self.limits_with(job.cancelled);
        let mut plan = job.plan.clone();
        plan.output.format = OutputFormat::Is(job.format);
        let rendered =
            pixels::render(job.source, &plan, &limits).map_err(|error| engine_error(&error))?;
        Ok(Rendered { bytes: rendered.bytes, size: rendered.size })
    }
}

impl Pixels {
    fn limits_with(&self, cancelled: &Arc<AtomicBool>) -> pixels::Limits {
        pixels::Limits {
            cancel: pixels::Cancel::from(Arc::clone(cancelled)),
            ..self.limits.clone()
        }
    }
}

fn engine_error(error: &pixels::Error) -> EngineError {
    let text = error.to_string();
    match error {
        pixels::Error::Unrecognized | pixels::Error::Damaged { .. } => {
            EngineError::NotAnImage(text)
        }
        pixels::Error::Unsupported(_) | pixels::Error::Unavailable(_) => {
            EngineError::Unsupported(text)
        }
        pixels::Error::TooLarge(_) => EngineError::TooLarge(text),
        pixels::Error::Plan(error) if error.is_limit() => EngineError::TooLarge(text),
        pixels::Error::Plan(_) => EngineError::Plan(text),
        pixels::Error::Cancelled => EngineError::Cancelled,
    }
}
