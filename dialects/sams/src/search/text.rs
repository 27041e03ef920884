//! Query strings: what people type.
//!
//! ```text
//! query   = all ( ( "OR" | "||" ) all )*
//! all     = [ "+" ] clause ( [ "AND" | "&&" ] [ "+" ] clause )*     nothing between two: the default operator
//! clause  = [ "NOT" | "!" | "-" ] [ field ":" ] value [ "^" number ] [ "~" [ number ] ]
//! value   = word | '"' phrase '"' | "(" query ")" | ( "[" | "{" ) bound "TO" bound ( "]" | "}" ) | ( ">" | "<" ) [ "=" ] bound
//! ```
//!
//! `*` and `?` in a word leave characters open; a backslash takes its meaning from the next character. `AND` binds closer
//! than `OR`. Between alternatives, what must be there (`+`) and what must not (`NOT`) is no alternative: `a NOT b` finds what has
//! `a` and not `b`, and with `+b` beside it `a` decides nothing. How much a clause counts (`^`) and how far a word may be off (`~`) have no effect.

use library::{Comparison, Glob, GlobPart, Query};
use serde_json::Value;

use super::{
    Result, Unreadable,
    elastic::Budget,
    everything,
    fields::{ALL, Field},
    not, nothing,
};

/// Bytes of a text.
const MOST: usize = 8 << 10;

/// What joins words that nothing else joins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    And,
    Or,
}

impl Operator {
    pub(super) fn parse(word: &str) -> Option<Self> {
        match word.to_ascii_uppercase().as_str() {
            "AND" => Some(Self::And),
            "OR" => Some(Self::Or),
            _ => None,
        }
    }
}

/// `fields`: where words are looked for that name none; empty for everywhere.
pub(super) fn query(
    text: &str,
    fields: &[&str],
    operator: Operator,
    budget: &mut Budget,
) -> Result<Query> {
    if text.len() > MOST {
        return Err(Unreadable);
    }
    let pieces = pieces(text)?;
    if pieces.is_empty() {
        return Ok(nothing());
    }
    let known: Vec<Field> = fields.iter().filter_map(|name| Field::parse(name)).collect();
    let scope =
        if fields.is_empty() || fields.contains(&"*") { Scope::All } else { Scope::These(&known) };
    let mut reader = Reader { pieces: &pieces, at: 0, operator };
    let query = reader.any(scope, budget)?;
    if reader.at < pieces.len() { Err(Unreadable) } else { Ok(query) }
}

/// Where a value is looked for.
#[derive(Debug, Clone, Copy)]
enum Scope<'a> {
    All,
    /// `None`: a field that nobody knows.
    One(Option<Field>),
    /// Of several the known ones.
    These(&'a [Field]),
}

impl Scope<'_> {
    fn find(self, query: impl Fn(Field) -> Query) -> Query {
        match self {
            Self::All => Query::Any(ALL.into_iter().map(query).collect()),
            Self::One(field) => field.map_or(nothing(), query),
            Self::These([field]) => query(*field),
            Self::These(fields) => Query::Any(fields.iter().copied().map(query).collect()),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// With what was left open.
    Word(Vec<GlobPart>),
    Phrase(String),
    Field(String),
    Range {
        low: String,
        high: String,
        with_low: bool,
        with_high: bool,
    },
    Bound(Comparison, String),
    And,
    Or,
    Not,
    Must,
    Open,
    Close,
}

/// Characters that end a word.
fn ends_word(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')' | '"' | '[' | ']' | '{' | '}' | ':' | '^' | '~')
}

fn pieces(text: &str) -> Result<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        rest = match c {
            c if c.is_whitespace() => after,
            '(' => {
                pieces.push(Piece::Open);
                after
            }
            ')' => {
                pieces.push(Piece::Close);
                after
            }
            '"' => {
                let (phrase, after) = phrase(after)?;
                pieces.push(Piece::Phrase(phrase));
                after
            }
            '[' | '{' => {
                let (range, after) = range(c == '[', after)?;
                pieces.push(range);
                after
            }
            '^' | '~' => after.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.'),
            '!' => {
                pieces.push(Piece::Not);
                after
            }
            '-' if begins_clause(&pieces, text, rest) => {
                pieces.push(Piece::Not);
                after
            }
            '+' if begins_clause(&pieces, text, rest) => {
                pieces.push(Piece::Must);
                after
            }
            '&' if after.starts_with('&') => {
                pieces.push(Piece::And);
                &after[1..]
            }
            '|' if after.starts_with('|') => {
                pieces.push(Piece::Or);
                &after[1..]
            }
            '>' | '<' => {
                let (bound, after) = bound(c, after)?;
                pieces.push(bound);
                after
            }
            ':' | ']' | '}' => return Err(Unreadable),
            _ => word(rest, &mut pieces)?,
        };
    }
    Ok(pieces)
}

