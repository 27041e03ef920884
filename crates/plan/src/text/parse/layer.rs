//! Layers from their text.

use super::{Room, Scanner, arguments, length, set, size, steps};
use crate::{
    Area, Blend, Color, Content, Font, Ingredient, Inset, Layer, Length, Order, Orient, ParseError,
    Place, Position, Repeat, Side, Slant, Strike, Text, TextAlign, Weight, text::words::Word,
};

/// `(content,options|steps)`
pub(super) fn layer(scanner: &mut Scanner<'_>, room: Room) -> Result<Layer, ParseError> {
    let Some(layers) = room.layers.checked_sub(1) else {
        return Err(scanner.error("layers at most 3 deep"));
    };
    let room = Room { layers, ..room };
    scanner.expect(b'(', "`(`")?;
    let content = content(scanner)?;
    let (mut place, mut blend) = (Place::default(), Blend::default());
    let (mut order, mut repeat) = (Order::default(), Repeat::default());
    while scanner.eat(b',') {
        let start = scanner.clone();
        match scanner.word() {
            "x" => place.x = position(scanner)?,
            "y" => place.y = position(scanner)?,
            word if set(&mut blend, word) || set(&mut order, word) || set(&mut repeat, word) => {}
            _ => return Err(start.error("x=, y=, below, tiled or a way to blend")),
        }
    }
    let steps = if scanner.eat(b'|') { steps(scanner, room)? } else { Vec::new() };
    scanner.expect(b')', "`,`, `|` or `)`")?;
    Ok(Layer { content, steps, place, blend, order, repeat })
}

fn content(scanner: &mut Scanner<'_>) -> Result<Content, ParseError> {
    let start = scanner.clone();
    match scanner.word() {
        "picture" => arguments(scanner, inset).map(Content::Picture),
        "text" => arguments(scanner, text).map(Content::Text),
        "area" => arguments(scanner, area).map(Content::Area),
        _ => Err(start.error("picture, text or area")),
    }
}

fn inset(scanner: &mut Scanner<'_>) -> Result<Inset, ParseError> {
    let mut inset = Inset { file: ingredient(scanner)?, frame: None, orient: Orient::Exif };
    while scanner.eat(b',') {
        let start = scanner.clone();
        match scanner.word() {
            "frame" => {
                scanner.expect(b'=', "`=`")?;
                inset.frame = Some(scanner.integer("a frame or page, counted from 1")?);
            }
            "stored" => inset.orient = Orient::Stored,
            _ => return Err(start.error("frame= or stored")),
        }
    }
    Ok(inset)
}

fn ingredient(scanner: &mut Scanner<'_>) -> Result<Ingredient, ParseError> {
    if scanner.eat_text("sha256:") {
        return scanner.hash().map(Ingredient::Content);
    }
    scanner.string().map(Ingredient::Path)
}

fn area(scanner: &mut Scanner<'_>) -> Result<Area, ParseError> {
    let (width, height) = size(scanner)?;
    scanner.expect(b',', "`,`")?;
    Ok(Area { width, height, color: scanner.color()? })
}

fn text(scanner: &mut Scanner<'_>) -> Result<Text, ParseError> {
    let string = scanner.string()?;
    scanner.expect(b',', "`,` and the size of an em")?;
    let size = length(scanner)?;
    scanner.expect(b',', "`,` and a colour")?;
    let mut text = Text {
        text: string,
        font: Font::default(),
        size,
        color: scanner.color()?,
        weight: Weight::default(),
        slant: Slant::default(),
        strike: Strike::default(),
        wrap: None,
        align: TextAlign::default(),
        padding: [const { Length::Px(0.0) }; 4],
        background: Color::TRANSPARENT,
        line_height: None,
    };
    while scanner.eat(b',') {
        style(scanner, &mut text)?;
    }
    Ok(text)
}

fn style(scanner: &mut Scanner<'_>, text: &mut Text) -> Result<(), ParseError> {
    let start = scanner.clone();
    let word = scanner.word();
    if set(&mut text.weight, word)
        || set(&mut text.slant, word)
        || set(&mut text.strike, word)
        || set(&mut text.align, word)
    {
        return Ok(());
    }
    if !scanner.eat(b'=') {
        return Err(start.error("a style of text"));
    }
    match word {
        "font" => text.font = Font::Family(scanner.string()?),
        "font-file" => text.font = Font::File(ingredient(scanner)?),
        "wrap" => text.wrap = Some(length(scanner)?),
        "line-height" => text.line_height = Some(length(scanner)?),
        "background" => text.background = scanner.color()?,
        "padding" => text.padding = padding(scanner)?,
        _ => return Err(start.error("a style of text")),
    }
    Ok(())
}

fn padding(scanner: &mut Scanner<'_>) -> Result<[Length; 4], ParseError> {
    let top = length(scanner)?;
    if scanner.peek() != Some(b':') {
        return Ok([top.clone(), top.clone(), top.clone(), top]);
    }
    let mut next = || {
        scanner.expect(b':', "`:` and a length")?;
        length(scanner)
    };
    Ok([top, next()?, next()?, next()?])
}

/// `=middle`, `=start(10)`, `=middle(10,end)`, `=end(10)`, `=at(-10)`
fn position(scanner: &mut Scanner<'_>) -> Result<Position, ParseError> {
    scanner.expect(b'=', "`=`")?;
    if scanner.eat_text("at") {
        return arguments(scanner, length).map(Position::At);
    }
    let named = side(scanner)?;
    if scanner.peek() != Some(b'(') {
        return Ok(Position::Align(named));
    }
    arguments(scanner, |scanner| {
        let offset = length(scanner)?;
        if named == Side::End {
            return Ok(Position::End { offset });
        }
        let from = if scanner.eat(b',') { side(scanner)? } else { Side::Start };
        Ok(match named {
            Side::Middle => Position::Middle { offset, from },
            Side::Start | Side::End => Position::Start { offset, from },
        })
    })
}

fn side(scanner: &mut Scanner<'_>) -> Result<Side, ParseError> {
    let start = scanner.clone();
    Side::from_word(scanner.word()).ok_or_else(|| start.error("start, middle or end"))
}
