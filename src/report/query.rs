//! The request for a report, after all checks of the command line.

use super::filters::Filters;
use super::staffing::StaffingQuery;
use super::targets::Target;
use super::template::{TableTemplate, Template};
use crate::fold::facts::RunFacts;
use crate::metrics::Metric;
use crate::metrics::measure::Thresholds;
use crate::time::{Period, Window};

/// The request for a report.
#[derive(Debug, Clone)]
pub struct ReportQuery {
    /// Templates, in order; a table in two of them gets the metrics of both.
    pub templates: Vec<Template>,
    /// The days that the report covers.
    pub window: Window,
    /// The requested period, if the window is one.
    pub period: Option<Period>,
    /// The window to compare with.
    pub compare: Compare,
    /// The windows of the trend, oldest first, the window itself last; empty without a trend.
    pub trend: Vec<Window>,
    /// The rows that the report keeps.
    pub filters: Filters,
    /// The settings of measures.
    pub thresholds: Thresholds,
    /// Promises that the numbers are compared with.
    pub targets: Vec<Target>,
    /// The settings of staffing, if a template has it.
    pub staffing: StaffingQuery,
    /// Numbers with fewer rows than this are hidden.
    pub min_cell: Option<u64>,
}

impl ReportQuery {
    /// The window to compare with.
    pub(super) fn other(&self) -> Option<Window> {
        self.compare.of(self.window)
    }

    /// The unit of the calendar before the requested one. It is named even if the log does not reach it.
    pub(super) fn named_previous(&self) -> Option<Window> {
        self.period.filter(|_| self.compare == Compare::Previous).map(|_| self.window.previous())
    }

    /// Whether some days of a window are still to come: it contains today, or ends after the horizon's day.
    pub(super) fn is_unfinished(&self, window: Window, run: &RunFacts) -> bool {
        let is_current = window == self.window && self.period.is_some_and(Period::is_current);
        is_current || window.last_day() > window.zone().day_of(run.horizon)
    }

    /// The requested windows, as half-open spans in UTC milliseconds.
    pub(super) fn spans(&self) -> Vec<(i64, i64)> {
        let windows = std::iter::once(self.window).chain(self.other()).chain(self.trend.iter().copied());
        windows.map(|window| (window.begins(), window.ends())).collect()
    }
}

/// The choice of the window to compare with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    /// The same number of days just before.
    Previous,
    /// Another window of the same length.
    With(Window),
    /// Nothing.
    None,
}

impl Compare {
    /// The window to compare `window` with.
    #[must_use]
    pub fn of(self, window: Window) -> Option<Window> {
        match self {
            Self::Previous => Some(window.previous()),
            Self::With(other) => Some(other),
            Self::None => None,
        }
    }
}

/// Each metric once, in the order of its first appearance.
pub(super) fn merged<'a>(lists: impl Iterator<Item = &'a [&'static Metric]>) -> Vec<&'static Metric> {
    let mut all: Vec<&'static Metric> = Vec::new();
    for metric in lists.flatten() {
        if all.iter().all(|known| known.id != metric.id) {
            all.push(metric);
        }
    }
    all
}

/// Each table once, with the metrics of all templates that contain it.
pub(super) fn merged_tables(templates: &[Template]) -> Vec<TableTemplate> {
    let mut all: Vec<TableTemplate> = Vec::new();
    for table in templates.iter().flat_map(|template| &template.tables) {
        match all.iter_mut().find(|known| known.dimensions == table.dimensions) {
            Some(known) => known.metrics = merged([&known.metrics[..], &table.metrics[..]].into_iter()),
            None => all.push(table.clone()),
        }
    }
    all
}
