//! Layers and conditions as their text.

use std::fmt::{self, Display, Formatter, Write};

use super::{Number, OrNothing, Separated, Word};
use crate::{
    Area, Branch, Color, Comparison, Condition, Content, Font, Ingredient, Inset, Layer, Length,
    Orient, Position, Side, Step, Text,
};

impl Display for Layer {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("layer(")?;
        let mut options = Separated::new(f, ",");
        options.add(&self.content)?;
        for (axis, position) in [("x", &self.place.x), ("y", &self.place.y)] {
            if *position != Position::default() {
                options.add(&format_args!("{axis}={position}"))?;
            }
        }
        options.add_unless_default(self.order)?;
        options.add_unless_default(self.repeat)?;
        options.add_unless_default(self.blend)?;
        for step in &self.steps {
            write!(f, "|{step}")?;
        }
        f.write_char(')')
    }
}

impl Display for Content {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Picture(inset) => inset.fmt(f),
            Self::Text(text) => text.fmt(f),
            Self::Area(area) => area.fmt(f),
        }
    }
}

impl Display for Inset {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "picture({}", self.file)?;
        if let Some(frame) = self.frame {
            write!(f, ",frame={frame}")?;
        }
        if self.orient == Orient::Stored {
            f.write_str(",stored")?;
        }
        f.write_char(')')
    }
}

impl Display for Ingredient {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => Quoted(path).fmt(f),
            Self::Content(hash) => {
                f.write_str("sha256:")?;
                hash.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }
    }
}

impl Display for Area {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { width, height, color } = self;
        write!(f, "area({}x{},{color})", OrNothing(width.as_ref()), OrNothing(height.as_ref()))
    }
}

impl Display for Text {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        const NOTHING: Length = Length::Px(0.0);
        write!(f, "text({},{},", Quoted(&self.text), self.size)?;
        let mut options = Separated::new(f, ",");
        options.add(&self.color)?;
        match &self.font {
            Font::Family(family) if family.is_empty() => {}
            Font::Family(family) => options.add(&format_args!("font={}", Quoted(family)))?,
            Font::File(file) => options.add(&format_args!("font-file={file}"))?,
        }
        options.add_unless_default(self.weight)?;
        options.add_unless_default(self.slant)?;
        options.add_unless_default(self.strike)?;
        if let Some(wrap) = &self.wrap {
            options.add(&format_args!("wrap={wrap}"))?;
        }
        options.add_unless_default(self.align)?;
        let [top, right, bottom, left] = &self.padding;
        if [right, bottom, left] != [top; 3] {
            options.add(&format_args!("padding={top}:{right}:{bottom}:{left}"))?;
        } else if *top != NOTHING {
            options.add(&format_args!("padding={top}"))?;
        }
        if self.background != Color::TRANSPARENT {
            options.add(&format_args!("background={}", self.background))?;
        }
        if let Some(line_height) = &self.line_height {
            options.add(&format_args!("line-height={line_height}"))?;
        }
        f.write_char(')')
    }
}

impl Display for Position {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (name, offset, from) = match self {
            Self::Align(side) => return f.write_str(side.word().unwrap_or_default()),
            Self::Start { offset, from } => ("start", offset, *from),
            Self::End { offset } => ("end", offset, Side::Start),
            Self::Middle { offset, from } => ("middle", offset, *from),
            Self::At(offset) => ("at", offset, Side::Start),
        };
        write!(f, "{name}({offset}")?;
        if from != Side::Start {
            write!(f, ",{}", from.word().unwrap_or_default())?;
        }
        f.write_char(')')
    }
}

impl Display for Branch {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "if({}?", self.condition)?;
        write_steps(f, &self.then)?;
        if !self.otherwise.is_empty() {
            f.write_char(':')?;
            write_steps(f, &self.otherwise)?;
        }
        f.write_char(')')
    }
}

fn write_steps(f: &mut Formatter<'_>, steps: &[Step]) -> fmt::Result {
    let mut parts = Separated::new(f, "|");
    steps.iter().try_for_each(|step| parts.add(step))
}

impl Display for Condition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (index, group) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_char(',')?;
            }
            let mut tests = Separated::new(f, "&");
            group.iter().try_for_each(|comparison| tests.add(comparison))?;
        }
        Ok(())
    }
}

impl Display for Comparison {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let left = self.left.word().unwrap_or_default();
        let test = self.test.word().unwrap_or_default();
        write!(f, "{left}{test}{}", Number(self.right))
    }
}

/// A string in quotation marks.
struct Quoted<'a>(&'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for character in self.0.chars() {
            match character {
                '"' | '\\' => write!(f, "\\{character}")?,
                '\n' => f.write_str("\\n")?,
                character if is_hidden(character) => {
                    write!(f, "\\u{{{:x}}}", u32::from(character))?;
                }
                character => f.write_char(character)?,
            }
        }
        f.write_char('"')
    }
}

/// Control characters, and those that break lines, turn text around or cannot be seen: a plan stands in logs.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
        )
}
