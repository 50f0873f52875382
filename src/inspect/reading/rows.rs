//! Reads the rows of a table in the same way as for a report, and finds repeated headers, sums at the end and broken
//! rows.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::{BufRead, Read, Result};
use std::sync::Arc;

use super::bounded::CutShort;
use super::description::DescriptionLine;
use super::dialect::{CsvDialect, dialect_of};
use super::survey::{FaultLines, Survey, Total};
use crate::ingest::csv::IsRow;
use crate::ingest::profile;
use crate::ingest::profile::raw::{Headed, Raw, RawRecords, Sizes, fields_of, lines_of};
use crate::ingest::reject::Reason;
use crate::ingest::source::Reopen;
use crate::inspect::time_notations::notation::notations_of;
use crate::inspect::words::{Name, plain};
use crate::language::Message;

/// The number of bytes at the start of a text by which its dialect is found.
const START: usize = 1 << 18;
/// The most lines at the end that may be sums.
const MOST_TOTALS: usize = 8;
/// In a table with more columns than this, a line with a single value at the end is not a row.
const MOST_OF_NOTE: usize = 4;
/// Words at the start of a line of sums.
const TOTALS: [&str; 21] = [
    "total",
    "totals",
    "totais",
    "totales",
    "totaux",
    "gesamt",
    "summe",
    "grand total",
    "subtotal",
    "sum",
    "soma",
    "suma",
    "somme",
    "average",
    "avg",
    "media",
    "mittelwert",
    "durchschnitt",
    "moyenne",
    "promedio",
    "count",
];

/// Reads a table whose text has no byte-order mark. Its start is examined for the dialect, and then read again with the
/// rest.
///
/// # Errors
///
/// If it cannot be read.
pub fn read(
    survey: &mut Survey,
    mut reader: Box<dyn BufRead + Send>,
    sizes: &Sizes,
    reopen: Option<Reopen>,
    cut: &CutShort,
) -> Result<CsvDialect> {
    let mut start = Vec::new();
    reader.by_ref().take(START as u64).read_to_end(&mut start)?;
    let is_whole = start.len() < START;
    let whole_lines = memchr::memrchr(b'\n', &start).filter(|_| !is_whole).map_or(start.len(), |end| end + 1);
    let mut dialect = dialect_of(&start[..whole_lines]);
    let names = names_of(&dialect);
    survey.add_columns(&names);
    for (at, group) in dialect.groups.iter().enumerate().filter(|(at, _)| names[*at].starts_with('#')) {
        // A name that is in several groups has its meaning together with that of its group.
        let name = dialect.header.as_ref().and_then(|header| header.get(at)).map_or("", String::as_str);
        survey.named(&names[at]).words = Name::of(&format!("{group} {name}"));
    }
    let of_profile = profile::Dialect {
        delimiter: dialect.delimiter,
        quote: Some(b'"'),
        header: dialect.header.is_none().then(|| names.clone()),
    };
    let mut lines = lines_of(Box::new(std::io::Cursor::new(start).chain(reader)), sizes);
    lines.skip(dialect.lines_above)?;
    let headed = Headed::read(lines, &of_profile)?;
    let raw = Raw::table(headed, false, is_row(dialect.instants.clone()), sizes, reopen);
    SurveyRows { survey, dialect: &dialect, names: &names }.see(RawRecords::new(raw), &of_profile, cut)?;
    // A row that has a value behind the last name is not one that only ends with a delimiter.
    if let Some(above) = &dialect.names_above
        && survey.columns.get(above.len()).is_some_and(|column| column.filled > 0)
    {
        let misfit = Message::new("proposal.misfit_width").with("line", dialect.lines_above.to_string());
        dialect.misfit = Some(misfit.with("names", above.len() as u64).with("fields", dialect.columns as u64));
    }
    Ok(dialect)
}

/// Checks whether fields are those of a row: one of these columns has an instant. A profile has the same check for its
/// own columns.
fn is_row(instants: Vec<usize>) -> Arc<IsRow> {
    Arc::new(move |fields: &[Cow<'_, [u8]>]| {
        let text = |at: &usize| std::str::from_utf8(fields.get(*at)?).ok();
        instants.iter().filter_map(text).any(|text| !notations_of(text.trim()).is_empty())
    })
}

/// The names of columns in profiles: by number if a name is missing or appears twice.
fn names_of(dialect: &CsvDialect) -> Vec<String> {
    let header = dialect.header.as_deref().or(dialect.names_above.as_deref()).unwrap_or_default();
    (0..dialect.columns)
        .map(|at| match header.get(at) {
            Some(name) if !name.is_empty() && header.iter().filter(|other| *other == name).count() == 1 => name.clone(),
            Some(_) | None => format!("#{}", at + 1),
        })
        .collect()
}

/// The rows of a table, to be added to a survey.
struct SurveyRows<'r> {
    survey: &'r mut Survey,
    dialect: &'r CsvDialect,
    names: &'r [String],
}

