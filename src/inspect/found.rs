//! What there is to say of a file, as plain values: the terminal page and `inspect.json` are made of these.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Form;
use super::bytes::How;
use super::column::{Column, Times, share};
use super::log::LogRead;
use super::proposal::{Candidate, Confidence, Gives, Proposal, Rule, Shape};
use super::survey::{Lines, Survey};
use super::time_format::TimeFormat;
use crate::event;
use crate::ingest::profile::{CANONICAL, Profile};
use crate::time::format_utc;

/// Everything that `inspect` says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Inspection {
    /// `dialogram/inspect/1`.
    pub schema: &'static str,
    /// One for each file, in the order given.
    pub files: Vec<FileFound>,
}

/// What one file is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FileFound {
    /// Its name without folders.
    pub name: String,
    /// `csv`, `jsonl`, `parquet`, `xlsx`.
    pub format: &'static str,
    /// `gzip`, `zstd`, or none.
    pub compression: Option<&'static str>,
    /// Of text files.
    pub encoding: Option<EncodingFound>,
    /// Of CSV files and sheets.
    pub dialect: Option<DialectFound>,
    /// Of workbooks.
    pub sheets: Vec<SheetFound>,
    /// Rows, those that cannot be read too.
    pub rows: u64,
    /// The columns, or paths, in the order of the file.
    pub columns: Vec<ColumnFound>,
    /// There are more keys than were followed.
    pub has_more_columns: bool,
    /// `canonical`, the name of a profile that fits, or none.
    pub profile: Option<String>,
    /// How its columns could become events; none of a file that is a log already.
    pub mapping: Option<MappingFound>,
    /// What is wrong with its rows.
    pub quality: Quality,
    /// What to look at, in words.
    pub notes: Vec<String>,
    /// What to run, each as its words; the last makes the report.
    pub commands: Vec<Vec<String>>,
}

/// An encoding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EncodingFound {
    /// Its name.
    pub name: String,
    /// How it was found.
    pub how: How,
}

/// How CSV is laid out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DialectFound {
    /// Between fields.
    pub delimiter: char,
    /// The header's line; none where the first record is a row.
    pub header_line: Option<u32>,
    /// Lines above it that are none of the table.
    pub lines_above: u32,
    /// `lf` or `crlf`.
    pub line_ends: &'static str,
}

/// A sheet of a workbook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SheetFound {
    /// Its name.
    pub name: String,
    /// Excel does not show it.
    pub is_hidden: bool,
    /// It is the one that was looked at.
    pub is_read: bool,
}

/// One column or path.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ColumnFound {
    /// Its name, `#3` where it has none of its own; a path in JSON.
    pub name: String,
    /// What its values are.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Rows with a value, or elements of lists.
    pub filled: u64,
    /// Of the rows; of a path within lists, of the elements that have it.
    pub fill_rate: f64,
    /// Distinct values.
    pub distinct: usize,
    /// There are more than were counted.
    pub is_more_distinct: bool,
    /// A few values, masked; none of what may be message text.
    pub examples: Vec<String>,
    /// Its values are not shown.
    pub is_hidden: bool,
    /// The canonical column that it is, in a log.
    pub canonical: Option<&'static str>,
    /// Of lists: the fewest and most elements.
    pub elements: Option<[usize; 2]>,
    /// Of instants, dates and times of day.
    pub time: Option<TimeFound>,
}

/// How instants are written, and which they are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TimeFound {
    /// `rfc3339`, `epoch_s`, a pattern, …
    pub format: String,
    /// Another format that fits as well: day and month could be exchanged.
    pub other_format: Option<String>,
    /// Whether they say their offset.
    pub zone: Zoned,
    /// The earliest.
    pub first: String,
    /// The latest.
    pub last: String,
    /// Values that are earlier than the one before.
    pub falls: u64,
    /// The longest time without one, from an hour on.
    pub silence: Option<SilenceFound>,
}

/// Whether instants say their offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Zoned {
    /// All do.
    Offset,
    /// None does: they are of a local clock.
    Local,
}

/// A time without an event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SilenceFound {
    /// The instant before.
    pub from: String,
    /// The instant after.
    pub to: String,
    /// How long.
    pub seconds: i64,
}

/// A mapping that could fit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MappingFound {
    /// `tickets`, `events`, `messages`, or none that can be told.
    pub shape: Option<&'static str>,
    /// The list within a record whose elements are rows.
    pub each: Option<String>,
    /// Sources of canonical columns.
    pub columns: Vec<CandidateFound>,
    /// The events that a row gives.
    pub events: Vec<EventFound>,
}

