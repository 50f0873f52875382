//! The report's tables as grids: every dimension, every metric, and the total from the facts. A table of few rows and
//! many columns is transposed: one row per metric, one column per value.

use super::canvas::Orientation;
use super::flow::Flow;
use super::style::{MARGIN, NOTE};
use super::table::{self, Grid, GridColumn, GridRow};
use super::table_bands::{TableBand, beside_in_order, gutter, packed, paired};
use super::{figures, matrix, words};
use crate::language::Language;
use crate::metrics::Theme;
use crate::metrics::dimensions::Dimension;
use crate::render::hidden::known;
use crate::render::rows::{self, not_summing_note};
use crate::render::words::{capitalized, dimension, lowered, statistic, table as title_of};
use crate::render::{targets, themes};
use crate::report::template::sections::WholeSection;
use crate::report::{Cell, MetricValue, Report, Shown as Known, Statistic, Table};
use crate::unit::Unit;

/// The statistics of a duration in a table, besides those with a target; machine formats have all of them.
const SHOWN: [Statistic; 2] = [Statistic::P50, Statistic::Mean];

/// Maximum rows of a table in the PDF; tables of days have no limit.
const MOST_ROWS: usize = 200;
/// Maximum number of metrics without data that a note names; more are only counted.
const MOST_NAMED: usize = 4;

/// A table in this many pieces stays on upright pages: a landscape page of its own would be half empty.
const MOST_PIECES: usize = 2;

/// A table wider than this share of two side by side is placed alone.
const MOST_BESIDE: f64 = 0.66;

/// Explanations of a dimension's values, if their names are not clear.
const EXPLAINED: [(&str, &str); 1] = [("support_type", "pdf.support_types")];

/// Draws every table of the report under a heading.
pub fn draw(flow: &mut Flow, report: &Report) {
    flow.section(flow.language.text("pdf.tables"));
    all(flow, report);
    flow.drop_heading();
}

/// Draws every table of the report; wide ones are on separate landscape pages.
pub fn all(flow: &mut Flow, report: &Report) {
    let (empty, tables): (Vec<_>, Vec<_>) = report.tables.iter().partition(|(_, table)| table.rows.is_empty());
    let (whole, tables): (Vec<_>, Vec<_>) = tables.into_iter().partition(|(_, table)| is_whole(report, table));
    let language = flow.language;
    let (mut pieces, mut wide, mut crossed) = (Vec::new(), Vec::new(), Vec::new());
    let mut narrow: Vec<(f64, Grid)> = Vec::new();
    let both = flow.upright_width() - gutter(flow);
    for (_, table) in tables {
        if let Some(grids) = matrix::grids(flow, table, report) {
            crossed.extend(beside_in_order(flow, grids, both));
            continue;
        }
        match TableForm::of(flow, table, report) {
            TableForm::Upright(grid) => add(flow, grid, both, &mut pieces, &mut narrow),
            TableForm::Turned(grid) | TableForm::Divided(grid) => pieces.push(TableBand::One(Box::new(grid))),
            TableForm::Wide(grid) => wide.push(grid),
        }
    }
    pieces.extend(paired(narrow, both));
    // If all tables are on landscape pages, the heading is there.
    let mut heading =
        if pieces.is_empty() && crossed.is_empty() && !wide.is_empty() { flow.take_heading() } else { None };
    for grid in wide {
        flow.on_separate_page(Orientation::Landscape, |flow| {
            if let Some(title) = heading.take() {
                flow.section(&title);
            }
            table::draw(flow, &grid);
        });
    }
    // The matrices of a crossing are read together, so they are not packed.
    for piece in packed(flow, pieces).into_iter().chain(crossed) {
        piece.draw(flow);
    }
    let title = |table: &Table| lowered(&title_of(language, &table.dimensions));
    let with_row = |table: &Table| {
        let label = table.rows.first().map(|row| rows::labels(language, &table.dimensions, &row.label, " · "));
        format!("{} ({})", title(table), label.unwrap_or_default())
    };
    let whole: Vec<String> = whole.into_iter().map(|(_, table)| with_row(table)).collect();
    let empty: Vec<String> = empty.into_iter().map(|(_, table)| title(table)).collect();
    for (key, names) in [("pdf.one_row", whole), ("pdf.empty_tables", empty)] {
        if !names.is_empty() {
            flow.gap(flow.spacing.part);
            let text = language.fill(key, &[("tables", &names.join(", "))]);
            let lines = flow.typesetter.wrap(&text, NOTE, flow.width(), usize::MAX);
            flow.paragraph(MARGIN, lines);
        }
    }
}

