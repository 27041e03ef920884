//! From what was written to what is meant: a [`Plan`] and what concerns the delivery.
//!
//! Unknown keys, and values that a key does not know, are ignored; what the vendor has and this server has not is an
//! error, because a picture without it would be a wrong picture.

use library::{Library, Stage};
use plan::Plan;

use super::{
    expression::{ExpressionError, Scope},
    grammar::{Chain, Item, SyntaxError},
    hints::Hints,
    number,
    presets::Names,
    reader::{Reader, Whole},
};

/// What a chain means.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Meaning {
    /// Up to each operation of a back end, in turn.
    pub(crate) stages: Vec<Stage>,
    /// What is done after them.
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
    #[error("`{0}` expects what it shows in `i` or `ie`, found neither")]
    NoInput(String),
    #[error("`ie` expects a text in base64, found `{0}`")]
    NotBase64(String),
    #[error("`{0}` belongs to films, and only pictures are transformed here")]
    VideoOnly(String),
    #[error("a layer is `l-image` or `l-text`, found `{0}`")]
    UnknownLayer(String),
    #[error("the conditional `if-{0}` must be alone in its step")]
    NotAlone(String),
    #[error("in the condition `{condition}`: expected {expected}, found `{found}`")]
    Condition { condition: String, expected: &'static str, found: String },
    #[error("`{0}` needs a model, and no back end for it is configured")]
    NoBackEnd(String),
    #[error("`{0}` is for the whole picture, and stands in no layer and no conditional")]
    NotInside(String),
}

impl Meaning {
    pub(crate) fn of(
        chain: &Chain,
        names: &Names<'_>,
        hints: &mut Hints,
    ) -> Result<Self, MeaningError> {
        match Self::read(chain, names, hints) {
            // The stored bytes need nothing else to be right.
            Err(_) if original(chain) == Some(true) => {
                Ok(Self { original: true, ..Self::default() })
            }
            read => read,
        }
    }

    fn read(chain: &Chain, names: &Names<'_>, hints: &mut Hints) -> Result<Self, MeaningError> {
        let mut reader = Reader::new(names, hints);
        let mut steps = Vec::new();
        let presets_only = reader.chain(chain, Scope::Picture, &mut steps)?;
        let Reader { whole, mut stages, ignored, .. } = reader;
        let Whole { output, frames, orient, original, default_image } = whole;
        for Stage { plan, .. } in &mut stages {
            (plan.orient, plan.frames) = (orient, frames);
            *plan = std::mem::take(plan).normalized();
        }
        Ok(Self {
            stages,
            plan: Plan { orient, frames, steps, output }.normalized(),
            presets_only: presets_only && !chain.steps.is_empty(),
            original,
            default_image,
            is_hinted: hints.were_used(),
            ignored,
        })
    }

    /// Refuses operations that no back end carries out. Without a `library` none does.
    pub(crate) fn check(&self, library: Option<&Library>) -> Result<(), MeaningError> {
        if self.original {
            return Ok(());
        }
        let is_run = |stage: &&Stage| library.is_some_and(|it| it.runs(&stage.operation));
        match self.stages.iter().find(|stage| !is_run(stage)) {
            Some(stage) => Err(MeaningError::NoBackEnd(stage.operation.name.clone())),
            None => Ok(()),
        }
    }
}

/// What the last `orig` says; in layers it says nothing.
fn original(chain: &Chain) -> Option<bool> {
    let mut said = chain.steps.iter().flatten().filter_map(|item| match item {
        Item::Pair { key, value } if key == "orig" => number::boolean(value),
        Item::Conditional(it) => original(&it.otherwise).or_else(|| original(&it.then)),
        Item::Pair { .. } | Item::Layer(_) => None,
    });
    said.next_back()
}

#[cfg(test)]
mod tests;