/// A source of a canonical column.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CandidateFound {
    /// The canonical column.
    pub column: &'static str,
    /// Where its value is.
    pub source: String,
    /// Why.
    pub reason: String,
    /// `high`, `medium` or `low`.
    pub confidence: &'static str,
    /// What the values mean.
    pub map: BTreeMap<String, &'static str>,
}

/// An event that a row gives.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EventFound {
    /// The kinds.
    pub kinds: Vec<&'static str>,
    /// The column that says which; none where it is always one.
    pub said_by: Option<String>,
    /// The values that it is told by.
    pub map: BTreeMap<String, &'static str>,
    /// The columns of the instant.
    pub ts: Vec<String>,
    /// Its format.
    pub format: String,
    /// Who acts, where no column says it.
    pub actor: Option<&'static str>,
}

/// What is wrong with rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Quality {
    /// The order of the rows' instants.
    pub order: Option<Order>,
    /// Rows that are earlier than the one before.
    pub out_of_order: u64,
    /// Rows that are equal to one before in all columns.
    pub repeated_rows: u64,
    /// Of a log, or by the profile: rows that became events.
    pub accepted: Option<u64>,
    /// The same: repeats by event id.
    pub duplicates: Option<u64>,
    /// The same: rejected rows by reason.
    pub rejects: Option<BTreeMap<&'static str, u64>>,
    /// What else stands out, by line.
    pub problems: Vec<Problem>,
}

/// The order of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// No row is earlier than the one before.
    OldestFirst,
    /// No row is later than the one before.
    NewestFirst,
    /// Neither.
    Mixed,
}

/// Rows that have the same fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The fault.
    pub what: String,
    /// How many rows.
    pub count: u64,
    /// The lines of the first ones.
    pub lines: Vec<u64>,
}

/// How a file becomes events.
pub(super) enum Kind<'k> {
    /// It is a log already.
    Canonical,
    /// A profile that is built in fits.
    Known(&'k Profile),
    /// A mapping is proposed.
    Proposed(&'k Proposal),
}

/// What there is to say, but for the commands.
pub(super) fn found(name: &str, form: &Form, survey: &Survey, kind: &Kind<'_>, read: Option<LogRead>) -> FileFound {
    let (is_canonical, proposal) = match kind {
        Kind::Canonical => (true, None),
        Kind::Known(_) => (false, None),
        Kind::Proposed(proposal) => (false, Some(*proposal)),
    };
    let mut notes = proposal.map(|proposal| proposal.notes.clone()).unwrap_or_default();
    notes.extend(of_form(form, survey, is_canonical));
    let order = match kind {
        Kind::Canonical => survey.column("ts"),
        Kind::Known(_) => None,
        Kind::Proposed(proposal) => {
            proposal.rules.first().and_then(|rule| survey.column(rule.instant.sources.first()?))
        }
    };
    FileFound {
        name: name.to_owned(),
        format: form.format.name(),
        compression: form.compression.map(crate::ingest::source::Compression::name),
        encoding: form.encoding.map(|found| EncodingFound { name: found.encoding.name(), how: found.how }),
        dialect: form.dialect.as_ref().map(|dialect| DialectFound {
            delimiter: char::from(dialect.delimiter),
            header_line: dialect.header.is_some().then_some(dialect.lines_above + 1),
            lines_above: dialect.lines_above,
            line_ends: if dialect.is_crlf { "crlf" } else { "lf" },
        }),
        sheets: form.sheets.clone(),
        rows: survey.rows,
        columns: survey.columns.iter().map(|column| column_found(column, survey, is_canonical)).collect(),
        has_more_columns: survey.has_more_columns,
        profile: match kind {
            Kind::Canonical => Some(CANONICAL.to_owned()),
            Kind::Known(profile) => Some(profile.name.clone()),
            Kind::Proposed(_) => None,
        },
        mapping: proposal.map(mapping_found),
        quality: quality(survey, order, read),
        notes,
        commands: Vec::new(),
    }
}

/// What the form of the file asks to look at.
fn of_form(form: &Form, survey: &Survey, is_canonical: bool) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(found) = form.encoding
        && found.how == How::Guessed
    {
        let name = found.encoding;
        notes.push(format!("the encoding is a guess from its letters: look at names with accents, or say --encoding NAME (guessed {name})"));
    }
    if let Some(dialect) = &form.dialect {
        if dialect.lines_above > 0 {
            notes.push(format!("{} above the table are passed over", plural(u64::from(dialect.lines_above), "line")));
        }
        if dialect.header.is_none() && dialect.columns > 0 {
            notes.push("there is no header: columns are numbered".to_owned());
        }
    }
    if let Some(header) = form.dialect.as_ref().and_then(|dialect| dialect.header.as_ref()) {
        let numbered = survey.columns.iter().zip(header).filter(|(column, name)| column.name != **name);
        let shown: Vec<String> = numbered
            .map(
                |(column, name)| {
                    if name.is_empty() { column.name.clone() } else { format!("{} ({name})", column.name) }
                },
            )
            .collect();
        if !shown.is_empty() {
            notes.push(format!(
                "columns without a name, or with one that stands twice, are called by number: {}",
                shown.join(", ")
            ));
        }
    }
    if is_canonical {
        if survey.column("ts").and_then(Column::time).is_some_and(|time| time.with_offset < time.count) {
            notes.push(local_clock("ts"));
        }
        let others: Vec<&str> = survey
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .filter(|name| event::Column::parse(name).is_none() && !name.contains(['.', '[']))
            .collect();
        if !others.is_empty() {
            notes.push(format!("columns that are not read: {}", others.join(", ")));
        }
    }
    let serials: Vec<&str> = survey
        .columns
        .iter()
        .filter(|column| column.time().is_some_and(|time| time.format == TimeFormat::ExcelSerial))
        .map(|column| column.name.as_str())
        .collect();
    if !serials.is_empty() {
        notes.push(format!(
            "{} counts days as Excel does: export it as a date, or give the .xlsx file itself",
            serials.join(", ")
        ));
    }
    notes
}

