//! JSON Lines: one pass over a line that checks all of its grammar (RFC 8259), keeps the canonical values and skips the rest.
//!
//! Nothing is built for what is not needed; message text is stepped over eight bytes at a time. Exporters write the same
//! keys in the same order in every row, so a key is first compared with the one that stood there in the row before.

use std::borrow::Cow;

use super::reject::{Fault, Reason};
use super::row::COLUMNS;
use crate::event::Column;

/// The canonical values of one line, by [`Column`].
pub type Values<'a> = [Option<Cow<'a, str>>; COLUMNS];

/// Reads lines; remembers the keys of the line before.
#[derive(Debug, Default)]
pub struct LineReader {
    keys: Vec<(Box<[u8]>, Option<Column>)>,
}

/// Why a line is no row: a column's value, or the place where the grammar ends.
enum Stop {
    Grammar { at: usize, expected: &'static str },
    Fault(Fault),
}

type Step<T> = Result<T, Stop>;

impl LineReader {
    /// The canonical values of a line.
    ///
    /// # Errors
    ///
    /// `malformed` where the line is not one JSON object, or a canonical key stands twice or has a list, an object or a
    /// boolean; `bad_encoding` where a canonical text has half of a surrogate pair.
    pub fn read<'a>(&mut self, line: &'a str, values: &mut Values<'a>) -> Result<(), Fault> {
        let mut cursor = Cursor { text: line, bytes: line.as_bytes(), at: 0 };
        self.object(&mut cursor, values).map_err(|stop| match stop {
            Stop::Fault(fault) => fault,
            Stop::Grammar { at, expected } => {
                Fault::row(Reason::Malformed, &format!("no JSON object: expected {expected} at byte {}", at + 1))
            }
        })
    }

    fn object<'a>(&mut self, cursor: &mut Cursor<'a>, values: &mut Values<'a>) -> Step<()> {
        let mut seen = 0_u32;
        cursor.skip_blanks();
        cursor.expect(b'{', "`{`")?;
        cursor.skip_blanks();
        if cursor.peek() == Some(b'}') {
            cursor.at += 1;
        } else {
            for position in 0.. {
                let column = self.key(position, cursor)?;
                cursor.skip_blanks();
                cursor.expect(b':', "`:`")?;
                cursor.skip_blanks();
                match column {
                    Some(column) => {
                        if seen & (1 << column as u32) != 0 {
                            return Err(Stop::Fault(fault_in(column, "stands twice")));
                        }
                        seen |= 1 << column as u32;
                        values[column as usize] = cursor.canonical(column)?.filter(|text| !text.is_empty());
                    }
                    None => cursor.skip_value()?,
                }
                cursor.skip_blanks();
                match cursor.next() {
                    Some(b',') => cursor.skip_blanks(),
                    Some(b'}') => break,
                    _ => return Err(cursor.stop_before("`,` or `}`")),
                }
            }
        }
        cursor.skip_blanks();
        if cursor.at == cursor.bytes.len() { Ok(()) } else { Err(cursor.stop("the end of the line")) }
    }

    /// Which column the key is that begins here.
    fn key(&mut self, position: usize, cursor: &mut Cursor) -> Step<Option<Column>> {
        let rest = &cursor.bytes[cursor.at..];
        if let Some((quoted, column)) = self.keys.get(position)
            && rest.starts_with(quoted)
        {
            cursor.at += quoted.len();
            return Ok(*column);
        }
        let start = cursor.at;
        let (key, column) = match cursor.string() {
            Ok(key) => (cursor.at, Column::parse(&key)),
            // A key with half of a surrogate pair is no canonical key.
            Err(Stop::Fault(_)) => {
                cursor.at = start;
                cursor.skip_string()?;
                (cursor.at, None)
            }
            Err(stop) => return Err(stop),
        };
        self.keys.truncate(position);
        self.keys.push((cursor.bytes[start..key].into(), column));
        Ok(column)
    }
}

fn fault_in(column: Column, what: &str) -> Fault {
    Fault {
        detail: Some(format!("`{}` {what}", column.name()).into()),
        ..Fault::column(Reason::Malformed, column, None)
    }
}

