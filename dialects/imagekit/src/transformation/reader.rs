//! From the items of a step to steps of a plan: outside of layers, inside of them, and in the parts of conditionals.
//!
//! Inside a step the textual order does not matter. The fixed order is: trim, crop or resize, rotate, flip, contrast,
//! grayscale, colours, sharpen, blur, gradient, distortion, shadow, layers, border, radius, opacity, flattening onto
//! `bg`.

use library::{Operation, Stage};
use plan::{Frames, Orient, Output, Plan, Step};

use super::{
    conditional,
    effects::Effects,
    expression::{Scope, brief},
    geometry::Geometry,
    grammar::{Chain, Item, Place},
    hints::Hints,
    layer, legacy,
    meaning::MeaningError,
    number, output,
    presets::Names,
};

/// Keys of films; on pictures they have no effect.
const VIDEO_KEYS: [&str; 6] = ["so", "eo", "du", "vc", "ac", "sr"];

/// Reads steps, and keeps what concerns more than the step that it stands in.
pub(crate) struct Reader<'a> {
    names: &'a Names<'a>,
    hints: &'a mut Hints,
    /// A named transformation holds no others.
    is_named: bool,
    /// Inside of a part of a conditional.
    pub(crate) is_branch: bool,
    pub(crate) whole: Whole,
    /// What back ends have a part in, up to each of their operations.
    pub(crate) stages: Vec<Stage>,
    /// Items without effect, and why.
    pub(crate) ignored: Vec<String>,
}

/// What concerns the whole delivery, wherever it stands; the last one wins.
#[derive(Debug, Default)]
pub(crate) struct Whole {
    pub(crate) output: Output,
    pub(crate) frames: Frames,
    pub(crate) orient: Orient,
    /// `orig`
    pub(crate) original: bool,
    /// `di`
    pub(crate) default_image: Option<String>,
}

