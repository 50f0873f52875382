//! Turns a survey into plain values: the [`FileFound`] with its columns, mapping and rows.

use std::collections::BTreeMap;

use super::quality::quality;
use crate::event::{self, scores_up_to_five};
use crate::ingest::profile::{CANONICAL, Profile};
use crate::ingest::source::Compression;
use crate::inspect::columns::column::{Column, share};
use crate::inspect::columns::privacy::{Examples, shown_name};
use crate::inspect::columns::times::ColumnInstants;
use crate::inspect::pages::inspection::{
    AttributeFound, CandidateFound, ColumnFound, DialectFound, EncodingFound, EventFound, FileFound, LatestFound,
    MappingFound, SheetFound, SilenceFound, TimeFound, UnusedFound, Zoned,
};
use crate::inspect::proposals::assumption::Assumption;
use crate::inspect::proposals::proposal::{Candidate, Confidence, Proposal, ProposedEvent, ProposedRule, RowShape};
use crate::inspect::proposals::{is_dimension, local_time_note, tag_columns};
use crate::inspect::reading::bounded::CutReason;
use crate::inspect::reading::bytes::How;
use crate::inspect::reading::form::FileForm;
use crate::inspect::reading::log::LogRead;
use crate::inspect::reading::survey::Survey;
use crate::inspect::time_notations::notation::TimeNotation;
use crate::language::{Argument, Message};
use crate::time::{SECOND_MS, format_utc};

