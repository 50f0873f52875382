//! Crossed tables as matrices if they fit, else as rows.

use crate::language::Language;
use crate::render::hidden::known;
use crate::render::matrix::{self, Matrix, Turn};
use crate::render::targets;
use crate::report::{Report, Shown, Table};

use super::column::{ColumnNumber, GAP};
use super::line::{Ink, Line, heading};
use super::table::TableBlock;
use super::{Block, text};

/// The indentation of values below the metric's name.
const INDENT: usize = 2;
/// A label is cut to this share of the width before a column is left out.
const LABEL_SHARE: usize = 3;
/// A longer word in a heading is broken.
const WIDEST_WORD: usize = 16;
/// Shown if no row of the table has the pair.
const NO_PAIR: &str = "·";

/// A crossed table: a matrix if its columns fit side by side, transposed if only that fits, else rows.
pub(super) struct MatrixBlock {
    matrices: Vec<DrawnMatrix>,
    rows: TableBlock,
}

/// A matrix with its texts.
struct DrawnMatrix {
    title: String,
    /// The head of the lines.
    corner: String,
    groups: Vec<MatrixColumns>,
    notes: Vec<String>,
}

/// A metric's numbers. Metrics have columns of different widths: a count needs less room than a duration.
struct MatrixColumns {
    name: String,
    heads: Vec<String>,
    rows: Vec<MatrixRow>,
}

struct MatrixRow {
    label: String,
    /// One number per column; `None` without such a pair.
    numbers: Vec<Option<ColumnNumber>>,
    is_total: bool,
}

impl MatrixBlock {
    /// The matrix of a crossed table; `None` if rows suit it better at any width.
    pub(super) fn of(report: &Report, language: Language, table: &Table) -> Option<Self> {
        let drawn =
            |turn| Matrix::of(table, report, language, turn).map(|matrix| DrawnMatrix::of(matrix, report, language));
        let matrices: Vec<DrawnMatrix> = [Turn::Upright, Turn::Turned].into_iter().filter_map(drawn).collect();
        (!matrices.is_empty()).then(|| Self { matrices, rows: TableBlock::new(report, language, table) })
    }

    fn fitting(&self, width: usize) -> Option<&DrawnMatrix> {
        self.matrices.iter().find(|matrix| matrix.width(width / LABEL_SHARE) <= width)
    }
}

impl Block for MatrixBlock {
    fn fits(&self, width: usize) -> bool {
        self.matrices.first().is_some_and(|matrix| matrix.width(usize::MAX) <= width)
    }

    fn lines(&self, width: usize) -> Vec<Line> {
        self.fitting(width).map_or_else(|| self.rows.lines(width), |matrix| matrix.lines(width))
    }
}

impl DrawnMatrix {
    fn of(matrix: Matrix, report: &Report, language: Language) -> Self {
        let group = |group: &matrix::MatrixMetric| {
            let number = |value: Option<Shown<f64>>| {
                let text = language.shown(group.unit, value);
                ColumnNumber {
                    text: targets::marked(report, &group.id, group.statistic, known(value), &text),
                    is_missed: report.misses(&group.id, group.statistic, known(value)),
                }
            };
            let total = group.total.as_ref().map(|_| language.text("table.total").to_owned());
            let has_total = total.is_some();
            let rows = group.lines().enumerate().map(|(at, line)| {
                let mut numbers: Vec<Option<ColumnNumber>> =
                    line.numbers.iter().map(|value| value.as_ref().map(|value| number(*value))).collect();
                if has_total {
                    numbers.push(line.total.map(|total| number(Some(total))));
                }
                MatrixRow { label: line.label.clone(), numbers, is_total: at >= group.rows.len() }
            });
            let heads = matrix.columns.iter().cloned().chain(total).collect();
            MatrixColumns { name: group.name.clone(), heads, rows: rows.collect() }
        };
        let groups = matrix.groups.iter().map(group).collect();
        Self { title: matrix.title, corner: matrix.down, groups, notes: matrix.notes }
    }

    /// The width of the labels.
    fn label(&self) -> usize {
        let rows = self.groups.iter().flat_map(|group| &group.rows);
        let labels = rows.map(|row| text::width(&row.label)).chain([text::width(&self.corner)]);
        INDENT + labels.max().unwrap_or(0)
    }

