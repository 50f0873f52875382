//! Turns events into facts: shard by shard, events are grouped by conversation, sorted, and run through the state
//! machine.

pub mod active;
pub mod agents;
pub mod attributes;
pub mod blocks;
mod column_file;
mod columns;
mod completion;
mod earlier_versions;
pub mod fact_batches;
mod fact_columns;
mod fact_rows;
pub mod facts;
pub mod folder;
mod frames;
mod hidden;
mod ledger;
mod limits;
mod machine;
mod milestones;
mod moments;
mod number_columns;
pub mod origins;
pub mod places;
pub mod projection;
pub mod pseudonyms;
pub mod rows;
pub mod schema;
mod sessions;
mod state;
mod status;
pub mod sums;
mod tables;
pub mod text_numbers;
pub mod trace;
pub mod values;
mod wanted;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use polars::prelude::DataFrame;

use self::active::Active;
use self::agents::{Contact, NameWatch};
use self::attributes::OddValues;
use self::column_file::ColumnFile;
use self::columns::NameSeries;
use self::fact_batches::{FactBatch, bytes_of};
use self::fact_rows::FactRows;
use self::facts::Facts;
pub use self::limits::Limits;
use self::machine::FoldSettings;
use self::moments::{MomentRow, Moments};
use self::places::Places;
use self::projection::{Projection, Wanted};
use self::pseudonyms::Pseudonyms;
use self::rows::Oddities;
use self::sessions::fold_group;
use self::sums::Sums;
use self::trace::{Nobody, Recorder, Trace};
use self::wanted::WantedKeys;
use crate::dictionary::SHARDS;
use crate::ingest::{Groups, Log, SourceLines};
use crate::threads::on_threads;

/// Makes the facts of a log as of the horizon: `as_of`, or the last event. Uses up the events of the log.
///
/// # Errors
///
/// If a temporary file cannot be read, or polars rejects a frame, which is a bug.
pub fn fold(
    mut log: Log,
    limits: &Limits,
    as_of: Option<i64>,
    threads: usize,
    projection: &Projection,
) -> anyhow::Result<Facts> {
    let horizon = as_of.or(log.latest).unwrap_or(0);
    let settings = FoldSettings { limits: *limits, horizon, is_department_queue: log.is_department_queue };
    let is_cut = as_of.is_some();
    let texts = NameSeries::of(&log, projection);
    if projection.has_numbered_ids {
        // The facts need this memory.
        log.forget_ids();
    }
    let work = Work {
        texts,
        log: &log,
        settings: &settings,
        projection,
        next_shard: AtomicUsize::new(0),
        next_number: AtomicI64::new(0),
        used_bytes: AtomicUsize::new(0),
        file: Arc::default(),
        names: NameWatch::new(&log, is_cut),
        odd: OddValues::new(&log),
        traced: projection.traced.as_ref().map(|wanted| Traced::of(wanted, &log)).transpose()?,
    };
    let folded = on_threads(threads, || work.fold_shards()).into_iter();
    let unknown = work.traced.as_ref().map(|traced| traced.keys.unknown().to_vec()).unwrap_or_default();
    let mut all = folded.reduce(|all, more| Ok(all?.join(more?))).unwrap_or_else(|| work.fold_shards())?;
    all.sums.repeated_rows += i64::try_from(log.repeated_statuses(horizon))?;
    for event in log.statuses(horizon) {
        all.active.add(event.ts);
        all.names.see(&log, &event);
    }
    let mut facts = facts::assemble(&log, all, &settings, &work.texts, projection, &work.file)?;
    facts.unknown = unknown;
    Ok(facts)
}

/// The memory of an event while its shard is folded, in bytes.
pub const BYTES_FOLDED: usize = 96;

/// The number of conversations whose rows become frames together: rows are in memory only until then. Columns of this
/// length fit where events and ids were before; longer ones need more memory, and shorter ones more time.
const BATCH: usize = 1 << 13;

/// The state shared by threads that fold shards.
struct Work<'a> {
    log: &'a Log,
    settings: &'a FoldSettings,
    projection: &'a Projection,
    texts: NameSeries,
    next_shard: AtomicUsize,
    next_number: AtomicI64,
    /// The memory that frames take, in bytes, if it is limited.
    used_bytes: AtomicUsize,
    /// The file for frames beyond that limit.
    file: Arc<ColumnFile>,
    names: NameWatch,
    odd: OddValues,
    /// The requested conversations, if only some are requested.
    traced: Option<Traced>,
}

/// Conversations whose events are listed.
struct Traced {
    keys: WantedKeys,
    lines: SourceLines,
    pseudonyms: Option<Arc<Pseudonyms>>,
}

impl Traced {
    fn of(wanted: &Wanted, log: &Log) -> anyhow::Result<Self> {
        let keys = WantedKeys::of(wanted, log)?;
        Ok(Self { keys, lines: log.source_lines(), pseudonyms: wanted.pseudonyms.clone() })
    }
}

