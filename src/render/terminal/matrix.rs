//! Crossed tables as matrices, where they fit; else as rows.

use crate::language::Language;
use crate::render::matrix::{Matrix, Turn};
use crate::render::targets;
use crate::report::{Report, Table};

use super::column::{GAP, Number};
use super::line::{Ink, Line, heading};
use super::table::TableBlock;
use super::{Block, text};

/// Before the values that go down: they stand below the metric's name.
const INDENT: usize = 2;
/// A label is cut to this share of the width rather than costing a column.
const LABEL_SHARE: usize = 3;
/// A longer word in a heading is broken.
const WIDEST_WORD: usize = 16;
/// Where no row of the table has the pair.
const NO_PAIR: &str = "·";

/// A crossed table: a matrix where its columns fit beside each other, the other way round where only that fits, else rows.
pub(super) struct MatrixBlock {
    matrices: Vec<Drawn>,
    rows: TableBlock,
}

/// A matrix with its numbers in words.
struct Drawn {
    title: String,
    /// What goes down.
    corner: String,
    heads: Vec<String>,
    groups: Vec<(String, Vec<Row>)>,
    notes: Vec<String>,
}

struct Row {
    label: String,
    /// A number each column; none where there is no such pair.
    numbers: Vec<Option<Number>>,
    is_total: bool,
}

impl MatrixBlock {
    /// That of a crossed table; none of one that is better as rows whatever the width.
    pub(super) fn of(report: &Report, language: Language, table: &Table) -> Option<Self> {
        let drawn = |turn| Matrix::of(table, report, language, turn).map(|matrix| Drawn::of(matrix, report, language));
        let matrices: Vec<Drawn> = [Turn::Upright, Turn::Turned].into_iter().filter_map(drawn).collect();
        (!matrices.is_empty()).then(|| Self { matrices, rows: TableBlock::new(report, language, table) })
    }

    fn fitting(&self, width: usize) -> Option<&Drawn> {
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

impl Drawn {
    fn of(matrix: Matrix, report: &Report, language: Language) -> Self {
        let has_totals = matrix.has_totals();
        let groups = matrix.groups.iter().map(|group| {
            let number = |value: Option<f64>| Number {
                text: targets::marked(report, &group.id, group.statistic, value, &language.value(group.unit, value)),
                is_missed: report.misses(&group.id, group.statistic, value),
            };
            let rows = group.lines().enumerate().map(|(at, line)| {
                let mut numbers: Vec<Option<Number>> =
                    line.numbers.iter().map(|value| value.as_ref().map(|value| number(*value))).collect();
                if has_totals {
                    numbers.push(line.total.map(|total| number(Some(total))));
                }
                Row { label: line.label.clone(), numbers, is_total: at >= group.rows.len() }
            });
            (group.name.clone(), rows.collect())
        });
        let groups = groups.collect();
        let total = has_totals.then(|| language.text("table.total").to_owned());
        Self {
            groups,
            title: matrix.title,
            corner: matrix.down,
            heads: matrix.columns.into_iter().chain(total).collect(),
            notes: matrix.notes,
        }
    }

    /// The columns of each number, and of the labels.
    fn widths(&self, longest_label: usize) -> (usize, Vec<usize>) {
        let rows = || self.groups.iter().flat_map(|(_, rows)| rows);
        let labels = rows().map(|row| INDENT + text::width(&row.label)).chain([text::width(&self.corner)]);
        let word = |head: &str| head.split(' ').map(text::width).max().unwrap_or(0).min(WIDEST_WORD);
        let numbers = |at: usize| {
            let texts = rows().filter_map(move |row| row.numbers.get(at)?.as_ref());
            texts.map(|number| text::width(&number.text)).max().unwrap_or(1)
        };
        let widths = self.heads.iter().enumerate().map(|(at, head)| numbers(at).max(word(head))).collect();
        (labels.max().unwrap_or(0).min(longest_label), widths)
    }

    /// What it takes beside labels of that length.
    fn width(&self, longest_label: usize) -> usize {
        let (label, widths) = self.widths(longest_label);
        label + widths.iter().map(|width| GAP + width).sum::<usize>()
    }

    fn lines(&self, width: usize) -> Vec<Line> {
        let (_, widths) = self.widths(usize::MAX);
        let numbers: usize = widths.iter().map(|width| GAP + width).sum();
        let label = self.widths(width.saturating_sub(numbers)).0;
        let mut lines = vec![heading(&self.title, width)];
        lines.extend(self.head(label, &widths));
        for (name, rows) in &self.groups {
            lines.extend(text::wrap(name, width).iter().map(|part| Line::of(Ink::Strong, part)));
            for row in rows {
                let ink = if row.is_total { Ink::Strong } else { Ink::Plain };
                let mut line = Line::new();
                line.skip(INDENT);
                line.left(ink, &row.label, label.saturating_sub(INDENT));
                for (number, width) in row.numbers.iter().zip(&widths) {
                    line.skip(GAP);
                    match number {
                        Some(number) => line.right(number.ink(ink), &number.text, *width),
                        None if row.is_total => line.right(ink, "", *width),
                        None => line.right(Ink::Faint, NO_PAIR, *width),
                    }
                }
                lines.push(line);
            }
        }
        for note in &self.notes {
            lines.extend(text::wrap(note, width).iter().map(|part| Line::of(Ink::Faint, part)));
        }
        lines
    }

    /// The heads, wrapped to their columns and standing on the numbers, with what goes down at their begin.
    fn head(&self, label: usize, widths: &[usize]) -> Vec<Line> {
        let wrapped: Vec<Vec<String>> =
            self.heads.iter().zip(widths).map(|(head, width)| text::wrap(head, *width)).collect();
        let height = wrapped.iter().map(Vec::len).max().unwrap_or(1);
        let line = |row: usize| {
            let mut line = Line::new();
            line.left(Ink::Faint, if row + 1 == height { &self.corner } else { "" }, label);
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
Channel              mon         wed         sun  Total
Conversations
  whatsapp             4           2           ·      6
  web                  5           ·           ·      5
  no channel           ·           ·           1      1
  Total                9           2           1     12
Time to first response (median)
  whatsapp    1 min 00 s  2 min 00 s           ·      ·
  web               30 s           ·           ·      ·
  no channel           ·           ·           –      ·
Zero or without data in all rows: closings.
"
        );
    }

    #[test]
    fn where_it_does_not_fit_there_are_rows() {
        let text = drawn(40);
        assert!(text.contains("whatsapp / mon") && !text.contains('·'), "{text}");
    }
}
