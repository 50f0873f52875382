//! Turns events into facts: shard by shard, events are grouped by conversation, sorted, and run through the state
//! machine.

pub mod active;
pub mod agents;
mod assembly;
pub mod attributes;
pub mod blocks;
mod column_file;
mod columns;
mod completion;
mod conversation_order;
mod earlier_versions;
pub mod fact_batches;
mod fact_columns;
mod fact_rows;
pub mod facts;
pub mod folder;
pub mod folder_files;
mod frames;
mod hidden;
mod ledger;
mod limits;
mod machine;
mod milestones;
pub mod moment_batches;
mod moments;
mod number_columns;
mod ordered_tables;
pub mod origins;
pub mod places;
pub mod projection;
pub mod pseudonyms;
pub mod rows;
pub mod schema;
mod sessions;
mod state;
mod status;
mod stored_rows;
pub mod sums;
mod tables;
pub mod text_numbers;
pub mod trace;
pub mod values;
mod wanted;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use self::active::Active;
use self::agents::{Contact, NameWatch};
pub use self::assembly::unused_aliases;
use self::attributes::OddValues;
use self::column_file::ColumnFile;
use self::columns::NameSeries;
use self::conversation_order::Beginnings;
use self::fact_batches::{FactBatch, bytes_of};
use self::fact_rows::FactRows;
use self::facts::Facts;
pub use self::limits::Limits;
use self::machine::FoldSettings;
use self::moment_batches::MomentBatch;
use self::moments::Moments;
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
    let texts = NameSeries::of(&mut log, projection);
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
    let Work { texts, file, .. } = work;
    let mut facts = assembly::assemble(&log, all, &settings, texts, projection, &file)?;
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

/// A batch of conversations.
#[derive(Debug)]
pub struct FoldedBatch {
    /// The number of the first conversation.
    pub first: i64,
    /// The rows.
    pub rows: FactBatch,
    /// The beginnings, if they are needed for the order of rows in a file.
    pub beginnings: Option<Beginnings>,
}

/// The result of the shards of one thread.
#[derive(Debug)]
pub struct Folded {
    /// The batches.
    pub batches: Vec<FoldedBatch>,
    /// Contacts of the conversations, in the order of the rows of batches; contacts without kept rows are between them.
    pub contacts: Vec<Box<[Contact]>>,
    /// Conversations at the requested instants.
    pub moments: Vec<MomentBatch>,
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
        self.batches.extend(more.batches);
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

/// The batches of one thread.
#[derive(Default)]
struct Batches {
    rows: Vec<FoldedBatch>,
    contacts: Vec<Box<[Contact]>>,
    moments: Vec<MomentBatch>,
}

impl Work<'_> {
    /// Folds shards until none is left.
    fn fold_shards(&self) -> anyhow::Result<Folded> {
        let log = self.log;
        let mut groups = Groups::new(self.projection.origins);
        let mut rows = FactRows::new(self.projection);
        let (mut batches, mut traces) = (Batches::default(), Vec::new());
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
                if rows.conversations.len().max(rows.moments.as_ref().map_or(0, Moments::count)) >= BATCH {
                    self.flush(&mut rows, &mut batches)?;
                }
            }
        }
        rows.sums.repeated_rows += i64::try_from(groups.repeated())?;
        self.flush(&mut rows, &mut batches)?;
        let Batches { rows: batches, contacts, moments } = batches;
        Ok(Folded {
            batches,
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

    /// Makes batches of the rows so far.
    fn flush(&self, rows: &mut FactRows, batches: &mut Batches) -> anyhow::Result<()> {
        if !rows.contacts.is_empty() {
            batches.contacts.push(rows.contacts.as_slice().into());
            rows.contacts.clear();
        }
        let moments = rows.moments.as_mut().map(Moments::take).unwrap_or_default();
        if !moments.is_empty() {
            let frame = self::moments::frame(&moments, &self.texts)?;
            let is_stored = self.is_too_much(bytes_of(&frame));
            batches.moments.push(if is_stored {
                MomentBatch::store(frame, &self.file)?
            } else {
                MomentBatch::Here(frame)
            });
        }
        if !rows.conversations.is_empty() {
            let count = i64::try_from(rows.conversations.len())?;
            let first = self.next_number.fetch_add(count, Ordering::Relaxed);
            let frames = self::frames::frames(rows, &self.texts, first)?;
            let is_stored = self.is_too_much(frames.iter().map(bytes_of).sum());
            let held = if is_stored { FactBatch::store(&frames, &self.file)? } else { FactBatch::Here(frames) };
            let beginnings = self.projection.in_order.then(|| Beginnings::of(&rows.conversations));
            batches.rows.push(FoldedBatch { first, rows: held, beginnings });
            rows.clear();
        }
        Ok(())
    }

    /// Whether rows that take this many bytes must go to the file.
    fn is_too_much(&self, bytes: usize) -> bool {
        let Some(most) = self.projection.memory_bytes.filter(|_| self.projection.may_be_stored) else { return false };
        let is_too_much = self.used_bytes.fetch_add(bytes, Ordering::Relaxed) + bytes > most;
        if is_too_much {
            self.used_bytes.fetch_sub(bytes, Ordering::Relaxed);
        }
        is_too_much
    }
}
