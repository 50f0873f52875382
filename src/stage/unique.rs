//! Events of which repeats are dropped, and rows without a conversation rejected: all events of an event id come together.

use polars::prelude::DataFrame;

use super::events::{EventFrame, EventRows};
use super::note::{Note, NotedReject};
use super::plan::Plan;
use super::scan::fold_key;
use crate::event::Text;
use crate::event::aliases::Aliases;
use crate::ingest::{EventRow, LogOfRows, LogRules, Rebuilt};

/// A log of the events of a frame, and the events in input order.
///
/// # Errors
///
/// Where the rows are no events, or some came twice.
pub(super) fn rebuilt<'f>(
    plan: &Plan,
    frame: &'f DataFrame,
    drop_repeats: bool,
) -> anyhow::Result<(Rebuilt, Vec<EventRow<'f>>)> {
    let columns = EventFrame::of(frame)?;
    let order = columns.input_order()?;
    let mut log = LogOfRows::new(plan.scanned()?.sessions);
    let mut rows = Vec::with_capacity(order.len());
    for at in order {
        let row = columns.row(at)?;
        log.add(&row);
        rows.push(row);
    }
    let (attributes, aliases) = (plan.attributes(), Aliases::default());
    let rules = LogRules { profiles: &[], sessions: None, drop_repeats, attributes: &attributes, aliases: &aliases };
    Ok((log.finish(rules)?, rows))
}

/// By source, repeats that were dropped.
pub(super) fn duplicates(rebuilt: &Rebuilt) -> Vec<(u32, u64)> {
    let counts = rebuilt.sources.iter().zip(&rebuilt.log.files).map(|(source, file)| (*source, file.duplicates));
    counts.filter(|(_, count)| *count > 0).collect()
}

/// The events that count.
///
/// # Errors
///
/// Where the rows are no events, some came twice, or the plan is not that far.
pub fn unique(plan: &Plan, frame: &DataFrame) -> anyhow::Result<DataFrame> {
    let (rebuilt, rows) = rebuilt(plan, frame, false)?;
    let sessions = plan.scanned()?.sessions;
    let mut out = EventRows::default();
    for reject in &rebuilt.log.rejects {
        out.note(&Note::Reject(NotedReject::of(reject, rebuilt.sources[reject.file])))?;
    }
    let (mut latest, mut has_queue) = (None, false);
    for row in rows.iter().filter(|row| rebuilt.is_accepted(row)) {
        latest = latest.max(Some(row.ts));
        has_queue |= row.text(Text::Queue).is_some() || row.text(Text::ToQueue).is_some();
        out.event(row, row.source, &fold_key(row, sessions));
    }
    out.note(&Note::Unique { events: rows.len() as u64, latest, has_queue, duplicates: duplicates(&rebuilt) })?;
    Ok(out.finish()?)
}
