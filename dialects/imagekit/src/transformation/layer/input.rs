//! What a layer shows: `i` and `ie`.

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use percent_encoding::percent_decode_str;

use super::super::{expression::brief, geometry::set, meaning::MeaningError};

/// Characters of `i` that count.
const PLAIN_CHARS: usize = 2000;
/// Characters of the text in `ie` that count.
const ENCODED_CHARS: usize = 2500;

/// Padding may be there or not, and the last bits are not looked at: SDKs differ.
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const BASE64: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);

#[derive(Debug, Default)]
pub(super) struct Input {
    plain: Option<String>,
    encoded: Option<String>,
}

impl Input {
    /// Whether the item was one of ours.
    pub(super) fn take(&mut self, key: &str, value: &str) -> bool {
        let slot = match key {
            "i" => &mut self.plain,
            "ie" => &mut self.encoded,
            _ => return false,
        };
        set(slot, Some(value.to_owned()))
    }

    /// The path of a file, beginning with a slash.
    pub(super) fn path(&self, layer: &str) -> Result<String, MeaningError> {
        let path = match (&self.encoded, &self.plain) {
            (Some(encoded), _) => decode(encoded)?,
            (None, Some(plain)) => plain.replace("@@", "/"),
            (None, None) => return Err(missing(layer)),
        };
        let path = path.trim_start_matches('/');
        if path.is_empty() { Err(missing(layer)) } else { Ok(format!("/{path}")) }
    }

    pub(super) fn text(&self, layer: &str) -> Result<String, MeaningError> {
        match (&self.encoded, &self.plain) {
            (Some(encoded), _) => Ok(cut(decode(encoded)?, ENCODED_CHARS)),
            (None, Some(plain)) => Ok(cut(plain.clone(), PLAIN_CHARS)),
            (None, None) => Err(missing(layer)),
        }
    }
}

fn missing(layer: &str) -> MeaningError {
    MeaningError::NoInput(layer.to_owned())
}

fn cut(mut text: String, chars: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(chars) {
        text.truncate(end);
    }
    text
}

/// The first characters of a text in base64; `None` where there are no more of them, and for what is no base64.
pub(crate) fn shortened(encoded: &str, chars: usize) -> Option<String> {
    let text = decode(encoded).ok()?;
    (text.chars().count() > chars).then(|| BASE64.encode(cut(text, chars)))
}

/// Standard base64 or its spelling for URLs. Where a `+` was left raw in a query it has become a blank. Some SDKs encode
/// in a query what the caller has encoded for the path, so there may be escapes left.
fn decode(encoded: &str) -> Result<String, MeaningError> {
    let text = percent_decode_str(encoded).decode_utf8_lossy();
    let standard = text.replace('-', "+").replace('_', "/").replace(' ', "+");
    let bytes = BASE64.decode(standard).ok();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| MeaningError::NotBase64(brief(encoded)))
}