    /// The total width, with labels of at most that length.
    fn width(&self, longest_label: usize) -> usize {
        let numbers = self.groups.iter().map(|group| taken(&group.widths())).max().unwrap_or(0);
        self.label().min(longest_label) + numbers
    }

    fn lines(&self, width: usize) -> Vec<Line> {
        let mut lines = vec![heading(&self.title, width)];
        for group in &self.groups {
            lines.extend(text::wrap(&group.name, width).iter().map(|part| Line::of(Ink::Strong, part)));
            let widths = group.widths();
            let label = self.label().min(width.saturating_sub(taken(&widths)));
            lines.extend(group.head(&self.corner, label, &widths));
            lines.extend(group.rows.iter().map(|row| row.line(label, &widths)));
        }
        for note in &self.notes {
            lines.extend(text::wrap(note, width).iter().map(|part| Line::of(Ink::Faint, part)));
        }
        lines
    }
}

/// The width of numbers beside their label.
fn taken(widths: &[usize]) -> usize {
    widths.iter().map(|width| GAP + width).sum()
}

impl MatrixColumns {
    /// The widths of the numbers: numbers are never cut, and words of a heading rarely.
    fn widths(&self) -> Vec<usize> {
        let word = |head: &str| head.split(' ').map(text::width).max().unwrap_or(0).min(WIDEST_WORD);
        let numbers = |at: usize| {
            let texts = self.rows.iter().filter_map(move |row| row.numbers.get(at)?.as_ref());
            texts.map(|number| text::width(&number.text)).max().unwrap_or(1)
        };
        self.heads.iter().enumerate().map(|(at, head)| numbers(at).max(word(head))).collect()
    }

    /// The heads, wrapped to their columns and aligned at the bottom, with the dimension of the lines at the beginning.
    fn head(&self, corner: &str, label: usize, widths: &[usize]) -> Vec<Line> {
        let wrapped: Vec<Vec<String>> =
            self.heads.iter().zip(widths).map(|(head, width)| text::wrap(head, *width)).collect();
        let height = wrapped.iter().map(Vec::len).max().unwrap_or(1);
        let line = |row: usize| {
            let mut line = Line::new();
            line.skip(INDENT);
            line.left(Ink::Faint, if row + 1 == height { corner } else { "" }, label.saturating_sub(INDENT));
            for (width, head) in widths.iter().zip(&wrapped) {
                let part = (row + head.len()).checked_sub(height).and_then(|part| head.get(part));
                line.skip(GAP);
                line.right(Ink::Faint, part.map_or("", String::as_str), *width);
            }
            line
        };
        (0..height).map(line).collect()
    }
}

impl MatrixRow {
    fn line(&self, label: usize, widths: &[usize]) -> Line {
        let ink = if self.is_total { Ink::Strong } else { Ink::Plain };
        let mut line = Line::new();
        line.skip(INDENT);
        line.name(ink, &self.label, label.saturating_sub(INDENT));
        for (number, width) in self.numbers.iter().zip(widths) {
            line.skip(GAP);
            match number {
                Some(number) => line.right(number.ink(ink), &number.text, *width),
                None => line.right(Ink::Faint, NO_PAIR, *width),
            }
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::super::{line::paint, sample};
    use super::*;

    fn drawn(width: usize) -> String {
        let report = sample::crossed();
        let (_, table) = report.tables.iter().last().expect("a table");
        let block = MatrixBlock::of(&report, Language::English, table).expect("a matrix");
        paint(&block.lines(width), false)
    }

    #[test]
    fn a_crossing_is_a_matrix_where_it_fits() {
        assert_eq!(
            drawn(60),
            "By channel and weekday ─────────────────────────────────────
Total conversations
  Channel     Monday  Wednesday  Sunday  Total
  whatsapp         4          2       ·      6
  web              5          ·       ·      5
  no channel       ·          ·       1      1
  Total            9          2       1     12
Initial customer wait (median)
  Channel     Monday   Wednesday  Sunday
  whatsapp      34 s  1 min 08 s       ·
  web           17 s           ·       ·
  no channel       ·           ·       –
Zero or without data in all rows: close events.
"
        );
    }

    #[test]
    fn where_it_does_not_fit_there_are_rows() {
        let text = drawn(28);
        assert!(text.contains(" / Mon") && !text.contains('·'), "{text}");
    }
}
