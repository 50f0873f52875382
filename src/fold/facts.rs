//! Fact rows as polars frames, with what a report must know of the run beside them.

use std::collections::BTreeMap;

use polars::prelude::*;
use serde::{Deserialize, Serialize};

use super::agents;
use super::frames::{Texts, agent_states, flags, frames};
use super::machine::Settings;
use super::rows::{FactRows, Oddities, Oddity};
use super::schema::Table;
use crate::event::{Sessions, Words};
use crate::ingest::{FileCounts, Log};
use crate::time::HOUR_MS;

/// The nine fact tables and the run that they come from.
#[derive(Debug, Clone)]
pub struct Facts {
    frames: Vec<DataFrame>,
    /// What holds for all of them.
    pub run: Run,
}

impl Facts {
    /// Puts frames in the order of [`Table::ALL`] together with their run.
    #[must_use]
    pub fn new(frames: Vec<DataFrame>, run: Run) -> Self {
        Self { frames, run }
    }

    /// A table; its columns are those of [`Table::columns`].
    #[must_use]
    pub fn frame(&self, table: Table) -> &DataFrame {
        &self.frames[table as usize]
    }
}

/// What a report must know of the run beside the tables. Instants are UTC milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Later events are unseen.
    pub horizon: i64,
    /// How events became conversations.
    pub sessions: Sessions,
    /// Silence that ends a conversation with the bot.
    pub inactivity_ms: i64,
    /// Silence that ends a conversation while a person is in charge.
    pub human_inactivity_ms: i64,
    /// Silence after which an attended conversation is inactive.
    pub inactive_after_ms: i64,
    /// A customer who comes back within this time was not helped for good.
    pub return_window_ms: i64,
    /// Counts of each source.
    pub files: Vec<FileCounts>,
    /// Rejected rows by reason.
    pub rejections: BTreeMap<String, u64>,
    /// Stretches with an event at either end and no gap of more than an hour inside, up to the horizon.
    pub active: Vec<(i64, i64)>,
    /// Agents' names for display, by id.
    pub agent_names: BTreeMap<String, String>,
    /// Events that made no sense where they stood, by name.
    pub oddities: BTreeMap<String, u64>,
}

impl Run {
    /// The first event up to the horizon.
    #[must_use]
    pub fn first_event(&self) -> Option<i64> {
        self.active.first().map(|(first, _)| *first)
    }

    /// The last event up to the horizon.
    #[must_use]
    pub fn last_event(&self) -> Option<i64> {
        self.active.last().map(|(_, last)| *last)
    }

    /// Whether an event lies in a span of at least an hour, or none.
    #[must_use]
    pub fn has_event_in(&self, from: i64, to: i64) -> bool {
        // A span inside a stretch is longer than the stretch's gaps.
        let meets = |(first, last): &(i64, i64)| *first < to && *last >= from;
        from < to && self.active.iter().any(meets)
    }
}

/// Puts the frames of all stretches together, in order, with the agents' states and the run.
///
/// # Errors
///
/// Where polars refuses a frame: a bug.
pub fn assemble(
    log: &Log,
    stretches: Vec<Vec<DataFrame>>,
    is_returned: Vec<bool>,
    oddities: &Oddities,
    settings: &Settings,
    texts: &Texts,
) -> PolarsResult<Facts> {
    let mut is_returned = is_returned.into_iter();
    let mut stretches = stretches.into_iter().map(|mut frames| -> PolarsResult<Vec<DataFrame>> {
        let conversations = &mut frames[Table::Conversations as usize];
        let marks = flags("is_returned", is_returned.by_ref().take(conversations.height()));
        conversations.replace("is_returned", marks)?;
        Ok(frames)
    });
    // Without a conversation there are still tables, of no rows.
    let mut all = stretches.next().unwrap_or_else(|| frames(&FactRows::default(), texts))?;
    for stretch in stretches {
        for (frame, more) in all.iter_mut().zip(&stretch?) {
            frame.vstack_mut(more)?;
        }
    }
    let mut states = agents::states(log, settings.horizon);
    states.sort_by_key(|state| (log.words(Words::Agents).get(state.agent), state.since));
    all.push(agent_states(&states, texts)?);
    Ok(Facts::new(all, run_of(log, oddities, settings)))
}

fn run_of(log: &Log, oddities: &Oddities, settings: &Settings) -> Run {
    let mut rejections = BTreeMap::new();
    for reject in &log.rejects {
        *rejections.entry(reject.fault.reason.name().to_owned()).or_insert(0) += 1;
    }
    let agents = log.words(Words::Agents);
    let names = agents::names(log, settings.horizon);
    let agent_names =
        agents.iter().zip(names).filter_map(|(id, name)| Some((id.to_owned(), agents.get(name?).to_owned())));
    let oddities = Oddity::ALL.iter().zip(*oddities).filter(|(_, count)| *count > 0);
    Run {
        horizon: settings.horizon,
        sessions: log.sessions,
        inactivity_ms: settings.inactivity_ms,
        human_inactivity_ms: settings.human_inactivity_ms,
        inactive_after_ms: settings.inactive_after_ms,
        return_window_ms: settings.return_window_ms,
        files: log.files.clone(),
        rejections,
        active: active_stretches(log.events.ts(), settings.horizon),
        agent_names: agent_names.collect(),
        oddities: oddities.map(|(oddity, count)| (oddity.name().to_owned(), count)).collect(),
    }
}

/// See [`Run::active`].
fn active_stretches(ts: &[i64], horizon: i64) -> Vec<(i64, i64)> {
    let mut hours: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
    let mut current = (i64::MIN, (0, 0));
    for ts in ts.iter().copied().filter(|ts| *ts <= horizon) {
        let hour = ts.div_euclid(HOUR_MS);
        if hour != current.0 {
            hours.insert(current.0, current.1);
            current = (hour, hours.get(&hour).copied().unwrap_or((ts, ts)));
        }
        current.1 = (current.1.0.min(ts), current.1.1.max(ts));
    }
    hours.insert(current.0, current.1);
    hours.remove(&i64::MIN);
    let mut stretches: Vec<(i64, i64)> = Vec::new();
    for (first, last) in hours.into_values() {
        match stretches.last_mut() {
            Some((_, end)) if first - *end <= HOUR_MS => *end = last,
            Some(_) | None => stretches.push((first, last)),
        }
    }
    stretches
}
