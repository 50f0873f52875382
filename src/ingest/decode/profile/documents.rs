//! Reads JSON documents as records: finds where each record begins and ends, with one record in memory at a time. The
//! inside of a record is checked only for brackets and quotes.

use std::io::{BufRead, Error, Result};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::no_log;
use super::sample::{KEY, VALUES};
use super::spans::RecordForm;
use super::value_end::Scanner;
use crate::ingest::decode::parts::count_lines;
use crate::ingest::decode::reject::TOO_LONG;

/// Finds records in consecutive JSON documents: pages of an API, arrays, bare objects.
pub struct Documents {
    reader: Box<dyn BufRead + Send>,
    /// The keys that lead to the records. If empty, each document is a record or an array of records.
    keys: Vec<String>,
    /// Whether the records are the values of an object, or the elements of those values that are arrays.
    is_by_key: bool,
    /// The key of the current value as written, and whether the value is an array.
    key: (Vec<u8>, bool),
    /// The keys beside the records whose values are kept.
    wanted: Vec<String>,
    /// The values of those keys in the current document, as far as they precede its records.
    document: Arc<Value>,
    /// Lines before the current byte.
    line: u32,
    /// The longest record allowed, in bytes.
    longest: usize,
    /// Inside the array of records: the number of objects open around it.
    inside: Option<usize>,
    /// Whether a document with the records was seen.
    has_found: bool,
    /// Whether documents were seen and none of them has the records.
    lacks_records: bool,
}

impl Documents {
    /// Reads documents from a reader after so many lines. Keeps the values of the `wanted` keys that precede the
    /// records.
    #[must_use]
    pub fn new(
        reader: Box<dyn BufRead + Send>,
        mut keys: Vec<String>,
        wanted: Vec<String>,
        line: u32,
        longest: usize,
    ) -> Self {
        let is_by_key = keys.pop_if(|last| last == VALUES).is_some();
        Self {
            reader,
            keys,
            is_by_key,
            key: (Vec::new(), false),
            wanted,
            document: Arc::default(),
            line,
            longest,
            inside: None,
            has_found: false,
            lacks_records: false,
        }
    }

    /// Whether anything beside the records is kept.
    #[must_use]
    pub const fn keeps_documents(&self) -> bool {
        !self.wanted.is_empty()
    }

    /// The values of the wanted keys before the records of the current document.
    #[must_use]
    pub const fn document(&self) -> &Arc<Value> {
        &self.document
    }

    /// Appends the next record to `out`, unless it is too long. Returns the line of its first byte, counted from 1, and
    /// its form. `None` after the last.
    ///
    /// # Errors
    ///
    /// If the source cannot be read, or ends in the middle of a document. Input that is not a document with the records
    /// is `InvalidData`.
    pub fn next(&mut self, out: &mut Vec<u8>) -> Result<Option<(u32, RecordForm)>> {
        loop {
            let Some(around) = self.inside else {
                match self.enter(out)? {
                    Entered::Record(line, form) => return Ok(Some((line, form))),
                    Entered::Array => continue,
                    Entered::End => return Ok(None),
                }
            };
            let is_member = self.is_by_key && !self.key.1;
            match self.peek()? {
                Some(b']') if self.key.1 => {
                    self.bump()?;
                    self.key.1 = false;
                }
                Some(byte) if byte == if is_member { b'}' } else { b']' } => {
                    self.bump()?;
                    self.inside = None;
                    self.leave(around)?;
                }
                Some(b',') => {
                    self.bump()?;
                }
                Some(_) if is_member => {
                    if self.has_record_at_key()? {
                        return Ok(Some(self.value_with_key(out)?));
                    }
                }
                Some(_) if self.is_by_key => return Ok(Some(self.value_with_key(out)?)),
                Some(_) => return Ok(Some(self.value(out)?)),
                None => return Err(ends_early()),
            }
        }
    }

