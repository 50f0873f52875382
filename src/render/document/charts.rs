//! What is drawn: the days of the window, the rows of tables beside each other, what became of things, and trends.

use super::figures::marked;
use super::key_figures::trends;
use super::words;
use super::{Bar, Bars, OutcomeBar, Outcomes, PagePart, Section, Tone, Trend};
use crate::language::Language;
use crate::metrics;
use crate::metrics::charts::{AGENTS, ChartRow, Charted, PLACES, QUEUES};
use crate::render::hidden::known;
use crate::render::outcomes::{Outcomes as Drawn, value};
use crate::report::{self, Judged, Report, Shown, Statistic, TableRow};
use crate::unit::Unit;

/// More rows than these are in the table only.
const MOST: usize = 10;

/// The days of the window, with those of the window before; none where the report has no key figure by day.
pub fn days(language: Language, report: &Report) -> Option<PagePart> {
    let table = report.tables.get("by_day").filter(|table| table.rows.len() > 1)?;
    let counts = |id: &&String| metrics::find(id).is_some_and(|metric| metric.unit() == Unit::Count);
    let id = report.key_figures.iter().filter(|id| table.metrics.contains(id)).find(counts)?;
    let shown = |row: &TableRow| row.cells.get(id).and_then(|cell| cell.number(None)).unwrap_or(Shown::Known(0.0));
    let value = |row: &TableRow| shown(row).known().unwrap_or(0.0);
    let previous = report.compared_with().filter(|_| !table.previous.is_empty());
    let largest = table.rows.iter().chain(&table.previous).map(value).fold(0.0, f64::max);
    if largest <= 0.0 {
        return None;
    }
    let number = |row: &TableRow| (language.shown(Unit::Count, Some(shown(row))), value(row) / largest, false);
    let bars = table.rows.iter().enumerate().map(|(nth, row)| {
        let before = previous.and_then(|_| table.previous.get(nth));
        Bar {
            label: words::row_label(language, "day", &row.label.concat()),
            numbers: before.into_iter().chain([row]).map(number).collect(),
        }
    });
    let now = report::InstantRange { from: report.window.from.clone(), to: report.window.to.clone() };
    Some(PagePart::Bars(Bars {
        title: language.fill("page.by_day", &[("metric", &words::metric(language, id))]),
        series: previous.into_iter().chain([&now]).map(|it| words::days(language, it)).collect(),
        are_days: true,
        rows: bars.collect(),
        ticks: Vec::new(),
        more: None,
    }))
}

/// The rows of tables beside each other.
pub fn charts(language: Language, report: &Report) -> Vec<Section> {
    let section = |group: ChartRow| {
        let parts: Vec<PagePart> = group.charts.iter().filter_map(|of| chart(language, report, of)).collect();
        (!parts.is_empty()).then(|| Section { title: words::text(language, group.title), parts })
    };
    [PLACES, QUEUES, AGENTS].into_iter().filter_map(section).collect()
}

fn chart(language: Language, report: &Report, of: &Charted) -> Option<PagePart> {
    let table = report.tables.get(of.table)?;
    let has = |id: &&str| table.metrics.iter().any(|metric| metric == *id);
    let ids: Vec<&str> = std::iter::once(of.whole).chain(of.part).filter(has).collect();
    let first = ids.first()?;
    let mut rows: Vec<&TableRow> = table.rows.iter().filter(|row| level(row, first).is_some()).collect();
    if rows.is_empty() {
        return None;
    }
    rows.sort_by(|a, b| level(b, first).unwrap_or(0.0).total_cmp(&level(a, first).unwrap_or(0.0)));
    let is_share = ids.iter().all(|id| report.unit(id) == Unit::Rate);
    let largest = || rows.iter().flat_map(|row| ids.iter().filter_map(|id| level(row, id))).fold(0.0, f64::max);
    // A share is one of everything; other numbers are measured by the largest.
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
    Some(PagePart::Bars(Bars {
        title: words::table(language, &table.dimensions),
        series: series.collect(),
        are_days: false,
        rows: rows.iter().take(MOST).map(bar).collect(),
        ticks: ticks.collect(),
        more: (more > 0).then(|| language.fill("page.more_in_table", &[("n", &more)])),
    }))
}

fn labels(language: Language, table: &report::Table, row: &TableRow) -> String {
    let labels =
        table.dimensions.iter().zip(&row.label).map(|(dimension, label)| words::row_label(language, dimension, label));
    labels.collect::<Vec<_>>().join(" · ")
}

/// Of a duration, the statistic that it is drawn by.
fn statistic(row: &TableRow, id: &str) -> Option<Statistic> {
    match row.cells.get(id)? {
        report::Cell::Scalar { .. } | report::Cell::Hidden => None,
        report::Cell::Duration(_) => Some(Statistic::LEADING),
    }
}

/// The number that a row is drawn by.
fn level(row: &TableRow, id: &str) -> Option<f64> {
    known(row.cells.get(id)?.number(statistic(row, id)))
}

/// The outcomes.
pub fn outcomes(language: Language, report: &Report) -> Vec<Section> {
    let section = |outcomes: Drawn| {
        let title = words::text(language, outcomes.title());
        Section { title, parts: vec![PagePart::Outcomes(outcome(language, report, &outcomes))] }
    };
    Drawn::all(language, report).into_iter().filter(|outcomes| outcomes.sum() > 0.0).map(section).collect()
}

fn outcome(language: Language, report: &Report, outcomes: &Drawn) -> Outcomes {
    let count = |part: f64| words::value(language, Unit::Count, Some(part));
    let named = outcomes.of.parts().iter().zip(&outcomes.parts).enumerate().map(|(at, (id, part))| {
        let share = outcomes.share(at).map(|share| words::value(language, Unit::Rate, Some(share)));
        (words::metric(language, id), count(*part), share.unwrap_or_default())
    });
    let success = value(report, outcomes.of.success());
    let mut bars = vec![bar(language, words::text(language, "page.whole"), &outcomes.parts, success)];
    bars.extend(outcomes.rows.iter().map(|row| bar(language, row.label.clone(), &row.parts, row.success)));
    let more = bars.len().saturating_sub(MOST + 1);
    bars.truncate(MOST + 1);
    let dimension = (!outcomes.rows.is_empty()).then(|| outcomes.of.dimension().to_owned());
    Outcomes {
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

/// Every metric over the windows of the trend; none where there is no trend.
pub fn trend(language: Language, report: &Report) -> Option<Section> {
    let all: Vec<Trend> = trends(language, report).into_iter().map(|(_, trend)| trend).collect();
    let note = super::MarkedText { lead: String::new(), text: words::text(language, "page.trend_windows") };
    let parts = vec![PagePart::Text(note), PagePart::Trends(all)];
    (!trends(language, report).is_empty()).then(|| Section { title: words::text(language, "page.trend"), parts })
}
