//! Days between two instants of a report, read back as dates.

use chrono::NaiveDate;

use super::{InstantRange, Report, ReportWindow, first_day};
use crate::time::date_of;

/// A half-open span of whole local days, as RFC 3339 texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DaySpan<'r> {
    /// The first instant.
    pub from: &'r str,
    /// The first instant after it.
    pub to: &'r str,
    /// Its number of dates, if known.
    pub days: Option<u32>,
}

impl DaySpan<'_> {
    /// The first and last date; `None` if the instants cannot be parsed.
    ///
    /// A date that the zone skipped has no length: it begins where the next date does, so a span of instants does not
    /// determine whether it contains such a date at its beginning or end. Only the number of dates does.
    #[must_use]
    pub fn dates(self) -> Option<(NaiveDate, NaiveDate)> {
        let first = date_of(&first_day(self.from, self.to))?;
        let last = date_of(self.to)?.pred_opt()?;
        let Some(days) = self.days.map(i64::from) else { return Some((first, last)) };
        match (last - first).num_days() + 1 - days {
            1 => Some((first, last.pred_opt()?)),
            -1 => Some((first.pred_opt()?, last)),
            _ => Some((first, last)),
        }
    }
}

impl InstantRange {
    /// Its days; their number is unknown.
    #[must_use]
    pub fn span(&self) -> DaySpan<'_> {
        DaySpan { from: &self.from, to: &self.to, days: None }
    }
}

impl ReportWindow {
    /// Its days.
    #[must_use]
    pub fn span(&self) -> DaySpan<'_> {
        DaySpan { from: &self.from, to: &self.to, days: Some(self.days) }
    }
}

impl Report {
    /// The days of the window to compare with. Months have their own lengths; other windows have the length of this
    /// one.
    #[must_use]
    pub fn compared_span(&self) -> Option<DaySpan<'_>> {
        let days = self.window.period.is_none().then_some(self.window.days);
        self.compared_with().map(|range| DaySpan { days, ..range.span() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_skipped_date_is_in_the_span_that_counts_it() {
        let dates = |from, to, days| {
            let (first, last) = DaySpan { from, to, days }.dates().expect("dates");
            format!("{first} {last}")
        };
        // Apia had no 30 December 2011.
        let (before, after) = ("2011-12-24T00:00:00-10:00", "2011-12-31T00:00:00+14:00");
        assert_eq!(dates(before, after, Some(6)), "2011-12-24 2011-12-29");
        assert_eq!(dates(before, after, Some(7)), "2011-12-24 2011-12-30");
        assert_eq!(dates(before, after, None), "2011-12-24 2011-12-30");
        let later = "2012-01-06T00:00:00+14:00";
        assert_eq!(dates(after, later, Some(6)), "2011-12-31 2012-01-05");
        assert_eq!(dates(after, later, Some(7)), "2011-12-30 2012-01-05");
        assert_eq!(dates(after, after, Some(1)), "2011-12-30 2011-12-30");
        // Other spans have the stated number of dates, or one derived from the instants.
        assert_eq!(dates("2026-03-02T00:00:00Z", "2026-03-09T00:00:00Z", Some(7)), "2026-03-02 2026-03-08");
        assert_eq!(dates("2026-03-02T00:00:00Z", "2026-03-09T00:00:00Z", Some(3)), "2026-03-02 2026-03-08");
        assert_eq!(DaySpan { from: "soon", to: "later", days: Some(1) }.dates(), None);
    }
}
