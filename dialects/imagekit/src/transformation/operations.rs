//! Effects that need a model: `e-bgremove`, `e-changebg-prompt-snow`, `bg-genfill`. A back end carries them out.

use base64::{
    Engine,
    alphabet::URL_SAFE,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use library::{ExtensionKind, Operation};
use serde_json::{Map, Value};

/// What `e` takes for one of them.
const EFFECTS: [&str; 8] =
    ["bgremove", "removedotbg", "dropshadow", "changebg", "edit", "retouch", "upscale", "genvar"];

/// The back end fills what is transparent, which the step leaves so.
pub(crate) const FILL: &str = "bg-genfill";

/// The effect of this name; `None` if it is none of these.
pub(crate) fn effect(name: &str, argument: &str) -> Option<Operation> {
    EFFECTS.contains(&name).then(|| operation(&format!("e-{name}"), argument))
}

/// `argument`: `prompt-<text>`, `prompte-<base64>`, or `key-value` joined with `_`.
pub(crate) fn operation(name: &str, argument: &str) -> Operation {
    let removes_background = matches!(name, "e-bgremove" | "e-removedotbg");
    Operation {
        name: name.to_owned(),
        plugin: name.to_owned(),
        like: removes_background.then_some(ExtensionKind::RemoveBackground),
        needs_credentials: false,
        options: options(argument),
        files: Vec::new(),
    }
}

fn options(argument: &str) -> Map<String, Value> {
    let mut options = Map::new();
    if let Some(prompt) = argument.strip_prefix("prompt-") {
        options.insert("prompt".to_owned(), prompt.into());
    } else if let Some(prompt) = argument.strip_prefix("prompte-").and_then(decoded) {
        options.insert("prompt".to_owned(), prompt.into());
    } else {
        for option in argument.split('_').filter(|option| !option.is_empty()) {
            let (key, value) = option.split_once('-').unwrap_or((option, "true"));
            options.insert(key.to_owned(), value.into());
        }
    }
    options
}

fn decoded(text: &str) -> Option<String> {
    const ANY: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    String::from_utf8(GeneralPurpose::new(&URL_SAFE, ANY).decode(text).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn options_are_pairs_or_a_prompt() {
        for (argument, expected) in [
            ("", json!({})),
            ("az-45_el-10_st-60", json!({"az": "45", "el": "10", "st": "60"})),
            ("prompt-a snow_covered-road", json!({"prompt": "a snow_covered-road"})),
            ("prompte-c25vdw", json!({"prompt": "snow"})),
            ("prompte-*", json!({"prompte": "*"})),
        ] {
            assert_eq!(Value::Object(options(argument)), expected, "{argument}");
        }
        assert_eq!(effect("upscale", "").unwrap().name, "e-upscale");
        assert_eq!(effect("grayscale", ""), None);
    }
}
