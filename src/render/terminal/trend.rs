//! The trend: for every metric a sparkline over the windows, its current level, and the best and the worst window.

use crate::language::Language;
use crate::render::trend::{TrendSeries, begins, range, series};
use crate::render::words;
use crate::report::{DaySpan, Report};

use super::line::{Ink, Line, heading};
use super::{bar, dates, text};

const GAP: usize = 2;
/// The minimum width at which labels can be distinguished.
const SHORTEST_LABEL: usize = 12;
/// The mark of a window without data.
const NO_LEVEL: char = '·';
/// The mark of a window with a hidden number.
const HIDDEN_LEVEL: char = '×';
/// The minimum width of a level.
const LEAST: usize = 6;

/// The section; `None` without a trend.
pub(super) fn lines(report: &Report, language: Language, width: usize) -> Option<Vec<Line>> {
    let all = series(report);
    let (first, last) = (report.trend.first()?, report.trend.last()?);
    if all.is_empty() {
        return None;
    }
    let windows = language.counted("count.windows", report.trend.len() as u64);
    let title = language.fill("trend.title", &[("windows", &windows)]);
    let mut lines = vec![heading(&title, width)];
    lines.push(Line::of(
        Ink::Faint,
        &text::fit(&dates::days(language, DaySpan { from: &first.from, to: &last.to, days: None }), width),
    ));
    if let Some(begin) = begins(report) {
        let note = language.fill("trend.no_data_before", &[("day", &dates::begin(language, begin))]);
        lines.push(Line::of(Ink::Faint, &text::fit(&note, width)));
    }
    let label = all.iter().map(|one| text::width(&label(language, one))).max().unwrap_or(0);
    let level = all.iter().map(|one| text::width(&now(language, one))).max().unwrap_or(0).max(LEAST);
    let fixed = report.trend.len() + level + 2 * GAP;
    let is_beside = fixed + SHORTEST_LABEL <= width;
    let label = if is_beside { label.min(width - fixed) } else { label.min(width) };
    for one in &all {
        let mut line = Line::new();
        line.left(Ink::Plain, &self::label(language, one), label);
        if !is_beside {
            lines.push(line);
            line = Line::new();
        }
        let marks = marks(one);
        for part in marks.chars().collect::<Vec<_>>().chunks(width) {
            if line.width() > 0 {
                line.skip(GAP);
            }
            line.push(Ink::Bar, &part.iter().collect::<String>());
            if !is_beside {
                lines.push(line);
                line = Line::new();
            }
        }
        if line.width() > 0 {
            line.skip(GAP);
        }
        line.right(Ink::Strong, &now(language, one), level);
        let extremes = extremes(report, language, one);
        if line.width() + GAP + text::width(&extremes) <= width {
            line.skip(GAP);
            line.push(Ink::Faint, &extremes);
            lines.push(line);
        } else {
            lines.push(line);
            if !extremes.is_empty() {
                lines.extend(text::wrap(&extremes, width - GAP).iter().map(|part| {
                    let mut line = Line::new();
                    line.skip(GAP);
                    line.with(Ink::Faint, part)
                }));
            }
        }
    }
    Some(lines)
}

fn label(language: Language, series: &TrendSeries) -> String {
    let label = words::metric(language, series.id);
    if series.statistic.is_some() { words::median_of(language, series.id) } else { label }
}

fn now(language: Language, series: &TrendSeries) -> String {
    language.shown(series.unit, series.levels.len().checked_sub(1).and_then(|last| series.shown(last)))
}

/// One character for each window.
pub(super) fn marks(series: &TrendSeries) -> String {
    let (low, high) = range(&series.levels);
    let mark = |level: &Option<f64>| match level {
        None => NO_LEVEL,
        Some(level) => bar::spark(level - low, high - low),
    };
    let is_hidden = |at: usize| series.hidden.contains(&at);
    series.levels.iter().enumerate().map(|(at, level)| if is_hidden(at) { HIDDEN_LEVEL } else { mark(level) }).collect()
}

fn extremes(report: &Report, language: Language, series: &TrendSeries) -> String {
    let at = |key: &str, index: Option<usize>| {
        let window = report.trend.get(index?)?;
        let level = language.value(series.unit, series.levels.get(index?).copied().flatten());
        let day = dates::begin(language, window);
        Some(language.fill(key, &[("level", &level), ("window", &day)]))
    };
    let found: Vec<String> =
        [at("trend.best", series.best), at("trend.worst", series.worst)].into_iter().flatten().collect();
    found.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::super::{line::paint, sample};
    use super::*;

    #[test]
    fn a_trend_is_a_line_a_metric() {
        let text = paint(&lines(&sample::trend(), Language::English, 100).unwrap(), false);
        assert!(text.starts_with("Trend over 4 windows ─"), "{text}");
        assert!(text.contains("\nTotal conversations "), "{text}");
        assert!(text.contains("·▁▄█"), "{text}");
        assert!(text.contains("best 1 min 00 s from 23 Feb 2026 · worst 4 min 00 s from 9 Mar 2026"), "{text}");
        assert_eq!(lines(&sample::empty(), Language::English, 100), None);
    }
}
