//! The days of the window, or its weekdays or hours, as bars, with the window before behind them.

use super::bars::scalar;
use super::canvas::{Area, Point};
use super::flow::{Align, Flow};
use super::shape::ShapedLine;
use super::structure::Role;
use super::style::{BODY, HAIRLINE, INK, MARGIN, NOTE, PART, RULE_STRONG, Style, Weight};
use super::words;
use crate::language::Language;
use crate::metrics;
use crate::metrics::dimensions::Dimension;
use crate::render::color::Color;
use crate::render::days::{first_by_day, title_of_chart};
use crate::render::rows;
use crate::render::words::labelled;
use crate::report::template::sections::SectionChart;
use crate::report::{Cell, Report, Shown, Table, TableRow};
use crate::unit::{NO_DATA, Unit};

/// The width of a bar in relation to the pitch of days: this window's, and that of the window before.
const WIDE: (f64, f64) = (0.42, 0.66);
/// Maximum number of days with numbers above their bars.
const MOST_NUMBERED: usize = 16;
/// Maximum number of days that are all named, if there is room.
const MOST_NAMED: usize = 31;
const NUMBER: Style = BODY.weight(Weight::SemiBold);
const SWATCH: f64 = 6.0;
const NAME_GAP: f64 = 4.0;
/// Space between the names of the legend, and beside the title.
const LEGEND_GAP: f64 = 12.0;

/// Draws the first key figure by day.
pub fn draw(flow: &mut Flow, report: &Report) {
    if let Some(whole) = first_by_day(report) {
        draw_chart(flow, report, &SectionChart { dimensions: vec![Dimension::Day], whole, part: None });
    }
}

/// Draws days, weekdays or hours.
pub fn draw_chart(flow: &mut Flow, report: &Report, chart: &SectionChart) {
    let Some(table) = report.tables.get(&chart.table()) else { return };
    if table.rows.len() < 2 {
        return;
    }
    let id = chart.whole;
    let now: Vec<f64> = table.rows.iter().map(|row| value(row, id)).collect();
    let before: Vec<f64> = table.previous.iter().map(|row| value(row, id)).collect();
    let largest = now.iter().chain(&before).copied().fold(0.0, f64::max);
    if largest <= 0.0 {
        return;
    }
    let tallest = flow.spacing.days;
    flow.gap(flow.spacing.part);
    let title = title_of_chart(flow.language, chart);
    let names = legend(flow, report, !before.is_empty());
    // Long names of windows are below a long title.
    let room = flow.upright_width() - flow.typesetter.line(&title, PART).width() - LEGEND_GAP;
    let below = if legend_width(&names) <= room { 0.0 } else { NOTE.leading };
    let head = PART.leading + below + 4.0;
    let top = flow.take(head + NUMBER.leading + tallest + NOTE.leading + 4.0);
    let heading = flow.part_heading();
    flow.element(heading, |flow| flow.text(MARGIN, PART.baseline(top), &title, PART, Align::Left));
    let plot = top + head;
    let area = Area::new(MARGIN, plot, flow.upright_width(), NUMBER.leading + tallest + NOTE.leading + 3.0);
    let alt_text = alt_text(flow.language, &title, (table, id), &now);
    flow.element(Role::Figure { alt_text, area }, |flow| {
        draw_legend(flow, names, PART.baseline(top) + below);
        bars(flow, (table, id), &now, &before, plot + NUMBER.leading);
    });
}

/// The text alternative: each day with its number.
fn alt_text(language: Language, title: &str, (table, id): (&Table, &str), now: &[f64]) -> String {
    let days = table
        .rows
        .iter()
        .zip(now)
        .map(|(row, value)| format!("{} {}", label(language, table, row), number(language, row, id, *value)));
    labelled(language, title, &days.collect::<Vec<_>>().join("; "))
}