/// What to do about a clock that does not say where it is.
#[must_use]
pub(super) fn local_clock(column: &str) -> String {
    format!(
        "`{column}` is a local clock without an offset: add --input-tz ZONE, as in --input-tz America/Sao_Paulo, or it is \
         read as UTC"
    )
}

fn column_found(column: &Column, survey: &Survey, is_canonical: bool) -> ColumnFound {
    let (distinct, is_more_distinct) = column.distinct();
    let is_hidden = column.looks_like_message();
    let whole = if column.name.contains("[].") { column.present } else { survey.rows };
    ColumnFound {
        name: column.name.clone(),
        kind: kind_of(column, is_hidden),
        filled: column.filled,
        fill_rate: share(column.filled, whole.max(column.filled)),
        distinct,
        is_more_distinct,
        examples: column.examples(),
        is_hidden,
        canonical: event::Column::parse(&column.name).filter(|_| is_canonical).map(event::Column::name),
        elements: column.lengths.map(|(fewest, most)| [fewest, most]),
        time: column.time().map(|time| time_found(time, column)),
    }
}

/// What nearly all values are.
fn kind_of(column: &Column, is_hidden: bool) -> &'static str {
    let kinds = column.kinds;
    let nearly = |count: u64| share(count, column.filled) >= 0.9;
    if column.is_unreadable {
        return "other";
    }
    if column.filled == 0 {
        return "empty";
    }
    if let Some(time) = column.time() {
        return match time.format {
            TimeFormat::Date(_) => "date",
            TimeFormat::Clock => "duration",
            TimeFormat::Rfc3339
            | TimeFormat::Naive
            | TimeFormat::EpochS
            | TimeFormat::EpochMs
            | TimeFormat::EpochUs
            | TimeFormat::ExcelSerial
            | TimeFormat::Pattern(_) => "instant",
        };
    }
    if is_hidden {
        "message text"
    } else if nearly(kinds.lists) {
        "list"
    } else if nearly(kinds.objects) {
        "object"
    } else if nearly(kinds.booleans) {
        "boolean"
    } else if nearly(kinds.integers) {
        "integer"
    } else if nearly(kinds.integers + kinds.decimals) {
        "decimal"
    } else {
        "text"
    }
}

fn time_found(time: &Times, column: &Column) -> TimeFound {
    let zone = if time.with_offset == time.count { Zoned::Offset } else { Zoned::Local };
    let text = |ms: i64| said(&time.format, zone, ms);
    TimeFound {
        format: time.format.name(),
        other_format: column.other_time().map(|other| other.format.name()),
        zone,
        first: text(time.first),
        last: text(time.last),
        falls: time.falls,
        silence: time.silence().map(|(from, to)| SilenceFound {
            from: text(from),
            to: text(to),
            seconds: (to - from) / 1000,
        }),
    }
}

