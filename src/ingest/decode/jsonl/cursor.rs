//! A position in a line of JSON. Skips values by the grammar (RFC 8259), byte by byte.

use super::scan;
use crate::event::Column;
use crate::ingest::decode::reject::{Fault, Reason};

/// The reason why a line is not a row: a column's value, or the position of a syntax error.
pub(super) enum LineStop {
    Grammar { at: usize, expected: &'static str },
    Canonical { column: Column, what: &'static str },
    HalfPair { column: Option<Column> },
}

/// The result of a step, which may find that the line is not a row.
pub(super) type Step<T> = Result<T, LineStop>;

impl LineStop {
    #[cold]
    pub(super) fn fault(self, part: &[u8], start: usize) -> Fault {
        let line = memchr::memrchr(b'\n', &part[..start]).map_or(0, |end| end + 1);
        match self {
            Self::Grammar { at, expected } => Fault::row(
                Reason::Malformed,
                &format!("no JSON object: expected {expected} at byte {}", at - start + 1),
            )
            .shifted_by(&part[line..at]),
            Self::Canonical { column, what } => Fault {
                detail: Some(format!("`{}` {what}", column.name()).into()),
                ..Fault::column(Reason::Malformed, column, None)
            },
            Self::HalfPair { column } => {
                Fault { column, ..Fault::row(Reason::BadEncoding, "half of a surrogate pair") }
            }
        }
    }
}

pub(super) enum StringText {
    /// The text is in the part, unchanged.
    Plain { start: usize, end: usize },
    /// The string had escapes; its text is in the buffer.
    Unescaped,
}

/// A position in a line.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    /// The whole part, so that many bytes can be read at a time, even past the end of the line.
    pub(super) part: &'a [u8],
    /// The part up to the end of the line.
    pub(super) line: &'a [u8],
    pub(super) at: usize,
}

impl Cursor<'_> {
    #[cold]
    pub(super) fn stop(&self, expected: &'static str) -> LineStop {
        LineStop::Grammar { at: self.at, expected }
    }

