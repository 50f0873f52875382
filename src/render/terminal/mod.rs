//! The report for people, on a terminal or in a mail: header, key figures, tables, heatmaps, findings.
//!
//! Every section is laid out as lines for a given width and coloured at the end. The sections loop over the content of
//! the report; none of them knows a metric by name.

mod bar;
mod cards;
mod column;
mod dates;
mod durations;
mod emoji;
mod findings;
mod grid;
mod header;
mod heatmap;
pub mod inspection;
mod line;
pub(super) mod list;
mod listing;
mod matrix;
mod names;
#[cfg(test)]
pub(crate) mod sample;
mod sections;
mod series;
mod snapshot;
mod staffing;
mod summary;
mod table;
mod targets;
pub(crate) mod text;
mod trend;
#[cfg(test)]
pub(crate) mod week;

use crate::language::Language;
use crate::report::snapshot::Snapshot;
use crate::report::snapshot::series::SnapshotSeries;
use crate::report::{Report, Table};

use line::Line;
use matrix::MatrixBlock;
use table::TableBlock;

/// The capabilities of the terminal, as determined by `cli`: nothing here reads the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TerminalOptions {
    /// Columns of the terminal; 80 without one.
    pub width: usize,
    /// Whether colour codes may be written.
    pub color: bool,
}

/// The minimum width of the layout. A narrower terminal wraps the lines; numbers are never cut.
const NARROWEST: usize = 40;
/// The maximum width: longer lines are hard to follow.
const WIDEST: usize = 160;
/// Space between two blocks side by side.
const GUTTER: usize = 2;
/// From this width on, two blocks are side by side: each has the width of a small terminal.
const SIDE_BY_SIDE: usize = 120;

/// The report as text, with a line end after each line, in at most `options.width` columns (from 40 on).
#[must_use]
pub fn render(report: &Report, language: Language, options: &TerminalOptions) -> String {
    page(sections(report, language, options.width.clamp(NARROWEST, WIDEST)), options)
}

/// A snapshot as text, in at most `options.width` columns (from 40 on).
#[must_use]
pub fn snapshot(open: &Snapshot, language: Language, options: &TerminalOptions) -> String {
    page(snapshot::sections(open, language, options.width.clamp(NARROWEST, WIDEST)), options)
}

/// A series of snapshots as text, in at most `options.width` columns (from 40 on).
#[must_use]
pub fn series(over_time: &SnapshotSeries, language: Language, options: &TerminalOptions) -> String {
    page(series::sections(over_time, language, options.width.clamp(NARROWEST, WIDEST)), options)
}

/// Sections one below another, separated by blank lines.
fn page(sections: Vec<Vec<Line>>, options: &TerminalOptions) -> String {
    let mut lines = Vec::new();
    for section in sections {
        if !lines.is_empty() {
            lines.push(Line::new());
        }
        lines.extend(section);
    }
    line::paint(&lines, options.color)
}

fn sections(report: &Report, language: Language, width: usize) -> Vec<Vec<Line>> {
    let mut sections = vec![header::lines(report, language, width)];
    sections.extend(summary::lines(report, language, width));
    sections.extend(cards::key_figures(report, language, width));
    sections.extend(sections::lines(report, language, width));
    sections.push(header::origin(report, language, width));
    sections.push(findings::lines(report, language, width));
    sections
}

/// The tables of the report, in its order; crossed ones as matrices.
fn tables(report: &Report, language: Language) -> Vec<Box<dyn Block + '_>> {
    let block = |table: &Table| -> Box<dyn Block + '_> {
        match MatrixBlock::of(report, language, table) {
            Some(matrix) => Box::new(matrix),
            None => Box::new(TableBlock::new(report, language, table)),
        }
    };
    report.tables.iter().map(|(_, table)| block(table)).collect()
}

/// A part of the report that may be placed beside another one.
trait Block {
    /// Whether nothing is cut in `width` columns.
    fn fits(&self, width: usize) -> bool;
    /// Its lines, of at most `width` columns.
    fn lines(&self, width: usize) -> Vec<Line>;
}

impl<B: Block + ?Sized> Block for Box<B> {
    fn fits(&self, width: usize) -> bool {
        (**self).fits(width)
    }

    fn lines(&self, width: usize) -> Vec<Line> {
        (**self).lines(width)
    }
}

