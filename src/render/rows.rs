//! Rows of tables for people: what they are called, and which columns they sum to.

use std::borrow::Cow;

use chrono::DateTime;

use super::words;
use crate::language::Language;
use crate::metrics::dimensions::{Dimension, NO_VALUE};
use crate::report::{Cell, MetricValue, Report, Table};
use crate::time::Zone;
use crate::unit::Unit;

/// What a row of a table is called: `(none)` is told as what is missing, `no queue`, and the program's own values are in the
/// language. Names of the log stay as they are.
#[must_use]
pub fn label<'l>(language: Language, dimension: &str, label: &'l str) -> Cow<'l, str> {
    if label == NO_VALUE {
        Cow::Owned(language.fill("table.no_value", &[("dimension", &words::dimension(language, dimension))]))
    } else if dimension == Dimension::SupportType.name() {
        let own = language.find(&format!("value.support_type_{label}"));
        own.map_or(Cow::Borrowed(label), Cow::Borrowed)
    } else {
        Cow::Borrowed(label)
    }
}

/// The same of all its dimensions.
#[must_use]
pub fn labels(language: Language, dimensions: &[String], parts: &[String], joint: &str) -> String {
    let parts = dimensions.iter().zip(parts).map(|(dimension, part)| label(language, dimension, part));
    parts.collect::<Vec<_>>().join(joint)
}

/// An instant on the clock of a zone, RFC 3339 with its offset; what cannot be read stays as it is.
#[must_use]
pub fn on_clock(instant: &str, zone: &str) -> String {
    let at = DateTime::parse_from_rfc3339(instant).ok().zip(Zone::named(zone).ok());
    at.map_or_else(|| instant.to_owned(), |(at, zone)| zone.format_rfc3339(at.timestamp_millis()))
}

/// The counts of a table whose rows do not sum to the total: something can be in several rows.
#[must_use]
fn not_summing<'t>(report: &Report, table: &'t Table) -> Vec<&'t str> {
    let total = |id: &str| match report.metrics.get(id)? {
        MetricValue::Scalar(scalar) if scalar.unit == Unit::Count => scalar.value,
        MetricValue::Scalar(_) | MetricValue::Duration(_) => None,
    };
    let sum = |id: &str| -> f64 {
        let cells = table.rows.iter().filter_map(|row| match row.cells.get(id)? {
            Cell::Scalar { value, .. } => *value,
            Cell::Duration(_) => None,
        });
        cells.sum()
    };
    let is_off = |id: &&str| total(id).is_some_and(|total| (total - sum(id)).abs() > 0.5);
    if table.adds_up { Vec::new() } else { table.metrics.iter().map(String::as_str).filter(is_off).collect() }
}

/// What to say of them; none where all columns sum.
#[must_use]
pub fn not_summing_note(language: Language, report: &Report, table: &Table) -> Option<String> {
    let names: Vec<String> =
        not_summing(report, table).into_iter().map(|id| words::lowered(&words::metric(language, id))).collect();
    (!names.is_empty()).then(|| language.fill("table.does_not_add_up", &[("metrics", &names.join(", "))]))
}
