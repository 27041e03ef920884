//! Layers without what cannot matter.

use super::{
    lengths::{normalized_offset, normalized_side},
    steps,
};
use crate::{Area, Blend, Color, Content, Layer, Length, Order, Place, Position, Side, Text};

pub(crate) fn normalized(layer: Layer) -> Layer {
    let Layer { content, steps, place, blend, order, repeat } = layer;
    let (order, blend) = normalized_blend(order, blend);
    Layer {
        content: match content {
            Content::Picture(inset) => Content::Picture(inset),
            Content::Text(text) => Content::Text(normalized_text(text)),
            Content::Area(area) => Content::Area(normalized_area(area)),
        },
        steps: steps::normalized(steps),
        place: Place { x: normalized_position(place.x), y: normalized_position(place.y) },
        blend,
        order,
        repeat,
    }
}

/// What can be said of a layer above is said of a layer above.
fn normalized_blend(order: Order, blend: Blend) -> (Order, Blend) {
    let above = |blend| (Order::Above, blend);
    match (order, blend) {
        (Order::Below, Blend::In) => above(Blend::Cutter),
        (Order::Below, Blend::Out) => above(Blend::Cutout),
        (Order::Below, Blend::Overlay) => above(Blend::HardLight),
        (Order::Below, Blend::HardLight) => above(Blend::Overlay),
        (Order::Below, Blend::Displace | Blend::Cutout | Blend::Cutter) => above(blend),
        (Order::Below, blend) if blend.is_symmetric() => above(blend),
        (order, blend) => (order, blend),
    }
}

fn normalized_text(mut text: Text) -> Text {
    if let Some((end, _)) = text.text.char_indices().nth(Text::MAX_CHARS) {
        text.text.truncate(end);
    }
    Text {
        size: normalized_side(text.size),
        wrap: text.wrap.map(normalized_side),
        padding: text.padding.map(normalized_padding),
        line_height: text.line_height.map(normalized_side),
        background: if text.background.a == 0 { Color::TRANSPARENT } else { text.background },
        ..text
    }
}

fn normalized_padding(padding: Length) -> Length {
    match normalized_offset(padding) {
        Length::Px(pixels) => Length::Px(pixels.max(0.0)),
        padding => padding,
    }
}

fn normalized_area(area: Area) -> Area {
    Area {
        width: area.width.map(normalized_side),
        height: area.height.map(normalized_side),
        color: area.color,
    }
}

/// Nothing between two points is the same as the two points on each other.
fn normalized_position(position: Position) -> Position {
    const NOTHING: Length = Length::Px(0.0);
    match position {
        Position::Align(side) => Position::Align(side),
        Position::Start { offset, from } => match (normalized_offset(offset), from) {
            (NOTHING, Side::Start) => Position::Align(Side::Start),
            (offset, from) => Position::Start { offset, from },
        },
        Position::End { offset } => match normalized_offset(offset) {
            NOTHING => Position::Align(Side::End),
            offset => Position::End { offset },
        },
        Position::At(offset) => match normalized_offset(offset) {
            NOTHING => Position::Align(Side::Start),
            offset => Position::At(offset),
        },
        Position::Middle { offset, from } => match (normalized_offset(offset), from) {
            (NOTHING, Side::Middle) => Position::Align(Side::Middle),
            (offset, from) => Position::Middle { offset, from },
        },
    }
}
