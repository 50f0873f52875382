//! Events of whole conversations to fact rows.

use std::collections::HashMap;

use polars::prelude::DataFrame;

use super::fact_rows::{self, FactFrames};
use super::note::{NamedAgent, Note};
use super::plan::Plan;
use super::unique::{duplicates, rebuilt};
use crate::event::Text;
use crate::fold::fold as fold_log;
use crate::fold::projection::Projection;
use crate::ingest::{EventRow, Rebuilt};

/// The fact rows of all conversations of a frame, with a note of what adds up. All events of each conversation, and of each
/// agent's statuses, must be in the frame; in which order does not matter.
///
/// # Errors
///
/// Where the rows are no events, some came twice, or the plan is not that far.
pub fn fold(plan: &Plan, frame: &DataFrame) -> anyhow::Result<FactFrames> {
    let (mut rebuilt, rows) = rebuilt(plan, frame, plan.reading.drop_repeats)?;
    let horizon = plan.horizon()?;
    let names = names(&rebuilt, &rows, horizon);
    let duplicates = duplicates(&rebuilt);
    let events = rows.len() as u64;
    drop(rows);
    let settled = plan.settled()?;
    rebuilt.log.is_department_queue = settled.is_department_queue;
    rebuilt.log.latest = settled.latest;
    let facts = fold_log(rebuilt.log, &plan.folding.limits, Some(horizon), 1, &Projection::all())?;
    let frames = fact_rows::wide(&facts, plan)?;
    let rows = frames.iter().map(|frame| frame.height() as u64).sum();
    let run = facts.run;
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
    Ok(FactFrames { frames, note: fact_rows::note(&note, plan)? })
}

/// When each agent had a name last, up to the horizon.
fn names(rebuilt: &Rebuilt, rows: &[EventRow], horizon: i64) -> Vec<NamedAgent> {
    let mut last: HashMap<&str, ((i64, u32, u32), &str)> = HashMap::new();
    for row in rows.iter().filter(|row| row.ts <= horizon && rebuilt.is_accepted(row)) {
        if let (Some(agent), Some(name)) = (row.agent(), row.text(Text::AgentName)) {
            let seen = ((row.ts, row.source, row.position), name);
            let known = last.entry(agent).or_insert(seen);
            *known = seen.max(*known);
        }
    }
    let mut names: Vec<NamedAgent> = last
        .into_iter()
        .map(|(agent, (at, name))| NamedAgent { agent: agent.to_owned(), at, name: name.to_owned() })
        .collect();
    names.sort_unstable();
    names
}
