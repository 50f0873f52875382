//! Tables: rows are never split, the head is repeated on every page, and a table that is too wide continues in a band
//! below.

mod grid;
mod head;
mod widths;

pub use self::grid::{Grid, GridColumn, GridRow};
use self::head::{Head, edges, starts};
use self::widths::tail_width;
use super::canvas::{Area, Point};
use super::columns::Band;
use super::flow::{Align, Flow};
use super::owner::{Artifact, Owner};
use super::shape::ShapedLine;
use super::spark;
use super::structure::Role;
use super::style::{CELL, HAIRLINE, NOTE, RULE, RULE_STRONG, Style, Weight};
use crate::render::themes;

/// A long label is wrapped to this many lines, then cut.
const LABEL_LINES: usize = 3;
/// In a table with more rows than these, only the first piece has labels of several lines; the other pieces repeat
/// them.
const MANY_ROWS: usize = 20;
/// Space between heads that are wider than their columns' numbers.
const HEAD_GAP: f64 = 10.0;
/// How many rows of a split table stay with its head, and with its end.
const FIRST_ROWS: usize = 3;
const LAST_ROWS: usize = 3;
/// Space above a sparkline, so that those of two rows do not read as one bar.
const SPARK_GAP: f64 = 2.0;
/// Maximum width of a column of sparklines.
const SPARK: f64 = 64.0;

/// A row with its labels broken into lines.
struct BrokenRow {
    labels: Vec<Vec<ShapedLine>>,
    /// Each number with its width from the decimal mark on; `None` if it ends at the edge of its column.
    numbers: Vec<(ShapedLine, Option<f64>)>,
    levels: Vec<Option<f64>>,
    alt_text: String,
    begins: bool,
    height: f64,
}

/// Draws a table.
pub fn draw(flow: &mut Flow, grid: &Grid) {
    if grid.rows.is_empty() {
        flow.part(&grid.title, grid.empty, 0.0);
        return;
    }
    let bands = grid.bands(flow, flow.width());
    let language = flow.language;
    let name =
        |band: &Band| themes::name(language, grid.numbers[band.numbers.clone()].iter().map(|column| column.theme));
    let titles = themes::titles(language, &grid.title, &bands.iter().map(name).collect::<Vec<_>>());
    for (i, (band, title)) in bands.iter().zip(titles).enumerate() {
        let head = Head::of(flow, grid, band);
        let tails = grid.tails(flow, band);
        let cell = CELL.with_size(CELL.size, flow.spacing.cell);
        let lines = if i > 0 && grid.rows.len() > MANY_ROWS { 1 } else { LABEL_LINES };
        let rows: Vec<BrokenRow> = grid.rows.iter().map(|row| broken(flow, row, band, cell, lines)).collect();
        let total = grid.total.as_ref().map(|row| broken(flow, row, band, cell.weight(Weight::SemiBold), lines));
        let height = |rows: &[BrokenRow]| rows.iter().map(|row| row.height).sum::<f64>();
        // The total stays with the last rows of the table.
        let last = rows.len().saturating_sub(LAST_ROWS);
        let end = height(&rows[last..]) + total.as_ref().map_or(0.0, |row| row.height);
        // A table moves to the next page rather than being split, unless that leaves much of this page empty.
        let whole = height(&rows[..last]) + end;
        let first_height =
            if whole <= flow.spacing.whole { whole } else { height(&rows[..rows.len().min(FIRST_ROWS)]) };
        let note = if i == 0 { grid.note.as_str() } else { "" };
        begin(flow, &title, note, &head, first_height);
        let drawn = |flow: &mut Flow| {
            head.draw(flow);
            let mut rows = rows.into_iter().enumerate().peekable();
            while let Some((index, row)) = rows.next() {
                repeat_head(flow, &title, &head, if index == last { end } else { row.height });
                let next = rows.peek();
                let is_end = next.is_some_and(|(_, next)| next.begins) || (next.is_none() && total.is_some());
                row.draw(flow, band, &tails, &head, if is_end { RULE_STRONG } else { RULE });
            }
            if let Some(total) = total {
                total.draw(flow, band, &tails, &head, RULE_STRONG);
            }
        };
        flow.continued(|flow| flow.element(Role::Table, drawn));
    }
}

