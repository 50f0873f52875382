//! One byte of a good file is lost, doubled or moved, at every row and column of ten dialects. The affected row must be
//! read correctly or be a reject with its line, and every other row must be read as before.
//!
//! Some pollutions make another valid row: a quote, delimiter or byte of text moves within the note, which no event
//! holds. The program cannot detect this and need not: the events of the row are the same.

use std::collections::BTreeMap;

use crate::ingest::decode::timestamp;
use crate::time::Zone;

use super::read::{ReadRows, RowRead, profile, rows};

#[derive(Debug, Clone, Copy)]
struct FileDialect {
    delimiter: char,
    quoting: QuotingStyle,
    end: &'static str,
    /// The columns in order.
    columns: [&'static str; 4],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum QuotingStyle {
    All,
    Minimal,
    None,
}

const USUAL: [&str; 4] = ["ts", "event", "conversation_id", "note"];
const NOTE_FIRST: [&str; 4] = ["note", "conversation_id", "event", "ts"];
const NOTE_INSIDE: [&str; 4] = ["ts", "note", "event", "conversation_id"];

const fn dialect(delimiter: char, quoting: QuotingStyle, end: &'static str, columns: [&'static str; 4]) -> FileDialect {
    FileDialect { delimiter, quoting, end, columns }
}

const DIALECTS: [FileDialect; 12] = [
    dialect(',', QuotingStyle::All, "\n", USUAL),
    dialect(',', QuotingStyle::All, "\r\n", NOTE_FIRST),
    dialect(';', QuotingStyle::All, "\n", NOTE_INSIDE),
    dialect(',', QuotingStyle::Minimal, "\n", USUAL),
    dialect(',', QuotingStyle::Minimal, "\r\n", NOTE_INSIDE),
    dialect(';', QuotingStyle::Minimal, "\r\n", USUAL),
    dialect('\t', QuotingStyle::Minimal, "\n", NOTE_FIRST),
    dialect('|', QuotingStyle::All, "\n", USUAL),
    dialect('|', QuotingStyle::Minimal, "\n", NOTE_INSIDE),
    dialect(',', QuotingStyle::None, "\n", USUAL),
    dialect('\t', QuotingStyle::None, "\r\n", NOTE_FIRST),
    dialect(';', QuotingStyle::None, "\n", NOTE_INSIDE),
];

/// Notes: some need quotes, some hold line ends, one holds a pasted row.
const NOTES: [&str; 9] = [
    "plain",
    "a DELIM b",
    "she said \"yes\"",
    "two\nlines",
    "",
    "three\n\n\"quoted\" lines\n",
    "pasted:\n2026-03-02T10:00:00ZDELIMstartedDELIMc9DELIMx\nend",
    "x",
    "last",
];

struct File {
    text: String,
    /// For each row: the index of its first byte, and the index after its last.
    rows: Vec<(usize, usize)>,
}

fn file(dialect: FileDialect) -> File {
    let delimiter = dialect.delimiter.to_string();
    let field = |value: &str, may_quote: bool| match dialect.quoting {
        QuotingStyle::None => value.to_owned(),
        QuotingStyle::All => format!("\"{}\"", value.replace('"', "\"\"")),
        QuotingStyle::Minimal if may_quote && value.contains(['"', '\n', dialect.delimiter]) => {
            format!("\"{}\"", value.replace('"', "\"\""))
        }
        QuotingStyle::Minimal => value.to_owned(),
    };
    let line = |values: [&str; 4]| values.map(|value| field(value, true)).join(&delimiter);
    let mut text = line(dialect.columns) + dialect.end;
    let mut rows = Vec::new();
    for (at, note) in NOTES.iter().enumerate() {
        let mut note = note.replace("DELIM", &delimiter);
        if dialect.quoting == QuotingStyle::None {
            note = note.replace(['\n', dialect.delimiter], " ");
        }
        let (ts, conversation) = (format!("2026-03-02T10:0{at}:00Z"), format!("c{at}"));
        let values = dialect.columns.map(|column| match column {
            "ts" => &*ts,
            "event" => "started",
            "conversation_id" => &*conversation,
            _ => &*note,
        });
        let start = text.len();
        text += &line(values);
        rows.push((start, text.len()));
        text += dialect.end;
    }
    File { text, rows }
}

