//! Fact rows as polars frames, with the facts of the run that a report needs.

use std::collections::BTreeMap;
use std::sync::Arc;

use polars::prelude::*;
use serde::{Deserialize, Serialize};

use super::attributes::Attributes;
use super::column_file::ColumnFile;
use super::columns::{NameSeries, flags};
use super::fact_batches::{Between, ColumnChange, FactBatch, FactBatches, bytes_of};
use super::fact_rows::FactRows;
use super::frames::{ORDER, agent_states, frames};
use super::limits::Limits;
use super::machine::FoldSettings;
use super::places::PlaceNames;
use super::projection::Projection;
use super::rows::{AgentState, Oddities, Oddity};
use super::schema::{FactTable, Type};
use super::sums::Sums;
use super::text_numbers::{TextColumn, TextNumbers};
use super::trace::Trace;
use super::values::Values;
use super::{Folded, agents};
use crate::event::aliases::{Aliases, Renamed, UnusedAlias};
use crate::event::{Sessions, TextDomain};
use crate::ingest::{FileCounts, Log};
use crate::nearest::nearest;

/// The nine fact tables, and the facts of their run.
#[derive(Debug, Clone)]
pub struct Facts {
    frames: Vec<DataFrame>,
    /// The rows of all tables except agents' states, if some of them are in a file.
    batches: Option<Arc<FactBatches>>,
    /// Conversations at the requested instants: see `moments::frame`.
    pub moments: DataFrame,
    /// Queues and departments of all rows, if requested.
    pub places: Option<PlaceNames>,
    /// The events of individually requested conversations, and their effects.
    pub traces: Vec<Trace>,
    /// The individually requested names that are not an id or ticket number of any conversation, each with the nearest
    /// id.
    pub unknown: Vec<(String, Option<String>)>,
    /// The attributes of rows; `None` for a folder of facts.
    pub attributes: Option<Arc<Attributes>>,
    /// The texts, if columns hold their numbers; `None` if columns hold texts.
    pub texts: Option<Arc<TextNumbers>>,
    /// Counted values of the rows, instead of the rows: then the tables are empty.
    pub values: Option<Arc<Values>>,
    /// The facts of the run.
    pub run: RunFacts,
}

impl Facts {
    /// Facts from frames in the order of [`FactTable::ALL`] and their run.
    #[must_use]
    pub fn new(frames: Vec<DataFrame>, run: RunFacts) -> Self {
        Self {
            frames,
            batches: None,
            moments: DataFrame::empty(),
            places: None,
            traces: Vec::new(),
            unknown: Vec::new(),
            attributes: None,
            texts: None,
            values: None,
            run,
        }
    }

    /// Facts without rows, represented by counted values.
    #[must_use]
    pub fn of_values(values: Values, run: RunFacts) -> Self {
        let kinds = |holds: Type| match holds {
            Type::Text => DataType::String,
            Type::Instant | Type::Number => DataType::Int64,
            Type::Flag => DataType::Boolean,
        };
        let empty = |table: &FactTable| {
            let own = table.columns().iter().map(|spec| (spec.name, kinds(spec.holds)));
            let attributes = run.attributes.iter().filter(|_| *table == FactTable::Conversations);
            let attributes = attributes.map(|name| (name.as_str(), DataType::String));
            DataFrame::empty_with_schema(&own.chain(attributes).map(|(name, kind)| (name.into(), kind)).collect())
        };
        let frames = FactTable::ALL.iter().map(empty).collect();
        Self { values: Some(Arc::new(values)), ..Self::new(frames, run) }
    }

    /// The queues and departments of rows. If they were requested, rows that are not kept are included.
    ///
    /// # Errors
    ///
    /// If polars rejects a query, which is a bug.
    pub fn place_names(&self) -> PolarsResult<PlaceNames> {
        if let Some(places) = &self.places {
            return Ok(places.clone());
        }
        let mut names = PlaceNames::default();
        for (column, names) in [("queue", &mut names.queues), ("department", &mut names.departments)] {
            for table in FactTable::ALL.iter().filter(|table| table.has(column)) {
                names.extend(self.distinct_texts(*table, column)?);
            }
        }
        Ok(names)
    }

    /// The distinct texts of a column.
    ///
    /// # Errors
    ///
    /// If polars rejects a query, which is a bug.
    pub fn distinct_texts(&self, table: FactTable, column: &str) -> PolarsResult<Vec<String>> {
        let values = self.columns(table, &[column])?;
        let distinct = values.column(column)?.as_materialized_series().unique()?;
        let texts = TextColumn::of_series(&distinct, self.texts.as_deref())?;
        Ok(texts.iter().flatten().map(str::to_owned).collect())
    }

