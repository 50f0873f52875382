//! A list for people: time, name, conversation and lines of the log, then as many columns as fit, the most important
//! first.

mod cells;
mod priority;

use crate::language::Language;
use crate::metrics::Clock;
use crate::render::terminal::emoji::drawn;
use crate::render::words;
use crate::report::Statistic;
use crate::report::list::{ColumnContent, List, ListFigure, ListValue};
use crate::unit::{NO_DATA, Unit};

use self::cells::CellWriter;
use self::priority::by_priority;
use super::line::{self, Ink, Line};
use super::{NARROWEST, TerminalOptions, header, text};

/// Space between two columns.
const GAP: usize = 2;
/// Longer texts are cut: the other formats have them whole.
const WIDEST_CELL: usize = 28;

/// The list as text, in at most `options.width` columns. Unlike a report it has no maximum width: a wide terminal shows
/// more columns.
pub(in crate::render) fn render(list: &List, language: Language, options: &TerminalOptions) -> String {
    let width = options.width.max(NARROWEST);
    let title = words::subject(language, list.subject);
    let mut lines = header::head(&title, &list.generator, &facts(list, language), width);
    lines.push(Line::new());
    if list.rows.is_empty() {
        lines.push(Line::of(Ink::Faint, language.text("table.no_rows")));
    } else {
        lines.extend(table(list, language, width));
    }
    line::paint(&lines, options.color)
}

fn facts(list: &List, language: Language) -> Vec<(&'static str, String)> {
    let mut facts = vec![(language.text("head.window"), header::days(language, &list.window))];
    facts.extend(header::of_input(language, &list.filters, &list.input));
    facts.extend(header::horizon(language, &list.input, &list.as_of, &list.window.timezone));
    facts.extend(header::of_rules(language, list.sessions, &list.limits));
    facts.extend(header::of_renamed(language, &list.renamed));
    facts.extend(header::of_opening_hours(language, list.opening_hours.as_ref()));
    if let Some(figure) = &list.figure {
        let is_time = list.subject.clock() == Clock::Time;
        let value = in_words(figure, language, is_time);
        let text = language.fill("listing.figure", &[("name", &list.subject.name()), ("value", &value)]);
        facts.push((language.text("pdf.figure"), text));
    }
    facts.push((language.text("listing.listed"), words::listed(language, list)));
    facts
}

/// `is_time`: the number is of agents, each of whom has any number of rows.
fn in_words(figure: &ListFigure, language: Language, is_time: bool) -> String {
    match figure {
        ListFigure::Scalar { unit, value, n } if is_time => {
            language.counted_with("listing.agents", *n, &[("value", &language.value(*unit, *value))])
        }
        ListFigure::Scalar { unit: Unit::Count, value, .. } => language.value(Unit::Count, *value),
        ListFigure::Scalar { unit, value, n } => {
            language.fill("listing.of", &[("value", &language.value(*unit, *value)), ("n", &language.count(*n))])
        }
        ListFigure::Duration { unit, statistics } => {
            let statistic = |statistic: Statistic| {
                format!("{} {}", words::statistic(language, statistic), language.value(*unit, statistic.of(statistics)))
            };
            let shown = [Statistic::Mean, Statistic::P50, Statistic::P90, Statistic::Max].map(statistic);
            format!("{}, n {}", shown.join(", "), language.count(statistics.n))
        }
    }
}

/// A column that fits: its heading, its cells and its width.
struct FittedColumn {
    heading: String,
    cells: Vec<String>,
    width: usize,
    is_number: bool,
}

fn table(list: &List, language: Language, width: usize) -> Vec<Line> {
    let mut shown: Vec<FittedColumn> = Vec::new();
    let mut taken = 0;
    let cells = CellWriter::of(list, language);
    for column in by_priority(list) {
        let next = column_of(list, language, column, &cells);
        let needed = next.width + if shown.is_empty() { 0 } else { GAP };
        if taken + needed <= width && next.cells.iter().any(|cell| cell != NO_DATA) {
            taken += needed;
            shown.push(next);
        }
    }
    let heading = |column: &FittedColumn| (Ink::Faint, column.heading.clone());
    let mut lines = vec![row(&shown, heading)];
    lines.extend((0..list.rows.len()).map(|at| row(&shown, |column| (Ink::Plain, column.cells[at].clone()))));
    let hidden = list.columns.len().saturating_sub(shown.len());
    if hidden > 0 {
        let note = language.counted("listing.more_columns", hidden as u64);
        lines.extend(text::wrap(&note, width).iter().map(|part| Line::of(Ink::Faint, part)));
    }
    lines
}

fn row(columns: &[FittedColumn], cell: impl Fn(&FittedColumn) -> (Ink, String)) -> Line {
    let mut line = Line::new();
    for (at, column) in columns.iter().enumerate() {
        line.skip(if at > 0 { GAP } else { 0 });
        let (ink, text) = cell(column);
        if column.is_number {
            line.right(ink, &text, column.width);
        } else {
            line.name(ink, &text, column.width);
        }
    }
    line
}

fn column_of(list: &List, language: Language, index: usize, cells: &CellWriter) -> FittedColumn {
    let column = &list.columns[index];
    let names = match column.name.as_str() {
        "agent" => list.column("agent_name"),
        "agents" => list.column("agent_names"),
        _ => None,
    };
    let cells: Vec<String> = list
        .rows
        .iter()
        .map(|row| match names.map(|names| &row[names]) {
            // An agent is shown by name, if the log has one.
            Some(name) if *name != ListValue::None => cells.cell(column, name),
            Some(_) | None => cells.cell(column, &row[index]),
        })
        .collect();
    let heading = if column.content == ColumnContent::Events {
        language.text("listing.lines").to_owned()
    } else {
        words::column(language, &column.name)
    };
    let widest = cells.iter().map(|cell| text::width(&drawn(cell))).max().unwrap_or(0).min(WIDEST_CELL);
    let width = widest.max(text::width(&heading));
    let is_number = matches!(column.content, ColumnContent::Number | ColumnContent::Seconds);
    FittedColumn { heading, cells, width, is_number }
}
