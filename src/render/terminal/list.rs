//! A list for people: when, what, which conversation, which lines of the log; then as many columns as there is room for,
//! the most telling first.

use crate::fold::schema::Table;
use crate::report::list::{Column, EventRef, Figure, Holds, List, Value};
use crate::unit::{NO_DATA, Unit, group};

use super::line::{self, Ink, Line};
use super::names::{plural, words};
use super::{NARROWEST, TerminalOptions, header, text};

/// Between two columns.
const GAP: usize = 2;
/// A longer text is cut: the other formats have it whole.
const WIDEST_CELL: usize = 28;

/// The list as text, in at most `options.width` columns. It is not held to the width that a report is: a wide terminal
/// shows more columns.
pub(in crate::render) fn render(list: &List, options: &TerminalOptions) -> String {
    let width = options.width.max(NARROWEST);
    let mut lines = header::title(list.subject.title(), &list.generator, width);
    lines.push(Line::of(Ink::Faint, &"━".repeat(width)));
    for (name, value) in facts(list) {
        lines.extend(header::entry(name, &value, width));
    }
    lines.push(Line::new());
    if list.rows.is_empty() {
        lines.push(Line::of(Ink::Faint, "no rows"));
    } else {
        lines.extend(table(list, width));
    }
    line::paint(&lines, options.color)
}

fn facts(list: &List) -> Vec<(&'static str, String)> {
    let mut facts = vec![("Window", header::days(&list.window))];
    if !list.filters.is_empty() {
        facts.push(("Only", header::filters(&list.filters)));
    }
    facts.push(("Log", header::files(&list.input)));
    if let Some(figure) = &list.figure {
        facts.push(("Figure", format!("{}: {}", list.subject.name(), in_words(figure))));
    }
    let shown = list.rows.len() as u64;
    let rows = plural(list.row_count, "row");
    let rows = if shown < list.row_count { format!("{} of {rows}", group(shown)) } else { rows };
    facts.push(("Rows", format!("{rows}, by {}", list.order)));
    facts
}

fn in_words(figure: &Figure) -> String {
    match figure {
        Figure::Scalar { unit: Unit::Count, value, .. } => Unit::Count.format(*value),
        Figure::Scalar { unit, value, n } => format!("{} of {}", unit.format(*value), group(*n)),
        Figure::Duration { unit, statistics } => {
            let of = |value| unit.format(value);
            let (mean, p50, p90) = (of(statistics.mean), of(statistics.p50), of(statistics.p90));
            format!("mean {mean}, p50 {p50}, p90 {p90}, max {}, n {}", of(statistics.max), group(statistics.n))
        }
    }
}

/// A column that fits: its heading, its cells, how wide they are.
struct Shown {
    heading: String,
    cells: Vec<String>,
    width: usize,
    is_number: bool,
}

fn table(list: &List, width: usize) -> Vec<Line> {
    let mut shown: Vec<Shown> = Vec::new();
    let mut taken = 0;
    let order = telling(list);
    for column in &order {
        let next = column_of(list, *column);
        let needed = next.width + if shown.is_empty() { 0 } else { GAP };
        if taken + needed <= width && next.cells.iter().any(|cell| cell != NO_DATA) {
            taken += needed;
            shown.push(next);
        }
    }
    let heading = |column: &Shown| (Ink::Faint, column.heading.clone());
    let mut lines = vec![row(&shown, heading)];
    lines.extend((0..list.rows.len()).map(|at| row(&shown, |column| (Ink::Plain, column.cells[at].clone()))));
    let hidden = list.columns.len().saturating_sub(shown.len());
    if hidden > 0 {
        let note = format!("{} more: --format csv or json has all", plural(hidden as u64, "column"));
        lines.extend(text::wrap(&note, width).iter().map(|part| Line::of(Ink::Faint, part)));
    }
    lines
}

fn row(columns: &[Shown], cell: impl Fn(&Shown) -> (Ink, String)) -> Line {
    let mut line = Line::new();
    for (at, column) in columns.iter().enumerate() {
        line.skip(if at > 0 { GAP } else { 0 });
        let (ink, text) = cell(column);
        if column.is_number {
            line.right(ink, &text, column.width);
        } else {
            line.left(ink, &text, column.width);
        }
    }
    line
}

fn column_of(list: &List, place: usize) -> Shown {
    let column = &list.columns[place];
    let names = match column.name.as_str() {
        "agent" => list.column("agent_name"),
        "agents" => list.column("agent_names"),
        _ => None,
    };
    let cells: Vec<String> = list
        .rows
        .iter()
        .map(|row| match names.map(|names| &row[names]) {
            // An agent is shown by name, where the log has one.
            Some(name) if *name != Value::None => cell(name, list),
            Some(_) | None => cell(&row[place], list),
        })
        .collect();
    let heading = heading(column);
    let widest = cells.iter().map(|cell| text::width(&text::clean(cell))).max().unwrap_or(0).min(WIDEST_CELL);
    let width = widest.max(text::width(&heading));
    let is_number = matches!(column.holds, Holds::Number | Holds::Seconds);
    Shown { heading, cells, width, is_number }
}