    /// A text column of one of the frames, or of the result of a query.
    ///
    /// # Errors
    ///
    /// If there is no such column, or it has no texts, which is a bug.
    pub fn texts_of<'f>(&'f self, frame: &'f DataFrame, column: &str) -> PolarsResult<TextColumn<'f>> {
        TextColumn::of(frame.column(column)?, self.texts.as_deref())
    }

    /// The ids of all conversations, as texts.
    ///
    /// # Errors
    ///
    /// If ids are numbers, which is a bug.
    pub fn conversation_ids(&self) -> PolarsResult<Vec<String>> {
        let all = self.columns(FactTable::Conversations, &["conversation_id"])?;
        let ids = all.column("conversation_id")?.str()?;
        Ok(ids.iter().flatten().map(str::to_owned).collect())
    }

    /// Changes the values of a column in all tables that have it, including that of moments. Rows in a file are changed when
    /// they are read.
    ///
    /// # Errors
    ///
    /// If the change fails.
    pub fn change(&mut self, change: ColumnChange) -> PolarsResult<()> {
        for frame in self.frames.iter_mut().chain([&mut self.moments]) {
            if let Ok(column) = frame.column(change.name) {
                let changed = (change.change)(column)?;
                frame.replace(change.name, changed)?;
            }
        }
        if let Some(batches) = &mut self.batches {
            Arc::make_mut(batches).change(change);
        }
        Ok(())
    }

    /// Whether a table has a column. Lists have one that is not in [`FactTable::columns`].
    #[must_use]
    pub fn has(&self, table: FactTable, column: &str) -> bool {
        match self.stored(table) {
            Some(batches) => batches.has(table, column),
            None => self.frame(table).column(column).is_ok(),
        }
    }

    /// The approximate size in memory, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let frames: usize = self.frames.iter().chain([&self.moments]).map(bytes_of).sum();
        frames + self.batches.as_ref().map_or(0, |batches| batches.bytes())
    }

    /// A table; its columns are those of [`FactTable::columns`].
    ///
    /// # Panics
    ///
    /// If its rows are in a file, which is a bug: callers whose facts may be in a file must use [`Facts::rows`].
    #[must_use]
    pub fn frame(&self, table: FactTable) -> &DataFrame {
        assert!(self.stored(table).is_none(), "the rows of {} are in a file", table.name());
        &self.frames[table as usize]
    }

    fn stored(&self, table: FactTable) -> Option<&Arc<FactBatches>> {
        self.batches.as_ref().filter(|_| table != FactTable::AgentStates)
    }

    /// A table to query, in memory or in a file.
    ///
    /// # Errors
    ///
    /// If polars rejects it, which is a bug.
    pub fn rows(&self, table: FactTable) -> PolarsResult<LazyFrame> {
        match self.stored(table) {
            Some(batches) => batches.scan(table, None),
            None => Ok(self.frame(table).clone().lazy()),
        }
    }

    /// The rows of a table with an instant in a span, to query.
    ///
    /// # Errors
    ///
    /// If polars rejects it, which is a bug.
    pub fn rows_between(&self, table: FactTable, between: Between) -> PolarsResult<LazyFrame> {
        match self.stored(table) {
            Some(batches) => batches.scan(table, Some(between)),
            None => Ok(self.frame(table).clone().lazy().filter(between.expression())),
        }
    }

    /// Columns of a table, in memory or in a file.
    ///
    /// # Errors
    ///
    /// If the table lacks a column, which is a bug, or if the file cannot be read.
    pub fn columns(&self, table: FactTable, names: &[&str]) -> PolarsResult<DataFrame> {
        match self.stored(table) {
            Some(batches) => {
                let names: Vec<PlSmallStr> = names.iter().map(|name| (*name).into()).collect();
                batches.read(table, &names, None)
            }
            None => self.frame(table).select(names.iter().copied()),
        }
    }
}

