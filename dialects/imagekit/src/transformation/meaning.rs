//! From what was written to what is meant: a [`Plan`] and what concerns the delivery.
//!
//! Inside a step the textual order does not matter. The fixed order is: trim, crop or resize, rotate, flip,
//! contrast, grayscale, sharpen, blur, border, radius, opacity, flattening onto `bg`. Unknown keys, and values that
//! a key does not know, are ignored; what the vendor has and this server has not is an error, because a picture
//! without it would be a wrong picture.

use plan::{Frames, Orient, Plan, Step};

use super::{
    effects::Effects,
    expression::ExpressionError,
    geometry::Geometry,
    grammar::{BlockKind, Chain, Item, Place, SyntaxError},
    hints::Hints,
    number, output,
    presets::Names,
};

/// What a chain means.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Meaning {
    pub(crate) plan: Plan,
    /// Every step is made of named transformations only, and there is one.
    pub(crate) presets_only: bool,
    /// The stored bytes, whatever else is said.
    pub(crate) original: bool,
    /// `di`: the path of the picture that is shown when the file does not exist.
    pub(crate) default_image: Option<String>,
    /// The answer depends on client hints.
    pub(crate) is_hinted: bool,
    /// Items without effect, and why.
    pub(crate) ignored: Vec<String>,
}

/// Why a chain means nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MeaningError {
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    #[error(transparent)]
    Expression(#[from] ExpressionError),
    #[error("the named transformation `{0}` does not exist")]
    NoPreset(String),
    #[error("the named transformation `{0}` is disabled")]
    DisabledPreset(String),
    #[error("{0} is not supported yet")]
    NotYet(String),
    #[error("`{0}` needs a model, and no back end for it is configured")]
    NoBackEnd(String),
}

impl Meaning {
    pub(crate) fn of(
        chain: &Chain,
        names: &Names<'_>,
        hints: &mut Hints,
    ) -> Result<Self, MeaningError> {
        let mut meaning = Self { presets_only: !chain.steps.is_empty(), ..Self::default() };
        for step in &chain.steps {
            meaning.add(step, names, hints)?;
        }
        meaning.is_hinted = hints.were_used();
        meaning.plan = meaning.plan.normalized();
        Ok(meaning)
    }

    /// Presets stand for their steps; the other items of the step are one more step after them.
    fn add(
        &mut self,
        items: &[Item],
        names: &Names<'_>,
        hints: &mut Hints,
    ) -> Result<(), MeaningError> {
        let (named, own): (Vec<&Item>, Vec<&Item>) =
            items.iter().partition(|item| matches!(item, Item::Pair { key, .. } if key == "n"));
        for item in named {
            let Item::Pair { value, .. } = item else { continue };
            for step in &Chain::parse(names.find(value)?, Place::Path)?.steps {
                self.add_own(&step.iter().collect::<Vec<_>>(), hints)?;
            }
        }
        if !own.is_empty() {
            self.presets_only = false;
            self.add_own(&own, hints)?;
        }
        Ok(())
    }

    fn add_own(&mut self, items: &[&Item], hints: &mut Hints) -> Result<(), MeaningError> {
        let mut geometry = Geometry::default();
        let mut effects = Effects::default();
        for item in items {
            let (key, value) = match item {
                Item::Pair { key, value } => (key.as_str(), value.as_str()),
                Item::Block { kind, opening } => return Err(not_yet(*kind, opening)),
            };
            let mut taken = self.take(key, value)?;
            if taken.is_none() {
                taken = output::take(&mut self.plan.output, key, value)?;
            }
            if taken.is_none() {
                taken = geometry.take(key, value, hints)?;
            }
            if taken.is_none() {
                taken = effects.take(key, value)?;
            }
            match taken {
                Some(true) => {}
                Some(false) => {
                    self.ignored.push(format!("`{key}-{value}`: `{key}` does not take this value"));
                }
                None => self.ignored.push(format!("`{key}-{value}`: the key is not known")),
            }
        }
        if effects.keeps_stored_orientation() {
            self.plan.orient = Orient::Stored;
        }
        let steps: &mut Vec<Step> = &mut self.plan.steps;
        effects.before_resize(steps);
        steps.extend(geometry.into_step(effects.background));
        effects.after_resize(steps);
        Ok(())
    }

    /// What concerns the whole delivery, and what is not there yet. The answer is that of the other `take`s.
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
                self.plan.frames = page.map_or(self.plan.frames, Frames::One);
                Ok(Some(page.is_some()))
            }
            "cr" => Err(MeaningError::NotYet("colour replacement (`cr`)".to_owned())),
            "oi" | "ot" | "ote" | "obg" => {
                Err(MeaningError::NotYet(format!("the overlay `{key}`")))
            }
            _ => Ok(None),
        }
    }
}

fn not_yet(kind: BlockKind, opening: &str) -> MeaningError {
    let opening: String = opening.chars().take(40).collect();
    match kind {
        BlockKind::Layer => MeaningError::NotYet(format!("the layer `{opening}`")),
        BlockKind::Conditional => MeaningError::NotYet(format!("the conditional `{opening}`")),
    }
}

#[cfg(test)]
mod tests;
