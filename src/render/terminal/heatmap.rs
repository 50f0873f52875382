//! Heatmaps: weekdays down, hours across. Cells have numbers if they fit, on a shaded background in colour; otherwise
//! shades with a legend.

use crate::language::Language;
use crate::render::hidden::{MARK, legend};
use crate::render::words;
use crate::report::{Heatmap, Report, Shown};
use crate::unit::NO_DATA;

use super::line::{Ink, Line, SHORTEST_RULE, Shade, heading};
use super::{Block, bar, text};

const HOURS: usize = 24;
const GAP: usize = 2;
const LABEL: usize = 3;
const WIDEST_CELL: usize = 5;
/// From this width on, a cell with typical counts has space around its number.
const ROOM_FOR_NUMBERS: usize = 3;

/// The heatmaps of the report, in its order.
pub(super) fn blocks(report: &Report, language: Language) -> Vec<HeatmapBlock<'_>> {
    report.count_heatmaps().map(|(id, heatmap)| HeatmapBlock { id, heatmap, language }).collect()
}

pub(super) struct HeatmapBlock<'a> {
    id: &'a str,
    heatmap: &'a Heatmap,
    language: Language,
}

/// How cells are drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
enum HeatmapStyle {
    Numbers,
    Shades,
}

impl HeatmapBlock<'_> {
    fn largest(&self) -> u64 {
        self.heatmap.known().max().unwrap_or(0)
    }

    fn total(&self) -> Shown<u64> {
        self.heatmap.total()
    }

    /// A sum, or the mark if a part of it is hidden.
    fn sum(&self, sum: Shown<u64>) -> String {
        sum.known().map_or_else(|| MARK.to_owned(), |sum| self.language.count(sum))
    }

    /// The sums of all days and of all hours.
    fn all(&self) -> &'static str {
        self.language.text("heatmap.all")
    }

    fn total_width(&self) -> usize {
        text::width(&self.sum(self.total())).max(text::width(self.all()))
    }

    fn cell(&self, width: usize) -> usize {
        let around = |cell| LABEL + margin(cell) + 1 + self.total_width();
        (1..=WIDEST_CELL).rev().find(|cell| around(*cell) + HOURS * cell <= width).unwrap_or(1)
    }

    /// Numbers need a space between them.
    fn drawing(&self, cell: usize) -> HeatmapStyle {
        if self.largest().to_string().len() < cell { HeatmapStyle::Numbers } else { HeatmapStyle::Shades }
    }

    /// The quarter of the largest count that contains `count`; `None` for 0.
    fn shade(&self, count: u64) -> Option<Shade> {
        let quarter = (u128::from(count) * 4).div_ceil(u128::from(self.largest().max(1)));
        Shade::ALL.get(usize::try_from(quarter).ok()?.checked_sub(1)?).copied()
    }

    fn cell_into(&self, line: &mut Line, day: usize, hour: usize, cell: usize) {
        let count = match self.heatmap.counts.get(day).and_then(|row| row.get(hour)) {
            Some(Shown::Hidden) => {
                line.right(Ink::Faint, MARK, cell);
                return;
            }
            Some(Shown::Known(count)) => *count,
            None => 0,
        };
        // An hour outside of the window is blank: a 0 would claim that it was observed.
        if count == 0 && value_at(&self.heatmap.hours_observed, day, hour) == 0.0 {
            line.skip(cell);
            return;
        }
        match (self.shade(count), self.drawing(cell)) {
            (None, _) => line.right(Ink::Faint, "·", cell),
            (Some(shade), HeatmapStyle::Numbers) => line.push(Ink::Ground(shade), &format!("{count:>cell$}")),
            (Some(shade), HeatmapStyle::Shades) => {
                line.push(Ink::Pattern(shade), &String::from(shade.character()).repeat(cell));
            }
        }
    }

    fn row(&self, day: usize, name: &str, cell: usize) -> Line {
        let mut line = Line::of(Ink::Plain, name);
        line.skip(margin(cell));
        for hour in 0..HOURS {
            self.cell_into(&mut line, day, hour, cell);
        }
        line.skip(1);
        let total: Shown<u64> = self.heatmap.counts.get(day).into_iter().flatten().copied().sum();
        let is_observed = self.heatmap.hours_observed.get(day).into_iter().flatten().any(|hours| *hours > 0.0);
        let is_something = is_observed || total != Shown::Known(0);
        let total = if is_something { self.sum(total) } else { NO_DATA.to_owned() };
        line.right(Ink::Plain, &total, self.total_width());
        line
    }

    /// The sums of all days as a drawing, so that the shape of a day is visible without colour.
    fn hours(&self, cell: usize) -> Line {
        let of_hour = |hour: usize| self.heatmap.counts.iter().filter_map(|row| row.get(hour)).copied().sum();
        let totals: Vec<Shown<u64>> = (0..HOURS).map(of_hour).collect();
        let largest = totals.iter().filter_map(|total| total.known()).max().unwrap_or(0);
        let mut line = Line::of(Ink::Plain, self.all());
        line.skip(margin(cell));
        for total in totals {
            line.skip(usize::from(cell > 1));
            let Some(total) = total.known() else {
                line.push(Ink::Faint, &MARK.repeat((cell - 1).max(1)));
                continue;
            };
            #[expect(clippy::cast_precision_loss, reason = "a picture of the number")]
            let spark = bar::upward(total as f64, largest as f64);
            line.push(Ink::Bar, &String::from(spark).repeat((cell - 1).max(1)));
        }
        line.skip(1);
        line.right(Ink::Strong, &self.sum(self.total()), self.total_width());
        line
    }

    /// The counts of each shade. A quarter without a whole number has none.
    fn legend(&self, width: usize) -> Vec<Line> {
        let mut entries = vec![Line::of(Ink::Faint, "· 0")];
        let mut from = 1;
        for (shade, quarter) in Shade::ALL.into_iter().zip(1_u128..) {
            let to = u64::try_from(u128::from(self.largest()) * quarter / 4).unwrap_or(u64::MAX);
            if to >= from {
                let sample = Line::of(Ink::Pattern(shade), &String::from(shade.character()).repeat(2));
                entries.push(sample.with(Ink::Faint, &self.range(from, to)));
            }
            from = to.saturating_add(1);
        }
        let mut lines = vec![Line::new()];
        for entry in entries {
            let gap = if lines.last().is_some_and(|line| line.width() > 0) { GAP } else { 0 };
            match lines.last_mut() {
                Some(line) if line.width() + gap + entry.width() <= width => {
                    line.skip(gap);
                    line.append(&entry);
                }
                Some(_) | None => lines.push(entry),
            }
        }
        lines
    }

    fn range(&self, from: u64, to: u64) -> String {
        let [first, last] = [from, to].map(|count| self.language.count(count));
        if from == to { format!(" {first}") } else { format!(" {first}–{last}") }
    }

    fn notes(&self) -> Vec<String> {
        let observed = || self.heatmap.hours_observed.iter().flatten().copied();
        let largest = observed().fold(0.0, f64::max);
        let smallest = observed().filter(|hours| *hours > 0.0).fold(largest, f64::min);
        let mut notes = Vec::new();
        if self.heatmap.has_hidden() {
            notes.push(legend(self.language));
        }
        if observed().any(|hours| hours == 0.0) {
            notes.push(self.language.text("heatmap.blank").to_owned());
        }
        if smallest < largest {
            notes.push(self.language.fill("heatmap.uneven", &[("fewest", &smallest), ("most", &largest)]));
        }
        notes
    }
}

