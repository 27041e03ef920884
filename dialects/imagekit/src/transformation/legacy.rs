//! Overlays as SDKs of the third generation write them: `oi-logo.png,ox-10`.
//!
//! The hosted service gave them up in 2023. A step with `oi`, `ot`, `ote` or `obg` is the same step without them, followed
//! by one layer with the translated keys; a step has one overlay at most.

use super::{
    color,
    grammar::{Chain, Item, Layer},
    layer::shortened,
    reader::Reader,
};

/// Characters of a text that count.
const TEXT_CHARS: usize = 144;

/// Which kind of overlay a key belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Image,
    Text,
    Block,
    Any,
}

/// Old key, kind of overlay, key of the layer.
const KEYS: [(&str, Kind, &str); 34] = [
    ("oi", Kind::Image, "i"),
    ("ot", Kind::Text, "i"),
    ("ote", Kind::Text, "ie"),
    ("obg", Kind::Block, "bg"),
    ("ox", Kind::Any, "lx"),
    ("oy", Kind::Any, "ly"),
    ("ofo", Kind::Any, "lfo"),
    ("oa", Kind::Any, "al"),
    ("or", Kind::Any, "r"),
    ("ow", Kind::Image, "w"),
    ("oh", Kind::Image, "h"),
    ("ow", Kind::Block, "w"),
    ("oh", Kind::Block, "h"),
    ("oit", Kind::Image, "t"),
    ("oiar", Kind::Image, "ar"),
    ("oibg", Kind::Image, "bg"),
    ("oib", Kind::Image, "b"),
    ("oidpr", Kind::Image, "dpr"),
    ("oiq", Kind::Image, "q"),
    ("oic", Kind::Image, "c"),
    ("oicm", Kind::Image, "cm"),
    ("oifo", Kind::Image, "fo"),
    ("oix", Kind::Image, "x"),
    ("oiy", Kind::Image, "y"),
    ("oixc", Kind::Image, "xc"),
    ("oiyc", Kind::Image, "yc"),
    ("ots", Kind::Text, "fs"),
    ("otf", Kind::Text, "ff"),
    ("otc", Kind::Text, "co"),
    ("ott", Kind::Text, "tg"),
    ("otw", Kind::Text, "w"),
    ("otbg", Kind::Text, "bg"),
    ("otp", Kind::Text, "pa"),
    ("otia", Kind::Text, "ia"),
];

/// Parts the items of a step from its overlay, if it has one.
pub(super) fn split<'a>(
    items: &[&'a Item],
    reader: &mut Reader<'_>,
) -> (Vec<&'a Item>, Option<Layer>) {
    let kind = items.iter().find_map(|item| match item {
        Item::Pair { key, .. } => kind_begun_by(key),
        Item::Layer(_) | Item::Conditional(_) => None,
    });
    let Some(kind) = kind else { return (items.to_vec(), None) };
    let has_named_color = items.iter().any(
        |item| matches!(item, Item::Pair { key, value } if key == "otc" && color::is_name(value)),
    );
    let mut rest = Vec::new();
    let mut translated = Vec::new();
    for item in items {
        let Item::Pair { key, value } = item else {
            rest.push(*item);
            continue;
        };
        match translation(key, kind) {
            Some("i") if kind == Kind::Text => {
                translated
                    .push(Item::pair("i", value.chars().take(TEXT_CHARS).collect::<String>()));
            }
            // What is no base64 is the layer's to refuse.
            Some("ie") => {
                let text = shortened(value, TEXT_CHARS).unwrap_or_else(|| value.clone());
                translated.push(Item::pair("ie", text));
            }
            // Of layers it is for every colour, here for those in digits.
            Some("al") if kind == Kind::Text && has_named_color => {
                reader.ignore(key, value, "it is for colours in digits");
            }
            Some(name) => translated.push(Item::pair(name, value)),
            None if kind_begun_by(key).is_some() => {
                reader.ignore(key, value, "a step has one overlay");
            }
            None => rest.push(*item),
        }
    }
    if kind == Kind::Block {
        translated.push(Item::pair("i", "ik_canvas"));
    }
    let name = if kind == Kind::Text { "text" } else { "image" };
    let chain = Chain { steps: vec![translated] };
    (rest, Some(Layer { kind: name.to_owned(), chain }))
}

/// The kind of overlay that this key makes.
fn kind_begun_by(key: &str) -> Option<Kind> {
    match key {
        "oi" => Some(Kind::Image),
        "ot" | "ote" => Some(Kind::Text),
        "obg" => Some(Kind::Block),
        _ => None,
    }
}

/// What a key is called in a layer of this kind.
fn translation(key: &str, kind: Kind) -> Option<&'static str> {
    KEYS.iter()
        .find(|(old, of, _)| *old == key && (*of == kind || *of == Kind::Any))
        .map(|(_, _, new)| *new)
}
