//! The charts of a page: the days of the window, the rows of tables beside each other, outcomes, and trends.

use super::figures::marked;
use super::key_figures::trends;
use super::words;
use super::{Bar, Bars, OutcomeBar, PageOutcomes, PagePart, PageTrend, Section, Tone};
use crate::language::Language;
use crate::metrics::dimensions::Dimension;
use crate::metrics::partition::Partition;
use crate::render::days::{first_by_day, title_of_chart};
use crate::render::hidden::known;
use crate::render::outcomes::{Outcomes as Drawn, value};
use crate::render::rows::has_no_value;
use crate::render::sections::shown;
use crate::report::template::sections::{SectionChart, SectionPart, SectionTable};
use crate::report::{self, Judged, Report, Shown, Statistic, TableRow};
use crate::unit::Unit;

/// More rows than these are shown only in the table.
const MOST: usize = 10;

/// The days of the window, with those of the window before; `None` if the report has no key figure by day.
pub fn days(language: Language, report: &Report) -> Option<PagePart> {
    let id = first_by_day(report)?;
    times(language, report, &SectionChart { dimensions: vec![Dimension::Day], whole: id, part: None })
        .map(PagePart::Bars)
}

/// Days, weekdays or hours in order; days have those of the window before too. `None` without numbers.
fn times(language: Language, report: &Report, chart: &SectionChart) -> Option<Bars> {
    let table = report.tables.get(&chart.table()).filter(|table| table.rows.len() > 1)?;
    let dimension = table.dimensions.first()?;
    let (id, unit) = (chart.whole, report.unit(chart.whole));
    let shown = |row: &TableRow| row.cells.get(id).and_then(|cell| cell.number(statistic(row, id)));
    let value = |row: &TableRow| known(shown(row)).unwrap_or(0.0);
    let previous = report.compared_span().filter(|_| !table.previous.is_empty());
    let before = || previous.iter().flat_map(|_| &table.previous);
    let largest = table.rows.iter().chain(before()).map(value).fold(0.0, f64::max);
    if largest <= 0.0 {
        return None;
    }
    let full = if unit == Unit::Rate { 1.0 } else { largest };
    let number = |row: &TableRow| {
        let cell = marked(language, report, id, unit, statistic(row, id), shown(row).or(nothing(unit)));
        (cell.text, value(row) / full, cell.tone == Tone::Missed)
    };
    let bars = table.rows.iter().enumerate().map(|(nth, row)| {
        let before = before().nth(nth);
        Bar {
            label: words::row_label(language, dimension, &row.label.concat()),
            numbers: before.into_iter().chain([row]).map(number).collect(),
        }
    });
    Some(Bars {
        title: title_of_chart(language, chart),
        series: previous.into_iter().chain([report.window.span()]).map(|it| words::days(language, it)).collect(),
        are_days: true,
        rows: bars.collect(),
        ticks: Vec::new(),
        more: None,
        numbers: None,
    })
}

/// The value of a row without a cell: 0 for a count; no data for anything else.
fn nothing(unit: Unit) -> Option<Shown<f64>> {
    (unit == Unit::Count).then_some(Shown::Known(0.0))
}

/// The charts of a section, with their numbers as tables for formats without charts.
pub fn chart(language: Language, report: &Report, chart: &SectionChart, is_own: bool) -> Option<PagePart> {
    let bars = bars(language, report, chart)?;
    let numbers = is_own.then(|| numbers(language, report, chart)).flatten();
    Some(PagePart::Bars(Bars { numbers, ..bars }))
}

/// A chart with texts; `None` if the report has no number for it.
#[must_use]
pub fn bars(language: Language, report: &Report, chart: &SectionChart) -> Option<Bars> {
    if chart.is_in_time() { times(language, report, chart) } else { rows(language, report, chart) }
}

/// The numbers of a chart as a table.
fn numbers(language: Language, report: &Report, chart: &SectionChart) -> Option<super::PageTable> {
    let table = SectionTable { dimensions: chart.dimensions.clone(), metrics: chart.metrics().collect() };
    let shown = shown(report, &SectionPart::Table(table));
    let parts = super::tables::tables(language, &shown, usize::MAX)?.parts;
    let table = parts.into_iter().find_map(|part| match part {
        PagePart::Table(table) => Some(table),
        PagePart::Crossing(crossing) => Some(crossing.rows),
        PagePart::Text(_)
        | PagePart::Warning(_)
        | PagePart::Heatmap(_)
        | PagePart::Bars(_)
        | PagePart::Outcomes(_)
        | PagePart::Trends(_)
        | PagePart::Definitions(_) => None,
    });
    table.map(|table| super::PageTable { title: title_of_chart(language, chart), ..table })
}