/// Whether a table is a single row with the numbers of the whole report, which the figures repeat.
fn is_whole(report: &Report, table: &Table) -> bool {
    let [row] = &table.rows[..] else { return false };
    let is_same = |id: &String| {
        let metric = MetricColumns::of(id, table, report);
        report.metrics.get(id).is_some_and(|whole| metric.of_cell(row.cells.get(id)) == metric.of_metric(Some(whole)))
    };
    report.sections.has(WholeSection::Figures) && table.metrics.iter().all(is_same)
}

/// Draws the tables of a template in their order; narrow ones that follow each other are placed side by side.
pub fn in_order(flow: &mut Flow, report: &Report) {
    let both = flow.upright_width() - gutter(flow);
    let (mut pieces, mut narrow) = (Vec::new(), Vec::new());
    for (_, table) in report.tables.iter().filter(|(_, table)| !table.rows.is_empty()) {
        if let Some(grids) = matrix::grids(flow, table, report) {
            pieces.extend(paired(std::mem::take(&mut narrow), both));
            pieces.extend(beside_in_order(flow, grids, both));
            continue;
        }
        let form = TableForm::of(flow, table, report);
        if let TableForm::Upright(grid) = form {
            let before = pieces.len();
            add(flow, grid, both, &mut pieces, &mut narrow);
            // A table that is alone follows those that waited for a partner.
            let alone = pieces.split_off(before);
            if !alone.is_empty() || narrow.len() > 1 {
                pieces.extend(paired(std::mem::take(&mut narrow), both));
            }
            pieces.extend(alone);
            continue;
        }
        pieces.extend(paired(std::mem::take(&mut narrow), both));
        pieces.push(match form {
            TableForm::Wide(grid) => TableBand::Wide(Box::new(grid)),
            TableForm::Upright(grid) | TableForm::Turned(grid) | TableForm::Divided(grid) => {
                TableBand::One(Box::new(grid))
            }
        });
    }
    pieces.extend(paired(narrow, both));
    for piece in pieces {
        piece.draw(flow);
    }
}

/// The form of a table on paper.
enum TableForm {
    /// One row per value, one column per metric.
    Upright(Grid),
    /// One row per metric, one column per value.
    Turned(Grid),
    /// Upright on a landscape page.
    Wide(Grid),
    /// In several pieces, one below the other.
    Divided(Grid),
}

impl TableForm {
    fn of(flow: &mut Flow, table: &Table, report: &Report) -> Self {
        let made = TableText::of(table, report, flow.language);
        let (upright, turned) = (made.upright(), made.turned());
        // Transposing is better than labels on two lines.
        let is_better_turned =
            !upright.is_whole(flow, Orientation::Portrait) && turned.is_whole(flow, Orientation::Portrait);
        if upright.pieces(flow, Orientation::Portrait) == 1 && !is_better_turned {
            Self::Upright(upright)
        } else if turned.pieces(flow, Orientation::Portrait) == 1 {
            Self::Turned(turned)
        } else if upright.pieces(flow, Orientation::Portrait) > MOST_PIECES
            && turned.pieces(flow, Orientation::Landscape) == 1
            && turned.fits_landscape(flow)
        {
            Self::Wide(turned)
        } else {
            Self::Divided(upright)
        }
    }
}

/// Adds a table that fits on a page; a narrow one waits for a partner.
fn add(flow: &mut Flow, grid: Grid, both: f64, pieces: &mut Vec<TableBand>, narrow: &mut Vec<(f64, Grid)>) {
    let least = grid.least_width(flow);
    if least <= both * MOST_BESIDE {
        narrow.push((least, grid));
    } else {
        pieces.push(TableBand::One(Box::new(grid)));
    }
}

/// A metric of a table with its columns: one for a scalar, one per statistic for a duration.
struct MetricColumns<'r> {
    id: &'r str,
    unit: Unit,
    theme: Option<Theme>,
    statistics: Option<Vec<Statistic>>,
}

