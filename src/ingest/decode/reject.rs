//! Rows that cannot be read: data, not errors. A reject of a whole row has no value (decisions.md, reject-2).

use serde::Serialize;

use super::cells::Cells;
use crate::event::{Column, named_values};

named_values! {
    /// The reason for a reject: the first that applies, in this order (semantics.md 2).
    Reason {
        /// Not UTF-8.
        BadEncoding => "bad_encoding",
        /// Not one JSON object, or a CSV row whose number of fields differs from that of the header.
        Malformed => "malformed",
        /// A required column has no value.
        MissingField => "missing_field",
        /// `ts` is not an instant.
        BadTimestamp => "bad_timestamp",
        /// `event` is not a known kind.
        UnknownEvent => "unknown_event",
        /// `actor` is not a known actor.
        UnknownActor => "unknown_actor",
        /// `status` or `resolution` is not a known word.
        UnknownValue => "unknown_value",
        /// `score` or `capacity` is not an allowed number.
        BadNumber => "bad_number",
        /// The row has no conversation id (by inactivity: no customer id).
        NoConversation => "no_conversation",
        /// An earlier accepted row has the same `event_id` and another content.
        ConflictingDuplicate => "conflicting_duplicate",
    }
}

/// The longest value that a reject keeps, in characters.
pub const VALUE_CHARACTERS: usize = 200;

/// The fault of a CSV line that is rejected individually.
pub const RUNS_ON: &str = "a quoted field is not closed, and the lines after it are rows";

/// The fault of a row that is too long.
pub const TOO_LONG: &str = "the row is longer than --max-record";

/// The fault of a row whose position is not yet known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Why the row cannot be read.
    pub reason: Reason,
    /// The faulty column, if it is one column's fault.
    pub column: Option<Column>,
    /// The value, shortened. Never a whole row, which would contain message text.
    pub value: Option<Box<str>>,
    /// The expected value.
    pub detail: Option<Box<str>>,
    /// The position of the fault in the line, in characters from 1, if known.
    pub character: Option<u32>,
}

impl Fault {
    /// A fault of a row as a whole.
    #[must_use]
    pub fn row(reason: Reason, detail: &str) -> Self {
        Self { reason, column: None, value: None, detail: Some(detail.into()), character: None }
    }

    /// A fault of one column.
    #[must_use]
    pub fn column(reason: Reason, column: Column, value: Option<&str>) -> Self {
        Self { reason, column: Some(column), value: value.map(cut), detail: None, character: None }
    }

    /// Adds to the fault of a row that begins at `start` of a part the character position of the faulty column's value.
    #[cold]
    #[must_use]
    pub fn in_row(self, part: &[u8], start: usize, cells: &Cells) -> Self {
        let span = self.column.filter(|_| self.character.is_none()).and_then(|column| cells.span(column));
        match span.and_then(|span| part.get(start..span.start as usize)) {
            Some(before) => self.shifted_by(before),
            None => self,
        }
    }

    /// Moves the position of the fault after these bytes of a row. A fault on a further line of the row has no position
    /// in the first.
    #[must_use]
    pub fn shifted_by(self, before: &[u8]) -> Self {
        let is_one_line = memchr::memchr(b'\n', before).is_none();
        let characters = String::from_utf8_lossy(before).chars().count();
        let character = u32::try_from(characters + 1).ok().filter(|_| is_one_line);
        Self { character: self.character.or(character), ..self }
    }
}

fn cut(value: &str) -> Box<str> {
    value.chars().take(VALUE_CHARACTERS).collect::<String>().into()
}

/// A rejected row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// The index of the file, in input order.
    pub file: usize,
    /// The line of the row's first byte, counted from 1, or [`NO_LINE`].
    pub line: u32,
    /// What is wrong with the row: column, reason and value.
    pub fault: Fault,
}

/// The line of the rows of a table, which have no lines.
pub const NO_LINE: u32 = 0;

/// One line in the file of rejects.
#[derive(Debug, Serialize)]
pub struct RejectLine<'a> {
    file: &'a str,
    /// `None` for a table.
    line: Option<u32>,
    column: Option<&'static str>,
    reason: &'static str,
    value: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
}

/// The file of rejects: JSON Lines, in the order of files and lines.
///
/// # Errors
///
/// None in practice: it writes JSON into memory.
pub fn to_jsonl(rejects: &[Reject], file_names: &[&str]) -> anyhow::Result<Vec<u8>> {
    let mut out = Vec::new();
    for Reject { file, line, fault } in rejects {
        serde_json::to_writer(
            &mut out,
            &RejectLine {
                file: file_names[*file],
                line: Some(*line).filter(|line| *line != NO_LINE),
                column: fault.column.map(Column::name),
                reason: fault.reason.name(),
                value: fault.value.as_deref(),
                detail: fault.detail.as_deref(),
            },
        )?;
        out.push(b'\n');
    }
    Ok(out)
}
