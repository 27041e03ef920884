//! The text of a pattern.
//!
//! ```text
//! pattern = "original" | op *( "~" op )
//! op      = plugin "." method "(" [ pair *( "," pair ) ] ")"
//!         | "p:" preset [ "(" [ pair *( "," pair ) ] ")" ]
//!         | "p.apply(n:" preset *( "," pair ) ")"            the older form; `n` may stand at any place
//! pair    = key ":" value
//! plugin, method, key = 1*( letter | digit | "_" )
//! preset  = 1*64( letter | digit | "_" | "-" )
//! value   = *( any character but "," ")" "~" )
//! ```
//!
//! | Text | Meaning |
//! | --- | --- |
//! | `t.resize(h:100,w:200)` | one operation |
//! | `t.resize( h : 100 , w:200)` | the same: blanks around `:` and `,` do not count |
//! | `t.resize(h:)` | nothing is said of `h` |
//! | `p:thumb`, `p:thumb()` | a preset with its defaults |
//! | `p:thumb(w:50)~t.grey()` | with a variable, and an operation behind it |
//!
//! The text has been percent-decoded. Deliberately rejected: operations without parentheses (`t.flip`), nothing between two
//! `~`, pairs without a colon, nothing between two commas, text behind `)`, `original` beside operations.

/// Operations of one pattern, and of all that its presets stand for.
pub(crate) const MAX_OPERATIONS: usize = 64;

/// A pattern, close to its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// The stored bytes.
    Original,
    Chain(Vec<Op>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Op {
    Call(Call),
    Preset { name: String, values: Pairs },
}

/// `plugin.method(key:value)`
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) plugin: String,
    pub(crate) method: String,
    pub(crate) values: Pairs,
}

/// Keys and values in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Pairs(pub(crate) Vec<(String, String)>);

impl Pairs {
    /// The last value of a key, unless it is empty.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        let last = self.0.iter().rev().find(|(known, _)| known == key)?;
        (!last.1.is_empty()).then_some(last.1.as_str())
    }
}

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum GrammarError {
    #[error(
        "a pattern holds an operation, such as t.resize(w:200), before, between and behind every `~`"
    )]
    Nothing,
    #[error(
        "`{0}` is no operation: expected plugin.method(key:value), such as t.resize(w:200), or p:preset"
    )]
    NoOperation(String),
    #[error("`{0}` has no `)` at its end")]
    Open(String),
    #[error("`{pair}` in `{op}` is no parameter: expected key:value")]
    NoPair { op: String, pair: String },
    #[error("p.apply expects the name of a preset as `n`, 1 to 64 letters, digits, `_` and `-`")]
    NoPreset,
    #[error("a pattern holds at most {MAX_OPERATIONS} operations, found {0}")]
    TooLong(usize),
}

impl Pattern {
    pub(crate) fn parse(text: &str) -> Result<Self, GrammarError> {
        if text == "original" {
            return Ok(Self::Original);
        }
        let count = text.split('~').count();
        if count > MAX_OPERATIONS {
            return Err(GrammarError::TooLong(count));
        }
        text.split('~').map(Op::parse).collect::<Result<_, _>>().map(Self::Chain)
    }
}

impl Op {
    fn parse(text: &str) -> Result<Self, GrammarError> {
        if text.is_empty() {
            return Err(GrammarError::Nothing);
        }
        let none = || GrammarError::NoOperation(shown(text));
        if let Some(preset) = text.strip_prefix("p:") {
            let (name, values) = match preset.split_once('(') {
                Some((name, values)) => (name, pairs(text, values)?),
                None => (preset, Pairs::default()),
            };
            let name = name.trim();
            return if is_preset_name(name) {
                Ok(Self::Preset { name: name.to_owned(), values })
            } else {
                Err(none())
            };
        }
        let (name, values) = text.split_once('(').ok_or_else(none)?;
        let (plugin, method) = name.split_once('.').ok_or_else(none)?;
        if !is_word(plugin) || !is_word(method) {
            return Err(none());
        }
        let values = pairs(text, values)?;
        if (plugin, method) == ("p", "apply") {
            let name = values.get("n").filter(|name| is_preset_name(name));
            let name = name.ok_or(GrammarError::NoPreset)?.to_owned();
            let values = values.0.into_iter().filter(|(key, _)| key != "n").collect();
            return Ok(Self::Preset { name, values: Pairs(values) });
        }
        Ok(Self::Call(Call { plugin: plugin.to_owned(), method: method.to_owned(), values }))
    }
}

/// What stands between parentheses, the closing one included.
fn pairs(op: &str, text: &str) -> Result<Pairs, GrammarError> {
    let inside = match text.split_once(')') {
        Some((inside, "")) => inside,
        Some(_) => return Err(GrammarError::NoOperation(shown(op))),
        None => return Err(GrammarError::Open(shown(op))),
    };
    if inside.trim().is_empty() {
        return Ok(Pairs::default());
    }
    let pair = |text: &str| {
        let fault = || GrammarError::NoPair { op: shown(op), pair: shown(text) };
        let (key, value) = text.split_once(':').ok_or_else(fault)?;
        let key = key.trim();
        is_word(key).then(|| (key.to_owned(), value.trim().to_owned())).ok_or_else(fault)
    };
    inside.split(',').map(pair).collect::<Result<_, _>>().map(Pairs)
}

