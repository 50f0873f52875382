//! Converts JSON documents of events to JSON Lines: objects over several lines, consecutive objects, or objects in an
//! array.
//!
//! The text is passed on byte by byte. Inside an object, a line end becomes a blank, and the skipped line ends are
//! written after the object: so each object is one line, and begins on its line of the source. Only if several objects
//! begin on the same line does each get its own line, which is then counted separately.
//!
//! A mistake in an object is found by the reader of lines, and affects that object alone: if an object begins in place
//! of a key, or a string continues past the end of its line, the next object starts afresh.

use std::io::{BufRead, BufReader, Read, Result};

use serde::de::IgnoredAny;

use crate::failure::ExplainedError;

/// Whether a JSON text is a document instead of JSON Lines: an array of objects, objects over several lines, or several
/// objects on a line.
#[must_use]
pub fn is_document(start: &[u8]) -> bool {
    let text = start.strip_prefix(MARK).unwrap_or(start).trim_ascii_start();
    if let Some(inside) = text.strip_prefix(b"[") {
        let inside = inside.trim_ascii_start();
        return inside.starts_with(b"{") || inside.starts_with(b"]");
    }
    if !text.starts_with(b"{") {
        return false;
    }
    let mut objects = serde_json::Deserializer::from_slice(text).into_iter::<IgnoredAny>();
    if let Some(Ok(_)) = objects.next() {
        let (object, behind) = text.split_at(objects.byte_offset());
        let line = behind.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii();
        return object.contains(&b'\n') || line.starts_with(b"{") || line.starts_with(b",");
    }
    // Broken, or longer than the examined bytes: a line that holds an object has more than its bracket.
    text.split(|byte| *byte == b'\n').next().is_some_and(|line| line.trim_ascii() == b"{" && line.len() < text.len())
}

const MARK: &[u8] = b"\xEF\xBB\xBF";

/// The objects of a document, each on its own line.
#[must_use]
pub fn as_lines(reader: Box<dyn BufRead + Send>) -> Box<dyn BufRead + Send> {
    Box::new(BufReader::with_capacity(
        1 << 18,
        ObjectLines { reader, ready: Vec::new(), at: 0, is_done: false, state: ScanState::default() },
    ))
}

struct ObjectLines {
    reader: Box<dyn BufRead + Send>,
    /// Converted text that has not been requested yet.
    ready: Vec<u8>,
    at: usize,
    is_done: bool,
    state: ScanState,
}

