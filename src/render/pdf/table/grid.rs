//! A table for drawing, and the widths of its columns.

use super::widths::{longest_word, of_head, on_two_lines, tail_width, widest, widest_aligned};
use super::{HEAD_GAP, SPARK};
use crate::metrics::Theme;
use crate::render::pdf::canvas::Orientation;
use crate::render::pdf::columns::{Band, HEAD_LINES, Label, NumberWidth, divide};
use crate::render::pdf::flow::Flow;
use crate::render::pdf::spark;
use crate::render::pdf::style::{CELL, HEAD, NOTE, PART, Weight};

/// The width of labels that are not broken for a table beside another one.
const SHORT_LABEL: f64 = 120.0;
/// Lines that the heads of a table beside another one have at most.
const BESIDE_HEAD_LINES: usize = 4;

/// A column of numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GridColumn {
    /// The theme of its metric: columns of one theme stay together if not all fit side by side.
    pub theme: Option<Theme>,
    /// The common head of neighbouring columns, which stay together.
    pub group: Option<String>,
    pub head: String,
}

/// A row: one label for each label column, and one number for each number column.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GridRow {
    /// Left aligned.
    pub labels: Vec<String>,
    /// Right aligned and formatted.
    pub numbers: Vec<String>,
    /// Indexes of the numbers that miss their target.
    pub missed: Vec<usize>,
    /// The index of the word for a change to the worse, if any.
    pub worse: Option<usize>,
    /// The values of its sparkline; empty for none.
    pub levels: Vec<Option<f64>>,
    /// The text alternative of the sparkline.
    pub alt_text: String,
    /// Whether a stronger rule above it marks the beginning of a group.
    pub begins: bool,
}

/// A table for drawing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Grid {
    /// Its heading.
    pub title: String,
    /// The text below the heading; empty for none.
    pub note: String,
    /// Heads of the label columns.
    pub labels: Vec<String>,
    /// Columns of numbers.
    pub numbers: Vec<GridColumn>,
    /// The head of a last column with sparklines; `None` for no such column.
    pub spark: Option<String>,
    pub rows: Vec<GridRow>,
    /// The last row, set apart.
    pub total: Option<GridRow>,
    /// The text beside the heading that replaces a table without rows.
    pub empty: &'static str,
}

impl Grid {
    /// The width of the column of sparklines, including the space before it.
    pub(super) fn spark_width(&self, flow: &mut Flow) -> f64 {
        let most = self.rows.iter().map(|row| row.levels.len()).max().unwrap_or(0);
        let Some(head) = self.spark.as_ref().filter(|_| most > 0) else { return 0.0 };
        spark::width(most, SPARK).max(flow.typesetter.line(head, HEAD).width()) + flow.spacing.column
    }

    /// The number of pieces, one below the other, that the table needs in an orientation.
    pub fn pieces(&self, flow: &mut Flow, orientation: Orientation) -> usize {
        self.bands(flow, flow.sheet(orientation).content_width()).len()
    }

    /// Whether it needs one piece in an orientation, with every label on one line.
    pub fn is_whole(&self, flow: &mut Flow, orientation: Orientation) -> bool {
        let bands = self.bands(flow, flow.sheet(orientation).content_width());
        let labels = self.label_widths(flow);
        let is_whole = |band: &Band| band.labels.iter().zip(&labels).all(|(width, label)| *width + 0.1 >= label.whole);
        matches!(&bands[..], [band] if is_whole(band))
    }

    /// How wide it is without white that it does not need: with short labels on one line, and heads of few.
    pub fn least_width(&self, flow: &mut Flow) -> f64 {
        let style = CELL.weight(Weight::SemiBold);
        let gap = flow.spacing.column;
        let all = || self.rows.iter().chain(&self.total);
        let one_line = |label: &Label| if label.whole <= SHORT_LABEL { label.whole } else { label.least };
        let labels: f64 = self.label_widths(flow).iter().map(|label| one_line(label) + gap).sum();
        let numbers = (0..self.numbers.len()).map(|i| {
            let numbers = widest_aligned(flow, all().filter_map(|row| row.numbers.get(i)), style.tabular());
            numbers.max(of_head(flow, &self.numbers[i].head)[BESIDE_HEAD_LINES - 1]) + gap
        });
        labels + numbers.sum::<f64>() - gap
    }

    /// Whether a table of one piece fits on one landscape page, judged by its number of rows.
    #[expect(clippy::cast_precision_loss, reason = "rows of a table")]
    pub fn fits_landscape(&self, flow: &Flow) -> bool {
        let rows = self.rows.len() as f64 * (flow.spacing.cell + 2.0 * flow.spacing.row);
        let heads = PART.leading + 4.0 + 2.0 * NOTE.leading + 2.0 * HEAD.leading + 5.0;
        rows + heads <= flow.wide_height()
    }

    /// For each column of a band, the maximum width after the decimal mark.
    pub(super) fn tails(&self, flow: &mut Flow, band: &Band) -> Vec<f64> {
        let all = || self.rows.iter().chain(&self.total);
        let widest = |column: usize| {
            let numbers = all().filter_map(|row| row.numbers.get(column));
            numbers.filter_map(|number| tail_width(flow, number)).fold(0.0, f64::max)
        };
        band.numbers.clone().map(widest).collect()
    }

    pub(super) fn bands(&self, flow: &mut Flow, width: f64) -> Vec<Band> {
        let style = CELL.weight(Weight::SemiBold);
        let all = || self.rows.iter().chain(&self.total);
        let labels = self.label_widths(flow);
        let numbers: Vec<NumberWidth> = self
            .numbers
            .iter()
            .enumerate()
            .map(|(i, column)| {
                let numbers = widest_aligned(flow, all().filter_map(|row| row.numbers.get(i)), style.tabular());
                let heads = of_head(flow, &column.head);
                NumberWidth { least: numbers.max(heads[HEAD_LINES - 1]), by_lines: heads.map(|head| head + HEAD_GAP) }
            })
            .collect();
        let width = width - self.spark_width(flow);
        divide((width, flow.spacing.column), &labels, &numbers, &self.units())
    }

    fn label_widths(&self, flow: &mut Flow) -> Vec<Label> {
        let style = CELL.weight(Weight::SemiBold);
        let labels = |i: usize| self.rows.iter().chain(&self.total).filter_map(move |row| row.labels.get(i));
        let mut ask = |i: usize| {
            let head = self.labels.get(i).map_or(0.0, |head| flow.typesetter.line(head, HEAD).width());
            let least = labels(i).map(|text| on_two_lines(flow, text, style)).fold(0.0, f64::max);
            let least = least.max(self.labels.get(i).map_or(0.0, |head| longest_word(flow, head)));
            Label { least, whole: widest(flow, labels(i), style).max(head) }
        };
        (0..self.labels.len()).map(&mut ask).collect()
    }

    /// For each theme, the lengths of the runs of columns that share a group.
    fn units(&self) -> Vec<Vec<usize>> {
        let units = |columns: &[GridColumn]| {
            columns.chunk_by(|a, b| a.group.is_some() && a.group == b.group).map(<[GridColumn]>::len).collect()
        };
        self.numbers.chunk_by(|a, b| a.theme == b.theme).map(units).collect()
    }
}
