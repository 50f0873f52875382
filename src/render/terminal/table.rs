//! Tables: the values of a dimension down, metrics across, the total from the facts below.
//!
//! If the columns do not fit side by side, the table is divided by theme into parts below each other, with the same
//! labels; no column is left out.

use super::emoji::drawn;
use crate::language::Language;
use crate::metrics::dimensions::Dimension;
use crate::render::{rows, themes, words};
use crate::report::{Report, Table, TableRow};
use crate::unit::NO_DATA;

use super::column::{self, GAP, Headings, NumberColumn, columns, taken};
use super::line::{Ink, Line, heading};
use super::{Block, bar, dates, text};

/// Maximum rows of a table; the others are counted. Tables of days have no limit.
const ROWS_SHOWN: usize = 50;
/// A label is cut to this share of the width before a column is left out.
const LABEL_SHARE: usize = 3;
const SHORTEST_BAR: usize = 8;
/// A bar of this length is worth more than a heading on one line.
const ROOMY_BAR: usize = 24;
const LONGEST_BAR: usize = 40;

/// A table of rows.
pub(super) struct TableBlock {
    title: String,
    labels: Vec<String>,
    columns: Vec<NumberColumn>,
    /// The numbers for the bars: the first metric, if it is a count.
    bars: Option<Vec<f64>>,
    has_total: bool,
    notes: Vec<String>,
    language: Language,
}

impl TableBlock {
    pub(super) fn new(report: &Report, language: Language, table: &Table) -> Self {
        let is_by_day = table.is_by_day();
        let shown = if is_by_day { table.rows.len() } else { table.rows.len().min(ROWS_SHOWN) };
        let shown_rows = table.rows.get(..shown).unwrap_or_default();
        let mut notes = Vec::new();
        let hidden = table.rows.len() - shown;
        if hidden > 0 {
            let hidden = language.counted("count.smaller_rows", u64::try_from(hidden).unwrap_or(u64::MAX));
            notes.push(language.fill("table.more_rows", &[("rows", &hidden)]));
        }
        notes.extend(rows::not_summing_note(language, report, table));
        Self {
            title: words::table(language, &table.dimensions),
            labels: shown_rows.iter().map(|row| label(language, report, row, &table.dimensions)).collect(),
            columns: themes::together(
                table.metrics.iter().flat_map(|id| columns(report, language, shown_rows, id)).collect(),
                |column| column.theme,
            ),
            bars: table.metrics.first().and_then(|id| column::counts(report, shown_rows, id)),
            has_total: shown_rows.len() > 1 && table.metrics.iter().any(|id| report.metrics.get(id).is_some()),
            notes,
            language,
        }
    }

    fn label_width(&self) -> usize {
        let total = if self.has_total { self.language.text("table.total") } else { "" };
        self.labels.iter().map(String::as_str).chain([total]).map(text::width).max().unwrap_or(0)
    }

    /// The columns in parts that fit beside a label of `label` columns. A theme is divided only if it does not fit
    /// alone, into as few and as equal parts as possible.
    fn parts(&self, label: usize, width: usize) -> Vec<&[NumberColumn]> {
        let fits = |columns: &[NumberColumn]| label + taken(columns, Headings::Wrapped) <= width;
        let mut parts = Vec::new();
        let (mut start, mut end) = (0, 0);
        for theme in self.columns.chunk_by(|a, b| a.theme == b.theme) {
            let until = end + theme.len();
            if end > start && !self.columns.get(start..until).is_some_and(fits) {
                parts.extend(self.columns.get(start..end));
                start = end;
            }
            if end == start && !fits(theme) {
                parts.extend(even(theme, fits));
                start = until;
            }
            end = until;
        }
        parts.extend(self.columns.get(start..).filter(|rest| !rest.is_empty()));
        parts
    }

    fn part(&self, columns: &[NumberColumn], bars: Option<&[f64]>, least_label: usize, width: usize) -> Vec<Line> {
        let bar_room = if bars.is_some() { GAP + ROOMY_BAR } else { 0 };
        let whole = self.label_width() + taken(columns, Headings::Whole) + bar_room <= width;
        let headings = if whole { Headings::Whole } else { Headings::Wrapped };
        let numbers = taken(columns, headings);
        let label = self.label_width().min(width.saturating_sub(numbers)).max(least_label);
        let spare = width.saturating_sub(label + numbers + GAP);
        let bars = bars.filter(|_| spare >= SHORTEST_BAR);
        let bar = if bars.is_some() { spare.min(LONGEST_BAR) } else { 0 };
        let start = label + if bar > 0 { GAP + bar } else { 0 };
        let largest = bars.unwrap_or_default().iter().copied().fold(0.0, f64::max);

        let widths: Vec<usize> = columns.iter().map(|column| column.width(headings)).collect();
        let mut lines = head(columns, &widths, start);
        for (row, name) in self.labels.iter().enumerate() {
            let mut line = Line::new();
            line.name(Ink::Plain, name, label);
            if let Some(value) = bars.and_then(|bars| bars.get(row)) {
                line.skip(GAP);
                line.push(Ink::Bar, &bar::across(*value, largest, bar));
            }
            line.fill_to(start);
            for (column, width) in columns.iter().zip(&widths) {
                line.skip(GAP);
                match column.cells.get(row) {
                    Some(number) => line.right(number.ink(Ink::Plain), &number.text, *width),
                    None => line.right(Ink::Plain, NO_DATA, *width),
                }
            }
            lines.push(line);
        }
        if self.has_total {
            let mut line = Line::new();
            line.left(Ink::Strong, self.language.text("table.total"), start);
            for (column, width) in columns.iter().zip(&widths) {
                line.skip(GAP);
                line.right(column.total.ink(Ink::Strong), &column.total.text, *width);
            }
            lines.push(line);
        }
        lines
    }
}

