//! The rows behind a metric of agents' time: its spans, cut to the window.

use anyhow::Context;

use super::sort::{self, SECONDS, SPAN_ENDED};
use super::subject::SPAN_BEGAN;
use super::{ColumnContent, FoundRows, ListColumn, ListFigure, ListQuery, ListValue};
use crate::metrics::Metric;
use crate::metrics::measure::{IS_IN_NUMERATOR, Times};
use crate::report::agent_time::AgentTime;
use crate::report::agent_time::listed::ListedSpan;
use crate::report::agent_time::spans::SpanCut;
use crate::report::coverage::Coverage;
use crate::report::measure_window::FactSource;
use crate::report::warnings;
use crate::unit::seconds;

/// The spans of a metric, with its number.
///
/// # Errors
///
/// If no column to sort by has that name; if polars refuses a query: a bug.
pub(super) fn find(
    source: FactSource,
    query: &ListQuery,
    metric: &'static Metric,
    times: Times,
) -> anyhow::Result<FoundRows> {
    let (window, coverage) = (query.window, Coverage::of(&source.facts.run));
    let cut = SpanCut { zone: window.zone(), hours: query.filters.hours, weekdays: query.filters.weekdays };
    let agents = AgentTime::new(source, cut).context("agents' time")?;
    let mut cells = [metric.measure.over_no_rows()];
    agents.fill_totals(&[metric], window, &mut cells).context("the metric of the window")?;
    coverage.blank(&[metric], &mut cells);
    let mut spans = agents.listed(times, window).context("spans of the window")?;
    if !coverage.knows(metric) {
        spans.clear();
    }
    let row_count = spans.len() as u64;
    let order = match &query.sort {
        None => SPAN_BEGAN.to_owned(),
        Some(name) => {
            let column = sort::column(query.subject, name)?.shown();
            // Descending; equal spans stay in order of time.
            spans.sort_by_key(|listed| std::cmp::Reverse(number(listed, &column)));
            column
        }
    };
    spans.truncate(query.limit.unwrap_or(usize::MAX));
    let (columns, rows) = rows(source, query, times, spans);
    let warnings = warnings::without_status(&agents, &[metric], window).into_iter().collect();
    Ok(FoundRows { figure: Some(ListFigure::of(metric.unit(), &cells[0])), order, row_count, columns, rows, warnings })
}

/// The first columns in every list of agents' time.
pub const SPAN_COLUMNS: [(&str, ColumnContent); 5] = [
    ("agent", ColumnContent::Text),
    ("agent_name", ColumnContent::Text),
    (SPAN_BEGAN, ColumnContent::Instant),
    (SPAN_ENDED, ColumnContent::Instant),
    (SECONDS, ColumnContent::Seconds),
];

fn number(listed: &ListedSpan, column: &str) -> i64 {
    match column {
        SPAN_BEGAN => listed.span.0,
        SPAN_ENDED => listed.span.1,
        IS_IN_NUMERATOR => i64::from(listed.is_in_numerator == Some(true)),
        _ => listed.span.1 - listed.span.0,
    }
}

fn rows(
    source: FactSource,
    query: &ListQuery,
    times: Times,
    spans: Vec<ListedSpan>,
) -> (Vec<ListColumn>, Vec<Vec<ListValue>>) {
    let zone = query.window.zone();
    let has_conversation = matches!(times, Times::Handling | Times::Concurrency);
    let has_numerator = times == Times::Occupancy;
    let mut columns = SPAN_COLUMNS.to_vec();
    columns.extend(has_conversation.then_some(("conversation_id", ColumnContent::Text)));
    columns.extend(has_numerator.then_some((IS_IN_NUMERATOR, ColumnContent::Flag)));
    let names = &source.facts.run.agent_names;
    let text = |text: Option<String>| text.map_or(ListValue::None, ListValue::Text);
    let row = |listed: ListedSpan| {
        let name = listed.agent.as_ref().and_then(|id| names.get(id)).cloned();
        let instant = |ms: i64| ListValue::Instant(zone.format_rfc3339(ms));
        let (from, to) = listed.span;
        let mut row =
            vec![text(listed.agent), text(name), instant(from), instant(to), ListValue::Seconds(seconds(to - from))];
        row.extend(has_conversation.then(|| text(listed.conversation)));
        row.extend(has_numerator.then(|| listed.is_in_numerator.map_or(ListValue::None, ListValue::Flag)));
        row
    };
    let columns = columns.into_iter().map(|(name, content)| ListColumn { name: name.to_owned(), content }).collect();
    (columns, spans.into_iter().map(row).collect())
}