/// What the items of one step have come to.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    pub(crate) geometry: Geometry,
    pub(crate) effects: Effects,
    layers: Vec<Step>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(names: &'a Names<'a>, hints: &'a mut Hints) -> Self {
        let whole = Whole::default();
        Self {
            names,
            hints,
            is_named: false,
            is_branch: false,
            whole,
            stages: Vec::new(),
            ignored: Vec::new(),
        }
    }

    /// Adds the steps of a chain. Named transformations stand for their steps; the other items of their step are one
    /// more step after them. Returns whether every step was made of named ones only.
    pub(crate) fn chain(
        &mut self,
        chain: &Chain,
        scope: Scope,
        steps: &mut Vec<Step>,
    ) -> Result<bool, MeaningError> {
        let mut presets_only = true;
        for items in &chain.steps {
            let takes_names = scope == Scope::Picture && !self.is_named;
            let (named, own): (Vec<&Item>, Vec<&Item>) = items.iter().partition(
                |item| matches!(item, Item::Pair { key, .. } if takes_names && key == "n"),
            );
            for item in named {
                let Item::Pair { value, .. } = item else { continue };
                let named = Chain::parse(self.names.find(value)?, Place::Path)?;
                self.is_named = true;
                let read = self.chain(&named, scope, steps);
                self.is_named = false;
                read?;
            }
            if !own.is_empty() {
                presets_only = false;
                self.step(&own, scope, steps, |_| {})?;
            }
        }
        Ok(presets_only)
    }

    /// Adds what the items of one step mean. `adapt` may change it before it is put into its order.
    pub(crate) fn step(
        &mut self,
        items: &[&Item],
        scope: Scope,
        steps: &mut Vec<Step>,
        adapt: impl FnOnce(&mut Parts),
    ) -> Result<(), MeaningError> {
        let mut parts = Parts::default();
        if let Some(conditional) = conditional::alone(items)? {
            adapt(&mut parts);
            parts.into_steps(steps);
            steps.push(conditional::read(conditional, scope, self)?);
            return Ok(());
        }
        let (items, overlay) = match scope {
            Scope::Picture => legacy::split(items, self),
            Scope::Inset | Scope::Drawn => (items.to_vec(), None),
        };
        for item in items {
            match item {
                Item::Pair { key, value } => self.pair(key, value, scope, &mut parts)?,
                Item::Layer(written) => parts.add_layer(layer::read(written, self)?),
                // There is one only where it is alone.
                Item::Conditional(_) => {}
            }
        }
        if let Some(overlay) = overlay {
            parts.add_layer(layer::read(&overlay, self)?);
        }
        if scope == Scope::Picture && parts.effects.keeps_stored_orientation() {
            self.whole.orient = Orient::Stored;
        }
        adapt(&mut parts);
        for operation in std::mem::take(&mut parts.effects.operations) {
            self.end_stage(operation, scope, steps)?;
        }
        let fill = parts.effects.fill.take();
        parts.into_steps(steps);
        fill.map_or(Ok(()), |operation| self.end_stage(operation, scope, steps))
    }

    /// Hands what has been done so far to a back end. It is asked about the whole picture only, whatever it looks like.
    fn end_stage(
        &mut self,
        operation: Operation,
        scope: Scope,
        steps: &mut Vec<Step>,
    ) -> Result<(), MeaningError> {
        if scope != Scope::Picture || self.is_branch {
            return Err(MeaningError::NotInside(operation.name));
        }
        let plan = Plan { steps: std::mem::take(steps), ..Plan::default() };
        self.stages.push(Stage { plan, operation });
        Ok(())
    }

    /// Notes an item whose value is none.
    pub(crate) fn note(&mut self, key: &str, value: &str, is_value: bool) {
        if !is_value {
            self.ignore(key, value, &format!("`{key}` does not take this value"));
        }
    }

    pub(crate) fn ignore(&mut self, key: &str, value: &str, why: &str) {
        self.ignored.push(format!("`{}`: {why}", brief(&format!("{key}-{value}"))));
    }

    fn pair(
        &mut self,
        key: &str,
        value: &str,
        scope: Scope,
        parts: &mut Parts,
    ) -> Result<(), MeaningError> {
        let mut taken = None;
        if scope == Scope::Picture {
            taken = self.whole.take(key, value)?;
        }
        if taken.is_none() {
            taken = parts.geometry.take(key, value, self.hints, scope)?;
        }
        if taken.is_none() {
            taken = parts.effects.take(key, value, scope)?;
        }
        match taken {
            Some(is_value) => self.note(key, value, is_value),
            None if VIDEO_KEYS.contains(&key) => self.ignore(key, value, "it concerns films"),
            None => self.ignore(key, value, "the key is not known"),
        }
        Ok(())
    }
}

impl Whole {
    /// Takes an item. `None`: the key is none of ours. `false`: its value is none, and is ignored.
    fn take(&mut self, key: &str, value: &str) -> Result<Option<bool>, MeaningError> {
        match key {
            "orig" => {
                let original = number::boolean(value);
                self.original = original.unwrap_or(self.original);
                Ok(Some(original.is_some()))
            }
            "di" => {
                self.default_image = Some(value.replace("@@", "/"));
                Ok(Some(true))
            }
            "pg" => {
                let page = number::whole(value, 1, 1_000_000).and_then(std::num::NonZeroU32::new);
                self.frames = page.map_or(self.frames, Frames::One);
                Ok(Some(page.is_some()))
            }
            _ => Ok(output::take(&mut self.output, key, value)?),
        }
    }
}

impl Parts {
    fn add_layer(&mut self, layer: plan::Layer) {
        self.layers.push(Step::Layer(Box::new(layer)));
    }

    fn into_steps(self, steps: &mut Vec<Step>) {
        let Self { geometry, effects, layers } = self;
        effects.before_resize(steps);
        steps.extend(geometry.into_step(effects.background));
        effects.before_layers(steps);
        steps.extend(layers);
        effects.after_layers(steps);
    }
}
