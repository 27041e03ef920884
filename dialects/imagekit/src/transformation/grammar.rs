//! From the text of a `tr` chain to what was written, and nothing more.
//!
//! ```text
//! chain  = step *( ":" step )
//! step   = item *( "," item )
//! item   = key [ "-" value ] | block
//! block  = "l-" kind [ sep chain ] sep "l-end"
//!        | "if-" condition sep chain [ sep "if-else" sep chain ] sep "if-end"
//! sep    = "," | ":"
//! ```
//!
//! * `,` and `:` inside a block belong to the block, which holds chains of its own: `l-image,i-a,w-100:rt-90,l-end`.
//!   Blocks nest three deep at most.
//! * The first `-` of an item ends its key, so `ar-4-3` is the key `ar` with the value `4-3`.
//! * Empty items and empty steps are skipped.
//! * Keys and values are percent-decoded exactly once. A text with an unencoded `,` or `:` is split first and each
//!   item decoded then; any other text is decoded first and split then, because some clients encode separators and
//!   others leave them raw.
//! * In a query `+` is a blank; in a path it is itself.
//!
//! Unknown keys are not this module's business; `meaning` ignores them.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// Steps of one URL.
pub(crate) const MAX_STEPS: usize = 64;
/// Layers of one URL.
const MAX_LAYERS: usize = 20;
/// Blocks inside blocks.
const MAX_NESTING: usize = 3;

/// What was written, step by step. No step is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Chain {
    pub(crate) steps: Vec<Vec<Item>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    /// `w-300`, or a bare `orig`.
    Pair {
        key: String,
        value: String,
    },
    Layer(Layer),
    Conditional(Conditional),
}

/// `l-image,…,l-end`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layer {
    /// What stands behind `l-`.
    pub(crate) kind: String,
    pub(crate) chain: Chain,
}

/// `if-…,…,if-else,…,if-end`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Conditional {
    /// What stands behind `if-`.
    pub(crate) condition: String,
    pub(crate) then: Chain,
    pub(crate) otherwise: Chain,
}

/// Where a chain stood in the URL: a `+` differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
}

/// A text that is no chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SyntaxError {
    #[error("`{0}` ends a block that was not opened")]
    NotOpen(String),
    #[error("`{0}` is never closed, expected `{1}`")]
    NotClosed(String, &'static str),
    #[error("blocks are nested deeper than {MAX_NESTING}")]
    TooDeep,
    #[error("more than {MAX_STEPS} steps")]
    TooManySteps,
    #[error("more than {MAX_LAYERS} layers")]
    TooManyLayers,
    #[error("the transformation is not valid UTF-8")]
    NotText,
}

impl Item {
    pub(crate) fn pair(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self::Pair { key: key.into(), value: value.into() }
    }
}

impl Chain {
    /// Reads the raw text after `tr:` or `tr=`.
    pub(crate) fn parse(raw: &str, place: Place) -> Result<Self, SyntaxError> {
        if raw.contains([',', ':']) {
            read(raw, |piece| decode(piece, place))
        } else {
            let text = decode(raw, place)?;
            read(&text, |piece| Ok(Cow::Borrowed(piece)))
        }
    }

    /// Whether any step calls a named transformation.
    pub(crate) fn names_presets(&self) -> bool {
        self.steps.iter().flatten().any(|item| match item {
            Item::Pair { key, .. } => key == "n",
            Item::Layer(_) => false,
            Item::Conditional(Conditional { then, otherwise, .. }) => {
                then.names_presets() || otherwise.names_presets()
            }
        })
    }

    /// Adds the steps of another chain behind these.
    pub(crate) fn append(&mut self, mut other: Self) -> Result<(), SyntaxError> {
        self.steps.append(&mut other.steps);
        if self.steps.len() > MAX_STEPS { Err(SyntaxError::TooManySteps) } else { Ok(()) }
    }
}

fn decode(raw: &str, place: Place) -> Result<Cow<'_, str>, SyntaxError> {
    match place {
        Place::Query if raw.contains('+') => {
            let spaced = raw.replace('+', " ");
            let decoded =
                percent_decode_str(&spaced).decode_utf8().map_err(|_| SyntaxError::NotText)?;
            Ok(Cow::Owned(decoded.into_owned()))
        }
        _ => percent_decode_str(raw).decode_utf8().map_err(|_| SyntaxError::NotText),
    }
}

/// Splits at separators outside of blocks. Never recurses: the open blocks are a list of at most [`MAX_NESTING`].
fn read<'a>(
    text: &'a str,
    decode: impl Fn(&'a str) -> Result<Cow<'a, str>, SyntaxError>,
) -> Result<Chain, SyntaxError> {
    let mut reader = Reader::default();
    let mut rest = text;
    loop {
        let end = rest.find([',', ':']).unwrap_or(rest.len());
        reader.piece(&decode(&rest[..end])?)?;
        match rest[end..].chars().next() {
            Some(':') => reader.end_step()?,
            Some(_) => {}
            None => return reader.finish(),
        }
        rest = &rest[end + 1..];
    }
}

