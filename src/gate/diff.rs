//! The changes between two reports, split by cause.

use std::collections::BTreeSet;

use super::pairs::pairs;
use super::table::STAFFING;
use super::{Cause, CellPath, Difference, Pair, differences};
use crate::metrics::{self, Metric};
use crate::report::Report;

/// The changes between two reports.
#[derive(Debug, Clone, PartialEq)]
pub struct Diff {
    /// The earlier report's path.
    pub old: String,
    /// The later report's path.
    pub new: String,
    /// The differences between the reports, other than their numbers.
    pub differences: Vec<Difference>,
    /// The numbers that differ, with their possible causes.
    pub numbers: Vec<(Pair, Vec<Cause>)>,
    /// How many numbers were compared.
    pub compared: usize,
}

impl Diff {
    /// Compares two reports.
    #[must_use]
    pub fn of(old: (&str, &Report), new: (&str, &Report)) -> Self {
        let differences = differences(old.1, new.1);
        let all = pairs(old.1, new.1);
        let compared = all.len();
        let differing = all.into_iter().filter(Pair::differs);
        let numbers = differing.map(|pair| (causes(&pair, &differences), pair)).map(|(causes, pair)| (pair, causes));
        let numbers = numbers.collect();
        Self { old: old.0.to_owned(), new: new.0.to_owned(), differences, numbers, compared }
    }

    /// Whether anything differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.differences.is_empty() && self.numbers.is_empty()
    }
}

/// The possible causes of a change. If the reports show none, it is the events that differ, or the version of the
/// program: most versions change no definition, and those that do raise a revision.
pub(super) fn causes(pair: &Pair, differences: &[Difference]) -> Vec<Cause> {
    if pair.old.is_none() || pair.new.is_none() {
        return vec![Cause::Definition];
    }
    let touches = |difference: &&Difference| match &difference.metric {
        Some(metric) if metric == STAFFING => matches!(pair.path, CellPath::Staffing { .. }),
        Some(metric) => *metric == pair.metric && !matches!(pair.path, CellPath::Staffing { .. }),
        None => {
            // Windows of a trend are compared with the same windows.
            let is_of_place = !matches!(pair.path, CellPath::Trend { .. }) || difference.cause != Cause::Window;
            difference.cause != Cause::Definition && is_of_place && touches_metric(difference, &pair.metric)
        }
    };
    let found: BTreeSet<Cause> = differences.iter().filter(touches).map(|difference| difference.cause).collect();
    if !found.is_empty() {
        return Cause::ALL.into_iter().filter(|cause| found.contains(cause)).collect();
    }
    let is_other_program =
        differences.iter().any(|difference| difference.cause == Cause::Definition && difference.metric.is_none());
    if is_other_program { vec![Cause::Definition, Cause::Data] } else { vec![Cause::Data] }
}

/// Whether a difference affects a metric. The limit of the service level affects only the service level, that of
/// returns only resolutions. How the window was requested, and the number of windows before it, affect nothing.
fn touches_metric(difference: &Difference, metric: &str) -> bool {
    match difference.what.as_str() {
        "--service-level" => metrics::find(metric).is_some_and(Metric::has_limit),
        "--return-window" => metrics::find(metric).is_some_and(Metric::has_return_window),
        // A file with another name may have the same content.
        "--inactive-after" | "files" | "--period" | "unfinished" | "--trend" => false,
        _ => true,
    }
}
