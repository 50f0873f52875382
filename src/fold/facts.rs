//! Fact rows as polars frames, with what a report must know of the run beside them.

use std::collections::BTreeMap;
use std::sync::Arc;

use polars::prelude::*;
use serde::{Deserialize, Serialize};

use super::attributes::Attributes;
use super::column_file::ColumnFile;
use super::columns::{NameSeries, flags};
use super::fact_batches::{Between, FactBatch, FactBatches};
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
use crate::event::{Sessions, Words};
use crate::ingest::{FileCounts, Log};
use crate::nearest::nearest;

/// The nine fact tables and the run that they come from.
#[derive(Debug, Clone)]
pub struct Facts {
    frames: Vec<DataFrame>,
    /// The rows of all tables but agents' states, where some of them are in a file.
    batches: Option<Arc<FactBatches>>,
    /// Conversations at the instants that were asked about: see [`moments::frame`](super::moments::frame).
    pub moments: DataFrame,
    /// Queues and departments of all rows, where they were asked for.
    pub places: Option<PlaceNames>,
    /// The events of the conversations that were asked for one by one, and what they did.
    pub traces: Vec<Trace>,
    /// The names that were asked for one by one and that no conversation and no ticket has, each with the nearest id.
    pub unknown: Vec<(String, Option<String>)>,
    /// The attributes of rows; none of a folder of facts.
    pub attributes: Option<Arc<Attributes>>,
    /// The texts of columns that have their numbers instead; none where columns have texts.
    pub texts: Option<Arc<TextNumbers>>,
    /// Values of the rows, counted, instead of the rows themselves: the tables are empty then.
    pub values: Option<Arc<Values>>,
    /// The facts of all of them.
    pub run: RunFacts,
}

impl Facts {
    /// Puts frames in the order of [`FactTable::ALL`] together with their run.
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

    /// Facts whose rows are not here: counted values stand for them.
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

    /// The queues and departments that rows have, those included whose rows are not kept where they were asked for.
    ///
    /// # Errors
    ///
    /// Where polars refuses a query: a bug.
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
    /// Where polars refuses a query: a bug.
    pub fn distinct_texts(&self, table: FactTable, column: &str) -> PolarsResult<Vec<String>> {
        let values = self.columns(table, &[column])?;
        let distinct = values.column(column)?.as_materialized_series().unique()?;
        let texts = TextColumn::of_series(&distinct, self.texts.as_deref())?;
        Ok(texts.iter().flatten().map(str::to_owned).collect())
    }

    /// A column of texts of one of the frames, or of what a query made of them.
    ///
    /// # Errors
    ///
    /// Where there is no such column, or it has no texts: a bug.
    pub fn texts_of<'f>(&'f self, frame: &'f DataFrame, column: &str) -> PolarsResult<TextColumn<'f>> {
        TextColumn::of(frame.column(column)?, self.texts.as_deref())
    }

    /// The ids of all conversations, as texts.
    ///
    /// # Errors
    ///
    /// Where ids are numbers: a bug.
    pub fn conversation_ids(&self) -> PolarsResult<Vec<String>> {
        let ids = self.frame(FactTable::Conversations).column("conversation_id")?.str()?;
        Ok(ids.iter().flatten().map(str::to_owned).collect())
    }

    /// All frames, those of moments too, to change their values.
    ///
    /// # Panics
    ///
    /// Where rows are in a file, in which they cannot be changed: a bug.
    pub fn frames_mut(&mut self) -> impl Iterator<Item = &mut DataFrame> {
        assert!(self.batches.is_none(), "rows are in a file");
        self.frames.iter_mut().chain([&mut self.moments])
    }

    /// How much memory they take, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let frames: usize = self.frames.iter().chain([&self.moments]).map(DataFrame::estimated_size).sum();
        frames + self.batches.as_ref().map_or(0, |batches| batches.bytes())
    }

    /// A table; its columns are those of [`FactTable::columns`].
    ///
    /// # Panics
    ///
    /// Where its rows are in a file: a bug. Who asked for facts that may be there asks for [`Facts::rows`].
    #[must_use]
    pub fn frame(&self, table: FactTable) -> &DataFrame {
        assert!(self.stored(table).is_none(), "the rows of {} are in a file", table.name());
        &self.frames[table as usize]
    }

    fn stored(&self, table: FactTable) -> Option<&Arc<FactBatches>> {
        self.batches.as_ref().filter(|_| table != FactTable::AgentStates)
    }

    /// A table to ask, wherever its rows are.
    ///
    /// # Errors
    ///
    /// Where polars refuses it: a bug.
    pub fn rows(&self, table: FactTable) -> PolarsResult<LazyFrame> {
        match self.stored(table) {
            Some(batches) => batches.scan(table, None),
            None => Ok(self.frame(table).clone().lazy()),
        }
    }

    /// The rows of a table with an instant in a span.
    ///
    /// # Errors
    ///
    /// Where polars refuses it: a bug.
    pub fn rows_between(&self, table: FactTable, between: Between) -> PolarsResult<LazyFrame> {
        match self.stored(table) {
            Some(batches) => batches.scan(table, Some(between)),
            None => Ok(self.frame(table).clone().lazy().filter(between.expression())),
        }
    }

    /// Columns of a table, wherever its rows are.
    ///
    /// # Errors
    ///
    /// Where the table lacks a column: a bug; where the file cannot be read.
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

