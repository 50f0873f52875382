//! JSON Lines: one pass over a line checks its grammar (RFC 8259), notes the byte ranges of canonical values and skips
//! the rest.
//!
//! Values that are not needed are not built. A usual line takes two kinds of steps: a key is compared with keys learned
//! from earlier lines (`key_order`), and the end of a string is searched for (`scan`). If a line differs, its keys and
//! values are read byte by byte until the steps match again.

mod cursor;
mod key_order;
mod line_contents;
mod line_templates;
mod scan;

use memchr::memchr;

use self::cursor::{Cursor, LineStop, Step, StringText};
use self::key_order::{KeyOrder, ROW_START};
use self::line_contents::extend;
use self::line_templates::{LINE_START, LineTemplates, NextSegment, VaryingValue, VaryingValues, Whose};
use super::cells::Cells;
use super::reject::Fault;
use super::row::CONTENT_COLUMNS;
use crate::event::Column;
use crate::event::attributes::{Names, RowValues};

/// Reads lines, and remembers the keys and templates of earlier ones.
#[derive(Debug, Default)]
pub struct LineReader {
    order: KeyOrder,
    templates: LineTemplates,
    /// The varying values of the current line.
    varying: VaryingValues,
    /// The text of a string that has escapes.
    unescaped: Vec<u8>,
    /// The keys that are attributes, and their values in the current line.
    attributes: Names,
    values: RowValues,
    /// The tags of a list, joined into one text.
    tags: Vec<u8>,
}

impl LineReader {
    /// A new reader. Keys with these names are attributes.
    #[must_use]
    pub fn new(attributes: Names) -> Self {
        Self { attributes, ..Self::default() }
    }

    /// Reads the line `part[start..end]`: UTF-8, not empty, without blanks around it.
    ///
    /// # Errors
    ///
    /// `malformed` if the line is not one JSON object, or if a canonical key appears twice or has a list, an object or
    /// a boolean; `bad_encoding` if a canonical text has half of a surrogate pair.
    pub fn read(&mut self, part: &[u8], start: usize, end: usize, cells: &mut Cells) -> Result<(), Fault> {
        cells.clear();
        self.varying.values.clear();
        self.varying.seen = 0;
        self.values.clear();
        let mut cursor = Cursor { part, line: &part[..end], at: start };
        self.object(&mut cursor, cells).map_err(|stop| stop.fault(part, start))?;
        self.put_attributes_together(part, cells);
        Ok(())
    }

    /// Recognises the line that begins at `start` by its template. Sets the varying cells alone, and returns the start
    /// of the next line and the content that was [learned](Self::learn). `None` if the line must be [read](Self::read).
    #[inline]
    pub fn recall(&mut self, part: &[u8], start: usize, cells: &mut Cells) -> Option<(usize, u32)> {
        cells.clear();
        self.values.clear();
        let (mut at, mut state, mut signature) = (start, LINE_START, 0);
        loop {
            let found = self.templates.get(state, part, at)?;
            at += found.len;
            signature = extend(signature, found.number);
            match found.next {
                NextSegment::Line => {
                    self.put_attributes_together(part, cells);
                    return Some((at, self.templates.content(signature)?));
                }
                NextSegment::Value(Whose::Column(column), next) => {
                    at = match usual_value(part, part, at, column, cells) {
                        Some(end) => end,
                        None => self.recall_value(part, at, column, cells)?,
                    };
                    state = next;
                }
                NextSegment::Value(Whose::Attribute(position), next) => {
                    at = self.recall_attribute(part, at, position.into())?;
                    state = next;
                }
            }
        }
    }

    /// Joins the attributes of a line into one value.
    #[inline]
    fn put_attributes_together(&mut self, part: &[u8], cells: &mut Cells) {
        if self.values.is_touched() {
            cells.set_attributes(part.len(), &mut self.values);
        }
    }