/// A bar per day, with the same day of the window before behind it.
fn bars(flow: &mut Flow, (table, id): (&Table, &str), now: &[f64], before: &[f64], plot: f64) {
    let largest = now.iter().chain(before).copied().fold(0.0, f64::max);
    let largest = if metrics::unit(id) == Unit::Rate { 1.0 } else { largest };
    let tallest = flow.spacing.days;
    let bottom = plot + tallest;
    let (accent, soft) = (flow.palette.accent, flow.palette.soft);
    let pitch = flow.upright_width() / count(now.len());
    let step = if now.len() > MOST_NAMED { weeks_apart(flow, table, pitch) } else { 1 };
    let most = now.iter().copied().fold(0.0, f64::max);
    let highest = now.iter().position(|value| *value >= most);
    let mut free = f64::NEG_INFINITY;
    for (nth, (row, value)) in table.rows.iter().zip(now).enumerate() {
        let middle = MARGIN + (count(nth) + 0.5) * pitch;
        let bar = |flow: &mut Flow, value: f64, share: f64, fill: Color| {
            let height = value / largest * tallest;
            flow.fill(Area::new(middle - pitch * share / 2.0, bottom - height, pitch * share, height), 1.0, fill);
            height
        };
        let behind = before.get(nth).map_or(0.0, |value| bar(flow, *value, WIDE.1, soft));
        let own = bar(flow, *value, WIDE.0, accent);
        if now.len() <= MOST_NUMBERED {
            let baseline = bottom - own.max(behind) - 3.0;
            let number = number(flow.language, row, id, *value);
            flow.text(middle, baseline, &number, NUMBER.color(INK), Align::Middle);
        } else if highest == Some(nth) {
            // Of many bars the number of the highest is the scale; it is above all of them, so that none is behind it.
            let line = flow.typesetter.line(&number(flow.language, row, id, *value), NUMBER.color(INK));
            let left = within(middle, &line, flow.upright_width());
            flow.place(left, plot - 3.0, line, Align::Left);
        }
        if nth % step != 0 {
            continue;
        }
        let line = flow.typesetter.line(&label(flow.language, table, row), NOTE);
        let left = within(middle, &line, flow.upright_width());
        if left >= free {
            free = left + line.width() + NAME_GAP;
            flow.place(left, NOTE.baseline(bottom + 3.0), line, Align::Left);
        }
    }
    let (left, right) = (Point { x: MARGIN, y: bottom }, Point { x: MARGIN + flow.upright_width(), y: bottom });
    flow.rule(left, right, HAIRLINE, RULE_STRONG);
}

/// Of many days one is named per week, or per several weeks if their names need that much room.
fn weeks_apart(flow: &mut Flow, table: &Table, pitch: f64) -> usize {
    let names: Vec<String> = table.rows.iter().map(|row| label(flow.language, table, row)).collect();
    let widest = names.iter().map(|name| flow.typesetter.line(name, NOTE).width()).fold(0.0, f64::max);
    let most = names.len().div_ceil(7).max(1);
    (1..most).find(|weeks| count(weeks * 7) * pitch >= widest + NAME_GAP).unwrap_or(most) * 7
}

/// Where a text begins whose middle is there: within the margins, also at the first and the last bar of many.
fn within(middle: f64, line: &ShapedLine, width: f64) -> f64 {
    let most = MARGIN + width - line.width();
    (middle - line.width() / 2.0).clamp(MARGIN, most.max(MARGIN))
}

/// The names of the two windows with their colours, the earlier one first.
fn legend(flow: &mut Flow, report: &Report, has_previous: bool) -> Vec<(ShapedLine, Color)> {
    let previous = report.compared_span().filter(|_| has_previous);
    let before = previous.map(|span| (words::days_of(flow.language, span), flow.palette.soft));
    let now = Some((words::days_of(flow.language, report.window.span()), flow.palette.accent));
    [before, now].into_iter().flatten().map(|(name, fill)| (flow.typesetter.line(&name, NOTE), fill)).collect()
}

fn legend_width(names: &[(ShapedLine, Color)]) -> f64 {
    names.iter().map(|(name, _)| name.width() + 4.0 + SWATCH + LEGEND_GAP).sum::<f64>() - LEGEND_GAP
}

/// Draws the names of the windows at the right margin.
fn draw_legend(flow: &mut Flow, names: Vec<(ShapedLine, Color)>, baseline: f64) {
    let mut x = MARGIN + flow.upright_width();
    for (name, fill) in names {
        x -= flow.place(x, baseline, name, Align::Right) + 4.0 + SWATCH;
        flow.fill(Area::new(x, baseline - SWATCH + 0.5, SWATCH, SWATCH), 1.0, fill);
        x -= LEGEND_GAP;
    }
}

/// The name of a day, weekday or hour.
fn label(language: Language, table: &Table, row: &TableRow) -> String {
    let label = row.label.concat();
    match table.dimensions.first().map(String::as_str) {
        Some(dimension) if dimension != Dimension::Day.name() => rows::label(language, dimension, &label).into_owned(),
        Some(_) | None => words::day(language, &label).into_owned(),
    }
}

/// The number of a day as a text.
fn number(language: Language, row: &TableRow, id: &str, value: f64) -> String {
    let unit = metrics::unit(id);
    let is_hidden = row.cells.get(id) == Some(&Cell::Hidden);
    let is_known = unit == Unit::Count || scalar(row.cells.get(id)).is_some();
    match (is_hidden, is_known) {
        (true, _) => language.shown(unit, Some(Shown::Hidden)),
        (false, true) => language.value(unit, Some(value)),
        (false, false) => NO_DATA.to_owned(),
    }
}

fn value(row: &TableRow, id: &str) -> f64 {
    scalar(row.cells.get(id)).unwrap_or(0.0)
}

#[expect(clippy::cast_precision_loss, reason = "days of a window")]
const fn count(n: usize) -> f64 {
    n as f64
}
