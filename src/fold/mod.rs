//! Events in, facts out: events are grouped by conversation, put in order, and run through the state machine.

pub mod agents;
pub mod facts;
pub mod folder;
pub mod machine;
pub mod milestones;
pub mod rows;
pub mod schema;
pub mod sessions;
pub mod status;

use self::facts::Facts;
use self::machine::Settings;
use self::rows::FactRows;
use crate::event::{Kind, Sessions, Text};
use crate::failure::Stop;
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
/// Where a signal stops the run, or the frames cannot be made.
pub fn fold(log: &Log, limits: &Limits, as_of: Option<i64>, threads: usize, stop: &Stop) -> anyhow::Result<Facts> {
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
    stop.check()?;
    let mut rows = fold_groups(log, &groups, &settings, threads);
    drop(groups);
    stop.check()?;
    agents::mark_returns(&mut rows.conversations, settings.return_window_ms);
    rows.agent_states = agents::states(log, horizon);
    facts::build(log, rows, &settings)
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

/// Folds the groups, a stretch of them a thread; the stretches are put together in order.
fn fold_groups(log: &Log, groups: &Groups, settings: &Settings, threads: usize) -> FactRows {
    let stretch = groups.spans.len().div_ceil(threads.max(1)).max(1);
    let parts: Vec<FactRows> = std::thread::scope(|scope| {
        let workers: Vec<_> = groups
            .spans
            .chunks(stretch)
            .map(|spans| scope.spawn(move || fold_stretch(log, &groups.rows, spans, settings)))
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    parts
        .into_iter()
        .reduce(|mut all, part| {
            all.append(part);
            all
        })
        .unwrap_or_default()
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