/// An instant of a column: in UTC with a `Z`, of a local clock without; a date or a time of day as it is.
fn said(format: &TimeFormat, zone: Zoned, ms: i64) -> String {
    let text = format_utc(ms);
    let seconds = text.split(['.', 'Z']).next().unwrap_or_default();
    match (format, zone) {
        (TimeFormat::Date(_), _) => seconds.split('T').next().unwrap_or_default().to_owned(),
        (TimeFormat::Clock, _) => {
            let seconds = ms / 1000;
            format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
        }
        (_, Zoned::Offset) => format!("{seconds}Z"),
        (_, Zoned::Local) => seconds.to_owned(),
    }
}

fn mapping_found(proposal: &Proposal) -> MappingFound {
    let shape = match proposal.shape {
        Shape::Tickets => Some("tickets"),
        Shape::Events => Some("events"),
        Shape::Messages => Some("messages"),
        Shape::Unknown => None,
    };
    MappingFound {
        shape,
        each: proposal.each.clone(),
        columns: proposal.candidates.iter().map(candidate_found).collect(),
        events: proposal.rules.iter().map(event_found).collect(),
    }
}

fn candidate_found(candidate: &Candidate) -> CandidateFound {
    CandidateFound {
        column: candidate.column.name(),
        source: candidate.source.clone(),
        reason: candidate.reason.clone(),
        confidence: match candidate.confidence {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        },
        map: candidate.map.iter().cloned().collect(),
    }
}

fn event_found(rule: &Rule) -> EventFound {
    let (kinds, said_by, map) = match &rule.gives {
        Gives::Kind(kind) => (vec![kind.name()], None, BTreeMap::new()),
        Gives::Said(column, map) => {
            let mut kinds: Vec<&'static str> = map.iter().map(|(_, kind)| *kind).collect();
            kinds.sort_unstable();
            kinds.dedup();
            (kinds, Some(column.clone()), map.iter().cloned().collect())
        }
    };
    EventFound {
        kinds,
        said_by,
        map,
        ts: rule.instant.sources.clone(),
        format: rule.instant.format.clone(),
        actor: rule.actor.map(event::Actor::name),
    }
}

fn quality(survey: &Survey, order: Option<&Column>, read: Option<LogRead>) -> Quality {
    let time = order.and_then(Column::time);
    let order = time.map(|time| match (time.falls, time.rises) {
        (0, _) => Order::OldestFirst,
        (_, 0) => Order::NewestFirst,
        (_, _) => Order::Mixed,
    });
    let mut problems = Vec::new();
    let mut add = |what: &str, Lines { count, first }: &Lines| {
        if *count > 0 {
            problems.push(Problem { what: what.to_owned(), count: *count, lines: first.clone() });
        }
    };
    // Of a log the reader says which rows it rejects, and why.
    if read.is_none() {
        add("not in the encoding", &survey.bad_encoding);
        add("no JSON object", &survey.not_json);
        add("fewer or more fields than the header", &survey.other_width);
    }
    add("the header again", &survey.header_again);
    if let Some(line) = survey.total {
        add("a line of totals at the end", &Lines { count: 1, first: vec![line] });
    }
    let (counts, rejected) = match read {
        Some(LogRead { counts, rejects }) => (Some(counts), Some(rejects)),
        None => (None, None),
    };
    for (reason, (count, lines)) in rejected.iter().flatten() {
        problems.push(Problem { what: (*reason).to_owned(), count: *count, lines: lines.clone() });
    }
    Quality {
        order,
        out_of_order: time.map_or(0, |time| if order == Some(Order::NewestFirst) { 0 } else { time.falls }),
        repeated_rows: survey.repeated,
        accepted: counts.as_ref().map(|counts| counts.accepted),
        duplicates: counts.as_ref().map(|counts| counts.duplicates),
        rejects: rejected.map(|rejects| rejects.into_iter().map(|(reason, (count, _))| (reason, count)).collect()),
        problems,
    }
}

/// `3 lines`, `1 line`.
#[must_use]
pub fn plural(count: u64, what: &str) -> String {
    format!("{} {what}{}", crate::unit::group(count), if count == 1 { "" } else { "s" })
}

impl FileFound {
    /// The rows that a report reads: events, repeats and rejects.
    #[must_use]
    pub fn rows_read(&self) -> u64 {
        self.quality.accepted.unwrap_or(0) + self.quality.duplicates.unwrap_or(0) + self.rejected()
    }

    /// The rows that a report would reject, as far as they are known.
    #[must_use]
    pub fn rejected(&self) -> u64 {
        match &self.quality.rejects {
            Some(rejects) => rejects.values().sum(),
            None => 0,
        }
    }
}
