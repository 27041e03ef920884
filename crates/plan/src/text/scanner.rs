//! Reads the tokens of the canonical text and says what was expected where one is missing.

use crate::{Color, ParseError};

/// A position in a text.
#[derive(Clone)]
pub(super) struct Scanner<'a> {
    text: &'a str,
    position: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, position: 0 }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.position == self.text.len()
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.rest().bytes().next()
    }

    /// Passes `byte` if it comes next.
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.position += usize::from(found);
        found
    }

    /// Passes `byte`, which must come next.
    pub(super) fn expect(&mut self, byte: u8, expected: &'static str) -> Result<(), ParseError> {
        if self.eat(byte) { Ok(()) } else { Err(self.error(expected)) }
    }

    /// Passes lower-case letters, digits and hyphens; empty if there are none.
    pub(super) fn word(&mut self) -> &'a str {
        self.take_while(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    }

    /// Passes lower-case letters; empty if there are none.
    pub(super) fn letters(&mut self) -> &'a str {
        self.take_while(|byte| byte.is_ascii_lowercase())
    }

    /// A whole number, not negative, that fits into `T`.
    pub(super) fn integer<T: std::str::FromStr>(
        &mut self,
        expected: &'static str,
    ) -> Result<T, ParseError> {
        let start = self.clone();
        let digits = self.digits();
        digits.parse().map_err(|_| start.error(expected))
    }

    /// A finite number.
    pub(super) fn number(&mut self) -> Result<f64, ParseError> {
        let start = self.clone();
        self.pass_number();
        let text = &self.text[start.position..self.position];
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(value),
            _ => Err(start.error("a number")),
        }
    }

    pub(super) fn color(&mut self) -> Result<Color, ParseError> {
        const EXPECTED: &str = "a colour such as #ff0000 or #ff000080";
        let start = self.clone();
        self.expect(b'#', EXPECTED)?;
        let digits = self.take_while(|byte| byte.is_ascii_hexdigit());
        let value = u32::from_str_radix(digits, 16).map_err(|_| start.error(EXPECTED))?;
        let [r, g, b, a] = match digits.len() {
            6 => (value << 8 | 0xff).to_be_bytes(),
            8 => value.to_be_bytes(),
            _ => return Err(start.error(EXPECTED)),
        };
        Ok(Color { r, g, b, a })
    }

    /// What stands between quotation marks, escapes undone.
    pub(super) fn string(&mut self) -> Result<String, ParseError> {
        self.expect(b'"', "a text in quotation marks")?;
        let mut string = String::new();
        loop {
            let start = self.clone();
            match self.character() {
                Some('"') => return Ok(string),
                Some('\\') => string.push(self.escaped(&start)?),
                Some(character) => string.push(character),
                None => return Err(start.error("a quotation mark at the end of the text")),
            }
        }
    }

    /// The character that stands behind a backslash at `start`.
    fn escaped(&mut self, start: &Self) -> Result<char, ParseError> {
        let escaped = match self.character() {
            Some(character @ ('"' | '\\')) => Some(character),
            Some('n') => Some('\n'),
            Some('u') if self.eat(b'{') => {
                let digits = self.take_while(|byte| byte.is_ascii_hexdigit());
                let value = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
                value.filter(|_| self.eat(b'}'))
            }
            _ => None,
        };
        escaped.ok_or_else(|| start.error("an escape such as \\\", \\\\, \\n or \\u{e9}"))
    }

    fn character(&mut self) -> Option<char> {
        let character = self.rest().chars().next()?;
        self.position += character.len_utf8();
        Some(character)
    }

    /// 64 hexadecimal digits.
    pub(super) fn hash(&mut self) -> Result<[u8; 32], ParseError> {
        let start = self.clone();
        let digits = self.take_while(|byte| byte.is_ascii_hexdigit());
        let mut hash = [0; 32];
        if digits.len() != 2 * hash.len() {
            return Err(start.error("64 hexadecimal digits"));
        }
        for (byte, pair) in hash.iter_mut().zip(digits.as_bytes().chunks(2)) {
            let digit = |digit: u8| char::from(digit).to_digit(16).unwrap_or_default() as u8;
            *byte = digit(pair[0]) << 4 | digit(pair[1]);
        }
        Ok(hash)
    }

    /// Passes `text` if it comes next.
    pub(super) fn eat_text(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        self.position += if found { text.len() } else { 0 };
        found
    }

    /// What is wrong here: `expected` was not found.
    pub(super) fn error(&self, expected: &'static str) -> ParseError {
        let found: String = self.rest().chars().take(20).collect();
        let found = if found.is_empty() { "end of text".to_owned() } else { found };
        ParseError { position: self.position, expected, found }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.position..]
    }

    fn digits(&mut self) -> &'a str {
        self.take_while(|byte| byte.is_ascii_digit())
    }

    /// `f64::from_str` also takes `inf` and a plus sign, so the shape is fixed here. An `e` counts only with digits
    /// behind it.
    fn pass_number(&mut self) {
        self.eat(b'-');
        self.digits();
        if self.eat(b'.') {
            self.digits();
        }
        let mut exponent = self.clone();
        if exponent.eat(b'e') {
            exponent.eat(b'-');
            if !exponent.digits().is_empty() {
                *self = exponent;
            }
        }
    }

    /// Only ASCII is passed, so the position stays on a character's border.
    fn take_while(&mut self, passes: impl Fn(u8) -> bool) -> &'a str {
        let rest = self.rest();
        let length =
            rest.bytes().position(|byte| !byte.is_ascii() || !passes(byte)).unwrap_or(rest.len());
        self.position += length;
        &rest[..length]
    }
}