impl Block for HeatmapBlock<'_> {
    fn fits(&self, width: usize) -> bool {
        self.drawing(self.cell(width)) == HeatmapStyle::Numbers
    }

    fn lines(&self, width: usize) -> Vec<Line> {
        let language = self.language;
        let name = words::metric(language, self.id);
        let title = language.fill("heatmap.title", &[("metric", &name)]);
        let mut lines = vec![heading(if text::width(&title) + SHORTEST_RULE <= width { &title } else { &name }, width)];
        if self.total() == Shown::Known(0) {
            lines.push(Line::of(Ink::Faint, language.text("heatmap.none")));
            return lines;
        }
        let cell = self.cell(width);
        let mut head = time_of_day(cell);
        head.skip(1);
        head.right(Ink::Faint, self.all(), self.total_width());
        lines.push(head);
        lines.extend(language.weekdays_in_columns().iter().enumerate().map(|(day, name)| self.row(day, name, cell)));
        lines.push(self.hours(cell));
        match self.drawing(cell) {
            HeatmapStyle::Numbers => {}
            HeatmapStyle::Shades => lines.extend(self.legend(width)),
        }
        for note in self.notes() {
            lines.extend(text::wrap(&note, width).iter().map(|part| Line::of(Ink::Faint, part)));
        }
        lines
    }
}

