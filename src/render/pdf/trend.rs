//! The trend as small multiples: a chart for each metric, a step for each window.

use super::canvas::Area;
use super::chart::{self, Chart, nice_seconds, nice_top};
use super::flow::{Align, Flow};
use super::style::{ACCENT, COLUMN_GUTTER, CONTENT_WIDTH, MARGIN, NOTE, PART, Weight};
use super::words;
use crate::render::trend::{Series, name, range, series};
use crate::report::Report;
use crate::unit::Unit;

/// Charts beside each other.
const IN_A_ROW: usize = 2;
/// Height of a chart.
const PLOT: f64 = 34.0;

/// Draws a chart for each metric that has a trend.
pub fn draw(flow: &mut Flow, report: &Report) {
    let all = series(report);
    if all.is_empty() {
        return;
    }
    flow.section(&format!("Trend over {} windows", report.trend.len()));
    let days: Vec<(usize, String)> =
        report.trend.iter().enumerate().map(|(place, window)| (place, words::day(name(window)).into_owned())).collect();
    let width = (CONTENT_WIDTH - COLUMN_GUTTER) / 2.0;
    let head = PART.leading + NOTE.leading + 2.0;
    for row in all.chunks(IN_A_ROW) {
        let y = flow.take(head + chart::height(PLOT) + 8.0);
        for (one, x) in row.iter().zip([MARGIN, MARGIN + width + COLUMN_GUTTER]) {
            let title = flow.type_.fit(&title(one), NOTE.weight(Weight::SemiBold), width);
            flow.place(x, PART.baseline(y), title, Align::Left);
            let note = flow.type_.fit(&extremes(report, one), NOTE, width);
            flow.place(x, NOTE.baseline(y + PART.leading), note, Align::Left);
            let (low, high) = range(&one.levels);
            // An axis begins at 0: a score below it has no bar, and its number stands above.
            let top = match one.unit {
                Unit::Seconds => nice_seconds(high),
                Unit::Rate => 1.0_f64.min(if high > 0.5 { 1.0 } else { high.max(0.02) * 2.0 }),
                Unit::Count | Unit::Score => nice_top(high.max(-low)),
            };
            let values: Vec<Option<f64>> = one.levels.iter().map(|level| level.map(|level| level.max(0.0))).collect();
            let name = |value: f64| one.unit.format(Some(value));
            let of = Chart { values: &values, fill: ACCENT, line: None, top, name: &name, days: &days };
            chart::draw(flow, &of, Area::new(x, y + head, width, chart::height(PLOT)));
        }
    }
}

fn title(of: &Series) -> String {
    let mean = if of.is_mean { ", mean" } else { "" };
    let now = of.unit.format(of.levels.last().copied().flatten());
    format!("{}{mean}: {now}", words::metric(of.id))
}

fn extremes(report: &Report, of: &Series) -> String {
    let at = |what: &str, place: Option<usize>| {
        let window = report.trend.get(place?)?;
        let level = of.unit.format(of.levels.get(place?).copied().flatten());
        Some(format!("{what} {level} from {}", words::day(name(window))))
    };
    let found: Vec<String> = [at("best", of.best), at("worst", of.worst)].into_iter().flatten().collect();
    found.join(" · ")
}
