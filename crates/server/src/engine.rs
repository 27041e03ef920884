//! Where `pixels` and `library` meet.

use std::sync::{Arc, atomic::AtomicBool};

use library::{EngineError, ImageEngine, LimitsConfig, RenderConfig, RenderJob, Rendered};
use pixels::Ingredients;
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
        let ingredients: Ingredients<'_> =
            job.ingredients.iter().map(|(hash, bytes)| (*hash, &bytes[..])).collect();
        let rendered = pixels::render(job.source, &plan, &ingredients, &limits)
            .map_err(|error| engine_error(&error))?;
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
    engine_error_that_says(error.to_string(), error)
}

fn engine_error_that_says(text: String, error: &pixels::Error) -> EngineError {
    match error {
        // Whose fault it is does not change by its being in a layer.
        pixels::Error::Layer(error) => engine_error_that_says(text, error),
        pixels::Error::Unrecognized | pixels::Error::Damaged { .. } => {
            EngineError::NotAnImage(text)
        }
        pixels::Error::Unsupported(_) => EngineError::Unsupported(text),
        pixels::Error::TooLarge(_) => EngineError::TooLarge(text),
        pixels::Error::Plan(error) if error.is_limit() => EngineError::TooLarge(text),
        pixels::Error::Plan(_) | pixels::Error::Missing => EngineError::Plan(text),
        pixels::Error::Cancelled => EngineError::Cancelled,
    }
}