fn heading(column: &Column) -> String {
    let name = column.name.as_str();
    let name = name.strip_suffix("_seconds").unwrap_or(name);
    let name = name.strip_suffix("_id").unwrap_or(name);
    let name = name.strip_prefix("is_").unwrap_or(name);
    words(if column.holds == Holds::Events {
        "lines"
    } else if name == "ts" {
        "time"
    } else {
        name
    })
}

fn cell(value: &Value, list: &List) -> String {
    match value {
        Value::None => NO_DATA.to_owned(),
        Value::Text(text) => text.clone(),
        Value::Texts(texts) if texts.is_empty() => NO_DATA.to_owned(),
        Value::Texts(texts) => texts.join(", "),
        Value::Instant(instant) => local(instant),
        Value::Number(number) => number.to_string(),
        Value::Seconds(seconds) => Unit::Seconds.format(Some(*seconds)),
        Value::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        Value::Events(events) => lines_of(events, list),
    }
}

/// The local date and time of an instant with its offset: the zone stands in the head.
fn local(instant: &str) -> String {
    instant.get(..19).map_or_else(|| instant.to_owned(), |local| local.replace('T', " "))
}

/// The lines of a row's events, each once, in their order; the file is named where there are several.
fn lines_of(events: &[EventRef], list: &List) -> String {
    if events.is_empty() {
        return NO_DATA.to_owned();
    }
    let mut places: Vec<(&str, u64)> = events.iter().map(|event| (list.file(*event), event.line)).collect();
    places.sort_unstable();
    places.dedup();
    let is_one = list.input.files.len() == 1;
    let mut file = None;
    let place = |(name, line): (&str, u64)| {
        let names_file = !is_one && file.replace(name.to_owned()).as_deref() != Some(name);
        if names_file { format!("{name}:{line}") } else { line.to_string() }
    };
    places.into_iter().map(place).collect::<Vec<_>>().join(" ")
}

/// Places of the columns in the order in which they find room.
fn telling(list: &List) -> Vec<usize> {
    let clock = list.subject.clock().column().or(Some("started_at")).into_iter();
    let first = ["value_seconds", "is_in_numerator", "contribution", "row_count", "conversation_id"];
    let then: &[&str] = match list.subject.table() {
        Table::Conversations if list.figure.is_some() => &[
            "channel",
            "events",
            "agent",
            "phase",
            "due_since",
            "closed_at",
            "closed_by",
            "queue",
            "department",
            "customer",
            "score",
        ],
        Table::Conversations => &[
            "channel",
            "agents",
            "agent",
            "phase",
            "queue_wait_seconds",
            "closed_at",
            "events",
            "first_response_time_seconds",
            "total_wait_seconds",
            "score",
            "closed_by",
            "resolution",
            "customer",
            "contact",
            "protocol",
            "queue",
            "department",
            "conversation_time_seconds",
            "started_at",
        ],
        Table::Requests => &["outcome", "channel", "events", "decided_at", "queue", "department"],
        Table::Visits => &[
            "queue",
            "events",
            "end",
            "queue_wait_seconds",
            "total_wait_seconds",
            "agent",
            "is_abandoned",
            "channel",
            "assigned_at",
            "first_reply_at",
            "ended_at",
        ],
        Table::Stints => &[
            "agent",
            "events",
            "end",
            "agent_wait_seconds",
            "queue",
            "channel",
            "first_message_at",
            "ended_at",
            "was_received_by_transfer",
            "is_no_show",
        ],
        Table::AgentMessages => &["agent", "events", "response_seconds", "queue", "channel", "department"],
        Table::Closes => &["actor", "agent", "events", "resolution", "queue", "channel", "last_word_by", "department"],
        Table::Reopenings => &["channel", "events", "app", "support_type"],
        Table::Ratings => &["score", "agent", "events", "queue", "channel", "department"],
        Table::AgentStates => &["agent", "status", "until", "capacity", "events"],
    };
    let named = clock.chain(first).chain(then.iter().copied()).filter(|name| !is_said_already(list, name));
    let mut places: Vec<usize> = Vec::new();
    for place in named.filter_map(|name| list.column(name)) {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

/// The agent is among the agents; a response is the value that is listed.
fn is_said_already(list: &List, name: &str) -> bool {
    match name {
        "agent" => list.column("agents").is_some(),
        "response_seconds" => list.column("value_seconds").is_some(),
        _ => false,
    }
}
