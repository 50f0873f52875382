//! Drops repeats from events, and rejects rows without a conversation. All events of an event id must be present.

use polars::prelude::DataFrame;

use super::events::{EventFrame, EventRows};
use super::note::{Note, NotedReject};
use super::plan::Plan;
use super::scan::fold_key;
use crate::event::Text;
use crate::event::aliases::Aliases;
use crate::ingest::{EventRow, LogOfRows, LogRules, Rebuilt};

/// A log of events that arrive frame by frame, in any order.
#[derive(Debug)]
pub(super) struct Rebuilding<'p> {
    plan: &'p Plan,
    rows: LogOfRows,
}

impl<'p> Rebuilding<'p> {
    /// A log without events.
    pub(super) fn new(plan: &'p Plan) -> anyhow::Result<Self> {
        Ok(Self { plan, rows: LogOfRows::new(plan.scanned()?.sessions, plan.reading.table.is_some()) })
    }

    /// Adds the events of a frame, and passes the position of each to `see`. Files in `newest_first` are still in the
    /// order of their lines.
    pub(super) fn add(
        &mut self,
        frame: &DataFrame,
        newest_first: &[(u32, u32)],
        mut see: impl FnMut(u32),
    ) -> anyhow::Result<()> {
        let columns = EventFrame::of(frame)?;
        for at in 0..columns.height() {
            let mut row = columns.row(at)?;
            count_from_end(&mut row, newest_first);
            see(self.rows.add(&row));
        }
        Ok(())
    }

    /// The log.
    pub(super) fn finish(self, drop_repeats: bool) -> anyhow::Result<Rebuilt> {
        let (attributes, aliases) = (&self.plan.attributes(), &Aliases::default());
        let table = self.plan.reading.table.as_ref();
        let rules =
            LogRules { profiles: &[], sessions: None, drop_repeats, attributes, aliases, table, is_piece: false };
        self.rows.finish(rules)
    }
}

/// For a file that is newest first, the piece at the mirrored position: as far from the end as `source` is from the
/// start.
fn mirrored(source: u32, newest_first: &[(u32, u32)]) -> Option<u32> {
    let file = newest_first.iter().find(|(first, last)| (*first..=*last).contains(&source));
    file.map(|(first, last)| first + (last - source))
}

/// Gives a row of a file that is newest first its position counted from the file's end.
fn count_from_end(row: &mut EventRow, newest_first: &[(u32, u32)]) {
    if let Some(source) = mirrored(row.source, newest_first) {
        row.source = source;
        row.position = u32::MAX - row.position;
    }
}

/// The number of dropped repeats of each source.
pub(super) fn duplicates(rebuilt: &Rebuilt) -> Vec<(u32, u64)> {
    let counts = rebuilt.sources.iter().zip(&rebuilt.log.files).map(|(source, file)| (*source, file.duplicates));
    counts.filter(|(_, count)| *count > 0).collect()
}

/// The events that count.
///
/// # Errors
///
/// If the rows are not events, some occur twice, or the plan lacks the results of earlier stages.
pub fn unique(plan: &Plan, frame: &DataFrame) -> anyhow::Result<DataFrame> {
    let scanned = plan.scanned()?;
    let mut rebuilding = Rebuilding::new(plan)?;
    let mut positions = Vec::with_capacity(frame.height());
    rebuilding.add(frame, &scanned.newest_first, |position| positions.push(position))?;
    let rebuilt = rebuilding.finish(false)?;
    let sessions = scanned.sessions;
    let mut out = EventRows::default();
    for reject in &rebuilt.log.rejects {
        let source =
            mirrored(rebuilt.sources[reject.file], &scanned.newest_first).unwrap_or(rebuilt.sources[reject.file]);
        out.note(&Note::Reject(NotedReject::of(reject, source)))?;
    }
    let columns = EventFrame::of(frame)?;
    let (mut latest, mut has_queue) = (None, false);
    for (at, position) in positions.into_iter().enumerate() {
        let mut row = columns.row(at)?;
        count_from_end(&mut row, &scanned.newest_first);
        row.position = position;
        if rebuilt.is_accepted(&row) {
            latest = latest.max(Some(row.ts));
            has_queue |= row.text(Text::Queue).is_some() || row.text(Text::ToQueue).is_some();
            out.event(&row, row.source, &fold_key(&row, sessions));
        }
    }
    out.note(&Note::Unique { events: rebuilt.rows, latest, has_queue, duplicates: duplicates(&rebuilt) })?;
    Ok(out.finish()?)
}
