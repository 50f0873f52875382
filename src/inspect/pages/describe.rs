//! A survey in plain values: what [`FileFound`] says of each column, of the mapping and of the rows.

use std::collections::BTreeMap;

use crate::event;
use crate::ingest::profile::{CANONICAL, Profile};
use crate::ingest::source::Compression;
use crate::inspect::Form;
use crate::inspect::clocks::time_format::TimeFormat;
use crate::inspect::columns::column::{Column, Times, share};
use crate::inspect::pages::found::{
    CandidateFound, ColumnFound, DialectFound, EncodingFound, EventFound, FileFound, MappingFound, Order, Problem,
    Quality, SilenceFound, TimeFound, Zoned,
};
use crate::inspect::proposals::proposal::{Candidate, Confidence, Gives, Proposal, Rule, Shape};
use crate::inspect::reading::bytes::How;
use crate::inspect::reading::log::LogRead;
use crate::inspect::reading::survey::{Lines, Survey};
use crate::time::format_utc;

/// How a file becomes events.
pub(in crate::inspect) enum Kind<'k> {
    /// It is a log already.
    Canonical,
    /// A profile that is built in fits.
    Known(&'k Profile),
    /// A mapping is proposed.
    Proposed(&'k Proposal),
}

/// What there is to say, but for the commands.
pub(in crate::inspect) fn found(
    name: &str,
    form: &Form,
    survey: &Survey,
    kind: &Kind<'_>,
    read: Option<LogRead>,
    missing: Vec<String>,
) -> FileFound {
    let (is_canonical, proposal) = match kind {
        Kind::Canonical => (true, None),
        Kind::Known(_) => (false, None),
        Kind::Proposed(proposal) => (false, Some(*proposal)),
    };
    let mut notes = proposal.map(|proposal| proposal.notes.clone()).unwrap_or_default();
    notes.extend(of_form(form, survey, is_canonical));
    if let Kind::Known(profile) = kind {
        notes.extend(profile.cannot.iter().cloned());
    }
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
        compression: form.compression.map(Compression::name),
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
        missing,
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
            notes.push(format!("lines above the table are passed over: {}", dialect.lines_above));
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
pub(in crate::inspect) fn local_clock(column: &str) -> String {
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
        Some(LogRead { counts, rejects, rejected_rows: _ }) => (Some(counts), Some(rejects)),
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