/// The space between a weekday and its cells; numbers bring their own.
fn margin(cell: usize) -> usize {
    usize::from(cell < ROOM_FOR_NUMBERS)
}

fn value_at<T: Copy + Default>(rows: &[[T; 24]; 7], day: usize, hour: usize) -> T {
    rows.get(day).and_then(|row| row.get(hour)).copied().unwrap_or_default()
}

/// The hours above the cells: all if there is room, else every third or sixth.
fn time_of_day(cell: usize) -> Line {
    let step = match cell {
        0 | 1 => 6,
        2 => 3,
        3.. => 1,
    };
    let mut line = Line::new();
    line.skip(LABEL + margin(cell));
    for hour in (0..HOURS).step_by(step) {
        let room = cell * step;
        let name = format!("{hour:02}");
        if step == 1 {
            line.right(Ink::Faint, &name, room);
        } else {
            line.left(Ink::Faint, &name, room);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::super::{line::paint, sample, week};
    use super::*;

    fn drawn(report: &Report, width: usize) -> Vec<String> {
        let lines = blocks(report, Language::English).first().map(|block| block.lines(width)).unwrap_or_default();
        paint(&lines, false).lines().map(str::to_owned).collect()
    }

    #[test]
    fn cells_have_numbers_where_they_fit() {
        let lines = drawn(&week::week(), 80);
        let head = "    00 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22 23 All";
        let monday = "Mon  ·  ·  ·  ·  ·  ·  ·  2  4  7  8  8  5  5  8  8  7  6  4  4  2  2  2  1  83";
        assert_eq!((lines[1].as_str(), lines[2].as_str()), (head, monday));
        assert_eq!(lines.len(), 10);
    }

    #[test]
    fn shades_have_a_legend_without_gaps() {
        let lines = drawn(&sample::large(), 80);
        assert_eq!(lines[10], "· 0  ░░ 1–14,336  ▒▒ 14,337–28,673  ▓▓ 28,674–43,009  ██ 43,010–57,346");
        let mut heatmap = week::heatmap(431);
        heatmap.counts = [[Shown::Known(0); 24]; 7];
        (heatmap.counts[0][0], heatmap.counts[0][1]) = (Shown::Known(2), Shown::Known(1));
        let block = HeatmapBlock { id: "conversations", heatmap: &heatmap, language: Language::English };
        assert_eq!(paint(&block.legend(80), false), "· 0  ▒▒ 1  ██ 2\n");
        assert_eq!(paint(&block.legend(10), false), "· 0  ▒▒ 1\n██ 2\n");
        assert_eq!([0, 1, 2].map(|count| block.shade(count)), [None, Some(Shade::Medium), Some(Shade::Full)]);
    }

    #[test]
    fn an_hour_outside_the_window_is_blank() {
        let lines = drawn(&sample::short(), 80);
        assert_eq!(lines[3], format!("Tue{}   –", " ".repeat(72)));
        assert!(lines[8].starts_with("Sun  ·  ·     ·"));
        assert!(lines.iter().any(|line| line == "blank: an hour that the window does not have"));
        assert!(lines.iter().any(|line| line.starts_with("hours occur 1 to 2 times in the window")));
    }
}