pub(crate) fn is_preset_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Enough of a client's text to know it again.
pub(super) fn shown(text: &str) -> String {
    text.chars().take(60).map(|c| if c.is_control() { '?' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As it would be written by a tidy hand.
    fn show(pattern: &Pattern) -> String {
        let Pattern::Chain(ops) = pattern else { return "original".to_owned() };
        let pairs = |pairs: &Pairs| {
            let pairs: Vec<String> = pairs.0.iter().map(|(k, v)| format!("{k}:{v}")).collect();
            format!("({})", pairs.join(","))
        };
        let op = |op: &Op| match op {
            Op::Call(call) => format!("{}.{}{}", call.plugin, call.method, pairs(&call.values)),
            Op::Preset { name, values } => format!("p:{name}{}", pairs(values)),
        };
        ops.iter().map(op).collect::<Vec<_>>().join("~")
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let pattern = Pattern::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(show(&pattern), expected, "{text}");
        assert_eq!(Pattern::parse(expected), Ok(pattern), "{expected}");
    }

    #[test]
    fn patterns_are_read() {
        check("original", "original");
        check("t.resize(h:100,w:200)", "t.resize(h:100,w:200)");
        check("t.resize( h : 100 , w:200 )", "t.resize(h:100,w:200)");
        check("t.flip()~t.flop()", "t.flip()~t.flop()");
        check("t.flip( )", "t.flip()");
        check("erase.bg(i:general)", "erase.bg(i:general)");
        check("t.resize(h:)", "t.resize(h:)");
        check("wm.remove(box1:0_0_100_100)", "wm.remove(box1:0_0_100_100)");
        check("x.y(a:b:c(d)", "x.y(a:b:c(d)");
        check("p:thumb", "p:thumb()");
        check("p:a-b_C9()~t.grey()", "p:a-b_C9()~t.grey()");
        check("p:thumb(w:50)", "p:thumb(w:50)");
        check("p.apply(n:thumb,w:50)", "p:thumb(w:50)");
        check("p.apply(w:50,n:thumb)", "p:thumb(w:50)");
    }

    #[test]
    fn what_is_no_pattern_says_why() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(Pattern::parse(text).unwrap_err().to_string(), expected, "{text}");
        }
        const NOTHING: &str = "a pattern holds an operation, such as t.resize(w:200), before, between and behind every `~`";
        check("", NOTHING);
        check("t.flip()~~t.flop()", NOTHING);
        check("t.flip()~", NOTHING);
        for text in [
            "t.flip",
            "t",
            "flip()",
            ".flip()",
            "t.()",
            "t.flip()x",
            "t.flip())",
            "t.fl ip()",
            "p:",
            "p:a b",
            "p:thumb()x",
            "original()",
            "é.flip()",
        ] {
            check(
                text,
                &format!(
                    "`{text}` is no operation: expected plugin.method(key:value), such as t.resize(w:200), or p:preset"
                ),
            );
        }
        check(
            "original~t.flip()",
            "`original` is no operation: expected plugin.method(key:value), such as t.resize(w:200), or p:preset",
        );
        check("t.resize(w:1", "`t.resize(w:1` has no `)` at its end");
        check("t.resize(w)", "`w` in `t.resize(w)` is no parameter: expected key:value");
        check("t.resize(w:1,)", "`` in `t.resize(w:1,)` is no parameter: expected key:value");
        check("t.resize(:1)", "`:1` in `t.resize(:1)` is no parameter: expected key:value");
        check(
            "p.apply(w:1)",
            "p.apply expects the name of a preset as `n`, 1 to 64 letters, digits, `_` and `-`",
        );
        check(&["t.flip()"; 65].join("~"), "a pattern holds at most 64 operations, found 65");
    }

    #[test]
    fn the_last_of_a_key_counts_and_nothing_is_not_given() {
        let pairs = |text: &str| match Pattern::parse(text) {
            Ok(Pattern::Chain(ops)) => match &ops[..] {
                [Op::Call(call)] => call.values.clone(),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        };
        assert_eq!(pairs("t.resize(w:1,w:2)").get("w"), Some("2"));
        assert_eq!(pairs("t.resize(w:1,w:)").get("w"), None);
        assert_eq!(pairs("t.resize(w:1)").get("h"), None);
    }

    proptest! {
        #[test]
        fn never_panics(text in "[ -~é]{0,80}") {
            let _ = Pattern::parse(&text);
        }

        #[test]
        fn what_is_read_reads_back(pieces in prop::collection::vec(
            prop::sample::select(vec![
                "t.resize(", "p:", "x", ".", "(", ")", "~", ",", ":", "w:1", " ", "p.apply(n:", "original",
            ]),
            0..14,
        )) {
            if let Ok(pattern) = Pattern::parse(&pieces.concat()) {
                prop_assert_eq!(Pattern::parse(&show(&pattern)), Ok(pattern));
            }
        }
    }
}