impl<'r> MetricColumns<'r> {
    fn of(id: &'r str, table: &Table, report: &Report) -> Self {
        let in_rows = table.rows.iter().any(|row| matches!(row.cells.get(id), Some(Cell::Duration(_))));
        let in_all = report.metrics.get(id).is_some_and(MetricValue::is_duration);
        let statistics = (in_rows || in_all).then(|| report.with_targeted(&SHOWN, id));
        Self { id, unit: report.unit(id), theme: themes::theme(id), statistics }
    }

    fn columns(&self, language: Language) -> Vec<GridColumn> {
        let label = words::metric(language, self.id);
        let Some(statistics) = &self.statistics else {
            return vec![GridColumn { theme: self.theme, group: None, head: label }];
        };
        let column = |one: &Statistic| GridColumn {
            theme: self.theme,
            group: Some(label.clone()),
            head: statistic(language, *one).to_owned(),
        };
        statistics.iter().map(column).collect()
    }

    /// The statistics of its columns; `None` is the one number of a scalar.
    fn parts(&self) -> Vec<Option<Statistic>> {
        match &self.statistics {
            None => vec![None],
            Some(statistics) => statistics.iter().copied().map(Some).collect(),
        }
    }

    fn of_cell(&self, cell: Option<&Cell>) -> Vec<Option<Known<f64>>> {
        self.parts().into_iter().map(|statistic| cell?.number(statistic)).collect()
    }

    fn of_metric(&self, metric: Option<&MetricValue>) -> Vec<Option<Known<f64>>> {
        self.parts().into_iter().map(|statistic| metric?.number(statistic)).collect()
    }

    /// Whether any row has a number other than zero. Metrics that sort the rows or have a target are kept anyway.
    fn has_numbers(&self, table: &Table, report: &Report) -> bool {
        let is_something =
            |values: Vec<Option<Known<f64>>>| values.iter().flatten().any(|value| *value != Known::Known(0.0));
        let is_first = table.metrics.first().is_some_and(|first| first == self.id);
        is_first
            || report.targets.iter().any(|target| target.metric == self.id)
            || table.rows.iter().any(|row| is_something(self.of_cell(row.cells.get(self.id))))
            || is_something(self.of_metric(report.metrics.get(self.id)))
    }
}

struct TableText {
    title: String,
    note: String,
    labels: Vec<String>,
    columns: Vec<GridColumn>,
    rows: Vec<GridRow>,
    total: Option<GridRow>,
    language: Language,
}

impl TableText {
    fn of(table: &Table, report: &Report, language: Language) -> Self {
        let all: Vec<MetricColumns> = table.metrics.iter().map(|id| MetricColumns::of(id, table, report)).collect();
        let (shown, unknown): (Vec<_>, Vec<_>) = all.into_iter().partition(|metric| metric.has_numbers(table, report));
        // What is nothing in the whole is named once, among the figures.
        let is_named =
            |metric: &MetricColumns| report.sections.has(WholeSection::Figures) && figures::is_idle(report, metric.id);
        let unknown: Vec<MetricColumns> = unknown.into_iter().filter(|metric| !is_named(metric)).collect();
        let shown = themes::together(shown, |metric| metric.theme);
        let is_by_day = table.is_by_day();
        let count = if is_by_day { table.rows.len() } else { table.rows.len().min(MOST_ROWS) };
        let rows = table.rows.iter().take(count).map(|row| {
            let labels = table.dimensions.iter().zip(&row.label).map(|(dimension, label)| match dimension {
                day if day == Dimension::Day.name() => words::day(language, label).into_owned(),
                _ => rows::with_days(language, &report.window, dimension, rows::label(language, dimension, label)),
            });
            cells(report, language, labels.collect(), &shown, |metric| metric.of_cell(row.cells.get(metric.id)))
        });
        let mut notes: Vec<String> = Vec::new();
        let explained =
            EXPLAINED.iter().filter(|(dimension, _)| table.dimensions.iter().any(|known| known == dimension));
        notes.extend(explained.map(|(_, key)| language.text(key).to_owned()));
        let names = |ids: Vec<&str>| {
            ids.into_iter().map(|id| lowered(&words::metric(language, id))).collect::<Vec<_>>().join(", ")
        };
        let note = not_summing_note(language, report, table);
        notes.extend(note.map(|note| format!("{}.", words::capitalized(&note))));
        if table.rows.len() > count {
            let hidden = u64::try_from(table.rows.len() - count).unwrap_or(u64::MAX);
            let rows = language.counted("count.smaller_rows", hidden);
            notes.push(language.fill("page.more_rows", &[("rows", &rows)]));
        }
        if !unknown.is_empty() {
            // Many of them are figures of the report, so the whole has no data for them either.
            notes.push(if unknown.len() > MOST_NAMED {
                language.counted("pdf.unknown_many", unknown.len() as u64)
            } else {
                language.fill("pdf.unknown", &[("metrics", &names(unknown.iter().map(|metric| metric.id).collect()))])
            });
        }
        Self {
            title: title_of(language, &table.dimensions),
            note: notes.join(" "),
            labels: table.dimensions.iter().map(|id| capitalized(&dimension(language, id))).collect(),
            columns: shown.iter().flat_map(|metric| metric.columns(language)).collect(),
            rows: rows.collect(),
            total: total(table, &shown, report, language),
            language,
        }
    }

