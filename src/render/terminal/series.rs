//! A series of snapshots for people: its peaks, charts of the backlog, and tables by day and queue.

use crate::language::Language;
use crate::render::series_figures::{by_day, by_place, count, figures, when};
use crate::report::snapshot::series::{SeriesPoint, SnapshotSeries};
use crate::time::parse_date;
use crate::unit::Unit;

use super::line::{Ink, Line, heading};
use super::{findings, header, listing, text};

/// Height of a chart, in lines.
const HEIGHT: usize = 5;
/// Eighths of a character, from low to high.
const BLOCKS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

pub(super) fn sections(series: &SnapshotSeries, language: Language, width: usize) -> Vec<Vec<Line>> {
    let values_of = |value: &dyn Fn(&SeriesPoint) -> Option<f64>| series.points.iter().map(value).collect::<Vec<_>>();
    let waiting = values_of(&|point| Some(count(point.totals.waiting)));
    let attended = values_of(&|point| Some(count(point.totals.attended)));
    let mut sections = vec![
        header::head(language.text("series.title"), &series.generator, &facts(series, language), width),
        peaks(series, language, width),
        chart(series, language, ("series.waiting", Unit::Count), &waiting, width),
        chart(
            series,
            language,
            ("series.longest_wait", Unit::Seconds),
            &values_of(&|point| point.longest_wait_seconds),
            width,
        ),
        chart(series, language, ("series.attended", Unit::Count), &attended, width),
    ];
    let places = [("queue", &series.queues), ("department", &series.departments)];
    sections.push(listing::lines(&by_day(series, language), language, width));
    for (dimension, places) in places {
        sections.push(listing::lines(&by_place(series, language, dimension, places), language, width));
    }
    sections.push(findings::all(language, &series.warnings, &[], language.text("series.next"), width));
    sections
}

fn facts(series: &SnapshotSeries, language: Language) -> Vec<(&'static str, String)> {
    let instants = language.fill(
        "series.instants_from_to",
        &[
            ("n", &language.count(series.points.len() as u64)),
            ("every", &language.seconds(Some(series.every_seconds))),
            ("from", &when(language, &series.from)),
            ("to", &when(language, &series.to)),
            ("zone", &series.timezone),
        ],
    );
    let mut facts = vec![(language.text("series.instants"), instants)];
    facts.extend(header::of_input(language, &series.filters, &series.input));
    facts.extend(header::of_rules(language, series.sessions, &series.limits));
    facts.extend(header::of_renamed(language, &series.renamed));
    facts
}

fn peaks(series: &SnapshotSeries, language: Language, width: usize) -> Vec<Line> {
    let mut lines = vec![heading(language.text("series.peaks"), width)];
    let figures = figures(series, language);
    let name = figures.iter().map(|(name, _, _)| text::width(name)).max().unwrap_or(0);
    let value = figures.iter().map(|(_, value, _)| text::width(value)).max().unwrap_or(0);
    for (label, number, when) in figures {
        let mut line = Line::new();
        line.name(Ink::Plain, label, name);
        line.skip(2);
        line.right(Ink::Strong, &number, value);
        line.skip(2);
        lines.push(line.with(Ink::Faint, &when));
    }
    lines
}

/// One bar per column, for the largest value of its instants, below the name of the scale and above the days.
fn chart(
    series: &SnapshotSeries,
    language: Language,
    (title, unit): (&str, Unit),
    values: &[Option<f64>],
    width: usize,
) -> Vec<Line> {
    let largest = values.iter().flatten().copied().fold(0.0, f64::max);
    let mut lines = vec![heading(language.text(title), width)];
    if largest == 0.0 {
        lines.push(Line::of(Ink::Faint, language.text("series.nobody")));
        return lines;
    }
    let top = language.value(unit, Some(largest));
    let axis = text::width(&top) + 1;
    let each = values.len().div_ceil(width - axis).max(1);
    let columns: Vec<f64> =
        values.chunks(each).map(|chunk| chunk.iter().flatten().copied().fold(0.0, f64::max)).collect();
    // Any value above zero is visible.
    let eighths = |value: f64| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most the chart's height")]
        let eighths = (value / largest * count((HEIGHT * 8) as u64)).round() as usize;
        if value > 0.0 { eighths.max(1) } else { 0 }
    };
    for row in (0..HEIGHT).rev() {
        let mut line = Line::new();
        let label = if row == HEIGHT - 1 {
            top.as_str()
        } else if row == 0 {
            "0"
        } else {
            ""
        };
        line.right(Ink::Faint, label, axis - 1);
        line.skip(1);
        let bars = columns.iter().map(|value| BLOCKS[eighths(*value).saturating_sub(row * 8).min(8)]);
        line.push(Ink::Bar, &bars.collect::<String>());
        lines.push(line);
    }
    lines.push(days(series, language, each, axis));
    if each > 1 {
        let span = language.seconds(Some(series.every_seconds * count(each as u64)));
        lines.push(Line::of(Ink::Faint, &language.fill("series.column", &[("n", &each), ("span", &span)])));
    }
    lines
}

/// The days below the columns in which they begin, as many as fit.
fn days(series: &SnapshotSeries, language: Language, each: usize, axis: usize) -> Line {
    let mut line = Line::new();
    line.skip(axis);
    let mut before = "";
    for (at, point) in series.points.iter().enumerate() {
        let day = point.at.get(..10).unwrap_or(&point.at);
        let column = axis + at / each;
        if day != before && (line.width() == axis && column == axis || column > line.width()) {
            line.fill_to(column);
            let name = parse_date(day);
            line.push(Ink::Faint, &name.map_or_else(|_| day.to_owned(), |day| language.day_of_month(day)));
        }
        before = day;
    }
    line
}
