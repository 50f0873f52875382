//! Names the conversations behind the findings of a check, if the logs of both sides are given.

use std::collections::BTreeMap;

use super::request::ReportRequest;
use crate::fold::facts::Facts;
use crate::gate::contributors::{Shares, contributors};
use crate::gate::{CellPath, Finding, MetricPart};
use crate::metrics;
use crate::metrics::dimensions::{Dimension, TimeUnit, WEEKDAYS};
use crate::report::filters::Filters;
use crate::report::list::{List, ListQuery, ListValue, Subject, build};
use crate::time::{Period, Window, date_of};

/// Findings whose conversations are looked up; each costs one more query of both logs' facts.
const LOOKED_AT: usize = 50;

/// One side of the comparison: its facts and the window of its report.
#[derive(Debug, Clone, Copy)]
pub struct ReportSide<'a> {
    /// The fact tables of its log.
    pub facts: &'a Facts,
    /// The days that its report covers.
    pub window: Window,
}

/// Names the conversations behind each finding.
///
/// # Errors
///
/// If a list cannot be built: a bug.
pub fn name(findings: &mut [Finding], request: &ReportRequest, old: ReportSide, new: ReportSide) -> anyhow::Result<()> {
    for finding in findings.iter_mut().take(LOOKED_AT) {
        let (before, now) = (shares(finding, request, old)?, shares(finding, request, new)?);
        if let (Some(before), Some(now)) = (before, now) {
            let are_same_days = old.window == new.window || matches!(finding.path, CellPath::Trend { .. });
            finding.conversations = contributors(finding, &before, &now, are_same_days);
        }
    }
    Ok(())
}

/// Each conversation's share of the number; `None` if no filter can select its cell.
fn shares(finding: &Finding, request: &ReportRequest, side: ReportSide) -> anyhow::Result<Option<Shares>> {
    let Some(metric) = metrics::find(&finding.metric) else { return Ok(None) };
    let (mut filters, mut window) = (request.filters.filters(), side.window);
    if narrow(&finding.path, request, &mut filters, &mut window).is_none() {
        return Ok(None);
    }
    let subject = Subject::Metric(metric);
    let query = ListQuery { subject, window, filters, thresholds: request.thresholds.clone(), sort: None, limit: None };
    Ok(Some(shares_of(&build(side.facts, &query)?, finding.part)))
}

/// Restricts filters and days to the rows of a cell; `None` if no filter can.
fn narrow(path: &CellPath, request: &ReportRequest, filters: &mut Filters, window: &mut Window) -> Option<()> {
    match path {
        CellPath::Total => Some(()),
        CellPath::Staffing { .. } => None,
        CellPath::Hour { weekday, hour } => {
            at_weekday(WEEKDAYS.get(*weekday)?, filters)?;
            at_hour(*hour, filters)
        }
        CellPath::Trend { from, to } => {
            *window = Window::new(window.zone(), date_of(from)?, date_of(to)?.pred_opt()?)?;
            Some(())
        }
        CellPath::Row { table, key } => {
            let tables = request.templates.iter().flat_map(|template| &template.tables);
            let dimensions = &tables.into_iter().find(|own| own.name() == *table)?.dimensions;
            dimensions.iter().zip(key).try_for_each(|(dimension, key)| narrow_to(*dimension, key, filters, window))
        }
    }
}

/// The same for one part of a row's key.
fn narrow_to(dimension: Dimension, key: &str, filters: &mut Filters, window: &mut Window) -> Option<()> {
    match dimension.unit() {
        None => {
            filters.values.insert(dimension, vec![key.to_owned()]);
            Some(())
        }
        Some(TimeUnit::Weekday) => at_weekday(key, filters),
        Some(TimeUnit::Hour) => at_hour(key.parse().ok()?, filters),
        Some(TimeUnit::Day | TimeUnit::Week | TimeUnit::Month) => {
            let (first, last) = key.parse::<Period>().ok()?.days(window.first_day())?;
            *window = Window::new(window.zone(), first.max(window.first_day()), last.min(window.last_day()))?;
            Some(())
        }
    }
}

fn at_weekday(weekday: &str, filters: &mut Filters) -> Option<()> {
    filters.weekdays = Some(weekday.parse().ok()?);
    Some(())
}

fn at_hour(hour: usize, filters: &mut Filters) -> Option<()> {
    filters.hours = Some(format!("{hour}-{}", hour + 1).parse().ok()?);
    Some(())
}

/// The share of each conversation: for durations the sum, for rates the rows that count, for everything else and for
/// `n` the number of rows.
fn shares_of(list: &List, part: MetricPart) -> Shares {
    let Some(ids) = list.column("conversation_id") else { return Shares::new() };
    let is_n = part == MetricPart::N;
    let adds =
        ["is_in_numerator", "contribution", "value_seconds", "seconds"].into_iter().find_map(|name| list.column(name));
    let adds = adds.filter(|_| !is_n);
    let is_share = !is_n && list.column("is_in_numerator").is_some();
    let mut sums: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    for row in &list.rows {
        let Some(id) = row.get(ids).and_then(ListValue::text) else { continue };
        let sum = sums.entry(id.to_owned()).or_default();
        sum.0 += adds.and_then(|at| row.get(at)).map_or(1.0, number);
        sum.1 += 1.0;
    }
    sums.into_iter().map(|(id, (sum, rows))| (id, if is_share { sum / rows } else { sum })).collect()
}

fn number(value: &ListValue) -> f64 {
    match value {
        #[expect(clippy::cast_precision_loss, reason = "a contribution: −1, 0 or 1")]
        ListValue::Number(number) => *number as f64,
        ListValue::Seconds(seconds) => *seconds,
        ListValue::Flag(flag) => f64::from(u8::from(*flag)),
        ListValue::None | ListValue::Text(_) | ListValue::Texts(_) | ListValue::Instant(_) | ListValue::Events(_) => {
            0.0
        }
    }
}