    /// One row for each value.
    fn upright(&self) -> Grid {
        Grid {
            title: self.title.clone(),
            note: self.note.clone(),
            labels: self.labels.clone(),
            numbers: self.columns.clone(),
            spark: None,
            rows: self.rows.clone(),
            total: self.total.clone(),
            empty: self.language.text("pdf.no_rows"),
        }
    }

    /// One row for each metric or statistic, and one column for each value.
    fn turned(&self) -> Grid {
        let name = |row: &GridRow| {
            row.labels.iter().filter(|label| !label.is_empty()).cloned().collect::<Vec<_>>().join(" · ")
        };
        let values: Vec<&GridRow> = self.rows.iter().chain(&self.total).collect();
        let mut theme = self.columns.first().map(|column| column.theme);
        let rows = self.columns.iter().enumerate().map(|(index, column)| {
            let begins = theme.replace(column.theme).is_some_and(|before| before != column.theme);
            let label = match &column.group {
                Some(group) => format!("{group}, {}", column.head),
                None => column.head.clone(),
            };
            let is_missed = |at: &usize| values[*at].missed.contains(&index);
            GridRow {
                labels: vec![label],
                numbers: values.iter().map(|row| row.numbers[index].clone()).collect(),
                missed: (0..values.len()).filter(is_missed).collect(),
                begins,
                ..GridRow::default()
            }
        });
        let labels = vec![self.language.text("pdf.figure").to_owned()];
        let heads = values.iter().map(|row| GridColumn { head: name(row), ..GridColumn::default() });
        Grid {
            title: self.title.clone(),
            note: self.note.clone(),
            labels,
            numbers: heads.collect(),
            spark: None,
            rows: rows.collect(),
            total: None,
            empty: self.language.text("pdf.no_rows"),
        }
    }
}

/// The texts of a row, with numbers that miss a target marked.
fn cells(
    report: &Report,
    language: Language,
    labels: Vec<String>,
    shown: &[MetricColumns],
    values: impl Fn(&MetricColumns) -> Vec<Option<Known<f64>>>,
) -> GridRow {
    let mut cells = GridRow { labels, ..GridRow::default() };
    for metric in shown {
        for (statistic, value) in metric.parts().into_iter().zip(values(metric)) {
            let text = language.shown(metric.unit, value);
            let value = known(value);
            if report.misses(metric.id, statistic, value) {
                cells.missed.push(cells.numbers.len());
            }
            cells.numbers.push(targets::marked(report, metric.id, statistic, value, &text));
        }
    }
    cells
}

/// The metrics of the whole report, computed from the facts: rates, percentiles and distinct counts do not add up.
fn total(table: &Table, shown: &[MetricColumns], report: &Report, language: Language) -> Option<GridRow> {
    if table.rows.len() < 2 || shown.iter().all(|metric| report.metrics.get(metric.id).is_none()) {
        return None;
    }
    let mut labels = vec![language.text("table.total").to_owned()];
    labels.resize(table.dimensions.len().max(1), String::new());
    Some(cells(report, language, labels, shown, |metric| metric.of_metric(report.metrics.get(metric.id))))
}
