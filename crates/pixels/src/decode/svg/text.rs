//! The characters of an SVG, before an XML parser sees them.

use std::{borrow::Cow, collections::HashMap};

use plan::Format;

use super::decoded;
use crate::{
    Error, Limits,
    decode::{guard::damaged, markup::most_attributes},
};

/// The text, if it is not longer than the limit, its entities stay small, and no tag has so many attributes
/// that comparing them with each other would take long.
pub(super) fn read<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Cow<'a, str>, Error> {
    if bytes.len() > limits.svg_bytes {
        return Err(Error::TooLarge(format!(
            "the SVG has {} bytes, the limit is {}",
            bytes.len(),
            limits.svg_bytes
        )));
    }
    let text = decoded(bytes).ok_or_else(|| damaged(Format::Svg, "this is no Unicode text"))?;
    let expanded = Entities::read(&text).expanded_length(&text);
    if expanded > EXPANDED {
        return Err(Error::TooLarge("the entities of the SVG expand to too much text".to_owned()));
    }
    if most_attributes(&text) > ATTRIBUTES {
        return Err(Error::TooLarge("an element of the SVG has too many attributes".to_owned()));
    }
    Ok(text)
}

/// Bytes that all entity references together may add.
const EXPANDED: u64 = 1 << 20;

/// Attributes of one element; drawing programs write about 40.
const ATTRIBUTES: usize = 1000;

/// Entities declared in the document type.
struct Entities<'a> {
    values: HashMap<&'a str, &'a str>,
    /// Where the document type ends.
    end: usize,
}

impl<'a> Entities<'a> {
    fn read(text: &'a str) -> Self {
        let mut values = HashMap::new();
        let mut end = 0;
        let mut rest = text;
        while let Some(at) = rest.find("<!ENTITY") {
            rest = &rest[at + "<!ENTITY".len()..];
            let declaration = rest.trim_start();
            let Some((name, after)) = declaration.split_once(char::is_whitespace) else { break };
            let after = after.trim_start();
            if let Some(quote @ ('"' | '\'')) = after.chars().next()
                && let Some(length) = after[1..].find(quote)
            {
                // The first declaration of a name counts.
                values.entry(name).or_insert(&after[1..=length]);
                rest = &after[length + 2..];
            }
            end = text.len() - rest.len();
        }
        Self { values, end }
    }

    fn expanded_length(&self, text: &str) -> u64 {
        if self.values.is_empty() {
            return 0;
        }
        let mut lengths = HashMap::new();
        references(&text[self.end..])
            .map(|name| self.length(name, 0, &mut lengths))
            .fold(0, u64::saturating_add)
    }

    /// Bytes that one reference becomes. Loops and deep nesting count as endless; the parser refuses them, too.
    fn length(&self, name: &'a str, depth: u32, known: &mut HashMap<String, u64>) -> u64 {
        const DEPTH: u32 = 16;
        if let Some(&length) = known.get(name) {
            return length;
        }
        let Some(value) = self.values.get(name) else { return 1 };
        if depth > DEPTH {
            return u64::MAX;
        }
        let inner = references(value)
            .map(|name| self.length(name, depth + 1, known))
            .fold(value.len() as u64, u64::saturating_add);
        known.insert(name.to_owned(), inner);
        inner
    }
}

/// Names between `&` and `;`, character references left out.
fn references(text: &str) -> impl Iterator<Item = &str> {
    text.split('&').skip(1).filter_map(|part| {
        let (name, _) = part.split_once(';')?;
        (!name.starts_with('#')).then_some(name)
    })
}