impl Read for ObjectLines {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        while self.at == self.ready.len() && !self.is_done {
            self.ready.clear();
            self.at = 0;
            let bytes = self.reader.fill_buf()?;
            let count = bytes.len();
            for byte in bytes {
                self.state.pass(*byte, &mut self.ready);
            }
            self.reader.consume(count);
            if count == 0 {
                self.is_done = true;
                self.state.finish()?;
            }
        }
        let count = out.len().min(self.ready.len() - self.at);
        out[..count].copy_from_slice(&self.ready[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

/// The position in an object at which the bytes so far end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum InObject {
    /// Outside of strings, or between objects.
    #[default]
    Outside,
    /// In a string.
    Text,
    /// In a string, after a backslash.
    Escape,
    /// In an object that cannot be read: only the start of the next one is searched for.
    Broken,
}

/// The position in the document at which the bytes so far end.
#[derive(Debug, Default)]
struct ScanState {
    /// The open brackets of the current object; empty between objects.
    open: Vec<u8>,
    at: InObject,
    /// The last bytes that are not blanks, in order.
    last: [u8; 2],
    /// Line ends inside the current object.
    held: usize,
    /// Whether the output line has text.
    has_text: bool,
    /// Whether an array around the objects is open.
    is_in_array: bool,
}

impl ScanState {
    fn pass(&mut self, byte: u8, out: &mut Vec<u8>) {
        if byte == b'\n' {
            self.end_line(out);
            return;
        }
        if let InObject::Text | InObject::Escape = self.at {
            out.push(byte);
            match (self.at, byte) {
                (InObject::Text, b'\\') => self.at = InObject::Escape,
                (InObject::Text, b'"') => {
                    self.at = InObject::Outside;
                    self.see(byte);
                }
                _ => self.at = InObject::Text,
            }
            return;
        }
        if byte.is_ascii_whitespace() {
            out.push(b' ');
        } else if self.open.is_empty() {
            self.between(byte, out);
            self.see(byte);
        } else {
            self.inside(byte, out);
            self.see(byte);
        }
    }

    fn see(&mut self, byte: u8) {
        self.last = [self.last[1], byte];
    }

    fn end_line(&mut self, out: &mut Vec<u8>) {
        if self.open.is_empty() {
            out.push(b'\n');
            self.has_text = false;
            return;
        }
        // A JSON string cannot hold a line end.
        if let InObject::Text | InObject::Escape = self.at {
            self.at = InObject::Broken;
        }
        self.held += 1;
        out.push(b' ');
    }

    /// Handles a byte between objects.
    fn between(&mut self, byte: u8, out: &mut Vec<u8>) {
        match byte {
            b'{' => self.begin(out),
            b'[' if !self.is_in_array => {
                self.is_in_array = true;
                out.push(b' ');
            }
            b']' if self.is_in_array => {
                self.is_in_array = false;
                out.push(b' ');
            }
            b',' => out.push(b' '),
            // The byte-order mark at the start of the text is not part of a row.
            0xEF | 0xBB | 0xBF if !self.has_text => out.push(byte),
            _ => {
                out.push(byte);
                self.has_text = true;
            }
        }
    }

    fn begin(&mut self, out: &mut Vec<u8>) {
        if self.has_text {
            out.push(b'\n');
        }
        out.push(b'{');
        self.has_text = true;
        self.open.push(b'{');
    }

    /// Handles a byte of an object, outside of strings.
    fn inside(&mut self, byte: u8, out: &mut Vec<u8>) {
        let is_in_object = self.open.last() == Some(&b'{');
        let is_broken = self.at == InObject::Broken;
        let follows_object = self.last[1] == b'}' || self.last == *b"},";
        match byte {
            b'{' if is_broken && follows_object || !is_broken && is_in_object && self.last[1] != b':' => {
                self.end(out);
                self.begin(out);
                return;
            }
            _ if is_broken => {}
            b'"' => self.at = InObject::Text,
            b'{' | b'[' => self.open.push(byte),
            b'}' => {
                // Lists that are not closed end with their object.
                while self.open.pop_if(|open| *open == b'[').is_some() {}
                self.open.pop();
                if self.open.is_empty() {
                    out.push(byte);
                    self.end(out);
                    return;
                }
            }
            b']' if self.open.contains(&b'[') => while self.open.pop().is_some_and(|open| open != b'[') {},
            // It ends the array around the objects, so this object is incomplete.
            b']' if self.is_in_array => {
                self.end(out);
                self.is_in_array = false;
                return;
            }
            _ => {}
        }
        out.push(byte);
    }

    /// Ends the current object: writes the line ends that it contained.
    fn end(&mut self, out: &mut Vec<u8>) {
        out.extend(std::iter::repeat_n(b'\n', self.held));
        self.has_text = self.held == 0;
        self.held = 0;
        self.open.clear();
        self.at = InObject::Outside;
    }

    fn finish(&self) -> Result<()> {
        let ends_broken = self.at == InObject::Broken && self.last[1] == b']';
        if self.is_in_array && !ends_broken {
            return Err(ExplainedError::error("ends in the middle of its JSON array: fetch or copy the file again"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn lines(text: &str) -> std::result::Result<Vec<(usize, String)>, String> {
        let mut all = None;
        for size in [1, 2, 5, 4096] {
            let reader = Box::new(BufReader::with_capacity(size, Cursor::new(text.as_bytes().to_vec())));
            let mut out = String::new();
            let read = as_lines(reader).read_to_string(&mut out).map(|_| out).map_err(|error| error.to_string());
            assert!(all.is_none() || all == Some(read.clone()), "{text}: {size}");
            all = Some(read);
        }
        let all = all.expect("read")?;
        let numbered = (1..).zip(all.split('\n')).filter(|(_, line)| !line.trim().is_empty());
        Ok(numbered.map(|(number, line)| (number, line.split_whitespace().collect::<String>())).collect())
    }

    fn found(text: &str) -> Vec<(usize, String)> {
        lines(text).expect(text)
    }

    fn line(number: usize, text: &str) -> (usize, String) {
        (number, text.to_owned())
    }

    #[test]
    fn documents_and_lines_are_distinguished() {
        for text in [
            "[{\"a\":1}]",
            " [ \n {\"a\":1}]",
            "[]",
            "{\n\"a\":1}",
            "\u{feff}{\n \"a\": 1,\n",
            "{\"a\":1}{\"a\":2}",
            "{\"a\":1},\n{\"a\":2}",
            "{\"a\":1\n}",
        ] {
            assert!(is_document(text.as_bytes()), "{text}");
        }
        for text in [
            "{\"a\":1}\n{\"a\":2}",
            "{\"a\":1} x",
            "{\"a\":1",
            "{",
            "{\"a\"\n{\"b\":1}",
            "[1,2]",
            "a,b",
            "",
            "{\"a\":{\"b\":[1]}}",
        ] {
            assert!(!is_document(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn each_object_is_one_line_at_its_line_of_the_source() {
        let two = [line(1, "{\"a\":1}"), line(2, "{\"b\":{\"c\":[{},{}]}}")];
        assert_eq!(found("{\"a\":1}\n{\"b\":{\"c\":[{},{}]}}"), two);
        assert_eq!(found("[{\"a\":1},\n{\"b\":{\"c\":[{},{}]}}]\n"), two);
        assert_eq!(found("{\"a\":1}{\"b\":{\"c\":[{},{}]}}"), two);
        assert_eq!(
            found("[\n {\n\"a\":\n1\n}\n,{\"b\":2},{\"c\":3}\n]"),
            [line(2, "{\"a\":1}"), line(6, "{\"b\":2}"), line(7, "{\"c\":3}")]
        );
        assert_eq!(
            found("{\n\"a\": \"}{][,\\\"\"\n},{\n\"b\":2\n}"),
            [line(1, "{\"a\":\"}{][,\\\"\"}"), line(3, "{\"b\":2}")]
        );
        assert_eq!(found("[]"), []);
    }

    #[test]
    fn a_broken_object_costs_no_other() {
        // A bracket is missing or superfluous; a quote is missing; a value is not JSON.
        for broken in
            ["\"a\": {\"b\": 1\n", "\"a\": [1, 2\n}", "\"a\": \"x\n}", "\"a\": 1", "\"a\": nonsense\n}", "a\": 1\n}"]
        {
            let text = format!("[\n{{\"n\": 1}},\n{{\n{broken},\n{{\n\"n\": 2\n}},\n{{\"n\": 3}}\n]");
            let read = found(&text);
            let whole: Vec<&str> =
                read.iter().map(|(_, line)| line.as_str()).filter(|line| line.starts_with("{\"n")).collect();
            assert_eq!(whole, ["{\"n\":1}", "{\"n\":2}", "{\"n\":3}"], "{text}");
            assert_eq!(read.len(), 4, "{text}: {read:?}");
        }
        let too_many = found("{\n\"a\":1}}\n{\n\"n\":2\n}\n{\"n\":3}");
        assert_eq!(too_many, [line(1, "{\"a\":1}"), line(2, "}"), line(3, "{\"n\":2}"), line(6, "{\"n\":3}")]);
        // On one line, a lost quote swaps strings and the text between them: the array has no end, and is refused.
        let one_line = lines("[{\"a\":\"x,\"b\":\"y\"},{\"n\":\"2\"},{\"n\":\"3\"}]");
        assert!(one_line.expect_err("refused").contains("in the middle of its JSON array"));
    }

    #[test]
    fn an_array_that_does_not_end_is_cut() {
        for text in ["[{\"a\":1},", "[\n{\"a\":1}\n", "[{\"a\":", "["] {
            assert!(lines(text).expect_err(text).contains("in the middle of its JSON array"), "{text}");
        }
        // Consecutive objects: the last one is one row that cannot be read.
        assert_eq!(found("{\n\"a\":1\n}\n{\n\"b\""), [line(1, "{\"a\":1}"), line(4, "{\"b\"")]);
        // The last object is incomplete, the array is complete.
        assert_eq!(found("[{\"n\":1},\n{\"a\":[1}\n]"), [line(1, "{\"n\":1}"), line(2, "{\"a\":[1}")]);
        assert_eq!(found("[{\"n\":1},\n{\"a\":{\"b\":1}\n]"), [line(1, "{\"n\":1}"), line(2, "{\"a\":{\"b\":1}")]);
    }
}
