//! Crossed tables as matrices: a small table for each metric, with the same rows and columns.

use super::canvas::Orientation;
use super::flow::Flow;
use super::table::{Grid, GridColumn, GridRow};
use crate::language::Language;
use crate::render::hidden::known;
use crate::render::matrix::{Matrix, MatrixLine, MatrixMetric, Turn};
use crate::render::{targets, words};
use crate::report::{Report, Shown, Table};

/// The matrices of a crossed table, if all of their columns fit on a page; `None` if rows suit it better.
pub fn grids(flow: &mut Flow, table: &Table, report: &Report) -> Option<Vec<Grid>> {
    let language = flow.language;
    [Turn::Upright, Turn::Turned].into_iter().find_map(|turn| {
        let matrix = Matrix::of(table, report, language, turn)?;
        let grids: Vec<Grid> = matrix
            .groups
            .iter()
            .enumerate()
            .map(|(at, group)| grid(&matrix, group, at == 0, report, language))
            .collect();
        grids.iter().all(|grid| grid.pieces(flow, Orientation::Portrait) == 1).then_some(grids)
    })
}

fn grid(matrix: &Matrix, group: &MatrixMetric, is_first: bool, report: &Report, language: Language) -> Grid {
    let total = group.total.as_ref().map(|_| language.text("table.total").to_owned());
    let has_total = total.is_some();
    let heads = matrix.columns.iter().cloned().chain(total);
    let number = |value: Option<Shown<f64>>| {
        let text = language.shown(group.unit, value);
        targets::marked(report, &group.id, group.statistic, known(value), &text)
    };
    let cells = |line: &MatrixLine| {
        let mut numbers: Vec<String> =
            line.numbers.iter().map(|value| value.map_or_else(String::new, number)).collect();
        if has_total {
            numbers.push(line.total.map_or_else(String::new, |total| number(Some(total))));
        }
        let is_missed = |value: &Option<Option<Shown<f64>>>| {
            value.is_some_and(|value| report.misses(&group.id, group.statistic, known(value)))
        };
        let marked = line.numbers.iter().enumerate().filter(|(_, value)| is_missed(value)).map(|(at, _)| at);
        GridRow { labels: vec![line.label.clone()], missed: marked.collect(), numbers, ..GridRow::default() }
    };
    Grid {
        title: language
            .fill("table.title_of_theme", &[("title", &matrix.title), ("theme", &words::lowered(&group.name))]),
        // Notes for all matrices are above the first one.
        note: if is_first { matrix.notes.join(" ") } else { String::new() },
        labels: vec![matrix.down.clone()],
        numbers: heads.map(|head| GridColumn { head, ..GridColumn::default() }).collect(),
        spark: None,
        rows: group.rows.iter().map(cells).collect(),
        total: group.total.as_ref().map(cells),
        empty: language.text("pdf.no_rows"),
    }
}