    /// Reads a value that is not a string without escapes. Returns its end; `None` if it is not a value.
    #[inline(never)]
    fn recall_value(&mut self, part: &[u8], at: usize, column: Option<Column>, cells: &mut Cells) -> Option<usize> {
        if column == Some(Column::Tags)
            && let Some(end) = usual_tags(part, at, &mut self.tags)
        {
            cells.set_unescaped(Column::Tags, part.len(), &self.tags);
            return Some(end);
        }
        let mut cursor = Cursor { part, line: line_of_value(part, at)?, at };
        self.value(column, &mut cursor, cells).ok()?;
        Some(cursor.at)
    }

    /// Reads the value of an attribute. Returns its end; `None` if it is not a value.
    #[inline(never)]
    fn recall_attribute(&mut self, part: &[u8], at: usize, position: usize) -> Option<usize> {
        if part.get(at) == Some(&b'"') {
            let end = scan::plain_end(part, at + 1);
            if part.get(end) == Some(&b'"') {
                self.values.set_text(position, &part[at + 1..end]);
                return Some(end + 1);
            }
        }
        let mut cursor = Cursor { part, line: line_of_value(part, at)?, at };
        self.attribute(position, &mut cursor).ok()?;
        Some(cursor.at)
    }

    /// Learns the content of the line just [read](Self::read), which goes from `start` to the newline before `end`.
    pub fn learn(&mut self, part: &[u8], start: usize, end: usize, content: u32) {
        // A template has sixteen bits for the index of an attribute.
        if u16::try_from(self.attributes.len()).is_ok() {
            self.templates.learn(part, start, end, &self.varying, content);
        }
    }

    fn object(&mut self, cursor: &mut Cursor, cells: &mut Cells) -> Step<()> {
        cursor.skip_blanks();
        cursor.expect(b'{', "`{`")?;
        cursor.skip_blanks();
        if cursor.peek() == Some(b'}') {
            cursor.at += 1;
        } else {
            self.members(cursor, cells)?;
        }
        cursor.skip_blanks();
        if cursor.at == cursor.line.len() { Ok(()) } else { Err(cursor.stop("the end of the line")) }
    }

    /// Reads the keys and values of an object, and its closing bracket.
    ///
    /// The position is kept in a register here instead of the cursor, because it determines the speed of usual lines.
    fn members(&mut self, cursor: &mut Cursor, cells: &mut Cells) -> Step<()> {
        let Cursor { part, line, mut at } = *cursor;
        let mut seen = 0_u32;
        let mut last = ROW_START;
        loop {
            let column;
            let key = at;
            let found = scan::window(part, at).and_then(|window| self.order.find(window, last));
            let bit = if let Some(found) = found {
                (column, last) = (found.column, found.position);
                at += found.len;
                found.bit
            } else {
                cursor.at = at;
                (column, last) = self.new_key(last, cursor)?;
                at = cursor.at;
                column.map_or(0, Column::bit)
            };
            if column == Some(Column::Attributes) {
                let start = at;
                cursor.at = at.min(line.len());
                let position = self.attribute_position(&part[key..at]);
                self.attribute(position, cursor)?;
                // With more attributes than that, no line is learned.
                let whose = Whose::Attribute(u16::try_from(position).unwrap_or(u16::MAX));
                self.varying.values.push(VaryingValue { key, start, end: cursor.at, whose, seen });
                if cursor.ends()? {
                    return Ok(());
                }
                at = cursor.at;
                continue;
            }
            if seen & bit != 0
                && let Some(column) = column
            {
                return Err(LineStop::Canonical { column, what: "appears twice" });
            }
            seen |= bit;
            self.varying.seen = seen;
            let value = at;
            at = if let Some(end) = usual_value(part, line, at, column, cells) {
                end
            } else {
                // A learned key may end with blanks that follow the line here.
                cursor.at = at.min(line.len());
                self.value(column, cursor, cells)?;
                cursor.at
            };
            if bit & CONTENT_COLUMNS == 0 {
                let whose = Whose::Column(column);
                self.varying.values.push(VaryingValue { key, start: value, end: at, whose, seen });
            }
            if line.get(at) == Some(&b',') {
                at += 1;
            } else {
                cursor.at = at;
                if cursor.ends()? {
                    return Ok(());
                }
                at = cursor.at;
            }
        }
    }

