//! Puts the facts of a log together from the batches of all threads.

use std::collections::BTreeMap;
use std::sync::Arc;

use polars::prelude::*;

use super::column_file::ColumnFile;
use super::columns::{NameSeries, flags};
use super::conversation_order::{Beginnings, ranks};
use super::fact_batches::{FactBatch, FactBatches};
use super::fact_rows::FactRows;
use super::facts::{Facts, RunFacts};
use super::frames::{ORDER, agent_states, frames};
use super::machine::FoldSettings;
use super::moment_batches::MomentBatches;
use super::projection::Projection;
use super::rows::{AgentState, Oddities, Oddity};
use super::schema::FactTable;
use super::sums::Sums;
use super::{Folded, FoldedBatch, agents};
use crate::event::TextDomain;
use crate::event::aliases::{Renamed, UnusedAlias};
use crate::ingest::Log;
use crate::nearest::nearest;

/// Joins the frames of all batches, the agents' states and the run. If ids are texts, conversations are sorted by
/// start, then id, and the rows of other tables by their conversations.
///
/// # Errors
///
/// If polars rejects a frame, which is a bug.
pub fn assemble(
    log: &Log,
    folded: Folded,
    settings: &FoldSettings,
    mut texts: NameSeries,
    projection: &Projection,
    file: &Arc<ColumnFile>,
) -> PolarsResult<Facts> {
    let Folded { mut batches, moments, contacts, oddities, places, mut sums, active, names, odd, traces } = folded;
    let is_stored = batches.iter().any(|batch| matches!(batch.rows, FactBatch::Stored(_)));
    let ranks = if is_stored && projection.in_order { Some(ranks_of(&mut batches, &texts)?) } else { None };
    texts.forget_keys();
    let is_returned: Vec<bool> = {
        let contacts = contacts.iter().flat_map(|batch| batch.iter());
        let is_returned = agents::returns(contacts.clone(), settings.limits.return_window_ms);
        contacts.zip(is_returned).filter(|(contact, _)| contact.is_kept).map(|(_, is_returned)| is_returned).collect()
    };
    drop(contacts);
    let mut is_returned = is_returned.into_iter();
    for FoldedBatch { rows: batch, .. } in &mut batches {
        let rows = batch.rows(FactTable::Conversations);
        let marks = || flags("is_returned", is_returned.by_ref().take(rows));
        batch.replace(FactTable::Conversations, "is_returned", marks)?;
    }
    // Threads take turns. A report finds the values of conversations by place if batches are in the order of their numbers.
    batches.sort_unstable_by_key(|batch| batch.first);
    let batches: Vec<FactBatch> = batches.into_iter().map(|batch| batch.rows).collect();
    // Without conversations the tables still exist, without rows.
    let none = || frames(&FactRows::new(projection), &texts, 0);
    let (mut all, stored) = if is_stored {
        let none = none()?;
        // Queries have half of the memory of the facts.
        let memory_bytes = projection.memory_bytes.unwrap_or(usize::MAX) / 2;
        let batches = FactBatches::new(Arc::clone(file), batches, &none, memory_bytes);
        (none, Some(Arc::new(batches)))
    } else {
        let mut here = batches.into_iter().filter_map(FactBatch::into_frames);
        let mut all = here.next().map_or_else(none, Ok)?;
        for batch in here {
            for (frame, more) in all.iter_mut().zip(&batch) {
                frame.vstack_mut(more)?;
            }
        }
        (all, None)
    };
    if all.iter().all(|frame| frame.column(ORDER).is_ok()) {
        all = in_order(all)?;
    }
    let mut states = agents::states(log, settings.horizon);
    states.sort_by_key(|state| (log.dictionary(TextDomain::Agents).get(state.agent), state.since));
    let is_negative = |state: &&AgentState| state.until.is_some_and(|until| until < state.since);
    sums.negative_durations += i64::try_from(states.iter().filter(is_negative).count()).unwrap_or(i64::MAX);
    all.push(agent_states(&states, &texts, projection)?);
    let agents = log.dictionary(TextDomain::Agents);
    let names = names.names(log).into_iter();
    let agent_names = names.map(|(id, name)| (agents.get(id).to_owned(), agents.get(name).to_owned())).collect();
    let run = RunFacts {
        attributes: log.attributes.iter().map(|name| (*name).to_owned()).collect(),
        absent_attributes: texts.attributes.absent(),
        odd_values: odd.counts(&log.attributes),
        ..run_of(log, &oddities, settings, active.intervals(), sums, agent_names)
    };
    let places = projection.places.then(|| places.names(log));
    let mut facts = Facts::new(all, run);
    facts.batches = stored;
    facts.ranks = ranks.map(Arc::from);
    facts.moments = MomentBatches::new(Arc::clone(file), moments, &super::moments::frame(&[], &texts)?);
    facts.places = places;
    facts.traces = traces;
    facts.attributes = Some(Arc::clone(&texts.attributes));
    facts.texts = texts.numbers;
    Ok(facts)
}

