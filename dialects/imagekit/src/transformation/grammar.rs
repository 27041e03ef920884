//! From the text of a `tr` chain to what was written, and nothing more.
//!
//! ```text
//! chain  = step *( ":" step )
//! step   = item *( "," item )
//! item   = key [ "-" value ] | block
//! block  = "l-" *( any ) "l-end" | "if-" *( any ) "if-end"
//! ```
//!
//! * `,` and `:` inside a block belong to the block; blocks nest three deep at most.
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
    Pair { key: String, value: String },
    /// A balanced `l-…,l-end` or `if-…,if-end`.
    Block { kind: BlockKind, opening: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BlockKind {
    Layer,
    Conditional,
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
        let is_name = |item: &Item| matches!(item, Item::Pair { key, .. } if key == "n");
        self.steps.iter().flatten().any(is_name)
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

#[derive(Default)]
struct Reader {
    chain: Chain,
    step: Vec<Item>,
    open: Vec<(BlockKind, String)>,
    layers: usize,
}

impl Reader {
    fn piece(&mut self, piece: &str) -> Result<(), SyntaxError> {
        match piece {
            "l-end" => self.close(BlockKind::Layer, piece),
            "if-end" => self.close(BlockKind::Conditional, piece),
            "if-else" if self.innermost() == Some(BlockKind::Conditional) => Ok(()),
            "if-else" => Err(SyntaxError::NotOpen(piece.to_owned())),
            _ if piece.starts_with("l-") => self.open(BlockKind::Layer, piece),
            _ if piece.starts_with("if-") => self.open(BlockKind::Conditional, piece),
            _ => {
                self.pair(piece);
                Ok(())
            }
        }
    }

    fn innermost(&self) -> Option<BlockKind> {
        self.open.last().map(|(kind, _)| *kind)
    }

    fn pair(&mut self, piece: &str) {
        if piece.is_empty() || !self.open.is_empty() {
            return;
        }
        let (key, value) = piece.split_once('-').unwrap_or((piece, ""));
        self.step.push(Item::Pair { key: key.to_owned(), value: value.to_owned() });
    }

    fn open(&mut self, kind: BlockKind, opening: &str) -> Result<(), SyntaxError> {
        if self.open.len() == MAX_NESTING {
            return Err(SyntaxError::TooDeep);
        }
        if kind == BlockKind::Layer {
            self.layers += 1;
            if self.layers > MAX_LAYERS {
                return Err(SyntaxError::TooManyLayers);
            }
        }
        self.open.push((kind, opening.to_owned()));
        Ok(())
    }

    fn close(&mut self, kind: BlockKind, closing: &str) -> Result<(), SyntaxError> {
        if self.innermost() != Some(kind) {
            return Err(SyntaxError::NotOpen(closing.to_owned()));
        }
        if let Some((kind, opening)) = self.open.pop()
            && self.open.is_empty()
        {
            self.step.push(Item::Block { kind, opening });
        }
        Ok(())
    }

    fn end_step(&mut self) -> Result<(), SyntaxError> {
        if !self.open.is_empty() || self.step.is_empty() {
            return Ok(());
        }
        if self.chain.steps.len() == MAX_STEPS {
            return Err(SyntaxError::TooManySteps);
        }
        self.chain.steps.push(std::mem::take(&mut self.step));
        Ok(())
    }

    fn finish(mut self) -> Result<Chain, SyntaxError> {
        match self.open.pop() {
            Some((BlockKind::Layer, opening)) => Err(SyntaxError::NotClosed(opening, "l-end")),
            Some((BlockKind::Conditional, opening)) => {
                Err(SyntaxError::NotClosed(opening, "if-end"))
            }
            None => {
                self.end_step()?;
                Ok(self.chain)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Writes a chain back in one line: steps by ` : `, items by ` , `, blocks in brackets.
    fn show(chain: &Chain) -> String {
        let item = |item: &Item| match item {
            Item::Pair { key, value } => format!("{key}={value}"),
            Item::Block { opening, .. } => format!("[{opening}]"),
        };
        let step = |items: &Vec<Item>| items.iter().map(item).collect::<Vec<_>>().join(" , ");
        chain.steps.iter().map(step).collect::<Vec<_>>().join(" : ")
    }

    #[track_caller]
    fn check(raw: &str, expected: &str) {
        let chain = Chain::parse(raw, Place::Path).expect(raw);
        assert_eq!(show(&chain), expected, "{raw}");
    }

    #[track_caller]
    fn check_query(raw: &str, expected: &str) {
        let chain = Chain::parse(raw, Place::Query).expect(raw);
        assert_eq!(show(&chain), expected, "{raw}");
    }

    #[track_caller]
    fn check_error(raw: &str, expected: &str) {
        let error = Chain::parse(raw, Place::Path).expect_err(raw);
        assert_eq!(error.to_string(), expected, "{raw}");
    }

    #[test]
    fn items_and_steps_are_split() {
        check("", "");
        check("w-300", "w=300");
        check("h-300,w-400:rt-90", "h=300 , w=400 : rt=90");
        check("ar-4-3", "ar=4-3");
        check("orig", "orig=");
        check("e-usm-2-2-0.8-0.024", "e=usm-2-2-0.8-0.024");
        check(":w-1::,,h-2:", "w=1 : h=2");
        check("foo-bar", "foo=bar");
    }

    #[test]
    fn everything_is_decoded_once() {
        check("h-300%2Cw-400%3Art-90", "h=300 , w=400 : rt=90");
        check("di-a%2Cb,w-1", "di=a,b , w=1");
        check("di-a%252Cb", "di=a%2Cb");
        check("di-a+b", "di=a+b");
        check_query("di-a+b", "di=a b");
        check_query("di-a%2Bb", "di=a+b");
        check_query("h-300%2Cw-400", "h=300 , w=400");
        check_error("w-%ff", "the transformation is not valid UTF-8");
    }

    #[test]
    fn blocks_are_balanced() {
        check("l-text,i-a:b,w-1,l-end,w-300", "[l-text] , w=300");
        check("w-1:l-image,i-a,l-text,i-b,l-end,l-end:h-2", "w=1 : [l-image] : h=2");
        check("if-ar_gt_1,w-200:h-1,if-else,w-100,if-end", "[if-ar_gt_1]");
        check_error("l-text,i-a", "`l-text` is never closed, expected `l-end`");
        check_error("if-w_gt_1,w-2", "`if-w_gt_1` is never closed, expected `if-end`");
        check_error("w-300,l-end", "`l-end` ends a block that was not opened");
        check_error("l-text,if-w_gt_1,l-end,if-end", "`l-end` ends a block that was not opened");
        check_error("l-text,if-else,l-end", "`if-else` ends a block that was not opened");
        check_error("if-else", "`if-else` ends a block that was not opened");
    }

    #[test]
    fn depth_and_length_are_limited() {
        let nested = |n: usize| format!("{}{}", "l-image,i-a,".repeat(n), "l-end,".repeat(n));
        check(&nested(3), "[l-image]");
        check_error(&nested(4), "blocks are nested deeper than 3");
        check_error(&nested(1000), "blocks are nested deeper than 3");
        check_error(&"l-image,l-end,".repeat(21), "more than 20 layers");
        let chained = |n: usize| vec!["w-9"; n].join(":");
        assert!(Chain::parse(&chained(64), Place::Path).is_ok());
        check_error(&chained(65), "more than 64 steps");
        check_error(&chained(5000), "more than 64 steps");
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,200}") {
            let _ = Chain::parse(&text, Place::Path);
            let _ = Chain::parse(&text, Place::Query);
        }

        #[test]
        fn never_panics_on_its_own_words(
            words in prop::collection::vec(
                prop::sample::select(vec![
                    "w-1", ",", ":", "l-image", "l-end", "if-w_gt_1", "if-else", "if-end", "%2C", "%", "-", "é", "",
                ]),
                0..40,
            )
        ) {
            if let Ok(chain) = Chain::parse(&words.concat(), Place::Query) {
                prop_assert!(chain.steps.iter().all(|step| !step.is_empty()));
            }
        }
    }
}
