//! All figures of a report in one table, and its targets.

use super::key_figures::leading;
use super::words;
use super::{PageCell, PagePart, PageTable, Section, TableColumn, Tone};
use crate::language::Language;
use crate::render::hidden::{self, known};
use crate::render::{repeats, targets, themes};
use crate::report::{MetricValue, Report, Shown, Statistic};
use crate::unit::Unit;

/// Statistics of a duration besides its leading one.
const BESIDE: [Statistic; 4] = [Statistic::Mean, Statistic::P90, Statistic::P95, Statistic::Max];

/// All figures; `None` if there are none.
pub fn figures(language: Language, report: &Report) -> Option<Section> {
    let repeats = repeats::repeated(report);
    let figures: Vec<(&str, &MetricValue)> =
        report.metrics.iter().filter(|(id, _)| !repeats::is_repeat(&repeats, id)).collect();
    if figures.is_empty() {
        return None;
    }
    let figures = themes::together(figures, |(id, _)| themes::theme(id));
    let mut heads = vec![(words::text(language, "page.figure"), false)];
    heads.push((words::text(language, "page.now"), true));
    let is_compared = report.compared_with().is_some();
    if is_compared {
        heads.extend([
            (words::text(language, "page.before"), true),
            (words::text(language, "page.change"), true),
            (words::text(language, "page.meaning"), false),
        ]);
    }
    let has_durations = figures.iter().any(|(_, value)| matches!(value, MetricValue::Duration(_)));
    if has_durations {
        heads.extend(BESIDE.map(|statistic| (words::statistic(language, statistic), true)));
    }
    heads.push((words::text(language, "page.cases"), true));
    let column = |(head, is_number): (String, bool)| TableColumn { group: None, head, is_number };
    let durations = has_durations.then(|| words::text(language, "page.figures_note"));
    let notes = durations.into_iter().chain(repeats::note(language, &repeats));
    let table = PageTable {
        title: words::text(language, "page.figures"),
        note: notes.collect::<Vec<_>>().join(" "),
        columns: heads.into_iter().map(column).collect(),
        rows: figures
            .into_iter()
            .map(|(id, value)| row(language, report, id, value, is_compared, has_durations))
            .collect(),
        total: None,
        empty: words::text(language, "page.no_rows"),
        is_sortable: false,
    };
    Some(Section { title: words::text(language, "page.figures"), parts: vec![PagePart::Table(table)] })
}

fn row(
    language: Language,
    report: &Report,
    id: &str,
    value: &MetricValue,
    is_compared: bool,
    has_durations: bool,
) -> Vec<PageCell> {
    let (unit, statistic, _, before, by) = leading(value);
    let now = value.number(statistic);
    let mut cells =
        vec![PageCell::text(words::metric(language, id)), marked(language, report, id, unit, statistic, now)];
    if is_compared {
        let parts = value.hidden();
        let before = if parts.previous { Some(Shown::Hidden) } else { before.map(Shown::Known) };
        cells.push(before.map_or_else(words::no_data, |before| words::shown(language, unit, Some(before))));
        let [change, meaning] = words::change_cells(language, id, unit, by);
        cells.push(if parts.change { PageCell::text(hidden::word(language)) } else { change });
        cells.push(meaning);
    }
    match value {
        MetricValue::Hidden(_) => {
            let beside = if has_durations { BESIDE.len() } else { 0 };
            let text = if value.is_duration() { hidden::word(language) } else { "" };
            cells.extend((0..beside).map(|_| PageCell::text(text)));
            cells.push(PageCell::text(if unit == Unit::Count { "" } else { hidden::word(language) }));
        }
        MetricValue::Scalar(scalar) => {
            cells.extend(BESIDE.iter().filter(|_| has_durations).map(|_| PageCell::text("")));
            // A count is its own number of rows.
            cells.push(if scalar.unit == Unit::Count { PageCell::text("") } else { words::whole(language, scalar.n) });
        }
        MetricValue::Duration(duration) => {
            let cell_of = |statistic: Statistic| {
                marked(language, report, id, unit, Some(statistic), value.number(Some(statistic)))
            };
            cells.extend(BESIDE.map(cell_of));
            cells.push(words::whole(language, duration.statistics.n));
        }
    }
    cells
}

/// A number, marked if it misses a target.
pub fn marked(
    language: Language,
    report: &Report,
    id: &str,
    unit: Unit,
    statistic: Option<Statistic>,
    value: Option<Shown<f64>>,
) -> PageCell {
    let cell = words::shown(language, unit, value);
    let value = known(value);
    let tone = if report.misses(id, statistic, value) { Tone::Missed } else { Tone::Plain };
    PageCell { text: targets::marked(report, id, statistic, value, &cell.text), tone, ..cell }
}

/// The outcomes of the targets; `None` if there are none.
pub fn targets(language: Language, report: &Report) -> Option<Section> {
    if report.targets.is_empty() {
        return None;
    }
    let rows = report.targets.iter().map(|target| {
        let tone = if target.met == Some(false) { Tone::Missed } else { Tone::Plain };
        let mark = if tone == Tone::Missed { targets::MARK } else { "" };
        let value = if target.hidden { Some(Shown::Hidden) } else { target.value.map(Shown::Known) };
        let value = words::shown(language, targets::unit(target), value);
        vec![
            PageCell::text(targets::name(language, target)),
            PageCell::text(targets::bound(language, target)),
            PageCell { text: format!("{mark}{}", value.text), tone, ..value },
            PageCell { tone, ..PageCell::text(targets::verdict(language, target)) },
            PageCell::text(targets::missed_rows(language, report, target)),
        ]
    });
    let heads = [
        ("page.number", false),
        ("page.target", true),
        ("page.value", true),
        ("page.outcome", false),
        ("page.missed_in", false),
    ];
    let column =
        |(key, is_number): (&str, bool)| TableColumn { group: None, head: words::text(language, key), is_number };
    let table = PageTable {
        title: words::text(language, "target.title"),
        note: String::new(),
        columns: heads.map(column).to_vec(),
        rows: rows.collect(),
        total: None,
        empty: words::text(language, "page.no_rows"),
        is_sortable: false,
    };
    Some(Section { title: words::text(language, "target.title"), parts: vec![PagePart::Table(table)] })
}