    /// Reads up to the next value and learns its key. Returns the key's column and its position in the order.
    #[inline(never)]
    fn new_key(&mut self, last: u8, cursor: &mut Cursor) -> Step<(Option<Column>, u8)> {
        let start = cursor.at;
        cursor.skip_blanks();
        let column = self.key_column(cursor)?;
        cursor.skip_blanks();
        cursor.expect(b':', "`:`")?;
        cursor.skip_blanks();
        Ok((column, self.order.learn(&cursor.part[start..cursor.at], column, last)))
    }

    fn key_column(&mut self, cursor: &mut Cursor) -> Step<Option<Column>> {
        let start = cursor.at;
        let key = match cursor.string(&mut self.unescaped) {
            Ok(StringText::Plain { start, end }) => &cursor.part[start..end],
            Ok(StringText::Unescaped) => &self.unescaped,
            // A key with half of a surrogate pair is not a canonical key.
            Err(LineStop::HalfPair { .. }) => {
                cursor.at = start;
                cursor.skip_string()?;
                return Ok(None);
            }
            Err(stop) => return Err(stop),
        };
        let Ok(key) = std::str::from_utf8(key) else { return Ok(None) };
        let is_attribute = || self.attributes.contains(&key);
        Ok(Column::parse(key).or_else(|| is_attribute().then_some(Column::Attributes)))
    }

    /// Reads the value of an attribute. No value rejects the row.
    #[inline(never)]
    fn attribute(&mut self, position: usize, cursor: &mut Cursor) -> Step<()> {
        cursor.skip_blanks();
        let start = cursor.at;
        match cursor.peek() {
            Some(b'"') => match cursor.string(&mut self.unescaped) {
                Ok(StringText::Plain { start, end }) => self.values.set_text(position, &cursor.part[start..end]),
                Ok(StringText::Unescaped) => self.values.set_text(position, &self.unescaped),
                Err(LineStop::HalfPair { .. }) => {
                    cursor.at = start;
                    cursor.skip_string()?;
                    self.values.set_odd(position);
                }
                Err(stop) => return Err(stop),
            },
            Some(b'n') => {
                cursor.skip_word("null")?;
                self.values.set_text(position, &[]);
            }
            Some(b'[' | b'{') => {
                cursor.skip_value()?;
                self.values.set_odd(position);
            }
            // Numbers as written, and the literals true and false.
            _ => {
                cursor.skip_value()?;
                self.values.set_text(position, &cursor.part[start..cursor.at]);
            }
        }
        Ok(())
    }

    /// The index of the attribute whose key is in these bytes, between blanks and before a colon.
    fn attribute_position(&mut self, key: &[u8]) -> usize {
        let mut cursor = Cursor { part: key, line: key, at: 0 };
        cursor.skip_blanks();
        let name = match cursor.string(&mut self.unescaped) {
            Ok(StringText::Plain { start, end }) => &key[start..end],
            Ok(StringText::Unescaped) => &self.unescaped[..],
            Err(_) => &[],
        };
        self.attributes.iter().position(|attribute| attribute.as_bytes() == name).unwrap_or_default()
    }

    /// Reads any value, byte by byte.
    #[inline(never)]
    fn value(&mut self, column: Option<Column>, cursor: &mut Cursor, cells: &mut Cells) -> Step<()> {
        // A learned key may have fewer blanks before the value than this line.
        cursor.skip_blanks();
        match column {
            Some(column) => self.canonical(column, cursor, cells),
            None => cursor.skip_value(),
        }
    }

    /// Reads the value of a canonical column: a text, the digits of a number as written, or nothing for null.
    fn canonical(&mut self, column: Column, cursor: &mut Cursor, cells: &mut Cells) -> Step<()> {
        match cursor.peek() {
            Some(b'"') => match cursor.string(&mut self.unescaped) {
                Ok(StringText::Plain { start, end }) => cells.set(column, start, end),
                Ok(StringText::Unescaped) => cells.set_unescaped(column, cursor.part.len(), &self.unescaped),
                Err(LineStop::HalfPair { .. }) => return Err(LineStop::HalfPair { column: Some(column) }),
                Err(stop) => return Err(stop),
            },
            Some(b'n') => cursor.skip_word("null")?,
            Some(b'-' | b'0'..=b'9') => {
                let start = cursor.at;
                cursor.skip_number()?;
                cells.set(column, start, cursor.at);
            }
            Some(b'[') if column == Column::Tags => self.tags(cursor, cells)?,
            _ => return Err(cursor.not_canonical(column)),
        }
        Ok(())
    }

