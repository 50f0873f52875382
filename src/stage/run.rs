//! Computes the facts of a run from the notes of its stages.

use std::collections::BTreeMap;

use super::kept::KeptDay;
use super::note::{LogPosition, NamedAgent, Note};
use super::plan::Plan;
use super::sources::{Sources, sources};
use crate::failure::Failure;
use crate::fold::active::joined;
use crate::fold::facts::RunFacts;
use crate::fold::sums::Sums;

/// The notes of all folds, merged.
#[derive(Default)]
struct MergedNotes {
    events: u64,
    sums: Sums,
    active: Vec<(i64, i64)>,
    names: BTreeMap<String, (LogPosition, String)>,
    oddities: BTreeMap<String, u64>,
    odd_values: BTreeMap<String, u64>,
}

impl MergedNotes {
    fn of(notes: &[Note]) -> Self {
        let mut all = Self::default();
        for note in notes {
            if let Note::Folded { events, sums, active, names, oddities, odd_values, .. } = note {
                all.events += events;
                all.sums.merge(sums);
                all.active.extend(active);
                for NamedAgent { agent, position, name } in names {
                    let position = (position.clone(), name.clone());
                    let known = all.names.entry(agent.clone()).or_insert_with(|| position.clone());
                    if *known < position {
                        *known = position;
                    }
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
/// If notes are missing, or an event was folded twice or not at all.
pub fn run_of(plan: &Plan, notes: &[Note]) -> anyhow::Result<RunFacts> {
    let Sources { files, rejects, renamed, unused_aliases, absent_attributes } = sources(plan, notes)?;
    let all = MergedNotes::of(notes);
    check_events(notes, files.iter().map(|file| file.accepted).sum(), all.events)?;
    let mut rejections = BTreeMap::new();
    for reject in &rejects {
        *rejections.entry(reject.fault.reason.name().to_owned()).or_insert(0) += 1;
    }
    Ok(RunFacts {
        horizon: plan.horizon()?,
        sessions: plan.scanned()?.sessions,
        limits: plan.folding.limits,
        files,
        rejections,
        active: joined(all.active),
        agent_names: all.names.into_iter().map(|(agent, (_, name))| (agent, name)).collect(),
        oddities: all.oddities,
        sums: all.sums,
        attributes: plan.reading.attributes.clone(),
        absent_attributes,
        odd_values: all.odd_values,
        renamed,
        unused_aliases,
        absent: Vec::new(),
    })
}

/// Checks that every event that counts was folded once.
fn check_events(notes: &[Note], accepted: u64, folded: u64) -> anyhow::Result<()> {
    // Repeats that a fold dropped were among its events.
    let dropped = |note: &Note| match note {
        Note::Folded { duplicates, .. } => duplicates.iter().map(|(_, count)| count).sum(),
        Note::Source { .. }
        | Note::Unit { .. }
        | Note::Reject(_)
        | Note::Spoilt(_)
        | Note::Unique { .. }
        | Note::Counted { .. }
        | Note::Kept { .. }
        | Note::Manifest(_) => 0,
    };
    let expected = accepted + notes.iter().map(dropped).sum::<u64>();
    if folded != expected {
        return Err(Failure::Input.because(format!(
            "{expected} events count, and {folded} were folded: the engine has lost or doubled rows, or the logs have \
             changed while they were read"
        )));
    }
    Ok(())
}

/// Checks that all fact rows that were made have arrived; `came` is their number.
///
/// # Errors
///
/// If there are more or fewer.
pub fn check_rows(notes: &[Note], came: u64) -> anyhow::Result<()> {
    let made = notes.iter().map(|note| if let Note::Folded { rows, .. } = note { *rows } else { 0 }).sum::<u64>();
    if made != came {
        return Err(Failure::Input
            .because(format!("{made} fact rows were made, and {came} came: the engine has lost or doubled rows")));
    }
    Ok(())
}

/// Checks that all fact rows kept under these days have arrived; `came` is their number.
///
/// # Errors
///
/// If there are more or fewer.
pub fn check_kept(days: &[KeptDay], came: u64) -> anyhow::Result<()> {
    let kept = days.iter().map(KeptDay::rows).sum::<u64>();
    if kept != came {
        return Err(Failure::Input.because(format!(
            "{kept} fact rows are kept for these days, and {came} came: rows were lost, doubled, or changed since; keep the \
             facts again"
        )));
    }
    Ok(())
}
