//! Decimal numbers by weekday and hour: weekdays down, hours across.

use crate::language::Language;
use crate::render::hidden::{known, legend};
use crate::render::staffing::NumberStyle;
use crate::report::{self, staffing::WeekNumbers};

use super::line::{Ink, Line, heading};
use super::text;

/// The width of a weekday's name and the space after it.
const LABEL: usize = 4;

/// A grid and its presentation.
pub(super) struct GridStyle<'a> {
    pub title: &'a str,
    /// The numbers.
    pub grid: &'a WeekNumbers,
    /// The text for 0.
    pub zero: &'a str,
}

/// The hours from the first to the last in which any of the grids has a value other than 0.
pub(super) fn hours(grids: &[&WeekNumbers]) -> Vec<usize> {
    let is_said = |hour: &usize| {
        grids
            .iter()
            .flat_map(|grid| grid.iter())
            .any(|row| row[*hour].is_some_and(|value| value != report::Shown::Known(0.0)))
    };
    match ((0..24).find(is_said), (0..24).rev().find(is_said)) {
        (Some(first), Some(last)) => (first..=last).collect(),
        _ => Vec::new(),
    }
}

/// The grid as lines, for these hours.
pub(super) fn lines(
    GridStyle { title, grid, zero }: &GridStyle,
    hours: &[usize],
    language: Language,
    width: usize,
) -> Vec<Line> {
    let mut lines = vec![heading(title, width)];
    let is_known = grid.iter().flatten().any(Option::is_some);
    if hours.is_empty() || !is_known {
        lines.push(Line::of(Ink::Faint, language.text(if is_known { "staffing.zero" } else { "staffing.no_data" })));
        return lines;
    }
    let numbers = NumberStyle::of(grid);
    let cell = |value: Option<report::Shown<f64>>| {
        if known(value) == Some(0.0) { (*zero).to_owned() } else { numbers.show(value, language) }
    };
    let widest = grid.iter().flatten().map(|value| text::width(&cell(*value))).max().unwrap_or(0).max(2) + 1;
    let in_a_row = (width.saturating_sub(LABEL) / widest).max(1);
    // Parts of equal length read better than a long one and a short rest.
    let parts = hours.len().div_ceil(in_a_row);
    for hours in hours.chunks(hours.len().div_ceil(parts)) {
        let mut head = Line::new();
        head.fill_to(LABEL);
        for hour in hours {
            head.right(Ink::Faint, &format!("{hour:02}"), widest);
        }
        lines.push(head);
        for (name, row) in language.weekdays_in_columns().iter().zip(*grid) {
            let mut line = Line::new();
            line.left(Ink::Plain, name, LABEL);
            for hour in hours {
                let ink = match known(row[*hour]) {
                    Some(value) if value < 0.0 => Ink::Warning,
                    Some(0.0) | None => Ink::Faint,
                    Some(_) => Ink::Plain,
                };
                line.right(ink, &cell(row[*hour]), widest);
            }
            lines.push(line);
        }
    }
    if hours.len() < 24 {
        lines.push(Line::of(Ink::Faint, &text::fit(language.text("staffing.left_out"), width)));
    }
    if grid.iter().flatten().any(|value| *value == Some(report::Shown::Hidden)) {
        lines.push(Line::of(Ink::Faint, &text::fit(&legend(language), width)));
    }
    lines
}