/// The rank of each conversation by its number.
fn ranks_of(batches: &mut [FoldedBatch], texts: &NameSeries) -> PolarsResult<Vec<u32>> {
    let taken = batches.iter_mut().filter_map(|batch| Some((batch.first, batch.beginnings.take()?)));
    let mut beginnings: Vec<(i64, Beginnings)> = taken.collect();
    beginnings.sort_unstable_by_key(|(first, _)| *first);
    let beginnings: Vec<Beginnings> = beginnings.into_iter().map(|(_, batch)| batch).collect();
    ranks(&beginnings, texts)
}

/// Sorts conversations by start and id, and other tables by their conversations.
fn in_order(frames: Vec<DataFrame>) -> PolarsResult<Vec<DataFrame>> {
    let conversations = &frames[FactTable::Conversations as usize];
    let starts = conversations.column("started_at")?.i64()?;
    let ids = conversations.column("conversation_id")?.str()?;
    let numbers = conversations.column(ORDER)?.i64()?;
    let mut order: Vec<_> = starts.iter().zip(ids.iter()).zip(numbers.into_no_null_iter()).collect();
    order.sort_unstable();
    let mut ranks = vec![0_u32; order.len()];
    for (rank, (_, number)) in (0..).zip(order) {
        ranks[usize::try_from(number).unwrap_or_default()] = rank;
    }
    let sorted = |frame: DataFrame| {
        let numbers = frame.column(ORDER)?.i64()?;
        let rank = |number: i64| ranks[usize::try_from(number).unwrap_or_default()];
        let mut order: Vec<(u32, IdxSize)> = numbers.into_no_null_iter().map(rank).zip(0..).collect();
        order.sort_unstable();
        let order: IdxCa = order.into_iter().map(|(_, index)| Some(index)).collect();
        frame.drop(ORDER)?.take(&order)
    };
    frames.into_iter().map(sorted).collect()
}

/// The aliases that were applied to no row, with the nearest names in rows.
#[must_use]
pub fn unused_aliases(log: &Log) -> Vec<UnusedAlias> {
    let near = |kind: &str, old: &str| {
        let words = log.dictionary(Renamed::parse(kind)?.domain());
        nearest(old, words.iter().filter(|name| *name != old)).map(str::to_owned)
    };
    let unused = |(kind, old, _): (&str, &str, &str)| UnusedAlias {
        kind: kind.to_owned(),
        old: old.to_owned(),
        near: near(kind, old),
    };
    log.unused_aliases.iter().map(unused).collect()
}

fn run_of(
    log: &Log,
    oddities: &Oddities,
    settings: &FoldSettings,
    active: Vec<(i64, i64)>,
    sums: Sums,
    agent_names: BTreeMap<String, String>,
) -> RunFacts {
    let mut rejections = BTreeMap::new();
    for reject in &log.rejects {
        *rejections.entry(reject.fault.reason.name().to_owned()).or_insert(0) += 1;
    }
    let oddities = Oddity::ALL.iter().zip(*oddities).filter(|(_, count)| *count > 0);
    RunFacts {
        horizon: settings.horizon,
        sessions: log.sessions,
        limits: settings.limits,
        files: log.files.clone(),
        rejections,
        active,
        agent_names,
        oddities: oddities.map(|(oddity, count)| (oddity.name().to_owned(), count)).collect(),
        sums,
        attributes: Vec::new(),
        absent_attributes: Vec::new(),
        odd_values: BTreeMap::new(),
        renamed: log.renamed.clone(),
        unused_aliases: unused_aliases(log),
        absent: Vec::new(),
    }
}
