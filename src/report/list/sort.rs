//! `--sort`: the columns by which rows can be sorted, known before the log is read.

use polars::prelude::{DataFrame, Expr, PolarsResult, SortMultipleOptions};

use super::rows::{ROW_COUNT, shown_name};
use super::subject::SPAN_BEGAN;
use super::subject::VISIT_BEGAN;
use super::{Subject, durations};
use crate::failure::Failure;
use crate::fold::schema::{FactTable, Type};
use crate::metrics::Metric;
use crate::metrics::measure::{CONTRIBUTION, IS_IN_NUMERATOR, Measure, Thresholds, Times, VALUE};
use crate::nearest::hint;

/// The name for the column with a row's contribution to its metric.
const ROW_VALUE: &str = "value";
/// The column with the length of a span of agents' time.
pub(super) const SECONDS: &str = "seconds";

/// A column of the frame behind a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortColumn(String);

impl SortColumn {
    /// Its name in the frame.
    pub(super) fn name(&self) -> &str {
        &self.0
    }

    /// Its name in the list.
    #[must_use]
    pub fn shown(&self) -> String {
        shown_name(&self.0)
    }
}

/// The column with the end of a span of agents' time.
pub(super) const SPAN_ENDED: &str = "to";

/// The sortable columns in a list of spans: those that are not texts.
const fn of_spans(times: Times) -> &'static [&'static str] {
    match times {
        Times::Occupancy => &[SECONDS, SPAN_BEGAN, SPAN_ENDED, IS_IN_NUMERATOR],
        Times::Online | Times::Paused | Times::Handling | Times::Attended | Times::Concurrency => {
            &[SECONDS, SPAN_BEGAN, SPAN_ENDED]
        }
    }
}

/// The sortable columns of a list: contributions, then columns of its table, then durations; no texts.
#[must_use]
pub fn columns(subject: Subject) -> Vec<SortColumn> {
    let (table, metric) = (subject.table(), subject.metric());
    if let Measure::Time { times } = metric.measure {
        return of_spans(times).iter().map(|name| SortColumn((*name).to_owned())).collect();
    }
    let name_of = |part: &Expr| if let Expr::Alias(_, name) = part { Some(name.to_string()) } else { None };
    let mut names: Vec<String> = metric.parts(&Thresholds::default()).iter().filter_map(name_of).collect();
    if matches!(metric.measure, Measure::Distinct { .. }) {
        names.push(ROW_COUNT.to_owned());
    }
    if subject == Subject::Table(FactTable::Visits) {
        names.push(VISIT_BEGAN.to_owned());
    }
    names.extend(table.columns().iter().filter(|spec| spec.holds != Type::Text).map(|spec| spec.name.to_owned()));
    if matches!(subject, Subject::Table(_)) {
        names.extend(durations::names(table));
    }
    names.into_iter().map(SortColumn).collect()
}

/// The column with a name.
///
/// # Errors
///
/// If the list has none.
pub fn column(subject: Subject, name: &str) -> anyhow::Result<SortColumn> {
    let columns = columns(subject);
    let is_value = |column: &&SortColumn| [VALUE, CONTRIBUTION, ROW_COUNT, SECONDS].contains(&column.0.as_str());
    // A row of a mean contributes the number of its column.
    let averaged = match subject {
        Subject::Metric(Metric { measure: Measure::Mean { column, .. }, .. }) => Some(*column),
        Subject::Metric(_) | Subject::Table(_) => None,
    };
    let is_value = |column: &&SortColumn| is_value(column) || averaged == Some(&*column.0);
    let is_it = |column: &&SortColumn| if name == ROW_VALUE { is_value(column) } else { column.shown() == name };
    if let Some(column) = columns.iter().find(is_it) {
        return Ok(column.clone());
    }
    let names: Vec<String> = columns.iter().map(SortColumn::shown).collect();
    let what = if name == ROW_VALUE { "has no value of its own" } else { "has no such column to sort by" };
    Err(Failure::Usage.because(format!(
        "--sort {name}: a row of {} {what}{}; it can be sorted by {}",
        subject.name(),
        hint(name, names.iter().map(String::as_str).chain([ROW_VALUE]).filter(|known| *known != name)),
        names.join(", ")
    )))
}

/// Sorts descending, rows without a value last; equal rows keep their order.
pub(super) fn largest_first(frame: &DataFrame, column: &SortColumn) -> PolarsResult<DataFrame> {
    let options = SortMultipleOptions::new();
    frame.sort([&*column.0], options.with_order_descending(true).with_nulls_last(true).with_maintain_order(true))
}