    /// Reads a list of tags as one text with semicolons between: texts, numbers as written, and nulls, which are left
    /// out.
    fn tags(&mut self, cursor: &mut Cursor, cells: &mut Cells) -> Step<()> {
        const COLUMN: Column = Column::Tags;
        let odd =
            || LineStop::Canonical { column: COLUMN, what: "has a list with something else than texts and numbers" };
        let text = &mut self.tags;
        text.clear();
        cursor.expect(b'[', "`[`")?;
        cursor.skip_blanks();
        if cursor.peek() == Some(b']') {
            cursor.at += 1;
            return Ok(());
        }
        loop {
            cursor.skip_blanks();
            match cursor.peek() {
                Some(b'"') => match cursor.string(&mut self.unescaped) {
                    Ok(StringText::Plain { start, end }) => text.extend_from_slice(&cursor.part[start..end]),
                    Ok(StringText::Unescaped) => text.extend_from_slice(&self.unescaped),
                    Err(LineStop::HalfPair { .. }) => return Err(LineStop::HalfPair { column: Some(COLUMN) }),
                    Err(stop) => return Err(stop),
                },
                Some(b'n') => cursor.skip_word("null")?,
                Some(b'-' | b'0'..=b'9') => {
                    let start = cursor.at;
                    cursor.skip_number()?;
                    text.extend_from_slice(&cursor.part[start..cursor.at]);
                }
                Some(b't' | b'f' | b'[' | b'{') => {
                    cursor.skip_value()?;
                    return Err(odd());
                }
                _ => return Err(cursor.stop("a value")),
            }
            text.push(b';');
            cursor.skip_blanks();
            match cursor.next() {
                Some(b',') => {}
                Some(b']') => break,
                _ => return Err(cursor.stop_before("`,` or `]`")),
            }
        }
        cells.set_unescaped(COLUMN, cursor.part.len(), text);
        Ok(())
    }
}

/// The bytes in which to look for a value: up to the end of its line, or further if the value surely ends before that.
fn line_of_value(part: &[u8], at: usize) -> Option<&[u8]> {
    // A string contains no newline, so it ends before the line does.
    if part.get(at) == Some(&b'"') { Some(part) } else { Some(&part[..at + memchr(b'\n', &part[at..])?]) }
}

/// The end of a list of tags without escapes and with at most one blank after each comma; `None` for other lists.
/// Appends its tags to `text`, each followed by a semicolon.
fn usual_tags(part: &[u8], at: usize, text: &mut Vec<u8>) -> Option<usize> {
    text.clear();
    let mut at = at;
    if part.get(at) != Some(&b'[') {
        return None;
    }
    loop {
        at += 1;
        if part.get(at) == Some(&b' ') && !text.is_empty() {
            at += 1;
        }
        if part.get(at) != Some(&b'"') {
            return None;
        }
        let end = scan::plain_end(part, at + 1);
        if part.get(end) != Some(&b'"') {
            return None;
        }
        text.extend_from_slice(&part[at + 1..end]);
        text.push(b';');
        at = end + 1;
        match part.get(at) {
            Some(b',') => {}
            Some(b']') => return Some(at + 1),
            _ => return None,
        }
    }
}

/// The end of a value that is null or a string without escapes; `None` for other values.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "called for each value of each line: a call takes a tenth of the time of a row"
)]
fn usual_value(part: &[u8], line: &[u8], at: usize, column: Option<Column>, cells: &mut Cells) -> Option<usize> {
    match line.get(at)? {
        b'"' => {
            let end = scan::plain_end(part, at + 1);
            if line.get(end) != Some(&b'"') {
                return None;
            }
            if let Some(column) = column {
                cells.set(column, at + 1, end);
            }
            Some(end + 1)
        }
        b'n' if scan::window(line, at) == Some(b"null") => Some(at + 4),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
