//! A list for people: when, what, which conversation, which lines of the log; then as many columns as there is room for,
//! the most telling first.

mod cells;
mod telling;

use crate::language::Language;
use crate::metrics::Clock;
use crate::render::words::named;
use crate::report::list::{Column, Figure, Holds, List, Value};
use crate::unit::{NO_DATA, Unit, group};

use self::cells::Cells;
use self::telling::telling;
use super::line::{self, Ink, Line};
use super::names::plural;
use super::{NARROWEST, TerminalOptions, header, text};
use crate::harmless::shown;

/// Between two columns.
const GAP: usize = 2;
/// A longer text is cut: the other formats have it whole.
const WIDEST_CELL: usize = 28;

/// The list as text, in at most `options.width` columns. It is not held to the width that a report is: a wide terminal
/// shows more columns.
pub(in crate::render) fn render(list: &List, options: &TerminalOptions) -> String {
    let width = options.width.max(NARROWEST);
    let mut lines = header::head(list.subject.title(), &list.generator, &facts(list), width);
    lines.push(Line::new());
    if list.rows.is_empty() {
        lines.push(Line::of(Ink::Faint, "no rows"));
    } else {
        lines.extend(table(list, width));
    }
    line::paint(&lines, options.color)
}

fn facts(list: &List) -> Vec<(&'static str, String)> {
    let mut facts = vec![("Window", header::days(Language::English, &list.window))];
    facts.extend(header::of_input(Language::English, &list.filters, &list.input));
    facts.extend(header::horizon(Language::English, &list.input, &list.as_of, &list.window.timezone));
    facts.extend(header::of_rules(Language::English, list.sessions, &list.limits));
    facts.extend(header::of_renamed(Language::English, &list.renamed));
    if let Some(figure) = &list.figure {
        let is_time = list.subject.clock() == Clock::Time;
        facts.push(("Figure", format!("{}: {}", list.subject.name(), in_words(figure, is_time))));
    }
    let shown = list.rows.len() as u64;
    let rows = plural(list.row_count, "row");
    let rows = if shown < list.row_count { format!("{} of {rows}", group(shown)) } else { rows };
    facts.push(("Listed", format!("{rows}, by {}", list.order)));
    facts
}

/// Time is that of agents, of whom each has any number of rows.
fn in_words(figure: &Figure, is_time: bool) -> String {
    match figure {
        Figure::Scalar { unit, value, n } if is_time => format!("{}, {}", unit.format(*value), plural(*n, "agent")),
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
    let cells = Cells::of(list);
    for column in telling(list) {
        let next = column_of(list, column, &cells);
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

fn column_of(list: &List, place: usize, cells: &Cells) -> Shown {
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
            Some(name) if *name != Value::None => cells.cell(name),
            Some(_) | None => cells.cell(&row[place]),
        })
        .collect();
    let heading = heading(column);
    let widest = cells.iter().map(|cell| text::width(&shown(cell))).max().unwrap_or(0).min(WIDEST_CELL);
    let width = widest.max(text::width(&heading));
    let is_number = matches!(column.holds, Holds::Number | Holds::Seconds);
    Shown { heading, cells, width, is_number }
}

fn heading(column: &Column) -> String {
    let name = column.name.as_str();
    let name = name.strip_suffix("_seconds").unwrap_or(name);
    let name = name.strip_suffix("_id").unwrap_or(name);
    let name = name.strip_prefix("is_").unwrap_or(name);
    named(if column.holds == Holds::Events {
        "lines"
    } else if name == "ts" {
        "time"
    } else {
        name
    })
}
