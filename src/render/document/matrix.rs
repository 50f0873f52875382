//! A crossed table as one table of a page: a line for each metric and value, and a column for each value of the other
//! dimension.

use super::figures::marked;
use super::words;
use super::{PageCell, PageTable, TableColumn};
use crate::language::Language;
use crate::render::matrix::{Matrix, MatrixLine, MatrixMetric, Turn};
use crate::report::{self, Report, Shown};

/// Maximum number of columns: more are wider than a page.
const MOST_ACROSS: usize = 12;

/// The matrix of a crossed table; `None` if its columns do not fit in either orientation.
pub fn matrix(language: Language, report: &Report, table: &report::Table) -> Option<PageTable> {
    let turned = |turn| Matrix::of(table, report, language, turn).filter(|matrix| matrix.columns.len() <= MOST_ACROSS);
    let matrix = turned(Turn::Upright).or_else(|| turned(Turn::Turned))?;
    let has_totals = matrix.has_totals();
    let text = |head: String| TableColumn { group: None, head, is_number: false };
    let mut columns = vec![text(words::text(language, "page.figure")), text(matrix.down.clone())];
    let total = has_totals.then(|| words::text(language, "page.total"));
    let heads = matrix.columns.iter().cloned().chain(total);
    columns.extend(heads.map(|head| TableColumn { group: None, head, is_number: true }));
    let rows = matrix.groups.iter().flat_map(|group| group.lines().map(move |line| (group, line)));
    Some(PageTable {
        rows: rows.map(|(group, line)| cells(language, report, group, line, has_totals)).collect(),
        title: matrix.title,
        note: matrix.notes.join(" "),
        columns,
        total: None,
        empty: words::text(language, "page.no_rows"),
        is_sortable: false,
    })
}

fn cells(
    language: Language,
    report: &Report,
    group: &MatrixMetric,
    line: &MatrixLine,
    has_totals: bool,
) -> Vec<PageCell> {
    let number = |value: Option<Shown<f64>>| marked(language, report, &group.id, group.unit, group.statistic, value);
    let mut cells = vec![PageCell::text(&group.name), PageCell::text(&line.label)];
    cells.extend(line.numbers.iter().map(|value| value.map_or_else(|| PageCell::text(""), number)));
    if has_totals {
        cells.push(line.total.map_or_else(|| PageCell::text(""), |total| number(Some(total))));
    }
    cells
}