impl SurveyRows<'_> {
    fn see(&mut self, mut records: RawRecords, dialect: &profile::Dialect, cut: &CutShort) -> Result<()> {
        // The last rows may be sums, so a row is added only after enough others follow.
        let mut held: VecDeque<(u64, Vec<String>)> = VecDeque::new();
        let mut tail = Tail::default();
        let (mut is_first, mut is_second) = (self.dialect.header.is_some(), false);
        while let Some((span, bytes)) = records.next_record()? {
            if self.survey.is_full(cut) {
                break;
            }
            if held.len() == MOST_TOTALS
                && let Some((_, row)) = held.pop_front()
            {
                self.survey.see_row(&row);
            }
            let line = u64::from(span.line);
            self.survey.rows += 1;
            let row = match fields_of(bytes, span.form, dialect) {
                Ok(row) => row,
                Err(fault) if fault.reason == Reason::BadEncoding => {
                    self.survey.bad_encoding.add(line);
                    continue;
                }
                Err(_) => {
                    self.survey.malformed.add(line);
                    continue;
                }
            };
            let header = self.dialect.header.as_ref();
            if header.is_some_and(|names| row.iter().map(|field| field.trim()).eq(names.iter().map(String::as_str))) {
                self.survey.header_again.add(line);
                continue;
            }
            if row.len() != self.names.len() {
                tail.add(line, &row, self.names, &mut self.survey.other_width);
                continue;
            }
            tail.is_followed(&mut self.survey.other_width);
            if is_heading(&row) {
                self.survey.headings.add(line);
                self.survey.rows -= 1;
                continue;
            }
            if std::mem::take(&mut is_second)
                && let Some((first_line, first)) = held.front()
                && let Some(description) = DescriptionLine::of(*first_line, first, &row, self.names)
            {
                self.survey.description = Some(description);
                self.survey.rows -= 1;
                held.pop_front();
            }
            is_second |= is_first;
            is_first = false;
            held.push_back((line, row));
        }
        let is_all = self.end(tail);
        while is_all && let Some(total) = held.back().and_then(|(line, row)| total_of(*line, row, self.names)) {
            self.survey.totals.insert(0, total);
            held.pop_back();
        }
        for (_, row) in &held {
            self.survey.see_row(row);
        }
        Ok(())
    }

    /// Handles the lines of another width after the last row. Returns whether all of them are sums, so that the rows
    /// before may be sums, too.
    fn end(&mut self, tail: Tail) -> bool {
        let mut lines = tail.lines;
        let first = lines.iter().rposition(|(_, odd)| matches!(odd, OddLine::Nothing)).map_or(0, |at| at + 1);
        let sums = lines.split_off(first);
        let is_all = lines.is_empty();
        for (line, _) in lines {
            self.survey.other_width.add(line);
        }
        for (line, odd) in sums {
            match odd {
                OddLine::Total(total) => {
                    self.survey.has_short_totals = true;
                    self.survey.totals.push(total);
                }
                OddLine::Below => self.survey.below.add(line),
                OddLine::Nothing => {}
            }
        }
        is_all
    }
}

/// Whether a line of a table is not a row: it has no value, or only words or a day in its first column. A line with only
/// an id is a row.
fn is_heading(row: &[String]) -> bool {
    let mut filled = row.iter().enumerate().filter(|(_, field)| !field.trim().is_empty());
    let (first, None) = (filled.next(), filled.next()) else { return false };
    let Some((at, label)) = first else { return row.len() > 1 };
    let label = label.trim();
    let is_words = label.contains(' ') || !label.contains(|c: char| c.is_ascii_digit());
    let is_day = || notations_of(label).iter().any(|notation| !notation.is_number());
    let is_total = TOTALS.contains(&plain(label).as_str());
    at == 0 && row.len() >= MOST_OF_NOTE && !is_total && label.parse::<f64>().is_err() && (is_words || is_day())
}

/// A line whose number of fields differs from the header.
#[derive(Debug)]
enum OddLine {
    Total(Total),
    /// One field: a line below the table, if no row follows.
    Below,
    Nothing,
}

/// The lines of another width since the last row.
#[derive(Debug, Default)]
struct Tail {
    lines: Vec<(u64, OddLine)>,
}

impl Tail {
    fn add(&mut self, line: u64, row: &[String], names: &[String], others: &mut FaultLines) {
        // The end of a table does not have so many lines.
        if self.lines.len() == MOST_TOTALS {
            self.is_followed(others);
        }
        let is_short = row.len() < names.len();
        let total = total_of(line, row, names).filter(|_| is_short).map(OddLine::Total);
        let below = || (is_short && row.len() == 1 && names.len() > 2).then_some(OddLine::Below);
        self.lines.push((line, total.or_else(below).unwrap_or(OddLine::Nothing)));
    }

    /// A row follows, so the lines were broken rows.
    fn is_followed(&mut self, others: &mut FaultLines) {
        for (line, _) in self.lines.drain(..) {
            others.add(line);
        }
    }
}

/// Recognises a line of sums: its first value means a sum, and it has no more values than a row.
fn total_of(line: u64, row: &[String], names: &[String]) -> Option<Total> {
    let mut fields = row.iter().map(|field| field.trim()).enumerate();
    let (at, label) = fields.find(|(_, field)| !field.is_empty())?;
    let first = plain(label);
    let is_total =
        TOTALS.iter().any(|word| first == *word || first.strip_prefix(word).is_some_and(|rest| rest.starts_with(' ')));
    // `Page 2`, `Exported by Ana`: a single text, where each row has more values.
    let is_alone = names.len() > MOST_OF_NOTE
        && fields.all(|(_, field)| field.is_empty())
        && !label.is_empty()
        && label.parse::<f64>().is_err();
    (is_total || is_alone).then(|| Total {
        line,
        column: names.get(at).cloned().unwrap_or_default(),
        label: label.to_owned(),
    })
}
