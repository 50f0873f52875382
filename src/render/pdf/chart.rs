//! A number over time, drawn as steps above an axis of days, because a count holds until the next instant.

use super::canvas::{Area, Point};
use super::flow::{Align, Flow};
use super::structure::Role;
use super::style::{HAIRLINE, NOTE, PANEL, RULE, RULE_STRONG};
use crate::language::Language;
use crate::render::color::Color;
use crate::unit::NO_DATA;

/// The width of the axis numbers.
const AXIS: f64 = 42.0;
/// The height below the chart for its days.
const DAYS: f64 = NOTE.leading + 3.0;
/// The minimum space between the names of days.
const DAY_GAP: f64 = 6.0;
const LINE: f64 = 0.9;

pub struct Chart<'c> {
    /// A value for each instant; `None` leaves a gap.
    pub values: &'c [Option<f64>],
    /// The fill below the values.
    pub fill: Color,
    /// A line drawn over them, for comparison.
    pub line: Option<(&'c [Option<f64>], Color)>,
    /// The top of the axis, at least the largest value.
    pub top: f64,
    /// Formats a number of the axis.
    pub name: &'c dyn Fn(f64) -> String,
    /// Its title, read aloud before its values.
    pub title: &'c str,
    /// The indexes of the instants where days begin, with the names of the days.
    pub days: &'c [(usize, String)],
}

/// Draws a chart as a figure into an area of the page.
pub fn draw(flow: &mut Flow, chart: &Chart, area: Area) {
    let alt_text = chart.alt_text(flow.language);
    flow.element(Role::Figure { alt_text, area }, |flow| plot(flow, chart, area));
}

impl Chart<'_> {
    /// The highest value of each day.
    fn alt_text(&self, language: Language) -> String {
        let days = self.days.iter().enumerate().map(|(nth, (begin, day))| {
            let end = self.days.get(nth + 1).map_or(self.values.len(), |(next, _)| *next);
            let values = self.values.get(*begin..end).unwrap_or_default();
            let highest = values.iter().flatten().copied().reduce(f64::max);
            let highest = highest.map_or_else(|| NO_DATA.to_owned(), |value| (self.name)(value));
            format!("{day} {highest}")
        });
        let days = days.collect::<Vec<_>>().join("; ");
        language.fill("pdf.highest_by_day", &[("title", &self.title), ("days", &days)])
    }
}

fn plot(flow: &mut Flow, chart: &Chart, area: Area) {
    let plot = Area::new(area.x + AXIS, area.y, area.width - AXIS, area.height - DAYS);
    let pitch = plot.width / count(chart.values.len().max(1));
    let bottom = plot.y + plot.height;
    let x_of = |index: usize| plot.x + count(index) * pitch;
    let y_of = |value: f64| bottom - value / chart.top.max(f64::MIN_POSITIVE) * plot.height;
    // Every other day has a background, so that time can be read without a grid.
    for (nth, (begin, _)) in chart.days.iter().enumerate().filter(|(nth, _)| nth % 2 == 1) {
        let end = chart.days.get(nth + 1).map_or(chart.values.len(), |(next, _)| *next);
        flow.fill(Area::new(x_of(*begin), plot.y, x_of(end) - x_of(*begin), plot.height), 0.0, PANEL);
    }
    for share in [0.0, 0.5, 1.0] {
        let y = y_of(chart.top * share);
        let color = if share == 0.0 { RULE_STRONG } else { RULE };
        flow.rule(Point { x: plot.x, y }, Point { x: plot.x + plot.width, y }, HAIRLINE, color);
        let name = (chart.name)(chart.top * share);
        flow.text(plot.x - 5.0, NOTE.middle(y - 5.0, 10.0), &name, NOTE, Align::Right);
    }
    for (begin, steps) in runs(chart.values) {
        let mut corners = vec![Point { x: x_of(begin), y: bottom }];
        outline(begin, &steps, &x_of, &y_of, |point| corners.push(point));
        corners.push(Point { x: x_of(begin + steps.len()), y: bottom });
        if steps.iter().any(|value| *value > 0.0) {
            flow.polygon(corners, chart.fill);
        }
    }
    if let Some((values, color)) = chart.line {
        for (begin, steps) in runs(values) {
            let mut points = Vec::new();
            outline(begin, &steps, &x_of, &y_of, |point| points.push(point));
            for pair in points.windows(2) {
                flow.rule(pair[0], pair[1], LINE, color);
            }
        }
    }
    let mut free = f64::NEG_INFINITY;
    for (nth, (begin, name)) in chart.days.iter().enumerate() {
        let end = chart.days.get(nth + 1).map_or(chart.values.len(), |(next, _)| *next);
        let middle = f64::midpoint(x_of(*begin), x_of(end));
        let line = flow.typesetter.line(name, NOTE);
        let left = middle - line.width() / 2.0;
        if left >= free && left >= plot.x - AXIS && left + line.width() <= area.x + area.width + DAY_GAP {
            free = left + line.width() + DAY_GAP;
            flow.place(middle, NOTE.baseline(bottom + 2.0), line, Align::Middle);
        }
    }
}

