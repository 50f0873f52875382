//! Rows of tables for people: their names, and the columns that do not sum to the total.

use std::borrow::Cow;

use chrono::{DateTime, Days, NaiveDate, Weekday};

use super::words;
use crate::language::Language;
use crate::metrics::dimensions::{Dimension, NO_VALUE};
use crate::report::{Cell, MetricValue, Report, ReportWindow, Table, TableRow};
use crate::time::{Period, Zone, date_of};
use crate::unit::Unit;

/// The name of a table's row. `(none)` is shown as the missing value, `no queue`, and the program's own values are in
/// the language. Names of the log stay unchanged.
#[must_use]
pub fn label<'l>(language: Language, dimension: &str, label: &'l str) -> Cow<'l, str> {
    if label == NO_VALUE {
        Cow::Owned(language.fill("table.no_value", &[("dimension", &words::dimension(language, dimension))]))
    } else if dimension == Dimension::SupportType.name() {
        let own = language.find(&format!("value.support_type_{label}"));
        own.map_or(Cow::Borrowed(label), Cow::Borrowed)
    } else if let (true, Some(at)) = (dimension == Dimension::Weekday.name(), weekday(label)) {
        Cow::Borrowed(language.weekday(at))
    } else {
        Cow::Borrowed(label)
    }
}

/// Whether rows are one row without a value, whose numbers are those of the whole report: nothing for a chart.
#[must_use]
pub fn has_no_value(rows: &[&TableRow]) -> bool {
    matches!(rows, [row] if row.key.parts().iter().all(|part| part == NO_VALUE))
}

/// The weekday of a row, from Monday.
fn weekday(label: &str) -> Option<usize> {
    label.parse::<Weekday>().ok().map(|day| day.num_days_from_monday() as usize)
}

/// The label of a row. A week or month that is only partly in the window has its number of days: `2026-W10 (5 days)`.
#[must_use]
pub fn with_days(language: Language, window: &ReportWindow, dimension: &str, label: Cow<'_, str>) -> String {
    match days_of_part(window, dimension, &label) {
        Some(days) => format!("{label} ({})", language.counted("count.days", days)),
        None => label.into_owned(),
    }
}

/// How many days of a week or month are in the window; `None` if all are.
fn days_of_part(window: &ReportWindow, dimension: &str, key: &str) -> Option<u64> {
    Dimension::parse(dimension).filter(|dimension| [Dimension::Week, Dimension::Month].contains(dimension))?;
    let (first, end) = (date_of(&window.from)?, date_of(&window.to)?);
    let (begins, last) = key.parse::<Period>().ok()?.days(first)?;
    let days = |from: NaiveDate, to: NaiveDate| u64::try_from((to - from).num_days()).ok();
    let held = days(begins.max(first), (last + Days::new(1)).min(end))?;
    (held < days(begins, last + Days::new(1))?).then_some(held)
}

/// The label of all dimensions of a row.
#[must_use]
pub fn labels(language: Language, dimensions: &[String], parts: &[String], joint: &str) -> String {
    let parts = dimensions.iter().zip(parts).map(|(dimension, part)| label(language, dimension, part));
    parts.collect::<Vec<_>>().join(joint)
}

/// An instant on the clock of a zone, RFC 3339 with its offset; a text that cannot be parsed stays as it is.
#[must_use]
pub fn on_clock(instant: &str, zone: &str) -> String {
    let at = DateTime::parse_from_rfc3339(instant).ok().zip(Zone::named(zone).ok());
    at.map_or_else(|| instant.to_owned(), |(at, zone)| zone.format_rfc3339(at.timestamp_millis()))
}

/// The counts of a table whose rows do not sum to the total, because one item can be in several rows.
#[must_use]
fn not_summing<'t>(report: &Report, table: &'t Table) -> Vec<&'t str> {
    let total = |id: &str| match report.metrics.get(id)? {
        MetricValue::Scalar(scalar) if scalar.unit == Unit::Count => scalar.value,
        MetricValue::Scalar(_) | MetricValue::Duration(_) | MetricValue::Hidden(_) => None,
    };
    let sum = |id: &str| -> f64 {
        let cells = table.rows.iter().filter_map(|row| match row.cells.get(id)? {
            Cell::Scalar { value, .. } => *value,
            Cell::Duration(_) | Cell::Hidden => None,
        });
        cells.sum()
    };
    let is_off = |id: &&str| total(id).is_some_and(|total| (total - sum(id)).abs() > 0.5);
    if table.adds_up { Vec::new() } else { table.metrics.iter().map(String::as_str).filter(is_off).collect() }
}

/// The note about these counts; `None` if all columns sum to the total.
#[must_use]
pub fn not_summing_note(language: Language, report: &Report, table: &Table) -> Option<String> {
    let names: Vec<String> =
        not_summing(report, table).into_iter().map(|id| words::lowered(&words::metric(language, id))).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    (!names.is_empty()).then(|| language.fill("table.does_not_add_up", &[("metrics", &language.list(&names))]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::terminal::week::week;

    #[test]
    fn a_partial_week_or_month_has_its_number_of_days() {
        let mut window = week().window;
        let label = |window: &ReportWindow, dimension: &str, label: &str| {
            with_days(Language::English, window, dimension, Cow::Borrowed(label))
        };
        // Monday to Sunday: the whole week and part of the month.
        assert_eq!((&window.from[..10], &window.to[..10]), ("2026-03-09", "2026-03-16"));
        assert_eq!(label(&window, "week", "2026-W11"), "2026-W11");
        assert_eq!(label(&window, "month", "2026-03"), "2026-03 (7 days)");
        assert_eq!(label(&window, "channel", "2026-03"), "2026-03");
        // Across the turn of a year, from Wednesday to the first Monday.
        window.from.replace_range(..10, "2026-12-30");
        window.to.replace_range(..10, "2027-01-05");
        assert_eq!(label(&window, "week", "2026-W53"), "2026-W53 (5 days)");
        assert_eq!(label(&window, "week", "2027-W01"), "2027-W01 (1 day)");
        assert_eq!(label(&window, "month", "2026-12"), "2026-12 (2 days)");
    }

    #[test]
    fn one_row_without_a_value_is_nothing_for_a_chart() {
        let row = |key: &str| TableRow {
            key: vec![key.to_owned()].into(),
            label: vec![key.to_owned()],
            days: None,
            cells: std::iter::empty().collect(),
        };
        let (none, web) = (row(NO_VALUE), row("web"));
        assert!(has_no_value(&[&none]));
        assert!(!has_no_value(&[&web]) && !has_no_value(&[&none, &web]) && !has_no_value(&[]));
    }
}
