//! Durations: one row each, with statistics side by side and the change below.

use crate::language::Language;
use crate::render::{hidden, targets, words};
use crate::report::{Change, DurationValue, HiddenValue, MetricValue, Report, Shown, Statistic};
use crate::unit::Unit;

use super::line::{Ink, Line, heading};
use super::{names, text};

const GAP: usize = 2;
/// The minimum width at which labels can be distinguished.
const SHORTEST_LABEL: usize = 16;

/// All statistics; the leading one first.
const SHOWN: [Statistic; 5] = [Statistic::P50, Statistic::Mean, Statistic::P90, Statistic::P95, Statistic::Max];

/// The statistics of a row; fewer if they do not fit.
const CHOICES: [&[Statistic]; 4] = [
    &SHOWN,
    &[Statistic::P50, Statistic::Mean, Statistic::P90, Statistic::Max],
    &[Statistic::P50, Statistic::Mean, Statistic::P90],
    &[Statistic::P50, Statistic::P90],
];

/// A duration, and whether its number in this window is hidden.
#[derive(Debug, Clone, Copy)]
struct DurationRow<'r> {
    duration: &'r DurationValue,
    is_hidden: bool,
}

impl DurationRow<'_> {
    fn count(self, language: Language) -> String {
        let n = if self.is_hidden { Shown::Hidden } else { Shown::Known(self.duration.statistics.n) };
        hidden::count(language, n)
    }
}

pub(super) fn lines(report: &Report, language: Language, width: usize) -> Option<Vec<Line>> {
    let durations: Vec<(&str, DurationRow)> = report
        .metrics
        .iter()
        .filter_map(|(id, value)| match value {
            MetricValue::Duration(duration) => Some((id, DurationRow { duration, is_hidden: false })),
            MetricValue::Hidden(HiddenValue::Duration(duration)) => {
                Some((id, DurationRow { duration, is_hidden: true }))
            }
            MetricValue::Scalar(_) | MetricValue::Hidden(HiddenValue::Scalar(_)) => None,
        })
        .collect();
    if durations.is_empty() {
        return None;
    }
    let mut lines = vec![heading(language.text("figures.durations"), width)];
    let label = durations.iter().map(|(id, _)| text::width(&words::metric(language, id))).max().unwrap_or(0);
    let names = SHOWN.into_iter().map(|statistic| text::width(words::statistic(language, statistic)));
    let figures = durations.iter().map(|(id, row)| widest_figure(report, language, id, *row));
    let column = figures.chain(names).max().unwrap_or(0);
    let n = durations.iter().map(|(_, row)| text::width(&row.count(language))).max().unwrap_or(1);
    let needed = |statistics: &[Statistic], label: usize| label + statistics.len() * (column + GAP) + n + GAP;
    // Full labels if possible, else shorter ones.
    let beside = CHOICES
        .iter()
        .find(|statistics| needed(statistics, label) <= width)
        .or_else(|| CHOICES.iter().skip(1).find(|statistics| needed(statistics, SHORTEST_LABEL) <= width));
    match beside {
        Some(statistics) => {
            let room = label.min(width - needed(statistics, 0));
            lines.push(head(language, statistics, room, column, n));
            for (id, duration) in durations {
                lines.extend(row(report, language, (id, duration), statistics, [room, column, n]));
            }
        }
        None => {
            for (id, duration) in durations {
                lines.extend(list(report, language, (id, duration), column, width));
            }
        }
    }
    Some(lines)
}

fn change_of(language: Language, id: &str, row: DurationRow, statistic: Statistic) -> Option<(Ink, String)> {
    let change_in = |change: &Change| statistic.of_change(change);
    row.duration.change.as_ref().and_then(change_in).map(|change| names::change(language, id, Unit::Seconds, change))
}

/// The value of a statistic and its ink; highlighted if it misses its target.
fn figure(report: &Report, language: Language, (id, row): (&str, DurationRow), statistic: Statistic) -> (Ink, String) {
    let value = statistic.of(&row.duration.statistics);
    let shown = if row.is_hidden { Some(Shown::Hidden) } else { value.map(Shown::Known) };
    let text = targets::marked(report, id, Some(statistic), value, &language.shown(Unit::Seconds, shown));
    let ink = match statistic {
        _ if report.misses(id, Some(statistic), value) => Ink::Warning,
        Statistic::P50 => Ink::Strong,
        Statistic::Mean | Statistic::P90 | Statistic::P95 | Statistic::Max => Ink::Plain,
    };
    (ink, text)
}