/// The facts of the run that a report needs in addition to the tables. Instants are UTC milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunFacts {
    /// The last instant that counts; later events are ignored.
    pub horizon: i64,
    /// How events were grouped into conversations.
    pub sessions: Sessions,
    /// The durations used by the fold.
    #[serde(flatten)]
    pub limits: Limits,
    /// Counts of each source.
    pub files: Vec<FileCounts>,
    /// Rejected rows by reason.
    pub rejections: BTreeMap<String, u64>,
    /// Intervals that begin and end with an event and have no gap of more than an hour, up to the horizon.
    pub active: Vec<(i64, i64)>,
    /// Agents' display names, by id.
    pub agent_names: BTreeMap<String, String>,
    /// Events that made no sense at their position: the count of each oddity, by name.
    pub oddities: BTreeMap<String, u64>,
    /// The sums over all conversations.
    pub sums: Sums,
    /// The attributes that are columns of `conversations`, in the order given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<String>,
    /// The attributes for which no row has a value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absent_attributes: Vec<String>,
    /// For each attribute, the number of events in which its value is a list or an object.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub odd_values: BTreeMap<String, u64>,
    /// Aliases whose old names occurred in rows.
    #[serde(default, skip_serializing_if = "Aliases::is_empty")]
    pub renamed: Aliases,
    /// Aliases whose old names occurred in no row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unused_aliases: Vec<UnusedAlias>,
    /// Columns that an older folder of facts lacks and whose values are unknown; empty for facts that were just folded.
    #[serde(skip)]
    pub absent: Vec<(FactTable, &'static str)>,
}

impl RunFacts {
    /// Puts requested attributes first; those that the facts lack are marked as absent.
    pub fn request_attributes<T: AsRef<str>>(&mut self, requested: &[T]) {
        let requested: Vec<String> = requested.iter().map(|name| name.as_ref().to_owned()).collect();
        self.absent_attributes.extend(requested.iter().filter(|name| !self.attributes.contains(name)).cloned());
        self.attributes.retain(|name| !requested.contains(name));
        self.attributes.splice(0..0, requested);
        self.absent_attributes.sort();
        self.absent_attributes.dedup();
    }

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

    /// Whether there are events before a span and at or after its end, so that a span without events is known to be
    /// empty.
    #[must_use]
    pub fn surrounds(&self, from: i64, to: i64) -> bool {
        self.first_event().is_some_and(|first| first < from) && self.last_event().is_some_and(|last| last >= to)
    }

    /// Whether there is an event in a span. The span must be at least an hour long.
    #[must_use]
    pub fn has_event_in(&self, from: i64, to: i64) -> bool {
        // A span inside an interval is longer than the gaps of the interval.
        let meets = |(first, last): &(i64, i64)| *first < to && *last >= from;
        from < to && self.active.iter().any(meets)
    }
}

/// Joins the frames of all batches, the agents' states and the run. If ids are texts, conversations are sorted by
/// start, then id, and the rows of other tables by their conversations.
///
/// # Errors
///
/// If polars rejects a frame, which is a bug.
pub fn assemble(
    log: &Log,
    folded: Folded,
    settings: &FoldSettings,
    texts: &NameSeries,
    projection: &Projection,
    file: &Arc<ColumnFile>,
) -> PolarsResult<Facts> {
    let Folded { frames: mut batches, moments, contacts, oddities, places, mut sums, active, names, odd, traces } =
        folded;
    let is_returned: Vec<bool> = {
        let contacts = contacts.iter().flat_map(|batch| batch.iter());
        let is_returned = agents::returns(contacts.clone(), settings.limits.return_window_ms);
        contacts.zip(is_returned).filter(|(contact, _)| contact.is_kept).map(|(_, is_returned)| is_returned).collect()
    };
    drop(contacts);
    let mut is_returned = is_returned.into_iter();
    for (_, batch) in &mut batches {
        let rows = batch.rows(FactTable::Conversations);
        let marks = || flags("is_returned", is_returned.by_ref().take(rows));
        batch.replace(FactTable::Conversations, "is_returned", marks)?;
    }
    // Threads take turns. A report finds the values of conversations by place if batches are in the order of their numbers.
    batches.sort_unstable_by_key(|(first, _)| *first);
    let batches: Vec<FactBatch> = batches.into_iter().map(|(_, batch)| batch).collect();
    // Without conversations the tables still exist, without rows.
    let none = || frames(&FactRows::new(projection), texts, 0);
    let is_stored = batches.iter().any(|batch| matches!(batch, FactBatch::Stored(_)));
    let (mut all, stored) = if is_stored {
        let none = none()?;
        let batches = FactBatches::new(Arc::clone(file), batches, &none);
        (none, Some(Arc::new(batches)))
    } else {
        let mut here = batches.into_iter().filter_map(FactBatch::into_frames);
        let mut all = here.next().map_or_else(none, Ok)?;
        for batch in here {
            for (frame, more) in all.iter_mut().zip(&batch) {
                frame.vstack_mut(more)?;
            }
        }
        (all, None)
    };
    if all.iter().all(|frame| frame.column(ORDER).is_ok()) {
        all = in_order(all)?;
    }
    let mut states = agents::states(log, settings.horizon);
    states.sort_by_key(|state| (log.dictionary(TextDomain::Agents).get(state.agent), state.since));
    let is_negative = |state: &&AgentState| state.until.is_some_and(|until| until < state.since);
    sums.negative_durations += i64::try_from(states.iter().filter(is_negative).count()).unwrap_or(i64::MAX);
    all.push(agent_states(&states, texts, projection)?);
    let agents = log.dictionary(TextDomain::Agents);
    let names = names.names(log).into_iter();
    let agent_names = names.map(|(id, name)| (agents.get(id).to_owned(), agents.get(name).to_owned())).collect();
    let run = RunFacts {
        attributes: log.attributes.iter().map(|name| (*name).to_owned()).collect(),
        absent_attributes: texts.attributes.absent(),
        odd_values: odd.counts(&log.attributes),
        ..run_of(log, &oddities, settings, active.intervals(), sums, agent_names)
    };
    let places = projection.places.then(|| places.names(log));
    Ok(Facts {
        batches: stored,
        moments: super::moments::frame(&moments, texts)?,
        places,
        traces,
        attributes: Some(Arc::clone(&texts.attributes)),
        texts: texts.numbers.clone(),
        ..Facts::new(all, run)
    })
}

