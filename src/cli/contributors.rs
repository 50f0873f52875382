//! The conversations behind the findings of a check, where the logs of both sides are there.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::request::ReportRequest;
use crate::fold::facts::Facts;
use crate::gate::contributors::{Shares, contributors};
use crate::gate::{Finding, Place};
use crate::metrics;
use crate::metrics::dimensions::{Dimension, WEEKDAYS};
use crate::report::filters::Filters;
use crate::report::list::{List, ListQuery, Subject, Value, build};
use crate::time::Window;

/// Findings whose conversations are looked for; each asks both logs' facts once more.
const LOOKED_AT: usize = 50;

/// One side: facts, and the window of its report.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// The facts.
    pub facts: &'a Facts,
    /// The window.
    pub window: Window,
}

/// Names the conversations behind each finding.
///
/// # Errors
///
/// Where a list cannot be built: a bug.
pub fn name(findings: &mut [Finding], request: &ReportRequest, old: Side, new: Side) -> anyhow::Result<()> {
    for finding in findings.iter_mut().take(LOOKED_AT) {
        let (before, now) = (shares(finding, request, old)?, shares(finding, request, new)?);
        if let (Some(before), Some(now)) = (before, now) {
            finding.conversations = contributors(finding, &before, &now, old.window == new.window);
        }
    }
    Ok(())
}

/// What each conversation adds to the number; none where its place cannot be asked for.
fn shares(finding: &Finding, request: &ReportRequest, side: Side) -> anyhow::Result<Option<Shares>> {
    let Some(metric) = metrics::find(&finding.metric) else { return Ok(None) };
    let (mut filters, mut window) = (request.filters.filters(), side.window);
    if !narrow(&finding.place, &request.attributes, &mut filters, &mut window) {
        return Ok(None);
    }
    let subject = Subject::Metric(metric);
    let query = ListQuery { subject, window, filters, thresholds: request.thresholds.clone(), sort: None, limit: None };
    Ok(Some(of(&build(side.facts, &query)?)))
}

/// Filters and days that leave the rows of that place alone; false where there are none that do.
fn narrow(place: &Place, attributes: &[&'static str], filters: &mut Filters, window: &mut Window) -> bool {
    let mut at_hour = |weekday: Option<&str>, hour: Option<usize>| {
        let hours = hour.map(|hour| format!("{hour}-{}", hour + 1).parse());
        match (weekday.map(str::parse), hours) {
            (Some(Err(_)), _) | (_, Some(Err(_))) => return false,
            (weekdays, hours) => {
                filters.weekdays = weekdays.and_then(Result::ok).or(filters.weekdays);
                filters.hours = hours.and_then(Result::ok).or(filters.hours);
            }
        }
        true
    };
    match place {
        Place::Total => true,
        Place::Staffing { .. } => false,
        Place::Hour { weekday, hour } => at_hour(WEEKDAYS.get(*weekday).copied(), Some(*hour)),
        Place::Row { table, key } => {
            let dimension = table.strip_prefix("by_").and_then(|name| Dimension::named(name, attributes));
            match (dimension, &key[..]) {
                (Some(dimension), [key]) if dimension.has_filter() => {
                    filters.values.insert(dimension, vec![key.clone()]);
                    true
                }
                (Some(Dimension::Weekday), [key]) => at_hour(Some(key), None),
                (Some(Dimension::Hour), [key]) => key.parse().is_ok_and(|hour| at_hour(None, Some(hour))),
                (Some(Dimension::Day), [key]) => {
                    let day = key.parse::<NaiveDate>().ok().and_then(|day| Window::new(window.zone(), day, day));
                    day.is_some_and(|day| {
                        *window = day;
                        true
                    })
                }
                (Some(_) | None, _) => false,
            }
        }
    }
}

/// Of durations the sum, of rates the share of its rows that count, of all else how many rows.
fn of(list: &List) -> Shares {
    let Some(ids) = list.column("conversation_id") else { return Shares::new() };
    let adds =
        ["is_in_numerator", "contribution", "value_seconds", "seconds"].into_iter().find_map(|name| list.column(name));
    let is_share = list.column("is_in_numerator").is_some();
    let mut sums: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    for row in &list.rows {
        let Some(id) = row.get(ids).and_then(Value::text) else { continue };
        let sum = sums.entry(id.to_owned()).or_default();
        sum.0 += adds.and_then(|at| row.get(at)).map_or(1.0, number);
        sum.1 += 1.0;
    }
    sums.into_iter().map(|(id, (sum, rows))| (id, if is_share { sum / rows } else { sum })).collect()
}

fn number(value: &Value) -> f64 {
    match value {
        #[expect(clippy::cast_precision_loss, reason = "a contribution: −1, 0 or 1")]
        Value::Number(number) => *number as f64,
        Value::Seconds(seconds) => *seconds,
        Value::Flag(flag) => f64::from(u8::from(*flag)),
        Value::None | Value::Text(_) | Value::Texts(_) | Value::Instant(_) | Value::Events(_) => 0.0,
    }
}