/// The heading and the note, on the same page as the head and the first rows.
fn begin(flow: &mut Flow, title: &str, note: &str, head: &Head, first_height: f64) {
    let flow_width = flow.width();
    let notes = if note.is_empty() { Vec::new() } else { flow.typesetter.wrap(note, NOTE, flow_width, usize::MAX) };
    #[expect(clippy::cast_precision_loss, reason = "a line or two")]
    let height = if notes.is_empty() { 0.0 } else { notes.len() as f64 * NOTE.leading + 2.0 };
    flow.part(title, "", height + head.height + first_height);
    if !notes.is_empty() {
        let top = flow.take(height);
        flow.element(Role::Paragraph, |flow| flow.lines(flow.left(), top - 2.0, notes));
    }
}

/// If the row does not fit: starts a new page, and repeats heading and head.
fn repeat_head(flow: &mut Flow, title: &str, head: &Head, height: f64) {
    if flow.make_room(height) {
        flow.splits += 1;
        flow.within(Owner::Artifact(Artifact::Header), |flow| {
            flow.part(title, flow.language.text("pdf.continued"), head.height + height);
            head.draw(flow);
        });
    }
}

#[expect(clippy::cast_precision_loss, reason = "at most three lines")]
fn broken(flow: &mut Flow, row: &GridRow, band: &Band, style: Style, most_lines: usize) -> BrokenRow {
    let labels: Vec<Vec<ShapedLine>> = row
        .labels
        .iter()
        .zip(&band.labels)
        .map(|(text, width)| flow.typesetter.wrap_name(text, style, width + 0.01, most_lines))
        .collect();
    let judged = flow.palette.judged;
    let numbers = row.numbers.iter().enumerate().skip(band.numbers.start).take(band.numbers.len());
    let set = |(column, text): (usize, &String)| {
        let marked = if row.missed.contains(&column) {
            Some(judged.missed)
        } else {
            (row.worse == Some(column)).then_some(judged.worse)
        };
        let style = marked.map_or(style, |color| style.weight(Weight::Bold).color(color));
        (flow.typesetter.line(text, style.tabular()), tail_width(flow, text))
    };
    let numbers = numbers.map(set).collect();
    let lines = labels.iter().map(Vec::len).max().unwrap_or(1);
    let height = lines as f64 * style.leading + 2.0 * flow.spacing.row;
    BrokenRow {
        labels,
        numbers,
        levels: row.levels.clone(),
        alt_text: row.alt_text.clone(),
        begins: row.begins,
        height,
    }
}

impl BrokenRow {
    fn draw(self, flow: &mut Flow, band: &Band, tails: &[f64], head: &Head, rule: crate::render::color::Color) {
        let top = flow.take(self.height);
        let row = flow.begin(Role::Row);
        flow.within(row, |flow| self.cells(flow, band, tails, head, top));
        let right = flow.left() + flow.width();
        let y = top + self.height;
        flow.rule(Point { x: flow.left(), y }, Point { x: right, y }, HAIRLINE, rule);
    }

    fn cells(&self, flow: &mut Flow, band: &Band, tails: &[f64], head: &Head, top: f64) {
        let padding = flow.spacing.row;
        for (x, lines) in starts(flow.left(), band).zip(&self.labels) {
            flow.element(Role::row(), |flow| flow.lines(x, top + padding, lines.clone()));
        }
        for ((x, (line, tail)), widest) in edges(flow.left(), band).into_iter().zip(&self.numbers).zip(tails) {
            let baseline = line.style().baseline(top + padding);
            flow.element(Role::cell(), |flow| {
                let right = x - tail.map_or(0.0, |tail| (widest - tail).max(0.0));
                flow.place(right, baseline, line.clone(), Align::Right);
            });
        }
        if head.spark.is_none() {
            return;
        }
        let right = flow.left() + flow.width();
        flow.element(Role::cell(), |flow| {
            if self.levels.is_empty() {
                return;
            }
            let width = spark::width(self.levels.len(), SPARK);
            // As high beside labels of several lines as beside one line, so that heights can be compared.
            let height = flow.spacing.cell - 0.5 - SPARK_GAP;
            let area = Area::new(right - width, top + padding + SPARK_GAP, width, height);
            spark::draw(flow, &self.levels, &self.alt_text, area);
        });
    }
}

#[cfg(test)]
mod tests;
