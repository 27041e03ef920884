//! Options in a query that have to be known, well-formed and given once: one without effect would answer something else
//! than was asked.

use percent_encoding::percent_decode_str;

use crate::{error::ApiError, url::parameters};

/// Bytes of all options together.
const MAX_QUERY: usize = 8192;

#[derive(Debug)]
pub(crate) struct Options(Vec<(String, String)>);

impl Options {
    pub(crate) fn parse(query: &str) -> Result<Self, ApiError> {
        if query.len() > MAX_QUERY {
            return Err(ApiError::bad_request(format!(
                "The options have more than {MAX_QUERY} bytes."
            )));
        }
        let mut options: Vec<(String, String)> = Vec::new();
        for (name, value) in
            parameters(query).filter(|(name, value)| !(name.is_empty() && value.is_empty()))
        {
            let (name, value) = (decode(name)?, decode(value)?);
            if options.iter().any(|(known, _)| *known == name) {
                return Err(ApiError::bad_request(format!("`{}` is given twice.", show(&name))));
            }
            options.push((name, value));
        }
        Ok(Self(options))
    }

    /// `None` if it is missing.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        let place = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.swap_remove(place).1)
    }

    pub(crate) fn boolean(&mut self, name: &str) -> Result<Option<bool>, ApiError> {
        // Python's `str(True)` is what an SDK sends.
        match self.text(name).as_deref() {
            None => Ok(None),
            Some("true" | "True") => Ok(Some(true)),
            Some("false" | "False") => Ok(Some(false)),
            Some(other) => Err(ApiError::bad_request(format!(
                "`{name}` expects true or false, found `{}`.",
                show(other)
            ))),
        }
    }

    /// Refuses what nobody has taken.
    pub(crate) fn finish(self) -> Result<(), ApiError> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => Err(ApiError::bad_request(format!(
                "`{}` is not an option of this endpoint.",
                show(name)
            ))),
        }
    }
}

fn decode(raw: &str) -> Result<String, ApiError> {
    let spaced = raw.replace('+', " ");
    match percent_decode_str(&spaced).decode_utf8() {
        Ok(text) if !text.contains('\0') => Ok(text.into_owned()),
        _ => Err(ApiError::bad_request("An option is not valid UTF-8 text.")),
    }
}

fn show(text: &str) -> String {
    text.chars().take(60).map(|c| if c.is_control() { '?' } else { c }).collect()
}