/// The facts of the run that a report needs beside the tables. Instants are UTC milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunFacts {
    /// Later events are unseen.
    pub horizon: i64,
    /// How events became conversations.
    pub sessions: Sessions,
    /// Durations that the fold went by.
    #[serde(flatten)]
    pub limits: Limits,
    /// Counts of each source.
    pub files: Vec<FileCounts>,
    /// Rejected rows by reason.
    pub rejections: BTreeMap<String, u64>,
    /// Intervals with an event at either end and no gap of more than an hour inside, up to the horizon.
    pub active: Vec<(i64, i64)>,
    /// Agents' names for display, by id.
    pub agent_names: BTreeMap<String, String>,
    /// Events that made no sense where they were, by name.
    pub oddities: BTreeMap<String, u64>,
    /// The sums over all conversations.
    pub sums: Sums,
    /// The attributes that are columns of `conversations`, in the order given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<String>,
    /// The attributes of which no row has a value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absent_attributes: Vec<String>,
    /// By attribute, how many events have a list or an object as its value.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub odd_values: BTreeMap<String, u64>,
    /// Names of the log that stand for others, as far as rows had them.
    #[serde(default, skip_serializing_if = "Aliases::is_empty")]
    pub renamed: Aliases,
    /// Names that stand for others and that no row had.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unused_aliases: Vec<UnusedAlias>,
    /// Columns that an older folder of facts lacks and that nothing else tells; none of facts that were just folded.
    #[serde(skip)]
    pub absent: Vec<(FactTable, &'static str)>,
}

impl RunFacts {
    /// Attributes that are asked for come first; those that the facts lack are absent.
    pub fn ask_for<T: AsRef<str>>(&mut self, asked: &[T]) {
        let asked: Vec<String> = asked.iter().map(|name| name.as_ref().to_owned()).collect();
        self.absent_attributes.extend(asked.iter().filter(|name| !self.attributes.contains(name)).cloned());
        self.attributes.retain(|name| !asked.contains(name));
        self.attributes.splice(0..0, asked);
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

    /// Whether there are events before a span and at or after its end, so that none inside means that nothing happened.
    #[must_use]
    pub fn surrounds(&self, from: i64, to: i64) -> bool {
        self.first_event().is_some_and(|first| first < from) && self.last_event().is_some_and(|last| last >= to)
    }

    /// Whether an event lies in a span of at least an hour, or none.
    #[must_use]
    pub fn has_event_in(&self, from: i64, to: i64) -> bool {
        // A span inside an interval is longer than the interval's gaps.
        let meets = |(first, last): &(i64, i64)| *first < to && *last >= from;
        from < to && self.active.iter().any(meets)
    }
}

/// Puts the frames of all batches together, with the agents' states and the run. Where ids are texts, conversations
/// are in the order of their starts, then ids, and the rows of other tables in that of their conversations.
///
/// # Errors
///
/// Where polars refuses a frame: a bug.
pub fn assemble(
    log: &Log,
    folded: Folded,
    settings: &FoldSettings,
    texts: &NameSeries,
    keep: &Projection,
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
    // Threads take turns: in the order of their numbers conversations are where a report looks for their values.
    batches.sort_unstable_by_key(|(first, _)| *first);
    let batches: Vec<FactBatch> = batches.into_iter().map(|(_, batch)| batch).collect();
    // Without a conversation there are still tables, of no rows.
    let none = || frames(&FactRows::new(keep), texts, 0);
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
    states.sort_by_key(|state| (log.words(Words::Agents).get(state.agent), state.since));
    let is_negative = |state: &&AgentState| state.until.is_some_and(|until| until < state.since);
    sums.negative_durations += i64::try_from(states.iter().filter(is_negative).count()).unwrap_or(i64::MAX);
    all.push(agent_states(&states, texts, keep)?);
    let agents = log.words(Words::Agents);
    let names = names.names(log).into_iter();
    let agent_names = names.map(|(id, name)| (agents.get(id).to_owned(), agents.get(name).to_owned())).collect();
    let run = RunFacts {
        attributes: log.attributes.iter().map(|name| (*name).to_owned()).collect(),
        absent_attributes: texts.attributes.absent(),
        odd_values: odd.counts(&log.attributes),
        ..run_of(log, &oddities, settings, active.intervals(), sums, agent_names)
    };
    let places = keep.places.then(|| places.names(log));
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

/// Conversations by start and id, other tables by their conversations.
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
        let mut places: Vec<(u32, IdxSize)> = numbers.into_no_null_iter().map(rank).zip(0..).collect();
        places.sort_unstable();
        let places: IdxCa = places.into_iter().map(|(_, place)| Some(place)).collect();
        frame.drop(ORDER)?.take(&places)
    };
    frames.into_iter().map(sorted).collect()
}

/// The aliases that no row needed, with the nearest names of rows.
#[must_use]
pub fn unused_aliases(log: &Log) -> Vec<UnusedAlias> {
    let near = |of: &str, old: &str| {
        let words = log.words(Renamed::parse(of)?.words());
        nearest(old, words.iter().filter(|name| *name != old)).map(str::to_owned)
    };
    let unused =
        |(of, old, _): (&str, &str, &str)| UnusedAlias { of: of.to_owned(), old: old.to_owned(), near: near(of, old) };
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
