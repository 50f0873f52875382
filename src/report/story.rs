//! The story of one conversation: every event with its effect, the resulting facts, and the metrics that count it.
//!
//! The state machine that makes the facts describes the events (`fold::trace`). The report's own query of the rows
//! behind a number selects the metrics, applied to the facts of this conversation. So a story cannot contradict a
//! report.

use anyhow::Context;
use polars::prelude::{IntoLazy, col, lit};
use serde::Serialize;

use super::coverage::Coverage;
use super::list::{EventRef, List, ListFigure, ListQuery, ListValue, Subject, build as list};
use super::{Generator, ReportWindow, open_time};
use crate::fold::facts::{Facts, RunFacts};
use crate::fold::schema::FactTable;
use crate::fold::trace::{Trace, TraceStep};
use crate::language::{Argument, Message};
use crate::metrics::measure::{CONTRIBUTION, IS_IN_NUMERATOR, Measure, Thresholds, VALUE};
use crate::metrics::{self, Metric};
use crate::report::filters::Filters;
use crate::time::{Window, Zone, format_utc};

/// The schema in the first field of a story.
pub const SCHEMA: &str = "dialogram/show/1";

/// The stories of the requested conversations.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stories {
    /// Always [`SCHEMA`].
    pub schema: &'static str,
    /// The program that wrote it.
    pub generator: Generator,
    /// The window of the metrics, in local days.
    pub window: ReportWindow,
    /// The horizon: later events are ignored. RFC 3339, UTC.
    pub as_of: String,
    /// One story each, in the order requested.
    pub conversations: Vec<Story>,
}

/// A conversation's story.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Story {
    /// The id, as in the fact tables.
    pub conversation_id: String,
    /// Its tickets.
    pub protocols: Vec<String>,
    /// Every event up to the horizon, in order.
    pub events: Vec<StoryEvent>,
    /// Its rows in the fact tables.
    pub facts: Vec<TableRows>,
    /// The metrics of the window that count it.
    pub counted_by: Vec<CountedBy>,
    /// The others, and why.
    pub not_counted_by: Vec<NotCounted>,
}

/// An event and its effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoryEvent {
    /// The instant, RFC 3339, local.
    pub ts: String,
    /// The file and the line in it; `None` if silence ended the conversation.
    pub file: Option<String>,
    /// See `file`.
    pub line: Option<u32>,
    /// The kind; `None` if silence ended the conversation.
    pub event: Option<&'static str>,
    /// The other values of the row, by column, without the text of a message, which is never loaded.
    pub columns: serde_json::Map<String, serde_json::Value>,
    /// Its effect, as sentences.
    pub did: Vec<Message>,
    /// The phase after it.
    pub phase: &'static str,
    /// The agent who holds the conversation after it.
    pub holder: Option<Argument>,
    /// The queue after it.
    pub queue: Option<String>,
    /// The instant since which a person's answer is due after it, RFC 3339, local.
    pub due_since: Option<String>,
}

/// Rows of a fact table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TableRows {
    /// The name of the fact table.
    pub table: &'static str,
    /// Column and value of each row; columns without a value are left out.
    pub rows: Vec<serde_json::Map<String, serde_json::Value>>,
}

/// A metric that counts the conversation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CountedBy {
    /// The metric's id.
    pub metric: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// Whether its durations are open time.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub open_time: bool,
    /// The metric's number for this conversation alone.
    pub figure: Option<ListFigure>,
    /// The share of each of its rows.
    pub rows: Vec<Adds>,
}

/// A row's share of a metric.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Adds {
    /// For a duration: seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_seconds: Option<f64>,
    /// For a rate: whether the row is in the numerator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_in_numerator: Option<bool>,
    /// For a score: its contribution.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contribution: Option<i64>,
    /// For a mean: the row's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<i64>,
    /// The events behind the row: column, file and line.
    pub events: Vec<String>,
}

/// A metric that does not count the conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotCounted {
    /// The metric's id.
    pub metric: &'static str,
    /// The reason, as a sentence.
    pub why: Message,
}

