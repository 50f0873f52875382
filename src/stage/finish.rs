//! Fact rows and notes from everywhere to the facts of the run.

use std::collections::{BTreeMap, HashMap};

use polars::prelude::*;

use super::fact_rows::tables;
use super::note::{NamedAgent, Note};
use super::plan::Plan;
use super::settle::sources;
use crate::failure::Failure;
use crate::fold::active::joined;
use crate::fold::agents::{Contact, returns};
use crate::fold::facts::{Facts, Run};
use crate::fold::schema::Table;
use crate::fold::sums::Sums;

/// What the notes of all folds say together.
#[derive(Default)]
struct Together {
    events: u64,
    rows: u64,
    sums: Sums,
    active: Vec<(i64, i64)>,
    names: BTreeMap<String, ((i64, u32, u32), String)>,
    oddities: BTreeMap<String, u64>,
    odd_values: BTreeMap<String, u64>,
}

impl Together {
    fn of(notes: &[Note]) -> Self {
        let mut all = Self::default();
        for note in notes {
            if let Note::Folded { events, rows, sums, active, names, oddities, odd_values, .. } = note {
                all.events += events;
                all.rows += rows;
                all.sums.merge(sums);
                all.active.extend(active);
                for NamedAgent { agent, at, name } in names {
                    let seen = (*at, name.clone());
                    let known = all.names.entry(agent.clone()).or_insert_with(|| seen.clone());
                    *known = seen.max(known.clone());
                }
                for (sums, more) in [(&mut all.oddities, oddities), (&mut all.odd_values, odd_values)] {
                    for (name, count) in more {
                        *sums.entry(name.clone()).or_default() += count;
                    }
                }
            }
        }
        all
    }
}

/// The facts of the run.
///
/// # Errors
///
/// Where rows or notes are missing, or came twice.
pub fn finish(plan: &Plan, notes: &[Note], rows: &DataFrame) -> anyhow::Result<Facts> {
    let sources = sources(plan, notes)?;
    let all = Together::of(notes);
    let accepted = sources.files.iter().map(|file| file.accepted).sum();
    check_whole(notes, accepted, &all, rows.height() as u64)?;
    let mut frames = tables(rows, plan)?;
    mark_returns(&mut frames[Table::Conversations as usize], plan.folding.limits.return_window_ms)?;
    let mut rejections = BTreeMap::new();
    for reject in &sources.rejects {
        *rejections.entry(reject.fault.reason.name().to_owned()).or_insert(0) += 1;
    }
    let run = Run {
        horizon: plan.horizon()?,
        sessions: plan.scanned()?.sessions,
        limits: plan.folding.limits,
        files: sources.files,
        rejections,
        active: joined(all.active),
        agent_names: all.names.into_iter().map(|(agent, (_, name))| (agent, name)).collect(),
        oddities: all.oddities,
        sums: all.sums,
        attributes: plan.reading.attributes.clone(),
        absent_attributes: sources.absent_attributes,
        odd_values: all.odd_values,
        renamed: sources.renamed,
        unused_aliases: sources.unused_aliases,
        absent: Vec::new(),
    };
    Ok(Facts::new(frames, run))
}

/// Every event that counts must have been folded once, and every fact row must have come.
fn check_whole(notes: &[Note], accepted: u64, all: &Together, rows: u64) -> anyhow::Result<()> {
    // Repeats that a fold dropped came to it.
    let dropped = |note: &Note| match note {
        Note::Folded { duplicates, .. } => duplicates.iter().map(|(_, count)| count).sum(),
        Note::Source { .. } | Note::Unit { .. } | Note::Reject(_) | Note::Unique { .. } => 0,
    };
    let expected = accepted + notes.iter().map(dropped).sum::<u64>();
    if all.events != expected {
        return Err(Failure::Input.because(format!(
            "{expected} events count, and {} were folded: the engine has lost or doubled rows, or the logs have changed \
             while they were read",
            all.events
        )));
    }
    if all.rows != rows {
        return Err(Failure::Input.because(format!(
            "{} fact rows were made, and {rows} came: the engine has lost or doubled rows",
            all.rows
        )));
    }
    Ok(())
}

/// Marks the conversations whose customer came back: the conversations of one customer were folded in different places.
fn mark_returns(conversations: &mut DataFrame, return_window_ms: i64) -> anyhow::Result<()> {
    let customers = conversations.column("customer")?.str()?;
    let starts = conversations.column("started_at")?.i64()?;
    let closes = conversations.column("first_closed_at")?.i64()?;
    let messages = conversations.column("agent_messages")?.i64()?;
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    let mut contacts = Vec::with_capacity(conversations.height());
    for at in 0..conversations.height() {
        let customer = match customers.get(at) {
            None => None,
            Some(customer) => {
                let next = u32::try_from(numbers.len())?;
                Some(*numbers.entry(customer).or_insert(next))
            }
        };
        let has_agent = messages.get(at).is_some_and(|messages| messages > 0);
        contacts.push(Contact::new(customer, starts.get(at).unwrap_or_default(), closes.get(at), has_agent));
    }
    let marks: BooleanChunked = returns(&contacts, return_window_ms).into_iter().collect();
    conversations.replace("is_returned", marks.with_name("is_returned".into()).into_column())?;
    Ok(())
}