/// A place in a line.
struct Cursor<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn stop(&self, expected: &'static str) -> Stop {
        Stop::Grammar { at: self.at, expected }
    }

    fn stop_before(&self, expected: &'static str) -> Stop {
        Stop::Grammar { at: self.at.saturating_sub(1), expected }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek();
        self.at += 1;
        byte
    }

    fn expect(&mut self, byte: u8, expected: &'static str) -> Step<()> {
        if self.peek() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            Err(self.stop(expected))
        }
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// A canonical column's value: a text, a number's digits as written, or none for null.
    fn canonical(&mut self, column: Column) -> Step<Option<Cow<'a, str>>> {
        match self.peek() {
            Some(b'"') => self.string().map(Some).map_err(|stop| match stop {
                Stop::Fault(fault) => Stop::Fault(Fault { column: Some(column), ..fault }),
                grammar @ Stop::Grammar { .. } => grammar,
            }),
            Some(b'-' | b'0'..=b'9') => {
                let start = self.at;
                self.skip_number()?;
                Ok(Some(Cow::Borrowed(&self.text[start..self.at])))
            }
            Some(b'n') => self.skip_word("null").map(|()| None),
            Some(b't') => self.skip_word("true").and(Err(Stop::Fault(fault_in(column, "is a boolean")))),
            Some(b'f') => self.skip_word("false").and(Err(Stop::Fault(fault_in(column, "is a boolean")))),
            Some(b'[') => Err(Stop::Fault(fault_in(column, "is a list"))),
            Some(b'{') => Err(Stop::Fault(fault_in(column, "is an object"))),
            _ => Err(self.stop("a value")),
        }
    }

    /// A string, without its quotes and escapes.
    fn string(&mut self) -> Step<Cow<'a, str>> {
        self.expect(b'"', "`\"`")?;
        let start = self.at;
        self.at = plain_end(self.bytes, start);
        match self.peek() {
            Some(b'"') => {
                self.at += 1;
                Ok(Cow::Borrowed(&self.text[start..self.at - 1]))
            }
            Some(b'\\') => self.escaped(start).map(Cow::Owned),
            _ => Err(self.stop("`\"`")),
        }
    }

    /// The rest of a string that has escapes.
    fn escaped(&mut self, start: usize) -> Step<String> {
        let mut out = self.text[start..self.at].to_owned();
        loop {
            match self.next() {
                Some(b'"') => return Ok(out),
                Some(b'\\') => out.push(self.escape()?),
                _ => return Err(self.stop_before("`\"`")),
            }
            let plain = self.at;
            self.at = plain_end(self.bytes, plain);
            out.push_str(&self.text[plain..self.at]);
        }
    }

    fn escape(&mut self) -> Step<char> {
        let lone = || {
            let detail = Some("half of a surrogate pair".into());
            Stop::Fault(Fault { reason: Reason::BadEncoding, column: None, value: None, detail })
        };
        Ok(match self.next() {
            Some(b'u') => {
                let unit = self.hex()?;
                match unit {
                    0xD800..=0xDBFF if self.bytes[self.at..].starts_with(b"\\u") => {
                        self.at += 2;
                        let low = self.hex()?;
                        if !(0xDC00..=0xDFFF).contains(&low) {
                            return Err(lone());
                        }
                        let point = 0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                        char::from_u32(point).ok_or_else(lone)?
                    }
                    _ => char::from_u32(unit).ok_or_else(lone)?,
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

    fn hex(&mut self) -> Step<u32> {
        let digits = self.bytes.get(self.at..self.at + 4).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let Some(digits) = digits else {
            return Err(self.stop("four hexadecimal digits"));
        };
        self.at += 4;
        Ok(digits.iter().fold(0, |unit, digit| unit * 16 + char::from(*digit).to_digit(16).unwrap_or(0)))
    }

    fn skip_string(&mut self) -> Step<()> {
        self.expect(b'"', "`\"`")?;
        loop {
            self.at = plain_end(self.bytes, self.at);
            match self.next() {
                Some(b'"') => return Ok(()),
                Some(b'\\') => match self.next() {
                    Some(b'u') => {
                        self.hex()?;
                    }
                    Some(b'n' | b't' | b'r' | b'b' | b'f' | b'"' | b'\\' | b'/') => {}
                    _ => return Err(self.stop_before("an escape")),
                },
                _ => return Err(self.stop_before("`\"`")),
            }
        }
    }

    fn skip_word(&mut self, word: &'static str) -> Step<()> {
        if self.bytes[self.at..].starts_with(word.as_bytes()) {
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

    fn skip_number(&mut self) -> Step<()> {
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

    /// Steps over a value of any depth, without recursion.
    fn skip_value(&mut self) -> Step<()> {
        // The closing brackets still to come.
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

    /// In an object, the key and colon before the next value.
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

/// Where the plain part of a string that begins at `from` ends: at a quote, a backslash, a control character or the end.
/// Looks at eight bytes at a time with the zero-byte test of word arithmetic.
fn plain_end(bytes: &[u8], from: usize) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = ONES * 0x80;
    let zero_byte = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let mut at = from;
    while let Some(eight) = bytes.get(at..at + 8) {
        let mut word = [0; 8];
        word.copy_from_slice(eight);
        let word = u64::from_le_bytes(word);
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
        let found = zero_byte(word ^ (ONES * u64::from(b'"'))) | zero_byte(word ^ (ONES * u64::from(b'\\'))) | control;
        if found != 0 {
            // Borrows reach only bytes above the first hit, so the lowest one is exact.
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while bytes.get(at).is_some_and(|byte| !matches!(byte, b'"' | b'\\' | 0..0x20)) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

    fn read(line: &str) -> Result<Vec<(&'static str, String)>, Fault> {
        let mut values = Values::default();
        LineReader::default().read(line, &mut values)?;
        let texts = Column::ALL.iter().zip(values);
        Ok(texts.filter_map(|(column, text)| Some((column.name(), text?.into_owned()))).collect())
    }

    #[test]
    fn canonical_values() {
        let line = r#" { "ts" : 1.50 , "text":"a\"b\ud83d","x":{"y":[1,{"z":null},[]],"event":2},"event":"mess\u0061ge","agent_id":"","queue":null,"t\u006f_queue":"\ud83d\ude00\/\n"} "#;
        let expected = [("ts", "1.50"), ("event", "message"), ("to_queue", "😀/\n")];
        assert_eq!(read(line).unwrap(), expected.map(|(column, text)| (column, text.to_owned())));
    }

    #[test]
    fn faults() {
        for (line, reason, column) in [
            (r#"{"ts":1,"ts":2}"#, Reason::Malformed, Some(Column::Ts)),
            (r#"{"ts":1,"t\u0073":2}"#, Reason::Malformed, Some(Column::Ts)),
            (r#"{"ts":true}"#, Reason::Malformed, Some(Column::Ts)),
            (r#"{"event":[]}"#, Reason::Malformed, Some(Column::Event)),
            (r#"{"event":{}}"#, Reason::Malformed, Some(Column::Event)),
            (r#"{"event":"\ud800"}"#, Reason::BadEncoding, Some(Column::Event)),
            (r#"{"event":"\ud800\u0041"}"#, Reason::BadEncoding, Some(Column::Event)),
            (r#"{"ts":01}"#, Reason::Malformed, None),
            ("[1]", Reason::Malformed, None),
            ("{\"x\":\"a\tb\"}", Reason::Malformed, None),
        ] {
            let fault = read(line).unwrap_err();
            assert_eq!((fault.reason, fault.column), (reason, column), "{line}");
        }
    }

    #[test]
    fn a_key_that_changes_place_is_found() {
        let mut reader = LineReader::default();
        for line in [
            r#"{"ts":1,"queue":"a"}"#,
            r#"{"queue":"a","ts":1}"#,
            r#"{"ts":1,"queue":"a","queue2":3}"#,
            r#"{"queue":"a","text":"x","ts":1}"#,
        ] {
            let mut values = Values::default();
            reader.read(line, &mut values).unwrap();
            assert_eq!(values[Column::Ts as usize].as_deref(), Some("1"), "{line}");
            assert_eq!(values[Column::Queue as usize].as_deref(), Some("a"), "{line}");
        }
    }

    fn json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<f64>().prop_map(Into::into),
            any::<String>().prop_map(Into::into)
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
                prop::collection::vec((any::<String>(), inner), 0..4)
                    .prop_map(|entries| entries.into_iter().collect::<serde_json::Map<_, _>>().into())
            ]
        })
    }

    proptest! {
        // The same cases in every run.
        #![proptest_config(ProptestConfig { cases: 2_000, rng_seed: RngSeed::Fixed(7), failure_persistence: None, ..ProptestConfig::default() })]

        /// What serde_json accepts as an object, this reader accepts, and nothing else: also after a byte was changed.
        #[test]
        fn agrees_with_serde_json(value in json(), name in "[a-z]{0,3}", at in any::<prop::sample::Index>(), byte in 0x20_u8..0x7f, change in any::<bool>()) {
            let mut line = serde_json::json!({ name: value, "ts": "é\n" }).to_string().into_bytes();
            if change {
                let at = at.index(line.len());
                line[at] = byte;
            }
            if let Ok(line) = std::str::from_utf8(&line) {
                let theirs = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(line);
                let ours = read(line);
                match (&theirs, &ours) {
                    (Ok(_), Err(fault)) => prop_assert!(fault.column.is_some(), "{line}: {fault:?}"),
                    // Half a surrogate pair in a text that is skipped is legal JSON, but no Rust string; numbers have no limit here.
                    (Err(error), Ok(_)) => prop_assert!(error.to_string().contains("surrogate") || error.to_string().contains("hex escape") || error.to_string().contains("out of range"), "{line}: {error}"),
                    (Ok(theirs), Ok(ours)) => {
                        let text = |ts: &serde_json::Value| ts.as_str().filter(|ts| !ts.is_empty()).map(str::to_owned);
                        let ts = ours.iter().find(|(column, _)| *column == "ts").map(|(_, text)| text.clone());
                        prop_assert!(theirs.get("ts").is_none_or(|theirs| !theirs.is_string() || text(theirs) == ts), "{line}");
                    }
                    (Err(_), Err(_)) => {}
                }
            }
        }
    }
}
