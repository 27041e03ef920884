//! Named transformations: those that every library has, and those of a tenant.

use std::cell::Cell;

use library::Presets;

use super::MeaningError;

/// Whose presets are ours.
pub(crate) const NAMESPACE: &str = "imagekit";

/// What the media library of the vendor shows; the second name is that of older documents.
const BUILT_IN: [(&str, &str); 2] = [
    ("ik_ml_thumbnail", "w-400,h-300,c-at_max"),
    ("media_library_thumbnail", "w-400,h-300,c-at_max"),
];

/// What names mean in one request.
#[derive(Debug)]
pub(crate) struct Names<'a> {
    presets: Option<&'a Presets>,
    were_used: Cell<bool>,
}

impl<'a> Names<'a> {
    pub(crate) const fn of(presets: &'a Presets) -> Self {
        Self { presets: Some(presets), were_used: Cell::new(false) }
    }

    /// Where no tenant is known.
    pub(crate) const fn built_in() -> Self {
        Self { presets: None, were_used: Cell::new(false) }
    }

    /// The chain behind a name.
    pub(crate) fn find(&self, name: &str) -> Result<&'a str, MeaningError> {
        if let Some(chain) = built_in(name) {
            return Ok(chain);
        }
        self.were_used.set(true);
        match self.presets.and_then(|presets| presets.find(name)) {
            Some(preset) if preset.enabled => Ok(chain_of(&preset.text)),
            Some(_) => Err(MeaningError::DisabledPreset(name.to_owned())),
            None => Err(MeaningError::NoPreset(name.to_owned())),
        }
    }

    /// Whether something rests on the tenant's presets.
    pub(crate) fn were_used(&self) -> bool {
        self.were_used.get()
    }
}

/// The chain behind a name that nobody can give to something else.
pub(crate) fn built_in(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, chain)| *chain)
}

/// The chain in the text of a preset, which may begin as in a URL.
pub(crate) fn chain_of(text: &str) -> &str {
    text.strip_prefix("tr:").unwrap_or(text)
}