/// How a file becomes events.
pub(in crate::inspect) enum SourceKind<'k> {
    /// It is a canonical log.
    Canonical,
    /// A built-in profile fits.
    Known(&'k Profile),
    /// A mapping is proposed.
    Proposed(&'k Proposal),
    /// Several built-in profiles fit.
    Open,
}

/// The description, without the commands.
pub(in crate::inspect) fn found(
    name: &str,
    form: &FileForm,
    survey: &Survey,
    kind: &SourceKind<'_>,
    read: Option<LogRead>,
    missing: Vec<Message>,
    examples: Examples,
) -> FileFound {
    let (is_canonical, proposal) = match kind {
        SourceKind::Canonical => (true, None),
        SourceKind::Known(_) | SourceKind::Open => (false, None),
        SourceKind::Proposed(proposal) => (false, Some(*proposal)),
    };
    let assumed = proposal.into_iter().flat_map(|proposal| &proposal.assumptions).map(Assumption::note);
    let mut notes: Vec<Message> = assumed.collect();
    notes.extend(proposal.into_iter().flat_map(|proposal| proposal.notes.iter().cloned()));
    notes.extend(of_form(name, form, survey, is_canonical, examples));
    notes.extend(scores_up_to_five(read.as_ref().and_then(|read| read.highest_score)));
    if let SourceKind::Known(profile) = kind
        && !profile.cannot.is_empty()
    {
        let cannot = |text: &String| Argument::Term(format!("cannot.{text}"), text.clone());
        let facts = Argument::statements(profile.cannot.iter().map(cannot));
        notes.push(Message::new("proposal.not_in_export").with("facts", facts));
    }
    let order = match kind {
        SourceKind::Canonical => survey.column("ts"),
        SourceKind::Known(_) | SourceKind::Open => None,
        SourceKind::Proposed(proposal) => {
            proposal.rules.first().and_then(|rule| survey.column(rule.when.columns().next()?))
        }
    };
    FileFound {
        latest: read.as_ref().and_then(|read| read.latest),
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
        sheets: form
            .sheets
            .iter()
            .map(|sheet| SheetFound { name: sheet.name.clone(), is_hidden: sheet.is_hidden, is_read: sheet.is_read })
            .collect(),
        rows: survey.rows,
        columns: survey.columns.iter().map(|column| column_found(column, survey, is_canonical, examples)).collect(),
        has_more_columns: survey.has_more_columns,
        profile: match kind {
            SourceKind::Canonical => Some(CANONICAL.to_owned()),
            SourceKind::Known(profile) => Some(profile.name.clone()),
            SourceKind::Proposed(_) | SourceKind::Open => None,
        },
        mapping: proposal.map(|proposal| mapping_found(proposal, examples)),
        quality: quality(survey, order, read),
        notes,
        missing,
        commands: Vec::new(),
    }
}

/// Advice about the form of the file.
fn of_form(name: &str, form: &FileForm, survey: &Survey, is_canonical: bool, examples: Examples) -> Vec<Message> {
    let mut notes = Vec::new();
    notes.extend(form.cut.map(CutReason::describe));
    if let Some(found) = form.encoding
        && found.how == How::Guessed
    {
        notes.push(Message::new("proposal.guessed_encoding").with("encoding", found.encoding.to_string()));
    }
    if let Some(dialect) = &form.dialect {
        if dialect.lines_above > 0 {
            notes.push(Message::new("proposal.lines_above").with("n", u64::from(dialect.lines_above)));
        }
        if dialect.header.is_none() && dialect.names_above.is_none() && dialect.columns > 0 {
            notes.push(Message::new("proposal.numbered_all"));
        }
    }
    if let Some(read) = form.sheets.iter().find(|sheet| sheet.is_read)
        && let Some(other) = form.sheets.iter().find(|sheet| !sheet.is_read && !sheet.is_hidden)
    {
        notes.push(
            Message::new("proposal.sheet")
                .with("sheet", &read.name)
                .with("n", form.sheets.len() as u64)
                .with("other", &other.name)
                .with("book", name.split('/').next().unwrap_or(name)),
        );
    }
    if let Some(header) = form.dialect.as_ref().and_then(|dialect| dialect.header.as_ref()) {
        let numbered = survey.columns.iter().zip(header).filter(|(column, name)| column.name != **name);
        let shown: Vec<String> = numbered
            .map(|(column, name)| {
                if name.is_empty() {
                    column.name.clone()
                } else {
                    format!("{} ({})", column.name, shown_name(name, examples))
                }
            })
            .collect();
        if !shown.is_empty() {
            notes.push(Message::new("proposal.numbered").with("columns", shown.join(", ")));
        }
    }
    if is_canonical {
        if survey.column("ts").and_then(Column::time).is_some_and(|time| time.with_offset < time.count) {
            notes.push(local_time_note("`ts`"));
        }
        notes.extend(survey.column("tags").and_then(tag_columns::tags_note_of_log));
        let others: Vec<&str> = survey
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .filter(|name| event::Column::parse(name).is_none() && !name.contains(['.', '[']))
            .collect();
        if !others.is_empty() {
            let shown: Vec<String> = others.iter().map(|name| shown_name(name, examples)).collect();
            notes.push(Message::new("proposal.not_read").with("columns", shown.join(", ")));
        }
        let is_other = |column: &&Column| others.contains(&column.name.as_str()) && is_dimension(column);
        let dimensions: Vec<String> = survey
            .columns
            .iter()
            .filter(is_other)
            .map(|column| shown_name(&column.name, examples))
            .map(|name| format!("--attribute {name} --by {name}"))
            .collect();
        if !dimensions.is_empty() {
            notes.push(Message::new("proposal.dimensions").with("flags", dimensions.join(", ")));
        }
    }
    notes
}

fn column_found(column: &Column, survey: &Survey, is_canonical: bool, examples: Examples) -> ColumnFound {
    let (distinct, is_more_distinct) = column.distinct();
    let is_hidden = examples == Examples::Safe && column.is_hidden();
    let whole = if column.name.contains("[].") { column.present } else { survey.rows };
    ColumnFound {
        name: shown_name(&column.name, examples),
        kind: kind_of(column),
        filled: column.filled,
        fill_rate: share(column.filled, whole.max(column.filled)),
        distinct,
        is_more_distinct,
        examples: column.examples(examples),
        is_hidden,
        canonical: event::Column::parse(&column.name).filter(|_| is_canonical).map(event::Column::name),
        elements: column.lengths.map(|(fewest, most)| [fewest, most]),
        time: column.time().map(|time| time_found(time, column)),
    }
}

/// The kind of nearly all values.
fn kind_of(column: &Column) -> &'static str {
    let kinds = column.kinds;
    let nearly = |count: u64| share(count, column.filled) >= 0.9;
    if column.is_unreadable {
        return "other";
    }
    if column.filled == 0 {
        return "empty";
    }
    if let Some(time) = column.time() {
        return match time.notation {
            TimeNotation::Date(_) => "date",
            TimeNotation::TimeOfDay(_) => "duration",
            TimeNotation::Rfc3339
            | TimeNotation::Naive
            | TimeNotation::EpochS
            | TimeNotation::EpochMs
            | TimeNotation::EpochUs
            | TimeNotation::EpochNs
            | TimeNotation::JsonDate
            | TimeNotation::ExcelDays
            | TimeNotation::Pattern(_) => "instant",
        };
    }
    if column.looks_like_message() {
        "message text"
    } else if nearly(kinds.lists) {
        "list"
    } else if nearly(kinds.objects) {
        "object"
    } else if nearly(kinds.booleans) {
        "boolean"
    } else if column.is_duration() {
        "duration"
    } else if nearly(kinds.integers) {
        "integer"
    } else if nearly(kinds.integers + kinds.decimals) {
        "decimal"
    } else {
        "text"
    }
}

