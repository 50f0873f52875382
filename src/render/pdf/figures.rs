//! Every figure of the report in one table: now, before, the change and what it means, and what is behind it.

use super::flow::Flow;
use super::table::{self, Cells, Column, Grid};
use super::words;
use crate::language::Language;
use crate::metrics::Judgement;
use crate::render::{change, targets, themes};
use crate::report::{MetricValue, Report, Statistic};
use crate::unit::{NO_DATA, Unit, group};

const HEADS: [&str; 7] = ["Now", "Before", "Change", "", "Mean", "p90", "n"];
/// Where the number itself and its judgement stand among them.
const NOW: usize = 0;
const JUDGED: usize = 3;

/// Draws the table; figures of one theme stand together.
pub fn draw(flow: &mut Flow, report: &Report) {
    let figures: Vec<(&str, &MetricValue)> = report.metrics.iter().collect();
    if figures.is_empty() {
        return;
    }
    flow.section("All figures");
    let figures = themes::together(figures, |(id, _)| themes::theme(id));
    table::draw(
        flow,
        &Grid {
            title: "In total".to_owned(),
            note: "Durations are shown as medians, with the mean, the 90th percentile and the number of cases (n) \
                   beside them."
                .to_owned(),
            labels: vec!["Figure".to_owned()],
            numbers: HEADS.map(|head| Column { head: head.to_owned(), ..Column::default() }).to_vec(),
            rows: figures.into_iter().map(|(id, value)| row(report, flow.language, id, value)).collect(),
            total: None,
            empty: words::NO_ROWS,
        },
    );
}

fn row(report: &Report, language: Language, id: &str, value: &MetricValue) -> Cells {
    let (unit, statistic, now, before, by, behind) = match value {
        MetricValue::Scalar(scalar) => {
            let n = match scalar.unit {
                // What it counts is the value itself.
                Unit::Count => String::new(),
                Unit::Seconds | Unit::Rate | Unit::Score => group(scalar.n),
            };
            let behind = [String::new(), String::new(), n];
            (scalar.unit, None, scalar.value, scalar.previous, scalar.change, behind)
        }
        MetricValue::Duration(duration) => {
            let (now, median) = (&duration.statistics, Statistic::LEADING);
            let before = duration.previous.as_ref().and_then(|before| median.of(before));
            let by = duration.change.as_ref().and_then(|change| median.of_change(change));
            let behind = [duration.unit.format(now.mean), duration.unit.format(now.p90), group(now.n)];
            (duration.unit, Some(median), median.of(now), before, by, behind)
        }
    };
    let change = by.map(|by| change::shown(language, id, unit, by));
    let judgement = change.as_ref().map_or(Judgement::Neutral, |change| change.judgement);
    let mut numbers = vec![
        targets::marked(report, id, statistic, now, &unit.format(now)),
        before.map_or_else(|| NO_DATA.to_owned(), |before| unit.format(Some(before))),
        change.map_or_else(|| NO_DATA.to_owned(), |change| change.text),
        change::word(language, judgement).to_owned(),
    ];
    numbers.extend(behind);
    let mut marked = Vec::new();
    if report.misses(id, statistic, now) {
        marked.push(NOW);
    }
    if judgement == Judgement::Worsened {
        marked.push(JUDGED);
    }
    Cells { labels: vec![words::metric(id).into_owned()], numbers, marked }
}