/// The prefix in the name of a pollution that affects two rows.
const NEWLINE: &str = "newline ";

/// Every text in which one character of a row is lost, doubled, inserted or moved by one.
fn pollutions(file: &File, row: usize, dialect: FileDialect) -> BTreeMap<String, String> {
    let delimiter = dialect.delimiter;
    let (start, end) = file.rows[row];
    let (before, inside, behind) = (&file.text[..start], &file.text[start..end], &file.text[end..]);
    let mut all = BTreeMap::new();
    let mut add = |name: String, polluted: &str| {
        all.insert(name, [before, polluted, behind].concat());
    };
    for at in 0..=inside.len() {
        let (head, tail) = inside.split_at(at);
        for mark in ['"', delimiter, '\n', '\\'] {
            add(format!("{mark:?} put at {at}"), &[head, &mark.to_string(), tail].concat());
        }
        add(format!("cut at {at}"), head);
        let Some(byte) = tail.chars().next().filter(|byte| matches!(byte, '"' | '\n') || *byte == delimiter) else {
            continue;
        };
        let rest = &tail[1..];
        add(format!("{byte:?} lost at {at}"), &[head, rest].concat());
        add(format!("{byte:?} doubled at {at}"), &[head, &byte.to_string(), tail].concat());
        if let Some(next) = rest.chars().next() {
            add(
                format!("{byte:?} moved at {at}"),
                &[head, &rest[..next.len_utf8()], &byte.to_string(), &rest[next.len_utf8()..]].concat(),
            );
        }
        if let Some(end) = rest.find(delimiter) {
            add(format!("field lost at {at}"), &[head, &rest[end..]].concat());
            add(format!("field doubled at {at}"), &[head, &tail[..=end], tail].concat());
        }
    }
    let fields: Vec<&str> = inside.split(delimiter).collect();
    for at in 1..fields.len() {
        let mut moved = fields.clone();
        moved.swap(at - 1, at);
        add(format!("field {at} moved"), &moved.join(&delimiter.to_string()));
    }
    // The line end of the row is lost, or moved by one character.
    let next = &behind[dialect.end.len()..];
    all.insert(format!("{NEWLINE}lost"), [before, inside, next].concat());
    if let (Some(first), Some(last)) = (next.chars().next(), inside.chars().next_back()) {
        let (first, behind) = next.split_at(first.len_utf8());
        let (inside, last) = inside.split_at(inside.len() - last.len_utf8());
        all.insert(format!("{NEWLINE}moved on"), [before, inside, last, first, dialect.end, behind].concat());
        all.insert(format!("{NEWLINE}moved back"), [before, inside, dialect.end, last, next].concat());
    }
    all
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// A polluted file, and the affected row.
struct Polluted<'p> {
    dialect: FileDialect,
    file: &'p File,
    text: &'p str,
    row: usize,
    /// Whether the next row is affected, too: the newline between them is lost or moved.
    is_joined: bool,
}

