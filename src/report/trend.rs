//! The values of a metric over the earlier windows: the additions of `--trend` to a report.

use super::{Cell, HiddenValue, MetricValue, Statistics};
use crate::metrics::{Better, Metric};
use crate::time::Window;

/// How many windows a trend may have, including its own.
pub(crate) const WINDOWS: std::ops::RangeInclusive<u32> = 2..=60;

/// The minimum number of windows with a value for a best or worst window.
const ENOUGH: usize = 3;

/// The windows of a trend, oldest first: the window itself is last, and each is followed by its next window. `None` if
/// one would be outside of the calendar.
#[must_use]
pub fn windows(window: Window, count: u32) -> Option<Vec<Window>> {
    let mut windows = vec![window];
    for _ in 1..count {
        let before = windows.last()?.previous();
        // A window outside of the calendar cannot be constructed.
        Window::new(before.zone(), before.first_day(), before.last_day())?;
        windows.push(before);
    }
    windows.reverse();
    Some(windows)
}

/// The metrics of each window of a trend.
#[derive(Debug)]
pub struct Trend {
    /// For each window, oldest first: the metrics' cells in order; `None` if the log begins later.
    pub cells: Vec<Option<Vec<Cell>>>,
    /// For each window: whether it is over at the horizon.
    pub is_finished: Vec<bool>,
}

impl Trend {
    /// Adds the trend of the metric at this index to its value.
    pub fn add(&self, at: usize, metric: &Metric, to: &mut MetricValue) {
        let cells: Vec<Option<&Cell>> = self.cells.iter().map(|cells| cells.as_ref()?.get(at)).collect();
        let is_known = !metric.clock.is_horizon();
        let judged: Vec<Option<f64>> = cells
            .iter()
            .zip(&self.is_finished)
            .map(|(cell, is_finished)| level(*cell).filter(|_| *is_finished))
            .collect();
        let (lowest, highest) = (outlier(&judged, |a, b| a < b), outlier(&judged, |a, b| a > b));
        let (best, worst) = match metric.better {
            Better::Higher => (highest, lowest),
            Better::Lower => (lowest, highest),
            Better::Neither => (None, None),
        };
        let hidden_cells = cells.iter().enumerate().filter(|(_, cell)| **cell == Some(&Cell::Hidden));
        let hidden: Vec<usize> = hidden_cells.map(|(at, _)| at).filter(|_| is_known).collect();
        // A hidden window may be better or worse than all others.
        let is_certain = is_known && hidden.is_empty();
        let (best, worst) = (best.filter(|_| is_certain), worst.filter(|_| is_certain));
        match to {
            MetricValue::Scalar(scalar) | MetricValue::Hidden(HiddenValue::Scalar(scalar)) => {
                scalar.hidden.trend = hidden;
                let values = cells.iter().map(|cell| level(*cell)).collect();
                scalar.trend = Some(Some(values).filter(|_| is_known));
                (scalar.best, scalar.worst) = (Some(best), Some(worst));
            }
            MetricValue::Duration(duration) | MetricValue::Hidden(HiddenValue::Duration(duration)) => {
                duration.hidden.trend = hidden;
                let values = cells.iter().map(|cell| statistics(*cell)).collect();
                duration.trend = Some(Some(values).filter(|_| is_known));
                (duration.best, duration.worst) = (Some(best), Some(worst));
            }
        }
    }
}

/// The number that a window is judged by: the value; for a duration the mean.
fn level(cell: Option<&Cell>) -> Option<f64> {
    match cell? {
        Cell::Scalar { value, .. } => *value,
        Cell::Duration(statistics) => statistics.mean,
        Cell::Hidden => None,
    }
}

fn statistics(cell: Option<&Cell>) -> Option<Statistics> {
    match cell? {
        Cell::Scalar { .. } | Cell::Hidden => None,
        Cell::Duration(statistics) => Some(*statistics),
    }
}

/// The index of the value that is `beyond` all others, if there are at least `ENOUGH`.
pub(crate) fn outlier(values: &[Option<f64>], beyond: impl Fn(f64, f64) -> bool) -> Option<usize> {
    let known: Vec<(usize, f64)> = values.iter().enumerate().filter_map(|(at, value)| Some((at, (*value)?))).collect();
    let is_beyond_others =
        |(at, value): &&(usize, f64)| known.iter().all(|(other, of_other)| other == at || beyond(*value, *of_other));
    let found = known.iter().find(is_beyond_others).map(|(at, _)| *at);
    found.filter(|_| known.len() >= ENOUGH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{CalendarUnit, Zone, parse_date};

    #[test]
    fn windows_of_months_are_months() {
        let date = |text| parse_date(text).unwrap();
        let april = Window::new(Zone::UTC, date("2026-04-01"), date("2026-04-30")).unwrap();
        let found = windows(april.of_unit(CalendarUnit::Month), 4).unwrap();
        let days: Vec<u32> = found.iter().map(|window| window.days()).collect();
        assert_eq!((days, found[0].first_day()), (vec![31, 28, 31, 30], date("2026-01-01")));
        let found = windows(april, 3).unwrap();
        assert_eq!((found[0].first_day(), found[0].last_day()), (date("2026-01-31"), date("2026-03-01")));
        let early = Window::new(Zone::UTC, date("0001-01-02"), date("0001-01-03")).unwrap();
        assert_eq!(windows(early, 2), None);
    }

    #[test]
    fn the_best_and_the_worst_are_beyond_all_others() {
        let low = |values: &[Option<f64>]| outlier(values, |a, b| a < b);
        assert_eq!(low(&[Some(3.0), Some(1.0), None, Some(2.0)]), Some(1));
        assert_eq!(low(&[Some(3.0), Some(1.0), Some(1.0)]), None);
        assert_eq!(low(&[Some(3.0), Some(1.0), None]), None);
        assert_eq!(low(&[]), None);
    }
}