/// The request.
#[derive(Debug, Clone)]
pub struct StoryQuery {
    /// The window of the metrics.
    pub window: Window,
    /// The settings of measures.
    pub thresholds: Thresholds,
}

/// Builds the stories of traced conversations.
///
/// # Errors
///
/// If polars refuses a query: a bug.
pub fn build(facts: &Facts, traces: &[Trace], query: &StoryQuery) -> anyhow::Result<Stories> {
    let files: Vec<String> = facts.run.files.iter().map(|file| file.name.clone()).collect();
    let story = |trace: &Trace| story(facts, trace, query, &files);
    Ok(Stories {
        schema: SCHEMA,
        generator: Generator::this(),
        window: super::build::report_window(query.window, None, None, false),
        as_of: format_utc(facts.run.horizon),
        conversations: traces.iter().map(story).collect::<anyhow::Result<_>>()?,
    })
}

fn story(facts: &Facts, trace: &Trace, query: &StoryQuery, files: &[String]) -> anyhow::Result<Story> {
    let zone = query.window.zone();
    let own = only(facts, &trace.conversation).context("the conversation's facts")?;
    let (mut counted_by, mut not_counted_by) = (Vec::new(), Vec::new());
    for metric in metrics::all().filter(|metric| metric.table.has("conversation_id")) {
        let rows = list(&own, &of(Subject::Metric(metric), query)).with_context(|| metric.id.to_owned())?;
        if rows.row_count > 0 {
            counted_by.push(counted(metric, &rows, &query.thresholds));
        } else {
            not_counted_by.push(NotCounted { metric: metric.id, why: why(metric, &own, query)? });
        }
    }
    let all_days = StoryQuery { window: whole(&own, zone).unwrap_or(query.window), ..query.clone() };
    let mut tables = Vec::new();
    for table in FactTable::ALL.iter().filter(|table| table.has("conversation_id")) {
        let rows = list(&own, &of(Subject::Table(*table), &all_days)).with_context(|| table.name())?;
        if rows.row_count > 0 {
            tables.push(TableRows { table: table.name(), rows: rows_of(&rows) });
        }
    }
    Ok(Story {
        conversation_id: trace.conversation.clone(),
        protocols: trace.protocols.clone(),
        events: trace.steps.iter().map(|step| story_event(step, zone, files)).collect(),
        facts: tables,
        counted_by,
        not_counted_by,
    })
}

/// The same facts with only the rows of one conversation.
fn only(facts: &Facts, id: &str) -> anyhow::Result<Facts> {
    let mut frames = Vec::new();
    for table in FactTable::ALL {
        let frame = facts.frame(*table);
        frames.push(if table.has("conversation_id") {
            frame.clone().lazy().filter(col("conversation_id").eq(lit(id))).collect()?
        } else {
            frame.clear()
        });
    }
    Ok(Facts::new(frames, RunFacts::clone(&facts.run)))
}

fn of(subject: Subject, query: &StoryQuery) -> ListQuery {
    let thresholds = query.thresholds.clone();
    ListQuery { subject, window: query.window, filters: Filters::default(), thresholds, sort: None, limit: None }
}

/// All days with rows of the conversation.
fn whole(own: &Facts, zone: Zone) -> Option<Window> {
    let (first, last) = (own.run.first_event()?, own.run.horizon);
    Window::new(zone, zone.day_of(first), zone.day_of(last))
}

fn story_event(step: &TraceStep, zone: Zone, files: &[String]) -> StoryEvent {
    let location = step.location.and_then(|(file, line)| Some((files.get(file)?.clone(), line)));
    let says = step.says.iter().map(|(column, value)| ((*column).to_owned(), value.clone().into()));
    StoryEvent {
        ts: zone.format_rfc3339(step.ts),
        line: location.as_ref().map(|(_, line)| *line),
        file: location.map(|(file, _)| file),
        event: step.kind.map(crate::event::Kind::name),
        columns: says.collect(),
        did: step.did.clone(),
        phase: step.phase.name(),
        holder: step.holder.clone(),
        queue: step.queue.clone(),
        due_since: step.due_since.map(|since| zone.format_rfc3339(since)),
    }
}

