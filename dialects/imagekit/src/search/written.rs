//! From the text of a search to what was written, and nothing more.

use super::error::SearchError;

/// Bytes of a search.
const MAX_BYTES: usize = 8192;
/// Brackets inside brackets.
const MAX_DEPTH: usize = 32;
const MAX_CLAUSES: usize = 256;

/// What was written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expr {
    Any(Vec<Expr>),
    All(Vec<Expr>),
    Clause(Clause),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Clause {
    pub(crate) field: At<String>,
    pub(crate) operator: At<Operator>,
    pub(crate) operand: Operand,
}

/// Something, and the number of its first character, from 1.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct At<T> {
    pub(crate) at: usize,
    pub(crate) value: T,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Equals,
    Begins,
    Less,
    AtMost,
    More,
    AtLeast,
    In,
    Has,
    Exists,
    NotEquals,
    NotIn,
    NotExists,
}

impl Operator {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Equals => "=",
            Self::Begins => ":",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
            Self::In => "IN",
            Self::Has => "HAS",
            Self::Exists => "EXISTS",
            Self::NotEquals => "NOT =",
            Self::NotIn => "NOT IN",
            Self::NotExists => "NOT EXISTS",
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Operand {
    /// `EXISTS` has none.
    None,
    One(At<Literal>),
    /// Never empty.
    List(Vec<At<Literal>>),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    /// In quotes.
    Text(String),
    Number(f64),
    Flag(bool),
    /// Anything else without quotes.
    Word(String),
}

/// Reads a search. It may ask for fields that do not exist.
pub(crate) fn parse(text: &str) -> Result<Expr, SearchError> {
    if text.len() > MAX_BYTES {
        return Err(SearchError::TooLong(MAX_BYTES));
    }
    let mut parser = Parser { text, at: 0, clauses: 0 };
    let expr = parser.any(0)?;
    parser.skip_blanks();
    if parser.rest().is_empty() { Ok(expr) } else { Err(parser.expected("AND, OR or the end")) }
}

struct Parser<'a> {
    text: &'a str,
    /// In bytes.
    at: usize,
    clauses: usize,
}

