//! The rule for quotes in CSV, written from the contract alone: byte by byte, with the whole text in memory, and
//! without any caching.

/// The number of bytes after the start of a line within which a row must end to be recognised there.
const LOOK_AHEAD: usize = 65_535;

/// A row of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NaiveRow {
    Fields(Vec<String>),
    /// Not a row.
    Malformed,
}

/// The dialect of a text.
pub struct Naive<'t> {
    pub text: &'t [u8],
    pub delimiter: u8,
    pub width: usize,
    pub longest: usize,
    pub is_row: &'t dyn Fn(&[String]) -> bool,
}

#[derive(Debug, Default)]
struct Field {
    text: Vec<u8>,
    is_enclosed: bool,
    holds_newline: bool,
}

#[derive(Debug)]
struct NaiveRecord {
    fields: Vec<Field>,
    /// The index after its last byte, and the index after its line end.
    end: usize,
    next: usize,
    has_stray: bool,
    is_open: bool,
}

impl Naive<'_> {
    /// Each row with its line, and whether the file quotes fields. `header` is the number of lines of the header, which
    /// is not read.
    pub fn rows(&self, header: usize) -> Vec<(usize, NaiveRow)> {
        let (mut rows, mut quotes) = (Vec::new(), self.record(0).fields.iter().any(|field| field.is_enclosed));
        let mut at = header;
        while at < self.text.len() {
            if matches!(self.text[at], b'\n' | b'\r') {
                at += 1;
                continue;
            }
            let record = self.record(at);
            let is_fit = record.fields.len() == self.width && !record.has_stray && !record.is_open;
            let goes_on = record.fields.iter().any(|field| field.holds_newline);
            let is_long = record.end - at > self.longest;
            let is_whole = !goes_on || (is_fit && !is_long);
            quotes |= is_fit && !is_long && record.fields.iter().any(|field| field.is_enclosed);
            if is_whole && !is_long && !record.is_open {
                rows.push((at, Some(record)));
                at = rows.last().unwrap().1.as_ref().unwrap().next;
                continue;
            }
            rows.push((at, None));
            let lines: Vec<usize> =
                (at + 1..record.next).filter(|line| self.text[line - 1] == b'\n' && *line < record.next).collect();
            let is_near = |line: &usize| *line <= at + self.longest;
            at = if lines.iter().filter(|line| is_near(line)).any(|line| self.row_begins(*line)) {
                lines[0]
            } else if is_long {
                let end_of_line = |end: usize| {
                    (end..self.text.len()).find(|at| self.text[*at] == b'\n').map_or(self.text.len(), |at| at + 1)
                };
                lines.into_iter().find(|line| self.row_begins(*line)).unwrap_or_else(|| end_of_line(record.end))
            } else {
                record.next
            };
        }
        rows.into_iter().map(|(at, record)| (self.line(at), self.judge(at, record, quotes))).collect()
    }

    fn judge(&self, at: usize, record: Option<NaiveRecord>, quotes: bool) -> NaiveRow {
        let Some(record) = record else { return NaiveRow::Malformed };
        let goes_on = record.fields.iter().any(|field| field.holds_newline);
        let fields: Vec<String> = match (record.has_stray, quotes || goes_on) {
            (true, true) => return NaiveRow::Malformed,
            (true, false) => self.split(&self.text[at..record.end]),
            (false, _) => record.fields.iter().map(|field| text(&field.text)).collect(),
        };
        if fields.len() == self.width { NaiveRow::Fields(fields) } else { NaiveRow::Malformed }
    }

    fn line(&self, at: usize) -> usize {
        self.text[..at].split(|byte| *byte == b'\n').count()
    }

    fn split(&self, line: &[u8]) -> Vec<String> {
        line.split(|byte| *byte == self.delimiter).map(text).collect()
    }

    /// Whether a row begins on a line, either read from here or with its quotes read as ordinary characters.
    fn row_begins(&self, line: usize) -> bool {
        let end = (line..self.text.len()).find(|at| self.text[*at] == b'\n').unwrap_or(self.text.len());
        if end - line > LOOK_AHEAD {
            return false;
        }
        let bytes = &self.text[line..end];
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        let bare = |field: String| {
            let field = field.strip_prefix('"').unwrap_or(&field);
            field.strip_suffix('"').unwrap_or(field).to_owned()
        };
        let fields: Vec<String> = self.split(bytes).into_iter().map(bare).collect();
        if fields.len() == self.width && (self.is_row)(&fields) {
            return true;
        }
        let record = self.record(line);
        let fields: Vec<String> = record.fields.iter().map(|field| text(&field.text)).collect();
        let is_fit = fields.len() == self.width && !record.has_stray && !record.is_open;
        is_fit && record.end - line <= LOOK_AHEAD && (self.is_row)(&fields)
    }

    /// Reads the record that begins at `start`: a quote opens a field only as its first byte.
    fn record(&self, start: usize) -> NaiveRecord {
        let byte = |at: usize| self.text.get(at).copied();
        let ends = |byte: Option<u8>| matches!(byte, None | Some(b'\n' | b'\r'));
        let mut record = NaiveRecord { fields: Vec::new(), end: 0, next: 0, has_stray: false, is_open: false };
        let mut at = start;
        loop {
            let mut field = Field::default();
            let is_quoted = byte(at) == Some(b'"');
            if is_quoted {
                at += 1;
                loop {
                    match (byte(at), byte(at + 1)) {
                        (Some(b'"'), Some(b'"')) => at += 1,
                        (Some(b'"'), _) => break,
                        (None, _) => {
                            record.is_open = true;
                            break;
                        }
                        (Some(_), _) => {}
                    }
                    field.holds_newline |= byte(at) == Some(b'\n');
                    field.text.push(byte(at).unwrap());
                    at += 1;
                }
                at += usize::from(!record.is_open);
            }
            let begin = at;
            while !ends(byte(at)) && byte(at) != Some(self.delimiter) {
                record.has_stray |= is_quoted || byte(at) == Some(b'"');
                field.text.push(byte(at).unwrap());
                at += 1;
            }
            field.is_enclosed = is_quoted && !record.is_open && begin == at;
            record.fields.push(field);
            if byte(at) == Some(self.delimiter) {
                at += 1;
                continue;
            }
            record.end = at;
            let is_both = byte(at) == Some(b'\r') && byte(at + 1) == Some(b'\n');
            record.next = (at + 1 + usize::from(is_both)).min(self.text.len());
            return record;
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