fn time_found(time: &ColumnInstants, column: &Column) -> TimeFound {
    let zone = if time.with_offset == time.count { Zoned::Offset } else { Zoned::Local };
    let text = |ms: i64| instant_text(&time.notation, zone, ms);
    TimeFound {
        format: time.notation.name(),
        other_format: column.other_time().map(|other| other.notation.name()),
        zone,
        first: text(time.first),
        last: text(time.last),
        falls: time.falls,
        silence: time.silence().map(|(from, to)| SilenceFound {
            from: text(from),
            to: text(to),
            seconds: (to - from) / SECOND_MS,
        }),
    }
}

/// An instant of a column: in UTC with a `Z`, in local time without; a date or a time of day as it is.
fn instant_text(notation: &TimeNotation, zone: Zoned, ms: i64) -> String {
    let text = format_utc(ms);
    let seconds = text.split(['.', 'Z']).next().unwrap_or_default();
    match (notation, zone) {
        (TimeNotation::Date(_), _) => seconds.split('T').next().unwrap_or_default().to_owned(),
        (TimeNotation::TimeOfDay(_), _) => {
            let seconds = ms / SECOND_MS;
            format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
        }
        (_, Zoned::Offset) => format!("{seconds}Z"),
        (_, Zoned::Local) => seconds.to_owned(),
    }
}

fn mapping_found(proposal: &Proposal, examples: Examples) -> MappingFound {
    let shape = match proposal.shape {
        RowShape::Tickets => Some("tickets"),
        RowShape::Events => Some("events"),
        RowShape::Messages => Some("messages"),
        RowShape::Unknown => None,
    };
    MappingFound {
        shape,
        each: proposal.each.clone(),
        columns: proposal.candidates.iter().map(candidate_found).collect(),
        events: events_found(&proposal.rules),
        latest: proposal.latest.as_ref().map(|latest| LatestFound { key: latest.key.clone(), by: latest.by.clone() }),
        unused: proposal
            .leftovers
            .iter()
            .map(|left| UnusedFound {
                column: shown_name(&left.column, examples),
                what: left.what,
                reason: left.reason.clone(),
            })
            .collect(),
        attributes: proposal
            .attributes
            .iter()
            .map(|it| AttributeFound { name: it.name.clone(), column: it.column.clone(), values: it.values })
            .collect(),
    }
}

fn candidate_found(candidate: &Candidate) -> CandidateFound {
    CandidateFound {
        column: candidate.column.name(),
        source: std::iter::once(&candidate.source).chain(&candidate.more).cloned().collect::<Vec<_>>().join(" + "),
        reason: candidate.reason.clone(),
        confidence: match candidate.confidence {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        },
        map: candidate.map.iter().cloned().collect(),
    }
}

/// The distinct events: rules may differ only in whom they name.
fn events_found(rules: &[ProposedRule]) -> Vec<EventFound> {
    let mut events: Vec<EventFound> = Vec::new();
    for event in rules.iter().map(event_found) {
        if !events.contains(&event) {
            events.push(event);
        }
    }
    events
}

fn event_found(rule: &ProposedRule) -> EventFound {
    let (kinds, said_by, map) = match &rule.event {
        ProposedEvent::OfKind(kind) => (vec![kind.name()], None, BTreeMap::new()),
        ProposedEvent::OfColumn(column, map) => {
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
        ts: rule.when.columns().cloned().collect(),
        format: rule.when.first.first().and_then(|instant| instant.formats.first().cloned()).unwrap_or_default(),
        is_local: rule.when.first.iter().any(|instant| instant.is_local),
        actor: rule.actor.filter(|_| rule.actor_by.is_none()).map(event::Actor::name),
        actor_from: rule.actor_by.as_ref().map(|by| by.column.clone()),
    }
}