impl Block for TableBlock {
    fn fits(&self, width: usize) -> bool {
        self.parts(self.label_width(), width).len() <= 1
    }

    fn lines(&self, width: usize) -> Vec<Line> {
        if self.labels.is_empty() {
            return vec![heading(&self.title, width), Line::of(Ink::Faint, self.language.text("table.no_rows"))];
        }
        let mut lines = Vec::new();
        let label = self.label_width().min(width / LABEL_SHARE);
        let parts = self.parts(label, width);
        let names: Vec<String> = parts
            .iter()
            .map(|columns| themes::name(self.language, columns.iter().map(|column| column.theme)))
            .collect();
        for (index, (columns, title)) in
            parts.into_iter().zip(themes::titles(self.language, &self.title, &names)).enumerate()
        {
            if index > 0 {
                lines.push(Line::new());
            }
            lines.push(heading(&title, width));
            let bars = if index == 0 { self.bars.as_deref() } else { None };
            lines.extend(self.part(columns, bars, label, width));
        }
        for note in &self.notes {
            lines.extend(text::wrap(note, width).iter().map(|part| Line::of(Ink::Faint, part)));
        }
        lines
    }
}

/// As few and as equal parts as possible; a metric's columns stay together if they fit.
fn even(columns: &[NumberColumn], fits: impl Fn(&[NumberColumn]) -> bool) -> Vec<&[NumberColumn]> {
    let metrics: Vec<&[NumberColumn]> = columns.chunk_by(|a, b| a.id == b.id).collect();
    let metrics: Vec<usize> = if metrics.iter().all(|metric| fits(metric)) {
        metrics.iter().map(|metric| metric.len()).collect()
    } else {
        vec![1; columns.len()]
    };
    let chunks = |size: usize| {
        let mut rest = columns;
        let lengths = metrics.chunks(size).map(|lengths| lengths.iter().sum::<usize>());
        lengths
            .map(|length| {
                let (part, after) = rest.split_at(length);
                rest = after;
                part
            })
            .collect::<Vec<_>>()
    };
    let largest = (1..metrics.len()).rev().find(|size| chunks(*size).iter().all(|part| fits(part))).unwrap_or(1);
    chunks(metrics.len().div_ceil(chunks(largest).len()).min(largest))
}

fn label(language: Language, report: &Report, row: &TableRow, dimensions: &[String]) -> String {
    let parts = if row.label.is_empty() { row.key.parts() } else { &row.label[..] };
    if dimensions == [Dimension::Day.name()] {
        let label = rows::labels(language, dimensions, parts, " / ");
        return drawn(&dates::day_label(language, &label).unwrap_or(label));
    }
    let part = |(dimension, part): (&String, &String)| {
        rows::with_days(language, &report.window, dimension, rows::label(language, dimension, part))
    };
    drawn(&dimensions.iter().zip(parts).map(part).collect::<Vec<_>>().join(" / "))
}

/// The headings, wrapped to their columns and aligned at the bottom.
fn head(columns: &[NumberColumn], widths: &[usize], start: usize) -> Vec<Line> {
    let wrapped: Vec<Vec<String>> =
        columns.iter().zip(widths).map(|(column, width)| text::wrap(&column.heading, *width)).collect();
    let height = wrapped.iter().map(Vec::len).max().unwrap_or(0);
    (0..height)
        .map(|row| {
            let mut line = Line::new();
            line.skip(start);
            for (width, heading) in widths.iter().zip(&wrapped) {
                let part = (row + heading.len()).checked_sub(height).and_then(|part| heading.get(part));
                line.skip(GAP);
                line.right(Ink::Faint, part.map_or("", String::as_str), *width);
            }
            line
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::{line::paint, sample, week};
    use super::*;

    fn drawn(report: &Report, table: usize, width: usize) -> String {
        let (_, table) = report.tables.iter().nth(table).expect("a table");
        paint(&TableBlock::new(report, Language::English, table).lines(width), false)
    }

    #[test]
    fn columns_that_do_not_fit_go_on_below() {
        let text = drawn(&week::week(), 0, 80);
        let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("whatsapp")).collect();
        assert_eq!(
            rows,
            [
                "whatsapp    ████████████████████████                  280                    231",
                "whatsapp          92         80          7          1           3          1",
            ]
        );
        assert_eq!(text.lines().filter(|line| line.starts_with("Total ")).count(), 2);
        assert_eq!(drawn(&week::week(), 0, 160).lines().filter(|line| line.starts_with("whatsapp")).count(), 1);
    }

    #[test]
    fn hidden_rows_are_counted() {
        let text = drawn(&sample::large(), 0, 80);
        assert!(text.contains("\nand 10 smaller rows: --format csv has all\n"));
        let flat = text.replace('\n', " ");
        assert!(flat.contains(" one conversation can be in several rows"), "{text}");
        assert!(!drawn(&week::week(), 0, 80).contains("several rows"));
        assert_eq!(drawn(&sample::silent(), 0, 20), "By channel ─────────\nno rows\n");
    }

    #[test]
    fn a_duration_has_its_median_and_mean_and_a_total_from_the_facts() {
        let text = drawn(&sample::large(), 0, 160);
        assert!(text.lines().any(|line| line.contains("median") && line.contains("mean")), "{text}");
        let total = text.lines().find(|line| line.starts_with("Total")).unwrap_or_default();
        assert!(total.contains("  4 min 12 s"), "{total}");
    }
}
