//! The summary, which answers "how was the week?": a few sentences made from the report's own numbers, so they are
//! always true. Here they are values; renderers write the texts.
//!
//! `RULES` is the whole list, in the order of the page. A rule gives no sentence if the report has no change or too few
//! rows.

mod changed;
mod rows;

use crate::metrics::{self, Better, Judgement, Metric};
use crate::report::{MetricValue, Report, Statistic};
use crate::unit::Unit;

/// Maximum number of sentences on a page.
pub const MOST: usize = 4;

/// Fewer rows than these are not significant for a week: their mean or share moves by chance.
pub const FEW: u64 = 20;

/// A number of the report: a metric and, for a duration, its statistic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SummaryFigure {
    /// The id of the metric.
    pub metric: &'static str,
    /// The statistic, for a duration.
    pub statistic: Option<Statistic>,
    /// Its value in the metric's unit.
    pub value: f64,
}

/// One sentence of the summary.
#[derive(Debug, Clone, PartialEq)]
pub enum Sentence {
    /// The change that matters most among the metrics with a better side.
    Changed {
        /// The number in the window.
        now: SummaryFigure,
        /// The same number in the window before.
        before: f64,
        /// The change, as in the report.
        change: f64,
        /// The judgement of the change.
        judgement: Judgement,
    },
    /// The number of conversations, with its change.
    Volume {
        /// The number in the window.
        now: SummaryFigure,
        /// The same number in the window before.
        before: Option<f64>,
        /// The change, as in the report; `None` if the earlier number is small.
        change: Option<f64>,
    },
    /// The row of a table that is worse than all others.
    Worst {
        /// The dimension of the table.
        dimension: String,
        /// The row's name for people.
        label: String,
        /// Its number.
        row: SummaryFigure,
        /// The number of the whole report.
        total: f64,
    },
    /// The results of the targets.
    Targets {
        /// Indexes of the missed targets in the report.
        missed: Vec<usize>,
        /// Targets that have data.
        judged: usize,
        /// If all are met: queues, or else departments, that miss one.
        exceptions: Vec<Exception>,
    },
    /// The hour of the week with the largest number.
    Busiest {
        /// The counted things.
        metric: &'static str,
        /// The local weekday, from Monday.
        weekday: usize,
        /// The local hour.
        hour: usize,
        /// The rate per hour.
        per_hour: f64,
    },
}

/// A row of a table that misses a target which the whole report meets.
#[derive(Debug, Clone, PartialEq)]
pub struct Exception {
    /// Index of the target in the report.
    pub target: usize,
    /// The dimension of the table.
    pub dimension: String,
    /// The row's name for people.
    pub label: String,
    /// Its number.
    pub value: f64,
}

/// A rule that makes a sentence, or none.
struct SentenceRule {
    make: fn(&Report) -> Option<Sentence>,
    /// The place among all sentences by importance if it is bad news, and if it is not: a page with too many drops the
    /// least important.
    importance: [usize; 2],
}

/// The rules, in the order of the page.
const RULES: [SentenceRule; 6] = [
    SentenceRule { make: changed::largest, importance: [0, 0] },
    SentenceRule { make: changed::to_the_other_side, importance: [1, 7] },
    SentenceRule { make: volume, importance: [3, 3] },
    SentenceRule { make: rows::worst, importance: [4, 4] },
    SentenceRule { make: targets, importance: [2, 5] },
    SentenceRule { make: rows::busiest_hour, importance: [6, 6] },
];

/// The sentences of a report, at most [`MOST`].
#[must_use]
pub fn sentences(report: &Report) -> Vec<Sentence> {
    let mut made: Vec<(usize, Sentence)> = RULES
        .iter()
        .filter_map(|rule| {
            let sentence = (rule.make)(report)?;
            let [bad, other] = rule.importance;
            Some((if is_bad_news(&sentence) { bad } else { other }, sentence))
        })
        .collect();
    let mut places: Vec<usize> = made.iter().map(|(place, _)| *place).collect();
    places.sort_unstable();
    places.truncate(MOST);
    made.retain(|(place, _)| places.contains(place));
    made.into_iter().map(|(_, sentence)| sentence).collect()
}

fn is_bad_news(sentence: &Sentence) -> bool {
    match sentence {
        Sentence::Changed { judgement, .. } => *judgement == Judgement::Worsened,
        Sentence::Targets { missed, exceptions, .. } => !missed.is_empty() || !exceptions.is_empty(),
        Sentence::Worst { .. } => true,
        Sentence::Volume { .. } | Sentence::Busiest { .. } => false,
    }
}

/// The first key figure that is a count without a better side.
fn volume_metric(report: &Report) -> Option<&'static Metric> {
    let counts = |metric: &&Metric| metric.unit() == Unit::Count && metric.better == Better::Neither;
    report.key_figures.iter().filter_map(|id| metrics::find(id)).find(counts)
}

fn volume(report: &Report) -> Option<Sentence> {
    let metric = volume_metric(report)?;
    let MetricValue::Scalar(scalar) = report.metrics.get(metric.id)? else { return None };
    let now = SummaryFigure { metric: metric.id, statistic: None, value: scalar.value? };
    // With few rows before, the number is clearer than a percentage.
    let change = scalar.change.filter(|_| scalar.previous.is_some_and(is_many));
    Some(Sentence::Volume { now, before: scalar.previous, change })
}

/// Whether two values are equal after rounding for a page: a sentence that distinguished them would contradict itself.
fn read_alike(unit: Unit, a: f64, b: f64) -> bool {
    unit.format(Some(a)) == unit.format(Some(b))
}

/// Whether a number of rows is significant for a week.
#[expect(clippy::cast_precision_loss, reason = "a handful")]
fn is_many(count: f64) -> bool {
    count >= FEW as f64
}

fn targets(report: &Report) -> Option<Sentence> {
    let judged = report.targets.iter().filter(|target| target.met.is_some()).count();
    let missed = report.targets.iter().enumerate().filter(|(_, target)| target.met == Some(false));
    let missed: Vec<usize> = missed.map(|(at, _)| at).collect();
    let exceptions = if missed.is_empty() { rows::exceptions(report) } else { Vec::new() };
    (judged > 0).then_some(Sentence::Targets { missed, judged, exceptions })
}