fn rows(language: Language, report: &Report, chart: &SectionChart) -> Option<Bars> {
    let table = report.tables.get(&chart.table())?;
    let has = |id: &&str| table.metrics.iter().any(|metric| metric == *id);
    let ids: Vec<&str> = chart.metrics().filter(has).collect();
    let first = ids.first()?;
    let mut rows: Vec<&TableRow> = table.rows.iter().filter(|row| level(row, first).is_some()).collect();
    if rows.is_empty() || has_no_value(&rows) {
        return None;
    }
    rows.sort_by(|a, b| level(b, first).unwrap_or(0.0).total_cmp(&level(a, first).unwrap_or(0.0)));
    let is_share = ids.iter().all(|id| report.unit(id) == Unit::Rate);
    let largest = || rows.iter().flat_map(|row| ids.iter().filter_map(|id| level(row, id))).fold(0.0, f64::max);
    // A full bar is 100 % for a share, and the largest number for anything else.
    let full = if is_share { 1.0 } else { largest() };
    let bar = |row: &&TableRow| Bar {
        label: labels(language, table, row),
        numbers: ids
            .iter()
            .map(|id| {
                let level = level(row, id);
                let shown = row.cells.get(id).and_then(|cell| cell.number(statistic(row, id)));
                let cell = marked(language, report, id, report.unit(id), statistic(row, id), shown);
                let share = if full > 0.0 { level.unwrap_or(0.0) / full } else { 0.0 };
                (cell.text, share.clamp(0.0, 1.0), cell.tone == Tone::Missed)
            })
            .collect(),
    };
    let is_drawn = |target: &&Judged| ids.iter().any(|id| target.is_of(id, statistic(rows[0], id)));
    let limits = report.targets.iter().filter(is_drawn).map(|target| target.limit);
    let ticks = limits.filter(|limit| full > 0.0 && (0.0..=full).contains(limit)).map(|limit| limit / full);
    let series = ids.iter().map(|id| match statistic(rows[0], id) {
        Some(_) => format!("{}, {}", words::metric(language, id), words::text(language, "page.median")),
        None => words::metric(language, id),
    });
    let more = rows.len().saturating_sub(MOST);
    Some(Bars {
        title: words::table(language, &table.dimensions),
        series: series.collect(),
        are_days: false,
        rows: rows.iter().take(MOST).map(bar).collect(),
        ticks: ticks.collect(),
        more: (more > 0).then(|| language.fill("page.more_in_table", &[("n", &more)])),
        numbers: None,
    })
}

fn labels(language: Language, table: &report::Table, row: &TableRow) -> String {
    let labels =
        table.dimensions.iter().zip(&row.label).map(|(dimension, label)| words::row_label(language, dimension, label));
    labels.collect::<Vec<_>>().join(" · ")
}

/// For a duration, the statistic that is drawn.
fn statistic(row: &TableRow, id: &str) -> Option<Statistic> {
    match row.cells.get(id)? {
        report::Cell::Scalar { .. } | report::Cell::Hidden => None,
        report::Cell::Duration(_) => Some(Statistic::LEADING),
    }
}

/// The number that is drawn for a row.
fn level(row: &TableRow, id: &str) -> Option<f64> {
    known(row.cells.get(id)?.number(statistic(row, id)))
}

pub fn outcomes(language: Language, report: &Report) -> Vec<Section> {
    let section = |outcomes: Drawn| {
        let title = words::text(language, outcomes.title());
        Section { title, parts: vec![PagePart::Outcomes(outcome(language, report, &outcomes))] }
    };
    Drawn::all(language, report).into_iter().filter(|outcomes| outcomes.sum() > 0.0).map(section).collect()
}

/// The outcomes of one kind; `None` if the report has none.
#[must_use]
pub fn outcomes_drawn(language: Language, report: &Report, partition: Partition) -> Option<PageOutcomes> {
    let drawn = Drawn::all(language, report)
        .into_iter()
        .find(|outcomes| outcomes.partition == partition && outcomes.sum() > 0.0)?;
    Some(outcome(language, report, &drawn))
}

fn outcome(language: Language, report: &Report, outcomes: &Drawn) -> PageOutcomes {
    let count = |part: f64| words::value(language, Unit::Count, Some(part));
    let named = outcomes.partition.parts().iter().zip(&outcomes.parts).enumerate().map(|(at, (id, part))| {
        let share = outcomes.share(at).map(|share| words::value(language, Unit::Rate, Some(share)));
        (words::metric(language, id), count(*part), share.unwrap_or_default())
    });
    let success = value(report, outcomes.partition.success());
    let mut bars = vec![bar(language, words::text(language, "page.whole"), &outcomes.parts, success)];
    bars.extend(outcomes.rows.iter().map(|row| bar(language, row.label.clone(), &row.parts, row.success)));
    let more = bars.len().saturating_sub(MOST + 1);
    bars.truncate(MOST + 1);
    let dimension = (!outcomes.rows.is_empty()).then(|| outcomes.partition.dimension().to_owned());
    PageOutcomes {
        title: dimension.map(|dimension| words::table(language, &[dimension])).unwrap_or_default(),
        parts: named.collect(),
        bars,
        more: (more > 0).then(|| language.fill("page.more_in_table", &[("n", &more)])),
    }
}

fn bar(language: Language, label: String, parts: &[f64], success: Option<f64>) -> OutcomeBar {
    let sum: f64 = parts.iter().sum();
    let success = success.map(|success| words::value(language, Unit::Rate, Some(success)));
    OutcomeBar {
        label,
        shares: parts.iter().map(|part| (part / sum, words::value(language, Unit::Count, Some(*part)))).collect(),
        numbers: std::iter::once(words::value(language, Unit::Count, Some(sum))).chain(success).collect(),
    }
}

/// Every metric over the windows of the trend; `None` without a trend.
pub fn trend(language: Language, report: &Report) -> Option<Section> {
    let all: Vec<PageTrend> = trends(language, report).into_iter().map(|(_, trend)| trend).collect();
    let note = super::MarkedText { lead: String::new(), text: words::text(language, "page.trend_windows") };
    let parts = vec![PagePart::Text(note), PagePart::Trends(all)];
    (!trends(language, report).is_empty()).then(|| Section { title: words::text(language, "page.trend"), parts })
}