impl<'a> Parser<'a> {
    fn any(&mut self, depth: usize) -> Result<Expr, SearchError> {
        let mut parts = vec![self.all(depth)?];
        while self.keyword("OR") {
            parts.push(self.all(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expr::Any(parts) })
    }

    fn all(&mut self, depth: usize) -> Result<Expr, SearchError> {
        let mut parts = vec![self.unit(depth)?];
        while self.keyword("AND") {
            parts.push(self.unit(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expr::All(parts) })
    }

    fn unit(&mut self, depth: usize) -> Result<Expr, SearchError> {
        self.skip_blanks();
        let at = self.position();
        if !self.symbol("(") {
            return Ok(Expr::Clause(self.clause()?));
        }
        if depth == MAX_DEPTH {
            return Err(SearchError::TooDeep { at, most: MAX_DEPTH });
        }
        let expr = self.any(depth + 1)?;
        if self.symbol(")") { Ok(expr) } else { Err(self.expected("AND, OR or `)`")) }
    }

    fn clause(&mut self) -> Result<Clause, SearchError> {
        let at = self.position();
        if self.clauses == MAX_CLAUSES {
            return Err(SearchError::TooManyClauses { at, most: MAX_CLAUSES });
        }
        self.clauses += 1;
        let field = self.field()?;
        let operator = self.operator()?;
        let operand = match operator.value {
            Operator::Exists | Operator::NotExists => Operand::None,
            _ => self.operand()?,
        };
        Ok(Clause { field, operator, operand })
    }

    fn field(&mut self) -> Result<At<String>, SearchError> {
        self.skip_blanks();
        let at = self.position();
        let value = match self.quoted()? {
            Some(name) => name,
            None => self.plain_field(at)?.to_owned(),
        };
        if value.is_empty() { Err(self.expected("a field or `(`")) } else { Ok(At { at, value }) }
    }

    /// A field without quotes.
    fn plain_field(&mut self, at: usize) -> Result<&'a str, SearchError> {
        let word = self.word_of(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
        if word.contains('.') {
            let expected = "quotes around a field with a dot, as in \"customMetadata.price\"";
            return Err(SearchError::unexpected(at, expected, word));
        }
        Ok(word)
    }

    fn operator(&mut self) -> Result<At<Operator>, SearchError> {
        const SYMBOLS: [(&str, Operator); 6] = [
            ("<=", Operator::AtMost),
            (">=", Operator::AtLeast),
            ("<", Operator::Less),
            (">", Operator::More),
            ("=", Operator::Equals),
            (":", Operator::Begins),
        ];
        const WORDS: [(&str, Operator); 3] =
            [("IN", Operator::In), ("HAS", Operator::Has), ("EXISTS", Operator::Exists)];
        self.skip_blanks();
        let at = self.position();
        let found = |value| Ok(At { at, value });
        if self.keyword("NOT") {
            return if self.symbol("=") {
                found(Operator::NotEquals)
            } else if self.keyword("IN") {
                found(Operator::NotIn)
            } else if self.keyword("EXISTS") {
                found(Operator::NotExists)
            } else {
                Err(self.expected("=, IN or EXISTS after NOT"))
            };
        }
        if let Some((_, operator)) = SYMBOLS.iter().find(|(symbol, _)| self.symbol(symbol)) {
            return found(*operator);
        }
        if let Some((_, operator)) = WORDS.iter().find(|(word, _)| self.keyword(word)) {
            return found(*operator);
        }
        Err(self.expected("an operator (=, :, <, <=, >, >=, IN, HAS, EXISTS or NOT)"))
    }

    fn operand(&mut self) -> Result<Operand, SearchError> {
        if !self.symbol("[") {
            return Ok(Operand::One(self.value("a value or `[`")?));
        }
        let mut list = vec![self.value("a value")?];
        while self.symbol(",") {
            list.push(self.value("a value")?);
        }
        if self.symbol("]") { Ok(Operand::List(list)) } else { Err(self.expected("`,` or `]`")) }
    }

    fn value(&mut self, expected: &str) -> Result<At<Literal>, SearchError> {
        self.skip_blanks();
        let at = self.position();
        if let Some(text) = self.quoted()? {
            return Ok(At { at, value: Literal::Text(text) });
        }
        let ends =
            |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | ',' | '"' | '\'');
        let word = self.word_of(|c| !ends(c));
        if word.is_empty() {
            return Err(self.expected(expected));
        }
        let value = if word.eq_ignore_ascii_case("true") {
            Literal::Flag(true)
        } else if word.eq_ignore_ascii_case("false") {
            Literal::Flag(false)
        } else {
            number(word).map_or_else(|| Literal::Word(word.to_owned()), Literal::Number)
        };
        Ok(At { at, value })
    }

    /// A text in quotes of either kind, if one begins here.
    fn quoted(&mut self) -> Result<Option<String>, SearchError> {
        let at = self.position();
        let mut rest = self.rest().chars();
        let Some(quote @ ('"' | '\'')) = rest.next() else {
            return Ok(None);
        };
        let mut text = String::new();
        loop {
            match rest.next() {
                None => {
                    let expected = format!("a closing {quote} for the one");
                    let error = SearchError::Unexpected {
                        at,
                        expected: format!("{expected} here"),
                        found: "the end".to_owned(),
                    };
                    return Err(error);
                }
                Some(end) if end == quote => break,
                Some('\\') if rest.as_str().starts_with(['"', '\'', '\\']) => {
                    text.extend(rest.next());
                }
                Some(c) => text.push(c),
            }
        }
        self.at = self.text.len() - rest.as_str().len();
        Ok(Some(text))
    }

    /// Takes a symbol, if it comes next.
    fn symbol(&mut self, symbol: &str) -> bool {
        self.skip_blanks();
        let is_next = self.rest().starts_with(symbol);
        if is_next {
            self.at += symbol.len();
        }
        is_next
    }

    /// Takes a keyword in any letter case, if it comes next as a whole word.
    fn keyword(&mut self, keyword: &str) -> bool {
        self.skip_blanks();
        let before = self.at;
        let is_next =
            self.word_of(|c| c.is_alphanumeric() || c == '_').eq_ignore_ascii_case(keyword);
        if !is_next {
            self.at = before;
        }
        is_next
    }

    fn word_of(&mut self, is_part: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn skip_blanks(&mut self) {
        self.word_of(char::is_whitespace);
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn position(&self) -> usize {
        self.text[..self.at].chars().count() + 1
    }

    /// What stands here is something else.
    fn expected(&mut self, expected: &str) -> SearchError {
        self.skip_blanks();
        let rest = self.rest();
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let end = match rest.chars().next() {
            Some(c) if is_word(c) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            Some(c) => c.len_utf8(),
            None => 0,
        };
        SearchError::unexpected(self.position(), expected, &rest[..end])
    }
}

/// Digits with at most a sign, a fraction and an exponent: no `inf`, and nothing too large to be finite.
fn number(word: &str) -> Option<f64> {
    let is_plain =
        word.bytes().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E'))
            && word.bytes().next_back().is_some_and(|b| b.is_ascii_digit());
    word.parse().ok().filter(|number: &f64| is_plain && number.is_finite())
}
