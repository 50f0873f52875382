//! Computes the results that depend on all rows together, from the notes of stages.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::kept::{KeptDay, KeptFacts, KeptManifest};
use super::note::Note;
use super::plan::{Plan, Scanned, Settled, place_of};
use super::run::{check_rows, run_of};
use crate::event::Sessions;
use crate::failure::Failure;
use crate::ingest::InstantOrder;
use crate::ingest::spoilt_parts::IdSuspects;

/// Reads notes, one JSON object per line.
///
/// # Errors
///
/// If a line is not a note.
pub fn parse_notes(text: &str) -> anyhow::Result<Vec<Note>> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let note = |(at, line): (usize, &str)| {
        serde_json::from_str(line)
            .map_err(|error| Failure::Input.because(format!("notes, line {}: no note of a stage: {error}", at + 1)))
    };
    lines.map(note).collect()
}

/// The plan with the results of the notes so far: made from the first plan after a scan, from that plan after repeats
/// are dropped, and from that one after the fold, if values are then counted.
///
/// # Errors
///
/// If a source was not read, or was read twice.
pub fn settle(plan: &Plan, notes: &[Note]) -> anyhow::Result<Plan> {
    if let Some(kept) = &plan.kept {
        return settle_kept(plan, kept, notes);
    }
    let (mut with_conversation, mut with_event_id) = (0, 0);
    let (mut read, mut came) = (0, 0);
    let mut suspects = IdSuspects::default();
    let mut latest = None;
    let mut is_department_queue = true;
    for note in notes {
        match note {
            Note::Unit { events, with_conversation: conversations, with_event_id: ids, suspects: of_unit, .. } => {
                suspects.merge(of_unit);
                read += events;
                with_conversation += conversations;
                with_event_id += ids;
            }
            Note::Unique { events, latest: of_these, has_queue, .. } => {
                came += events;
                latest = latest.max(*of_these);
                is_department_queue &= !has_queue;
            }
            Note::Source { .. }
            | Note::Reject(_)
            | Note::Spoilt(_)
            | Note::Folded { .. }
            | Note::Counted { .. }
            | Note::Kept { .. }
            | Note::Manifest(_) => {}
        }
    }
    check_units(plan, notes)?;
    let (is_second, is_third) = (plan.scanned.is_some(), plan.settled.is_some());
    if is_second && came != read {
        return Err(Failure::Input.because(format!(
            "{read} events were read, and {came} came to `unique`: the engine has lost or doubled rows, or the logs have \
             changed while they were read"
        )));
    }
    let settled = is_second.then_some(Settled { latest, is_department_queue });
    let by_rows = if with_conversation > 0 { Sessions::Id } else { Sessions::Inactivity };
    let scanned = Scanned {
        sessions: plan.reading.sessions.unwrap_or(by_rows),
        has_event_ids: with_event_id > 0,
        ids: suspects.search(),
        newest_first: newest_first(plan, notes)?,
    };
    let plan = Plan { scanned: Some(scanned), settled, ..plan.clone() };
    let run = (plan.brings_facts_together() && is_third).then(|| run_of(&plan, notes)).transpose()?;
    let manifest = run.clone().filter(|_| notes.iter().any(|note| note.kept_days().is_some()));
    let manifest = manifest.map(|run| KeptManifest::of(run, notes.iter().filter_map(Note::kept_days).flatten()));
    if let Some(manifest) = &manifest {
        check_rows(notes, manifest.days.iter().map(KeptDay::rows).sum())?;
    }
    Ok(Plan { run, manifest: manifest.map(|manifest| Note::Manifest(Box::new(manifest))), ..plan }.with_steps())
}

/// The plan of kept facts with the content of their manifest. The needed days are known once those of the report are
/// known.
fn settle_kept(plan: &Plan, kept: &KeptFacts, notes: &[Note]) -> anyhow::Result<Plan> {
    let KeptManifest { mut run, days, .. } =
        KeptManifest::only(notes.iter().filter_map(Note::manifest), &format!("facts:{}", kept.location))?;
    let plan = plan.clone().with_attributes(run.attributes.clone());
    run.request_attributes(&kept.asked);
    Ok(Plan { run: Some(run), kept: Some(KeptFacts { days: Some(days), ..kept.clone() }), ..plan })
}

/// Files in pieces that are newest first.
fn newest_first(plan: &Plan, notes: &[Note]) -> anyhow::Result<Vec<(u32, u32)>> {
    let mut instant_orders = HashMap::new();
    for note in notes {
        if let Note::Source { source, piece: Some((instant_order, _)), .. } = note {
            instant_orders.insert(*source as usize, *instant_order);
        }
    }
    let in_pieces = plan.files().into_iter().filter(|sources| plan.sources[sources.start].piece.is_some());
    let instant_order = |sources: &Range<usize>| {
        let instant_orders = sources.clone().filter_map(|source| instant_orders.get(&source));
        instant_orders.fold(InstantOrder::NONE, |instant_order, next| instant_order.then(*next))
    };
    let newest_first = in_pieces.filter(|sources| instant_order(sources).is_newest_first());
    newest_first.map(|sources| Ok((u32::try_from(sources.start)?, u32::try_from(sources.end - 1)?))).collect()
}

/// Checks that every unit was read once; for a table, which the engine splits into parts, each part.
fn check_units(plan: &Plan, notes: &[Note]) -> anyhow::Result<()> {
    let mut times = vec![0_u32; plan.units.len()];
    let is_table = |unit: &[u32]| unit.iter().any(|source| plan.is_table(*source));
    for (unit, times) in plan.units.iter().zip(&mut times).filter(|(unit, _)| is_table(unit)) {
        *times = u32::from(!unit.is_empty());
    }
    let mut parts = HashSet::new();
    for note in notes {
        if let Note::Unit { unit, part: Some(part), .. } = note
            && plan.units.get(*unit as usize).is_some_and(|unit| is_table(unit))
        {
            if !parts.insert((*unit, *part)) {
                return Err(Failure::Input.because(format!("the engine has read part {part} of unit {unit} twice")));
            }
        } else if let Note::Unit { unit, .. } = note {
            match times.get_mut(*unit as usize) {
                Some(times) => *times += 1,
                None => {
                    return Err(Failure::Input.because(format!("notes of unit {unit}, which the plan does not have")));
                }
            }
        }
    }
    match times.iter().position(|times| *times != 1) {
        None => Ok(()),
        Some(unit) => Err(Failure::Input.because(format!(
            "the engine has read unit {unit} of the plan ({}) {} times, and not once",
            plan.units[unit]
                .first()
                .and_then(|source| plan.sources.get(*source as usize))
                .map_or_else(String::new, place_of),
            times[unit]
        ))),
    }
}
