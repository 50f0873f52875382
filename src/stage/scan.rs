//! Turns sources into events: one process reads the sources of one unit.

use polars::prelude::DataFrame;

use super::events::EventRows;
use super::fetched::Fetched;
use super::note::{Note, NotedReject};
use super::plan::Plan;
use crate::event::{Key, Kind};
use crate::failure::Failure;
use crate::fold::attributes::Attributes;
use crate::fold::unused_aliases;
use crate::ingest::reject::{NO_LINE, Reject};
use crate::ingest::spoilt_parts::IdSuspects;
use crate::ingest::{EventRow, FileCounts, OrderTexts, Progress, read_apart};

/// The number of rows in a frame.
const FRAME_ROWS: usize = 1 << 16;

/// Reads the sources of a unit and passes their events to `give`, frame by frame.
///
/// # Errors
///
/// If a source cannot be read, or there is no such unit; errors of `give`.
pub fn scan(
    plan: &Plan,
    unit: u32,
    fetched: Option<&Fetched>,
    mut give: impl FnMut(DataFrame) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let Some(numbers) = plan.units.get(unit as usize) else {
        let units = plan.units.len();
        return Err(Failure::Usage.because(format!("--unit {unit}: the plan has {units} units, from 0")));
    };
    let (sources, options) = plan.reading_of(numbers, fetched)?;
    let orders = options.table.as_ref().map(|table| OrderTexts::read(&sources, table)).transpose()?;
    let gathered = read_apart(&sources, &options, &Progress::default())?;
    let log = gathered.log();
    let mut rows = EventRows::default();
    let part = fetched.map(|fetched| fetched.part);
    for ((source, counts), instant_order) in numbers.iter().zip(gathered.files()).zip(gathered.instant_orders()) {
        // The engine has written the rows of a table to a file, whose name means nothing.
        let name = plan.without_rows(*source as usize).map_or_else(|| counts.name.clone(), |counts| counts.name);
        let piece = options.is_piece.then_some(*instant_order);
        let mut counts = FileCounts { name, ..counts.clone() };
        if plan.is_read_apart() {
            counts.forget_compared_ids();
        }
        rows.note(&Note::Source { source: *source, part, piece, counts })?;
    }
    let counts = gathered.files().iter();
    rows.note(&Note::Unit {
        unit,
        part,
        events: counts.map(|file| file.rows_read).sum::<u64>() - gathered.rejects().len() as u64,
        with_conversation: gathered.with_conversation(),
        with_event_id: gathered.with_event_id(),
        renamed: log.renamed.clone(),
        unused_aliases: unused_aliases(log),
        absent_attributes: Attributes::of(log).absent(),
        suspects: if plan.is_read_apart() { IdSuspects::of(log) } else { IdSuspects::default() },
    })?;
    for reject in gathered.rejects() {
        let source = numbers[reject.file];
        let line = if plan.is_table(source) { NO_LINE } else { reject.line };
        rows.note(&Note::Reject(NotedReject::of(&Reject { line, ..reject.clone() }, source)))?;
    }
    gathered.each_row(|row| {
        let source = numbers[row.source as usize];
        let order = orders.as_ref().and_then(|orders| orders.of(row.source as usize, row.line));
        let line = if plan.is_table(source) { NO_LINE } else { row.line };
        rows.event(&EventRow { line, order, ..*row }, source, &first_key(row));
        if rows.height() >= FRAME_ROWS {
            give(std::mem::take(&mut rows).finish()?)?;
        }
        Ok(())
    })?;
    give(rows.finish()?)
}

/// The key by which repeats are found: the event id. Rows without one are distributed evenly.
fn first_key(row: &EventRow) -> String {
    let other = || row.key(Key::ConversationId).or(row.key(Key::CustomerId)).or(row.agent()).unwrap_or_default();
    match row.key(Key::EventId) {
        Some(id) => format!("e:{id}"),
        None => format!("o:{}", other()),
    }
}

/// The key by which rows are folded together: the conversation or customer; for an agent's status, the agent.
#[must_use]
pub(crate) fn fold_key(row: &EventRow, sessions: crate::event::Sessions) -> String {
    if row.kind == Kind::AgentStatus {
        return format!("a:{}", row.agent().unwrap_or_default());
    }
    format!("c:{}", row.session(sessions).unwrap_or_default())
}