    /// Enters the records of the next document.
    fn enter(&mut self, out: &mut Vec<u8>) -> Result<Entered> {
        // Some streams have a comma between documents.
        while self.peek()? == Some(b',') {
            self.bump()?;
        }
        let Some(first) = self.peek()? else {
            if self.lacks_records {
                return Err(no_log(&format!("no array `{}` in it", self.keys.join("."))));
            }
            return Ok(Entered::End);
        };
        let keys = self.keys.clone();
        let mut kept = Map::new();
        for (around, key) in keys.iter().enumerate() {
            if self.peek()? != Some(b'{') {
                return Err(no_log(&format!("line {}: expected an object with `{key}`", self.line + 1)));
            }
            self.bump()?;
            if !self.find(key, (around == 0).then_some(&mut kept))? {
                self.leave(around)?;
                self.lacks_records |= !self.has_found;
                return Ok(Entered::Array);
            }
        }
        self.document = Arc::new(Value::Object(kept));
        if keys.is_empty() && first != b'[' && !self.is_by_key {
            let (line, form) = self.value(out)?;
            return Ok(Entered::Record(line, form));
        }
        (self.has_found, self.lacks_records) = (true, false);
        match self.peek()? {
            Some(byte) if byte == if self.is_by_key { b'{' } else { b'[' } => {
                self.bump()?;
                self.inside = Some(keys.len());
            }
            // The value is null: no records.
            Some(b'n') => {
                self.skip()?;
                self.leave(keys.len())?;
            }
            _ if self.is_by_key => {
                return Err(no_log(&format!(
                    "line {}: expected an object whose values are the records",
                    self.line + 1
                )));
            }
            Some(b'{') => {
                let path = keys.join(".");
                let line = self.line + 1;
                return Err(no_log(&format!(
                    "line {line}: `{path}` is not an array: if its values are the records, write records = \"{path}.*\""
                )));
            }
            _ => return Err(no_log(&format!("line {}: `{}` is not an array", self.line + 1, keys.join(".")))),
        }
        Ok(Entered::Array)
    }

    /// Reads the current key. Returns false if its value is not itself a record: an array of records, or neither.
    fn has_record_at_key(&mut self) -> Result<bool> {
        self.key = (self.key_text()?, false);
        match self.peek()? {
            Some(b'[') => {
                self.bump()?;
                self.key.1 = true;
                Ok(false)
            }
            Some(b'{') => Ok(true),
            Some(_) => {
                self.skip()?;
                Ok(false)
            }
            None => Err(ends_early()),
        }
    }

    /// Appends the current object, with its key as one of its members.
    fn value_with_key(&mut self, out: &mut Vec<u8>) -> Result<(u32, RecordForm)> {
        let start = out.len();
        let found = self.value(out)?;
        if let Some((b'{', rest)) = out.get(start..).and_then(<[u8]>::split_first) {
            let is_empty = rest.trim_ascii_start().first() == Some(&b'}');
            let end: &[u8] = if is_empty { b"" } else { b"," };
            let member = [b"\"", KEY.as_bytes(), b"\":", &self.key.0, end].concat();
            out.splice(start + 1..=start, member);
        }
        Ok(found)
    }

    /// Reads the current key as written, and skips the colon after it.
    fn key_text(&mut self) -> Result<Vec<u8>> {
        if self.peek()? != Some(b'"') {
            return Err(no_log(&format!("line {}: expected a key in quotes", self.line + 1)));
        }
        let mut text = Vec::new();
        self.value(&mut text)?;
        if self.peek()? == Some(b':') {
            self.bump()?;
        }
        Ok(text)
    }

    /// Skips the rest of the enclosing objects; `around` is their number.
    fn leave(&mut self, around: usize) -> Result<()> {
        for level in (0..around).rev() {
            let mut kept = Map::new();
            // No object has this key, so none is found.
            while self.find("\u{0}", (level == 0).then_some(&mut kept))? {}
            if let Some(key) = kept.keys().next() {
                return Err(no_log(&format!(
                    "line {}: `{key}` comes after the records: @document has only the keys before them",
                    self.line
                )));
            }
        }
        Ok(())
    }

    /// Moves after the colon of a key of the current object. Returns false if the object ends without that key. Puts
    /// the values of wanted keys on the way into `kept`.
    fn find(&mut self, key: &str, mut kept: Option<&mut Map<String, Value>>) -> Result<bool> {
        let mut text = Vec::new();
        loop {
            match self.peek()? {
                Some(b',') => {
                    self.bump()?;
                }
                Some(b'}') => {
                    self.bump()?;
                    return Ok(false);
                }
                Some(_) => {
                    let found = serde_json::from_slice::<String>(&self.key_text()?).unwrap_or_default();
                    self.peek()?;
                    if found == key {
                        return Ok(true);
                    }
                    match kept.as_mut().filter(|_| self.wanted.contains(&found)) {
                        Some(kept) => {
                            text.clear();
                            self.value(&mut text)?;
                            kept.insert(found, serde_json::from_slice(&text).unwrap_or_default());
                        }
                        None => {
                            self.skip()?;
                        }
                    }
                }
                None => return Err(ends_early()),
            }
        }
    }

