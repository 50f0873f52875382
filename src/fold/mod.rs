//! Events in, facts out: events are grouped by conversation, put in order, and run through the state machine.

pub mod agents;
pub mod facts;
pub mod folder;
pub mod frames;
pub mod machine;
pub mod milestones;
pub mod rows;
pub mod schema;
pub mod sessions;
pub mod status;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::ScopedJoinHandle;

use polars::prelude::DataFrame;

use self::agents::Contact;
use self::facts::Facts;
use self::frames::Texts;
use self::machine::Settings;
use self::rows::{FactRows, Oddities};
use crate::event::{Kind, Sessions, Text};
use crate::ingest::Log;

/// Durations that the fold goes by, in milliseconds; the defaults are those of semantics.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Silence that ends a conversation with the bot.
    pub inactivity_ms: i64,
    /// Silence that ends a conversation while a person is in charge.
    pub human_inactivity_ms: i64,
    /// Silence after which an attended conversation is inactive.
    pub inactive_after_ms: i64,
    /// A customer who comes back within this time was not helped for good.
    pub return_window_ms: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            inactivity_ms: 600_000,
            human_inactivity_ms: 24 * 3_600_000,
            inactive_after_ms: 600_000,
            return_window_ms: 72 * 3_600_000,
        }
    }
}

/// Makes the facts of a log as it was at the horizon: `as_of`, or its last event.
///
/// # Errors
///
/// Where polars refuses a frame: a bug.
pub fn fold(log: &Log, limits: &Limits, as_of: Option<i64>, threads: usize) -> anyhow::Result<Facts> {
    let horizon = as_of.or_else(|| log.events.ts().iter().copied().max()).unwrap_or(0);
    let settings = Settings {
        inactivity_ms: limits.inactivity_ms,
        human_inactivity_ms: limits.human_inactivity_ms,
        inactive_after_ms: limits.inactive_after_ms,
        return_window_ms: limits.return_window_ms,
        horizon,
        is_department_queue: log.is_department_queue,
    };
    let groups = Groups::of(log, horizon);
    let texts = Texts::of(log);
    let mut frames = Vec::new();
    let mut contacts = Vec::new();
    let mut oddities = Oddities::default();
    for stretch in fold_groups(log, &groups, &settings, &texts, threads)? {
        frames.push(stretch.frames);
        contacts.extend(stretch.contacts);
        oddities.iter_mut().zip(stretch.oddities).for_each(|(sum, more)| *sum += more);
    }
    drop(groups);
    let is_returned = agents::returns(&contacts, settings.return_window_ms);
    Ok(facts::assemble(log, frames, is_returned, &oddities, &settings, &texts)?)
}

/// Rows of the log by what they are folded with: a conversation id, or (by inactivity) a customer.
struct Groups {
    /// Rows of all groups, one after another, each in the order of (ts, input).
    rows: Vec<u32>,
    /// Where each group's rows are, in the order of the groups' first events.
    spans: Vec<(u32, u32)>,
}

impl Groups {
    fn of(log: &Log, horizon: i64) -> Self {
        let events = &log.events;
        let (ts, kinds) = (events.ts(), events.kinds());
        let key = match log.sessions {
            Sessions::Id => Text::ConversationId,
            Sessions::Inactivity => Text::CustomerId,
        };
        let group_of = |row: usize| {
            let is_seen = ts[row] <= horizon && kinds[row] != Kind::AgentStatus;
            if is_seen { events.text(key, row) } else { None }
        };
        let mut ends = vec![0_u32; log.words(key.words()).len() + 1];
        for row in 0..events.len() {
            if let Some(group) = group_of(row) {
                ends[group as usize + 1] += 1;
            }
        }
        let mut sum = 0;
        for end in &mut ends {
            sum += *end;
            *end = sum;
        }
        let mut next = ends.clone();
        let mut rows = vec![0_u32; sum as usize];
        for row in 0..events.len() {
            if let Some(group) = group_of(row) {
                let place = &mut next[group as usize];
                rows[*place as usize] = u32::try_from(row).expect("more than 2^32 events");
                *place += 1;
            }
        }
        let mut spans: Vec<(u32, u32)> =
            ends.windows(2).map(|pair| (pair[0], pair[1])).filter(|(from, to)| from < to).collect();
        let instant = |row: u32| ts[row as usize];
        for (from, to) in &spans {
            let span = &mut rows[*from as usize..*to as usize];
            if !span.is_sorted_by_key(|row| instant(*row)) {
                // Stable: rows of one instant stay in input order.
                span.sort_by_key(|row| instant(*row));
            }
        }
        let first = |span: &(u32, u32)| (instant(rows[span.0 as usize]), rows[span.0 as usize]);
        if !spans.is_sorted_by_key(first) {
            spans.sort_unstable_by_key(first);
        }
        Self { rows, spans }
    }
}

/// Groups that are folded and made frames of at a time: their rows are in memory only until then.
const STRETCH: usize = 1 << 15;

/// What a stretch of groups gives.
struct Stretch {
    frames: Vec<DataFrame>,
    contacts: Vec<Contact>,
    oddities: Oddities,
}

/// Folds the groups stretch by stretch, side by side, and gives the stretches in order.
fn fold_groups(
    log: &Log,
    groups: &Groups,
    settings: &Settings,
    texts: &Texts,
    threads: usize,
) -> anyhow::Result<Vec<Stretch>> {
    let stretches: Vec<&[(u32, u32)]> = groups.spans.chunks(STRETCH).collect();
    let next = AtomicUsize::new(0);
    let work = || -> anyhow::Result<Vec<(usize, Stretch)>> {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(spans) = stretches.get(at) else {
                return Ok(done);
            };
            let rows = fold_stretch(log, &groups.rows, spans, settings);
            let contacts = rows.conversations.iter().map(Contact::of).collect();
            done.push((at, Stretch { frames: frames::frames(&rows, texts)?, contacts, oddities: rows.oddities }));
        }
    };
    let mut done = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
        let join = |worker: ScopedJoinHandle<anyhow::Result<Vec<_>>>| {
            worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        workers.into_iter().map(join).collect::<anyhow::Result<Vec<_>>>()
    })?
    .into_iter()
    .flatten()
    .collect::<Vec<_>>();
    done.sort_by_key(|(at, _)| *at);
    Ok(done.into_iter().map(|(_, stretch)| stretch).collect())
}

fn fold_stretch(log: &Log, rows: &[u32], spans: &[(u32, u32)], settings: &Settings) -> FactRows {
    let mut facts = FactRows::default();
    for (from, to) in spans {
        let rows = rows[*from as usize..*to as usize].iter().map(|row| log.events.row(*row as usize));
        match log.sessions {
            Sessions::Id => sessions::by_id(rows, settings, &mut facts),
            Sessions::Inactivity => sessions::by_inactivity(rows, settings, &mut facts),
        }
    }
    facts
}
