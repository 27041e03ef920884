//! Effects and conditions from their text.

use super::{Room, Scanner, length, steps, three_more};
use crate::{
    Branch, Colorize, Comparison, Condition, Convolve, Distort, Equalize, Gradient, Linear,
    Modulate, ParseError, ReplaceColor, Shadow, Test, Variable, text::words::Word,
};

pub(super) fn shadow(scanner: &mut Scanner<'_>) -> Result<Shadow, ParseError> {
    let blur = scanner.number()?;
    let [strength, x, y] = three_more(scanner)?;
    Ok(Shadow { blur, strength, x, y })
}

pub(super) fn gradient(scanner: &mut Scanner<'_>) -> Result<Gradient, ParseError> {
    let degrees = scanner.number()?;
    scanner.expect(b',', "`,`")?;
    let from = scanner.color()?;
    scanner.expect(b',', "`,`")?;
    let to = scanner.color()?;
    scanner.expect(b',', "`,`")?;
    Ok(Gradient { degrees, from, to, stop: length(scanner)? })
}

pub(super) fn colorize(scanner: &mut Scanner<'_>) -> Result<Colorize, ParseError> {
    let color = scanner.color()?;
    scanner.expect(b',', "`,`")?;
    Ok(Colorize { color, intensity: scanner.number()? })
}

pub(super) fn perspective(scanner: &mut Scanner<'_>) -> Result<Distort, ParseError> {
    let mut corners = [(0.0, 0.0); 4];
    for (index, (x, y)) in corners.iter_mut().enumerate() {
        if index > 0 {
            scanner.expect(b',', "`,` and eight numbers in all")?;
        }
        *x = scanner.number()?;
        scanner.expect(b',', "`,` and eight numbers in all")?;
        *y = scanner.number()?;
    }
    Ok(Distort::Perspective(corners))
}

pub(super) fn replace_color(scanner: &mut Scanner<'_>) -> Result<ReplaceColor, ParseError> {
    let to = scanner.color()?;
    scanner.expect(b',', "`,`")?;
    let tolerance = scanner.number()?;
    let from = if scanner.eat(b',') { Some(scanner.color()?) } else { None };
    Ok(ReplaceColor { to, tolerance, from })
}

pub(super) fn convolve(scanner: &mut Scanner<'_>) -> Result<Convolve, ParseError> {
    let width = scanner.integer("a width in pixels")?;
    let mut weights = Vec::new();
    while scanner.eat(b',') {
        weights.push(scanner.number()?);
    }
    Ok(Convolve { width, weights })
}

pub(super) fn equalize(scanner: &mut Scanner<'_>) -> Result<Equalize, ParseError> {
    let width = scanner.integer("a width in pixels")?;
    scanner.expect(b',', "`,`")?;
    let height = scanner.integer("a height in pixels")?;
    scanner.expect(b',', "`,`")?;
    Ok(Equalize { width, height, slope: scanner.integer("a slope of 0 to 100")? })
}

pub(super) fn linear(scanner: &mut Scanner<'_>) -> Result<Linear, ParseError> {
    let [gain, offset] = numbers(scanner)?;
    Ok(Linear { gain, offset })
}

pub(super) fn modulate(scanner: &mut Scanner<'_>) -> Result<Modulate, ParseError> {
    let [lightness, chroma, hue] = numbers(scanner)?;
    Ok(Modulate { lightness, chroma, hue })
}

/// So many numbers with commas between them.
pub(super) fn numbers<const COUNT: usize>(
    scanner: &mut Scanner<'_>,
) -> Result<[f64; COUNT], ParseError> {
    let mut numbers = [0.0; COUNT];
    for (index, number) in numbers.iter_mut().enumerate() {
        if index > 0 {
            scanner.expect(b',', "`,` and a number")?;
        }
        *number = scanner.number()?;
    }
    Ok(numbers)
}

/// `(condition?steps:steps)`
pub(super) fn branch(scanner: &mut Scanner<'_>, room: Room) -> Result<Branch, ParseError> {
    let Some(branches) = room.branches.checked_sub(1) else {
        return Err(scanner.error("conditions at most 3 deep"));
    };
    let room = Room { branches, ..room };
    scanner.expect(b'(', "`(`")?;
    let condition = condition(scanner)?;
    scanner.expect(b'?', "`?` behind the condition")?;
    let is_empty = matches!(scanner.peek(), Some(b':' | b')'));
    let then = if is_empty { Vec::new() } else { steps(scanner, room)? };
    let otherwise = if scanner.eat(b':') { steps(scanner, room)? } else { Vec::new() };
    scanner.expect(b')', "`:` or `)`")?;
    Ok(Branch { condition, then, otherwise })
}

fn condition(scanner: &mut Scanner<'_>) -> Result<Condition, ParseError> {
    let mut groups = Vec::new();
    loop {
        let mut group = vec![comparison(scanner)?];
        while scanner.eat(b'&') {
            group.push(comparison(scanner)?);
        }
        groups.push(group);
        if !scanner.eat(b',') {
            return Ok(Condition(groups));
        }
    }
}

fn comparison(scanner: &mut Scanner<'_>) -> Result<Comparison, ParseError> {
    let start = scanner.clone();
    let left = Variable::from_word(scanner.letters())
        .ok_or_else(|| start.error("a variable such as cw"))?;
    let test = Test::ALL.iter().find(|(sign, _)| scanner.eat_text(sign));
    let (_, test) = test.ok_or_else(|| scanner.error("a test such as == or >="))?;
    Ok(Comparison { left, test: *test, right: scanner.number()? })
}
