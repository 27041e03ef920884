//! What an image is found by: a key, or what it is the image of.
//!
//! | Address | Grammar |
//! |---|---|
//! | by key | `key=` any spelling of an asset's id; what else is said beside it does not count |
//! | by words | `type=` one of [`ImageType`], and `id=`, `ds=`, `cid=`, each 1 to 512 bytes or absent |
//!
//! Words are compared byte by byte, and an absent one equals an absent one only.

use std::fmt::Write;

use library::{AssetId, Slot};

use crate::{
    error::ApiError,
    parameters::{Parameters, Text},
};

/// What an image is for. Clients decide what that means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ImageType {
    Background,
    Feedback,
    Header,
    Icon,
    Logo,
    Ugc,
    User,
}

impl ImageType {
    pub(crate) const ALL: [(&'static str, Self); 7] = [
        ("BACKGROUND", Self::Background),
        ("FEEDBACK", Self::Feedback),
        ("HEADER", Self::Header),
        ("ICON", Self::Icon),
        ("LOGO", Self::Logo),
        ("UGC", Self::Ugc),
        ("USER", Self::User),
    ];

    pub(crate) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    fn parse(text: &[u8]) -> Result<Self, ApiError> {
        let known = Self::ALL.iter().find(|(name, _)| name.as_bytes() == text);
        known.map(|(_, kind)| *kind).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|(name, _)| *name).collect();
            ApiError::invalid(format!(
                "`type` expects one of {}, found `{}`",
                names.join(", "),
                shown(text)
            ))
        })
    }

    /// Whether uploads without an id would overwrite each other although they are about different things.
    pub(crate) fn needs_an_id(self) -> bool {
        matches!(self, Self::Ugc | Self::Feedback)
    }
}

/// What an image is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) kind: ImageType,
    pub(crate) id: Option<String>,
    pub(crate) ds: Option<String>,
    pub(crate) cid: Option<String>,
}

impl Words {
    pub(crate) fn parse(parameters: Parameters) -> Result<Self, ApiError> {
        let Parameters { kind, id, ds, cid, .. } = parameters;
        let kind = kind.ok_or_else(|| ApiError::invalid("`type` is missing"))?;
        let kind = ImageType::parse(&kind)?;
        Ok(Self { kind, id: word("id", id)?, ds: word("ds", ds)?, cid: word("cid", cid)? })
    }

    /// One text for each combination of words: with their lengths in front, none can be read as part of another.
    pub(crate) fn slot(&self) -> Slot {
        let mut name = self.kind.name().to_owned();
        for word in [&self.id, &self.ds, &self.cid] {
            let word = word.as_deref().unwrap_or_default();
            // Writing to a text cannot fail.
            let _ = write!(name, " {}:{word}", word.len());
        }
        Slot { namespace: "glean", name }
    }
}

/// Where an image is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Address {
    /// `None`: nothing can have this key.
    Key(Option<AssetId>),
    Words(Words),
}

impl Address {
    pub(crate) fn parse(parameters: Parameters) -> Result<Self, ApiError> {
        if let Some(key) = &parameters.key {
            let key = std::str::from_utf8(key).ok();
            return Ok(Self::Key(key.and_then(|key| AssetId::parse_any(key).ok())));
        }
        if parameters.kind.is_none() {
            return Err(ApiError::invalid(
                "either `key` or `type` is needed, with `id`, `ds` and `cid` where the image has them",
            ));
        }
        Words::parse(parameters).map(Self::Words)
    }
}

fn word(name: &str, value: Option<Text>) -> Result<Option<String>, ApiError> {
    const BYTES: usize = 512;
    let Some(value) = value else { return Ok(None) };
    if value.len() > BYTES {
        return Err(ApiError::invalid(format!(
            "`{name}` expects 1 to {BYTES} bytes, found {}",
            value.len()
        )));
    }
    let text = String::from_utf8(value)
        .map_err(|_| ApiError::invalid(format!("`{name}` expects a text in UTF-8")))?;
    if text.contains('\0') {
        return Err(ApiError::invalid(format!("`{name}` holds the character U+0000")));
    }
    Ok(Some(text))
}

/// What a client wrote, for its own eyes: short, one line.
fn shown(text: &[u8]) -> String {
    String::from_utf8_lossy(text).chars().take(60).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_outweighs_everything() {
        let id = AssetId::generate();
        for spelling in [id.to_string(), id.uid(), id.uuid()] {
            let query = format!("type=NOTHING&key={spelling}&id=%00");
            let address = Address::parse(Parameters::parse(Some(&query)));
            assert_eq!(address, Ok(Address::Key(Some(id))), "{query}");
        }
        for key in ["x", "..%2f..%2fetc", "%ff", "%00", &"a".repeat(9000)] {
            let query = format!("key={key}");
            let address = Address::parse(Parameters::parse(Some(&query)));
            assert_eq!(address, Ok(Address::Key(None)), "{query}");
        }
    }

    #[test]
    fn words_become_slots() {
        check("type=ICON", "ICON 0: 0: 0:");
        check("type=USER&id=a%20b&cid=c", "USER 3:a b 0: 1:c");
        check("type=USER&id=a+1%3Ab&ds=2%3A", "USER 5:a 1:b 2:2: 0:");
        check("type=LOGO&ds=gr%C3%BCn", "LOGO 0: 5:gr\u{fc}n 0:");
        check("type=UGC&id=A", "UGC 1:A 0: 0:");
    }

    #[test]
    fn faults_name_parameter_expectation_and_finding() {
        let long = format!("type=ICON&cid={}", "a".repeat(513));
        let errors: Vec<String> = [
            "",
            "id=a",
            "key=&ds=a",
            "type=icon",
            "type=NO%0A%22",
            "type=ICON&id=%ff",
            "type=ICON&id=a%00",
            &long,
        ]
        .into_iter()
        .map(|query| Address::parse(Parameters::parse(Some(query))).unwrap_err().detail)
        .collect();
        insta::assert_snapshot!(errors.join("\n"), @r#"
        either `key` or `type` is needed, with `id`, `ds` and `cid` where the image has them
        either `key` or `type` is needed, with `id`, `ds` and `cid` where the image has them
        either `key` or `type` is needed, with `id`, `ds` and `cid` where the image has them
        `type` expects one of BACKGROUND, FEEDBACK, HEADER, ICON, LOGO, UGC, USER, found `icon`
        `type` expects one of BACKGROUND, FEEDBACK, HEADER, ICON, LOGO, UGC, USER, found `NO\n\"`
        `id` expects a text in UTF-8
        `id` holds the character U+0000
        `cid` expects 1 to 512 bytes, found 513
        "#);
    }

    #[track_caller]
    fn check(query: &str, expected: &str) {
        let words = Words::parse(Parameters::parse(Some(query))).unwrap();
        assert_eq!(words.slot(), Slot { namespace: "glean", name: expected.to_owned() });
        assert_eq!(Address::parse(Parameters::parse(Some(query))), Ok(Address::Words(words)));
    }
}