fn widest_figure(report: &Report, language: Language, id: &str, row: DurationRow) -> usize {
    let figures = SHOWN.into_iter().map(|statistic| {
        let value = text::width(&figure(report, language, (id, row), statistic).1);
        let change = change_of(language, id, row, statistic).map_or(0, |(_, change)| text::width(&change));
        value.max(change)
    });
    figures.max().unwrap_or(0)
}

fn head(language: Language, statistics: &[Statistic], label: usize, column: usize, n: usize) -> Line {
    let mut line = Line::new();
    line.skip(label);
    for statistic in statistics {
        line.skip(GAP);
        line.right(Ink::Faint, words::statistic(language, *statistic), column);
    }
    line.skip(GAP);
    line.right(Ink::Faint, language.text("statistic.n"), n);
    line
}

fn row(
    report: &Report,
    language: Language,
    (id, row): (&str, DurationRow),
    statistics: &[Statistic],
    [label, column, n]: [usize; 3],
) -> Vec<Line> {
    let mut figures = Line::new();
    figures.left(Ink::Plain, &words::metric(language, id), label);
    let mut changes = Line::new();
    changes.skip(label);
    for statistic in statistics {
        figures.skip(GAP);
        let (ink, text) = figure(report, language, (id, row), *statistic);
        figures.right(ink, &text, column);
        changes.skip(GAP);
        match change_of(language, id, row, *statistic) {
            Some((ink, change)) => changes.right(ink, &change, column),
            None => changes.skip(column),
        }
    }
    figures.skip(GAP);
    figures.right(Ink::Plain, &row.count(language), n);
    if row.duration.change.is_some() { vec![figures, changes] } else { vec![figures] }
}

/// For a terminal too narrow for a row: one line per statistic.
fn list(report: &Report, language: Language, (id, row): (&str, DurationRow), column: usize, width: usize) -> Vec<Line> {
    let names = SHOWN.map(|statistic| words::statistic(language, statistic));
    let name = names.map(text::width).into_iter().max().unwrap_or(0) + 4;
    let mut lines = vec![Line::of(Ink::Plain, &text::fit(&words::metric(language, id), width))];
    for statistic in SHOWN {
        let mut line = Line::new();
        line.left(Ink::Faint, &format!("  {}", words::statistic(language, statistic)), name);
        let (ink, text) = figure(report, language, (id, row), statistic);
        line.right(if ink == Ink::Strong { Ink::Plain } else { ink }, &text, column);
        if let Some((ink, change)) = change_of(language, id, row, statistic) {
            line.skip(GAP);
            line.push(ink, &change);
        }
        lines.push(line);
    }
    let mut line = Line::of(Ink::Faint, &format!("  {}", language.text("statistic.n")));
    line.fill_to(name);
    line.right(Ink::Plain, &row.count(language), column);
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::super::{line::paint, sample, week};
    use super::*;
    use crate::metrics::describe;

    fn drawn(report: &Report, width: usize) -> String {
        paint(&lines(report, Language::English, width).unwrap_or_default(), false)
    }

    #[test]
    fn a_wider_terminal_shows_more_statistics() {
        let names = |width| drawn(&week::week(), width).lines().nth(1).unwrap_or_default().trim().to_owned();
        let shown = |width| names(width).split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(shown(100), "median mean p90 p95 max n");
        assert_eq!(shown(80), "median mean p90 max n");
        assert_eq!(shown(66), "median mean p90 n");
        assert_eq!(shown(40), describe("first_response_time").unwrap_or_else(|| unreachable!("a metric")).label);
    }

    #[test]
    fn a_duration_without_rows_has_no_statistics() {
        let text = drawn(&sample::silent(), 80);
        assert!(
            text.lines()
                .any(|line| line.split_whitespace().filter(|part| *part == "–").count() == 5 && line.ends_with("  0")),
            "{text}"
        );
        assert_eq!(text.lines().count(), 4);
    }
}