/// Sorts conversations by start and id, and other tables by their conversations.
fn in_order(frames: Vec<DataFrame>) -> PolarsResult<Vec<DataFrame>> {
    let conversations = &frames[FactTable::Conversations as usize];
    let starts = conversations.column("started_at")?.i64()?;
    let ids = conversations.column("conversation_id")?.str()?;
    let numbers = conversations.column(ORDER)?.i64()?;
    let mut order: Vec<_> = starts.iter().zip(ids.iter()).zip(numbers.into_no_null_iter()).collect();
    order.sort_unstable();
    let mut ranks = vec![0_u32; order.len()];
    for (rank, (_, number)) in (0..).zip(order) {
        ranks[usize::try_from(number).unwrap_or_default()] = rank;
    }
    let sorted = |frame: DataFrame| {
        let numbers = frame.column(ORDER)?.i64()?;
        let rank = |number: i64| ranks[usize::try_from(number).unwrap_or_default()];
        let mut order: Vec<(u32, IdxSize)> = numbers.into_no_null_iter().map(rank).zip(0..).collect();
        order.sort_unstable();
        let order: IdxCa = order.into_iter().map(|(_, index)| Some(index)).collect();
        frame.drop(ORDER)?.take(&order)
    };
    frames.into_iter().map(sorted).collect()
}

/// The aliases that were applied to no row, with the nearest names in rows.
#[must_use]
pub fn unused_aliases(log: &Log) -> Vec<UnusedAlias> {
    let near = |kind: &str, old: &str| {
        let words = log.dictionary(Renamed::parse(kind)?.domain());
        nearest(old, words.iter().filter(|name| *name != old)).map(str::to_owned)
    };
    let unused = |(kind, old, _): (&str, &str, &str)| UnusedAlias {
        kind: kind.to_owned(),
        old: old.to_owned(),
        near: near(kind, old),
    };
    log.unused_aliases.iter().map(unused).collect()
}

fn run_of(
    log: &Log,
    oddities: &Oddities,
    settings: &FoldSettings,
    active: Vec<(i64, i64)>,
    sums: Sums,
    agent_names: BTreeMap<String, String>,
) -> RunFacts {
    let mut rejections = BTreeMap::new();
    for reject in &log.rejects {
        *rejections.entry(reject.fault.reason.name().to_owned()).or_insert(0) += 1;
    }
    let oddities = Oddity::ALL.iter().zip(*oddities).filter(|(_, count)| *count > 0);
    RunFacts {
        horizon: settings.horizon,
        sessions: log.sessions,
        limits: settings.limits,
        files: log.files.clone(),
        rejections,
        active,
        agent_names,
        oddities: oddities.map(|(oddity, count)| (oddity.name().to_owned(), count)).collect(),
        sums,
        attributes: Vec::new(),
        absent_attributes: Vec::new(),
        odd_values: BTreeMap::new(),
        renamed: log.renamed.clone(),
        unused_aliases: unused_aliases(log),
        absent: Vec::new(),
    }
}