fn counted(metric: &'static Metric, rows: &List, thresholds: &Thresholds) -> CountedBy {
    let position = |name: &str| rows.columns.iter().position(|column| column.name == name);
    let seconds = format!("{}_seconds", VALUE.trim_end_matches("_ms"));
    let value = position(&seconds).or_else(|| position("seconds"));
    let (hit, adds) = (position(IS_IN_NUMERATOR), position(CONTRIBUTION));
    let score = if let Measure::Mean { column, .. } = metric.measure { position(column) } else { None };
    let events = position("events");
    let adds = |row: &Vec<ListValue>| Adds {
        value_seconds: match value.map(|at| &row[at]) {
            Some(ListValue::Seconds(seconds)) => Some(*seconds),
            _ => None,
        },
        is_in_numerator: match hit.map(|at| &row[at]) {
            Some(ListValue::Flag(is)) => Some(*is),
            _ => None,
        },
        contribution: match adds.map(|at| &row[at]) {
            Some(ListValue::Number(number)) => Some(*number),
            _ => None,
        },
        score: match score.map(|at| &row[at]) {
            Some(ListValue::Number(number)) => Some(*number),
            _ => None,
        },
        events: match events.map(|at| &row[at]) {
            Some(ListValue::Events(events)) => events.iter().map(|event| event_location(event, rows)).collect(),
            _ => Vec::new(),
        },
    };
    CountedBy {
        metric: metric.id,
        label: metric.label,
        open_time: metric.is_in_open_time(thresholds),
        figure: rows.figure.clone(),
        rows: rows.rows.iter().map(adds).collect(),
    }
}

fn event_location(event: &EventRef, rows: &List) -> String {
    let file = rows.files.get(event.file).map_or("", String::as_str);
    format!("{} {file}:{}", event.what, event.line)
}

/// The reason why a metric has no row of the conversation in the window.
fn why(metric: &Metric, own: &Facts, query: &StoryQuery) -> anyhow::Result<Message> {
    let frame = own.frame(metric.table);
    let table = metric.table.name();
    if !open_time::knows(metric, &query.thresholds) {
        return Ok(Message::new("story.needs_hours"));
    }
    if !Coverage::of(&own.run).knows(metric) {
        return Ok(Message::new("story.needs_events"));
    }
    if let Measure::Time { .. } = metric.measure {
        return Ok(Message::new("story.no_stint"));
    }
    if frame.height() == 0 {
        return Ok(Message::new("story.no_row").with("table", table));
    }
    if let Some(clock) = metric.clock.column() {
        let instants: Vec<i64> = frame.column(clock)?.i64()?.iter().flatten().collect();
        if instants.is_empty() {
            return Ok(Message::new("story.no_instant").with("clock", clock).with("table", table));
        }
        let is_in = |ts: &&i64| **ts >= query.window.begins() && **ts < query.window.ends();
        if !instants.iter().any(|ts| is_in(&ts)) {
            let zone = query.window.zone();
            let days = Argument::list(instants.iter().map(|ts| zone.day_of(*ts)));
            return Ok(Message::new("story.outside").with("clock", clock).with("table", table).with("days", days));
        }
    }
    Ok(Message::new("story.no_fit").with("population", metric.formula().population))
}

/// Rows as objects, without columns that have no value.
fn rows_of(list: &List) -> Vec<serde_json::Map<String, serde_json::Value>> {
    let value = |value: &ListValue| -> Option<serde_json::Value> {
        Some(match value {
            ListValue::None => return None,
            ListValue::Text(text) | ListValue::Instant(text) => text.clone().into(),
            ListValue::Texts(texts) => texts.clone().into(),
            ListValue::Number(number) => (*number).into(),
            ListValue::Seconds(seconds) => (*seconds).into(),
            ListValue::Flag(is) => (*is).into(),
            ListValue::Events(events) => {
                events.iter().map(|event| event_location(event, list)).collect::<Vec<_>>().into()
            }
        })
    };
    let row = |row: &Vec<ListValue>| {
        let cells = list.columns.iter().zip(row);
        cells.filter_map(|(column, cell)| Some((column.name.clone(), value(cell)?))).collect()
    };
    list.rows.iter().map(row).collect()
}