/// The height of a chart whose plot has the given height.
#[must_use]
pub const fn height(plot: f64) -> f64 {
    plot + DAYS
}

/// The runs of values without a gap, with the index of each first value.
fn runs(values: &[Option<f64>]) -> Vec<(usize, Vec<f64>)> {
    let mut runs: Vec<(usize, Vec<f64>)> = Vec::new();
    for (index, value) in values.iter().enumerate() {
        let Some(value) = value else { continue };
        match runs.last_mut().filter(|(begin, run)| begin + run.len() == index) {
            Some((_, run)) => run.push(*value),
            None => runs.push((index, vec![*value])),
        }
    }
    runs
}

/// The corners of the steps; equal neighbours share them.
fn outline(
    begin: usize,
    steps: &[f64],
    x_of: &impl Fn(usize) -> f64,
    y_of: &impl Fn(f64) -> f64,
    mut corner: impl FnMut(Point),
) {
    let mut index = begin;
    #[expect(clippy::float_cmp, reason = "neighbours that are the same value")]
    for level in steps.chunk_by(|a, b| a == b) {
        let y = y_of(level[0]);
        corner(Point { x: x_of(index), y });
        index += level.len();
        corner(Point { x: x_of(index), y });
    }
}

#[expect(clippy::cast_precision_loss, reason = "instants of a series")]
const fn count(n: usize) -> f64 {
    n as f64
}

/// A number at or above the largest value that makes a readable axis: it has few digits, and so has its half.
#[must_use]
pub fn nice_top(largest: f64) -> f64 {
    if largest <= 2.0 {
        return 2.0;
    }
    let power = 10_f64.powf(largest.log10().floor());
    let steps = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0].map(|step| step * power);
    let is_fit = |top: &f64| *top >= largest && top % 2.0 == 0.0;
    steps.into_iter().find(is_fit).unwrap_or(largest)
}

/// The same for seconds: whole minutes, hours or days, and so is its half.
#[must_use]
pub fn nice_seconds(largest: f64) -> f64 {
    const STEPS: [f64; 17] = [
        10.0, 20.0, 60.0, 120.0, 240.0, 600.0, 1200.0, 2400.0, 3600.0, 7200.0, 14_400.0, 28_800.0, 43_200.0, 86_400.0,
        172_800.0, 345_600.0, 864_000.0,
    ];
    let found = STEPS.into_iter().find(|top| *top >= largest);
    found.unwrap_or_else(|| nice_top(largest / 86_400.0) * 86_400.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_at_or_above_the_largest() {
        for (largest, top) in
            [(0.0, 2.0), (1.0, 2.0), (3.0, 4.0), (7.0, 8.0), (10.0, 10.0), (11.0, 20.0), (23.0, 30.0), (137.0, 200.0)]
        {
            assert!((nice_top(largest) - top).abs() < 1e-9, "{largest}: {}", nice_top(largest));
        }
        for (largest, top) in [(0.0, 10.0), (61.0, 120.0), (3601.0, 7200.0), (86_400.0 * 25.0, 86_400.0 * 30.0)] {
            assert!((nice_seconds(largest) - top).abs() < 1e-6, "{largest}: {}", nice_seconds(largest));
        }
    }

    #[test]
    fn gaps_part_the_runs() {
        let values = [Some(1.0), Some(2.0), None, Some(2.0)];
        assert_eq!(runs(&values), [(0, vec![1.0, 2.0]), (3, vec![2.0])]);
        let mut corners = Vec::new();
        outline(0, &[1.0, 1.0, 2.0], &|index| count(index), &|value| value, |point| corners.push((point.x, point.y)));
        assert_eq!(corners, [(0.0, 1.0), (2.0, 1.0), (2.0, 2.0), (3.0, 2.0)]);
    }
}
