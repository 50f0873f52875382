//! Prepares fact rows for an engine that keeps them: marks returning customers, and gives each row its day.

use std::collections::HashMap;
use std::ops::Range;

use chrono::DateTime;
use polars::prelude::*;

use super::columns::DAY;
use super::fact_rows::{FactFrames, note_of, tables, wide};
use super::kept::{ANY_DAY, KeptDay};
use super::note::Note;
use super::plan::Plan;
use super::returns::mark_returns;
use crate::failure::Failure;
use crate::fold::blocks::{FactBlock, blocks_of};
use crate::fold::facts::Facts;
use crate::fold::schema::FactTable;

/// The fact rows of a frame with the day under which they are kept, and a note of the days. The frame must have all
/// rows of each customer, and of each conversation without a customer, in any order.
///
/// A conversation is kept with all of its rows under the UTC day of its first event; agents' states under no single
/// day.
///
/// # Errors
///
/// If a row belongs to no table or conversation, or the plan lacks the results of earlier stages.
pub fn keep(plan: &Plan, rows: &DataFrame) -> anyhow::Result<FactFrames> {
    let mut frames = tables(rows, &plan.reading.attributes)?;
    mark_returns(&mut frames[FactTable::Conversations as usize], plan.folding.limits.return_window_ms)?;
    let (days, day_of) = days(&frames)?;
    let facts = Facts::new(frames, plan.run()?.clone());
    let mut kept = wide(&facts, plan)?;
    for (frame, table) in kept.iter_mut().zip(FactTable::ALL) {
        let day: StringChunked = if *table == FactTable::AgentStates {
            StringChunked::full(DAY.into(), ANY_DAY, frame.height())
        } else {
            let ids = frame.column("conversation_id")?.str()?;
            ids.iter().map(|id| day_of.get(id?).map(String::as_str)).collect()
        };
        frame.with_column(day.with_name(DAY.into()).into_column())?;
    }
    Ok(FactFrames { frames: kept, note: note_of(&Note::Kept { days }, &plan.columns.kept)? })
}

/// The days of sorted conversations, with their content; and the day of each conversation.
fn days(frames: &[DataFrame]) -> anyhow::Result<(Vec<KeptDay>, HashMap<String, String>)> {
    let conversations = &frames[FactTable::Conversations as usize];
    let (ids, starts) = (conversations.column("conversation_id")?.str()?, conversations.column("started_at")?.i64()?);
    let (mut ranges, mut names): (Vec<Range<usize>>, Vec<String>) = (Vec::new(), Vec::new());
    let mut day_of = HashMap::with_capacity(conversations.height());
    for (at, (id, start)) in ids.iter().zip(starts.iter()).enumerate() {
        let day = start
            .and_then(DateTime::from_timestamp_millis)
            .map_or_else(|| ANY_DAY.to_owned(), |start| start.date_naive().to_string());
        if names.last() == Some(&day) {
            ranges.last_mut().into_iter().for_each(|range| range.end = at + 1);
        } else {
            ranges.push(at..at + 1);
            names.push(day.clone());
        }
        day_of.insert(id.unwrap_or_default().to_owned(), day);
    }
    let all: Vec<&DataFrame> = frames.iter().collect();
    let blocks = blocks_of(&all, ranges)?
        .ok_or_else(|| Failure::Input.because("fact rows are not in the order of their conversations: a bug"))?;
    let mut days: Vec<KeptDay> = names.into_iter().zip(blocks).map(|(day, block)| KeptDay { day, block }).collect();
    let states = frames[FactTable::AgentStates as usize].height();
    if states > 0 {
        let rows = [(FactTable::AgentStates.name().to_owned(), states)].into();
        let block = FactBlock { from: i64::MIN, until: i64::MAX, is_open: true, rows };
        days.push(KeptDay { day: ANY_DAY.to_owned(), block });
    }
    Ok((days, day_of))
}