impl Polluted<'_> {
    /// The first row that was lost or invented without a reject.
    fn fault(&self, found: &ReadRows) -> Option<String> {
        let shift = self.text.len().cast_signed() - self.file.text.len().cast_signed();
        let moved = |at: usize| at.checked_add_signed(shift).unwrap();
        let (start, end) = self.file.rows[self.row];
        let last = if self.is_joined { self.file.rows[self.row + 1].1 } else { end };
        let damaged = line_of(self.text, start)..=line_of(self.text, moved(last));
        let mut others: BTreeMap<usize, String> = BTreeMap::new();
        let mut is_told = moved(end) == start;
        for (line, found) in found {
            if !damaged.contains(line) {
                others.insert(*line, format!("{found:?}"));
                continue;
            }
            is_told = true;
            if let RowRead::Accepted(ts, id) = found
                && !self.is_well_written(*line, *ts, id)
            {
                return Some(format!("line {line} is read as {id}"));
            }
        }
        let expected = |at: usize| {
            let start = if at < self.row { self.file.rows[at].0 } else { moved(self.file.rows[at].0) };
            let row = RowRead::Accepted(FIRST + i64::try_from(at).unwrap() * 60_000, format!("c{at}"));
            (line_of(self.text, start), format!("{row:?}"))
        };
        let is_other = |at: &usize| *at != self.row && !(self.is_joined && *at == self.row + 1);
        let expected: BTreeMap<usize, String> = (0..self.file.rows.len()).filter(is_other).map(expected).collect();
        if others != expected {
            return Some(format!("other rows are {others:?}, not {expected:?}"));
        }
        (!is_told).then(|| "it is lost without a word".to_owned())
    }

    /// Whether a line by itself is a valid row with that instant and id: such a row cannot be distinguished from an
    /// intended one.
    fn is_well_written(&self, line: usize, ts: i64, id: &str) -> bool {
        let start = self.text.split_inclusive('\n').take(line - 1).map(str::len).sum();
        let mut fields = Vec::new();
        let mut rest = &self.text[start..];
        loop {
            let quoted = rest.strip_prefix('"').filter(|_| self.dialect.quoting != QuotingStyle::None);
            let (field, behind) = if let Some(inside) = quoted {
                let mut end = 0;
                while let Some(at) = inside[end..].find('"') {
                    end += at;
                    if !inside[end + 1..].starts_with('"') {
                        break;
                    }
                    end += 2;
                }
                (inside[..end].replace("\"\"", "\""), &inside[end + 1..])
            } else {
                let end = rest.find([self.dialect.delimiter, '\n', '\r']).unwrap_or(rest.len());
                if self.dialect.quoting != QuotingStyle::None && rest[..end].contains('"') {
                    return false;
                }
                (rest[..end].to_owned(), &rest[end..])
            };
            fields.push(field);
            match behind.strip_prefix(self.dialect.delimiter) {
                Some(behind) => rest = behind,
                None if behind.is_empty() || behind.starts_with(['\n', '\r']) => break,
                None => return false,
            }
        }
        let field = |name: &str| self.dialect.columns.iter().position(|column| *column == name).map(|at| &*fields[at]);
        fields.len() == 4
            && field("conversation_id").map(str::trim) == Some(id.trim())
            && field("event").map(str::trim) == Some("started")
            && field("ts").and_then(|text| timestamp::parse(text.trim(), Zone::UTC)) == Some(ts)
    }
}

/// 2026-03-02T10:00:00Z
const FIRST: i64 = 1_772_445_600_000;

/// One in this many pollutions is tried; `DIALOGRAM_POLLUTIONS=1` tries all.
const EACH: usize = 40;

#[test]
fn a_polluted_row_costs_no_other_row() {
    let each = std::env::var("DIALOGRAM_POLLUTIONS").ok().and_then(|each| each.parse().ok()).unwrap_or(EACH);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.csv");
    let (mut seen, mut tried, mut faults) = (0, 0, Vec::new());
    for dialect in DIALECTS {
        let file = file(dialect);
        let profile = profile(dialect.delimiter);
        for row in 0..file.rows.len() {
            for (name, text) in pollutions(&file, row, dialect) {
                seen += 1;
                if seen % each != 0 {
                    continue;
                }
                tried += 1;
                std::fs::write(&path, &text).unwrap();
                let is_joined = name.starts_with(NEWLINE) && row + 1 < file.rows.len();
                let polluted = Polluted { dialect, file: &file, text: &text, row, is_joined };
                for profile in [None, Some(&profile)] {
                    let found = rows(&path, 1 << 20, 1 << 20, 1, profile);
                    if let Some(fault) = polluted.fault(&found) {
                        let kind = if profile.is_some() { "profiled" } else { "canonical" };
                        faults.push(format!("{kind} {dialect:?}\n  row {row}: {name}: {fault}\n"));
                    }
                }
            }
        }
    }
    println!("{tried} pollutions");
    assert!(seen > 25_000 && tried >= seen / each, "only {tried} of {seen} pollutions");
    assert!(faults.is_empty(), "{} of {tried}:\n{}", faults.len(), faults.concat());
}
