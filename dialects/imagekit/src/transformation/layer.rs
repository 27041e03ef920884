//! What a layer means: `l-image`, `l-text`, and the solid block `l-image,i-ik_canvas`.
//!
//! What says where it lies and what it shows may stand anywhere in its chain; the other items are steps of its own, with
//! the order and the keys that a step has outside. A picture is trimmed unless `t` says otherwise.

mod input;
mod place;
mod text;
mod tint;

use std::num::NonZeroU32;

use plan::{Area, Color, Content, Ingredient, Inset, Layer, Length, Order, Orient, Repeat, Step};

pub(super) use self::input::shortened;
use self::{input::Input, place::Placing, text::Style, tint::Tint};
use super::{
    expression::Scope,
    grammar::{self, Item},
    meaning::MeaningError,
    number,
    reader::{Parts, Reader},
};

/// The input of a solid block.
const CANVAS: &str = "/ik_canvas";

pub(crate) fn read(
    written: &grammar::Layer,
    reader: &mut Reader<'_>,
) -> Result<Layer, MeaningError> {
    let name = format!("l-{}", written.kind);
    match written.kind.as_str() {
        "image" => {
            let (input, items) = split_input(written);
            let path = input.path(&name)?;
            if path == CANVAS { area(&items, reader) } else { picture(path, &items, reader) }
        }
        "text" => {
            let (input, items) = split_input(written);
            text(input.text(&name)?, &items, reader)
        }
        "video" | "subtitles" => Err(MeaningError::VideoOnly(name)),
        _ => Err(MeaningError::UnknownLayer(super::expression::brief(&name))),
    }
}

/// The items of a layer, step by step, without its input.
type Steps<'a> = Vec<Vec<&'a Item>>;

fn split_input(written: &grammar::Layer) -> (Input, Steps<'_>) {
    let mut input = Input::default();
    let mut take = |item: &&Item| match item {
        Item::Pair { key, value } => !input.take(key, value),
        Item::Layer(_) | Item::Conditional(_) => true,
    };
    let steps = written.chain.steps.iter().map(|step| step.iter().filter(&mut take).collect());
    let steps = steps.collect();
    (input, steps)
}

fn picture(
    path: String,
    steps: &Steps<'_>,
    reader: &mut Reader<'_>,
) -> Result<Layer, MeaningError> {
    let mut frame: Option<NonZeroU32> = None;
    let mut orient = Orient::Exif;
    let layer = assemble(
        steps,
        Scope::Inset,
        reader,
        |key, value, _| {
            Ok(match key {
                "pg" => {
                    let page = number::whole(value, 1, 1_000_000).and_then(NonZeroU32::new);
                    frame = page.or(frame);
                    Some(page.is_some())
                }
                // It is encoded as part of what it is laid on.
                "q" => Some(true),
                _ => None,
            })
        },
        |parts, is_first| {
            if parts.effects.keeps_stored_orientation() {
                orient = Orient::Stored;
            }
            if is_first {
                parts.effects.trim_by_default();
            }
        },
    )?;
    let inset = Inset { file: Ingredient::Path(path), frame, orient };
    Ok(layer.with(Content::Picture(inset)))
}

/// A solid block. Without a colour it is black, but clear where a gradient is all that it shows.
fn area(steps: &Steps<'_>, reader: &mut Reader<'_>) -> Result<Layer, MeaningError> {
    let (mut tint, mut alpha): (Option<Tint>, Option<u8>) = (None, None);
    let mut sides: (Option<Length>, Option<Length>) = (None, None);
    let mut color = Color::BLACK;
    let layer = assemble(
        steps,
        Scope::Drawn,
        reader,
        |key, value, is_first| {
            let is_value = match key {
                _ if !is_first => return Ok(None),
                "bg" => Tint::parse_solid(value).map(|value| tint = Some(value)).is_some(),
                "al" => Tint::alpha(value).map(|value| alpha = Some(value)).is_some(),
                _ => return Ok(None),
            };
            Ok(Some(is_value))
        },
        |parts, is_first| {
            if is_first {
                sides = parts.geometry.take_sides();
                if parts.effects.has_gradient() {
                    color = Color::TRANSPARENT;
                }
            }
        },
    )?;
    let color = tint.map_or(color, |tint| tint.with_alpha(alpha));
    let (width, height) = sides;
    Ok(layer.with(Content::Area(Area { width, height, color })))
}

fn text(text: String, steps: &Steps<'_>, reader: &mut Reader<'_>) -> Result<Layer, MeaningError> {
    let mut style = Style::default();
    let layer = assemble(
        steps,
        Scope::Drawn,
        reader,
        |key, value, is_first| {
            // What follows changes the size of the drawn text, not that of its lines.
            if is_first { Ok(style.take(key, value)?) } else { Ok(None) }
        },
        |_, _| {},
    )?;
    Ok(layer.with(Content::Text(style.into_text(text))))
}

/// A layer that does not know yet what it shows.
struct Empty {
    steps: Vec<Step>,
    placing: Placing,
}

impl Empty {
    fn with(self, content: Content) -> Layer {
        let (place, blend) = self.placing.into_place();
        Layer {
            content,
            steps: self.steps,
            place,
            blend,
            order: Order::Above,
            repeat: Repeat::Once,
        }
    }
}

/// Reads the steps of a layer. `take` is asked for every item that is no place; what it does not know belongs to the
/// step. `adapt` sees what a step has come to. Both hear whether it is the first step.
fn assemble(
    items: &Steps<'_>,
    scope: Scope,
    reader: &mut Reader<'_>,
    mut take: impl FnMut(&str, &str, bool) -> Result<Option<bool>, MeaningError>,
    mut adapt: impl FnMut(&mut Parts, bool),
) -> Result<Empty, MeaningError> {
    let mut placing = Placing::default();
    let mut steps = Vec::new();
    for (index, items) in items.iter().enumerate() {
        let mut rest = Vec::new();
        for item in items {
            let Item::Pair { key, value } = item else {
                rest.push(*item);
                continue;
            };
            let mut taken = placing.take(key, value, scope)?;
            if taken.is_none() {
                taken = take(key, value, index == 0)?;
            }
            match taken {
                Some(is_value) => reader.note(key, value, is_value),
                None => rest.push(*item),
            }
        }
        reader.step(&rest, scope, &mut steps, |parts| adapt(parts, index == 0))?;
    }
    Ok(Empty { steps, placing })
}