/// The blocks one below another; on a wide terminal two side by side if both fit.
fn paired<B: Block>(blocks: Vec<B>, width: usize) -> Vec<Vec<Line>> {
    let half = (width - GUTTER) / 2;
    let mut sections = Vec::new();
    let mut blocks = blocks.into_iter().peekable();
    while let Some(block) = blocks.next() {
        let pair = |other: &B| width >= SIDE_BY_SIDE && block.fits(half) && other.fits(half);
        sections.push(match blocks.next_if(pair) {
            Some(other) => line::beside(&block.lines(half), half, GUTTER, &other.lines(half)),
            None => block.lines(width),
        });
    }
    sections
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;
    use crate::metrics;
    use crate::report::{Cell, MetricValue};

    fn plain(report: &Report, width: usize) -> String {
        render(report, Language::English, &TerminalOptions { width, color: false })
    }

    /// `text` without colour codes.
    fn stripped(text: &str) -> String {
        let mut parts = text.split("\u{1b}[");
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            out.push_str(part.split_once('m').expect("a colour code ends in m").1);
        }
        out
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        for (name, report) in sample::all() {
            for width in 40..=200 {
                for line in plain(&report, width).lines() {
                    assert!(line.width() <= width, "{name} at {width}: {} columns: {line}", line.width());
                }
            }
        }
    }

    #[test]
    fn no_text_of_a_language_is_wider_than_its_column() {
        for language in Language::ALL {
            for (name, report) in sample::all() {
                for width in [40, 60, 80, 120, 160] {
                    let text = render(&report, language, &TerminalOptions { width, color: false });
                    for line in text.lines() {
                        assert!(
                            line.width() <= width,
                            "{name} in {language} at {width}: {} columns: {line}",
                            line.width()
                        );
                    }
                }
            }
            // The sample week has short names, so any cut text belongs to the program.
            let text = render(&week::week(), language, &TerminalOptions { width: 80, color: false });
            assert!(!text.contains('…'), "{language}: {text}");
        }
    }

    #[test]
    fn colour_changes_no_column() {
        for (name, report) in sample::all() {
            for width in 40..=200 {
                let colored = render(&report, Language::English, &TerminalOptions { width, color: true });
                assert_eq!(stripped(&colored), plain(&report, width), "{name} at {width}");
            }
        }
    }

    #[test]
    fn nothing_but_text_reaches_a_colourless_terminal() {
        for (name, report) in sample::all() {
            for width in [0, 1, 40, 80, 160, usize::MAX] {
                let text = plain(&report, width);
                let obeyed = |c: &char| {
                    (c.is_control() && *c != '\n')
                        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
                };
                assert_eq!(text.chars().find(obeyed), None, "{name} at {width}");
                assert!(
                    text.lines().all(|line| !line.ends_with(' ')),
                    "{name} at {width}: spaces at the end of a line"
                );
            }
        }
    }

    #[test]
    fn every_number_is_shown_at_every_width() {
        let report = week::week();
        for width in 40..=200 {
            let text = plain(&report, width);
            for (id, value) in report.metrics.iter() {
                let value = match value {
                    MetricValue::Scalar(scalar) => scalar.unit.format(scalar.value),
                    MetricValue::Duration(duration) => duration.unit.format(duration.statistics.p90),
                    MetricValue::Hidden(_) => "hidden".to_owned(),
                };
                assert!(text.contains(&value), "{id} at {width}");
            }
            for row in report.tables.iter().flat_map(|(_, table)| &table.rows) {
                let name = row.label.concat();
                let line: Vec<&str> = text.lines().filter(|line| line.starts_with(&name)).collect();
                for (id, cell) in row.cells.iter() {
                    if let Cell::Scalar { value: Some(value), .. } = cell {
                        let number = format!(" {value}");
                        let is_shown = line.is_empty() || line.iter().any(|line| line.contains(&number));
                        assert!(is_shown, "{id} of {name} at {width}");
                    }
                }
            }
        }
    }

    #[test]
    fn every_cell_of_a_wide_table_is_shown_at_every_width() {
        let report = sample::wide();
        let cells = metrics::all().map(|metric| if metric.is_duration() { 2 } else { 1 }).sum::<usize>();
        for width in 40..=200 {
            let text = plain(&report, width);
            let of_row = text.lines().filter(|line| line.starts_with("Pedidos "));
            let numbers =
                |line: &str| line.split("  ").filter(|part| part.contains(|c: char| c.is_ascii_digit())).count();
            assert_eq!(of_row.map(numbers).sum::<usize>(), cells, "at {width}:\n{text}");
        }
    }

    #[test]
    fn a_wide_table_is_read_theme_by_theme() {
        let headings = |width| {
            let text = plain(&sample::wide(), width);
            let found = text.lines().filter(|line| line.starts_with("By queue"));
            found.map(|line| line.trim_end_matches(['─', ' ']).to_owned()).collect::<Vec<_>>()
        };
        assert!(headings(80).contains(&"By queue: waits (3 of 3)".to_owned()), "{:?}", headings(80));
        assert!(headings(160).contains(&"By queue: waits".to_owned()), "{:?}", headings(160));
    }

    #[test]
    fn parts_are_in_order() {
        let text = plain(&week::week(), 80);
        let headings: Vec<&str> =
            text.lines().filter(|line| line.ends_with('─')).map(|line| line.trim_end_matches(['─', ' '])).collect();
        assert_eq!(
            headings,
            [
                "Key figures",
                "Figures",
                "Durations",
                "Engaged conversations by weekday and hour",
                "Transfer requests by weekday and hour",
                "By channel: conversations",
                "By channel: transfer requests",
                "By support type",
                "By department",
                "By day",
                "Where the numbers come from",
            ]
        );
        assert!(text.starts_with("Conversations report "));
        assert!(text.contains("\nwarning[unknown_customer]: 3 engaged"));
        assert!(text.ends_with("reason\n"));
    }

    #[test]
    fn two_blocks_are_side_by_side_where_there_is_room() {
        let text = plain(&week::week(), 160);
        assert!(text.lines().any(|line| line.starts_with("By support type ─") && line.contains("─  By department ─")));
    }
}