/// A chain while it is read, and the blocks around the place where the reading is.
#[derive(Default)]
struct Reader {
    chain: Growing,
    open: Vec<Open>,
    /// Of all chains together.
    steps: usize,
    layers: usize,
}

/// A chain whose last step is not complete.
#[derive(Default)]
struct Growing {
    steps: Vec<Vec<Item>>,
    step: Vec<Item>,
}

/// A block that is not closed yet. Its content grows as the reader's chain.
struct Open {
    block: Block,
    /// What the block interrupted.
    around: Growing,
}

enum Block {
    Layer {
        kind: String,
    },
    Conditional {
        condition: String,
        /// The true part, once the false part has begun.
        then: Option<Chain>,
    },
}

impl Reader {
    fn piece(&mut self, piece: &str) -> Result<(), SyntaxError> {
        match piece.split_once('-') {
            Some(("l", "end")) => self.close_layer(piece),
            Some(("if", "end")) => self.close_conditional(piece),
            Some(("if", "else")) => self.turn_over(piece),
            Some(("l", kind)) => {
                self.layers += 1;
                if self.layers > MAX_LAYERS {
                    return Err(SyntaxError::TooManyLayers);
                }
                self.open(Block::Layer { kind: kind.to_owned() })
            }
            Some(("if", condition)) => {
                let condition = condition.to_owned();
                self.open(Block::Conditional { condition, then: None })
            }
            _ if piece.is_empty() => Ok(()),
            pair => {
                let (key, value) = pair.unwrap_or((piece, ""));
                self.chain.step.push(Item::pair(key, value));
                Ok(())
            }
        }
    }

    fn open(&mut self, block: Block) -> Result<(), SyntaxError> {
        if self.open.len() == MAX_NESTING {
            return Err(SyntaxError::TooDeep);
        }
        self.open.push(Open { block, around: std::mem::take(&mut self.chain) });
        Ok(())
    }

    fn close_layer(&mut self, closing: &str) -> Result<(), SyntaxError> {
        let chain = self.take_chain()?;
        let Some(Open { block: Block::Layer { kind }, around }) = self.open.pop() else {
            return Err(SyntaxError::NotOpen(closing.to_owned()));
        };
        self.resume(around, Item::Layer(Layer { kind, chain }));
        Ok(())
    }

    fn close_conditional(&mut self, closing: &str) -> Result<(), SyntaxError> {
        let last = self.take_chain()?;
        let Some(Open { block: Block::Conditional { condition, then }, around }) = self.open.pop()
        else {
            return Err(SyntaxError::NotOpen(closing.to_owned()));
        };
        let (then, otherwise) = match then {
            Some(then) => (then, last),
            None => (last, Chain::default()),
        };
        self.resume(around, Item::Conditional(Conditional { condition, then, otherwise }));
        Ok(())
    }

    /// From the true part of a conditional to the false one.
    fn turn_over(&mut self, piece: &str) -> Result<(), SyntaxError> {
        let part = self.take_chain()?;
        match self.open.last_mut() {
            Some(Open { block: Block::Conditional { then: then @ None, .. }, .. }) => {
                *then = Some(part);
                Ok(())
            }
            _ => Err(SyntaxError::NotOpen(piece.to_owned())),
        }
    }

    fn resume(&mut self, around: Growing, block: Item) {
        self.chain = around;
        self.chain.step.push(block);
    }

    fn end_step(&mut self) -> Result<(), SyntaxError> {
        if self.chain.step.is_empty() {
            return Ok(());
        }
        if self.steps == MAX_STEPS {
            return Err(SyntaxError::TooManySteps);
        }
        self.steps += 1;
        let step = std::mem::take(&mut self.chain.step);
        self.chain.steps.push(step);
        Ok(())
    }

    fn take_chain(&mut self) -> Result<Chain, SyntaxError> {
        self.end_step()?;
        Ok(Chain { steps: std::mem::take(&mut self.chain).steps })
    }

    fn finish(mut self) -> Result<Chain, SyntaxError> {
        match self.open.pop() {
            Some(Open { block: Block::Layer { kind }, .. }) => {
                Err(SyntaxError::NotClosed(format!("l-{kind}"), "l-end"))
            }
            Some(Open { block: Block::Conditional { condition, .. }, .. }) => {
                Err(SyntaxError::NotClosed(format!("if-{condition}"), "if-end"))
            }
            None => self.take_chain(),
        }
    }
}

#[cfg(test)]
mod tests;
