//! What is wrong with a search, and where.

/// A text that is no search, or asks a field for what it does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SearchError {
    /// `at`: the number of the character, from 1.
    #[error("at character {at}: expected {expected}, found {found}")]
    Unexpected { at: usize, expected: String, found: String },
    #[error("it has more than {0} bytes")]
    TooLong(usize),
    #[error("at character {at}: brackets are nested deeper than {most}")]
    TooDeep { at: usize, most: usize },
    #[error("at character {at}: it has more than {most} clauses")]
    TooManyClauses { at: usize, most: usize },
}

impl SearchError {
    pub(crate) fn unexpected(at: usize, expected: impl Into<String>, found: &str) -> Self {
        let found =
            if found.is_empty() { "the end".to_owned() } else { format!("`{}`", brief(found)) };
        Self::Unexpected { at, expected: expected.into(), found }
    }
}

/// A text of the client for a message, cut where it would fill the page.
fn brief(text: &str) -> String {
    const SHOWN: usize = 40;
    let more = if text.chars().nth(SHOWN).is_some() { "…" } else { "" };
    let shown: String =
        text.chars().take(SHOWN).map(|c| if c.is_control() { '?' } else { c }).collect();
    format!("{shown}{more}")
}