/// A sign stands before what it is about, with nothing before itself.
fn begins_clause(pieces: &[Piece], text: &str, rest: &str) -> bool {
    let before = text[..text.len() - rest.len()].chars().next_back();
    pieces.is_empty() || before.is_none_or(|c| c.is_whitespace() || c == '(')
}

fn phrase(text: &str) -> Result<(String, &str)> {
    let mut phrase = String::new();
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '"' => return Ok((phrase, &text[at + 1..])),
            '\\' => phrase.extend(characters.next().map(|(_, c)| c)),
            c => phrase.push(c),
        }
    }
    Err(Unreadable)
}

fn range(with_low: bool, text: &str) -> Result<(Piece, &str)> {
    let end = text.find([']', '}']).ok_or(Unreadable)?;
    let (inner, after) = text.split_at(end);
    let words: Vec<&str> = inner.split_whitespace().collect();
    let [low, "TO", high] = words[..] else { return Err(Unreadable) };
    let with_high = after.starts_with(']');
    let plain = |word: &str| word.trim_matches('"').to_owned();
    let range = Piece::Range { low: plain(low), high: plain(high), with_low, with_high };
    Ok((range, &after[1..]))
}

fn bound(sign: char, text: &str) -> Result<(Piece, &str)> {
    let (or_equal, text) = match text.strip_prefix('=') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let end = text.find(|c: char| c.is_whitespace() || c == ')').unwrap_or(text.len());
    let (bound, after) = text.split_at(end);
    if bound.is_empty() {
        return Err(Unreadable);
    }
    let comparison = match (sign, or_equal) {
        ('>', true) => Comparison::AtLeast,
        ('>', false) => Comparison::More,
        (_, true) => Comparison::AtMost,
        (_, false) => Comparison::Less,
    };
    Ok((Piece::Bound(comparison, bound.trim_matches('"').to_owned()), after))
}

/// A word, the name of a field, or one of the words that join.
fn word<'a>(text: &'a str, pieces: &mut Vec<Piece>) -> Result<&'a str> {
    let (mut parts, mut piece) = (Vec::new(), String::new());
    let mut is_plain = true;
    let mut characters = text.char_indices();
    let mut end = text.len();
    while let Some((at, c)) = characters.next() {
        let part = match c {
            c if ends_word(c) => {
                end = at;
                break;
            }
            '\\' => {
                is_plain = false;
                piece.push(characters.next().ok_or(Unreadable)?.1);
                continue;
            }
            '*' => GlobPart::Any,
            '?' => GlobPart::One,
            c => {
                piece.push(c);
                continue;
            }
        };
        if !piece.is_empty() {
            parts.push(GlobPart::Text(std::mem::take(&mut piece)));
        }
        parts.push(part);
    }
    if !piece.is_empty() {
        parts.push(GlobPart::Text(piece));
    }
    let rest = &text[end..];
    if let Some(after) = rest.strip_prefix(':') {
        let name = text[..end].replace('\\', "");
        pieces.push(Piece::Field(name));
        return Ok(after);
    }
    pieces.push(match &text[..end] {
        "AND" if is_plain => Piece::And,
        "OR" if is_plain => Piece::Or,
        "NOT" if is_plain => Piece::Not,
        _ => Piece::Word(parts),
    });
    Ok(rest)
}

struct Reader<'a> {
    pieces: &'a [Piece],
    at: usize,
    operator: Operator,
}