/// The result of the shards of one thread.
#[derive(Debug)]
pub struct Folded {
    /// The frames of each batch of conversations, with the number of its first conversation.
    pub frames: Vec<(i64, FactBatch)>,
    /// Contacts of the conversations, in the order of the rows of frames; contacts without kept rows are between them.
    pub contacts: Vec<Box<[Contact]>>,
    /// Conversations at the requested instants.
    pub moments: Vec<MomentRow>,
    /// The number of occurrences of each oddity.
    pub oddities: Oddities,
    /// Queues and departments, if requested.
    pub places: Places,
    /// Both sides of the identities over the whole log.
    pub sums: Sums,
    /// When the log has events.
    pub active: Active,
    /// The names of agents.
    pub names: NameWatch,
    /// Attributes whose values are not texts.
    pub odd: OddValues,
    /// The traces of conversations.
    pub traces: Vec<Trace>,
}

impl Folded {
    fn join(mut self, more: Self) -> Self {
        self.frames.extend(more.frames);
        self.moments.extend(more.moments);
        self.contacts.extend(more.contacts);
        self.oddities.iter_mut().zip(more.oddities).for_each(|(sum, more)| *sum += more);
        self.places.merge(&more.places);
        self.sums.merge(&more.sums);
        self.active.merge(&more.active);
        self.names.merge(&more.names);
        self.odd.merge(&more.odd);
        self.traces.extend(more.traces);
        self
    }
}

impl Work<'_> {
    /// Folds shards until none is left.
    fn fold_shards(&self) -> anyhow::Result<Folded> {
        let log = self.log;
        let mut groups = Groups::new(self.projection.origins);
        let mut rows = FactRows::new(self.projection);
        let (mut frames, mut contacts, mut traces) = (Vec::new(), Vec::new(), Vec::new());
        let (mut active, mut names, mut odd) = (Active::default(), self.names.clone(), self.odd.clone());
        loop {
            let shard = self.next_shard.fetch_add(1, Ordering::Relaxed);
            if shard >= SHARDS {
                break;
            }
            let conversations = log.conversations(shard, self.settings.horizon, &mut groups, |event| {
                active.add(event.ts);
                names.see(log, event);
                odd.see(event);
            })?;
            for group in conversations {
                match &self.traced {
                    Some(wanted) if wanted.keys.has(&group) => {
                        let mut recorder = Recorder::new(log, &wanted.lines, wanted.pseudonyms.as_deref());
                        fold_group(&group, log.sessions, self.settings, &mut rows, &mut recorder);
                        traces.extend(recorder.finish(&self.texts)?);
                    }
                    Some(wanted) if !wanted.keys.needs(&group) => {}
                    Some(_) | None => fold_group(&group, log.sessions, self.settings, &mut rows, &mut Nobody),
                }
                if rows.conversations.len() >= BATCH {
                    self.flush(&mut rows, &mut frames, &mut contacts)?;
                }
            }
        }
        rows.sums.repeated_rows += i64::try_from(groups.repeated())?;
        self.flush(&mut rows, &mut frames, &mut contacts)?;
        let moments = rows.moments.map(Moments::into_rows).unwrap_or_default();
        Ok(Folded {
            frames,
            moments,
            contacts,
            oddities: rows.oddities,
            places: rows.places,
            sums: rows.sums,
            active,
            names,
            odd,
            traces,
        })
    }

    fn flush(
        &self,
        rows: &mut FactRows,
        frames: &mut Vec<(i64, FactBatch)>,
        contacts: &mut Vec<Box<[Contact]>>,
    ) -> anyhow::Result<()> {
        if !rows.contacts.is_empty() {
            contacts.push(rows.contacts.as_slice().into());
            rows.contacts.clear();
        }
        if !rows.conversations.is_empty() {
            let count = i64::try_from(rows.conversations.len())?;
            let first = self.next_number.fetch_add(count, Ordering::Relaxed);
            frames.push((first, self.held(self::frames::frames(rows, &self.texts, first)?)?));
            rows.clear();
        }
        Ok(())
    }

    /// Keeps frames in memory, or moves them to the file if there are too many.
    fn held(&self, frames: Vec<DataFrame>) -> anyhow::Result<FactBatch> {
        let Some(most) = self.projection.memory_bytes.filter(|_| self.projection.may_be_stored) else {
            return Ok(FactBatch::Here(frames));
        };
        let bytes = frames.iter().map(bytes_of).sum();
        if self.used_bytes.fetch_add(bytes, Ordering::Relaxed) + bytes <= most {
            return Ok(FactBatch::Here(frames));
        }
        self.used_bytes.fetch_sub(bytes, Ordering::Relaxed);
        FactBatch::store(&frames, &self.file)
    }
}
