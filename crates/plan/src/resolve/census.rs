//! How much a plan asks for before anything is computed.

use super::Limits;
use crate::{Branch, Layer, ResolveError, Step};

/// Counts steps and layers at every depth. Everything that walks a plan further on may recurse: it has been found to be
/// shallow here.
pub(super) fn check(steps: &[Step], limits: &Limits) -> Result<(), ResolveError> {
    let mut census = Census::default();
    census.count(steps, 0, 0)?;
    let Census { steps, layers } = census;
    if steps > limits.steps {
        return Err(ResolveError::TooManySteps { found: steps, limit: limits.steps });
    }
    if layers > limits.layers {
        return Err(ResolveError::TooManyLayers { found: layers, limit: limits.layers });
    }
    Ok(())
}

#[derive(Default)]
struct Census {
    steps: usize,
    layers: usize,
}

impl Census {
    /// `layers` and `branches` are those around `steps`.
    fn count(
        &mut self,
        steps: &[Step],
        layers: usize,
        branches: usize,
    ) -> Result<(), ResolveError> {
        self.steps += steps.len();
        for step in steps {
            match step {
                Step::Layer(layer) => {
                    self.layers += 1;
                    let limit = Layer::MAX_NESTING;
                    if layers == limit {
                        return Err(ResolveError::TooDeep { what: "layers", limit });
                    }
                    self.count(&layer.steps, layers + 1, branches)?;
                }
                Step::If(branch) => {
                    let limit = Branch::MAX_NESTING;
                    if branches == limit {
                        return Err(ResolveError::TooDeep { what: "conditions", limit });
                    }
                    self.count(&branch.then, layers, branches + 1)?;
                    self.count(&branch.otherwise, layers, branches + 1)?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}
