//! Turns the events of whole conversations into fact rows.

use std::collections::HashMap;
use std::sync::Arc;

use polars::prelude::DataFrame;

use super::fact_rows::{self, FactFrames};
use super::note::{LogPosition, NamedAgent, Note};
use super::plan::Plan;
use super::unique::{Rebuilding, duplicates};
use crate::event::Text;
use crate::fold::fold as fold_log;
use crate::fold::projection::Projection;
use crate::ingest::Rebuilt;

/// The fact rows of all conversations in frames of events, with a note of the sums. The frames must have all events of
/// each conversation, and all of each agent's statuses, in any order. `each` supplies the frames one by one: events are
/// stored as numbers, not as rows.
///
/// # Errors
///
/// If the rows are not events, some occur twice, or the plan lacks the results of earlier stages; errors of `each`.
pub fn fold(
    plan: &Plan,
    each: impl FnOnce(&mut dyn FnMut(&DataFrame) -> anyhow::Result<()>) -> anyhow::Result<()>,
) -> anyhow::Result<FactFrames> {
    let mut rebuilding = Rebuilding::new(plan)?;
    each(&mut |frame| rebuilding.add(frame, &[], |_| ()))?;
    let mut rebuilt = rebuilding.finish(plan.reading.drop_repeats)?;
    let horizon = plan.horizon()?;
    let names = names(&rebuilt, horizon, plan.reading.table.is_some())?;
    let (events, duplicates) = (rebuilt.rows, duplicates(&rebuilt));
    let settled = plan.settled()?;
    rebuilt.log.is_department_queue = settled.is_department_queue;
    rebuilt.log.latest = settled.latest;
    let facts = fold_log(rebuilt.log, &plan.folding.limits, Some(horizon), 1, &Projection::all())?;
    let frames = fact_rows::wide(&facts, plan)?;
    let rows = frames.iter().map(|frame| frame.height() as u64).sum();
    let run = Arc::unwrap_or_clone(facts.run);
    let note = Note::Folded {
        events,
        rows,
        duplicates,
        sums: run.sums,
        active: run.active,
        names,
        oddities: run.oddities,
        odd_values: run.odd_values,
    };
    Ok(FactFrames { frames, note: fact_rows::note_of(&note, &plan.columns.facts)? })
}

/// The last use of each name of each agent, up to the horizon.
fn names(rebuilt: &Rebuilt, horizon: i64, is_table: bool) -> anyhow::Result<Vec<NamedAgent>> {
    let mut last: HashMap<String, (LogPosition, String)> = HashMap::new();
    rebuilt.each_named(|row| {
        let named = row.agent().zip(row.text(Text::AgentName)).filter(|_| row.ts <= horizon);
        if let Some((agent, name)) = named {
            let known = last.get(agent);
            if known.is_some_and(|(known, _)| known.is_after(row.ts)) {
                return;
            }
            let position = if is_table { LogPosition::in_table(row) } else { LogPosition::at(row) };
            let position = (position, name.to_owned());
            if known.is_none_or(|known| *known < position) {
                last.insert(agent.to_owned(), position);
            }
        }
    })?;
    let mut names: Vec<NamedAgent> =
        last.into_iter().map(|(agent, (position, name))| NamedAgent { agent, position, name }).collect();
    names.sort_unstable();
    Ok(names)
}
