//! Spans of statuses and stints from fact rows; open spans end at the horizon.

use std::collections::BTreeMap;

use polars::prelude::*;

use super::spans::Span;
use crate::fold::facts::Facts;
use crate::fold::schema::FactTable;
use crate::metrics::agents::HELD;
use crate::metrics::dimensions::Dimension;
use crate::report::by_key::DimensionValue;
use crate::report::filters::{Ready, holds};
use crate::report::measure_window::{FactSource, keys};
use crate::report::of_conversation::ConversationColumn;

/// Values of dimensions, in their order.
pub type DimensionValues = Vec<Option<DimensionValue>>;

/// Spans of stints by their agent and the values of columns.
pub type StintGroups = BTreeMap<(Option<String>, DimensionValues), Vec<Span>>;

/// The agent, the status and the span of each status that passes the filters.
///
/// # Errors
///
/// If the facts lack a column: a bug.
pub fn each_status<'f>(
    facts: &'f Facts,
    filters: &Ready,
    mut each: impl FnMut(Option<&'f str>, Option<&'f str>, Span),
) -> PolarsResult<()> {
    let horizon = facts.run.horizon;
    let states = facts.frame(FactTable::AgentStates);
    let (ids, statuses) = (facts.texts_of(states, "agent")?, facts.texts_of(states, "status")?);
    let (since, until) = (states.column("since")?.i64()?, states.column("until")?.i64()?);
    for row in 0..states.height() {
        let id = ids.get(row);
        if filters.kept_agents().is_some_and(|kept| !holds(kept, id)) {
            continue;
        }
        each(id, statuses.get(row), (since.get(row).unwrap_or(horizon), until.get(row).unwrap_or(horizon)));
    }
    Ok(())
}

/// The stints that pass the filters, except filters of the clock, which cut spans.
///
/// # Errors
///
/// If polars refuses it: a bug.
pub fn stints(facts: &Facts, filters: &Ready) -> PolarsResult<LazyFrame> {
    Ok(filters.apply(facts.rows(FactTable::Stints)?, &HELD))
}

/// The agent and span of each stint.
///
/// # Errors
///
/// If the facts lack a column: a bug.
pub fn held<'f>(stints: &'f DataFrame, facts: &'f Facts) -> PolarsResult<Vec<(Option<&'f str>, Span)>> {
    let horizon = facts.run.horizon;
    let ids = facts.texts_of(stints, "agent")?;
    let (began, ended) = (stints.column("began_at")?.i64()?, stints.column("ended_at")?.i64()?);
    let rows = ids.iter().zip(began.iter()).zip(ended.iter());
    Ok(rows.map(|((id, began), ended)| (id, (began.unwrap_or(horizon), ended.unwrap_or(horizon)))).collect())
}

/// The stints that pass the filters, by agent and the values of columns.
///
/// # Errors
///
/// If polars refuses a query: a bug.
pub fn stints_by(source: FactSource, columns: &[Dimension]) -> PolarsResult<StintGroups> {
    let FactSource { facts, filters, .. } = source;
    let with =
        |rows, dimension: &Dimension| ConversationColumn::new(source.facts, *dimension).beside(rows, FactTable::Stints);
    let rows = columns.iter().try_fold(stints(facts, filters)?, with)?.collect()?;
    let values = columns.iter().map(|dimension| keys(rows.column(dimension.name())?, facts));
    let values: Vec<Vec<Option<DimensionValue>>> = values.collect::<PolarsResult<_>>()?;
    let mut groups = StintGroups::new();
    for (row, (id, span)) in held(&rows, facts)?.into_iter().enumerate() {
        let own: DimensionValues = values.iter().map(|column| column[row].clone()).collect();
        groups.entry((id.map(str::to_owned), own)).or_default().push(span);
    }
    Ok(groups)
}