    /// The next byte that is not a blank.
    fn peek(&mut self) -> Result<Option<u8>> {
        loop {
            let bytes = self.reader.fill_buf()?;
            if bytes.is_empty() {
                return Ok(None);
            }
            let blanks = bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let lines = count_lines(&bytes[..blanks]);
            let found = bytes.get(blanks).copied();
            self.line += lines;
            self.reader.consume(blanks);
            if found.is_some() {
                return Ok(found);
            }
        }
    }

    fn bump(&mut self) -> Result<()> {
        self.reader.fill_buf()?;
        self.reader.consume(1);
        Ok(())
    }

    fn skip(&mut self) -> Result<()> {
        self.scan(|_| ()).map(|_| ())
    }

    /// Appends the current value, unless it is too long. Returns the line of its first byte, and its form.
    fn value(&mut self, out: &mut Vec<u8>) -> Result<(u32, RecordForm)> {
        let (start, longest) = (out.len(), self.longest);
        let mut length = 0_usize;
        let line = self.scan(|bytes| {
            length = length.saturating_add(bytes.len());
            if length <= longest {
                out.extend_from_slice(bytes);
            }
        })?;
        if length <= longest {
            return Ok((line, RecordForm::Usual));
        }
        out.truncate(start);
        Ok((line, RecordForm::Malformed(TOO_LONG)))
    }

    /// Skips a value, and passes its bytes to `see`.
    fn scan(&mut self, mut see: impl FnMut(&[u8])) -> Result<u32> {
        let first = self.line + 1;
        let mut scanner = Scanner::default();
        let mut length = 0;
        loop {
            let bytes = self.reader.fill_buf()?;
            if bytes.is_empty() {
                return if scanner.may_end() { Ok(first) } else { Err(ends_early()) };
            }
            let (end, is_over) = scanner.pass(bytes);
            see(&bytes[..end]);
            length += end;
            self.line += count_lines(&bytes[..end]);
            self.reader.consume(end);
            if is_over && length == 0 {
                return Err(no_log(&format!("line {first}: expected a value of JSON")));
            }
            if is_over {
                return Ok(first);
            }
        }
    }
}

enum Entered {
    /// A document that is a record: its line and its form.
    Record(u32, RecordForm),
    /// The array of records, or a document without one.
    Array,
    /// No more documents.
    End,
}

fn ends_early() -> Error {
    no_log("ends in the middle of a JSON document: fetch or copy the file again")
}

#[cfg(test)]
mod tests {
    use super::*;

    type RecordLines = Vec<(u32, String)>;

    fn records(text: &str, keys: &[&str]) -> std::result::Result<RecordLines, String> {
        let mut all = Vec::new();
        // The records are the same, however many bytes the reader returns at a time.
        for capacity in [1, 7, 1 << 16] {
            let reader = std::io::BufReader::with_capacity(capacity, std::io::Cursor::new(text.as_bytes().to_vec()));
            let keys = keys.iter().map(|key| (*key).to_owned()).collect();
            let mut documents = Documents::new(Box::new(reader), keys, Vec::new(), 0, 200);
            let mut found = Vec::new();
            loop {
                let mut record = Vec::new();
                match documents.next(&mut record) {
                    Ok(Some((line, _))) => found.push((line, String::from_utf8(record).unwrap())),
                    Ok(None) => break all.push(Ok(found)),
                    Err(error) => break all.push(Err(error.to_string())),
                }
            }
        }
        assert!(all.iter().all(|one| *one == all[0]), "{all:?}");
        all.remove(0)
    }