    #[cold]
    pub(super) fn stop_before(&self, expected: &'static str) -> LineStop {
        LineStop::Grammar { at: self.at - 1, expected }
    }

    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.line.get(self.at).copied()
    }

    pub(super) fn next(&mut self) -> Option<u8> {
        let byte = self.peek();
        self.at += 1;
        byte
    }

    #[inline]
    pub(super) fn expect(&mut self, byte: u8, expected: &'static str) -> Step<()> {
        if self.peek() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            Err(self.stop(expected))
        }
    }

    #[inline]
    pub(super) fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// Whether the object ends after a value. If not, skips the comma.
    #[inline(never)]
    pub(super) fn ends(&mut self) -> Step<bool> {
        self.skip_blanks();
        match self.next() {
            Some(b',') => Ok(false),
            Some(b'}') => Ok(true),
            _ => Err(self.stop_before("`,` or `}`")),
        }
    }

    fn plain_end(&self) -> usize {
        scan::plain_end(self.part, self.at).min(self.line.len())
    }

    /// The reason why the value that begins here cannot be that of a canonical column.
    #[cold]
    pub(super) fn not_canonical(&mut self, column: Column) -> LineStop {
        let (word, what) = match self.peek() {
            Some(b't') => ("true", "is a boolean"),
            Some(b'f') => ("false", "is a boolean"),
            Some(b'[') => ("", "is a list"),
            Some(b'{') => ("", "is an object"),
            _ => return self.stop("a value"),
        };
        self.skip_word(word).err().unwrap_or(LineStop::Canonical { column, what })
    }

    /// Reads a string, without its quotes and escapes.
    #[inline]
    pub(super) fn string(&mut self, unescaped: &mut Vec<u8>) -> Step<StringText> {
        self.expect(b'"', "`\"`")?;
        let start = self.at;
        let end = scan::plain_end(self.part, start);
        if self.line.get(end) == Some(&b'"') {
            self.at = end + 1;
            return Ok(StringText::Plain { start, end });
        }
        self.escaped(unescaped)
    }

    /// Reads a string that has escapes or no end.
    #[inline(never)]
    fn escaped(&mut self, out: &mut Vec<u8>) -> Step<StringText> {
        out.clear();
        loop {
            let plain = self.at;
            self.at = self.plain_end();
            out.extend_from_slice(&self.line[plain..self.at]);
            match self.next() {
                Some(b'"') => return Ok(StringText::Unescaped),
                Some(b'\\') => out.extend_from_slice(self.escape()?.encode_utf8(&mut [0; 4]).as_bytes()),
                _ => return Err(self.stop_before("`\"`")),
            }
        }
    }

    fn escape(&mut self) -> Step<char> {
        const LONE: LineStop = LineStop::HalfPair { column: None };
        Ok(match self.next() {
            Some(b'u') => {
                let unit = self.hex()?;
                match unit {
                    0xD800..=0xDBFF if self.line[self.at..].starts_with(b"\\u") => {
                        self.at += 2;
                        let low = self.hex()?;
                        if !(0xDC00..=0xDFFF).contains(&low) {
                            return Err(LONE);
                        }
                        let point = 0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                        char::from_u32(point).ok_or(LONE)?
                    }
                    _ => char::from_u32(unit).ok_or(LONE)?,
                }
            }
            Some(b'n') => '\n',
            Some(b't') => '\t',
            Some(b'r') => '\r',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(quoted @ (b'"' | b'\\' | b'/')) => char::from(quoted),
            _ => return Err(self.stop_before("an escape")),
        })
    }

    fn hex_digits(&mut self) -> Step<&[u8; 4]> {
        let digits = scan::window(self.line, self.at).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let digits = digits.ok_or_else(|| self.stop("four hexadecimal digits"))?;
        self.at += 4;
        Ok(digits)
    }

    fn hex(&mut self) -> Step<u32> {
        let digits = self.hex_digits()?;
        Ok(digits.iter().fold(0, |unit, digit| unit * 16 + char::from(*digit).to_digit(16).unwrap_or(0)))
    }

    #[inline]
    pub(super) fn skip_string(&mut self) -> Step<()> {
        self.expect(b'"', "`\"`")?;
        let end = scan::plain_end(self.part, self.at);
        if self.line.get(end) == Some(&b'"') {
            self.at = end + 1;
            return Ok(());
        }
        self.skip_escaped()
    }

    #[inline(never)]
    fn skip_escaped(&mut self) -> Step<()> {
        loop {
            self.at = self.plain_end();
            match self.next() {
                Some(b'"') => return Ok(()),
                Some(b'\\') => match self.next() {
                    Some(b'u') => {
                        self.hex_digits()?;
                    }
                    Some(b'n' | b't' | b'r' | b'b' | b'f' | b'"' | b'\\' | b'/') => {}
                    _ => return Err(self.stop_before("an escape")),
                },
                _ => return Err(self.stop_before("`\"`")),
            }
        }
    }

    #[inline]
    pub(super) fn skip_word(&mut self, word: &'static str) -> Step<()> {
        if self.line[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(())
        } else {
            Err(self.stop(word))
        }
    }

    fn skip_digits(&mut self) -> Step<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(self.stop("a digit")) }
    }

    pub(super) fn skip_number(&mut self) -> Step<()> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.skip_digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.skip_digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.skip_digits()?;
        }
        Ok(())
    }

    /// Skips a value of any depth, without recursion.
    pub(super) fn skip_value(&mut self) -> Step<()> {
        // The closing brackets still expected.
        let mut open: Vec<u8> = Vec::new();
        loop {
            match self.peek() {
                Some(b'"') => self.skip_string()?,
                Some(b'-' | b'0'..=b'9') => self.skip_number()?,
                Some(b'n') => self.skip_word("null")?,
                Some(b't') => self.skip_word("true")?,
                Some(b'f') => self.skip_word("false")?,
                Some(bracket @ (b'[' | b'{')) => {
                    let close = if bracket == b'[' { b']' } else { b'}' };
                    self.at += 1;
                    self.skip_blanks();
                    if self.peek() == Some(close) {
                        self.at += 1;
                    } else {
                        open.push(close);
                        self.skip_key_in(close)?;
                        continue;
                    }
                }
                _ => return Err(self.stop("a value")),
            }
            loop {
                let Some(close) = open.last().copied() else {
                    return Ok(());
                };
                self.skip_blanks();
                match self.next() {
                    Some(b',') => {
                        self.skip_blanks();
                        self.skip_key_in(close)?;
                        break;
                    }
                    Some(byte) if byte == close => {
                        open.pop();
                    }
                    _ => return Err(self.stop_before("`,` or a closing bracket")),
                }
            }
        }
    }

    /// In an object, skips the key and colon before the next value.
    fn skip_key_in(&mut self, close: u8) -> Step<()> {
        if close == b'}' {
            self.skip_string()?;
            self.skip_blanks();
            self.expect(b':', "`:`")?;
            self.skip_blanks();
        }
        Ok(())
    }
}