impl Reader<'_> {
    fn any(&mut self, scope: Scope<'_>, budget: &mut Budget) -> Result<Query> {
        let mut any = vec![self.all(scope, budget)?];
        loop {
            match self.peek() {
                Some(Piece::Or) => self.at += 1,
                // Nothing between two clauses is the default operator.
                Some(piece) if self.operator == Operator::Or && *piece != Piece::Close => {}
                _ => return Ok(joined(any)),
            }
            any.push(self.all(scope, budget)?);
        }
    }

    fn all(&mut self, scope: Scope<'_>, budget: &mut Budget) -> Result<(Occurrence, Query)> {
        let occurrence = match self.peek() {
            Some(Piece::Not) => Occurrence::MustNot,
            Some(Piece::Must) => Occurrence::Must,
            _ => Occurrence::May,
        };
        let mut all = vec![self.clause(scope, budget)?];
        loop {
            match self.peek() {
                Some(Piece::And) => self.at += 1,
                Some(piece)
                    if self.operator == Operator::And
                        && !matches!(piece, Piece::Or | Piece::Close) => {}
                _ if all.len() == 1 => return Ok((occurrence, all.remove(0))),
                _ => return Ok((Occurrence::May, Query::All(all))),
            }
            all.push(self.clause(scope, budget)?);
        }
    }

    fn clause(&mut self, scope: Scope<'_>, budget: &mut Budget) -> Result<Query> {
        budget.spend()?;
        let piece = self.peek().cloned().ok_or(Unreadable)?;
        self.at += 1;
        match piece {
            Piece::Not => budget.deeper(|budget| self.clause(scope, budget)).map(not),
            Piece::Must => budget.deeper(|budget| self.clause(scope, budget)),
            Piece::Field(_) if matches!(self.peek(), Some(Piece::Field(_))) => Err(Unreadable),
            Piece::Field(name) => {
                if name == "_exists_" {
                    let Some(Piece::Word(parts)) = self.peek().cloned() else {
                        return Err(Unreadable);
                    };
                    self.at += 1;
                    return Ok(plain(&parts)
                        .and_then(|name| Field::parse(&name))
                        .map_or(nothing(), Field::exists));
                }
                if name == "*" {
                    return budget.deeper(|budget| self.clause(Scope::All, budget));
                }
                let scope = Scope::One(Field::parse(&name));
                budget.deeper(|budget| self.clause(scope, budget))
            }
            Piece::Open => {
                let inner = budget.deeper(|budget| self.any(scope, budget))?;
                if self.peek() != Some(&Piece::Close) {
                    return Err(Unreadable);
                }
                self.at += 1;
                Ok(inner)
            }
            Piece::Phrase(phrase) => Ok(scope.find(|field| field.phrase(&phrase))),
            Piece::Word(parts) => Ok(self.word(parts, scope)),
            Piece::Range { low, high, with_low, with_high } => {
                let low_sign = if with_low { Comparison::AtLeast } else { Comparison::More };
                let high_sign = if with_high { Comparison::AtMost } else { Comparison::Less };
                Ok(Query::All(vec![
                    bounded(scope, low_sign, &low),
                    bounded(scope, high_sign, &high),
                ]))
            }
            Piece::Bound(comparison, bound) => Ok(bounded(scope, comparison, &bound)),
            Piece::And | Piece::Or | Piece::Close => Err(Unreadable),
        }
    }

    fn word(&self, parts: Vec<GlobPart>, scope: Scope<'_>) -> Query {
        if let Some(word) = plain(&parts) {
            return scope.find(|field| field.analyzed(&word, self.operator));
        }
        if parts.iter().all(|part| *part == GlobPart::Any) {
            return match scope {
                Scope::All => everything(),
                scope => scope.find(Field::exists),
            };
        }
        let glob = Glob(parts);
        scope.find(|field| field.pattern(&glob))
    }

    fn peek(&self) -> Option<&Piece> {
        self.pieces.get(self.at)
    }
}

/// Whether a clause is an alternative to the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Occurrence {
    May,
    Must,
    /// The clause is negated already.
    MustNot,
}

/// Where anything must be there, what only may be decides nothing.
fn joined(mut any: Vec<(Occurrence, Query)>) -> Query {
    let is_decided = any.iter().any(|(occurrence, _)| *occurrence == Occurrence::Must);
    let (may, decided): (Vec<_>, Vec<_>) =
        any.drain(..).partition(|(occurrence, _)| *occurrence == Occurrence::May);
    let mut all: Vec<Query> = decided.into_iter().map(|(_, query)| query).collect();
    let mut may: Vec<Query> = may.into_iter().map(|(_, query)| query).collect();
    match may.len() {
        0 => {}
        _ if is_decided => {}
        1 => all.push(may.remove(0)),
        _ => all.push(Query::Any(may)),
    }
    if all.len() == 1 { all.remove(0) } else { Query::All(all) }
}

/// A word in which nothing is left open.
fn plain(parts: &[GlobPart]) -> Option<String> {
    match parts {
        [GlobPart::Text(text)] => Some(text.clone()),
        [] => Some(String::new()),
        _ => None,
    }
}

/// `*` is no bound. What cannot be measured is let go: such searches are lenient.
fn bounded(scope: Scope<'_>, comparison: Comparison, bound: &str) -> Query {
    if bound == "*" {
        return everything();
    }
    let bound = Value::from(bound);
    scope.find(|field| field.compared(comparison, &bound).unwrap_or_else(nothing))
}