    fn texts(text: &str, keys: &[&str]) -> Vec<String> {
        records(text, keys).unwrap().into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn records_of_all_kinds_of_documents() {
        assert_eq!(texts(r#"[{"a":"]}\"["},{"b":[1,{}]}]"#, &[]), [r#"{"a":"]}\"["}"#, r#"{"b":[1,{}]}"#]);
        assert_eq!(texts("{\"a\":1}{\"a\":2}\n,{\"a\":3}", &[]), ["{\"a\":1}", "{\"a\":2}", "{\"a\":3}"]);
        assert_eq!(texts("[1, null ,\"x\"]", &[]), ["1", "null", "\"x\""]);
        assert_eq!(texts("", &[]), Vec::<String>::new());
        let page = r#"{"n":[{"d":[9]}],"d":{"x":"d","list":[{"a":1}, {"a":2}],"more":{"list":[5]}},"last":true}"#;
        assert_eq!(texts(&page.repeat(2), &["d", "list"]), ["{\"a\":1}", "{\"a\":2}", "{\"a\":1}", "{\"a\":2}"]);
        for nothing in [r#"{"list":[]}"#, r#"{"list":null,"x":1}"#, "", r#"{"list":[]}{"x":{"list":[1]},"y":2}"#] {
            assert_eq!(texts(nothing, &["list"]), Vec::<String>::new(), "{nothing}");
        }
        let missing = r#"{"d":{"x":1},"n":[{"d":2}]}"#;
        assert_eq!(texts(&[missing, page, missing].concat(), &["d", "list"]), ["{\"a\":1}", "{\"a\":2}"]);
    }

    #[test]
    fn records_that_are_values_of_an_object() {
        let by_key = r#"{"n":1,"talks":{"a\"1":{"x":{}},"b2":[{"y":2},{}],"c3":null,"d4":{ },"e5":7},"last":{}}"#;
        let found = [r#"{"@key":"a\"1","x":{}}"#, r#"{"@key":"b2","y":2}"#, r#"{"@key":"b2"}"#, r#"{"@key":"d4" }"#];
        assert_eq!(texts(by_key, &["talks", "*"]), found);
        assert_eq!(texts("{\"a\":{},\n\"b\":[]}\n{}", &["*"]), [r#"{"@key":"a"}"#]);
        assert!(records("[{}]", &["*"]).unwrap_err().contains("expected an object whose values are the records"));
        assert!(records("{\"a\":[{}", &["*"]).unwrap_err().contains("in the middle"));
    }

    #[test]
    fn lines_of_records() {
        let lines = |text: &str, keys: &[&str]| records(text, keys).unwrap().iter().map(|r| r.0).collect::<Vec<_>>();
        assert_eq!(lines("{\"list\": [\n{\"a\":\n1},\n\n{},{}]\n}\n{\"list\":[3]}", &["list"]), [2, 5, 5, 7]);
        assert_eq!(lines("{}\n{}\r\n\n{}", &[]), [1, 2, 4]);
    }

    #[test]
    fn values_before_the_records_are_kept() {
        let documents = |text: &'static str| {
            let keys = ["chats".to_owned(), "list".to_owned()].to_vec();
            let mut documents = Documents::new(Box::new(text.as_bytes()), keys, vec!["user".to_owned()], 0, 200);
            let mut seen = Vec::new();
            while documents.next(&mut Vec::new()).map_err(|error| error.to_string())?.is_some() {
                seen.push(documents.document().to_string());
            }
            Ok::<_, String>(seen)
        };
        let page = r#"{"user":{"id":5},"x":1,"chats":{"user":9,"list":[{},{}]},"y":2}{"chats":{"list":[{}]}}"#;
        assert_eq!(documents(page).unwrap(), [r#"{"user":{"id":5}}"#, r#"{"user":{"id":5}}"#, "{}"]);
        let message = documents(r#"{"chats":{"list":[{}],"user":1},"user":{"id":5}}"#).unwrap_err();
        assert!(message.contains("`user` comes after the records"), "{message}");
    }

    #[test]
    fn other_texts_than_documents_are_refused() {
        for (text, keys, part) in [
            ("{\"list\": [{\"a\":1}", &["list"][..], "ends in the middle"),
            ("[{\"a\":", &[], "ends in the middle"),
            ("{\"other\": [1]}", &["list"], "no array `list`"),
            ("{\"list\": 5}", &["list"], "line 1: `list` is not an array"),
            ("{\"list\": {\"a\": {}}}", &["list"], "write records = \"list.*\""),
            ("[1]", &["list"], "line 1: expected an object with `list`"),
            ("{list: [1]}", &["list"], "line 1: expected a key in quotes"),
            ("{\"list\": [1]", &["list"], "ends in the middle"),
            ("[}]", &[], "line 1: expected a value"),
        ] {
            let message = records(text, keys).unwrap_err();
            assert!(message.contains(part), "{text}: {message}");
        }
    }
}
